import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as errors from '../../shared/errors.ts';
import {
  decideRetry,
  type FailureRecord,
  isOutage,
  readFailure,
  withFailure,
} from '../../shared/sweep/failure-policy.ts';

const START = Date.parse('2026-11-22T06:15:00.000Z');
const DAY = 24 * 3_600_000;
const RUN = { dandisetId: '000001', version: 'draft', input: 'ab'.repeat(32) };

/** Nightly sweeps whose runs fail with these errors; returns the nights of the runs. */
function countNights(
  readError: (run: number) => string,
  nights: number,
): { runs: number[]; record: FailureRecord | undefined } {
  let record: FailureRecord | undefined;
  const runs: number[] = [];
  for (let night = 0; night < nights; night += 1) {
    const now = new Date(START + night * DAY);
    if (record !== undefined && decideRetry(record, now) !== 'retry') continue;
    const failure = { error: readError(runs.length), message: 'it failed' };
    record = withFailure(record, { ...RUN, sweepId: `night-${night}` }, failure, now);
    runs.push(night);
  }
  return { runs, record };
}

describe('a poisoned input', () => {
  it('is tried three times and then abandoned with its reason', () => {
    const { runs, record } = countNights(() => 'SummaryIncompleteError', 100);
    expect(runs).toEqual([0, 1, 2]);
    expect(record).toMatchObject({ attempts: 3, error: 'SummaryIncompleteError', message: 'it failed' });
    expect(decideRetry(record as FailureRecord, new Date(START + 1000 * DAY))).toBe('abandoned');
  });

  it('is never tried more often, with any outages in between', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (outages) => {
        const { record, runs } = countNights(
          (run) => (outages[run] ? 'ModelUnavailableError' : 'PromptTooLargeError'),
          60,
        );
        expect(record?.attempts).toBeLessThanOrEqual(3);
        expect(runs.filter((_night, run) => !outages[run]).length).toBeLessThanOrEqual(3);
      }),
    );
  });
});

describe('an outage', () => {
  it('is retried after waits that double, up to four weeks, and never abandoned', () => {
    const { runs, record } = countNights(() => 'ModelUnavailableError', 200);
    const rests = runs.slice(1).map((night, at) => night - (runs[at] as number));
    expect(rests.slice(0, 7)).toEqual([1, 1, 2, 4, 8, 16, 28]);
    expect(Math.max(...rests)).toBe(28);
    expect(record?.attempts).toBe(0);
  });

  it('is an error that does not depend on the Dandiset', () => {
    const outages = Object.keys(errors).filter(isOutage);
    expect(outages.toSorted()).toEqual([
      'ArchiveUnavailableError',
      'AssetChangedError',
      'EventBusUnavailableError',
      'ModelRejectedError',
      'ModelUnavailableError',
      'StoreUnavailableError',
    ]);
    expect(
      ['Lambda.TooManyRequestsException', 'States.Timeout', 'StepFunctions.SdkClientException'].every(
        isOutage,
      ),
    ).toBe(true);
    expect(['States.DataLimitExceeded', 'LambdaLike', 'unknown'].some(isOutage)).toBe(false);
  });
});

describe('the record', () => {
  it('counts a failure once a sweep, however often it is reported', () => {
    const failure = { error: 'PromptTooLargeError', message: 'too large' };
    const once = withFailure(undefined, { ...RUN, sweepId: 'one' }, failure, new Date(START));
    expect(withFailure(once, { ...RUN, sweepId: 'one' }, failure, new Date(START + 1))).toBe(once);
    expect(withFailure(once, { ...RUN, sweepId: 'two' }, failure, new Date(START + 1)).attempts).toBe(2);
  });
});

describe('the error that a state machine caught', () => {
  const thrown = JSON.stringify({
    errorType: 'SummaryIncompleteError',
    errorMessage: 'No abstract.',
    trace: [],
  });

  it.each([
    [
      'a run that failed, with the error inside',
      {
        Error: 'States.TaskFailed',
        Cause: JSON.stringify({ Status: 'FAILED', Error: 'SummaryIncompleteError', Cause: thrown }),
      },
      { error: 'SummaryIncompleteError', message: 'No abstract.' },
    ],
    [
      'a run that took too long',
      { Error: 'States.TaskFailed', Cause: JSON.stringify({ Status: 'TIMED_OUT' }) },
      { error: 'States.Timeout', message: 'States.Timeout' },
    ],
    [
      'a run that somebody stopped',
      { Error: 'States.TaskFailed', Cause: JSON.stringify({ Status: 'ABORTED' }) },
      { error: 'States.ABORTED', message: 'States.ABORTED' },
    ],
    [
      'a run that could not be started',
      { Error: 'StepFunctions.SdkClientException', Cause: 'no way' },
      { error: 'StepFunctions.SdkClientException', message: 'no way' },
    ],
    [
      'a description that was cut off',
      { Error: 'States.TaskFailed', Cause: '{"Status": "FAI' },
      { error: 'States.TaskFailed', message: '{"Status": "FAI' },
    ],
    ['nothing', {}, { error: 'unknown', message: 'unknown' }],
  ])('is read: %s', (_what, caught, failure) => {
    expect(readFailure(caught)).toEqual(failure);
  });

  it('is truncated', () => {
    expect(readFailure({ Error: 'x', Cause: 'y'.repeat(10_000) }).message.length).toBe(500);
  });
});
