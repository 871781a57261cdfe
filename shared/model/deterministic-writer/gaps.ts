/**
 * Describes the files that the page is not based on, for the deterministic writer. Pure.
 */

import type { BlockContent } from 'mdast';
import { countText, numberText } from '../../facts/fact-words.ts';
import { findOwn } from '../../own-entry.ts';
import type { Coverage } from '../../prompt/facts.ts';
import { type Prose, paragraph } from '../page-tree.ts';
import { joinCode } from './names.ts';
import { joinWords } from './phrases.ts';

/** The words for each reason, after `1 is` or `3 are`. */
const REASONS: Readonly<Record<string, string>> = {
  'empty-file': 'empty',
  'not-hdf5': 'not in the HDF5 format despite the name',
  truncated: 'cut off before the end',
  damaged: 'damaged',
  unsupported: 'written in a way that the reader does not support',
  missing: 'missing from the archive',
  forbidden: 'closed to the public',
  unavailable: 'out of reach when this was written',
};

/** Describes the files that were not read or only in part; empty if there are none. */
export function describeGaps({ nwb, unreadable, notLookedAt, cutShort }: Coverage): BlockContent[] {
  const sentences: Prose[] = [];
  if (unreadable.length) {
    const reasons = new Map<string, number>();
    for (const { reason } of unreadable) {
      const words = findOwn(REASONS, reason) ?? 'beyond the reader’s limits or its understanding';
      reasons.set(words, (reasons.get(words) ?? 0) + 1);
    }
    const reported = joinWords(
      [...reasons].map(([words, count]) => `${numberText(count)} ${count === 1 ? 'is' : 'are'} ${words}`),
    );
    const names = joinCode(
      unreadable.slice(0, 3).map(({ path }) => path),
      unreadable.length > 3,
    );
    const isOne = unreadable.length === 1;
    sentences.push(
      `${isOne ? '1 NWB file' : `${numberText(unreadable.length)} NWB files`} could not be read and ${isOne ? 'is' : 'are'} not described here: ${reported} (`,
      ...names,
      unreadable.length > 3 ? `, and ${numberText(unreadable.length - 3)} more). ` : '). ',
    );
  }
  // If no file was opened, the abstract says so.
  if (notLookedAt > 0 && notLookedAt < nwb)
    sentences.push(
      `${countText(notLookedAt, 'further NWB file')} ${notLookedAt === 1 ? 'was' : 'were'} not looked at. `,
    );
  if (cutShort)
    sentences.push(
      `The ${cutShort === 1 ? 'header of 1 file is' : `headers of ${numberText(cutShort)} files are`} so large that only a part was read.`,
    );
  return sentences.length ? [paragraph(...trimEnd(sentences))] : [];
}

function trimEnd(prose: readonly Prose[]): Prose[] {
  return prose.map((run, index) =>
    index === prose.length - 1 && typeof run === 'string' ? run.trimEnd() : run,
  );
}
