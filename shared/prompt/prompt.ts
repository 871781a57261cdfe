/**
 * The document between the flow's two halves: all that the writer gets, made from the headers and the
 * metadata, with the facts that its reply is held to. Pure types.
 */
import type { CountedFacts } from './facts.ts';

/** `classic` is the earlier system's prompt, for comparison; `complete` covers every file; `rich` adds further facts. */
export const PROMPT_PROFILES = ['classic', 'complete', 'rich'] as const;
export type PromptProfile = (typeof PROMPT_PROFILES)[number];

/** How a language model writes: sentences that name their facts, or one text in free markdown. */
export const WRITING_MODES = ['structured', 'prose'] as const;
export type WritingMode = (typeof WRITING_MODES)[number];

/** All that the writer gets. */
export interface Prompt {
  readonly profile: PromptProfile;
  /** `prose` where absent. */
  readonly writing?: WritingMode | undefined;
  /** The whole text, in the grammar of the specification. */
  readonly text: string;
  /** Where in the text is what the archive gave: `[start, end)` in UTF-16 units, in order, apart from each other. */
  readonly quoted: readonly (readonly [start: number, end: number])[];
  /** What was wrong with an earlier reply, where this is asked once more. */
  readonly repair?: readonly string[];
  /** In structured writing, where refused sentences are asked for once more: the sentences with the reasons. */
  readonly corrections?: readonly string[];
  /** In structured writing: the form of the reply; a whole summary where absent. */
  readonly asksFor?: 'corrections';
  /** An upper bound of the tokens of all that is sent, the text and what goes round it. */
  readonly tokens: number;
  /** What was left out or shortened to fit the token budget, a sentence each; empty where all is verbatim. */
  readonly compaction: readonly string[];
  readonly facts: CountedFacts;
}
