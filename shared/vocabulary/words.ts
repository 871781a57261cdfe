/**
 * How the vocabulary takes a text apart: words without case, accents, punctuation and plural, so that a term is
 * found as whole words and never inside another word. Pure.
 */

/** One word of a text: as it was written, and as terms are compared. */
export interface Word {
  readonly written: string;
  /** Lower case, without accents, singular. */
  readonly key: string;
  /** Where it begins in the text, in UTF-16 units. */
  readonly at: number;
}

/** Longest text that is taken apart; what a field of metadata holds beyond it is no name and no prose. */
const MAX_TEXT = 200_000;

const WORD = /[\p{L}\p{N}]+/gu;

/** The text that was taken apart last: several tables are asked of one text, one after the other. */
let last: { readonly text: string; readonly words: readonly Word[] } = { text: '', words: [] };

/** The words of a text, in their order. Underscores, hyphens and all other signs part words. */
export function splitWords(text: string): readonly Word[] {
  if (last.text === text) return last.words;
  const words = [...text.slice(0, MAX_TEXT).normalize('NFC').matchAll(WORD)].map((match) => ({
    written: match[0],
    key: foldWord(match[0]),
    at: match.index,
  }));
  last = { text, words };
  return words;
}

/** The key of a whole term: its words' keys with a space between them. */
export function foldTerm(text: string): string {
  return splitWords(text)
    .map(({ key }) => key)
    .join(' ');
}

/** Words that end in `s` and are no plurals, beside those that a rule knows. */
const NO_PLURALS = new Set([
  'mus',
  'gas',
  'bias',
  'lens',
  'canvas',
  'series',
  'species',
  'wechsler',
  'always',
]);

/** Latin plurals of anatomy. */
const LATIN_PLURALS: readonly (readonly [ending: RegExp, singular: string])[] = [
  [/^(sulc|gyr|nucle|collicul|fascicul|hippocamp|thalam|hypothalam|lobul|funicul)i$/, '$1us'],
  [/^(cort|ap|vert)ices$/, '$1ex'],
  [/^(striat|claustr|cerebell|tegment)a$/, '$1um'],
  [/^(amygdal|insul|medull|habenul)ae$/, '$1a'],
];

const FOLDED = new Map<string, string>();
/** Folded words kept in memory at most: those of the whole archive's texts are some tens of thousands. */
const MAX_FOLDED = 100_000;

/** One word without case, accents and the plural's ending. */
export function foldWord(word: string): string {
  const known = FOLDED.get(word);
  if (known !== undefined) return known;
  const folded = foldFresh(word);
  if (FOLDED.size < MAX_FOLDED && word.length < 40) FOLDED.set(word, folded);
  return folded;
}

function foldFresh(word: string): string {
  const folded = word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  if (folded.length < 4 || NO_PLURALS.has(folded) || /(?:ss|us|is|\d)$/.test(folded)) return folded;
  for (const [ending, singular] of LATIN_PLURALS)
    if (ending.test(folded)) return folded.replace(ending, singular);
  if (/[^aeiou]ies$/.test(folded) && folded.length > 4) return `${folded.slice(0, -3)}y`;
  if (/(?:ch|sh|x|ss|zz)es$/.test(folded)) return folded.slice(0, -2);
  return folded.endsWith('s') ? folded.slice(0, -1) : folded;
}
