/** Checks of how subjects were prepared and bred: methods and strains are those of the facts. Pure. */
import { EXCLUSIVE_MANNERS, EXCLUSIVE_PAIRS } from '../../vocabulary/exclusive-words.ts';
import { METHOD_WORDS, STRAIN_WORDS } from '../../vocabulary/method-words.ts';
import type { SaidThing } from '../../vocabulary/said-things.ts';
import type { Check, CheckInput, Draft } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { partNames } from '../known-terms.ts';
import { findMeaning } from '../meanings.ts';
import { sentenceAt } from '../prose.ts';
import { isDenied, isOfTheField, isSpeculation } from './sentences.ts';
import { buildUnsaidDraft, findUnsaid } from './unsaid.ts';

function findIn({ prose, evidence }: CheckInput, table: readonly SaidThing[]): Draft[] {
  return prose.flatMap((block) =>
    findUnsaid(block.text, table, evidence)
      .filter(({ at }) => !isOfTheField(sentenceAt(block.text, at)))
      .map(({ written }) => buildUnsaidDraft(written, block)),
  );
}

/** What the owners wrote and what the headers name: not what the archive has put into its lists of techniques. */
function ownText({ facts, sentences, unnamed }: Evidence): string {
  if (facts === undefined) return unnamed;
  const names = facts.fileTypes.flatMap(({ series, tables, modules, devices, texts }) => [
    ...[...series, ...tables].map(({ path }) => path),
    ...[...modules, ...devices].map(({ name }) => name),
    ...Object.values(texts),
  ]);
  return partNames([...sentences, ...names].join('\n'));
}

/** What a text tells while the owners tell of its opposite alone. */
function findExcluded(text: string, evidence: Evidence): { written: string; other: string }[] {
  const isOpen = (at: number) => {
    const sentence = sentenceAt(text, at);
    return (
      !isDenied(text, at) && !isSpeculation(sentence) && !isOfTheField(sentence) && !OF_LISTS.test(sentence)
    );
  };
  const own = ownText(evidence);
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

/** Indicators and opsins with a letter or number that tells one from its kin: `GCaMP6s`, `ChR2`, `jRGECO1a`. */
const VARIANT =
  /(?<![\p{L}\p{N}])(?:j|x)?(?:R?GCaMP|GECO|RGECO|iGluSnFR|dLight|GRAB|ASAP|ChR|GtACR|stGtACR|Chrimson|ArchT|eNpHR)(\d[\p{L}\p{N}]*)/giu;

/** Variants that a text names where the facts name others of the kind alone. */
function findVariants(
  text: string,
  { text: known }: Evidence,
): { written: string; other: string; at: number }[] {
  const own = [...known.matchAll(VARIANT)].map(([written]) => written.toLowerCase());
  return [...text.matchAll(VARIANT)].flatMap((match) => {
    const [written, variant = ''] = match;
    const name = written.toLowerCase();
    const kin = name.slice(0, -variant.length);
    const others = own.filter((other) => other.startsWith(kin));
    // `GCaMP6` may be told of `GCaMP6f`, and the other way round.
    const isKnown = others.some((other) => other.startsWith(name) || name.startsWith(other));
    return others.length === 0 || isKnown ? [] : [{ written, other: others[0]!, at: match.index }];
  });
}

/** Sentences that tell what the metadata list, or set it against what the files say. */
const OF_LISTS =
  /\b(?:metadata|lists?|listed|tagged|label\w*|declare[sd]?|although|though|despite|whereas)\b/i;

/** `sorted online` of what the owners say was sorted offline. */
function findManners(text: string, own: string): { written: string; other: string; at: number }[] {
  const ways = EXCLUSIVE_MANNERS.flatMap(([one, other]) => [[one, other] as const, [other, one] as const]);
  return ways.flatMap(([manner, opposite]) =>
    [...text.matchAll(beside(manner))].flatMap((match) => {
      const action = findMeaning(match[1]!);
      const hasAction = (way: string) =>
        [...own.matchAll(beside(way))].some(([, known = '']) => findMeaning(known) === action);
      if (hasAction(manner) || !hasAction(opposite)) return [];
      return [{ written: match[0], other: `${match[1]} ${opposite}`, at: match.index }];
    }),
  );
}

/** An action in the past with its manner behind it. */
function beside(manner: string): RegExp {
  return new RegExp(`\\b(\\p{L}{3,}ed)(?: \\p{L}+)? ${manner}\\b`, 'giu');
}

/** Every method of preparing and recording that is named is in the facts. */
export const methods: Check = {
  name: 'methods',
  severity: 'warning',
  holds: 'every way of preparing and recording is in the metadata or the headers',
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

/** Every strain, line and genotype that is named is in the facts. */
export const strains: Check = {
  name: 'strains',
  severity: 'warning',
  holds: 'every strain, line and genotype that is named is in the metadata or the headers',
  find: (input) => findIn(input, STRAIN_WORDS),
};
