/**
 * Maps words to meanings, to recognize paraphrases: British and American spellings, forms of a word, and synonyms have
 * the same meaning. Pure.
 */
import { ALIKE_WORDS, OPPOSITE_WORDS } from '../vocabulary/paraphrase-words.ts';
import { findStem } from './word-stem.ts';

/** British spellings, and the American ones that replace them. */
const SPELLINGS: readonly (readonly [written: RegExp, plain: string])[] = [
  [/aesth/, 'esth'],
  [/haem/, 'hem'],
  [/(?<=behavi|col|od|fav|tum|vap|harb|neighb|hum)our/, 'or'],
  [/(?<=cen|me|li)tres?$/, 'ter'],
  [/(?<=fib|calib|sab)res?$/, 'er'],
  [/is(?=(?:e[sd]?|ing|ations?|able)$)/, 'iz'],
  [/(?<=l)led$/, 'ed'],
  [/(?<=l)ling$/, 'ing'],
];

/** Letters compared, so that forms of a word are equal: `feasible` and `feasibility`. */
const STEM_LENGTH = 6;

/** Prefixes shared by words of different meanings. */
const PREFIX = /^(?:electro|inter|micro|extra|intra|trans|photo|neuro|multi|super|counter)/;

function buildStem(word: string): string {
  const plain = SPELLINGS.reduce(
    (rest, [written, american]) => rest.replace(written, american),
    word.toLowerCase().replace(/['’]s?$/, ''),
  );
  // `rotation` and `rotating` have the same stem.
  const stem = findStem(plain).replace(/(?<=.{3})at$/, '');
  // Words with a common prefix are distinguished by more letters.
  return PREFIX.test(plain)
    ? plain.replace(/(?:s|ed|ing)$/, '').slice(0, 2 * STEM_LENGTH)
    : stem.slice(0, STEM_LENGTH);
}

const MEANINGS: ReadonlyMap<string, string> = new Map(
  ALIKE_WORDS.trim()
    .split('\n')
    .toReversed()
    .flatMap((line) => {
      const [first = '', ...others] = line.split(' ');
      const meaning = `=${buildStem(first)}`;
      return [first, ...others].map((word): [string, string] => [buildStem(word), meaning]);
    }),
);

/** Finds the meaning of a word, which is the same for its forms, its spellings and its synonyms. */
export function findMeaning(word: string): string {
  const stem = buildStem(word);
  return MEANINGS.get(stem) ?? stem;
}

const OPPOSITES: readonly (readonly [one: string, other: string])[] = OPPOSITE_WORDS.map(([one, other]) => [
  findMeaning(one),
  findMeaning(other),
]);

/** Whether two meanings are opposites. */
export function isOpposite(one: string, other: string): boolean {
  return OPPOSITES.some((pair) => pair.includes(one) && pair.includes(other) && one !== other);
}

/**
 * Whether one text states the opposite of another: one of its meanings is missing in the other, which has the opposite.
 */
export function isOpposed(meanings: ReadonlySet<string>, said: ReadonlySet<string>): boolean {
  const isReversed = (one: string, other: string) =>
    meanings.has(one) && !meanings.has(other) && !said.has(one) && said.has(other);
  return OPPOSITES.some(([one, other]) => isReversed(one, other) || isReversed(other, one));
}
