/**
 * The first step of a sweep: removes Dandisets that are no longer public, compares the archive with what is
 * stored, and lists the versions that are due. The work of the function FindStale.
 */

import type { ArchiveClient } from '../archive/archive-client.ts';
import { compareVersions, DRAFT, formatVersionRef, type VersionRef } from '../archive/version-ref.ts';
import { mapAtMost } from '../concurrency.ts';
import {
  ArchiveUnavailableError,
  NotFoundError,
  ReadBudgetExceededError,
  StoreUnavailableError,
} from '../errors.ts';
import { READER_REVISION } from '../header/header-json.ts';
import { readFields } from '../json-value.ts';
import type { Log } from '../log.ts';
import { buildInputHash, type RunSettings } from '../pipeline/input-hash.ts';
import { countMissing } from '../pipeline/missing-files.ts';
import { readListing } from '../pipeline/run-listing.ts';
import { PROMPT_REVISION } from '../prompt/fixed-words.ts';
import { type Catalog, isListed } from '../store/catalog.ts';
import { readCatalog } from '../store/catalog-store.ts';
import { jsonText } from '../store/json-document.ts';
import {
  failureKey,
  findContentType,
  summaryKeys,
  sweepDocumentKey,
  sweepResultPrefix,
} from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { parseProvenance } from '../store/provenance-document.ts';
import { type Observation, observe, putDrafts, readDrafts } from './drafts.ts';
import { FailureStore } from './failure-store.ts';
import {
  type Content,
  type CurrentMaking,
  dueLines,
  hashInput,
  planSweep,
  type StoredSummary,
  type SweepLimits,
  type VersionFacts,
} from './plan-sweep.ts';
import type { SweepDocument, Unlooked } from './sweep-document.ts';
import type { DueVersion, FindStaleInput, PlannedSweep, Withdrawals } from './sweep-payloads.ts';
import { buildSweepId } from './sweep-payloads.ts';
import { listStored, takeDownWithdrawn } from './take-down.ts';

/** Versions that are checked concurrently: each may have a manifest of many megabytes. */
const LOOKS_AT_ONCE = 4;
/** Checks after which the observations are stored, so that a step that runs out of time continues from there. */
const LOOKS_A_NOTE = 40;

/** Dependencies of FindStale. */
export interface FindStaleDependencies {
  readonly archive: Pick<
    ArchiveClient,
    'listDandisets' | 'listDandisetsInApi' | 'readMetadata' | 'readAssets' | 'isOpenInApi' | 'isOpenInBucket'
  >;
  readonly store: ObjectStore;
  readonly settings: RunSettings;
  readonly limits: Omit<SweepLimits, 'retryFailed'>;
  readonly now: () => Date;
  readonly log: Log;
}

/**
 * Plans a sweep and writes its documents, or, in the mode `withdrawals`, only removes Dandisets. A repetition of the
 * same sweep returns an equivalent plan: none of its runs has started yet.
 * @throws ArchiveUnavailableError, StoreUnavailableError
 */
export async function findStale(
  input: FindStaleInput,
  dependencies: FindStaleDependencies,
  signal?: AbortSignal,
): Promise<PlannedSweep | Withdrawals> {
  const { store, archive, log } = dependencies;
  log.measure('SweepsBegun', input.mode === 'withdrawals' ? 0 : 1);
  const inBucket = await listBucket(archive, signal);
  const inApi = await listApi(archive, log, signal);
  const stored = await listStored(store);
  const open = inApi && new Set(inApi.keys());
  const withdrawals = await takeDownWithdrawn(stored, inBucket, open, dependencies, input.takedowns, signal);
  if (input.mode === 'withdrawals') return withdrawals;

  const sweepId = buildSweepId(input);
  const making = {
    ...dependencies.settings,
    promptRevision: PROMPT_REVISION,
    readerRevision: READER_REVISION,
  };
  const targets = chooseVersions(inBucket, inApi, input.scope ?? 'standing');
  const { facts, unlooked } = await lookAt(targets, stored.versions, making, input, dependencies, signal);
  const limits: SweepLimits = {
    ...dependencies.limits,
    runs: Math.min(input.limit ?? dependencies.limits.runs, dependencies.limits.runs),
    retryFailed: input.retryFailed ?? false,
  };
  const plan = planSweep(facts, making, limits, dependencies.now());
  const { due, deferred, fresh, empty, debouncing, backingOff, abandoned, expected } = plan;
  await putDue(store, sweepId, dueLines(due, sweepId));
  const document: SweepDocument = {
    schemaVersion: 2,
    sweepId,
    startedAt: input.startedAt,
    dandisets: inBucket.size,
    versions: targets.length,
    due: due.length,
    deferred: deferred.map(formatVersionRef),
    fresh,
    empty,
    debouncing,
    backingOff,
    abandoned,
    expected,
    unlooked,
    withdrawals,
    making,
    apiListed: inApi !== undefined,
  };
  const planKey = sweepDocumentKey(sweepId, 'plan.json');
  await store.put(planKey, jsonText(document), { contentType: findContentType(planKey) });
  log.info('sweep planned', {
    sweepId,
    versions: targets.length,
    due: due.length,
    deferred: deferred.length,
    abandoned: abandoned.length,
    unlooked: unlooked.length,
    takenDown: withdrawals.removed.length,
  });
  const dueKey = sweepDocumentKey(sweepId, 'due.jsonl');
  return { sweepId, due: due.length, dueKey, resultsPrefix: sweepResultPrefix(sweepId) };
}

