/** Whether one text says what another says, by the words that they share. Pure. */

/** Share of words by which one text says what another says. */
const SAME = 0.75;

/** The words of a text that say something. */
export function listWords(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []);
}

/** Whether a text of these words has most of the others. */
export function isSaidIn(words: ReadonlySet<string>, known: ReadonlySet<string>): boolean {
  const shared = [...words].filter((word) => known.has(word)).length;
  return words.size > 0 && shared >= words.size * SAME;
}
