/**
 * Over the sources of many files read at once: one budget of requests under way for all of them, shared out
 * in turns, so that a file with thousands of requests does not keep one with ten waiting.
 */
import type { RangeSource } from './range-source.ts';

/** Requests under way at once over all files: as many as the connections that they go out on. */
const defaultRequests = 192;

/** The turns of one file. */
class Lane {
  readonly waiting: (() => void)[] = [];
}

/** A budget of requests under way. */
export class RequestPool {
  readonly #limit: number;
  #underWay = 0;
  /** Lanes with someone waiting, the next one to be served first. */
  readonly #lanes: Lane[] = [];

  constructor({ requests = defaultRequests }: { requests?: number } = {}) {
    this.#limit = requests;
  }

  /** Requests under way now. */
  get underWay(): number {
    return this.#underWay;
  }

  /**
   * Opens a file in its turn; the source that it gives keeps its reads within the pool's budget, and takes
   * turns with the other files. An opening counts as one request, though it may send two.
   * @throws what `open` throws, or the reason of `signal`
   */
  async open<Source extends RangeSource>(open: () => Promise<Source>, signal?: AbortSignal): Promise<Source> {
    const lane = new Lane();
    const source = await this.#inTurn(lane, open, signal);
    return {
      ...source,
      read: (offset: number, length: number, readSignal?: AbortSignal) =>
        this.#inTurn(lane, () => source.read(offset, length, readSignal), readSignal),
    };
  }

  async #inTurn<T>(lane: Lane, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    await this.#enter(lane, signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  async #enter(lane: Lane, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#underWay < this.#limit) {
      this.#underWay += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        lane.waiting.splice(lane.waiting.indexOf(enter), 1);
        if (lane.waiting.length === 0) this.#lanes.splice(this.#lanes.indexOf(lane), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      if (lane.waiting.length === 0) this.#lanes.push(lane);
      lane.waiting.push(enter);
    });
  }

  /** Gives the place to the lane whose turn it is, which goes to the end of the line. */
  #leave(): void {
    const lane = this.#lanes.shift();
    if (lane === undefined) {
      this.#underWay -= 1;
      return;
    }
    const enter = lane.waiting.shift()!;
    if (lane.waiting.length > 0) this.#lanes.push(lane);
    enter();
  }
}
