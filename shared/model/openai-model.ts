/**
 * The language model behind an OpenAI-compatible service: one prompt in, one reply out, over chat completions. The only
 * user of `openai`, whose retries are turned off: the state machine retries.
 */

import OpenAI from 'openai';
import { InvalidInputError, ModelUnavailableError } from '../errors.ts';
import { isRecord } from '../json-value.ts';
import { findOwn } from '../own-entry.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { buildRequest } from '../prompt/request.ts';
import { boundedFetch } from './bounded-fetch.ts';
import type { Finish, Judge, LanguageModel, Question, Reply } from './language-model.ts';
import { buildConcession, type Dialect, MAX_CONCESSIONS, type Refusal } from './negotiation.ts';
import {
  buildTimeoutError,
  findRefusal,
  type RequestContext,
  translateError,
  translateRefusal,
} from './openai-errors.ts';

/** The base URL of OpenAI's own service. */
const OPENAI_BASE_URL = 'https://api.openai.com/v1';

/** The options of the adapter. */
export interface OpenAiModelOptions {
  /** The provider's id, such as `gpt-4o`. */
  readonly modelId: string;
  /** Omitted for servers that need none. */
  readonly apiKey?: string;
  /** Including the API's version, such as `http://127.0.0.1:8080/v1`. By default OpenAI's own. */
  readonly baseUrl?: string;
  /** For the whole response, including its body. */
  readonly timeoutMs: number;
  readonly maxOutputTokens: number;
  /** By default the service's own. */
  readonly temperature?: number;
  /** For services that can repeat a reply. By default none is sent. */
  readonly seed?: number;
}

/**
 * A language model over HTTP. Text from the archive is sent between marks, and a system message says that nothing
 * between them is an instruction (`buildRequest`).
 * Remembers the parameters that the service refuses, so that each is negotiated once per instance.
 */
export class OpenAiModel implements LanguageModel, Judge {
  readonly modelId: string;
  readonly isLanguageModel = true;
  // Private fields, so that neither a log nor an inspection of the instance shows the key.
  readonly #options: OpenAiModelOptions;
  readonly #baseUrl: string;
  #dialect: Dialect;
  /** Whether a response format was requested: only then does the dialect's apply. */
  #hasSchema = false;

  /**
   * @throws InvalidInputError for an invalid base URL or one with credentials, or a key that a header cannot contain.
   * The message repeats neither.
   */
  constructor(options: OpenAiModelOptions) {
    const apiKey = options.apiKey?.trim();
    if (apiKey && !/^[\x21-\x7e]+$/.test(apiKey)) {
      throw new InvalidInputError('OPENAI_API_KEY contains characters that no key has: copy it again', {
        field: 'OPENAI_API_KEY',
      });
    }
    const { apiKey: _given, ...others } = options;
    this.#options = apiKey ? { ...others, apiKey } : others;
    this.#baseUrl = parseBaseUrl(options.baseUrl ?? OPENAI_BASE_URL);
    this.modelId = options.modelId;
    // OpenAI deprecates `max_tokens`; many compatible services support only that name, and some silently ignore the new
    // one.
    const isOpenAi = new URL(this.#baseUrl).hostname === 'api.openai.com';
    this.#dialect = {
      limitName: isOpenAi ? 'max_completion_tokens' : 'max_tokens',
      temperature: options.temperature !== undefined,
      seed: options.seed !== undefined,
      instructionsRole: 'system',
      responseFormat: 'json_schema',
    };
  }

