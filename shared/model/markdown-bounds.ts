/**
 * How much markdown is parsed at all: looked at before any text that a stranger or a model wrote goes to the parser,
 * whose time grows with the square of some marks. Whoever parses asks here first. Pure.
 */

/**
 * Most characters of one text. The longest reply of the default 4,096 tokens has some 20,000; a long summary has
 * 10,000.
 */
export const MAX_MARKDOWN_CHARACTERS = 24_000;

/**
 * Most runs of `*` and `_` in one text: each is held against all before it. A thousand take 20 milliseconds, 16 KB of
 * `*a_` have ten thousand and take three seconds; a summary has a few dozen.
 */
const MAX_EMPHASIS_RUNS = 1_000;

/** Most `>` in one text: each opens a quotation within the one before, and every line closes and opens them all. */
const MAX_QUOTES = 500;

/** Why a text is not to be parsed, as the rest of a sentence about it; undefined for one that may be. */
export function refusalOfMarkdown(text: string): string | undefined {
  if (text.length > MAX_MARKDOWN_CHARACTERS)
    return `is longer than any summary: ${text.length} characters, where at most ${MAX_MARKDOWN_CHARACTERS} are read`;
  if (countMatches(text, /[*_]+/g, MAX_EMPHASIS_RUNS) > MAX_EMPHASIS_RUNS)
    return `has more than ${MAX_EMPHASIS_RUNS} marks of emphasis`;
  if (countMatches(text, />/g, MAX_QUOTES) > MAX_QUOTES)
    return `has more than ${MAX_QUOTES} marks of quotation`;
  return undefined;
}

/** How often, counted no further than one past `most`. */
function countMatches(text: string, pattern: RegExp, most: number): number {
  let count = 0;
  for (const _ of text.matchAll(pattern)) {
    count += 1;
    if (count > most) break;
  }
  return count;
}
