/**
 * The documents that the steps of one run pass to each other, read and written by name. Their keys are
 * built in the store; their content is defined here and in the steps.
 */
import * as z from 'zod/mini';
import { StoreUnavailableError } from '../errors.ts';
import { isRecord } from '../json-value.ts';
import type { CountedFacts, Coverage, FileTypeFacts, UnreadableAsset } from '../prompt/facts.ts';
import { PROMPT_PROFILES, type Prompt, WRITING_MODES } from '../prompt/prompt.ts';
import { findContentType, type RunDocument, runDocumentKey } from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { RunSettings } from './input-hash.ts';
import type { Run } from './run-payloads.ts';

/** `listing.json`: the counts of a version's assets, and the settings in the run's input hash. */
export interface RunListing {
  readonly assets: number;
  readonly nwb: number;
  readonly unreadable: readonly UnreadableAsset[];
  readonly other: Coverage['other'];
  readonly settings: RunSettings;
}

/** `prompt.json`: the prompt without its text, which is `prompt.md`, and without its facts, which are `facts.json`. */
export type RunPrompt = Omit<Prompt, 'text' | 'facts'>;

/** `reading.json`: the cost of reading all headers of a run. */
export interface RunReading {
  /** Number of files by the origin of their header: an engine's name, or `cache`. */
  readonly from: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly bytes: number;
}

const count = z.int().check(z.nonnegative());

const Unreadable = z.object({ path: z.string(), reason: z.string(), detail: z.string() });
const Other = z.array(z.object({ kind: z.string(), count }));

/** The settings in a run's input hash, as stored in its documents and in a sweep's plan. */
export const RUN_SETTINGS_SHAPE = {
  promptProfile: z.enum(PROMPT_PROFILES),
  promptTokenBudget: count,
  modelId: z.string(),
  writing: z.exactOptional(z.enum(WRITING_MODES)),
};

const RunListing: z.ZodMiniType<RunListing> = z.looseObject({
  assets: count,
  nwb: count,
  unreadable: z.array(Unreadable),
  other: Other,
  settings: z.object(RUN_SETTINGS_SHAPE),
});

const RunReading: z.ZodMiniType<RunReading> = z.object({
  from: z.record(z.string(), count),
  requests: count,
  bytes: count,
});

const RunPrompt: z.ZodMiniType<RunPrompt> = z.looseObject({
  profile: z.enum(PROMPT_PROFILES),
  writing: z.optional(z.enum(WRITING_MODES)),
  quoted: z.array(z.readonly(z.tuple([count, count]))),
  repair: z.exactOptional(z.array(z.string())),
  corrections: z.exactOptional(z.array(z.string())),
  asksFor: z.exactOptional(z.literal('corrections')),
  tokens: count,
  compaction: z.array(z.string()),
});

/**
 * The schema of the facts, without the many: the contents of each file type and the counts over all files come from the
 * same run's BuildPrompt, and megabytes of them are not validated again.
 */
const RunFacts: z.ZodMiniType<CountedFacts> = z.looseObject({
  dandiset: z.custom<CountedFacts['dandiset']>(isRecord),
  coverage: z.object({
    assets: count,
    nwb: count,
    read: count,
    cutShort: count,
    notLookedAt: count,
    unreadable: z.array(Unreadable),
    other: Other,
  }),
  fileTypes: z.array(z.custom<FileTypeFacts>(isRecord)),
  contents: z.custom<CountedFacts['contents']>(isRecord),
  metadata: z.custom<CountedFacts['metadata']>(isRecord),
  list: z.array(z.custom<CountedFacts['list'][number]>(isRecord)),
});

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

/** The text of a document that an earlier step must have written. @throws StoreUnavailableError if it is absent */
export async function getRunDocument(store: ObjectStore, run: Run, name: RunDocument): Promise<string> {
  const text = await findRunDocument(store, run, name);
  if (text !== undefined) return text;
  const key = runDocumentKey(run, name);
  throw new StoreUnavailableError(`The run's ${name} is not in the store. Start the run again.`, { key });
}

/** The schemas of the JSON documents. */
interface RunJson {
  readonly 'listing.json': RunListing;
  readonly 'reading.json': RunReading;
  readonly 'prompt.json': RunPrompt;
  readonly 'facts.json': CountedFacts;
}

const SCHEMAS: { readonly [Name in keyof RunJson]: z.ZodMiniType<RunJson[Name]> } = {
  'listing.json': RunListing,
  'reading.json': RunReading,
  'prompt.json': RunPrompt,
  'facts.json': RunFacts,
};

/** A JSON document, checked by its schema. @throws StoreUnavailableError if it is absent or damaged */
export async function getRunJson<Name extends keyof RunJson>(
  store: ObjectStore,
  run: Run,
  name: Name,
): Promise<RunJson[Name]> {
  const text = await getRunDocument(store, run, name);
  try {
    return z.parse(SCHEMAS[name], JSON.parse(text));
  } catch (cause) {
    const key = runDocumentKey(run, name);
    throw new StoreUnavailableError(`The run's ${name} is damaged. Start the run again.`, { key }, { cause });
  }
}

/** The prompt that BuildPrompt stored for this run. @throws StoreUnavailableError */
export async function getRunPrompt(store: ObjectStore, run: Run): Promise<Prompt> {
  const rest = await getRunJson(store, run, 'prompt.json');
  const facts = await getRunJson(store, run, 'facts.json');
  return { ...rest, facts, text: await getRunDocument(store, run, 'prompt.md') };
}
