/**
 * A version's assets sorted into what is read and what is only counted. Pure; ListAssets stores it, and
 * every later count agrees with it.
 */
import type { Asset, InvalidAsset } from '../archive/asset.ts';
import { isInvalidAsset, isNwb, kindOf } from '../archive/asset.ts';
import { inPathOrder } from '../file-types/file-type.ts';
import type { UnreadableAsset } from '../prompt/facts.ts';
import type { FileToRead } from './payloads.ts';

/** A version's assets, sorted. */
export interface Listing {
  /** All assets. */
  readonly assets: number;
  /** NWB assets: those to read and those that cannot be. */
  readonly nwb: number;
  /** In path order. */
  readonly files: readonly FileToRead[];
  /** NWB assets that have nothing to read, with the reason. */
  readonly unreadable: readonly UnreadableAsset[];
  /** Assets that are not NWB, by kind, most frequent first. */
  readonly other: readonly { readonly kind: string; readonly count: number }[];
}

/** Sorts a version's assets. The result does not depend on their order. */
export function buildListing(entries: readonly (Asset | InvalidAsset)[]): Listing {
  const files: FileToRead[] = [];
  const unreadable: (UnreadableAsset & { assetId: string })[] = [];
  const kinds = new Map<string, number>();
  for (const entry of entries) {
    const name = {
      path: entry.path ?? '',
      encodingFormat: isInvalidAsset(entry) ? '' : entry.encodingFormat,
    };
    if (!isNwb(name)) {
      const kind = kindOf(name);
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
