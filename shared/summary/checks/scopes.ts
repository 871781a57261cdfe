/** The check of scope: what is said of every session, or of some of the files, holds of as many. Pure. */
import { findModalities } from '../../vocabulary/modalities.ts';
import { SPELLED_NUMBER } from '../../vocabulary/number-words.ts';
import type { Check, Draft } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { readCount } from '../known-counts.ts';
import { isDenied } from './sentences.ts';

/** Kinds of data whose holders the headers' types tell for certain, as prose names them. */
const KINDS: readonly (readonly [claim: RegExp, id: string])[] = [
  [/\b(?:segment(?:ed|ation)|regions of interest|ROIs?)\b/i, 'segmentation'],
  [/\boptogenetic\b/i, 'optogenetics'],
  [/\b(?:spike times|(?:sorted |single )?units|spiking data)\b/i, 'spikes'],
  [/\bphotometry\b/i, 'photometry'],
];

const HOLDS = '(?:contains?|holds?|includes?|has|have|provides?)';

/** `Every session includes …`, `all recordings hold …`, to the end of the clause; where some are set apart nothing is claimed of all. */
const OF_EVERY = new RegExp(
  `\\b(?:(?:every|each) (?:recording )?(?:session|recording)|all (?:\\d+ |\\p{L}+ )?(?:recording )?(?:sessions|recordings)) (?:also )?${HOLDS}\\b([^.;]*)`,
  'giu',
);
const SOME =
  /\b(?:some|most|many|several|where|while|whereas|except|but|or|optional(?:ly)?|if|when|either)\b/i;

/** `Only one of the five files has …`, `none of the files contains …`. */
const OF_FEW = new RegExp(
  `(?<![\\p{L}\\p{N}.,-])(none|\\d+|${SPELLED_NUMBER}) of (?:the|all|these) (?:(?:\\d+|${SPELLED_NUMBER}) )?(?:nwb )?files (?:also )?${HOLDS}\\b([^.;,]{0,60})`,
  'giu',
);

/** Files that hold a kind of data by their types. */
function countHolders({ facts }: Evidence, id: string): number {
  return (facts?.fileTypes ?? [])
    .filter((type) => findModalities(type).some((modality) => modality.id === id))
    .reduce((sum, { files }) => sum + files, 0);
}

/** Kinds of data that a text tells of more or fewer files than the headers. */
export const scopes: Check = {
  name: 'scopes',
  severity: 'warning',
  holds: 'what is said of every session, or of some files, is in as many of them',
  find: ({ prose, evidence }) => {
    const { facts } = evidence;
    if (facts === undefined) return [];
    const total = facts.fileTypes.reduce((sum, { files }) => sum + files, 0);
    const isOneEach = (facts.contents?.all.sessions ?? 0) === total;
    return prose.flatMap(({ text, part, index }) => {
      const draft = (message: string, excerpt: string): Draft => ({
        message,
        excerpt,
        location: { part, index },
      });
      const ofEvery = [...text.matchAll(OF_EVERY)].flatMap(([excerpt, existing = '']) =>
        SOME.test(existing) || !isOneEach
          ? []
          : KINDS.flatMap(([claim, id]) => {
              const holders = countHolders(evidence, id);
              if (!claim.test(existing) || holders === total || holders === 0) return [];
              return [draft(`Not every session has this: ${holders} of ${total} files do.`, excerpt.trim())];
            }),
      );
      const ofFew = [...text.matchAll(OF_FEW)].flatMap((match) => {
        const [excerpt, amount = '', existing = ''] = match;
        const value = amount.toLowerCase() === 'none' ? 0 : readCount(amount);
        return KINDS.flatMap(([claim, id]) => {
          const holders = countHolders(evidence, id);
          if (!claim.test(existing) || holders === 0 || holders === value) return [];
          if (isDenied(text, match.index)) return [];
          return [draft(`${holders} of ${total} files hold this.`, excerpt.trim())];
        });
      });
      return [...ofEvery, ...ofFew];
    });
  },
};
