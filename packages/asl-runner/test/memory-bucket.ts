/** A bucket in memory, for tests: it can be made to fail. */
import type { Bucket } from '../src/index.ts';

interface StoredObject {
  readonly body: Uint8Array;
  readonly contentType: string;
}

export class MemoryBucket implements Bucket {
  readonly objects = new Map<string, StoredObject>();
  /** Set to make every call reject with it. */
  failure: Error | undefined;

  async get(key: string): Promise<StoredObject | undefined> {
    if (this.failure) throw this.failure;
    return this.objects.get(key);
  }

  async put(key: string, body: Uint8Array | string, { contentType }: { contentType: string }): Promise<void> {
    if (this.failure) throw this.failure;
    this.objects.set(key, {
      body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
      contentType,
    });
  }

  /** The text of an object that must exist. */
  text(key: string): string {
    const object = this.objects.get(key);
    if (!object) throw new Error(`no ${key} among ${[...this.objects.keys()].join(', ')}`);
    return new TextDecoder().decode(object.body);
  }

  json(key: string) {
    return JSON.parse(this.text(key));
  }
}
