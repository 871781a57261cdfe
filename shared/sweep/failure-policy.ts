/**
 * Decides how often a failing version is tried again. Pure.
 *
 * There are two kinds of failures. An outage, of a service or of the account, is independent of the Dandiset; it is
 * retried after a wait that doubles, and never abandoned. Any other failure comes from the run's input:
 * it is retried a bounded number of times and then abandoned, with its reason, until the input changes.
 */
import { isRecord } from '../json-value.ts';
import { findFailureScope } from '../retry/failure-scope.ts';

/** The record of the failures over one input of a version. */
export interface FailureRecord {
  readonly schemaVersion: 1;
  readonly dandisetId: string;
  readonly version: string;
  /** The input of the runs. */
  readonly input: string;
  /** Number of failures caused by the input. */
  readonly attempts: number;
  /** Number of outages since the last attempt without one. */
  readonly outages: number;
  readonly firstAt: string;
  /** Time of the last failure. */
  readonly lastAt: string;
  /** Name of the last error. */
  readonly error: string;
  readonly message: string;
  /** The sweep that recorded it last: a second record of the same sweep changes nothing. */
  readonly sweepId: string;
}

/** The failure with which a run ended. */
export interface Failure {
  readonly error: string;
  readonly message: string;
}

/** Failures of an input before it is abandoned: one may be chance, two are suspicious, three are a property. */
export const MAX_ATTEMPTS = 3;

/** The first wait after an outage: shorter than a day, so that the next nightly sweep tries again. */
const FIRST_REST_MS = 12 * 3_600_000;
/** The longest wait, four weeks: by then somebody has looked into it. */
const LONGEST_REST_MS = 28 * 24 * 3_600_000;

/** Errors that AWS reports for itself: of functions, state machines, permissions, and for a run that took too long. */
const OUTAGE_OF_AWS = /^(?:(?:Lambda|StepFunctions|States\.(?:Http|Permissions))\b|States\.Timeout$)/;

/** Whether an error concerns a service or the account rather than the Dandiset. */
export function isOutage(error: string): boolean {
  const scope = findFailureScope(error);
  return scope === undefined ? OUTAGE_OF_AWS.test(error) : scope !== 'input';
}

/** What to do about a failed input: retry it now, wait, or abandon it. */
export function decideRetry(
  record: FailureRecord,
  now: Date,
  maxAttempts: number = MAX_ATTEMPTS,
): 'retry' | 'backingOff' | 'abandoned' {
  if (record.attempts >= maxAttempts) return 'abandoned';
  if (record.outages === 0) return 'retry';
  const rest = Math.min(FIRST_REST_MS * 2 ** (record.outages - 1), LONGEST_REST_MS);
  return now.getTime() - Date.parse(record.lastAt) >= rest ? 'retry' : 'backingOff';
}

/** The record after one more failure; the same object if this sweep has already recorded one. */
export function withFailure(
  existing: FailureRecord | undefined,
  run: Pick<FailureRecord, 'dandisetId' | 'version' | 'input' | 'sweepId'>,
  { error, message }: Failure,
  now: Date,
): FailureRecord {
  if (existing?.sweepId === run.sweepId) return existing;
  const { attempts = 0, outages = 0, firstAt = now.toISOString() } = existing ?? {};
  const counts = isOutage(error)
    ? { attempts, outages: outages + 1 }
    : { attempts: attempts + 1, outages: 0 };
  const { dandisetId, version, input, sweepId } = run;
  const times = { firstAt, lastAt: now.toISOString() };
  return { schemaVersion: 1, dandisetId, version, input, ...counts, ...times, error, message, sweepId };
}

/** Characters of a message that are recorded at most. */
const MESSAGE_LENGTH = 500;

/**
 * The failure inside the cause that a state machine caught: a failed run is described by a JSON document, which
 * contains another one for the error of the function.
 */
export function readFailure(caught: { Error?: string | undefined; Cause?: string | undefined }): Failure {
  const { Error: error = 'unknown', Cause: cause = '' } = caught;
  const document = parseObject(cause);
  if (error === 'States.TaskFailed' && document?.Status !== undefined) {
    // A run that was stopped or timed out has no error of its own.
    const status = document.Status === 'TIMED_OUT' ? 'States.Timeout' : `States.${String(document.Status)}`;
    return readFailure({ Error: readText(document.Error) ?? status, Cause: readText(document.Cause) ?? '' });
  }
  const message = readText(document?.errorMessage) ?? (cause === '' ? error : cause);
  return { error, message: message.slice(0, MESSAGE_LENGTH) };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
