/**
 * Reads the header of one file at a URL or a path, in HDF5 or Zarr. The one entry point
 * to the readers, for the `header` command and for programs that use this package as a library.
 */
import { stat } from 'node:fs/promises';
import { type Config, readConfig } from '../config.ts';
import { InvalidInputError } from '../errors.ts';
import { type EngineName, Hdf5HeaderReader } from '../hdf5/hdf5-header-reader.ts';
import type { ReadLimits, ReadReport } from '../header/header-reader.ts';
import type { NwbHeader } from '../header/nwb-header.ts';
import { openFileSource } from '../source/file-source.ts';
import { openHttpSource, planOpening } from '../source/http-source.ts';
import type { RangeSource } from '../source/range-source.ts';
import { openFolderZarrStore } from '../zarr/folder-zarr-store.ts';
import { findZarrLocation, openHttpZarrStore } from '../zarr/http-zarr-store.ts';
import { readZarrHeader } from '../zarr/zarr-header-reader.ts';

/** Options of reading a header; each has a default. */
export interface ReadHeaderOptions {
  /** `auto`: the walker, and libhdf5 for files that the walker cannot read. Zarr supports only `auto`. */
  readonly engine?: EngineName;
  /** The budgets that differ from the defaults (256 MiB, 20,000 requests …: `READ_MAX_*` in `docs/settings.md`). */
  readonly limits?: Partial<ReadLimits>;
  /** Hosts that a URL may redirect to. By default those of the DANDI archive. */
  readonly redirectHosts?: readonly string[];
  /** Aborts the reading, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A header, and the cost of reading it. */
export interface HeaderReading {
  readonly header: NwbHeader;
  readonly report: ReadReport;
}

/**
 * The header of the file at `location`: an `http(s)` URL, which is read by range requests and never
 * downloaded, or a path. A Zarr is recognized by its name, by its location in the DANDI archive, or by being a folder.
 * Unreadable parts of a file are reported in the header itself (`unread`, `cutShort`).
 * @throws InvalidInputError for a location that is neither, or an engine that does not read it
 * @throws HeaderUnreadableError, ReadBudgetExceededError, ArchiveUnavailableError, AssetChangedError
 */
export async function readHeader(
  location: string | URL,
  options: ReadHeaderOptions = {},
): Promise<HeaderReading> {
  const defaults = readConfig({});
  const target = String(location);
  const limits = { ...defaults.readLimits, ...options.limits };
  return (await isZarr(target))
    ? await readZarr(target, limits, options)
    : await readHdf5(target, limits, options, defaults);
}

async function readHdf5(
  target: string,
  limits: ReadLimits,
  { engine = 'auto', signal, redirectHosts }: ReadHeaderOptions,
  defaults: Config,
): Promise<HeaderReading> {
  const opening = { engine, redirectHosts: redirectHosts ?? defaults.downloadHosts, signal };
  return await withHdf5File(target, opening, (reader, source) => reader.readHeader(source, limits, signal));
}

/**
 * Opens an HDF5 file at a URL or a path, passes it to `read` with a reader, and always closes both.
 * @throws the errors of `read`, and as `openHttpSource` and `openFileSource`
 */
export async function withHdf5File<T>(
  target: string,
  opening: {
    readonly engine: EngineName;
    readonly redirectHosts: readonly string[];
    readonly signal: AbortSignal | undefined;
  },
  read: (reader: Hdf5HeaderReader, source: RangeSource) => Promise<T>,
): Promise<T> {
  const { engine, redirectHosts, signal } = opening;
  const reader = new Hdf5HeaderReader({ engine });
  const file = isUrl(target) ? undefined : await openFileSource(target);
  try {
    return await read(reader, file ?? (await openAddress(target, redirectHosts, signal)));
  } finally {
    reader.close();
    await file?.close();
  }
}

async function readZarr(
  target: string,
  limits: ReadLimits,
  { engine = 'auto', signal }: ReadHeaderOptions,
): Promise<HeaderReading> {
  if (engine !== 'auto') {
    throw new InvalidInputError('The option engine applies only to HDF5; this is a Zarr.', {
      field: 'engine',
    });
  }
  const store = isUrl(target) ? openHttpZarrStore(findZarrLocation(target)) : openFolderZarrStore(target);
  return await readZarrHeader(store, limits, signal);
}

/** Whether a location is a Zarr: by its name, by its location in the archive, or by being a folder. */
export async function isZarr(target: string): Promise<boolean> {
  if (!isUrl(target)) return (await stat(target).catch(() => undefined))?.isDirectory() ?? false;
  const path = URL.canParse(target) ? new URL(target).pathname : '';
  return /\.zarr\/*$/i.test(path) || /\/zarr\/[0-9a-f-]{36}\/*$/.test(path);
}

/** Whether a location is a URL. */
export function isUrl(target: string): boolean {
  return /^https?:\/\//i.test(target);
}

function openAddress(
  address: string,
  redirectHosts: readonly string[],
  signal: AbortSignal | undefined,
): Promise<RangeSource> {
  return openHttpSource(address, {
    ...(signal === undefined ? {} : { signal }),
    ...planOpening(),
    redirectHosts,
  });
}
