/**
 * The meanings of words, so that a paraphrase counts as what it paraphrases: British and American spellings, forms of a
 * word, and words of one meaning are the same. Pure.
 */
import { ALIKE_WORDS, OPPOSITE_WORDS } from '../vocabulary/paraphrase-words.ts';
import { findStem } from './word-stem.ts';

/** Spellings that differ by the side of the Atlantic, and what they become. */
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

/** Letters by which the forms of a word are still one: `feasible` and `feasibility`. */
const STEM_LENGTH = 6;

/** Beginnings that words of other meanings share. */
const PREFIX = /^(?:electro|inter|micro|extra|intra|trans|photo|neuro|multi|super|counter)/;

function stemOf(word: string): string {
  const plain = SPELLINGS.reduce(
    (rest, [written, american]) => rest.replace(written, american),
    word.toLowerCase().replace(/['’]s?$/, ''),
  );
  // `rotation` and `rotating`.
  const stem = findStem(plain).replace(/(?<=.{3})at$/, '');
  // What begins like many other words is told from them by its end.
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
      const meaning = `=${stemOf(first)}`;
      return [first, ...others].map((word): [string, string] => [stemOf(word), meaning]);
    }),
);

/** The meaning of a word: the same for its forms, its spellings and the words that say the same. */
export function findMeaning(word: string): string {
  const stem = stemOf(word);
  return MEANINGS.get(stem) ?? stem;
}

const OPPOSITES: readonly (readonly [one: string, other: string])[] = OPPOSITE_WORDS.map(([one, other]) => [
  findMeaning(one),
  findMeaning(other),
]);

/** Whether two meanings are each other's opposite. */
export function isOpposite(one: string, other: string): boolean {
  return OPPOSITES.some((pair) => pair.includes(one) && pair.includes(other) && one !== other);
}

/** Whether one text tells the opposite of another: a meaning of it is not in the other, and its opposite is. */
export function isOpposed(meanings: ReadonlySet<string>, said: ReadonlySet<string>): boolean {
  const isTurned = (one: string, other: string) =>
    meanings.has(one) && !meanings.has(other) && !said.has(one) && said.has(other);
  return OPPOSITES.some(([one, other]) => isTurned(one, other) || isTurned(other, one));
}
