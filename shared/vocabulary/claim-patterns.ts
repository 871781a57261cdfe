/**
 * Tables of things that prose tells, each with the words of the facts that bear it out: what the tables of behaviors,
 * stimuli and preparations are written in. Pure.
 */

/** One thing: how prose tells it, and what in the facts bears it out. */
export interface ClaimPattern {
  /** As whole words, in any case. */
  readonly claim: RegExp;
  /** Tried on the facts' text in lower case, as a part of its words; the claim's own words where the table gives none. */
  readonly support: RegExp;
}

/** A line of a written table: `claim => what bears it out`, both sources of patterns; a line without `=>` is borne out by itself alone. */
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
