/**
 * How well search finds: graded queries over the corpus's Dandisets, the earlier rule (a part of every word in titles and
 * fields, in the order of ids) beside the present one; and what the index of a whole archive weighs and takes. Run by
 * `npm run bench -- search`; with `--tuning` every query of the tuning half by itself, with `--listing` the first results
 * of twenty queries for people to read. The held-out half is only ever shown as a whole.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeIndex, withTerms } from '../shared/search/index-file.ts';
import { findSnippets, search } from '../shared/search/run-search.ts';
import { SearchIndex } from '../shared/search/search-index.ts';
import { CORPUS_ABSENT, corpusFolder } from '../test/corpus.ts';
import { buildArchiveDocuments } from './search/archive-documents.ts';
import { type CorpusDocument, readCorpusDocuments } from './search/corpus-store.ts';
import { DEPTH, type GradedQuery, ndcg, readQueries, recall } from './search/relevance.ts';
import { markdownTable } from './table.ts';

type Rank = (query: string) => string[];

/** Dandisets of the archive in October 2026. */
const ARCHIVE = 1_251;

/** Runs the benchmark. */
export async function runSearch(rest: readonly string[]): Promise<void> {
  const corpus = corpusFolder();
  if (corpus === undefined) {
    process.stdout.write(`The retrieval benchmark ${CORPUS_ABSENT}.\n`);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'bench-search-'));
  try {
    const documents = await readCorpusDocuments(corpus, folder);
    const index = SearchIndex.load(encodeIndex(documents.map(({ document }) => withTerms(document))));
    const present: Rank = (query) => search(index, query).hits.map(({ row }) => row.id);
    if (rest.includes('--listing')) return tellListing(index);
    const queries = readQueries();
    if (rest.includes('--tuning'))
      tellQueries(
        queries.filter(({ half }) => half === 'tuning'),
        present,
      );
    tellTable(queries, documents, present);
    measureArchive(
      documents.map(({ document }) => document),
      queries,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every word is part of the text: what search was before. */
function oldRule(documents: readonly CorpusDocument[]): Rank {
  const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const texts = documents.map(({ document, oldText }) => ({ id: document.id, text: fold(oldText) }));
  return (query) => {
    const words = fold(query).split(/\s+/);
    return texts.filter(({ text }) => words.every((word) => text.includes(word))).map(({ id }) => id);
  };
}

/** What researchers asked, as they wrote it: for reading, not for figures. */
const LISTED: readonly string[] = [
  'hippocampus',
  'rat',
  'two-photon',
  'iEEG',
  'speech',
  'auditory cortex',
  'place cells',
  'hipocampus mouse',
  'Neuropixels visual cortex',
  'human single neurons memory',
  'reaching task monkey motor cortex',
  'patch clamp human neurons',
  'species:mouse approach:electrophysiology units>=500',
  'sleep replay',
  'zebrafish whole brain imaging',
  'dopamine fiber photometry reward',
  'grid cells virtual reality',
  'whole-cell recordings layer 5 pyramidal neurons',
  'data to train a decoder of movement',
  'optogenetics behavior decision making',
];
/** Results of each that are listed. */
const LISTED_RESULTS = 5;

function tellListing(index: SearchIndex): void {
  for (const query of LISTED) {
    const outcome = search(index, query);
    const { hits, isNearest } = outcome;
    const first = hits.slice(0, LISTED_RESULTS).map((hit) => {
      const { row, score, missing } = hit;
      const [snippet] = findSnippets(index, outcome, hit);
      const shown = snippet?.parts.map(({ text, isFound }) => (isFound ? `[${text}]` : text)).join('') ?? '';
      const lacks = missing.length === 0 ? '' : ` (without ${missing.join(', ')})`;
      return `  ${row.id} ${score.toFixed(2)} ${row.title}${lacks}\n      ${shown.replace(/\s+/g, ' ')}\n`;
    });
    const found = isNearest ? `nothing fits, ${hits.length} come nearest` : `${hits.length} found`;
    process.stdout.write(`${query}: ${found}\n${first.join('')}\n`);
  }
}

function tellQueries(queries: readonly GradedQuery[], rank: Rank): void {
  for (const query of queries) {
    const ranking = rank(query.query);
    const worth = ndcg(ranking, query);
    const first = ranking.slice(0, DEPTH).map((id) => `${id}:${query.grades.get(id) ?? 0}`);
    const lost = [...query.grades].filter(([id]) => !ranking.slice(0, DEPTH).includes(id));
    process.stdout.write(
      `${worth.toFixed(2)} ${recall(ranking, query).toFixed(2)} ${query.kind} “${query.query}” ${first.join(' ')} lost ${lost.map(([id, grade]) => `${id}:${grade}`).join(' ')}\n`,
    );
  }
}

function tellTable(
  queries: readonly GradedQuery[],
  documents: readonly CorpusDocument[],
  present: Rank,
): void {
  const before = oldRule(documents);
  const kinds = [...new Set(queries.map(({ kind }) => kind))];
  for (const half of ['tuning', 'held-out'] as const) {
    const own = queries.filter((query) => query.half === half);
    const row = (name: string, some: readonly GradedQuery[]): string[] => [
      name,
      String(some.length),
      mean(some.map((query) => ndcg(before(query.query), query))),
      mean(some.map((query) => ndcg(present(query.query), query))),
      mean(some.map((query) => recall(before(query.query), query))),
      mean(some.map((query) => recall(present(query.query), query))),
    ];
    const rows = [
      ...kinds.map((kind) =>
        row(
          kind,
          own.filter((query) => query.kind === kind),
        ),
      ),
      row('all', own),
    ];
    const head = [half, 'queries', 'nDCG@10 before', 'now', 'R@10 before', 'now'];
    process.stdout.write(`${markdownTable(head, rows)}\n\n`);
  }
}

/** The mean over those that have a value: a query that nothing answers wholly has no recall. */
function mean(all: readonly number[]): string {
  const values = all.filter((value) => !Number.isNaN(value));
  if (values.length === 0) return '–';
  return (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3);
}

/** The index of an archive of made-up Dandisets with the corpus's words: its size, its loading, its answers. */
function measureArchive(
  samples: Parameters<typeof buildArchiveDocuments>[0],
  queries: readonly GradedQuery[],
): void {
  const indexed = buildArchiveDocuments(samples, ARCHIVE).map(withTerms);
  const written = measureTime(() => encodeIndex(indexed));
  const loads = Array.from({ length: 7 }, () => measureTime(() => SearchIndex.load(written.value)));
  const index = loads[0]!.value;
  const times = [...queries, ...queries].map(({ query }) => {
    return measureTime(() => {
      const outcome = search(index, query);
      for (const hit of outcome.hits.slice(0, 50)) findSnippets(index, outcome, hit);
    }).milliseconds;
  });
  const warm = times.slice(queries.length).sort((one, other) => one - other);
  const load = loads.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other);
  process.stdout.write(
    `${markdownTable(
      [`${ARCHIVE} Dandisets`, ''],
      [
        ['bytes of the index', String(written.value.length)],
        [
          'ms to load, the first and the median of 7',
          `${loads[0]!.milliseconds.toFixed(0)}, ${load[3]!.toFixed(0)}`,
        ],
        ['ms to write anew', written.milliseconds.toFixed(0)],
        [
          'ms a query with 50 snippets, warm: median, p95',
          `${at(warm, 0.5).toFixed(1)}, ${at(warm, 0.95).toFixed(1)}`,
        ],
      ],
    )}\n`,
  );
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function measureTime<T>(work: () => T): { readonly value: T; readonly milliseconds: number } {
  const start = performance.now();
  const value = work();
  return { value, milliseconds: performance.now() - start };
}
