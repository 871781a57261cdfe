/**
 * The three parts of every reply, and their headings in a stored summary. The deterministic writer uses these headings;
 * a language model may choose its own, which are replaced.
 */

/** Headings of the canonical form, in its order. */
export const PART_HEADINGS = {
  abstract: 'Abstract',
  description: 'Data',
  keywords: 'Keywords',
} as const;

/** A part of a reply. */
export type PartName = keyof typeof PART_HEADINGS;

/** The parts, in the order of a summary. */
export const PART_NAMES: readonly PartName[] = ['abstract', 'description', 'keywords'];

/** Most keywords of a summary, by the specification. */
export const MAX_KEYWORDS = 10;

/** Most words of a keyword: a longer one is a sentence. */
export const MAX_KEYWORD_WORDS = 8;
