/** Stems words, so that texts can be compared by the words that they share. Pure. */

/** Removes the ending of a word; at most seven characters are kept. */
export function findStem(word: string): string {
  const plain = word.toLowerCase();
  const stem = plain
    .replace(/(?:ations?|itions?|ments?|ingly|edly|ness|ically|ively|ities)$/, '')
    .replace(/(?:ing|ies|ied|ed|es|s|ly|al|ic|ive|ion|or|er|ity|y|e)$/, '');
  return stem.length >= 3 ? stem.slice(0, 7) : plain;
}
