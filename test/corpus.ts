/**
 * The corpus: Dandisets and files rebuilt from public headers, in a folder next to the repository. Tests
 * that need it report if it is missing, and are skipped.
 */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../../shared/corpus');

/** The message of a skipped test. */
export const CORPUS_ABSENT = `needs the corpus, which is not on this machine (looked in ${FOLDER})`;

/** The corpus's folder, with `dandisets` and `files` in it; undefined if there is none. */
export function corpusFolder(): string | undefined {
  return existsSync(FOLDER) ? FOLDER : undefined;
}

/** The corpus's folder, or the test is skipped with the reason. */
export function requireCorpus(test: { skip(note?: string): never }): string {
  return corpusFolder() ?? test.skip(CORPUS_ABSENT);
}
