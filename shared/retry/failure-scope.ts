/**
 * Decides what is worth a retry, from the errors themselves: by name where Step Functions, a log or a record has no
 * more. The state machines' retriers, the API's statuses, the reading of a batch and the sweep's policy follow it.
 */
import * as errors from '../errors.ts';
import { findOwn } from '../own-entry.ts';

/** The name of an error of the project. */
export type ErrorName = keyof typeof errors;

/** The scope of an error of that name; undefined if it is not one of the project's. */
export function findFailureScope(name: string): errors.FailureScope | undefined {
  return findOwn<{ readonly scope: errors.FailureScope }>(errors, name)?.scope;
}

/** Whether a repetition may soon succeed, so that a retry within the run is worthwhile. */
export function isWorthRetry(error: unknown): boolean {
  return error instanceof Error && findFailureScope(error.name) === 'service';
}
