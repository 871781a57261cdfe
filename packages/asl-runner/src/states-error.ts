/**
 * Local state machine runner: the failure of a state, under the name that Retry and Catch match. It never
 * leaves the runner as an exception: an execution that it ends is reported as FAILED.
 *
 * Source of the names and the wildcard rules: AWS Step Functions Developer Guide, "Handling errors in Step
 * Functions workflows".
 */

/** Every error name that begins with `States.`; a definition with another one is refused. */
export const STATES_ERROR_NAMES: ReadonlySet<string> = new Set([
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.Http.Socket',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
]);

/**
 * A failure inside a running state machine. `error` is what ErrorEquals matches; both may be empty after a Fail state
 * without fields.
 */
export class StatesError extends Error {
  override readonly name = 'StatesError';
  readonly error: string;
  readonly causeText: string;
  constructor(error: string, causeText: string) {
    super(`${error}: ${causeText}`);
    this.error = error;
    this.causeText = causeText;
  }
}

/** No wildcard matches these; the first can still be caught under its own name. */
const BEYOND_WILDCARDS: ReadonlySet<string> = new Set(['States.DataLimitExceeded', 'States.Runtime']);

/** Whether a retrier or catcher with these names matches an error of that name. */
export function matchesError(errorEquals: readonly string[], error: string): boolean {
  // Nothing catches or retries States.Runtime, not even its own name.
  if (error === 'States.Runtime') return false;
  if (errorEquals.includes(error)) return true;
  if (BEYOND_WILDCARDS.has(error)) return false;
  if (errorEquals.includes('States.ALL')) return true;
  return errorEquals.includes('States.TaskFailed') && error !== 'States.Timeout';
}
