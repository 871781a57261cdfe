/** How a table of things is asked of a text: which of them it tells that the facts do not. Pure. */
import type { SaidThing } from '../../vocabulary/said-things.ts';
import { findTechniqueMentions } from '../../vocabulary/techniques.ts';
import type { Draft } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { knowsTechnique } from '../known-terms.ts';
import { type ProseBlock, sentenceAt } from '../prose.ts';
import { isDenied, isSupposed } from './sentences.ts';

/** Words of a text and where they begin. */
export interface UnsaidThing {
  readonly written: string;
  readonly at: number;
}

/** Whether the words are a name of somebody, or of a technique that the facts have by another word or neurodata type. */
function isOfFacts(written: string, { facts, terms }: Evidence): boolean {
  const people = (facts?.dandiset.contributors ?? []).map(({ name }) => name.split(/[\s,.]+/));
  if (/^\p{Lu}\p{Ll}+$/u.test(written) && people.some((name) => name.includes(written))) return true;
  const mentions = findTechniqueMentions(written);
  return mentions.length > 0 && mentions.every(({ term }) => knowsTechnique(terms, term.id));
}

/** The things of a table that a text tells, neither denied nor guessed, while no word of the facts bears them out. */
export function findUnsaid(text: string, table: readonly SaidThing[], evidence: Evidence): UnsaidThing[] {
  return table.flatMap(({ claim, bornOut }): UnsaidThing[] => {
    const match = claim.exec(text);
    if (match === null || bornOut.test(evidence.unnamed) || isOfFacts(match[0], evidence)) return [];
    const sentence = sentenceAt(text, match.index);
    const at = sentence.indexOf(match[0]);
    if (isDenied(text, match.index) || isSupposed(sentence, Math.max(0, at))) return [];
    return [{ written: match[0], at: match.index }];
  });
}

/** The finding about words that the facts do not have. */
export function buildUnsaidDraft(
  written: string,
  { part, index }: Pick<ProseBlock, 'part' | 'index'>,
): Draft {
  return {
    message: `Nothing in the facts speaks of “${written}”.`,
    excerpt: written,
    location: { part, index },
  };
}
