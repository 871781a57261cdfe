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

/**
 * The candidate that a misspelt word most likely stands for: the one with the fewest changes, of those one that begins
 * alike, then the first. Undefined where none is near enough.
 */
export function findNearest(
  word: string,
  candidates: Iterable<string>,
  limit = spellingLimit(word),
): string | undefined {
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of candidates) {
    // A first letter is seldom wrong: it counts as half a change.
    const distance = editDistance(word, candidate, limit) + (candidate[0] === word[0] ? 0 : 0.5);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}
