/**
 * The format of the tables of behaviors, stimuli and preparations: claims of prose, each with the words of the facts
 * that support it. Pure.
 */

/** One claim of prose, and the words of the facts that support it. */
export interface ClaimPattern {
  /** Matches whole words, in any case. */
  readonly claim: RegExp;
  /**
   * Matched against the facts' text in lower case, also within words; the claim's own pattern if the table has none.
   */
  readonly support: RegExp;
}

/**
 * Parses a table with lines `claim => support`, both sources of patterns. Without `=>`, only the claim's own words
 * support it.
 */
export function parseClaimPatterns(table: string): ClaimPattern[] {
  return table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [claim = '', support = claim] = line.split(' => ');
      return { claim: new RegExp(`\\b(?:${claim})(?![\\p{L}\\p{N}])`, 'iu'), support: new RegExp(support) };
    });
}
