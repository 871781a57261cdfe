/**
 * Whether a sentence says what the owners' own words say: by the share of its words that they use, so that a
 * paraphrase passes and a claim of something new does not. Pure.
 */

import { splitSentences } from '../model/plain-text.ts';
import { findMeaning, isOpposed } from './meanings.ts';
import { findStem } from './word-stem.ts';

/** Words that carry no claim. */
const EMPTY = new Set(
  'about above across after also although among another because been before being between both could data dataset dandiset does during each either file files from given have here however into itself many more most much nwb only other over recording recordings same several some such than that the their them then there these they this those through under using very was well were what when where which while will with within without would study experiment experiments including include includes provide provides used based'.split(
    ' ',
  ),
);

/** Words that say something. */
function contentWords(text: string): string[] {
  const words = text.match(/\p{L}[\p{L}\p{N}'’]*/gu) ?? [];
  return words.filter((word) => word.length > 3 && !EMPTY.has(word.toLowerCase()));
}

/** Stems of the words that say something. */
export function contentStems(text: string): string[] {
  return [...new Set(contentWords(text).map(findStem))];
}

/** Words that join what is said. */
const JOINING =
  /^(?:thus|therefore|thereby|hence|consequently|moreover|furthermore|however|according|respectively)$/i;

/** Meanings of the words that say something: forms, spellings and synonyms as one. */
export function contentMeanings(text: string): string[] {
  return [
    ...new Set(
      contentWords(text)
        .filter((word) => !JOINING.test(word))
        .map(findMeaning),
    ),
  ];
}

/** Whether the owners' words, by meanings, bear out a sentence: most of its words are there, and none of them the other way round. */
export function isSaid(sentence: string, said: ReadonlySet<string>): boolean {
  const meanings = contentMeanings(sentence);
  const unsaid = meanings.filter((meaning) => !said.has(meaning)).length;
  const share = meanings.length < LONG ? UNSAID_SHARE : UNSAID_SHARE_OF_LONG;
  return (
    meanings.length > 0 &&
    unsaid <= Math.max(1, meanings.length * share) &&
    !isOpposed(new Set(meanings), said)
  );
}

/** Sentences that a paraphrase may draw from at once. */
const WINDOW = 3;

/** Words that compare, and the sign by which a passage has them: comparisons use no stem that tells them. */
const COMPARES =
  /\b(?:more|less|than|compared|higher|lower|larger|smaller|greater|stronger|weaker|better|worse|faster|slower|earlier|later|increas\w+|decreas\w+|reduc\w+|enhanc\w+|improv\w+)\b/i;
export const COMPARISON = '#compares';
/** The sign of a passage that has one thing above all others, or compares. */
const EXCELS = /\b(?:most|least|best|highest|lowest|largest|smallest|strongest|weakest|narrowly|broadly)\b/i;
export const SUPERLATIVE = '#excels';

function listSigns(passage: string): string[] {
  if (COMPARES.test(passage)) return [COMPARISON, SUPERLATIVE];
  return EXCELS.test(passage) ? [SUPERLATIVE] : [];
}

/** The owners' prose as the meanings of every few sentences in a row, and of every short text by itself. */
export function buildPassages(texts: readonly string[]): ReadonlySet<string>[] {
  return [...new Set(texts)].flatMap((text) => {
    const sentences = text.split('\n').flatMap(splitSentences);
    return sentences.map((_, index) => {
      const passage = sentences.slice(index, index + WINDOW).join(' ');
      return new Set([...contentMeanings(passage), ...listSigns(passage)]);
    });
  });
}

/** Share of a paraphrase's words that may be its own: who says more at once says more of it in other words. */
const UNSAID_SHARE = 0.3;
const UNSAID_SHARE_OF_LONG = 0.4;
/** Words from which a sentence is a long one. */
const LONG = 12;
