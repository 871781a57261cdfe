/**
 * Beneath the HTTP source: many requests that one signal ends. An AbortSignal holds each new listener against all
 * those it has, which hundreds of requests under way at once make a cost of its own; here they share one.
 */

const listenersOf = new WeakMap<AbortSignal, Set<() => void>>();

/** Has `listener` called once, should the signal be aborted; the function that it gives lets it go. Not for a signal that has been aborted already. */
export function listenForAbort(signal: AbortSignal, listener: () => void): () => void {
  const listeners = listenersOf.get(signal) ?? attachListeners(signal);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The signal's listeners, called in the order of their coming. */
function attachListeners(signal: AbortSignal): Set<() => void> {
  const listeners = new Set<() => void>();
  listenersOf.set(signal, listeners);
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
