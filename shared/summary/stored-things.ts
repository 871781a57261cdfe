/**
 * Finds the things that a sentence says files, tables and modules contain, by the nouns of its list, to check whether
 * the facts have any word of them. Pure.
 */
import { findMeaning } from './meanings.ts';

/** A thing said to be stored, as the sentence names it. */
export interface StoredThing {
  readonly written: string;
  readonly at: number;
  /** Meanings of the identifying words; empty if its name has only common words. */
  readonly meanings: readonly string[];
}

const HOLDERS =
  '(?:files?|sessions?|recordings?|datasets?|dandisets?|modules?|groups?|tables?|collection|release|upload)';
/** Statements about contents, to the end of the clause: `Each file also stores the phase angle and …`. */
const HOLDS = new RegExp(
  `\\b${HOLDERS}\\b(?:(?! (?:can|could|may|might|should|that|which|in|of|from) )[^.;:,()]){0,40}?\\b(?:holds?|contains?|stores?|includes?|keeps?|carries|carry)\\s+([^.;:()]+)`,
  'giu',
);
/** Lists after a colon: `One table per file: frequency, real impedance, phase angle`. */
const COLUMNS = /\b(?:tables?|columns?)\b[^.:;()]{0,40}:\s+([^.;:()]+)/giu;
/** Statements with a pronoun: `Beyond the header it stores a short trace`. */
const IT_HOLDS =
  /\b(?:it|they|these|each|one)\s+(?:also )?(?:holds?|contains?|stores?|keeps?)\s+([^.;:()]+)/giu;

/** The end of a thing's name, and the words about it that follow. */
const END_OF_NAME =
  /\s(?:of|for|in|with|from|that|which|on|at|per|to|by|as|when|while|where|whose|taken|recorded|measured|stored|sampled|used|made|during|under|over|along|around|only|alone|instead|beside|besides|between|across|rather|is|are|was|were)\s.*$/iu;

/** Common words, which do not identify a thing by themselves. */
const PLAIN = new Set(
  'data dataset datasets information value values detail details entry entries table tables column columns series trace traces signal signals record records recording recordings copy version versions list lists number numbers name names set sets kind kinds type types pair pairs group groups object objects piece pieces part parts file files session sessions result results material measurement measurements metadata note notes time times timing label labels index indices description descriptions field fields additional further other others own same main raw processed single separate corresponding following various several many few each every both all some one two three four five six seven eight nine ten short long whole full small large usual everything something nothing anything rest summary header headers content contents family families band bands direction directions derived simultaneous simultaneously altogether together usually about among more than less over nearly thousand hundred million analysis analyses depend depends anatomical structural physiological functional electrical optical neural behavioral behavioural related different distinct variable variables channel channels point points row rows sample samples step steps flag flags protocol protocols detailed free text processed membrane response responses'.split(
    ' ',
  ),
);

/** Finds the things that a text says are stored. */
export function findStoredThings(text: string): StoredThing[] {
  return [HOLDS, COLUMNS, IT_HOLDS].flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const [whole, list = ''] = match;
      return readItems(list, match.index + whole.length - list.length);
    }),
  );
}

const OTHER_VERB = /\b(?:that|notes?|gives?|shows?|says?|lay|lies?|is|are|was|were|has|have)\b/i;

function readItems(list: string, from: number): StoredThing[] {
  let at = from;
  let hasEnded = false;
  return list.split(/(,\s*(?:and\s|or\s|as well as\s)?|\s(?:and|or|plus)\s)/u).flatMap((piece, index) => {
    const start = at;
    at += piece.length;
    if (index % 2 === 1 || hasEnded) return [];
    // What follows another verb is no longer a thing that is held.
    hasEnded = OTHER_VERB.test(piece);
    const name = ` ${piece}`.replace(END_OF_NAME, '').trim();
    // `all sharing one layout` tells of what was named before.
    if (/^(?:all|each|both|most)? ?\p{L}+ing\s/u.test(name)) return [];
    const words = name.match(/\p{L}[\p{L}\p{N}'’]*/gu) ?? [];
    // Numbers, units and abbreviations are left to other checks.
    if (
      words.length === 0 ||
      words.length > MOST_WORDS ||
      /\d|\p{Lu}{2}|^(?:no|not|neither|nor|none|has|have|had|is|are|was|were)\b/u.test(name)
    )
      return [];
    const identifying = words.filter(
      (word) =>
        word.length > 3 &&
        !/ly$/.test(word) &&
        !PLAIN.has(word.toLowerCase()) &&
        !LITTLE.has(word.toLowerCase()),
    );
    return [{ written: name, at: start + piece.indexOf(name), meanings: identifying.map(findMeaning) }];
  });
}

const LITTLE = new Set('the and for its their also only just any not but yes out own per'.split(' '));

/** Most words of a name; anything longer is a clause. */
const MOST_WORDS = 6;
