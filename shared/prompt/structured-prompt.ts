/**
 * The prompt of structured writing: the task in fixed words and the numbered facts, as many as fit into the budget
 * by rank. Pure.
 */
import { PromptTooLargeError } from '../errors.ts';
import type { Fact } from '../facts/list/fact.ts';
import { writeFactLine, writeQuoted } from './correction-prompt.ts';
import { countTokens } from './count-tokens.ts';
import type { CountedFacts } from './facts.ts';
import type { Prompt } from './prompt.ts';
import { requestOverhead } from './request-overhead.ts';
import { STRUCTURED_INSTRUCTIONS } from './structured-words.ts';

/** The parameters of one attempt at the list. */
interface Draft {
  /** Facts up to this rank are reported. */
  readonly rank: number;
  /** Characters of one fact at most. */
  readonly characters: number;
  /** Facts reported at all, the first of each rank first. */
  readonly most: number;
}

const ALL = Number.POSITIVE_INFINITY;

/**
 * The stages of compaction, each shorter than the one before: by rank first, as the `rich` prompt's, then by length.
 */
const DRAFTS: readonly Draft[] = [
  { rank: 5, characters: ALL, most: ALL },
  { rank: 4, characters: ALL, most: ALL },
  { rank: 3, characters: ALL, most: ALL },
  { rank: 3, characters: 1_000, most: ALL },
  { rank: 2, characters: 1_000, most: ALL },
  { rank: 2, characters: 400, most: ALL },
  { rank: 1, characters: 400, most: ALL },
  { rank: 1, characters: 200, most: 40 },
  { rank: 1, characters: 200, most: 20 },
  { rank: 1, characters: 120, most: 8 },
];

/**
 * The prompt of one version, in the first stage that fits the budget.
 * @throws PromptTooLargeError if the last stage does not
 */
export function buildStructuredPrompt(facts: CountedFacts, budget: number): Prompt {
  const { list } = facts;
  let least = Number.POSITIVE_INFINITY;
  for (const draft of DRAFTS) {
    const reported = chooseFacts(list, draft);
    const quoted = reported.map((fact) => writeFactLine(fact, draft.characters)).join('');
    const written = writeQuoted(STRUCTURED_INSTRUCTIONS, quoted);
    const tokens = countTokens(written.text) + requestOverhead(1);
    if (tokens <= budget)
      return {
        profile: 'rich',
        writing: 'structured',
        ...written,
        tokens,
        compaction: writeCompaction(list, reported, draft),
        facts,
      };
    least = Math.min(least, tokens);
  }
  throw new PromptTooLargeError(
    `The facts of Dandiset ${facts.dandiset.id} need at least ${least} tokens even in their shortest form; the budget is ${budget}. Raise PROMPT_TOKEN_BUDGET.`,
    { tokens: least, budget },
  );
}

function chooseFacts(list: readonly Fact[], { rank, most }: Draft): readonly Fact[] {
  const reported = list.filter((fact) => fact.rank <= rank);
  return reported.slice(0, most);
}

function writeCompaction(list: readonly Fact[], reported: readonly Fact[], draft: Draft): string[] {
  return [
    ...(reported.length < list.length ? ['Facts of less weight are left out.'] : []),
    ...(reported.some(({ text }) => text.length > draft.characters) ? ['Long facts are cut.'] : []),
  ];
}
