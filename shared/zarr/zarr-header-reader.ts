/**
 * Reads the header of an NWB file in Zarr, directly from its bucket or folder: the metadata documents, the
 * objects that they describe and the few values that belong to a header; finally checks that all of it was
 * one state of the store.
 *
 * For the check, the ETag of the document that consolidates the metadata (without one, of the root's own
 * documents) is requested again after the values were read. A Zarr is many objects that are written one by
 * one, with one checksum over all of them: whether a chunk belongs to the state that the checksum describes
 * is not checked, and cannot cheaply be. Writers consolidate last, so a store that is rewritten while it is
 * read has a different ETag.
 */
import { HeaderUnreadableError, ReadBudgetExceededError } from '../errors.ts';
import { buildHeader } from '../header/build-header.ts';
import type { ReadLimits, ReadReport } from '../header/header-reader.ts';
import type { HeaderDataset, NwbHeader } from '../header/nwb-header.ts';
import { buildObjects, type StoreObjects } from './build-objects.ts';
import { CountedStore } from './counted-store.ts';
import { checkPins, findNamespaces, readDocuments } from './read-documents.ts';
import { readValue } from './read-value.ts';
import type { ZarrStore } from './zarr-store.ts';

/**
 * Reads the header of one NWB file in Zarr (v2 or v3, as hdmf-zarr writes them), and reports the cost of the
 * read. With consolidated metadata that is two requests, one for each value, and one to check the state.
 * Links to other stores are named, not followed.
 *
 * Past the limits on objects, depth, requests and bytes the header is cut short, provided that its metadata
 * could be read at all.
 * @throws HeaderUnreadableError 'missing', 'damaged', 'forbidden', 'unsupported', 'range-ignored'
 * @throws ReadBudgetExceededError, ArchiveUnavailableError, AssetChangedError, or the reason of the signal
 */
export async function readZarrHeader(
  store: ZarrStore,
  limits: ReadLimits,
  signal?: AbortSignal,
): Promise<{ header: NwbHeader; report: ReadReport }> {
  const started = performance.now();
  const overtime = new AbortController();
  const timer = setTimeout(() => {
    overtime.abort(
      new ReadBudgetExceededError(`${store.key}: the header took longer than ${limits.milliseconds} ms`, {
        key: store.key,
        budget: 'milliseconds',
        limit: limits.milliseconds,
      }),
    );
  }, limits.milliseconds);
  const ended = signal === undefined ? overtime.signal : AbortSignal.any([signal, overtime.signal]);
  try {
    const counted = new CountedStore(store, limits, ended);
    const { header, objects } = await readWithin(counted, limits);
    const { requests, bytes, rounds, waitingMs } = counted.report();
    const computingMs = Math.max(0, performance.now() - started - waitingMs);
    return {
      header,
      report: { engine: 'zarr', requests, bytes, rounds, objects, waitingMs, computingMs },
    };
  } finally {
    clearTimeout(timer);
  }
}

async function readWithin(
  store: CountedStore,
  limits: ReadLimits,
): Promise<{ header: NwbHeader; objects: number }> {
  const documents = await readDocuments(store, limits);
  const objects = buildObjects(documents.nodes, limits);
  if (objects.found.get(0)?.kind !== 'group') {
    throw new HeaderUnreadableError(`${store.key}: its root is not a group`, {
      key: store.key,
      reason: 'damaged',
    });
  }
  store.reserveForChecks(documents.pins.length);
  const spent = await readValues(store, objects, limits.valueBytes);
  // A single document, read without any other, is always one state.
  if (!documents.consolidated || objects.wanted.length > 0) await checkPins(store, documents.pins);
  const cutShort = [...documents.cutShort, ...objects.cutShort, ...spent];
  const isFirst = (each: (typeof cutShort)[number], index: number): boolean =>
    cutShort.findIndex(({ budget }) => budget === each.budget) === index;
  return {
    header: buildHeader('zarr', 0, objects.found, cutShort.filter(isFirst), findNamespaces(documents.nodes)),
    objects: objects.found.size,
  };
}

/** Reads the wanted values into their datasets, in one round; returns the limits that prevented some. */
async function readValues(
  store: CountedStore,
  { found, wanted }: StoreObjects,
  valueBytes: number,
): Promise<NwbHeader['cutShort']> {
  const spent = new Map<string, number>();
  await store.round(wanted, async (each) => {
    const dataset = found.get(each.key) as HeaderDataset;
    try {
      found.set(each.key, { ...dataset, ...(await readValue(store, each, valueBytes)) });
    } catch (error) {
      if (!(error instanceof ReadBudgetExceededError) || error.budget === 'milliseconds') throw error;
      spent.set(error.budget, error.limit);
      const detail = `not read within the limit of ${error.limit} ${error.budget}`;
      found.set(each.key, { ...dataset, unread: { reason: 'budget', detail } });
    }
  });
  return [...spent].map(([budget, limit]) => ({ budget, limit }));
}
