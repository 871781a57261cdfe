/** Finds the things of a table that a text claims and the facts do not support. Pure. */
import type { ClaimPattern } from '../../vocabulary/claim-patterns.ts';
import { findTechniqueMentions } from '../../vocabulary/techniques.ts';
import type { Draft } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { knowsTechnique } from '../known-terms.ts';
import { type ProseBlock, sentenceAt } from '../prose.ts';
import { isDenied, isSpeculationAt } from './sentences.ts';

/** Words of a text without support in the facts, and where they begin. */
export interface UnsupportedThing {
  readonly written: string;
  readonly at: number;
}

/** Whether the words name a person, or a technique that the facts name by another word or a neurodata type. */
function isKnown(written: string, { facts, terms }: Evidence): boolean {
  const people = (facts?.dandiset.contributors ?? []).map(({ name }) => name.split(/[\s,.]+/));
  if (/^\p{Lu}\p{Ll}+$/u.test(written) && people.some((name) => name.includes(written))) return true;
  const mentions = findTechniqueMentions(written);
  return mentions.length > 0 && mentions.every(({ term }) => knowsTechnique(terms, term.id));
}

/** Finds the things of a table that a text claims, without denial or speculation, and no word of the facts supports. */
export function findUnsupportedThings(
  text: string,
  table: readonly ClaimPattern[],
  evidence: Evidence,
): UnsupportedThing[] {
  return table.flatMap(({ claim, support }): UnsupportedThing[] => {
    if (!claim.test(text) || support.test(evidence.unnamed)) return [];
    // A thing that is denied in one place may be claimed in another.
    for (const match of text.matchAll(new RegExp(claim, `${claim.flags}g`))) {
      const { 0: written, index: at } = match;
      if (isKnown(written, evidence)) continue;
      const sentence = sentenceAt(text, at);
      if (isDenied(text, at) || isSpeculationAt(sentence, Math.max(0, sentence.indexOf(written)))) continue;
      return [{ written, at }];
    }
    return [];
  });
}

/** Builds the finding for words without support in the facts. */
export function buildUnsupportedDraft(
  written: string,
  { part, index }: Pick<ProseBlock, 'part' | 'index'>,
): Draft {
  return {
    message: `Nothing in the facts speaks of “${written}”.`,
    excerpt: written,
    location: { part, index },
  };
}
