/**
 * The seam over what writes a summary: a language model behind an OpenAI-compatible service, or the
 * deterministic writer. One method, one reply, whichever it is.
 */
import type { Prompt } from '../prompt/prompt.ts';

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

/** What a writer gives back for a prompt. */
export interface Reply {
  /** Raw markdown. */
  readonly text: string;
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
