/**
 * Limits for parsing markdown: checked before any text from a stranger or a model is parsed, since the parser's time
 * grows with the square of the number of some marks. Every caller of the parser checks them first. Pure.
 */

/**
 * Most characters of one text. The longest reply within the default 4,096 tokens has about 20,000; a long summary has
 * 10,000.
 */
export const MAX_MARKDOWN_CHARACTERS = 24_000;

/**
 * Most runs of `*` and `_` in one text: each is compared with all previous ones. A thousand take 20 milliseconds;
 * 16 KB of `*a_` have ten thousand and take three seconds. A summary has a few dozen.
 */
const MAX_EMPHASIS_RUNS = 1_000;

/**
 * Most `>` in one text: each opens a block quote within the previous one, and every line closes and reopens them all.
 */
const MAX_QUOTES = 500;

/** The reason not to parse a text, as the rest of a sentence about it; undefined if it may be parsed. */
export function findMarkdownRefusal(text: string): string | undefined {
  if (text.length > MAX_MARKDOWN_CHARACTERS)
    return `is longer than any summary: ${text.length} characters, where at most ${MAX_MARKDOWN_CHARACTERS} are read`;
  if (countMatches(text, /[*_]+/g, MAX_EMPHASIS_RUNS) > MAX_EMPHASIS_RUNS)
    return `has more than ${MAX_EMPHASIS_RUNS} marks of emphasis`;
  if (countMatches(text, />/g, MAX_QUOTES) > MAX_QUOTES)
    return `has more than ${MAX_QUOTES} marks of quotation`;
  return undefined;
}

/** Counts matches, up to one more than `most`. */
function countMatches(text: string, pattern: RegExp, most: number): number {
  let count = 0;
  for (const _ of text.matchAll(pattern)) {
    count += 1;
    if (count > most) break;
  }
  return count;
}
