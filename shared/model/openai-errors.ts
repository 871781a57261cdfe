/**
 * Translates errors of a model's service and of the connection to it into errors of this project, in one place. The
 * service's messages are never included in an error, since services quote keys and prompts back; only codes of a fixed
 * form are.
 */

import { APIConnectionTimeoutError, APIError } from 'openai';
import { ModelRejectedError, ModelUnavailableError, PromptTooLargeError } from '../errors.ts';
import { readRetryAfter } from '../retry/retry-after.ts';
import { TRANSIENT_STATUSES } from '../retry/statuses.ts';
import { OversizedResponseError } from './bounded-fetch.ts';
import type { Refusal } from './negotiation.ts';

/** The properties of the request that the translation needs. */
export interface RequestContext {
  readonly modelId: string;
  readonly promptTokens: number;
  readonly maxOutputTokens: number;
  readonly timeoutMs: number;
  /** Must not appear in any error. */
  readonly apiKey: string | undefined;
}

/** The errors that the translation returns. */
type ModelError = ModelRejectedError | ModelUnavailableError | PromptTooLargeError;

/** Codes of lower-case letters, digits and underscores: anything else may be a quotation. */
const PLAIN_CODE = /^[a-z][a-z0-9_]{1,59}$/;

const TOO_LARGE =
  /context[ _](length|window|size)|maximum context|prompt is too (long|large)|input is too (long|large)|too many (input )?tokens|request too large|reduce the length|exceeds? the (available|maximum|model'?s?) (context|number of tokens|input)/i;

/** Reads the refusal from an error; undefined if the error is not a service's response. */
export function findRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof APIError) || error.status === undefined) return undefined;
  return {
    status: error.status,
    code: [error.code, error.type].filter((word) => typeof word === 'string').join(' '),
    param: typeof error.param === 'string' ? error.param : '',
    message: typeof error.message === 'string' ? error.message : '',
  };
}

/** Translates an error thrown by the client. */
export function translateError(error: unknown, context: RequestContext): ModelError {
  const refusal = findRefusal(error);
  if (refusal) {
    const retryAfterSeconds = readStatedWait((error as APIError).headers ?? undefined);
    return translateRefusal(refusal, context, retryAfterSeconds);
  }
  if (error instanceof APIConnectionTimeoutError) return buildTimeoutError(context);
  return new ModelUnavailableError(
    `The service of model ${context.modelId} ${describeBrokenConnection(error)}.`,
    { modelId: context.modelId },
    { cause: buildPlainCause(error) },
  );
}

/** Builds the error for a service that did not finish its response in time. */
export function buildTimeoutError(context: RequestContext): ModelUnavailableError {
  return new ModelUnavailableError(
    `The service of model ${context.modelId} gave no complete reply within ${context.timeoutMs / 1000} s.`,
    { modelId: context.modelId },
  );
}

/**
 * Translates a refusal by its code, its message and its status, in this order: services misuse statuses more than
 * codes.
 */
export function translateRefusal(
  refusal: Refusal,
  context: RequestContext,
  retryAfterSeconds?: number,
): ModelError {
  const { modelId, apiKey } = context;
  const { status } = refusal;
  const code = refusal.code
    .split(' ')
    .find((word) => PLAIN_CODE.test(word) && !(apiKey && (word.includes(apiKey) || apiKey.includes(word))));
  const said = [status === undefined ? '' : `${status}`, code ?? ''].filter(Boolean).join(', ');
  const buildRejected = (what: string) =>
    new ModelRejectedError(`${what} (${said})`, { modelId, ...(status === undefined ? {} : { status }) });

  if (/context_length_exceeded|string_above_max_length/.test(refusal.code) || status === 413) {
    return buildTooLargeError(refusal, context);
  }
  if ((status === 400 || status === 422 || status === 429) && TOO_LARGE.test(refusal.message)) {
    return buildTooLargeError(refusal, context);
  }
  if (/insufficient_quota|billing/.test(refusal.code) || status === 402) {
    return buildRejected(
      `The account for model ${modelId} has no credit left: settle its billing, or use another key`,
    );
  }
  if (/content_filter|content_policy/.test(refusal.code)) {
    return buildRejected(
      `The service of model ${modelId} refuses this prompt by its content filter: use another model`,
    );
  }
  const refused = status === undefined ? undefined : REFUSALS[status];
  if (refused) return buildRejected(refused(modelId));
  if (isPassing(status)) {
    return new ModelUnavailableError(
      status === 429
        ? `The service of model ${modelId} receives too many requests (${said}).`
        : `The service of model ${modelId} is failing (${said}).`,
      {
        modelId,
        ...(status === undefined ? {} : { status }),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      },
    );
  }
  if (status !== undefined && status >= 300 && status < 400) {
    return buildRejected('OPENAI_BASE_URL leads to a redirect, which is not followed: set the final address');
  }
  const about = PLAIN_CODE.test(refusal.param) ? ` over the parameter ${refusal.param}` : '';
  return buildRejected(
    `The service of model ${modelId} refuses the request${about}: check LLM_MODEL and OPENAI_BASE_URL`,
  );
}

