/**
 * The seam over what writes a summary: a language model behind an OpenAI-compatible service, or the
 * deterministic writer. One method, one reply, whichever it is.
 */
import type { Prompt } from '../prompt/prompt.ts';
import type { ReplySchema } from '../prompt/structured-schema.ts';
import type { PartName } from './headings.ts';

/** Tokens as the provider counts them; zero where no model was asked. */
export interface TokenUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** How a reply ended: in our words, and in the provider's. */
export interface Finish {
  readonly unified: 'stop' | 'length' | 'content-filter' | 'other';
  readonly raw?: string;
}

/** Whether a sentence says what was counted, what the owners say, or what follows from either. */
export const SENTENCE_KINDS = ['fact', 'claim', 'inference'] as const;
export type SentenceKind = (typeof SENTENCE_KINDS)[number];

/** A sentence or an item of a list, with the facts that it is based on. */
export interface SupportedSentence {
  readonly part: Exclude<PartName, 'keywords'>;
  /** Its words without markup, on one line. */
  readonly text: string;
  /** Ids of the list of facts. */
  readonly facts: readonly string[];
  readonly kind: SentenceKind;
}

/** What a writer gives back for a prompt. */
export interface Reply {
  /** Raw markdown. */
  readonly text: string;
  /** Its sentences with what they are based on; absent where the writer does not say. */
  readonly sentences?: readonly SupportedSentence[];
  readonly usage: TokenUsage;
  readonly finish: Finish;
}

/** A question in the two roles that a service has for it. */
export interface Question {
  /** For the role above the user. */
  readonly instructions: string;
  readonly content: string;
  /** A bound of its tokens. */
  readonly tokens: number;
  /** The form of the reply, asked for as far as the service can; `content` tells it in words. */
  readonly schema?: ReplySchema;
}

/** What is asked for a second opinion: one reply to one question, without retries of its own. */
export interface Judge {
  readonly modelId: string;
  /** @throws ModelUnavailableError, ModelRejectedError, PromptTooLargeError, and the signal's reason once it is aborted */
  ask(question: Question, signal?: AbortSignal): Promise<Reply>;
}

export interface LanguageModel {
  /** What provenance names: the model's id as the provider knows it, or `deterministic-writer/REVISION`. */
  readonly modelId: string;
  /** False for the deterministic writer: the summary then says that no language model wrote it. */
  readonly isLanguageModel: boolean;
  /** One reply to one prompt, or to its repair, without retries of its own. @throws ModelUnavailableError, ModelRejectedError, PromptTooLargeError */
  generate(prompt: Prompt, signal?: AbortSignal): Promise<Reply>;
}
