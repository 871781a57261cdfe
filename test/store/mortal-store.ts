/**
 * A store over another one that counts, and dies on demand: every use of it beyond the limit fails for
 * good, as the uses of a killed process do.
 */
import type {
  Download,
  DownloadOptions,
  ObjectStore,
  PutOptions,
  PutOutcome,
  StoredObject,
  StoredRange,
} from '../../shared/store/object-store.ts';

export class MortalStore implements ObjectStore {
  readonly location: string;
  /** Number of writes so far: puts and removals that were passed on. */
  writes = 0;
  /** Reads so far. */
  reads = 0;
  readonly #store: ObjectStore;
  readonly #writesToLive: number;

  constructor(store: ObjectStore, writesToLive = Number.POSITIVE_INFINITY) {
    this.#store = store;
    this.#writesToLive = writesToLive;
    this.location = store.location;
  }

  get(key: string): Promise<StoredObject | undefined> {
    this.reads += 1;
    return this.#store.get(key);
  }

  getRange(key: string, start: number, end: number): Promise<StoredRange | undefined> {
    this.reads += 1;
    return this.#store.getRange(key, start, end);
  }

  openDownload(key: string, options: DownloadOptions): Promise<Download | undefined> {
    this.reads += 1;
    return this.#store.openDownload(key, options);
  }

  has(key: string): Promise<boolean> {
    this.reads += 1;
    return this.#store.has(key);
  }

  async put(key: string, body: Uint8Array | string, options: PutOptions): Promise<PutOutcome> {
    this.#spend();
    return this.#store.put(key, body, options);
  }

  list(prefix: string): AsyncIterable<string> {
    return this.#store.list(prefix);
  }

  async remove(key: string): Promise<void> {
    this.#spend();
    await this.#store.remove(key);
  }

  #spend(): void {
    if (this.writes >= this.#writesToLive) throw new Error('killed');
    this.writes += 1;
  }
}
