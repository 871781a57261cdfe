/**
 * Reads thousands of damaged files, and counts the outcomes: a header from one engine or the other,
 * or a named error. Anything else is a failure, and its seed is printed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Hdf5HeaderReader } from '../shared/hdf5/hdf5-header-reader.ts';
import type { RangeSource } from '../shared/source/range-source.ts';
import { readKinds, readNwbStore, withoutConsolidated } from '../test/zarr/stores.ts';
import { fuzzZarr } from './fuzz-zarr.ts';
import { Dice, findStructures, mutateFile } from './mutate.ts';

/** The outcomes of the variants. */
export interface FuzzCounts {
  variants: number;
  walker: number;
  libhdf5: number;
  /** By the error's name and reason. */
  readonly errors: Map<string, number>;
  /** Outcomes that must not occur, each with its seed. */
  readonly failures: string[];
  slowestMs: number;
  peakMegabytes: number;
}

const NAMED = new Set(['HeaderUnreadableError', 'ReadBudgetExceededError']);

const LIMITS = {
  bytes: 256 * 1024 * 1024,
  requests: 100_000,
  objects: 20_000,
  depth: 100,
  milliseconds: 20_000,
  valueBytes: 256 * 1024,
};

/** A source for a file in memory. */
export function memorySource(key: string, bytes: Uint8Array): RangeSource {
  return {
    key,
    byteLength: bytes.length,
    read: async (offset, length) => bytes.slice(offset, offset + length),
  };
}

/** Reads `variants` damaged forms of the files; the same seed gives the same forms. */
export async function fuzz(
  files: readonly Uint8Array[],
  variants: number,
  seed: number,
  progress?: (done: number) => void,
): Promise<FuzzCounts> {
  const counts: FuzzCounts = {
    variants: 0,
    walker: 0,
    libhdf5: 0,
    errors: new Map(),
    failures: [],
    slowestMs: 0,
    peakMegabytes: 0,
  };
  const locations = files.map(findStructures);
  const reader = new Hdf5HeaderReader();
  try {
    for (let variant = 0; variant < variants; variant += 1) {
      const dice = new Dice(seed + variant);
      const index = dice.below(files.length);
      const bytes = mutateFile(files[index]!, locations[index]!, dice);
      const startedAt = performance.now();
      await readOne(reader, memorySource(`variant ${seed + variant}`, bytes), counts);
      counts.slowestMs = Math.max(counts.slowestMs, performance.now() - startedAt);
      counts.peakMegabytes = Math.max(counts.peakMegabytes, process.memoryUsage.rss() / 1e6);
      counts.variants += 1;
      if (counts.variants % 1000 === 0) progress?.(counts.variants);
    }
  } finally {
    reader.close();
  }
  return counts;
}

async function readOne(reader: Hdf5HeaderReader, source: RangeSource, counts: FuzzCounts): Promise<void> {
  try {
    const { report } = await reader.readHeader(source, LIMITS);
    if (report.engine === 'walker') counts.walker += 1;
    else counts.libhdf5 += 1;
    if (report.fallback?.startsWith('an internal error of the walker'))
      counts.failures.push(`${source.key}: ${report.fallback}`);
  } catch (error) {
    const { name, reason, budget } = error as { name: string; reason?: string; budget?: string };
    if (!NAMED.has(name)) counts.failures.push(`${source.key}: ${String((error as Error).stack)}`);
    const kind = `${name} ${reason ?? budget ?? ''}`.trim();
    counts.errors.set(kind, (counts.errors.get(kind) ?? 0) + 1);
  }
}

const GOLDEN = resolve(import.meta.dirname, '../test/hdf5/golden');

/** The tests' own files of every filter, layout, type and link, which NWB files rarely have. */
export function decoderFiles(): Uint8Array[] {
  return ['layouts', 'rare', 'features'].flatMap((folder) =>
    readdirSync(join(GOLDEN, folder))
      .filter((name) => name.endsWith('.h5.gz'))
      .map((name) => new Uint8Array(gunzipSync(readFileSync(join(GOLDEN, folder, name))))),
  );
}

/** Small files of every origin: the corpus if it is present, and the tests' own. */
export function filesToDamage(): Uint8Array[] {
  const corpus = resolve(import.meta.dirname, '../../shared/corpus/files');
  const ours = decoderFiles();
  try {
    const names = readdirSync(corpus).filter((name) => name.endsWith('.nwb'));
    const theirs = names.map((name) => new Uint8Array(readFileSync(join(corpus, name))));
    return [...theirs, ...ours].filter(({ length }) => length < 2e6);
  } catch {
    return ours;
  }
}

/**
 * The stores of both versions, with and without consolidated metadata, and every codec and kind of array,
 * shards among them.
 */
export function storesToDamage(): Map<string, Uint8Array>[] {
  return (['v2', 'v3'] as const).flatMap((version) => [
    readNwbStore(version),
    withoutConsolidated(readNwbStore(version)),
    readKinds(version).objects,
    readKinds(version, 'codecs').objects,
  ]);
}

/** `npm run bench -- fuzz [VARIANTS] [SEED]`: this many variants of HDF5, then of Zarr. */
export async function runFuzz([variants = '20000', seed = '1']: readonly string[]): Promise<void> {
  await runHdf5(Number(variants), Number(seed));
  await runZarr(Number(variants), Number(seed));
}

async function runZarr(variants: number, seed: number): Promise<void> {
  const stores = storesToDamage();
  const startedAt = performance.now();
  const counts = await fuzzZarr(stores, variants, seed, (done) => console.error(`${done} Zarr variants`));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(`${counts.variants} variants of ${stores.length} Zarr stores in ${seconds} s`);
  console.log(`headers: ${counts.whole} whole, ${counts.partial} with something unread`);
  for (const [reason, count] of counts.unread) console.log(`objects unread, ${reason}: ${count}`);
  for (const [kind, count] of [...counts.errors].sort((a, b) => b[1] - a[1]))
    console.log(`${kind}: ${count}`);
  printWorst(counts);
}

async function runHdf5(variants: number, seed: number): Promise<void> {
  const files = filesToDamage();
  const startedAt = performance.now();
  const counts = await fuzz(files, variants, seed, (done) => console.error(`${done} variants`));
  const { walker, libhdf5, errors } = counts;
  console.log(
    `${counts.variants} variants of ${files.length} files in ${Math.round((performance.now() - startedAt) / 1000)} s`,
  );
  console.log(`headers: ${walker} by the walker, ${libhdf5} by libhdf5 as its fallback`);
  for (const [kind, count] of [...errors].sort((a, b) => b[1] - a[1])) console.log(`${kind}: ${count}`);
  printWorst(counts);
}

function printWorst({
  slowestMs,
  peakMegabytes,
  failures,
}: Pick<FuzzCounts, 'slowestMs' | 'peakMegabytes' | 'failures'>): void {
  console.log(
    `slowest ${Math.round(slowestMs)} ms; peak memory ${Math.round(peakMegabytes)} MB; failures: ${failures.length}`,
  );
  for (const error of failures.slice(0, 20)) console.log(error);
  if (failures.length > 0) process.exitCode = 1;
}
