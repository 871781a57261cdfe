/**
 * For the sources of many files that are read at once: one limit on concurrent requests for all of them,
 * shared in turns, so that a file with thousands of requests does not keep one with ten waiting.
 */
import type { RangeSource } from './range-source.ts';

/**
 * The most requests at once over all files, and connections to one host: at 25 ms per request as many as one core can
 * keep busy. A bucket serves each prefix 5,500 reads per second (Amazon S3 User Guide, "Best practices design
 * patterns"), which one process does not reach.
 */
export const MAX_REQUESTS_AT_ONCE = 192;

/**
 * Runs one request when it is its file's turn, and returns or throws what it does.
 * @throws the reason of `signal` while it waits
 */
export type InTurn = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** The waiting requests of one file. */
class Lane {
  readonly waiting: (() => void)[] = [];
}

/** A limit on concurrent requests, shared by many files. */
export class RequestPool {
  readonly #limit: () => number;
  #underWay = 0;
  /** Lanes with a waiting request; the next one to be served is first. */
  readonly #lanes: Lane[] = [];

  /**
   * If `requests` is a function, it is called again at each turn: for a host that temporarily accepts fewer.
   */
  constructor({ requests = MAX_REQUESTS_AT_ONCE }: { requests?: number | (() => number) } = {}) {
    this.#limit = typeof requests === 'number' ? () => requests : requests;
  }

  /** The number of running requests. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Adds a file and returns its scheduler. */
  newFile(): InTurn {
    const lane = new Lane();
    return (work, signal) => this.#inTurn(lane, work, signal);
  }

  /**
   * Opens a file in its turn; the returned source keeps its reads within the pool's limit, and takes turns
   * with the other files. An opening counts as one request, though it may send two.
   * @throws what `open` throws, or the reason of `signal`
   */
  async open<Source extends RangeSource>(open: () => Promise<Source>, signal?: AbortSignal): Promise<Source> {
    const inTurn = this.newFile();
    const source = await inTurn(open, signal);
    return {
      ...source,
      read: (offset: number, length: number, readSignal?: AbortSignal) =>
        inTurn(() => source.read(offset, length, readSignal), readSignal),
    };
  }

  async #inTurn<T>(lane: Lane, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    await this.#enter(lane, signal);
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      this.#serve();
    }
  }

  async #enter(lane: Lane, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#lanes.length === 0 && this.#hasRoom()) {
      this.#underWay += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        lane.waiting.splice(lane.waiting.indexOf(enter), 1);
        if (lane.waiting.length === 0) this.#lanes.splice(this.#lanes.indexOf(lane), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      if (lane.waiting.length === 0) this.#lanes.push(lane);
      lane.waiting.push(enter);
    });
  }

  /** At least one request is always allowed: with none running, nothing would start the next one. */
  #hasRoom(): boolean {
    return this.#underWay < Math.max(1, this.#limit());
  }

  /**
   * Starts waiting requests while the limit allows it, lane by lane; each served lane goes to the end of the
   * queue.
   */
  #serve(): void {
    while (this.#lanes.length > 0 && this.#hasRoom()) {
      const lane = this.#lanes.shift()!;
      const enter = lane.waiting.shift()!;
      if (lane.waiting.length > 0) this.#lanes.push(lane);
      this.#underWay += 1;
      enter();
    }
  }
}
