/**
 * The quality of search: graded queries on the corpus's Dandisets, ranked by the earlier rule (every word
 * occurs in titles and fields, in the order of ids) and by the present one; and the size and speed of the
 * index of a whole archive. Run by `npm run bench -- search`. `--queries FILE` uses another table in the
 * format of `search/queries.tsv`; `--tuning` prints every query of the tuning half; `--listing` prints the
 * first results of twenty queries for people to read; `--index` only measures the index. Results of the
 * held-out half and of another table are only printed as totals.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeIndex, withTerms } from '../shared/search/index-file.ts';
import { search } from '../shared/search/run-search.ts';
import { SearchIndex } from '../shared/search/search-index.ts';
import { CORPUS_ABSENT, corpusFolder } from '../test/corpus.ts';
import { type CorpusDocument, readCorpusDocuments } from './search/corpus-store.ts';
import { measureIndex } from './search/index-cost.ts';
import { DEPTH, type GradedQuery, ndcg, readQueries, readUnseenQueries, recall } from './search/relevance.ts';
import { markdownTable } from './table.ts';

type Rank = (query: string) => string[];

/** Runs the benchmark. @throws Error if a table of queries has the wrong format */
export async function runSearch(rest: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...rest],
    options: {
      queries: { type: 'string' },
      tuning: { type: 'boolean' },
      listing: { type: 'boolean' },
      index: { type: 'boolean' },
    },
  });
  const corpus = corpusFolder();
  if (corpus === undefined) {
    process.stdout.write(`The retrieval benchmark ${CORPUS_ABSENT}.\n`);
    return;
  }
  const unseen = values.queries === undefined ? undefined : readUnseenQueries(values.queries);
  const folder = await mkdtemp(join(tmpdir(), 'bench-search-'));
  try {
    const documents = await readCorpusDocuments(corpus, folder);
    const index = SearchIndex.load(encodeIndex(documents.map(({ document }) => withTerms(document))));
    const present: Rank = (query) => search(index, query).hits.map(({ row }) => row.id);
    if (values.listing === true) return describeListing(index);
    const queries = readQueries();
    const tuning = queries.filter(({ half }) => half === 'tuning');
    if (unseen !== undefined) return describeTable(unseen, documents, present);
    if (values.tuning === true) describeQueries(tuning, present);
    if (values.index !== true) describeTable(queries, documents, present);
    await measureIndex(
      documents.map(({ document }) => document),
      tuning.map(({ query }) => query),
      folder,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The earlier search: every word must be part of the text. */
function rankByOldRule(documents: readonly CorpusDocument[]): Rank {
  const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const texts = documents.map(({ document, oldText }) => ({ id: document.id, text: fold(oldText) }));
  return (query) => {
    const words = fold(query).split(/\s+/);
    return texts.filter(({ text }) => words.every((word) => text.includes(word))).map(({ id }) => id);
  };
}

/** Queries as researchers wrote them: for reading, not for measurements. */
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
/** Results listed per query. */
const LISTED_RESULTS = 5;

/** The most characters of a listed title. */
const LISTED_TITLE = 48;

function describeListing(index: SearchIndex): void {
  const rows = LISTED.map((query) => {
    const { hits, isNearest, query: parsed } = search(index, query);
    const first = hits.slice(0, LISTED_RESULTS).map(({ row, missing }) => {
      const title =
        row.title.length > LISTED_TITLE ? `${row.title.slice(0, LISTED_TITLE).trim()}…` : row.title;
      const lacks = missing.length === 0 ? '' : ` (without ${missing.join(', ')})`;
      return `${row.id} ${title.replaceAll('|', '\\|')}${lacks}`;
    });
    const corrected = parsed.corrections.map(({ to }) => ` (as ${to})`).join('');
    return [`\`${query}\`${corrected}`, isNearest ? `0, nearest` : String(hits.length), first.join('; ')];
  });
  process.stdout.write(`${markdownTable(['query', 'found', `first ${LISTED_RESULTS}`], rows)}\n`);
}

function describeQueries(queries: readonly GradedQuery[], rank: Rank): void {
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

function describeTable(
  queries: readonly GradedQuery[],
  documents: readonly CorpusDocument[],
  present: Rank,
): void {
  const before = rankByOldRule(documents);
  const kinds = [...new Set(queries.map(({ kind }) => kind))];
  for (const half of new Set(queries.map((query) => query.half))) {
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

/** The mean over queries that have a value: a query without a full answer has no recall. */
function mean(all: readonly number[]): string {
  const values = all.filter((value) => !Number.isNaN(value));
  if (values.length === 0) return '–';
  return (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3);
}
