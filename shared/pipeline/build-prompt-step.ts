/**
 * The third step of a run: groups the files into types, fetches only the headers of the representatives,
 * and stores the prompt and its facts for the writer.
 */
import { ArchiveUnavailableError, ReaderFailingError } from '../errors.ts';
import { describeMetadata } from '../facts/dandiset-metadata.ts';
import {
  CLASSIC_FILES,
  type FileType,
  groupClassic,
  groupComplete,
  type ReadFile,
} from '../file-types/file-type.ts';
import {
  bySize,
  FEW_TYPES,
  type JoinedType,
  joinTypes,
  MAX_COMPARED_TYPES,
  type PatternedType,
} from '../file-types/join-types.ts';
import { buildPatterns } from '../file-types/patterns.ts';
import { compareByteOrder } from '../header/byte-order.ts';
import type { Log } from '../log.ts';
import { buildPrompt, MAX_CHARACTERS_PER_TOKEN } from '../prompt/build-prompt.ts';
import type { Coverage, UnreadableAsset } from '../prompt/facts.ts';
import { parseMetadata } from '../prompt/metadata-text.ts';
import type { Prompt } from '../prompt/prompt.ts';
import {
  buildTypeDigest,
  type CountedType,
  findReportedAbove,
  type TypeDigest,
} from '../prompt/type-digest.ts';
import type { HeaderStore } from '../store/header-store.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { type CountedContents, countContents } from './count-contents.ts';
import type { HeaderDigest } from './header-digest.ts';
import { readMapResults } from './map-results.ts';
import { isMissing } from './missing-files.ts';
import {
  getRunDocument,
  getRunJson,
  putRunDocument,
  type RunListing,
  type RunPrompt,
  type RunReading,
} from './run-documents.ts';
import {
  type BuildPromptInput,
  FileOutcome,
  FileToRead,
  type PromptedRun,
  parsePayload,
  type Run,
} from './run-payloads.ts';
import { buildSessionsCsv, buildSessionsParquet } from './sessions-table.ts';

/** Dependencies of BuildPrompt. */
export interface BuildPromptDependencies {
  readonly store: ObjectStore;
  readonly headers: Pick<HeaderStore<HeaderDigest>, 'getHeader' | 'getDigest'>;
  readonly log: Log;
}

/**
 * Share of the files that may be unavailable before the run counts as failed: a summary of the files that happened to
 * be reachable would replace a better one.
 */
const MAX_UNAVAILABLE_SHARE = 0.1;

/**
 * How a file that crashed the function reading it is recorded; a test compares these words with the state machine's.
 */
export const READER_ENDED: ReadonlySet<string> = new Set([
  'reader-out-of-memory',
  'reader-out-of-time',
  'reader-crashed',
]);

/**
 * Share of the files that may crash the reader. One in three can be unusual files; if most of them do, the reader is
 * broken.
 */
const MAX_ENDED_SHARE = 0.5;

/** Share of the tokens of a prompt that the model found too long, for the next prompt. */
const SHORTER = 0.75;

/**
 * Builds the prompt of a run from the results of the map.
 * @throws ArchiveUnavailableError if too many files were unavailable; ReaderFailingError if most of them
 * crashed the reader; StoreUnavailableError; PromptTooLargeError
 */