/** The versions of each Dandiset in the bucket, in the order of `compareVersions`. */
async function listBucket(
  archive: FindStaleDependencies['archive'],
  signal: AbortSignal | undefined,
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const { id, versions } of archive.listDandisets(signal)) {
    found.set(
      id,
      versions.map(({ version }) => version),
    );
  }
  if (found.size > 0) return found;
  throw new ArchiveUnavailableError('The bucket lists no Dandiset at all.', {
    url: 'dandisets/',
    status: 200,
  });
}

/** The same from the API, as far as its list goes; undefined if it does not respond: the bucket is enough. */
async function listApi(
  archive: FindStaleDependencies['archive'],
  log: Log,
  signal: AbortSignal | undefined,
): Promise<Map<string, string[]> | undefined> {
  try {
    const found = new Map<string, string[]>();
    for await (const { id, versions } of archive.listDandisetsInApi(signal)) found.set(id, versions);
    return found;
  } catch (error) {
    if (!(error instanceof ArchiveUnavailableError)) throw error;
    log.warn('the API returned no list; only the bucket is checked', { status: error.status });
    return undefined;
  }
}

function chooseVersions(
  inBucket: ReadonlyMap<string, readonly string[]>,
  inApi: ReadonlyMap<string, readonly string[]> | undefined,
  scope: 'standing' | 'all',
): VersionRef[] {
  const ids = [...new Set([...inBucket.keys(), ...(inApi?.keys() ?? [])])].sort();
  return ids.flatMap((id) => {
    // Not public according to the API: a run could only fail.
    if (inApi !== undefined && !inApi.has(id)) return [];
    const versions = [...new Set([...(inBucket.get(id) ?? []), ...(inApi?.get(id) ?? [])])].sort(
      compareVersions,
    );
    return (scope === 'all' ? versions : versions.slice(-1)).map((version) => ({ id, version }));
  });
}

async function lookAt(
  targets: readonly VersionRef[],
  stored: ReadonlyMap<string, readonly string[]>,
  making: CurrentMaking,
  input: FindStaleInput,
  dependencies: FindStaleDependencies,
  signal: AbortSignal | undefined,
): Promise<{ facts: VersionFacts[]; unlooked: Unlooked[] }> {
  const look = new Look(dependencies, making, await readDrafts(dependencies.store), input);
  const catalog = await readCatalog(dependencies.store);
  const failures = new FailureStore(dependencies.store);
  const failed = await failures.listKeys();
  const facts: VersionFacts[] = [];
  const unlooked: Unlooked[] = [];
  let lastError: unknown;
  await mapAtMost(LOOKS_AT_ONCE, targets, async (ref) => {
    signal?.throwIfAborted();
    try {
      const content = await look.readContent(ref, signal);
      const hasSummary = stored.get(ref.id)?.includes(ref.version) === true;
      const summary = hasSummary ? await findSummary(dependencies.store, ref, catalog) : undefined;
      const known: VersionFacts = {
        ...ref,
        ...(content === undefined ? {} : { content }),
        ...(summary === undefined ? {} : { stored: summary }),
      };
      const run = { dandisetId: ref.id, version: ref.version, input: hashInput(known, making) };
      const hasFailed = failed.has(failureKey(run.dandisetId, run.version, run.input));
      const failure = hasFailed ? await failures.find(run) : undefined;
      facts.push(failure === undefined ? known : { ...known, failure });
    } catch (error) {
      if (!isOfOneVersion(error)) throw error;
      lastError = error;
      unlooked.push({ dandisetId: ref.id, version: ref.version, reason: (error as Error).message });
    }
  }).finally(() => look.note());
  // One manifest may be broken; if no version at all could be checked, the archive is down.
  if (targets.length > 0 && facts.length === 0) throw lastError;
  const inOrder = (a: string, b: string): number => (a < b ? -1 : 1);
  facts.sort((a, b) => inOrder(formatVersionRef(a), formatVersionRef(b)));
  unlooked.sort((a, b) => inOrder(`${a.dandisetId}/${a.version}`, `${b.dandisetId}/${b.version}`));
  return { facts, unlooked };
}

