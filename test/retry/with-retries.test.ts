/** Retries: how often, for which errors, after which wait, and within which limits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodyCutError } from '../../shared/archive/archive-http.ts';
import { ArchiveUnavailableError, HeaderUnreadableError } from '../../shared/errors.ts';
import { readRetryAfter } from '../../shared/retry/retry-after.ts';
import { isPassing, ONE_TRY, REQUEST_RETRIES, withRetries } from '../../shared/retry/with-retries.ts';
import { QUICK_RETRIES } from './policies.ts';

const busy = (fields: { status?: number; retryAfterSeconds?: number } = {}) =>
  new ArchiveUnavailableError('busy', { url: 'http://archive.invalid/', ...fields });

/** Fails a number of times, then returns `read`; counts its calls. */
function failing(times: number, failure: () => unknown) {
  const attempt = async (): Promise<string> => {
    attempt.calls += 1;
    if (attempt.calls <= times) throw failure();
    return 'read';
  };
  attempt.calls = 0;
  return attempt;
}

describe('withRetries', () => {
  it.each([408, 429, 500, 502, 503, 504, undefined])(
    'tries an error of status %s four times',
    async (status) => {
      const failure = () => busy(status === undefined ? {} : { status });
      const three = failing(3, failure);
      expect(await withRetries(three, { policy: QUICK_RETRIES })).toBe('read');
      expect(three.calls).toBe(4);
      const four = failing(4, failure);
      await expect(withRetries(four, { policy: QUICK_RETRIES })).rejects.toThrow('busy');
      expect(four.calls).toBe(4);
    },
  );

  it.each([
    ['a refusal', busy({ status: 501 })],
    ['a response in another form', busy({ status: 206 })],
    ['a file that is not HDF5', new HeaderUnreadableError('no', { key: 'a', reason: 'not-hdf5' })],
    ['a defect', new TypeError('a defect')],
  ])('does not try %s again', async (_, failure) => {
    const attempt = failing(1, () => failure);
    await expect(withRetries(attempt, { policy: QUICK_RETRIES })).rejects.toBe(failure);
    expect(attempt.calls).toBe(1);
  });

  it('retries a response that broke off', () => {
    expect(isPassing(new BodyCutError('cut', { url: 'http://archive.invalid/', status: 200 }))).toBe(true);
    expect(isPassing(busy({ status: 200 }))).toBe(false);
  });

  it('waits for a random time within a growing limit, and never longer than the maximum', async () => {
    const waits: number[][] = [[], [], []];
    for (let round = 0; round < 200; round += 1) {
      let at = 0;
      await withRetries(
        failing(3, () => busy()),
        {
          policy: { ...QUICK_RETRIES, firstWaitMs: 0.02, longestWaitMs: 0.1 },
          onRetry: (_, waitMs) => waits[at++]?.push(waitMs),
        },
      );
    }
    for (const [at, bound] of [0.02, 0.06, 0.1].entries()) {
      expect(Math.max(...waits[at]!)).toBeLessThanOrEqual(bound);
      expect(Math.max(...waits[at]!)).toBeGreaterThan(bound * 0.8);
      expect(Math.min(...waits[at]!)).toBeLessThan(bound * 0.2);
    }
  });

  it('waits as long as the server states, and throws at once if that is too long', async () => {
    const policy = { ...QUICK_RETRIES, longestInAllMs: 50 };
    const waits: number[] = [];
    const onRetry = (_: unknown, waitMs: number) => waits.push(waitMs);
    const short = failing(2, () => busy({ status: 503, retryAfterSeconds: 0.02 }));
    expect(await withRetries(short, { policy, onRetry })).toBe('read');
    expect(waits).toHaveLength(2);
    for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(20);
    const long = failing(1, () => busy({ status: 503, retryAfterSeconds: 60 }));
    await expect(withRetries(long, { policy, onRetry })).rejects.toMatchObject({ retryAfterSeconds: 60 });
    expect(long.calls).toBe(1);
    const often = failing(3, () => busy({ status: 503, retryAfterSeconds: 0.02 }));
    await expect(withRetries(often, { policy })).rejects.toMatchObject({ status: 503 });
    expect(often.calls).toBe(3);
  });

  it('checks the caller’s budget before each wait', async () => {
    const attempt = failing(3, () => busy());
    const mayTryAgain = () => attempt.calls < 2;
    await expect(withRetries(attempt, { policy: QUICK_RETRIES, mayTryAgain })).rejects.toThrow('busy');
    expect(attempt.calls).toBe(2);
  });

  it('ends with the reason of its signal, also in the middle of a wait', async () => {
    const abort = new AbortController();
    const attempt = failing(3, () => busy());
    const ended = withRetries(attempt, {
      policy: { ...REQUEST_RETRIES, firstWaitMs: 3_600_000, longestWaitMs: 3_600_000 },
      signal: abort.signal,
      onRetry: () => setImmediate(() => abort.abort(new Error('cancelled'))),
    });
    await expect(ended).rejects.toThrow('cancelled');
    expect(attempt.calls).toBe(1);
  });

  it('tries once if another layer retries', async () => {
    const attempt = failing(1, () => busy());
    await expect(withRetries(attempt, { policy: ONE_TRY })).rejects.toThrow('busy');
    expect(attempt.calls).toBe(1);
  });
});

describe('readRetryAfter', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it('reads seconds and dates, and nothing else', () => {
    expect(readRetryAfter('120', now)).toBe(120);
    expect(readRetryAfter(' 1.5 ', now)).toBe(1.5);
    expect(readRetryAfter('Thu, 01 Jan 2026 00:00:30 GMT', now)).toBe(30);
    expect(readRetryAfter('Thursday, 01-Jan-26 00:00:30 GMT', now)).toBe(30);
    expect(readRetryAfter('Thu, 01 Jan 2020 00:00:30 GMT', now)).toBe(0);
    for (const value of [null, undefined, '', 'soon', '-3', '1.5e400x', '2026-01-02', 'Infinity'])
      expect(readRetryAfter(value, now)).toBeUndefined();
  });

  it('returns a wait of up to a day for any header', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.double().map(String),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        ),
        (value) => {
          const seconds = readRetryAfter(value, now);
          expect(seconds === undefined || (seconds >= 0 && seconds <= 86_400)).toBe(true);
        },
      ),
    );
  });
});
