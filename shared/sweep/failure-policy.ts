/**
 * How often a version that fails is tried again. Pure.
 *
 * Two kinds of failures: an outage, of a service or of the account, says nothing about the Dandiset; it is
 * tried again after a rest that doubles, and never given up. Anything else is in what the run was made from:
 * it is tried a bounded number of times and then abandoned, with its reason, until the input changes.
 */
import { isRecord } from '../json-value.ts';
import { findFailureScope } from '../retry/failure-scope.ts';

/** What is remembered of the failures over one input of a version. */
export interface FailureRecord {
  readonly schemaVersion: 1;
  readonly dandisetId: string;
  readonly version: string;
  /** What the runs were made from. */
  readonly input: string;
  /** Failures that are in the input. */
  readonly attempts: number;
  /** Outages since the last attempt that was none. */
  readonly outages: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** Of the last failure. */
  readonly error: string;
  readonly message: string;
  /** The sweep that noted it last: a second note of the same sweep changes nothing. */
  readonly sweepId: string;
}

/** A failure as a run ended with it. */
export interface Failure {
  readonly error: string;
  readonly message: string;
}

/** Failures of an input before it is abandoned: one may be chance, two are suspicious, three are a property. */
export const MAX_ATTEMPTS = 3;

/** The first rest after an outage: shorter than a day, so that the next nightly sweep tries again. */
const FIRST_REST_MS = 12 * 3_600_000;
/** The longest, four weeks: by then somebody has looked. */
const LONGEST_REST_MS = 28 * 24 * 3_600_000;

/** What AWS reports of itself: the functions, the machines, their rights, and a run that took too long. */
const OUTAGE_OF_AWS = /^(?:(?:Lambda|StepFunctions|States\.(?:Http|Permissions))\b|States\.Timeout$)/;

/** Whether an error says something of a service or of the account rather than of the Dandiset. */
export function isOutage(error: string): boolean {
  const scope = findFailureScope(error);
  return scope === undefined ? OUTAGE_OF_AWS.test(error) : scope !== 'input';
}

/** What is to be done about an input that failed: try it now, let it rest, or leave it. */
export function verdictOn(
  record: FailureRecord,
  now: Date,
  maxAttempts: number = MAX_ATTEMPTS,
): 'retry' | 'backingOff' | 'abandoned' {
  if (record.attempts >= maxAttempts) return 'abandoned';
  if (record.outages === 0) return 'retry';
  const rest = Math.min(FIRST_REST_MS * 2 ** (record.outages - 1), LONGEST_REST_MS);
  return now.getTime() - Date.parse(record.lastAt) >= rest ? 'retry' : 'backingOff';
}

/** The record after one more failure; the same object where this sweep has noted one already. */
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

/** How much of a message is remembered, in characters. */
const MESSAGE_LENGTH = 500;

/**
 * The failure inside what a state machine caught: a run that failed is described by a JSON document, and in it
 * what a function threw by another one.
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
