/**
 * Whether a sentence says what the owners' own words say: by the share of its words that they use, so that a
 * paraphrase passes and a claim of something new does not. Pure.
 */

import { splitSentences } from '../model/plain-text.ts';

/** Words that carry no claim. */
const EMPTY = new Set(
  'about above across after also although among another because been before being between both could data dataset dandiset does during each either file files from given have here however into itself many more most much nwb only other over recording recordings same several some such than that the their them then there these they this those through under using very was well were what when where which while will with within without would study experiment experiments including include includes provide provides used based'.split(
    ' ',
  ),
);

/** A word without its ending, long enough to tell words apart. */
export function findStem(word: string): string {
  const plain = word.toLowerCase();
  const stem = plain
    .replace(/(?:ations?|itions?|ments?|ingly|edly|ness|ically|ively|ities)$/, '')
    .replace(/(?:ing|ies|ied|ed|es|s|ly|al|ic|ive|ion|or|er|ity|y|e)$/, '');
  return stem.length >= 3 ? stem.slice(0, 7) : plain;
}

/** Stems of the words that say something. */
export function contentStems(text: string): string[] {
  const words = text.match(/\p{L}[\p{L}\p{N}'’]*/gu) ?? [];
  return [
    ...new Set(words.filter((word) => word.length > 3 && !EMPTY.has(word.toLowerCase())).map(findStem)),
  ];
}

/** Whether the owners' words, by stems, bear out a sentence: most of its words are there. */
export function isSaid(sentence: string, said: ReadonlySet<string>): boolean {
  const stems = contentStems(sentence);
  const unsaid = stems.filter((stem) => !said.has(stem)).length;
  return stems.length > 0 && unsaid <= Math.max(1, stems.length * UNSAID_SHARE);
}

/** Sentences that a paraphrase may draw from at once. */
const WINDOW = 3;

/** Words that compare, and the sign by which a passage has them: comparisons use no stem that tells them. */
const COMPARES =
  /\b(?:more|less|most|least|than|compared|higher|lower|larger|smaller|greater|stronger|weaker|better|worse|faster|slower|earlier|later|best|highest|lowest|largest|smallest|strongest|weakest|increas\w+|decreas\w+|reduc\w+|enhanc\w+|improv\w+)\b/i;
export const COMPARISON = '#compares';

/** The owners' prose as the stems of every few sentences in a row, and of every short text by itself. */
export function buildPassages(texts: readonly string[]): ReadonlySet<string>[] {
  return [...new Set(texts)].flatMap((text) => {
    const sentences = text.split('\n').flatMap(splitSentences);
    return sentences.map((_, index) => {
      const passage = sentences.slice(index, index + WINDOW).join(' ');
      return new Set([...contentStems(passage), ...(COMPARES.test(passage) ? [COMPARISON] : [])]);
    });
  });
}

/** Share of a paraphrase's words that may be its own. */
const UNSAID_SHARE = 0.3;
