/**
 * Checks that the handling of an error matches its scope: retriers, statuses and the sweep's policy agree.
 */
import { describe, expect, it } from 'vitest';
import { findProblemKind, PROBLEMS } from '../../shared/api/problem.ts';
import * as errors from '../../shared/errors.ts';
import { findFailureScope, isWorthRetry } from '../../shared/retry/failure-scope.ts';
import { isOutage } from '../../shared/sweep/failure-policy.ts';

const all = Object.entries(errors).map(([name, ErrorClass]) => {
  const error = new (ErrorClass as new (message: string, fields: object) => Error)('', {});
  return { name, error, scope: findFailureScope(name) };
});

describe('the scope of an error', () => {
  it.each(all)('determines the handling of $name', ({ name, error, scope }) => {
    expect(scope).toBeDefined();
    expect(isWorthRetry(error)).toBe(scope === 'service');
    expect(isOutage(name)).toBe(scope !== 'input');
    // Errors that a client may retry are marked so: 503, or 409 if the file changed.
    const { status } = PROBLEMS[findProblemKind(error)];
    expect([409, 503].includes(status)).toBe(scope === 'service');
  });

  it('is found by the name of a subclass too', () => {
    class CutError extends errors.ArchiveUnavailableError {}
    expect(isWorthRetry(new CutError('', { url: 'http://archive.invalid/' }))).toBe(true);
  });

  it('is unknown for names that are not ours, including inherited properties', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'TypeError', 'default']) {
      expect(findFailureScope(name)).toBeUndefined();
    }
    expect(isWorthRetry('ArchiveUnavailableError')).toBe(false);
  });
});
