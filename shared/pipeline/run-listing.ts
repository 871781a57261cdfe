/**
 * Sorts a version's assets into those that are read and those that are only counted. Pure; ListAssets stores the
 * result, and every later count agrees with it.
 */
import type { ArchiveClient } from '../archive/archive-client.ts';
import type { Asset, InvalidAsset } from '../archive/asset.ts';
import { findAssetKind, isInvalidAsset, isNwb } from '../archive/asset.ts';
import type { VersionRef } from '../archive/version-ref.ts';
import { inPathOrder } from '../file-types/file-type.ts';
import type { UnreadableAsset } from '../prompt/facts.ts';
import { type AssetRecord, buildAssetRecord } from './asset-records.ts';
import type { FileToRead } from './run-payloads.ts';

/** A version's assets, sorted. */
export interface Listing {
  /** All assets. */
  readonly assets: number;
  /** NWB assets: those to read and those that cannot be. */
  readonly nwb: number;
  /** In path order. */
  readonly files: readonly FileToRead[];
  /** NWB assets without content to read, with the reason. */
  readonly unreadable: readonly UnreadableAsset[];
  /** Assets that are not NWB, by kind, most frequent first. */
  readonly other: readonly { readonly kind: string; readonly count: number }[];
  /** The digest of each asset's record, in path order. */
  readonly records: readonly AssetRecord[];
}

/**
 * Lists the assets of a version. Each record is digested as it arrives and not stored.
 * @throws as `ArchiveClient.readAssets` throws
 */
export async function readListing(
  archive: Pick<ArchiveClient, 'readAssets'>,
  ref: VersionRef,
  signal?: AbortSignal,
): Promise<Listing> {
  const entries: (Asset | InvalidAsset)[] = [];
  const records: AssetRecord[] = [];
  const raw = new Map<string, unknown>();
  for await (const entry of archive.readAssets(ref, signal, (assetId, record) => raw.set(assetId, record))) {
    entries.push(entry);
    const assetId = entry.assetId ?? '';
    const size = isInvalidAsset(entry) ? 0 : entry.size;
    const path = entry.path ?? '';
    const kind = findAssetKind({ path, encodingFormat: isInvalidAsset(entry) ? '' : entry.encodingFormat });
    records.push(buildAssetRecord({ path, assetId, size, kind }, raw.get(assetId)));
    raw.delete(assetId);
  }
  return { ...buildListing(entries), records: inPathOrder(records) };
}

/** Sorts a version's assets. The result does not depend on their order. */
export function buildListing(entries: readonly (Asset | InvalidAsset)[]): Omit<Listing, 'records'> {
  const files: FileToRead[] = [];
  const unreadable: (UnreadableAsset & { assetId: string })[] = [];
  const kinds = new Map<string, number>();
  for (const entry of entries) {
    const name = {
      path: entry.path ?? '',
      encodingFormat: isInvalidAsset(entry) ? '' : entry.encodingFormat,
    };
    if (!isNwb(name)) {
      const kind = findAssetKind(name);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      continue;
    }
    const file = isInvalidAsset(entry) ? undefined : fileToRead(entry);
    if (file !== undefined) files.push(file);
    else unreadable.push({ path: name.path, assetId: entry.assetId ?? '', ...whyNot(entry) });
  }
  return {
    assets: entries.length,
    nwb: files.length + unreadable.length,
    files: inPathOrder(files),
    unreadable: inPathOrder(unreadable).map(({ path, reason, detail }) => ({ path, reason, detail })),
    other: [...kinds]
      .map(([kind, count]) => ({ kind, count }))
      .sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1)),
  };
}

function fileToRead({ path, assetId, size, content }: Asset): FileToRead | undefined {
  if (content.kind === 'blob') return { path, assetId, contentId: content.blobId, size };
  if (content.checksum === undefined) return undefined;
  return { path, assetId, contentId: content.checksum, zarrId: content.zarrId, size };
}

function whyNot(entry: Asset | InvalidAsset): { reason: string; detail: string } {
  if (isInvalidAsset(entry)) return { reason: 'invalid-record', detail: entry.reason };
  return { reason: 'pending', detail: 'The archive has not finished this Zarr: it has no checksum yet.' };
}
