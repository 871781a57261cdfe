/**
 * Runs in AWS: executions of the summarize state machine, named by the run's id. The only user of the Step
 * Functions client. No caller repeats these requests, so the SDK's own retries stay on.
 */

import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  DescribeMapRunCommand,
  ListMapRunsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { readFields } from '../json-value.ts';
import { findOwn } from '../own-entry.ts';
import { HttpError } from './problem.ts';
import {
  findReason,
  RUN_OUTCOMES,
  type RunInput,
  type RunProgress,
  type RunStarter,
  type RunState,
  type RunStatus,
} from './runs.ts';

/** Milliseconds for one attempt: three attempts fit into the time limit of the API's function. */
const REQUEST_TIMEOUT_MS = 3_000;

const STATES: Readonly<Record<string, RunState>> = {
  RUNNING: 'running',
  PENDING_REDRIVE: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timed-out',
  ABORTED: 'stopped',
};

/** Errors for which Step Functions gives no reason: someone stopped the run, or it timed out. */
const UNSAID: Partial<Record<RunState, { readonly name: string; readonly message: string }>> = {
  stopped: { name: 'Stopped', message: 'The run was stopped.' },
  'timed-out': { name: 'States.Timeout', message: 'The run exceeded its time limit.' },
};

/** The state machine, and an endpoint other than AWS's for tests. */
export interface StepFunctionsOptions {
  /** The machine's own ARN, or that of one of its aliases. */
  readonly machineArn: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Executions of one state machine. */
export class StepFunctionsRuns implements RunStarter {
  readonly #client: SFNClient;
  readonly #machineArn: string;

  constructor({ machineArn, ...client }: StepFunctionsOptions) {
    this.#machineArn = machineArn;
    this.#client = new SFNClient({
      ...client,
      maxAttempts: 3,
      requestHandler: { connectionTimeout: REQUEST_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    });
  }

  async start(id: string, input: RunInput): Promise<void> {
    try {
      await this.#client.send(
        new StartExecutionCommand({
          stateMachineArn: this.#machineArn,
          name: id,
          input: JSON.stringify(input),
        }),
      );
    } catch (error) {
      // Ended already, or started by the request that this one repeats.
      if (readErrorName(error) !== 'ExecutionAlreadyExists') throw unavailable('started', error);
    }
  }

  async find(id: string): Promise<RunStatus | undefined> {
    const executionArn = buildExecutionArn(this.#machineArn, id);
    let execution: DescribeExecutionCommandOutput;
    try {
      execution = await this.#client.send(new DescribeExecutionCommand({ executionArn }));
    } catch (error) {
      if (readErrorName(error) === 'ExecutionDoesNotExist') return undefined;
      throw unavailable('looked up', error);
    }
    return findStatus(id, execution, await this.#findProgress(executionArn));
  }

  /** The progress of the map over the files. A status without it is better than none. */
  async #findProgress(executionArn: string): Promise<RunProgress | undefined> {
    try {
      const { mapRuns } = await this.#client.send(new ListMapRunsCommand({ executionArn, maxResults: 1 }));
      const mapRunArn = mapRuns?.[0]?.mapRunArn;
      if (mapRunArn === undefined) return undefined;
      const { itemCounts } = await this.#client.send(new DescribeMapRunCommand({ mapRunArn }));
      if (itemCounts === undefined) return undefined;
      const { total = 0, succeeded = 0, failed = 0, timedOut = 0, aborted = 0 } = itemCounts;
      return { files: { total, done: succeeded, failed: failed + timedOut + aborted } };
    } catch {
      return undefined;
    }
  }
}

/** An execution's ARN contains only its state machine, not the alias that it was started by. */
function buildExecutionArn(machineArn: string, id: string): string {
  const [arn, partition, service, region, account, , machine] = machineArn.split(':');
  return [arn, partition, service, region, account, 'execution', machine, id].join(':');
}

function findStatus(
  id: string,
  execution: DescribeExecutionCommandOutput,
  progress: RunProgress | undefined,
): RunStatus {
  const input = parseObject(execution.input);
  const output = parseObject(execution.output);
  const dandisetId = textIn(output.dandisetId) ?? textIn(input.dandisetId);
  const version = textIn(output.version) ?? textIn(input.version);
  const state = findOwn(STATES, execution.status ?? '') ?? 'running';
  const outcome = RUN_OUTCOMES.find((each) => each === output.status);
  return {
    id,
    ...(dandisetId === undefined ? {} : { dandisetId }),
    ...(version === undefined ? {} : { version }),
    state,
    startedAt: (execution.startDate ?? new Date(0)).toISOString(),
    ...(execution.stopDate === undefined ? {} : { endedAt: execution.stopDate.toISOString() }),
    ...(progress === undefined ? {} : { progress }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(state === 'running' || state === 'succeeded' ? {} : { error: readError(state, execution) }),
  };
}

function readError(
  state: RunState,
  { error, cause }: DescribeExecutionCommandOutput,
): NonNullable<RunStatus['error']> {
  const unsaid = UNSAID[state];
  return {
    name: error ?? unsaid?.name ?? 'States.Runtime',
    message: cause === undefined ? (unsaid?.message ?? 'No reason was given.') : findReason(cause),
  };
}

function parseObject(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return readFields(JSON.parse(text ?? '{}'));
  } catch {
    return {};
  }
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function readErrorName(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function unavailable(what: string, cause: unknown): HttpError {
  return new HttpError(
    'unavailable',
    `The run could not be ${what}: Step Functions did not respond.`,
    {},
    { cause },
  );
}
