/** The listeners of one signal: when each is called, and that removing one leaves the others. */
import { describe, expect, it, vi } from 'vitest';
import { listenForAbort } from '../../shared/source/abort-listeners.ts';

describe('listenForAbort', () => {
  it('calls each listener once, in order, with one listener on the signal itself', () => {
    const abort = new AbortController();
    const attach = vi.spyOn(abort.signal, 'addEventListener');
    const called: number[] = [];
    for (let index = 0; index < 300; index += 1) listenForAbort(abort.signal, () => called.push(index));
    expect(attach).toHaveBeenCalledTimes(1);
    abort.abort();
    abort.abort();
    expect(called).toEqual(Array.from({ length: 300 }, (_, index) => index));
  });

  it('calls none that was removed', () => {
    const abort = new AbortController();
    const called: string[] = [];
    const release = listenForAbort(abort.signal, () => called.push('released'));
    listenForAbort(abort.signal, () => called.push('kept'));
    release();
    release();
    abort.abort();
    expect(called).toEqual(['kept']);
  });

  it('distinguishes signals', () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const called: string[] = [];
    listenForAbort(one.signal, () => called.push('one'));
    listenForAbort(other.signal, () => called.push('other'));
    other.abort();
    expect(called).toEqual(['other']);
  });
});
