/** A store for tests, in memory, that counts and can inject errors. */

import type {
  Download,
  ObjectStore,
  PutOptions,
  PutOutcome,
  StoredObject,
  StoredRange,
} from '../shared/store/object-store.ts';
import { requireRange } from '../shared/store/object-store.ts';

export class MemoryStore implements ObjectStore {
  readonly location = 'memory:';
  readonly objects = new Map<string, StoredObject>();
  /** Set to make every call reject with it. */
  failure: Error | undefined;

  async get(key: string): Promise<StoredObject | undefined> {
    if (this.failure) throw this.failure;
    return this.objects.get(key);
  }

  async getRange(key: string, start: number, end: number): Promise<StoredRange | undefined> {
    if (this.failure) throw this.failure;
    requireRange(start, end);
    const body = this.objects.get(key)?.body;
    return body === undefined || start >= body.length
      ? undefined
      : { body: body.slice(start, end), size: body.length };
  }

  async openDownload(key: string): Promise<Download | undefined> {
    const body = this.objects.get(key)?.body;
    return body === undefined
      ? undefined
      : {
          kind: 'chunks',
          size: body.length,
          chunks: (async function* () {
            yield body;
          })(),
        };
  }

  async put(key: string, body: Uint8Array | string, options: PutOptions): Promise<PutOutcome> {
    if (this.failure) throw this.failure;
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    const etag = `"${this.objects.size + 1}"`;
    this.objects.set(key, { body: bytes, etag, contentType: options.contentType });
    return { outcome: 'stored', etag };
  }

  async has(key: string): Promise<boolean> {
    return this.objects.has(key);
  }

  async *list(prefix: string): AsyncIterable<string> {
    yield* [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  async remove(key: string): Promise<void> {
    this.objects.delete(key);
  }

  /** The text of a document that must exist. */
  text(key: string): string {
    const object = this.objects.get(key);
    if (!object) throw new Error(`no ${key} among ${[...this.objects.keys()].join(', ')}`);
    return new TextDecoder().decode(object.body);
  }

  json(key: string) {
    return JSON.parse(this.text(key));
  }
}
