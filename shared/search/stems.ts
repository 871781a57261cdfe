/** Splits a text into the words that search compares: folded, without stop words, as stems. Pure. */
import { stemmer } from 'stemmer';
import { foldWord, splitWords, type Word } from '../vocabulary/words.ts';

/** Stop words: words of any Dandiset's text, and words of questions; folded. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  'a about across also an and any are as at be been being between both but by can could did do does during each for from get give had has have here how i in into is it its like me more most my no nor not of on one only or other our over per show so some such than that the their them then there these they this those through to under until up us use used using via was we were what when where which while who whom whose why will with within without would you your find want need look looking search please data dataset dataset dandiset nwb file'
    .split(' ')
    .map(foldWord),
);

const STEMS = new Map<string, string>();
/** Stems cached at most: the words of the whole archive are some tens of thousands. */
const MAX_STEMS = 200_000;

/** The stem of one folded word. */
export function findStem(key: string): string {
  const known = STEMS.get(key);
  if (known !== undefined) return known;
  // A name with a digit in it (`ca1`, `gcamp6f`, `2p`) is not a word of the language.
  const stem = /\d/.test(key) || key.length < 4 ? key : stemmer(key);
  if (STEMS.size < MAX_STEMS) STEMS.set(key, stem);
  return stem;
}

/** Whether a folded word is a stop word. */
export function isStopWord(key: string): boolean {
  return STOP_WORDS.has(key);
}

/** `layer 5`, `L5`, `layers 2/3`: one word for each layer, as neither `layer` nor `5` alone identifies it. */
const LAYER = /\b(?:layers?[ -]?|L)([1-6])(?:\/([1-6]))?[ab]?\b/gi;

/** A text in which cortical layers are single words: `layer5`. */
export function joinLayers(text: string): string {
  return text.replace(LAYER, (_written, one: string, two?: string) =>
    two === undefined ? `layer${one}` : `layer${one} layer${two}`,
  );
}

/** The stems of a text in their order, without stop words. */
export function findStems(text: string): string[] {
  return splitWords(joinLayers(text)).flatMap(wordStems);
}

const WORD_STEMS = new Map<string, readonly string[]>();
/** Longest word whose stems are cached: a longer slice of a text keeps the whole text in memory. */
const MAX_KEPT_WORD = 12;

/** A word's stem and, of a name in camel case, those of its parts: `ElectricalSeries` is found by `electrical` too. */
export function wordStems(word: Word): readonly string[] {
  const known = WORD_STEMS.get(word.written);
  if (known !== undefined) return known;
  const stems = listStems(word);
  if (word.written.length <= MAX_KEPT_WORD && WORD_STEMS.size < MAX_STEMS)
    WORD_STEMS.set(word.written, stems);
  return stems;
}

function listStems({ written, key }: Word): string[] {
  if (STOP_WORDS.has(key)) return [];
  const stem = findStem(key);
  if (written.length < 5 || !/\p{Ll}\p{Lu}/u.test(written)) return [stem];
  const parts = written.match(/\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lu}+|\d+/gu) ?? [];
  const more = parts.map(foldWord).filter((part) => part.length > 2 && !STOP_WORDS.has(part));
  return [stem, ...more.map(findStem).filter((part) => part !== stem)];
}

/** A stem with its position in a text. */
export interface StemPosition {
  readonly stem: string;
  readonly at: number;
  readonly to: number;
  /** Whether it is a part of a name in camel case, which precedes it. */
  readonly isPart: boolean;
}

/** The stems of a text as from `findStems`, each with its position; the text is in NFC. */
export function findStemPositions(text: string): StemPosition[] {
  const layers = [...text.matchAll(LAYER)].map((match) => ({
    at: match.index,
    to: match.index + match[0].length,
    stems: joinLayers(match[0]).split(' '),
  }));
  const located: StemPosition[] = [];
  let layer = 0;
  for (const word of splitWords(text)) {
    const to = word.at + word.written.length;
    while (layer < layers.length && layers[layer]!.to <= word.at) layer += 1;
    const inside = layers[layer];
    if (inside === undefined || to <= inside.at)
      for (const [at, stem] of wordStems(word).entries())
        located.push({ stem, at: word.at, to, isPart: at > 0 });
    else if (word.at === inside.at)
      for (const stem of inside.stems) located.push({ stem, at: inside.at, to: inside.to, isPart: false });
  }
  return located;
}
