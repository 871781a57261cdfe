/**
 * Writes the three parts of a summary from the counts over all files, with the facts that each sentence is based on.
 * Pure.
 */
import { toString as textOf } from 'mdast-util-to-string';
import type { CountedFacts } from '../../prompt/facts.ts';
import { PART_HEADINGS } from '../headings.ts';
import type { SupportedSentence } from '../language-model.ts';
import { heading, list, paragraph, serialize } from '../page-tree.ts';
import { writeAbstract } from './abstract.ts';
import { writeData } from './data.ts';
import { findFactsAtHand } from './facts-at-hand.ts';
import { writeKeywords } from './keywords.ts';
import { findSupport, joinSentences } from './sentence.ts';

/** Writes a reply's text and its sentences. */
export function writeParts(facts: CountedFacts): {
  text: string;
  sentences: readonly SupportedSentence[];
} {
  const at = findFactsAtHand(facts);
  const abstract = writeAbstract(at);
  const data = writeData(at);
  const text = serialize([
    heading(2, PART_HEADINGS.abstract),
    ...abstract.map((sentences) => paragraph(...joinSentences(sentences))),
    heading(2, PART_HEADINGS.description),
    ...data.blocks.filter((block) => textOf(block) !== ''),
    heading(2, PART_HEADINGS.keywords),
    list(writeKeywords(at).map((keyword) => [keyword])),
  ]);
  return {
    text,
    sentences: [...findSupport('abstract', abstract.flat()), ...findSupport('description', data.reported)],
  };
}
