/**
 * Local state machine runner: stops running work. A failed branch stops its siblings, a time limit its task, the
 * caller's signal everything.
 */

/** A controller that aborts with its parent, until it is released. */
export interface LinkedController {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  /** Detaches from the parent. Call it when the work is done, or listeners accumulate in a long execution. */
  release(): void;
}

/** Creates a controller below a signal. */
export function linkController(parent: AbortSignal): LinkedController {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(parent.reason);
  if (parent.aborted) onAbort();
  else parent.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => parent.removeEventListener('abort', onAbort),
  };
}

/**
 * The promise's result, or the signal's reason as soon as it aborts, whichever comes first. Work that does not
 * observe its signal continues unattended, like a Lambda function for which Step Functions no longer waits.
 */
export function abortable<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/**
 * Runs work for every item, at most `limit` at once and in the items' order. The first failure stops the others:
 * no more items are taken from the iterator, running work is aborted and awaited, and the failure is thrown. The
 * iterator is left open, so that the caller can see which items were never taken.
 */
export async function forEachLimited<Item>(
  items: Iterator<Item> | AsyncIterator<Item>,
  limit: number,
  parent: AbortSignal,
  work: (item: Item, index: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const group = linkController(parent);
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  let wake: () => void = () => {};
  const fail = (error: unknown): void => {
    failure ??= { error };
    group.abort(error);
  };
  try {
    for (let index = 0; !group.signal.aborted; index++) {
      const next = await items.next();
      if (next.done) break;
      const job: Promise<void> = work(next.value, index, group.signal)
        .catch(fail)
        .finally(() => {
          running.delete(job);
          wake();
        });
      running.add(job);
      if (running.size >= limit) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } catch (error) {
    fail(error);
  } finally {
    await Promise.all(running);
    group.release();
  }
  if (failure) throw failure.error;
  parent.throwIfAborted();
}
