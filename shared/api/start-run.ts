/**
 * Starts a run on request: of an existing version, once per Idempotency-Key, and within a number of runs per
 * day. Three documents decide, each by a conditional write, so that any number of containers may try at once, and a
 * start that is killed half-way is completed by the repeated request:
 *
 * 1. the request under the run's id, which the key determines: the same key with another request is refused;
 *    a version that the archive does not show is refused here, before anything is counted or started;
 * 2. the day's list of run ids: an id in the list is not counted again;
 * 3. the run itself, whose name is the id.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { ArchiveClient } from '../archive/archive-client.ts';
import { InvalidInputError } from '../errors.ts';
import { changeDocument } from '../store/conditional-change.ts';
import { jsonText, parseJsonObject } from '../store/json-document.ts';
import { findContentType, runDayKey, runRequestKey } from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { HttpError } from './problem.ts';
import type { RunInput, RunStarter } from './runs.ts';

/** Dependencies of starting a run. */
export interface StartRunDependencies {
  readonly store: ObjectStore;
  readonly runs: RunStarter;
  /** Whether the version exists and is public. */
  readonly archive: Pick<ArchiveClient, 'findVersion'>;
  /** Maximum number of runs started within one day, UTC. */
  readonly dailyRuns: number;
  readonly now: () => Date;
}

/** Printable ASCII, which a header may contain. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/;

/**
 * Returns the id of the run, started now or earlier under the same key.
 * @throws InvalidInputError for a malformed key
 * @throws NotFoundError for a Dandiset or a version that the archive does not show; ArchiveUnavailableError
 * @throws HttpError 409 where the key belongs to another request, 429 where the day's runs are used up, 503
 * @throws StoreUnavailableError
 */
export async function startRun(
  input: RunInput,
  idempotencyKey: string | undefined,
  dependencies: StartRunDependencies,
): Promise<string> {
  const id = idempotencyKey === undefined ? randomUUID() : idOfKey(idempotencyKey);
  const isRepeated = !(await claimId(dependencies.store, id, input));
  if (isRepeated && (await dependencies.runs.find(id)) !== undefined) return id;
  await dependencies.archive.findVersion({ id: input.dandisetId, version: input.version });
  await claimBudget(id, dependencies);
  await dependencies.runs.start(id, input);
  return id;
}

/** The key's digest as a UUID of version 8, which is meant for such uses (RFC 9562, 5.8). */
function idOfKey(key: string): string {
  if (!IDEMPOTENCY_KEY.test(key)) {
    throw new InvalidInputError('Idempotency-Key must be 1 to 200 printable ASCII characters.', {
      field: 'Idempotency-Key',
    });
  }
  const hex = createHash('sha256').update(`run ${key}`).digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16] as string, 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** True if the id was free; false if it is already taken by the same request. */
async function claimId(store: ObjectStore, id: string, input: RunInput): Promise<boolean> {
  const key = runRequestKey(id);
  const body = jsonText(input);
  const { outcome } = await store.put(key, body, { contentType: findContentType(key), ifAbsent: true });
  if (outcome === 'stored') return true;
  const found = await store.get(key);
  if (found !== undefined && new TextDecoder().decode(found.body) !== body) {
    throw new HttpError('key-reused', 'This Idempotency-Key was sent before with another request.');
  }
  return false;
}

async function claimBudget(id: string, { store, dailyRuns, now }: StartRunDependencies): Promise<void> {
  const moment = now();
  const day = moment.toISOString().slice(0, 10);
  const key = runDayKey(day);
  await changeDocument(store, key, (current) => {
    const existing = current === undefined ? [] : parseJsonObject(current.body, key).runs;
    const runs = Array.isArray(existing) ? existing : [];
    if (runs.includes(id)) return undefined;
    if (runs.length >= dailyRuns) throw budgetSpent(dailyRuns, moment);
    return jsonText({ day, runs: [...runs, id] });
  });
}

function budgetSpent(dailyRuns: number, moment: Date): HttpError {
  const midnight = Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate() + 1);
  const seconds = Math.ceil((midnight - moment.getTime()) / 1000);
  return new HttpError(
    'budget-spent',
    `${dailyRuns} ${dailyRuns === 1 ? 'run' : 'runs'} may be started within one day, and today's are used up. The next day begins at midnight UTC.`,
    { 'retry-after': String(seconds) },
  );
}
