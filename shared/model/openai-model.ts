/**
 * The language model behind an OpenAI-compatible service: one prompt in, one reply out, over chat
 * completions. The only user of `openai`, with the client's own retries off: the state machine owns them.
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

/** Where OpenAI's own service is. */
const OPENAI_BASE_URL = 'https://api.openai.com/v1';

/** What the adapter needs to know. */
export interface OpenAiModelOptions {
  /** As the provider knows it, such as `gpt-4o`. */
  readonly modelId: string;
  /** Left out for servers that want none. */
  readonly apiKey?: string;
  /** Up to and with the API's version, such as `http://127.0.0.1:8080/v1`. OpenAI's own where left out. */
  readonly baseUrl?: string;
  /** For the whole reply, its body included. */
  readonly timeoutMs: number;
  readonly maxOutputTokens: number;
  /** Left out: the service's own. */
  readonly temperature?: number;
  /** For services that can repeat a reply. Left out: none is sent. */
  readonly seed?: number;
}

/**
 * A language model over HTTP. What the archive gave goes between marks, and a message above the user's says
 * that nothing there is an instruction (`buildRequest`).
 * Remembers which parameters the service refuses, so that the question is settled once an instance.
 */
export class OpenAiModel implements LanguageModel, Judge {
  readonly modelId: string;
  readonly isLanguageModel = true;
  // Private by syntax, so that neither a log nor an inspection of the instance shows the key.
  readonly #options: OpenAiModelOptions;
  readonly #baseUrl: string;
  #dialect: Dialect;
  /** Whether a form of reply was asked for: only then does the dialect's say anything. */
  #hasSchema = false;

  /** @throws InvalidInputError for a base URL that is none or holds credentials, or a key that no header can carry. The message repeats neither. */
  constructor(options: OpenAiModelOptions) {
    const apiKey = options.apiKey?.trim();
    if (apiKey && !/^[\x21-\x7e]+$/.test(apiKey)) {
      throw new InvalidInputError('OPENAI_API_KEY holds characters that no key has: copy it again', {
        field: 'OPENAI_API_KEY',
      });
    }
    const { apiKey: _given, ...others } = options;
    this.#options = apiKey ? { ...others, apiKey } : others;
    this.#baseUrl = parseBaseUrl(options.baseUrl ?? OPENAI_BASE_URL);
    this.modelId = options.modelId;
    // OpenAI deprecates `max_tokens`; many of its imitators know nothing else, and some ignore the new name silently.
    const isOpenAi = new URL(this.#baseUrl).hostname === 'api.openai.com';
    this.#dialect = {
      limitName: isOpenAi ? 'max_completion_tokens' : 'max_tokens',
      temperature: options.temperature !== undefined,
      seed: options.seed !== undefined,
      instructionsRole: 'system',
      responseFormat: 'json_schema',
    };
  }

  /** The parameters as they are sent, for provenance. A parameter that the service refused is not among them. */
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

  /** One reply to one prompt, as `ask` gives it. @throws what `ask` throws */
  async generate(prompt: Prompt, signal?: AbortSignal): Promise<Reply> {
    return await this.ask({ ...buildRequest(prompt), tokens: prompt.tokens }, signal);
  }

  /**
   * One reply to one question. A refusal that names a parameter is answered by asking again without it, at
   * most once a parameter: that is agreeing on the protocol, and no retry of a failure.
   * A service that answers without any choice, or with an empty text and no reason, counts as unavailable:
   * overloaded services do that, and the next try often succeeds. A model that declines to answer gives a
   * reply with finish `content-filter`.
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
        // What was refused already is not asked again: both names of the limit may be refused.
        if (!next || tried.has(JSON.stringify(next))) throw translateError(error, context);
        this.#dialect = next;
      }
    }
  }

  async #request(request: Question, dialect: Dialect, deadline: AbortSignal): Promise<unknown> {
    const { apiKey, maxOutputTokens, temperature, seed, timeoutMs } = this.#options;
    // Every setting is passed, null where unused: what is left out the client takes from the environment.
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
      fetch: (url, init) => boundedFetch(url, { ...init, headers: plainHeaders(init?.headers) }, deadline),
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

/** The dialect to try next. What a question does not ask of the reply's form was not refused, and is still to be found out. */
function concede(dialect: Dialect, { schema }: Question, refusal: Refusal): Dialect | undefined {
  if (schema !== undefined) return buildConcession(dialect, refusal);
  const next = buildConcession({ ...dialect, responseFormat: 'none' }, refusal);
  return next && { ...next, responseFormat: dialect.responseFormat };
}

/** What a service is told of the reply's form, as far as it takes any. */
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

/** A request in the roles that a service has. */
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

/** What a service needs: neither the client's reports on this machine nor headers that the environment adds. */
function plainHeaders(given: RequestInit['headers']): Headers {
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

/** Whether an error is one of this project's, to be passed on as it is. */
function isOurs(error: unknown): boolean {
  return error instanceof Error && /^(Model|Prompt)[A-Za-z]+Error$/.test(error.name);
}

/** How services name the ends of a reply. */
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

/** The reply in an answer whose form is anyone's guess. */
function readCompletion(completion: unknown, context: RequestContext): Reply {
  const { modelId } = context;
  const unavailable = (what: string) =>
    new ModelUnavailableError(`The service of model ${modelId} ${what}.`, { modelId });
  if (!isRecord(completion)) throw unavailable('answers with something that is not JSON');
  // Routers before several providers answer 200 and put the provider's error in the body.
  if (isRecord(completion.error) && !Array.isArray(completion.choices)) {
    throw translateRefusal(readErrorBody(completion.error), context);
  }
  const choice: unknown = Array.isArray(completion.choices) ? completion.choices[0] : undefined;
  // Some of them put it into the choice, behind the part of the reply that came before it.
  if (isRecord(choice) && isRecord(choice.error))
    throw translateRefusal(readErrorBody(choice.error), context);
  if (isRecord(choice) && choice.finish_reason === 'error')
    throw unavailable('broke off its reply with an error');
  if (!isRecord(choice) || !isRecord(choice.message)) throw unavailable('answers without a reply');
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
      isThinking(message) ? 'answers with thinking and no reply' : 'answers with an empty reply',
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

/** Whether a message tells its thinking apart from an answer, under whichever name. It is never read. */
function isThinking(message: Record<string, unknown>): boolean {
  return ['reasoning_content', 'reasoning', 'thinking', 'reasoning_details'].some((name) => {
    const thinking = message[name];
    return typeof thinking === 'string' ? thinking !== '' : Array.isArray(thinking) && thinking.length > 0;
  });
}

/** Parts of a message that are no answer. */
const THINKING_PARTS = /thinking|reasoning/i;

/** A message's text: a string, or with some servers a list of parts, of which those of thinking are left out. */
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
