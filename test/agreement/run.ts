/**
 * Compares both engines and the reader of Zarr with h5py and zarr-python on every HDF5 and Zarr file of a
 * folder. Ends with the line `N agree, N differ, N excluded`; run by `npm run agreement -- FOLDER
 * [--python=PYTHON]`.
 */
import { open, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../../shared/config.ts';
import { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import type { NwbHeader } from '../../shared/header/nwb-header.ts';
import { openFileSource } from '../../shared/source/file-source.ts';
import { openFolderZarrStore } from '../../shared/zarr/folder-zarr-store.ts';
import { readZarrHeader } from '../../shared/zarr/zarr-header-reader.ts';
import { compareHeader, type Difference } from './compare.ts';
import { EXCLUSIONS } from './exclusions.ts';
import { findInstalled, Reference, type Response } from './reference.ts';

const SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
const ZARR_DOCUMENTS = new Set(['.zgroup', '.zmetadata', '.zarray', 'zarr.json']);
/** Positions of the signature: at 0, or after a user block. */
const SIGNATURE_PLACES = [0, 512, 1024, 2048, 4096, 8192];

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { python: { type: 'string', default: 'python3' } },
});
const { readLimits } = readConfig({});

interface FoundFile {
  readonly path: string;
  readonly format: Difference['format'];
}

/** Finds files by their bytes, not their names; does not descend into a Zarr. */
async function* findFiles(folder: string): AsyncGenerator<FoundFile> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (entries.some(({ name }) => ZARR_DOCUMENTS.has(name))) {
    yield { path: folder, format: 'zarr' };
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* findFiles(path);
    else if (entry.isFile() && (await isHdf5(path))) yield { path, format: 'hdf5' };
  }
}

async function isHdf5(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    for (const location of SIGNATURE_PLACES) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, location);
      if (bytesRead < 8) return false;
      if (buffer.equals(SIGNATURE)) return true;
    }
    return false;
  } finally {
    await file.close();
  }
}

type ReadHeader = (path: string) => Promise<NwbHeader>;

/** The readers of a format, by name. */
function buildReaders(): {
  readers: Record<Difference['format'], Record<string, ReadHeader>>;
  close: () => void;
} {
  const engines = (['walker', 'libhdf5'] as const).map(
    (engine) => [engine, new Hdf5HeaderReader({ engine })] as const,
  );
  const byEngine = engines.map(([engine, reader]): [string, ReadHeader] => [
    engine,
    async (path) => {
      await using source = await openFileSource(path);
      return (await reader.readHeader(source, readLimits)).header;
    },
  ]);
  const zarr: ReadHeader = async (path) =>
    (await readZarrHeader(await openFolderZarrStore(path), readLimits)).header;
  return {
    readers: { hdf5: Object.fromEntries(byEngine), zarr: { zarr } },
    close: () => {
      for (const [, reader] of engines) reader.close();
    },
  };
}

const counts = { agree: 0, differ: 0, excluded: 0 };
const excludedByName = new Map<string, number>();

/** Compares one file by one reader, and prints the result. */
async function compareFile(
  file: FoundFile,
  reader: string,
  readHeader: ReadHeader,
  theirs: Response,
): Promise<void> {
  const say = (outcome: keyof typeof counts, detail: string): void => {
    counts[outcome] += 1;
    process.stdout.write(`${outcome.padEnd(8)} ${reader.padEnd(7)} ${file.path}${detail && `: ${detail}`}\n`);
  };
  let header: NwbHeader;
  try {
    header = await readHeader(file.path);
  } catch (error) {
    const { name, message } = error as Error;
    if ('error' in theirs) say('agree', `neither reads it (${name}; ${theirs.error})`);
    else say('differ', `this reader does not read it: ${name}: ${message}`);
    return;
  }
  if ('error' in theirs) {
    say('excluded', `the reference does not read it: ${theirs.error}`);
    return;
  }
  const differences = compareHeader(file.format, header, theirs.facts);
  const names = new Set<string>();
  const left = differences.filter((difference) => {
    const exclusion = EXCLUSIONS.find(({ covers }) => covers(difference));
    if (exclusion === undefined) return true;
    names.add(exclusion.name);
    excludedByName.set(exclusion.name, (excludedByName.get(exclusion.name) ?? 0) + 1);
    return false;
  });
  const [first] = left;
  if (first === undefined) say('agree', names.size === 0 ? '' : `but for ${[...names].join(', ')}`);
  else say('differ', `${left.length} facts, first ${shown(first)}`);
}

function shown({ key, ours, theirs }: Difference): string {
  const short = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 300);
  return `${key}\n    ours   ${short(ours)}\n    theirs ${short(theirs)}`;
}

async function run(folder: string): Promise<number> {
  const installed = await findInstalled(flags.python);
  if (installed === undefined) {
    process.stdout.write(`Nothing compared: there is no Python ${flags.python}. Name one: --python=PYTHON\n`);
    return 2;
  }
  const missing = Object.keys(installed).filter((name) => installed[name] === null);
  if (missing.length > 0) {
    process.stdout.write(
      `Nothing compared: ${flags.python} lacks ${missing.join(', ')}. Install: ${flags.python} -m pip install ${missing.join(' ')}\n`,
    );
    return 2;
  }
  const { readers, close } = buildReaders();
  const reference = new Reference(flags.python);
  try {
    for await (const file of findFiles(resolve(folder))) {
      const theirs = await reference.read(file.path);
      for (const [name, readHeader] of Object.entries(readers[file.format]))
        await compareFile(file, name, readHeader, theirs);
    }
  } finally {
    reference.close();
    close();
  }
  for (const [name, count] of excludedByName) {
    process.stdout.write(
      `excluded, ${name} (${EXCLUSIONS.find((each) => each.name === name)?.reason}): ${count} facts\n`,
    );
  }
  process.stdout.write(`${counts.agree} agree, ${counts.differ} differ, ${counts.excluded} excluded\n`);
  return counts.differ === 0 ? 0 : 1;
}

const [folder] = positionals;
if (folder === undefined) {
  process.stdout.write('usage: npm run agreement -- FOLDER [--python=PYTHON]\n');
  process.exitCode = 2;
} else {
  process.exitCode = await run(folder);
}
