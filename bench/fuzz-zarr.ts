/**
 * Reads thousands of damaged Zarr stores, and counts the outcomes: a header, with what was not read of it, or
 * a named error. Both metadata documents and chunks are damaged. An internal error of the program, thrown or
 * recorded as a note, is a failure of the run, and its seed is printed.
 */
import { setImmediate as nextTask } from 'node:timers/promises';
import type { ReadLimits } from '../shared/header/header-reader.ts';
import { headerText } from '../shared/header/header-text.ts';
import type { NwbHeader } from '../shared/header/nwb-header.ts';
import { readZarrHeader } from '../shared/zarr/zarr-header-reader.ts';
import { memoryStore, type Objects } from '../test/zarr/stores.ts';
import { Dice } from './mutate.ts';

/** The outcomes of the variants. */
export interface ZarrFuzzCounts {
  variants: number;
  /** Headers with every value, and those with something unread. */
  whole: number;
  partial: number;
  /** Objects that were not read, by reason. */
  readonly unread: Map<string, number>;
  /** By the error's name and reason. */
  readonly errors: Map<string, number>;
  /** Outcomes that must not occur, each with its seed. */
  readonly failures: string[];
  slowestMs: number;
  peakMegabytes: number;
}

const NAMED = new Set(['HeaderUnreadableError', 'ReadBudgetExceededError']);
/** The start of internal errors, which no input should cause, when they are recorded as a note. */
const OWN_ERROR =
  /is not a function|is not iterable|Cannot read propert|Cannot mix|undefined|Invalid (typed )?array|call stack|BigInt/;

const LIMITS: ReadLimits = {
  bytes: 256 * 1024 * 1024,
  requests: 100_000,
  objects: 20_000,
  depth: 100,
  milliseconds: 20_000,
  valueBytes: 256 * 1024,
};

const TOKENS = [
  'null',
  'true',
  '-1',
  '0',
  '1e999',
  '9007199254740993',
  '4294967296',
  '""',
  '"\\ud800"',
  '[]',
  '{}',
  '[[]]',
  '[0]',
  '"blosc"',
  '"sharding_indexed"',
  '"<f8"',
  '"|O"',
  '"NaN"',
  '"../.."',
];
/** Approximately a JSON value: a string, a number, a word, or an empty list or object. */
const VALUE = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|\btrue\b|\bfalse\b|\bnull\b|\[\s*\]|\{\s*\}/g;

/** Damages the store in one to four places. */
export function mutateStore(objects: Objects, dice: Dice): Objects {
  const damaged = new Map(objects);
  const paths = [...objects.keys()];
  const documents = paths.filter(isDocument);
  const chunks = paths.filter((path) => !isDocument(path));
  for (let count = 1 + dice.below(4); count > 0; count -= 1) {
    const isChunk = chunks.length > 0 && dice.below(2) === 0;
    const path = dice.of(isChunk ? chunks : documents);
    const bytes = damaged.get(path);
    if (bytes === undefined) continue;
    switch (dice.below(12)) {
      case 0:
        damaged.delete(path);
        break;
      case 1:
        damaged.set(path, bytes.slice(0, dice.below(bytes.length + 1)));
        break;
      case 2:
        damaged.set(path, damaged.get(dice.of(paths)) ?? bytes);
        break;
      default:
        damaged.set(
          path,
          isChunk || dice.below(4) === 0 ? mutateBytes(bytes, dice) : mutateJson(bytes, dice),
        );
    }
  }
  return damaged;
}

function isDocument(path: string): boolean {
  return /(^|\/)(\.z[a-z]+|zarr\.json)$/.test(path);
}

function mutateJson(bytes: Uint8Array, dice: Dice): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  const values = [...text.matchAll(VALUE)];
  if (values.length === 0) return bytes;
  const { index, 0: value } = dice.of(values);
  const other = dice.below(3) === 0 ? dice.of(values)[0] : dice.of(TOKENS);
  return new TextEncoder().encode(text.slice(0, index) + other + text.slice(index + value.length));
}

/** Headers of codecs and the shards' indexes are at the ends of a chunk, which are damaged most often. */
function mutateBytes(bytes: Uint8Array, dice: Dice): Uint8Array {
  const output = bytes.slice();
  if (output.length === 0) return output;
  const reach = Math.min(output.length, 48);
  const near = dice.below(reach);
  const at = [near, output.length - 1 - near, dice.below(output.length)][dice.below(3)]!;
  switch (dice.below(4)) {
    case 0:
      output[at] = dice.below(256);
      break;
    case 1:
      output[at]! ^= 1 << dice.below(8);
      break;
    case 2:
      output.fill(dice.of([0, 0x7f, 0xff]), at, at + 1 + dice.below(8));
      break;
    default:
      output.copyWithin(at, dice.below(output.length), dice.below(output.length));
  }
  return output;
}

/** Reads `variants` damaged forms of the stores; the same seed gives the same forms. */
export async function fuzzZarr(
  stores: readonly Objects[],
  variants: number,
  seed: number,
  progress?: (done: number) => void,
): Promise<ZarrFuzzCounts> {
  const counts: ZarrFuzzCounts = {
    variants: 0,
    whole: 0,
    partial: 0,
    unread: new Map(),
    errors: new Map(),
    failures: [],
    slowestMs: 0,
    peakMegabytes: 0,
  };
  for (let variant = 0; variant < variants; variant += 1) {
    const dice = new Dice(seed + variant);
    const objects = mutateStore(dice.of(stores), dice);
    const startedAt = performance.now();
    await readOne(`variant ${seed + variant}`, objects, counts);
    counts.slowestMs = Math.max(counts.slowestMs, performance.now() - startedAt);
    counts.peakMegabytes = Math.max(counts.peakMegabytes, process.memoryUsage.rss() / 1e6);
    counts.variants += 1;
    // Stores in memory never wait, and buffers are only freed between tasks: without this, thousands would
    // accumulate.
    await nextTask();
    if (counts.variants % 1000 === 0) progress?.(counts.variants);
  }
  return counts;
}

async function readOne(key: string, objects: Objects, counts: ZarrFuzzCounts): Promise<void> {
  try {
    const { header } = await readZarrHeader({ ...memoryStore(objects), key }, LIMITS);
    // What is read must also be printable.
    headerText(header);
    countUnread(key, header, counts);
  } catch (error) {
    const { name, reason, budget } = error as { name: string; reason?: string; budget?: string };
    if (!NAMED.has(name)) counts.failures.push(`${key}: ${String((error as Error).stack)}`);
    increment(counts.errors, `${name} ${reason ?? budget ?? ''}`.trim());
  }
}

function countUnread(key: string, header: NwbHeader, counts: ZarrFuzzCounts): void {
  let isWhole = true;
  for (const object of header.objects) {
    const unread = 'unread' in object ? object.unread : undefined;
    if (unread === undefined || unread.reason === 'skipped') continue;
    isWhole = false;
    increment(counts.unread, unread.reason);
    if (OWN_ERROR.test(unread.detail)) counts.failures.push(`${key}: unread for ${unread.detail}`);
  }
  if (isWhole) counts.whole += 1;
  else counts.partial += 1;
}

function increment(counts: Map<string, number>, kind: string): void {
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
}
