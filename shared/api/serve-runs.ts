/** Runs over HTTP: started with the token, reported to anyone who has the run's id. */
import * as z from 'zod/mini';
import { checkDandisetRef } from '../archive/version-ref.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { requireToken } from './bearer.ts';
import type { ApiRequest, HttpReply } from './http.ts';
import { runPath, versionPath } from './paths.ts';
import { HttpError, publicReason } from './problem.ts';
import { quoteField, readQuery } from './query-parameters.ts';
import { jsonResponse } from './respond.ts';
import { RUN_ID, type RunInput, type RunStarter, type RunStatus } from './runs.ts';
import { type StartRunDependencies, startRun } from './start-run.ts';

/** Dependencies of starting and reporting runs. */
export interface RunDependencies extends Omit<StartRunDependencies, 'runs'> {
  /** Absent where runs cannot be started here. */
  readonly runs?: RunStarter;
  /** The token that starts runs; undefined if none is configured. @throws HttpError (503) where it cannot be read */
  readonly readToken: () => Promise<string | undefined>;
}

/** The body of a request for a run. */
const RunRequest = z.strictObject({ force: z.optional(z.boolean()) });

/** The handler that starts runs. */
export function serveStart(dependencies: RunDependencies): HttpReply {
  return async (request) => {
    requireToken(request, await dependencies.readToken());
    readQuery(request, []);
    if (dependencies.runs === undefined) {
      throw new HttpError('runs-disabled', 'No state machine is configured: set SUMMARIZE_MACHINE_ARN.');
    }
    const { id, version } = checkDandisetRef({
      id: request.params.id ?? '',
      version: request.params.version ?? '',
    });
    const input: RunInput = { dandisetId: id, version, force: readForce(request) };
    const key = request.headers['idempotency-key'];
    const run = await startRun(input, key, { ...dependencies, runs: dependencies.runs });
    return {
      ...jsonResponse(
        { id: run, run: runPath(run) },
        { 'cache-control': 'no-store', location: runPath(run) },
      ),
      status: 202,
    };
  };
}

function readForce({ body, headers }: ApiRequest): boolean {
  if (body.length === 0) return false;
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new HttpError('unsupported-media-type', 'Send the body as application/json, or none.');
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new InvalidInputError('The body is not JSON.', { field: 'body' }, { cause });
  }
  const result = z.safeParse(RunRequest, value);
  if (result.success) return result.data.force ?? false;
  throw new InvalidInputError('The body may contain only "force", true or false.', {
    field: 'body',
  });
}

/** The handler that reports a run. */
export function serveRun({ runs }: Pick<RunDependencies, 'runs'>): HttpReply {
  return async (request) => {
    readQuery(request, []);
    const id = request.params.id ?? '';
    if (!RUN_ID.test(id)) {
      throw new InvalidInputError(`${quoteField(id)} is not the id of a run: use letters, digits, - and _.`, {
        field: 'id',
      });
    }
    const found = await runs?.find(id);
    if (found === undefined) throw new NotFoundError(`There is no run ${id}.`, { subject: `run ${id}` });
    return jsonResponse(runDocument(found), { 'cache-control': 'no-store' });
  };
}

/** Reasons of runs that were ended from outside, in place of the given cause, which may contain anything. */
const ENDED_FROM_OUTSIDE: Readonly<Partial<Record<RunStatus['state'], string>>> = {
  stopped: 'The run was stopped.',
  'timed-out': 'The run exceeded its time limit.',
};

/** The public report of a run, with the URL of its summary once it is stored. */
function runDocument(run: RunStatus): RunStatus & { readonly summary?: string } {
  const { dandisetId, version, state, error } = run;
  if (error !== undefined) {
    const message =
      ENDED_FROM_OUTSIDE[state] ??
      publicReason(error) ??
      'The run failed. Its log has the reason, under the id of the run.';
    return { ...run, error: { name: error.name, message } };
  }
  if (state !== 'succeeded' || dandisetId === undefined || version === undefined) return run;
  return { ...run, summary: `${versionPath(dandisetId, version)}/summary` };
}
