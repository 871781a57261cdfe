/**
 * Loads a search index once in a new process, and the same documents in the simplest way: gunzip and
 * JSON.parse. `node load-once.ts INDEX GZIPPED-JSON ours|reference` prints milliseconds as JSON: wall clock
 * and CPU time, which other work on the machine affects less. The argument decides which of the two runs
 * first, since the second finds zlib already loaded.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { findSnippets, search } from '../../shared/search/run-search.ts';
import { SearchIndex } from '../../shared/search/search-index.ts';

const [indexPath = '', referencePath = '', first = 'ours'] = process.argv.slice(2);
const [bytes, gzipped] = [readFileSync(indexPath), readFileSync(referencePath)];

interface Measured<T> {
  readonly value: T;
  /** Milliseconds of wall clock, and of CPU time in all threads of the process. */
  readonly clock: number;
  readonly processor: number;
}

function measure<T>(work: () => T): Measured<T> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const value = work();
  const { user, system } = process.cpuUsage(before);
  return { value, clock: performance.now() - start, processor: (user + system) / 1000 };
}

const readReference = (): Measured<unknown> =>
  measure(() => JSON.parse(gunzipSync(gzipped).toString()) as unknown);

const before = first === 'reference' ? readReference() : undefined;
const load = measure(() => SearchIndex.load(bytes));
const reference = before ?? readReference();
const answer = measure(() => {
  const outcome = search(load.value, 'hippocampus mouse');
  for (const hit of outcome.hits.slice(0, 50)) findSnippets(load.value, outcome, hit);
});
const times = ({ clock, processor }: Measured<unknown>) => ({ clock, processor });
process.stdout.write(
  JSON.stringify({ load: times(load), reference: times(reference), first: times(answer) }),
);
