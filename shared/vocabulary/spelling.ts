/** Finds the word nearest to a misspelled one, for words of queries and names of commands. Pure. */

/**
 * The number of letters that must be inserted, deleted, replaced or swapped with a neighbor to turn one word into the
 * other; `limit + 1` if it exceeds `limit`.
 */
export function editDistance(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  let before: number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    let least = row;
    for (let at = 1; at <= other.length; at += 1) {
      const isSame = one[row - 1] === other[at - 1];
      let cost = Math.min(above[at]! + 1, current[at - 1]! + 1, above[at - 1]! + (isSame ? 0 : 1));
      const isSwap = row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
      if (isSwap) cost = Math.min(cost, before[at - 2]! + 1);
      current.push(cost);
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    before = above;
    above = current;
  }
  return Math.min(above[other.length]!, limit + 1);
}

/** Most edits with which a word still counts as the same: none up to 3 letters, one up to 7, two beyond. */
export function spellingLimit(word: string): number {
  if (word.length < 4) return 0;
  return word.length < 8 ? 1 : 2;
}

/** Words to compare with, indexed once: the sets of letters alone exclude most of a hundred thousand words. */
export interface Spellings {
  readonly words: readonly string[];
  /** The letters of each word, one bit per letter. */
  readonly letters: Int32Array;
}

/** Indexes words for comparison with many misspelled ones. */
export function prepareSpellings(words: Iterable<string>): Spellings {
  const all = [...words];
  return { words: all, letters: Int32Array.from(all, findLetters) };
}

/** The letters of a word, one bit per letter; other characters share the remaining bits. */
function findLetters(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at += 1) {
    const code = word.charCodeAt(at) - 97;
    letters |= 1 << (code >= 0 && code < 26 ? code : 26 + (Math.abs(code) % 6));
  }
  return letters;
}

function countBits(number: number): number {
  let bits = 0;
  for (let left = number; left !== 0; left &= left - 1) bits += 1;
  return bits;
}

/**
 * Finds the candidate that a misspelled word most likely means: the one with the fewest edits, preferably with the same
 * first letter, then the first. Undefined if none is near enough.
 */
export function findNearest(
  word: string,
  candidates: Iterable<string> | Spellings,
  limit = spellingLimit(word),
): string | undefined {
  const { words, letters } = Symbol.iterator in candidates ? prepareSpellings(candidates) : candidates;
  const own = findLetters(word);
  let best: string | undefined;
  let least = limit + 1;
  for (const [at, candidate] of words.entries()) {
    // One edit changes at most two letters of the set: it removes one and adds one.
    if (Math.abs(candidate.length - word.length) > limit || countBits(letters[at]! ^ own) > 2 * limit)
      continue;
    // The first letter is rarely wrong, so a difference there counts as half an edit more.
    const distance = editDistance(word, candidate, limit) + (candidate[0] === word[0] ? 0 : 0.5);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}
