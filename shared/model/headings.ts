/**
 * The three parts that every reply has, and what a stored summary calls them. The deterministic writer
 * writes these headings, the canonical form of a summary has them, and a language model may choose its own.
 */

/** Headings of the canonical form, in its order. */
export const PART_HEADINGS = {
  abstract: 'Abstract',
  description: 'Data',
  keywords: 'Keywords',
} as const;

/** A part of a reply. */
export type PartName = keyof typeof PART_HEADINGS;

/** The parts in the order in which a summary has them. */
export const PART_NAMES: readonly PartName[] = ['abstract', 'description', 'keywords'];

/** Keywords of a summary, as many as the specification allows. */
export const MAX_KEYWORDS = 10;

/** Most words of a keyword: what has more is a sentence. */
export const MAX_KEYWORD_WORDS = 8;
