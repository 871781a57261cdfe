/**
 * The interface of everything that writes a summary: a language model behind an OpenAI-compatible service, or the
 * deterministic writer. One method returns one reply.
 */
import type { Prompt } from '../prompt/prompt.ts';
import type { ReplySchema } from '../prompt/structured-schema.ts';
import type { PartName } from './headings.ts';

/** Tokens as counted by the provider; zero if no model was asked. */
export interface TokenUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** How a reply ended: in unified terms, and in the provider's. */
export interface Finish {
  readonly unified: 'stop' | 'length' | 'content-filter' | 'other';
  readonly raw?: string;
}

/** Whether a sentence reports counted facts, a claim of the owners, or an inference from either. */
export const SENTENCE_KINDS = ['fact', 'claim', 'inference'] as const;
export type SentenceKind = (typeof SENTENCE_KINDS)[number];

/** A sentence or a list item, with the facts that it is based on. */
export interface SupportedSentence {
  readonly part: Exclude<PartName, 'keywords'>;
  /** Its words without markup, on one line. */
  readonly text: string;
  /** Ids of the list of facts. */
  readonly facts: readonly string[];
  readonly kind: SentenceKind;
}

/** A writer's reply to a prompt. */
export interface Reply {
  /** Raw markdown. */
  readonly text: string;
  /** Its sentences with the facts that they are based on; absent if the writer does not report them. */
  readonly sentences?: readonly SupportedSentence[];
  readonly usage: TokenUsage;
  readonly finish: Finish;
}

/** A question, as messages in two roles. */
export interface Question {
  /** For the system or developer role. */
  readonly instructions: string;
  readonly content: string;
  /** An upper bound of its tokens. */
  readonly tokens: number;
  /** The schema of the reply, requested if the service supports it; `content` describes it in words. */
  readonly schema?: ReplySchema;
}

/** The model for second opinions: one reply to one question, without its own retries. */
export interface Judge {
  readonly modelId: string;
  /**
   * @throws ModelUnavailableError, ModelRejectedError, PromptTooLargeError, and the signal's reason once it is aborted
   */
  ask(question: Question, signal?: AbortSignal): Promise<Reply>;
}

export interface LanguageModel {
  /** The name in provenance: the provider's id of the model, or `deterministic-writer/REVISION`. */
  readonly modelId: string;
  /** False for the deterministic writer: the summary then says that no language model wrote it. */
  readonly isLanguageModel: boolean;
  /**
   * Writes one reply to one prompt, or to its repair, without its own retries. @throws ModelUnavailableError,
   * ModelRejectedError, PromptTooLargeError
   */
  generate(prompt: Prompt, signal?: AbortSignal): Promise<Reply>;
}
