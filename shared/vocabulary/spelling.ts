/** The nearest word to one that is misspelt: for a query's words and for the names of commands. Pure. */

/**
 * How many letters must be put in, taken out, changed, or swapped with their neighbour to make one word of the other;
 * `limit + 1` where it is more than `limit`.
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

/** Changes that a word may have to be still the same one: none up to 3 letters, one up to 7, two beyond. */
export function spellingLimit(word: string): number {
  if (word.length < 4) return 0;
  return word.length < 8 ? 1 : 2;
}

/** Words to compare with, made ready once: most of a hundred thousand are told apart by their letters alone. */
export interface Spellings {
  readonly words: readonly string[];
  /** By word: which letters it has, a bit each. */
  readonly letters: Int32Array;
}

/** Makes words ready to be compared with many misspelt ones. */
export function prepareSpellings(words: Iterable<string>): Spellings {
  const all = [...words];
  return { words: all, letters: Int32Array.from(all, findLetters) };
}

/** The letters of a word, a bit each; other signs share the bits that are left. */
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
 * The candidate that a misspelt word most likely stands for: the one with the fewest changes, of those one that begins
 * alike, then the first. Undefined where none is near enough.
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
    // A change alters two letters of the set at most: one goes, another comes.
    if (Math.abs(candidate.length - word.length) > limit || countBits(letters[at]! ^ own) > 2 * limit)
      continue;
    // A first letter is seldom wrong: it counts as half a change.
    const distance = editDistance(word, candidate, limit) + (candidate[0] === word[0] ? 0 : 0.5);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}