export async function buildRunPrompt(
  input: BuildPromptInput,
  dependencies: BuildPromptDependencies,
): Promise<PromptedRun> {
  const { run } = input;
  const listing = await getRunJson(dependencies.store, run, 'listing.json');
  const outcomes = await readOutcomes(input, dependencies.store);
  const files = outcomes.flatMap((outcome) => (outcome.status === 'read' ? [outcome] : []));
  const unreadable = listUnreadable(listing, outcomes);
  holdAvailable(run, listing, unreadable);
  holdReader(run, listing, unreadable, dependencies.log);
  const read = files.map(({ path, assetId, contentId, digest }) => ({
    path,
    assetId,
    contentId,
    signatures: digest.signatures,
    extensions: digest.extensions,
  }));
  const isClassic = listing.settings.promptProfile === 'classic';
  const types = isClassic ? groupClassic(read).map(asItIs) : await groupAndJoin(read, dependencies);
  const tokenBudget = await readBudget(input, listing, dependencies.store);
  const metadataJson = await getRunDocument(dependencies.store, run, 'metadata.json');
  const counted = await countContents(
    run,
    outcomes,
    types,
    describeMetadata(parseMetadata(metadataJson)),
    dependencies,
  );
  const prompt = buildPrompt({
    ref: { id: run.dandisetId, version: run.version },
    metadataJson,
    profile: listing.settings.promptProfile,
    writing: listing.settings.writing ?? 'prose',
    tokenBudget,
    coverage: buildCoverage(listing, files, unreadable, isClassic),
    contents: counted.contents,
    types: await buildDigests(types, counted, listing, dependencies),
  });
  await putPrompt(dependencies.store, run, prompt, buildReading(files));
  await putRunDocument(dependencies.store, run, 'sessions.csv', buildSessionsCsv(counted.rows));
  await putRunDocument(dependencies.store, run, 'sessions.parquet', buildSessionsParquet(counted.rows));
  dependencies.log.info('prompt built', {
    tokens: prompt.tokens,
    fileTypes: types.length,
    files: files.length,
  });
  return { run, tokens: prompt.tokens, fileTypes: types.length, filesRead: files.length };
}

/** The budget in the settings, or less than the last prompt if the model found it too long. */
async function readBudget(input: BuildPromptInput, listing: RunListing, store: ObjectStore): Promise<number> {
  if (input.shorter === 0) return listing.settings.promptTokenBudget;
  const refused = await getRunJson(store, input.run, 'prompt.json');
  return Math.floor(refused.tokens * SHORTER);
}

type ReadOutcome = Extract<FileOutcome, { status: 'read' }>;

/** One outcome for each file to read; a file without a line in the map's results was interrupted. */
async function readOutcomes(input: BuildPromptInput, store: ObjectStore): Promise<FileOutcome[]> {
  const found = new Map<string, FileOutcome>();
  if (input.resultsKey !== '') {
    for await (const line of readMapResults(store, input.resultsKey)) {
      const outcome = parsePayload(FileOutcome, line);
      found.set(outcome.assetId, outcome);
    }
  }
  const listed = await getRunDocument(store, input.run, 'assets.jsonl');
  return listed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { path, assetId } = parsePayload(FileToRead, JSON.parse(line));
      const detail = 'The function that reads this file did not finish.';
      return found.get(assetId) ?? { status: 'unreadable', path, assetId, reason: 'interrupted', detail };
    });
}

/** Unreadable files in path order, both those without content and those whose reading failed. */
function listUnreadable(listing: RunListing, outcomes: readonly FileOutcome[]): UnreadableAsset[] {
  const failed = outcomes.flatMap((outcome) => (outcome.status === 'unreadable' ? [outcome] : []));
  return [
    ...listing.unreadable,
    ...failed.map(({ path, reason, detail }) => ({ path, reason, detail })),
  ].sort((a, b) => compareByteOrder(a.path, b.path));
}

function holdAvailable(run: Run, listing: RunListing, unreadable: readonly UnreadableAsset[]): void {
  const missing = unreadable.filter(isMissing);
  if (missing.length <= Math.max(1, listing.nwb * MAX_UNAVAILABLE_SHARE) && missing.length < listing.nwb)
    return;
  if (missing.length === 0) return;
  const [first] = missing as [UnreadableAsset];
  throw new ArchiveUnavailableError(
    `${missing.length} of the ${listing.nwb} NWB files of Dandiset ${run.dandisetId} were unavailable just now, the first of them ${first.path}: ${first.detail} Nothing was stored; try again later.`,
    { url: `dandisets/${run.dandisetId}/${run.version}` },
  );
}

