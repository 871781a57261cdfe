/**
 * The document between the flow's two halves: the writer's whole input, built from the headers and the
 * metadata, with the facts with which its reply is compared. Pure types.
 */
import type { CountedFacts } from './facts.ts';

/**
 * `classic` is the earlier system's prompt, for comparison; `complete` covers every file; `rich` adds further facts.
 */
export const PROMPT_PROFILES = ['classic', 'complete', 'rich'] as const;
export type PromptProfile = (typeof PROMPT_PROFILES)[number];

/** How a language model writes: sentences that name their facts, or one text in free markdown. */
export const WRITING_MODES = ['structured', 'prose'] as const;
export type WritingMode = (typeof WRITING_MODES)[number];

/** The writer's whole input. */
export interface Prompt {
  readonly profile: PromptProfile;
  /** `prose` where absent. */
  readonly writing?: WritingMode | undefined;
  /** The whole text, in the grammar of the specification. */
  readonly text: string;
  /**
   * The ranges of the text that come from the archive: `[start, end)` in UTF-16 units, in order, apart from each
   * other.
   */
  readonly quoted: readonly (readonly [start: number, end: number])[];
  /** The errors of an earlier reply, in a repeated request. */
  readonly repair?: readonly string[];
  /** In structured writing, for a repeated request: the refused sentences with the reasons. */
  readonly corrections?: readonly string[];
  /** In structured writing: the form of the reply; a whole summary if absent. */
  readonly asksFor?: 'corrections';
  /** An upper bound of the tokens of the whole request, the text and the words around it. */
  readonly tokens: number;
  /** Notes on parts left out or shortened to fit the token budget, one sentence each; empty if all is verbatim. */
  readonly compaction: readonly string[];
  readonly facts: CountedFacts;
}
