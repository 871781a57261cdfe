/**
 * Over the sources of many files read at once: one budget of requests under way for all of them, shared out
 * in turns, so that a file with thousands of requests does not keep one with ten waiting.
 */
import type { RangeSource } from './range-source.ts';

/** Requests under way at once over all files: as many as the connections that they go out on. */
const defaultRequests = 192;

/** Runs one request when it is its file's turn, with what it gives or throws. @throws the reason of `signal` while it waits */
export type InTurn = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** The turns of one file. */
class Lane {
  readonly waiting: (() => void)[] = [];
}

/** A budget of requests under way. */
export class RequestPool {
  readonly #limit: () => number;
  #underWay = 0;
  /** Lanes with someone waiting, the next one to be served first. */
  readonly #lanes: Lane[] = [];

  /** `requests` as a function is asked again at each turn: for a host that takes fewer for a while. */
  constructor({ requests = defaultRequests }: { requests?: number | (() => number) } = {}) {
    this.#limit = typeof requests === 'number' ? () => requests : requests;
  }

  /** Requests under way now. */
  get underWay(): number {
    return this.#underWay;
  }

  /** The turns of one more file. */
  newFile(): InTurn {
    const lane = new Lane();
    return (work, signal) => this.#inTurn(lane, work, signal);
  }

  /**
   * Opens a file in its turn; the source that it gives keeps its reads within the pool's budget, and takes
   * turns with the other files. An opening counts as one request, though it may send two.
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

  /** One place there always is: with none under way nobody would be left to give the next one. */
  #hasRoom(): boolean {
    return this.#underWay < Math.max(1, this.#limit());
  }

  /** Gives free places to the lanes whose turn it is, each of which goes to the end of the line. */
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
