/**
 * Size and speed of the index of a whole archive: its bytes, its loading in a new process, and its searches
 * once warm. Each time is measured in turn with a reference, since milliseconds on a machine with other work
 * mean little by themselves.
 */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { encodeIndex, withTerms } from '../../shared/search/index-file.ts';
import { findSnippets, search } from '../../shared/search/run-search.ts';
import type { SearchDocument } from '../../shared/search/search-document.ts';
import { SearchIndex } from '../../shared/search/search-index.ts';
import { markdownTable } from '../table.ts';
import { buildArchiveDocuments } from './archive-documents.ts';

/** Dandisets of the archive in October 2026. */
const ARCHIVE = 1_251;
/** Processes that load the index, and passes over the queries: enough for a median and both extremes. */
const ROUNDS = 24;
/** Results on a page with their snippets. */
const SHOWN = 50;

/** The most expensive queries that people may send. */
const HARD: readonly (readonly [string, string])[] = [
  ['a phrase of two frequent words', '"mouse brain"'],
  ['a word left out', 'mouse -"visual cortex"'],
  ['five misspelled words', 'nueropixls vissual cortx hipocampuss optogentic'],
  ['300 words that do not occur', Array.from({ length: 300 }, (_, at) => `qx${spell(at)}zj`).join(' ')],
];

function spell(number: number): string {
  return [...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
}

/** Measures and prints. The files that other processes read are written to `folder`. */
export async function measureIndex(
  samples: readonly SearchDocument[],
  queries: readonly string[],
  folder: string,
): Promise<void> {
  const documents = buildArchiveDocuments(samples, ARCHIVE);
  const indexed = documents.map(withTerms);
  const writing = measureTime(() => encodeIndex(indexed));
  const bytes = writing.value;
  const json = JSON.stringify(documents);
  const gzipped = gzipSync(json);
  const [indexPath, referencePath] = [join(folder, 'index'), join(folder, 'documents.json.gz')];
  await writeFile(indexPath, bytes);
  await writeFile(referencePath, gzipped);
  const loads = await measureLoads(indexPath, referencePath);
  const index = SearchIndex.load(bytes);
  const passes = measurePasses(index, documents, queries);
  const hard = HARD.map(([name, query]) => {
    const fresh = SearchIndex.load(bytes);
    const times = Array.from({ length: 6 }, () => measureTime(() => answer(fresh, query)).milliseconds);
    return [name, `${times[0]!.toFixed(0)}, ${sort(times.slice(1))[2]!.toFixed(1)}`];
  });
  const counts = [
    ['documents, characters of their JSON', `${documents.length}, ${json.length}`],
    ['bytes of the index', String(bytes.length)],
    ['bytes of the gzipped JSON', String(gzipped.length)],
    ['terms, postings', `${index.terms.length}, ${countPostings(indexed)}`],
    ['ms to write the index whole', writing.milliseconds.toFixed(0)],
    ...hard.map(([name, times]) => [`ms, first and warm: ${name}`, times!]),
  ];
  const spread = (name: string, each: readonly Pair[]): string[] => [
    name,
    describeSpread(
      each.map(({ ours }) => ours),
      1,
    ),
    describeSpread(
      each.map(({ reference }) => reference),
      1,
    ),
    describeSpread(
      each.map(({ ours, reference }) => ours / reference),
      2,
    ),
  ];
  const head = ['least / median / most', 'ms', 'ms of the reference', 'ratio'];
  process.stdout.write(
    `${markdownTable([`${ARCHIVE} Dandisets`, ''], counts)}\n\n${markdownTable(head, [
      spread(`load in ${ROUNDS} new processes; gunzip and JSON.parse of the documents`, loads.clock.load),
      spread('the same, time of the processor', loads.processor.load),
      spread('first search with 50 snippets after that; the same reference', loads.clock.first),
      spread('the same, time of the processor', loads.processor.first),
      spread(
        `p95 of ${queries.length} searches with 50 snippets, ${ROUNDS} passes; the earlier rule on the same texts`,
        passes,
      ),
    ])}\n`,
  );
}

interface Pair {
  readonly ours: number;
  readonly reference: number;
}

/** Milliseconds of wall clock and CPU time, as `load-once.ts` prints them. */
interface Times {
  readonly clock: number;
  readonly processor: number;
}

interface LoadPairs {
  readonly load: readonly Pair[];
  readonly first: readonly Pair[];
}

async function measureLoads(
  indexPath: string,
  referencePath: string,
): Promise<{ readonly clock: LoadPairs; readonly processor: LoadPairs }> {
  const script = fileURLToPath(new URL('load-once.ts', import.meta.url));
  const rounds: { load: Times; reference: Times; first: Times }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? 'ours' : 'reference';
    const run = await promisify(execFile)(process.execPath, [script, indexPath, referencePath, order]);
    rounds.push(JSON.parse(run.stdout));
  }
  const pair = (of: 'load' | 'first', by: keyof Times): Pair[] =>
    rounds.map((round) => ({ ours: round[of][by], reference: round.reference[by] }));
  return {
    clock: { load: pair('load', 'clock'), first: pair('first', 'clock') },
    processor: { load: pair('load', 'processor'), first: pair('first', 'processor') },
  };
}

/** The 95th percentile of each pass over the queries, after a warm-up pass. */
function measurePasses(
  index: SearchIndex,
  documents: readonly SearchDocument[],
  queries: readonly string[],
): Pair[] {
  const texts = documents.map((document) => JSON.stringify(document).toLowerCase());
  const scan = (query: string): number => {
    const words = query.toLowerCase().split(/\s+/);
    return texts.filter((text) => words.every((word) => text.includes(word))).length;
  };
  const p95 = (work: (query: string) => unknown): number => {
    const times = sort(queries.map((query) => measureTime(() => work(query)).milliseconds));
    return times[Math.min(times.length - 1, Math.floor(times.length * 0.95))]!;
  };
  const passes = Array.from({ length: ROUNDS + 1 }, () => ({
    ours: p95((query) => answer(index, query)),
    reference: p95(scan),
  }));
  return passes.slice(1);
}

function answer(index: SearchIndex, query: string): void {
  const outcome = search(index, query);
  for (const hit of outcome.hits.slice(0, SHOWN)) findSnippets(index, outcome, hit);
}

function countPostings(indexed: readonly ReturnType<typeof withTerms>[]): number {
  return indexed.reduce((sum, { terms }) => sum + terms.reduce((each, { size }) => each + size, 0), 0);
}

function sort(numbers: readonly number[]): number[] {
  return [...numbers].sort((one, other) => one - other);
}

function describeSpread(numbers: readonly number[], digits: number): string {
  const sorted = sort(numbers);
  const median = sorted[Math.floor(sorted.length / 2)]!;
  return [sorted[0]!, median, sorted.at(-1)!].map((number) => number.toFixed(digits)).join(' / ');
}

function measureTime<T>(work: () => T): { readonly value: T; readonly milliseconds: number } {
  const start = performance.now();
  const value = work();
  return { value, milliseconds: performance.now() - start };
}
