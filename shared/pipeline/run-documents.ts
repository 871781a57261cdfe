/**
 * The documents that the steps of one run leave for one another, read and written by name. Their keys are
 * made in the store; what they hold is defined here and in the steps.
 */
import { StoreUnavailableError } from '../errors.ts';
import type { Coverage, UnreadableAsset } from '../prompt/facts.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { findContentType, type RunDocument, runDocumentKey } from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { RunSettings } from './input-hash.ts';
import type { Run } from './run-payloads.ts';

/** `listing.json`: the counts of a version's assets, and the settings that the run was named by. */
export interface RunListing {
  readonly assets: number;
  readonly nwb: number;
  readonly unreadable: readonly UnreadableAsset[];
  readonly other: Coverage['other'];
  readonly settings: RunSettings;
}

/** `prompt.json`: the prompt without its text, which is `prompt.md`, and without its facts, which are `facts.json`. */
export type RunPrompt = Omit<Prompt, 'text' | 'facts'>;

/** What the reading of all headers of a run cost: `reading.json`. */
export interface RunReading {
  /** Files by what gave their header: an engine's name, or `cache`. */
  readonly from: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly bytes: number;
}

/** Writes one document of a run. @throws StoreUnavailableError */
export async function putRunDocument(
  store: ObjectStore,
  run: Run,
  name: RunDocument,
  body: string | Uint8Array,
): Promise<void> {
  const key = runDocumentKey(run, name);
  await store.put(key, body, { contentType: findContentType(key) });
}

/** The text of one document of a run, or undefined where no step has written it. @throws StoreUnavailableError */
export async function findRunDocument(
  store: ObjectStore,
  run: Run,
  name: RunDocument,
): Promise<string | undefined> {
  const found = await store.get(runDocumentKey(run, name));
  return found === undefined ? undefined : new TextDecoder('utf-8', { ignoreBOM: true }).decode(found.body);
}

/** The text of a document that an earlier step must have written. @throws StoreUnavailableError where it is absent */
export async function getRunDocument(store: ObjectStore, run: Run, name: RunDocument): Promise<string> {
  const text = await findRunDocument(store, run, name);
  if (text !== undefined) return text;
  const key = runDocumentKey(run, name);
  throw new StoreUnavailableError(`The run's ${name} is not in the store. Start the run again.`, { key });
}

/** A document that holds JSON. @throws StoreUnavailableError where it is absent or is none */
export async function getRunJson<T>(store: ObjectStore, run: Run, name: RunDocument): Promise<T> {
  const text = await getRunDocument(store, run, name);
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    const key = runDocumentKey(run, name);
    throw new StoreUnavailableError(`The run's ${name} is damaged. Start the run again.`, { key }, { cause });
  }
}

/** The prompt that BuildPrompt left for this run. @throws StoreUnavailableError */
export async function getRunPrompt(store: ObjectStore, run: Run): Promise<Prompt> {
  const rest = await getRunJson<RunPrompt>(store, run, 'prompt.json');
  const facts = await getRunJson<Prompt['facts']>(store, run, 'facts.json');
  return { ...rest, facts, text: await getRunDocument(store, run, 'prompt.md') };
}
