/** How a table of things is asked of a text: which of them it tells that the facts do not. Pure. */
import type { SaidThing } from '../../vocabulary/said-things.ts';
import type { Evidence } from '../evidence.ts';
import { sentenceAt } from '../prose.ts';
import { isDenied, isSupposed } from './sentences.ts';

/** Words of a text and where they begin. */
export interface UnsaidThing {
  readonly written: string;
  readonly at: number;
}

/** The things of a table that a text tells, neither denied nor guessed, while no word of the facts bears them out. */
export function findUnsaid(text: string, table: readonly SaidThing[], { unnamed }: Evidence): UnsaidThing[] {
  return table.flatMap(({ claim, bornOut }): UnsaidThing[] => {
    const match = claim.exec(text);
    if (match === null || bornOut.test(unnamed)) return [];
    const sentence = sentenceAt(text, match.index);
    const at = sentence.indexOf(match[0]);
    if (isDenied(text, match.index) || isSupposed(sentence, Math.max(0, at))) return [];
    return [{ written: match[0], at: match.index }];
  });
}