  /** The parameters that are sent, for provenance, without those that the service refused. */
  get parameters(): Readonly<Record<string, number | string>> {
    const { maxOutputTokens, temperature, seed } = this.#options;
    return {
      maxOutputTokens,
      instructionsRole: this.#dialect.instructionsRole,
      ...(this.#hasSchema ? { responseFormat: this.#dialect.responseFormat } : {}),
      ...(this.#dialect.temperature && temperature !== undefined ? { temperature } : {}),
      ...(this.#dialect.seed && seed !== undefined ? { seed } : {}),
    };
  }

  /** Asks for one reply to one prompt. @throws as `ask` */
  async generate(prompt: Prompt, signal?: AbortSignal): Promise<Reply> {
    return await this.ask({ ...buildRequest(prompt), tokens: prompt.tokens }, signal);
  }

  /**
   * Asks for one reply to one question. After a refusal that names a parameter, it asks again without that parameter,
   * at most once per parameter: this negotiates the protocol and is no retry of a failure. A response without any
   * choice, or with an empty text and no reason, counts as unavailable: overloaded services send these, and the next
   * attempt often succeeds. If the model declines, the reply has the finish `content-filter`.
   * @throws ModelUnavailableError, ModelRejectedError, PromptTooLargeError, and the signal's reason once it is aborted
   */
  async ask(question: Question, signal?: AbortSignal): Promise<Reply> {
    const context: RequestContext = {
      modelId: this.modelId,
      promptTokens: question.tokens,
      maxOutputTokens: this.#options.maxOutputTokens,
      timeoutMs: this.#options.timeoutMs,
      apiKey: this.#options.apiKey,
    };
    const tried = new Set<string>();
    if (question.schema !== undefined) this.#hasSchema = true;
    for (let concessions = 0; ; concessions++) {
      const dialect = this.#dialect;
      const timeout = AbortSignal.timeout(this.#options.timeoutMs);
      try {
        signal?.throwIfAborted();
        const completion = await this.#request(
          question,
          dialect,
          signal ? AbortSignal.any([signal, timeout]) : timeout,
        );
        return readCompletion(completion, context);
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (isOurs(error)) throw error;
        if (timeout.aborted) throw buildTimeoutError(context);
        const refusal = findRefusal(error);
        tried.add(JSON.stringify(dialect));
        const next =
          refusal && concessions < MAX_CONCESSIONS ? concede(dialect, question, refusal) : undefined;
        // A refused dialect is not tried again, since a service may refuse both names of the limit.
        if (!next || tried.has(JSON.stringify(next))) throw translateError(error, context);
        this.#dialect = next;
      }
    }
  }

  async #request(request: Question, dialect: Dialect, deadline: AbortSignal): Promise<unknown> {
    const { apiKey, maxOutputTokens, temperature, seed, timeoutMs } = this.#options;
    // Every setting is passed, null if unused, since the client takes omitted ones from the environment.
    const client = new OpenAI({
      apiKey: apiKey ?? 'none',
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      baseURL: this.#baseUrl,
      maxRetries: 0,
      timeout: timeoutMs,
      logLevel: 'off',
      fetch: (url, init) => boundedFetch(url, { ...init, headers: selectHeaders(init?.headers) }, deadline),
      ...(apiKey ? {} : { defaultHeaders: { Authorization: null } }),
    });
    return client.chat.completions.create({
      model: this.modelId,
      messages: buildMessages(request, dialect),
      [dialect.limitName]: maxOutputTokens,
      ...(dialect.temperature && temperature !== undefined ? { temperature } : {}),
      ...(dialect.seed && seed !== undefined ? { seed } : {}),
      ...buildResponseFormat(request, dialect),
    });
  }
}

/**
 * Builds the dialect to try next. Without a schema, the response format cannot be what was refused, so it stays the
 * same.
 */
function concede(dialect: Dialect, { schema }: Question, refusal: Refusal): Dialect | undefined {
  if (schema !== undefined) return buildConcession(dialect, refusal);
  const next = buildConcession({ ...dialect, responseFormat: 'none' }, refusal);
  return next && { ...next, responseFormat: dialect.responseFormat };
}

/** Builds the response format for a request, if the service supports one. */
function buildResponseFormat(
  { schema }: Question,
  { responseFormat }: Dialect,
): Pick<OpenAI.ChatCompletionCreateParamsNonStreaming, 'response_format'> {
  if (schema === undefined || responseFormat === 'none') return {};
  if (responseFormat === 'json_object') return { response_format: { type: 'json_object' } };
  const { name, schema: form } = schema;
  return {
    response_format: { type: 'json_schema', json_schema: { name, strict: true, schema: { ...form } } },
  };
}

/** Builds the messages of a request in the roles that the service supports. */
function buildMessages(
  { instructions, content }: Question,
  { instructionsRole }: Dialect,
): OpenAI.ChatCompletionMessageParam[] {
  return instructionsRole === 'user'
    ? [{ role: 'user', content: `${instructions}\n${content}` }]
    : [
        { role: instructionsRole, content: instructions },
        { role: 'user', content },
      ];
}

/**
 * Keeps only the headers that a service needs, without the client's reports about this machine and those from the
 * environment.
 */
function selectHeaders(given: RequestInit['headers']): Headers {
  const headers = new Headers(given);
  const needed = ['accept', 'authorization', 'content-type', 'user-agent'];
  for (const name of [...headers.keys()]) if (!needed.includes(name)) headers.delete(name);
  return headers;
}

function parseBaseUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new InvalidInputError(
      'OPENAI_BASE_URL is not an http or https address without credentials, such as http://127.0.0.1:8080/v1',
      { field: 'OPENAI_BASE_URL' },
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** Whether an error is one of this project's, which is rethrown unchanged. */
function isOurs(error: unknown): boolean {
  return error instanceof Error && /^(Model|Prompt)[A-Za-z]+Error$/.test(error.name);
}

/** Names of services for the end of a reply. */
const FINISHES: Readonly<Record<string, Finish['unified']>> = {
  stop: 'stop',
  eos: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  content_filter: 'content-filter',
  safety: 'content-filter',
};

/** Reads the reply from a response of unknown form. */
function readCompletion(completion: unknown, context: RequestContext): Reply {
  const { modelId } = context;
  const unavailable = (what: string) =>
    new ModelUnavailableError(`The service of model ${modelId} ${what}.`, { modelId });
  if (!isRecord(completion)) throw unavailable('responds with something that is not JSON');
  // Routers for several providers respond with 200 and put the provider's error in the body.
  if (isRecord(completion.error) && !Array.isArray(completion.choices)) {
    throw translateRefusal(readErrorBody(completion.error), context);
  }
  const choice: unknown = Array.isArray(completion.choices) ? completion.choices[0] : undefined;
  // Some put it into the choice, with the part of the reply before the error.
  if (isRecord(choice) && isRecord(choice.error))
    throw translateRefusal(readErrorBody(choice.error), context);
  if (isRecord(choice) && choice.finish_reason === 'error')
    throw unavailable('broke off its reply with an error');
  if (!isRecord(choice) || !isRecord(choice.message)) throw unavailable('responds without a reply');
  const { message } = choice;
  const raw = typeof choice.finish_reason === 'string' ? choice.finish_reason : undefined;
  const text = readContent(message.content);
  const usage = isRecord(completion.usage) ? completion.usage : {};
  const reply = (finish: Finish): Reply => ({
    text,
    usage: {
      promptTokens: readCount(usage.prompt_tokens),
      completionTokens: readCount(usage.completion_tokens),
    },
    finish,
  });
  const isRefused = typeof message.refusal === 'string' && message.refusal !== '' && text.trim() === '';
  if (isRefused) return reply({ unified: 'content-filter', raw: 'refusal' });
  const unified = findOwn(FINISHES, raw?.toLowerCase() ?? '') ?? 'other';
  if (text.trim() === '' && unified !== 'length' && unified !== 'content-filter') {
    throw unavailable(
      isThinking(message) ? 'responds with thinking and no reply' : 'responds with an empty reply',
    );
  }
  return reply(raw === undefined ? { unified } : { unified, raw });
}

function readErrorBody(error: Record<string, unknown>) {
  const word = (value: unknown) => (typeof value === 'string' ? value : '');
  const status = Number(error.code);
  return {
    status: Number.isInteger(status) && status >= 300 && status < 600 ? status : undefined,
    code: `${word(error.code)} ${word(error.type)}`,
    param: word(error.param),
    message: word(error.message),
  };
}

/** Whether a message has thinking in a separate field, under any name. The thinking is never read. */
function isThinking(message: Record<string, unknown>): boolean {
  return ['reasoning_content', 'reasoning', 'thinking', 'reasoning_details'].some((name) => {
    const thinking = message[name];
    return typeof thinking === 'string' ? thinking !== '' : Array.isArray(thinking) && thinking.length > 0;
  });
}

/** Types of parts of a message that are thinking. */
const THINKING_PARTS = /thinking|reasoning/i;

/** Reads a message's text: a string, or with some servers a list of parts, of which thinking is left out. */
function readContent(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part) => {
      if (!isRecord(part) || typeof part.text !== 'string') return '';
      return typeof part.type === 'string' && THINKING_PARTS.test(part.type) ? '' : part.text;
    })
    .join('');
}

function readCount(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 0;
}
