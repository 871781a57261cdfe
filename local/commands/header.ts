/** `header FILE_OR_URL`: the header of one file in HDF5 or Zarr, as text or as JSON, with what its reading cost. */
import { stat } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import { InvalidInputError } from '../../shared/errors.ts';
import { type EngineName, Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import type { HeaderReader } from '../../shared/hdf5/header-reader.ts';
import { headerToJson } from '../../shared/header/header-json.ts';
import { headerText } from '../../shared/header/header-text.ts';
import {
  buildReferences,
  MOST_CHUNKS,
  type ReferenceFormat,
} from '../../shared/references/build-references.ts';
import { openFileSource } from '../../shared/source/file-source.ts';
import { openHttpSource, openingOf } from '../../shared/source/http-source.ts';
import type { RangeSource } from '../../shared/source/range-source.ts';
import { openFolderZarrStore } from '../../shared/zarr/folder-zarr-store.ts';
import { findZarrPlace, openHttpZarrStore } from '../../shared/zarr/http-zarr-store.ts';
import { readZarrHeader } from '../../shared/zarr/zarr-header-reader.ts';
import { readArguments } from './arguments.ts';
import { readSettings } from './common-options.ts';

const ENGINES: readonly EngineName[] = ['walker', 'libhdf5'];
const FORMATS: readonly ReferenceFormat[] = ['lindi', 'kerchunk'];

/** Prints the header on standard output; with `--report`, one line of JSON on standard error. */
export async function header(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments(args, {
    json: { type: 'boolean' },
    report: { type: 'boolean' },
    engine: { type: 'string' },
    format: { type: 'string' },
  });
  const [place] = positionals;
  if (place === undefined || positionals.length > 1) {
    throw new InvalidInputError('Name one file or URL.', { field: 'FILE_OR_URL' });
  }
  const engine = readEngine(values.engine);
  if (values.format !== undefined) return writeReferences(place, readFormat(values.format), signal);
  const read = (await isZarr(place))
    ? await readZarr(place, engine, signal)
    : await readHdf5(place, engine, signal);
  if (values.report === true) process.stderr.write(`${JSON.stringify(read.report)}\n`);
  const text = values.json === true ? `${headerToJson(read.header)}\n` : headerText(read.header);
  await print(text);
  for (const { budget, limit } of read.header.cutShort) {
    process.stderr.write(`The header was read in part: the limit of ${limit} ${budget} was reached.\n`);
  }
  return 0;
}

/** Prints the file as references, and on standard error how much they lack. */
async function writeReferences(place: string, format: ReferenceFormat, signal: AbortSignal): Promise<number> {
  if (await isZarr(place)) {
    throw new InvalidInputError('--format is for files in HDF5: a Zarr is read by its own address.', {
      field: '--format',
    });
  }
  const reader = new Hdf5HeaderReader({ engine: 'walker' });
  try {
    const source = await open(place, signal);
    const { readLimits } = readSettings();
    const { header, places } = await reader.readPlacedHeader(source, readLimits, MOST_CHUNKS, signal);
    const url = isUrl(place) ? place : resolvePath(place);
    const { byteLength } = source;
    const { json, notIncluded } = buildReferences({ url, byteLength, header, places }, format);
    await print(`${json}\n`);
    if (notIncluded.length > 0) {
      const count = notIncluded.length;
      process.stderr.write(`${count} of what the file holds is not in the references: see notIncluded.\n`);
    }
    return 0;
  } finally {
    reader.close();
  }
}

function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (fault) => (fault ? reject(fault) : resolve()));
  });
}

function readFormat(name: string): ReferenceFormat {
  const format = FORMATS.find((each) => each === name);
  if (format !== undefined) return format;
  throw new InvalidInputError(`--format is one of ${FORMATS.join(', ')}, not "${name}".`, {
    field: '--format',
  });
}

type ReadHeader = ReturnType<HeaderReader['readHeader']>;

async function readHdf5(place: string, engine: EngineName, signal: AbortSignal): ReadHeader {
  const reader = new Hdf5HeaderReader({ engine });
  try {
    const source = await open(place, signal);
    return await reader.readHeader(source, readSettings().readLimits, signal);
  } finally {
    await reader.close();
  }
}

async function readZarr(place: string, engine: EngineName, signal: AbortSignal): ReadHeader {
  if (engine !== 'auto') {
    throw new InvalidInputError('--engine chooses among the readers of HDF5; this is a Zarr.', {
      field: '--engine',
    });
  }
  const store = isUrl(place) ? openHttpZarrStore(findZarrPlace(place)) : openFolderZarrStore(place);
  return await readZarrHeader(store, readSettings().readLimits, signal);
}

/** A Zarr is told by its name, by where the archive keeps it, or by being a folder. */
async function isZarr(place: string): Promise<boolean> {
  if (!isUrl(place)) return (await stat(place).catch(() => undefined))?.isDirectory() ?? false;
  const path = URL.canParse(place) ? new URL(place).pathname : '';
  return /\.zarr\/*$/i.test(path) || /\/zarr\/[0-9a-f-]{36}\/*$/.test(path);
}

function isUrl(place: string): boolean {
  return /^https?:\/\//i.test(place);
}

function open(place: string, signal: AbortSignal): Promise<RangeSource> {
  if (!isUrl(place)) return openFileSource(place);
  return openHttpSource(place, {
    signal,
    ...openingOf(),
    // The archive's download addresses lead to its bucket.
    redirectHosts: readSettings().downloadHosts,
  });
}

function readEngine(name: string | undefined): EngineName {
  if (name === undefined) return 'auto';
  const engine = ENGINES.find((each) => each === name);
  if (engine !== undefined) return engine;
  throw new InvalidInputError(`--engine is one of ${ENGINES.join(', ')}, not "${name}".`, {
    field: '--engine',
  });
}
