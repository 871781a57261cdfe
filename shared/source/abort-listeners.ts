/**
 * Used by the HTTP source: many requests that are aborted by the same signal. An AbortSignal compares each
 * new listener with all existing ones, which is expensive for hundreds of concurrent requests; here they
 * share one listener.
 */

const listenersBySignal = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `listener` once if the signal is aborted, and returns a function that removes it. Not for a signal
 * that is already aborted.
 */
export function listenForAbort(signal: AbortSignal, listener: () => void): () => void {
  const listeners = listenersBySignal.get(signal) ?? attachListeners(signal);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The signal's listeners, called in the order in which they were added. */
function attachListeners(signal: AbortSignal): Set<() => void> {
  const listeners = new Set<() => void>();
  listenersBySignal.set(signal, listeners);
  signal.addEventListener(
    'abort',
    () => {
      const called = [...listeners];
      listeners.clear();
      for (const listener of called) listener();
    },
    { once: true },
  );
  return listeners;
}
