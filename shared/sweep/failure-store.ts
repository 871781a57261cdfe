/** Records of failures in the store, one for each input of a version. */
import * as z from 'zod/mini';
import { changeDocument } from '../store/conditional-change.ts';
import { jsonText } from '../store/json-document.ts';
import { failureKey, failurePrefix } from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { type Failure, type FailureRecord, withFailure } from './failure-policy.ts';

const count = z.int().check(z.nonnegative());

/** The schema of a record of failures. */
export const FailureDocument = z.object({
  schemaVersion: z.literal(1),
  dandisetId: z.string(),
  version: z.string(),
  input: z.string(),
  attempts: count,
  outages: count,
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  error: z.string(),
  message: z.string(),
  sweepId: z.string(),
});

type Run = Pick<FailureRecord, 'dandisetId' | 'version' | 'input' | 'sweepId'>;

/** The records of one store. Stateless. */
export class FailureStore {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** The keys of all records, which show which inputs have none without reading each. @throws StoreUnavailableError */
  async listKeys(): Promise<Set<string>> {
    const keys = new Set<string>();
    for await (const key of this.#store.list(failurePrefix())) keys.add(key);
    return keys;
  }

  /**
   * The record of an input; a damaged one counts as absent, and the input is tried again.
   * @throws StoreUnavailableError
   */
  async find(run: Omit<Run, 'sweepId'>): Promise<FailureRecord | undefined> {
    const found = await this.#store.get(failureKey(run.dandisetId, run.version, run.input));
    return found && parseRecord(found.body);
  }

  /** Records a failure, once per sweep, and returns the record. @throws StoreUnavailableError */
  async note(run: Run, failure: Failure, now: Date): Promise<FailureRecord> {
    let record: FailureRecord | undefined;
    await changeDocument(this.#store, failureKey(run.dandisetId, run.version, run.input), (current) => {
      const existing = current && parseRecord(current.body);
      record = withFailure(existing, run, failure, now);
      return record === existing ? undefined : jsonText(record);
    });
    return record as FailureRecord;
  }

  /** Removes all failure records of a version, once it has a summary. @throws StoreUnavailableError */
  async forget(dandisetId: string, version: string): Promise<void> {
    for await (const key of this.#store.list(failurePrefix(dandisetId, version)))
      await this.#store.remove(key);
  }
}

function parseRecord(body: Uint8Array): FailureRecord | undefined {
  try {
    return z.parse(FailureDocument, JSON.parse(new TextDecoder().decode(body)));
  } catch {
    return undefined;
  }
}