/** The message for each status that a retry cannot resolve, with what to do. */
const REFUSALS: Readonly<Record<number, (modelId: string) => string>> = {
  401: () => 'The model’s service does not accept the key: check OPENAI_API_KEY and OPENAI_BASE_URL',
  403: (modelId) =>
    `The key may not use model ${modelId}: check the account’s permissions, or choose another LLM_MODEL`,
  404: (modelId) =>
    `There is no model ${modelId} at this address: check LLM_MODEL, and that OPENAI_BASE_URL ends where its API begins (often /v1)`,
};

/** Whether a later attempt may succeed. */
function isPassing(status: number | undefined): boolean {
  return (
    status === undefined ||
    status === 409 ||
    status === 425 ||
    status >= 500 ||
    TRANSIENT_STATUSES.has(status)
  );
}

/**
 * Builds the error for a prompt that must be shortened. `budget` is the service's stated limit minus the tokens of the
 * reply; if the service states none, or one that the prompt already satisfies, three quarters of the prompt.
 */
function buildTooLargeError(refusal: Refusal, context: RequestContext): PromptTooLargeError {
  const stated =
    /(?:maximum (?:context length|length|input length) (?:is|of)|limit:?|n_ctx\D{0,4}|available context size \(?)\s*(\d[\d,]*)/i.exec(
      refusal.message,
    )?.[1];
  const room =
    stated === undefined ? Number.NaN : Number(stated.replaceAll(',', '')) - context.maxOutputTokens;
  const next = Math.floor(context.promptTokens * 0.75);
  const budget = room > 0 && room < context.promptTokens ? Math.floor(room) : next;
  return new PromptTooLargeError(
    `The prompt of at most ${context.promptTokens} tokens is too large for model ${context.modelId}: ${budget} should fit`,
    { tokens: context.promptTokens, budget },
  );
}

/**
 * Reads the wait that a service requests, in seconds: from openai's header in milliseconds, else from `Retry-After`.
 */
function readStatedWait(headers: Headers | undefined): number | undefined {
  const milliseconds = readRetryAfter(headers?.get('retry-after-ms'));
  return milliseconds === undefined ? readRetryAfter(headers?.get('retry-after')) : milliseconds / 1000;
}

/**
 * Builds a cause from the names and codes of the underlying errors, without their messages, which quote headers, bodies
 * and URLs.
 */
function buildPlainCause(error: unknown): Error | undefined {
  const names: string[] = [];
  for (let inner = error; inner instanceof Error && names.length < 5; inner = inner.cause) {
    const code = (inner as NodeJS.ErrnoException).code;
    names.push(typeof code === 'string' && /^[A-Z_0-9]{2,40}$/.test(code) ? code : inner.constructor.name);
  }
  return names.length ? new Error(names.join(' < ')) : undefined;
}

/** Describes a failed connection, for people. */
function describeBrokenConnection(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (inner instanceof OversizedResponseError) return 'sends a response far larger than any summary';
    if (inner instanceof SyntaxError) return 'responds with something that is not JSON';
    const code = (inner as NodeJS.ErrnoException).code;
    if (code === 'ECONNREFUSED') return 'does not listen at its address';
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'cannot be found by its name';
  }
  return 'broke the connection';
}
