/**
 * Decides whether the owners state what a sentence says, by the share of its words that they use: a paraphrase passes,
 * a new claim does not. Pure.
 */

import { listSentences } from '../model/plain-text.ts';
import { findMeaning, isOpposed } from './meanings.ts';
import { findStem } from './word-stem.ts';

/** Words without content. */
const EMPTY = new Set(
  'about above across after also although among another because been before being between both could data dataset dandiset does during each either file files from given have here however into itself many more most much nwb only other over recording recordings same several some such than that the their them then there these they this those through under using very was well were what when where which while will with within without would study experiment experiments including include includes provide provides used based'.split(
    ' ',
  ),
);

/** The content words of a text. */
function contentWords(text: string): string[] {
  const words = text.match(/\p{L}[\p{L}\p{N}'’]*/gu) ?? [];
  return words.filter((word) => word.length > 3 && !EMPTY.has(word.toLowerCase()));
}

/** The stems of the content words of a text, each once. */
export function contentStems(text: string): string[] {
  return [...new Set(contentWords(text).map(findStem))];
}

/** Words that connect statements. */
const JOINING =
  /^(?:thus|therefore|thereby|hence|consequently|moreover|furthermore|however|according|respectively)$/i;

/** The meanings of the content words of a text, each once: forms, spellings and synonyms count as one. */
export function contentMeanings(text: string): string[] {
  return [
    ...new Set(
      contentWords(text)
        .filter((word) => !JOINING.test(word))
        .map(findMeaning),
    ),
  ];
}

/** Whether a passage of the owners supports a sentence: it has most of its meanings, and none of their opposites. */
export function isStated(sentence: string, said: ReadonlySet<string>): boolean {
  const meanings = contentMeanings(sentence);
  const unsupported = meanings.filter((meaning) => !said.has(meaning)).length;
  const share = meanings.length < LONG ? NEW_SHARE : NEW_SHARE_OF_LONG;
  return (
    meanings.length > 0 &&
    unsupported <= Math.max(1, meanings.length * share) &&
    !isOpposed(new Set(meanings), said)
  );
}

/** Consecutive sentences that one paraphrase may combine. */
const WINDOW = 3;

/** Words that compare, and the sign that marks a passage with one, since comparisons share no stem. */
const COMPARES =
  /\b(?:more|less|than|compared|higher|lower|larger|smaller|greater|stronger|weaker|better|worse|faster|slower|earlier|later|increas\w+|decreas\w+|reduc\w+|enhanc\w+|improv\w+)\b/i;
export const COMPARISON = '#compares';
/** Superlatives, and the sign that marks a passage with a superlative or a comparison. */
const EXCELS = /\b(?:most|least|best|highest|lowest|largest|smallest|strongest|weakest|narrowly|broadly)\b/i;
export const SUPERLATIVE = '#excels';

function listSigns(passage: string): string[] {
  if (COMPARES.test(passage)) return [COMPARISON, SUPERLATIVE];
  return EXCELS.test(passage) ? [SUPERLATIVE] : [];
}

/** Builds the meanings of every run of `WINDOW` sentences of the owners' texts. */
export function buildPassages(texts: readonly string[]): ReadonlySet<string>[] {
  return [...new Set(texts)].flatMap((text) => {
    const sentences = listSentences(text);
    return sentences.map((_, index) => {
      const passage = sentences.slice(index, index + WINDOW).join(' ');
      return new Set([...contentMeanings(passage), ...listSigns(passage)]);
    });
  });
}

/** Share of a paraphrase's words that may be new; higher for long sentences, which use more words of their own. */
const NEW_SHARE = 0.3;
const NEW_SHARE_OF_LONG = 0.4;
/** Fewest content words of a long sentence. */
const LONG = 12;
