/**
 * The first step of a run: finds the version, lists its assets, names the run by its input, and decides
 * whether there is anything to do.
 */
import type { ArchiveClient } from '../archive/archive-client.ts';
import type { DandisetRef, VersionRef } from '../archive/version-ref.ts';
import { ArchiveUnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { isListed } from '../store/catalog.ts';
import { readCatalog } from '../store/catalog-store.ts';
import { listingKey, mapResultPrefix, runDocumentKey } from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { SummaryStore } from '../store/summary-store.ts';
import { endTurn, takeTurn } from '../store/turns.ts';
import { buildInputHash, type RunSettings } from './input-hash.ts';
import { countMissing } from './missing-files.ts';
import { putRunDocument, type RunListing } from './run-documents.ts';
import { type Listing, readListing } from './run-listing.ts';
import type { Ended, ListedRun, Run, SummarizeInput, Waiting } from './run-payloads.ts';
import { releaseTurn } from './turn.ts';

/** Dependencies of ListAssets. */
export interface ListAssetsDependencies {
  readonly archive: Pick<ArchiveClient, 'findVersion' | 'readMetadata' | 'readAssets'>;
  readonly store: ObjectStore;
  readonly summaries: Pick<SummaryStore, 'confirm'>;
  readonly settings: RunSettings;
  /** Number of concurrent runs, and the clock by which turns expire; if absent, no run waits for a turn. */
  readonly turns?: { readonly runsAtOnce: number; readonly now: () => Date };
  readonly log: Log;
}

/**
 * Lists one version, once it is the run's turn; until then the run is `waiting`. A run that
 * `ends` only releases its turn. If the stored summary was made from the same input, is complete, lacks no file that
 * was only unavailable, and is in the catalog, the run is `unchanged` and nothing is written.
 * @throws NotFoundError, InvalidInputError, ArchiveUnavailableError, StoreUnavailableError
 */
export async function listAssets(
  input: SummarizeInput,
  dependencies: ListAssetsDependencies,
  signal?: AbortSignal,
): Promise<ListedRun | Waiting | Ended> {
  const { execution } = input;
  const { store, turns, log } = dependencies;
  if (input.ends === true) {
    if (execution !== undefined) await endTurn(store, execution);
    return { status: 'ended' };
  }
  if (turns === undefined || execution === undefined) return await listNow(input, dependencies, signal);
  const turn = await takeTurn(store, execution, {
    runsAtOnce: turns.runsAtOnce,
    now: turns.now().getTime(),
  });
  if (!turn.hasTurn) {
    log.info('waiting for a turn', { waitSeconds: turn.waitSeconds });
    return { status: 'waiting', waitSeconds: turn.waitSeconds };
  }
  const listed = await listNow(input, dependencies, signal);
  if (listed.status === 'unchanged') await releaseTurn(store, execution, log);
  return listed;
}

async function listNow(
  input: SummarizeInput,
  dependencies: ListAssetsDependencies,
  signal: AbortSignal | undefined,
): Promise<ListedRun> {
  const { archive, store, settings } = dependencies;
  const requested: DandisetRef = {
    id: input.dandisetId,
    ...(input.version === undefined ? {} : { version: input.version }),
  };
  const ref = await archive.findVersion(requested, signal);
  const metadata = await archive.readMetadata(ref, signal);
  const listing = await readListing(archive, ref, signal);
  const run: Run = {
    dandisetId: ref.id,
    version: ref.version,
    inputHash: hashInput(ref, metadata.json, listing, settings),
    ...(input.execution === undefined ? {} : { execution: input.execution }),
  };
  const listed: ListedRun = {
    run,
    status: 'pending',
    assets: listing.assets,
    filesToRead: listing.files.length,
    filesKey: runDocumentKey(run, 'assets.jsonl'),
    resultsPrefix: mapResultPrefix(run),
  };
  dependencies.log.info('assets listed', {
    assets: listing.assets,
    nwb: listing.nwb,
    metadataFrom: metadata.from,
  });
  if (input.force !== true && (await isDone(run, dependencies))) return { ...listed, status: 'unchanged' };
  // A forced run must make new requests; all other runs of this name reuse the replies that one of them paid for.
  if (input.force === true) {
    await putRunDocument(store, run, 'replies.json', '[]');
    await putRunDocument(store, run, 'opinions.json', '[]');
  }
  const { files, records, ...counts } = listing;
  await putRunDocument(store, run, 'metadata.json', metadata.json);
  await putRunDocument(
    store,
    run,
    'listing.json',
    JSON.stringify({ ...counts, settings } satisfies RunListing),
  );
  await putRunDocument(store, run, 'records.jsonl', toJsonLines(records));
  await putRunDocument(store, run, 'assets.jsonl', toJsonLines(files));
  return listed;
}

/**
 * Whether the summary of this input is stored with the list of its files, lacks no file that may be available now,
 * and is in the catalog: then there is nothing left to do.
 */
async function isDone(
  { dandisetId: id, version, inputHash }: Run,
  dependencies: ListAssetsDependencies,
): Promise<boolean> {
  const stored = await dependencies.summaries.confirm(id, version, inputHash);
  // Files unavailable then may be available now; WriteSummary calls no model unless some are.
  if (stored === undefined || countMissing(stored.provenance) > 0) return false;
  // A summary of an earlier release has no list: the run continues over stored headers, calls no model, and stores one.
  if (!(await dependencies.store.has(listingKey(id, version)))) return false;
  const updated = String(stored.provenance.generatedAt);
  return isListed(await readCatalog(dependencies.store), { id, version, updated });
}

function toJsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

function hashInput(ref: VersionRef, metadataJson: string, listing: Listing, settings: RunSettings): string {
  try {
    return buildInputHash(ref, metadataJson, listing, settings);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const url = `dandisets/${ref.id}/${ref.version}/dandiset.jsonld`;
    throw new ArchiveUnavailableError(
      `The metadata of Dandiset ${ref.id} are invalid: ${cause.message}.`,
      { url },
      { cause },
    );
  }
}
