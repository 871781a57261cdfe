/** Checks of how subjects were prepared and bred: methods and strains are those of the facts. Pure. */
import { METHOD_WORDS, STRAIN_WORDS } from '../../vocabulary/method-words.ts';
import type { SaidThing } from '../../vocabulary/said-things.ts';
import type { Check, CheckInput, Draft } from '../check.ts';
import { sentenceAt } from '../prose.ts';
import { isOfTheField } from './sentences.ts';
import { findUnsaid } from './unsaid.ts';

function findIn({ prose, evidence }: CheckInput, table: readonly SaidThing[]): Draft[] {
  return prose.flatMap(({ text, part, index }) =>
    findUnsaid(text, table, evidence)
      .filter(({ at }) => !isOfTheField(sentenceAt(text, at)))
      .map(({ written }) => ({
        message: `Nothing in the facts speaks of “${written}”.`,
        excerpt: written,
        location: { part, index },
      })),
  );
}

/** Every method of preparing and recording that is named is in the facts. */
export const methods: Check = {
  name: 'methods',
  severity: 'warning',
  holds: 'every way of preparing and recording is in the metadata or the headers',
  find: (input) => findIn(input, METHOD_WORDS),
};

/** Every strain, line and genotype that is named is in the facts. */
export const strains: Check = {
  name: 'strains',
  severity: 'warning',
  holds: 'every strain, line and genotype that is named is in the metadata or the headers',
  find: (input) => findIn(input, STRAIN_WORDS),
};
