/** Checks of methods and strains: the facts name those that a summary names. Pure. */

import type { ClaimPattern } from '../../vocabulary/claim-patterns.ts';
import { EXCLUSIVE_MANNERS, EXCLUSIVE_PAIRS } from '../../vocabulary/exclusive-words.ts';
import { METHOD_WORDS, STRAIN_WORDS } from '../../vocabulary/method-words.ts';
import type { Check, CheckInput, Draft } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { splitNames } from '../known-terms.ts';
import { findMeaning } from '../meanings.ts';
import { sentenceAt } from '../prose.ts';
import { isAboutField, isDenied, isSpeculation } from './sentences.ts';
import { buildUnsupportedDraft, findUnsupportedThings } from './unsupported.ts';

function findIn({ prose, evidence }: CheckInput, table: readonly ClaimPattern[]): Draft[] {
  return prose.flatMap((block) =>
    findUnsupportedThings(block.text, table, evidence)
      .filter(({ at }) => !isAboutField(sentenceAt(block.text, at)))
      .map(({ written }) => buildUnsupportedDraft(written, block)),
  );
}

/** The owners' texts and the names in the headers, without the archive's own lists of techniques. */
function buildOwnText({ facts, sentences, unnamed }: Evidence): string {
  if (facts === undefined) return unnamed;
  const names = facts.fileTypes.flatMap(({ series, tables, modules, devices, texts }) => [
    ...[...series, ...tables].map(({ path }) => path),
    ...[...modules, ...devices].map(({ name }) => name),
    ...Object.values(texts),
  ]);
  return splitNames([...sentences, ...names].join('\n'));
}

/** Finds claims of which the owners state only the opposite. */
function findExcluded(text: string, evidence: Evidence): { written: string; other: string }[] {
  const isOpen = (at: number) => {
    const sentence = sentenceAt(text, at);
    return (
      !isDenied(text, at) && !isSpeculation(sentence) && !isAboutField(sentence) && !OF_LISTS.test(sentence)
    );
  };
  const own = buildOwnText(evidence);
  const pairs = EXCLUSIVE_PAIRS.flatMap(({ one, other }) => [
    [one, other] as const,
    [other, one] as const,
  ]).flatMap(([claim, opposite]) => {
    const match = claim.exec(text);
    const known = opposite.exec(own)?.[0];
    if (match === null || known === undefined || claim.test(own)) return [];
    return isOpen(match.index) ? [{ written: match[0], other: known }] : [];
  });
  return [
    ...pairs,
    ...[...findManners(text, own), ...findVariants(text, evidence)].filter(({ at }) => isOpen(at)),
  ];
}

/** Indicators and opsins with the letter or number of a variant: `GCaMP6s`, `ChR2`, `jRGECO1a`. */
const VARIANT =
  /(?<![\p{L}\p{N}])(?:j|x)?(?:R?GCaMP|GECO|RGECO|iGluSnFR|dLight|GRAB|ASAP|ChR|GtACR|stGtACR|Chrimson|ArchT|eNpHR)(\d[\p{L}\p{N}]*)/giu;

/** Finds variants in a text where the facts name only other variants of the same kind. */
function findVariants(
  text: string,
  { text: known }: Evidence,
): { written: string; other: string; at: number }[] {
  const own = [...known.matchAll(VARIANT)].map(([written]) => written.toLowerCase());
  return [...text.matchAll(VARIANT)].flatMap((match) => {
    const [written, variant = ''] = match;
    const name = written.toLowerCase();
    const family = name.slice(0, -variant.length);
    const others = own.filter((other) => other.startsWith(family));
    // `GCaMP6` and `GCaMP6f` agree.
    const isKnown = others.some((other) => other.startsWith(name) || name.startsWith(other));
    return others.length === 0 || isKnown ? [] : [{ written, other: others[0]!, at: match.index }];
  });
}

/** Words of sentences that report what the metadata list, or contrast it with the files. */
const OF_LISTS =
  /\b(?:metadata|lists?|listed|tagged|label\w*|declare[sd]?|although|though|despite|whereas)\b/i;

/** Finds an action with the opposite manner of the owners': `sorted online` where they say `sorted offline`. */
function findManners(text: string, own: string): { written: string; other: string; at: number }[] {
  const ways = EXCLUSIVE_MANNERS.flatMap(([one, other]) => [[one, other] as const, [other, one] as const]);
  return ways.flatMap(([manner, opposite]) =>
    [...text.matchAll(buildMannerPattern(manner))].flatMap((match) => {
      const action = findMeaning(match[1]!);
      const hasAction = (way: string) =>
        [...own.matchAll(buildMannerPattern(way))].some(([, known = '']) => findMeaning(known) === action);
      if (hasAction(manner) || !hasAction(opposite)) return [];
      return [{ written: match[0], other: `${match[1]} ${opposite}`, at: match.index }];
    }),
  );
}

/** Matches an action in the past tense followed by a manner. */
function buildMannerPattern(manner: string): RegExp {
  return new RegExp(`\\b(\\p{L}{3,}ed)(?: \\p{L}+)? ${manner}\\b`, 'giu');
}

/** Reports methods of preparation and recording that are not in the facts. */
export const methods: Check = {
  name: 'methods',
  severity: 'warning',
  rule: 'every method of preparation and recording that is named is in the metadata or the headers',
  find: (input) => [
    ...findIn(input, METHOD_WORDS),
    ...input.prose.flatMap(({ text, part, index }) =>
      findExcluded(text, input.evidence).map(({ written, other }) => ({
        message: `The facts speak of “${other}” and not of “${written}”.`,
        excerpt: written,
        location: { part, index },
      })),
    ),
  ],
};

/** Reports strains, lines and genotypes that are not in the facts. */
export const strains: Check = {
  name: 'strains',
  severity: 'warning',
  rule: 'every strain, line, genotype, disease and kind of housing that is named is in the metadata or the headers',
  find: (input) => findIn(input, STRAIN_WORDS),
};
