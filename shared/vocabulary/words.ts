/**
 * Splits texts into words without case, accents, punctuation and plural, so that the vocabulary finds terms as whole
 * words and never inside another word. Pure.
 */

/** One word of a text, as written and in the form in which terms are compared. */
export interface Word {
  readonly written: string;
  /** Lower case, without accents, singular. */
  readonly key: string;
  /** Where it begins in the text, in UTF-16 units. */
  readonly at: number;
}

/** Most characters of a text that are split. Beyond that, a field of metadata is neither a name nor prose. */
const MAX_TEXT = 200_000;

const WORD = /[\p{L}\p{N}]+/gu;

/** Cache of the last text, since several vocabularies read the same text in turn. */
let last: { readonly text: string; readonly words: readonly Word[] } = { text: '', words: [] };

/** Splits a text into words, in order. Underscores, hyphens and all other signs separate words. */
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

/** Builds the key of a term: the keys of its words, separated by spaces. */
export function foldTerm(text: string): string {
  return splitWords(text)
    .map(({ key }) => key)
    .join(' ');
}

/** Singular words that end in `s` and that no rule covers. */
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
/** Most folded words in the cache: the texts of the whole archive have some tens of thousands. */
const MAX_FOLDED = 100_000;

/** Folds one word: without case, accents and plural ending. */
export function foldWord(word: string): string {
  const known = FOLDED.get(word);
  if (known !== undefined) return known;
  const folded = computeFold(word);
  if (FOLDED.size < MAX_FOLDED && word.length < 40) FOLDED.set(word, folded);
  return folded;
}

function computeFold(word: string): string {
  const folded = word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  if (folded.length < 4 || NO_PLURALS.has(folded) || /(?:ss|us|is|\d)$/.test(folded)) return folded;
  for (const [ending, singular] of LATIN_PLURALS)
    if (ending.test(folded)) return folded.replace(ending, singular);
  if (/[^aeiou]ies$/.test(folded) && folded.length > 4) return `${folded.slice(0, -3)}y`;
  if (/(?:ch|sh|x|ss|zz)es$/.test(folded)) return folded.slice(0, -2);
  return folded.endsWith('s') ? folded.slice(0, -1) : folded;
}
