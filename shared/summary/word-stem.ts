/** A word without its ending, for comparing texts by what their words have in common. Pure. */

/** A word without its ending, long enough to tell words apart. */
export function findStem(word: string): string {
  const plain = word.toLowerCase();
  const stem = plain
    .replace(/(?:ations?|itions?|ments?|ingly|edly|ness|ically|ively|ities)$/, '')
    .replace(/(?:ing|ies|ied|ed|es|s|ly|al|ic|ive|ion|or|er|ity|y|e)$/, '');
  return stem.length >= 3 ? stem.slice(0, 7) : plain;
}
