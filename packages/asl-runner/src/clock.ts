/**
 * Local state machine runner: the clock, in a separate module, so that a test can replace it.
 */

/** The runner's source of time and waits. */
export interface Clock {
  now(): Date;
  /** Waits out a Wait state or a retry's delay. Rejects with the signal's reason once that aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Calls `onExpire` when a time limit has passed, unless the returned function was called before. */
  deadline(milliseconds: number, onExpire: () => void): () => void;
}

/** The longest delay of a Node timer, in milliseconds; a longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

function deadline(milliseconds: number, onExpire: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = (left: number): void => {
    const step = Math.min(left, LONGEST_TIMER);
    timer = setTimeout(() => (left > step ? arm(left - step) : onExpire()), step);
  };
  arm(Math.max(0, milliseconds));
  return () => clearTimeout(timer);
}

/** The machine's own clock and timers. */
export const systemClock: Clock = {
  now: () => new Date(),
  deadline,
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = (): void => {
        cancel();
        reject(signal.reason);
      };
      const cancel = deadline(milliseconds, () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      signal.addEventListener('abort', onAbort, { once: true });
    }),
};