/** Logs each file that crashed the reader, since the reader itself could not. */
function holdReader(run: Run, { nwb }: RunListing, unreadable: readonly UnreadableAsset[], log: Log): void {
  const ended = unreadable.filter(({ reason }) => READER_ENDED.has(reason));
  for (const { path, reason } of ended) log.warn('file ended the reader', { path, reason });
  if (ended.length <= nwb * MAX_ENDED_SHARE) return;
  const [first] = ended as [UnreadableAsset];
  throw new ReaderFailingError(
    `${ended.length} of the ${nwb} NWB files of Dandiset ${run.dandisetId} crashed the function that read them, each by itself, the first of them ${first.path}: ${first.detail} Nothing was stored.`,
    { ended: ended.length, files: nwb },
  );
}

function buildCoverage(
  listing: RunListing,
  files: readonly ReadOutcome[],
  unreadable: readonly UnreadableAsset[],
  isClassic: boolean,
): Coverage {
  return {
    assets: listing.assets,
    nwb: listing.nwb,
    read: files.length,
    cutShort: files.filter(({ digest }) => digest.cutShort.length > 0).length,
    notLookedAt: isClassic ? Math.max(0, files.length - CLASSIC_FILES) : 0,
    unreadable,
    other: listing.other,
  };
}

/** The types of all files, with similar ones merged where there are more than a few. */
async function groupAndJoin(
  files: readonly ReadFile[],
  dependencies: BuildPromptDependencies,
): Promise<JoinedType[]> {
  const types = groupComplete(files);
  if (types.length <= FEW_TYPES) return types.map(asItIs);
  const compared: PatternedType[] = [];
  for (const type of types.slice(0, MAX_COMPARED_TYPES)) {
    const patterns = buildPatterns(await dependencies.headers.getHeader(type.representative.contentId));
    compared.push({ type, patterns });
  }
  return [...joinTypes(compared), ...types.slice(MAX_COMPARED_TYPES).map(asItIs)].sort(bySize);
}

function asItIs(type: FileType): JoinedType {
  return { ...type, variations: [] };
}

/** Digests one type after the other, so that only one header is in memory. */
async function buildDigests(
  types: readonly JoinedType[],
  counted: CountedContents,
  listing: RunListing,
  dependencies: BuildPromptDependencies,
): Promise<TypeDigest[]> {
  const { promptProfile, promptTokenBudget } = listing.settings;
  const maxCharacters = promptTokenBudget * MAX_CHARACTERS_PER_TOKEN;
  const digests: TypeDigest[] = [];
  const reported = findReportedAbove(counted.contents.all, types.length);
  const countedType = (at: number): CountedType | undefined => {
    const contents = counted.byType[at];
    const differing = counted.variations[at];
    if (contents === undefined || differing === undefined) return undefined;
    // With a single type, the facts over all files already include the file names.
    const isReportedAbove = types.length === 1 && promptProfile === 'rich';
    const variation = isReportedAbove ? { ...differing, labels: [] } : differing;
    return { contents, variation, reported, isShared: counted.contents.all.read > 1 };
  };
  for (const [at, type] of types.entries()) {
    const header = await dependencies.headers.getHeader(type.representative.contentId);
    digests.push(buildTypeDigest(header, type, at + 1, promptProfile, maxCharacters, countedType(at)));
  }
  return digests;
}

function buildReading(files: readonly ReadOutcome[]): RunReading {
  const from: Record<string, number> = {};
  let requests = 0;
  let bytes = 0;
  for (const file of files) {
    from[file.from] = (from[file.from] ?? 0) + 1;
    requests += file.cost.requests;
    bytes += file.cost.bytes;
  }
  return { from, requests, bytes };
}

async function putPrompt(store: ObjectStore, run: Run, prompt: Prompt, reading: RunReading): Promise<void> {
  const { text, facts, ...rest } = prompt;
  await putRunDocument(store, run, 'prompt.md', text);
  await putRunDocument(store, run, 'facts.json', JSON.stringify(facts));
  await putRunDocument(store, run, 'reading.json', JSON.stringify(reading));
  await putRunDocument(store, run, 'prompt.json', JSON.stringify(rest satisfies RunPrompt));
}
