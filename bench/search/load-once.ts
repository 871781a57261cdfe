/**
 * One loading of a search index in a process that has just begun, beside the plainest way to have the same documents:
 * gunzip and JSON.parse. `node load-once.ts INDEX GZIPPED-JSON ours|reference` prints milliseconds as JSON; which of the two
 * comes first is said, as the second finds zlib at hand.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { findSnippets, search } from '../../shared/search/run-search.ts';
import { SearchIndex } from '../../shared/search/search-index.ts';

const [indexPath = '', referencePath = '', first = 'ours'] = process.argv.slice(2);
const [bytes, gzipped] = [readFileSync(indexPath), readFileSync(referencePath)];

const measure = <T>(work: () => T): { readonly value: T; readonly milliseconds: number } => {
  const start = performance.now();
  const value = work();
  return { value, milliseconds: performance.now() - start };
};
const readReference = (): number => measure(() => JSON.parse(gunzipSync(gzipped).toString())).milliseconds;

const before = first === 'reference' ? readReference() : undefined;
const load = measure(() => SearchIndex.load(bytes));
const reference = before ?? readReference();
const answer = measure(() => {
  const outcome = search(load.value, 'hippocampus mouse');
  for (const hit of outcome.hits.slice(0, 50)) findSnippets(load.value, outcome, hit);
});
process.stdout.write(JSON.stringify({ load: load.milliseconds, reference, first: answer.milliseconds }));