/** Whether an error concerns one version only, so that the others are still checked. */
function isOfOneVersion(error: unknown): boolean {
  return (
    error instanceof ArchiveUnavailableError ||
    error instanceof NotFoundError ||
    error instanceof ReadBudgetExceededError
  );
}

/** Reads the content of versions, and records that of the drafts. */
class Look {
  readonly #needs: FindStaleDependencies;
  readonly #making: CurrentMaking;
  readonly #drafts: ReadonlyMap<string, Observation>;
  readonly #input: FindStaleInput;
  #fresh = new Map<string, Observation>();

  constructor(
    dependencies: FindStaleDependencies,
    making: CurrentMaking,
    drafts: ReadonlyMap<string, Observation>,
    input: FindStaleInput,
  ) {
    this.#needs = dependencies;
    this.#making = making;
    this.#drafts = drafts;
    this.#input = input;
  }

  /** The content of a version; undefined for a published one, whose content is assumed to be unchanged. */
  async readContent(ref: VersionRef, signal: AbortSignal | undefined): Promise<Content | undefined> {
    if (ref.version !== DRAFT) {
      if (this.#input.verifyContent !== true) return undefined;
      return { ...(await this.#read(ref, signal)), since: 0 };
    }
    const existing = this.#drafts.get(ref.id);
    // Checked by an earlier attempt of the same sweep.
    if (existing !== undefined && existing.seenAt >= this.#input.startedAt) return describeContent(existing);
    const observation = observe(existing, await this.#read(ref, signal), this.#needs.now());
    this.#fresh.set(ref.id, observation);
    if (this.#fresh.size >= LOOKS_A_NOTE) await this.note();
    return describeContent(observation);
  }

  /** Stores the observations since the last time. */
  async note(): Promise<void> {
    const fresh = this.#fresh;
    this.#fresh = new Map();
    await putDrafts(this.#needs.store, fresh);
  }

  async #read(
    ref: VersionRef,
    signal: AbortSignal | undefined,
  ): Promise<{ inputHash: string; assets: number }> {
    const { archive } = this.#needs;
    const metadata = await archive.readMetadata(ref, signal);
    const listing = await readListing(archive, ref, signal);
    try {
      return {
        inputHash: buildInputHash(ref, metadata.json, listing, this.#making),
        assets: listing.assets,
      };
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      const url = `dandisets/${ref.id}/${ref.version}/dandiset.jsonld`;
      throw new ArchiveUnavailableError(`The metadata are invalid: ${cause.message}.`, { url }, { cause });
    }
  }
}

function describeContent({ inputHash, assets, since }: Observation): Content {
  return { inputHash, assets, since: Date.parse(since) };
}

/** The input of a stored summary. An incomplete record counts as damaged, and the summary is written again. */
async function findSummary(
  store: ObjectStore,
  ref: VersionRef,
  catalog: Catalog,
): Promise<StoredSummary | 'damaged' | undefined> {
  const found = await store.get(summaryKeys(ref.id, ref.version).provenance);
  if (found === undefined) return undefined;
  try {
    const { inputHash, ...fields } = parseProvenance(found.body, ref.id, ref.version);
    const prompt = readFields(fields.prompt);
    const tokens = readFields(fields.tokens);
    return {
      inputHash,
      promptRevision: Number(prompt.revision),
      readerRevision: Number(fields.readerRevision),
      profile: String(prompt.profile),
      writing: String(prompt.writing ?? 'prose'),
      modelId: String(readFields(fields.model).id),
      missing: countMissing(fields),
      writtenAt: Date.parse(String(fields.generatedAt)),
      isListed: isListed(catalog, { ...ref, updated: String(fields.generatedAt) }),
      tokens: (Number(tokens.prompt) || 0) + (Number(tokens.completion) || 0),
      ...(typeof fields.cost === 'number'
        ? { cost: fields.cost + (Number(readFields(fields.secondOpinion).cost) || 0) }
        : {}),
    };
  } catch (error) {
    if (error instanceof StoreUnavailableError) return 'damaged';
    throw error;
  }
}

async function putDue(store: ObjectStore, sweepId: string, lines: readonly DueVersion[]): Promise<void> {
  const key = sweepDocumentKey(sweepId, 'due.jsonl');
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await store.put(key, body, { contentType: findContentType(key) });
}
