/**
 * Which files a version has and which of them were read, in the deterministic writer's words. Pure.
 */

import type { BlockContent } from 'mdast';
import { findOwn } from '../../own-entry.ts';
import type { Coverage, DandisetFacts } from '../../prompt/facts.ts';
import { formatBytes, formatCount, formatNumber, joinWords } from './phrases.ts';
import { flattenText } from './plain-text.ts';
import { joinCode } from './series.ts';
import { type Prose, paragraph } from './tree.ts';

/** How many files there are, of what formats. */
export function describeFiles({ dandiset, coverage }: DandisetFacts): Prose[] {
  const { assets, nwb, other } = coverage;
  if (assets === 0) return ['This version of the Dandiset holds no files.'];
  const size = dandiset.numberOfBytes ? ` (${formatBytes(dandiset.numberOfBytes)} by its metadata)` : '';
  const files = `The Dandiset holds ${formatCount(assets, 'file')}${size}`;
  if (nwb === assets) {
    return [
      assets === 1
        ? `The Dandiset holds a single file${size}, in the NWB format.`
        : `${files}, all in the NWB format.`,
    ];
  }
  const count = assets - nwb;
  const kinds = other.slice(0, 5);
  const counted = kinds.reduce((sum, kind) => sum + kind.count, 0);
  const named = kinds.flatMap((kind, index): Prose[] => [
    index === 0 ? '' : index === kinds.length - 1 && counted === count ? ' and ' : ', ',
    `${formatNumber(kind.count)} of kind `,
    { code: flattenText(kind.kind, 60) },
  ]);
  const more = counted < count ? ` and ${formatNumber(count - counted)} of other kinds` : '';
  const opening =
    nwb === 0
      ? `${files}, none of which is in the NWB format`
      : `${files}, ${formatNumber(nwb)} of which ${nwb === 1 ? 'is' : 'are'} in the NWB format`;
  if (!kinds.length) return [`${opening}.`];
  return [
    `${opening}. The ${nwb === 0 ? 'files' : count === 1 ? 'other one' : `other ${formatNumber(count)}`} ${count === 1 ? 'is' : 'are'} `,
    ...named,
    `${more}.`,
  ];
}

/** What each reason means, after `1 is` or `3 are`. */
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

/** What the summary is not based on, said plainly. */
export function describeGaps({ unreadable, notLookedAt, cutShort }: Coverage): BlockContent[] {
  const sentences: Prose[] = [];
  if (unreadable.length) {
    const reasons = new Map<string, number>();
    for (const { reason } of unreadable) {
      const words = findOwn(REASONS, reason) ?? 'beyond the reader’s limits or its understanding';
      reasons.set(words, (reasons.get(words) ?? 0) + 1);
    }
    const reported = joinWords(
      [...reasons].map(([words, count]) => `${formatNumber(count)} ${count === 1 ? 'is' : 'are'} ${words}`),
    );
    const names = joinCode(
      unreadable.slice(0, 3).map(({ path }) => path),
      unreadable.length > 3,
    );
    const isOne = unreadable.length === 1;
    sentences.push(
      `${isOne ? '1 NWB file' : `${formatNumber(unreadable.length)} NWB files`} could not be read and ${isOne ? 'is' : 'are'} not described here: ${reported} (`,
      ...names,
      unreadable.length > 3 ? `, and ${formatNumber(unreadable.length - 3)} more). ` : '). ',
    );
  }
  if (notLookedAt)
    sentences.push(
      `${formatCount(notLookedAt, 'further NWB file')} ${notLookedAt === 1 ? 'was' : 'were'} not looked at. `,
    );
  if (cutShort)
    sentences.push(
      `The ${cutShort === 1 ? 'header of 1 file is' : `headers of ${formatNumber(cutShort)} files are`} so large that only a part was read.`,
    );
  return sentences.length ? [paragraph(...trimEnd(sentences))] : [];
}

function trimEnd(prose: readonly Prose[]): Prose[] {
  return prose.map((run, index) =>
    index === prose.length - 1 && typeof run === 'string' ? run.trimEnd() : run,
  );
}
