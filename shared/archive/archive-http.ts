/**
 * One HTTP GET of the archive, bucket or API: anonymous, bounded in time and bytes, with every transport
 * error translated once, and retried where the error is transient. Longer outages are retried by the state machine.
 */

import { ArchiveUnavailableError, ReadBudgetExceededError } from '../errors.ts';
import { readRetryAfter } from '../retry/retry-after.ts';
import { isPassing, REQUEST_RETRIES, type RetryPolicy, withRetries } from '../retry/with-retries.ts';

/** How requests are made. */
export interface HttpOptions {
  /** Identifies the program to the archive's operators. */
  readonly userAgent: string;
  /**
   * Longest silence of a server before it counts as down, in milliseconds; a body that keeps arriving may take
   * longer.
   */
  readonly requestTimeoutMs: number;
  /** How often a request is tried; `REQUEST_RETRIES` by default. */
  readonly retries?: RetryPolicy;
  /** Ends every request of the client. */
  readonly signal?: AbortSignal;
  /** Sends a request; a caller behind a proxy passes its own. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Statuses that are returned to the caller; every other one but 200 is thrown. */
export type ResponseStatus = 200 | 401 | 403 | 404;

/** A response whose body has not been read. Call one of `chunks`, `text` and `discard`, once. */
export interface HttpResponse {
  readonly url: string;
  readonly status: ResponseStatus;
  /**
   * The body as it arrives. Where it breaks off, another request continues at that byte, if the server identifies
   * the body by an ETag. @throws BodyCutError, ArchiveUnavailableError; the signal's reason
   */
  chunks(): AsyncGenerator<Uint8Array, void>;
  /**
   * The whole body, requested again where it breaks off.
   * @throws as `chunks`; ReadBudgetExceededError past `limit` bytes
   */
  bytes(limit: number): Promise<Uint8Array>;
  /** Closes the connection without reading on. */
  discard(): void;
}

/** The server closed the connection before the body was complete. Callers with an alternative source may use it. */
export class BodyCutError extends ArchiveUnavailableError {
  override get isCutShort(): boolean {
    return true;
  }
}

const DECIDED_BY_CALLER: ReadonlySet<number> = new Set<ResponseStatus>([200, 401, 403, 404]);

/**
 * Sends a GET, up to four times, and waits for the response's head.
 * @throws ArchiveUnavailableError if there is no response in time, a broken connection, a redirect, and every status
 * other than 200, 401, 403 and 404; with `retryAfterSeconds` where the server states one
 * @throws the signal's reason when the caller ends the request
 */
export async function get(
  url: string,
  accept: string,
  options: HttpOptions,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  const request: Request = { url, accept, options, signal };
  const ended = joinSignals([options.signal, signal]);
  const retries = { policy: options.retries ?? REQUEST_RETRIES, signal: ended };
  const first = await withRetries(() => send(request), retries);
  return {
    url,
    status: first.response.status as ResponseStatus,
    chunks: () => readOn(request, first, retries),
    bytes: (limit) =>
      withRetries(async (before) => {
        const response = before === 0 ? first : await send(request);
        if (response.response.status !== first.response.status) throw buildChangedError(request, response);
        return await readBytes(url, readChunks(response), limit);
      }, retries),
    discard: () => first.watch.end(),
  };
}

/** The URL and options of a request. */
interface Request {
  readonly url: string;
  readonly accept: string;
  readonly options: HttpOptions;
  readonly signal: AbortSignal | undefined;
}

/** A response whose head has arrived. */
interface OpenResponse {
  readonly response: Response;
  readonly watch: Watch;
}

/** One request, with further headers where it continues a response. */
async function send(
  { url, accept, options, signal }: Request,
  further: Record<string, string> = {},
): Promise<OpenResponse> {
  const watch = new Watch(url, options, signal);
  const response = await watch.during(() =>
    (options.fetch ?? globalThis.fetch)(url, {
      headers: { accept, 'user-agent': options.userAgent, ...further },
      // The archive's URLs do not redirect. A redirect may lead anywhere, so none is followed.
      redirect: 'manual',
      signal: watch.signal,
    }),
  );
  if (!DECIDED_BY_CALLER.has(response.status) && !(response.status === 206 && 'range' in further)) {
    watch.end();
    throw refusal(url, response);
  }
  return { response, watch };
}

/** The body of a response, over several requests if needed, within the number of tries of one. */
async function* readOn(
  request: Request,
  first: OpenResponse,
  retries: { readonly policy: RetryPolicy; readonly signal: AbortSignal | undefined },
): AsyncGenerator<Uint8Array, void> {
  const etag = nameOfBody(first.response);
  let response = first;
  let given = 0;
  for (let breaks = 1; ; breaks += 1) {
    try {
      for await (const chunk of readChunks(response)) {
        given += chunk.length;
        yield chunk;
      }
      return;
    } catch (error) {
      if (etag === undefined || breaks >= retries.policy.tries || !isPassing(error)) throw error;
      const next = await withRetries(() => sendFrom(request, given, etag), retries);
      // The body has changed, or the server does not support ranges: report the break itself.
      if (next === undefined) throw brokenOff(request.url, given, error);
      response = next;
    }
  }
}

/** The ETag by which another request gets the same bytes: a strong one, of an unencoded body. */
function nameOfBody({ status, headers }: Response): string | undefined {
  const etag = headers.get('etag') ?? '';
  const isPlain = (headers.get('content-encoding') ?? 'identity') === 'identity';
  return status === 200 && isPlain && etag.startsWith('"') ? etag : undefined;
}

/** The rest of a body from a byte on; undefined where the server does not return it. */
async function sendFrom(request: Request, start: number, etag: string): Promise<OpenResponse | undefined> {
  try {
    const response = await send(request, { range: `bytes=${start}-`, 'if-match': etag });
    const { status, headers } = response.response;
    const isRest = status === 206 && headers.get('content-range')?.startsWith(`bytes ${start}-`) === true;
    if (isRest && headers.get('etag') === etag) return response;
    response.watch.end();
    return undefined;
  } catch (error) {
    if (isPassing(error) || !(error instanceof ArchiveUnavailableError)) throw error;
    return undefined;
  }
}

function brokenOff(url: string, given: number, cause: unknown): BodyCutError {
  if (cause instanceof BodyCutError) return cause;
  const message = `${url} broke off after ${given} bytes of its response and does not return the rest.`;
  return new BodyCutError(message, { url, status: 200 }, { cause });
}

function buildChangedError({ url }: Request, { response, watch }: OpenResponse): ArchiveUnavailableError {
  watch.end();
  const { status } = response;
  return new ArchiveUnavailableError(`${url} responded with ${status} to the same request a moment later.`, {
    url,
    status,
  });
}

function joinSignals(signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((one) => one !== undefined);
  return given.length > 1 ? AbortSignal.any(given) : given[0];
}

async function* readChunks({ response, watch }: OpenResponse): AsyncGenerator<Uint8Array, void> {
  const reader = response.body?.getReader();
  try {
    while (reader !== undefined) {
      const { done, value } = await watch.during(() => reader.read(), 'body');
      if (done) return;
      yield value;
    }
  } finally {
    // Also when the consumer stops half-way, so that no connection stays open.
    watch.end();
  }
}

async function readBytes(url: string, chunks: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit) {
      throw new ReadBudgetExceededError(`${url} is longer than the limit of ${limit} bytes.`, {
        key: url,
        budget: 'bytes',
        limit,
      });
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts, length);
}

/** Supervises one request: its timeout, the caller's signal, and the translation of its errors. */
class Watch {
  readonly #url: string;
  readonly #timeoutMs: number;
  readonly #callers: readonly AbortSignal[];
  readonly #own = new AbortController();
  readonly signal: AbortSignal;
  #timedOut = false;

  constructor(url: string, options: HttpOptions, signal: AbortSignal | undefined) {
    this.#url = url;
    this.#timeoutMs = options.requestTimeoutMs;
    this.#callers = [options.signal, signal].filter((one) => one !== undefined);
    this.signal = AbortSignal.any([...this.#callers, this.#own.signal]);
  }

  /** Waits once for the server. The timeout runs only here, so that a slow consumer never counts as a slow server. */
  async during<T>(wait: () => Promise<T>, part: 'head' | 'body' = 'head'): Promise<T> {
    const timer = setTimeout(() => {
      this.#timedOut = true;
      this.#own.abort();
    }, this.#timeoutMs);
    try {
      return await wait();
    } catch (cause) {
      throw this.#translate(cause, part);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes the connection, if it is still open. */
  end(): void {
    this.#own.abort();
  }

  #translate(cause: unknown, part: 'head' | 'body'): unknown {
    for (const caller of this.#callers) if (caller.aborted) return caller.reason;
    const fields = { url: this.#url };
    if (this.#timedOut) {
      const wait = `${this.#timeoutMs / 1000} s`;
      return new ArchiveUnavailableError(`${this.#url} sent nothing for ${wait}.`, fields, { cause });
    }
    if (part === 'body') {
      const message = `${this.#url} closed the connection in the middle of its response.`;
      return new BodyCutError(message, { ...fields, status: 200 }, { cause });
    }
    return new ArchiveUnavailableError(`${this.#url} could not be reached: ${detail(cause)}.`, fields, {
      cause,
    });
  }
}

function refusal(url: string, response: Response): ArchiveUnavailableError {
  const { status } = response;
  const retryAfterSeconds = readRetryAfter(response.headers.get('retry-after'));
  const wait = retryAfterSeconds === undefined ? '' : ` and asks to wait ${retryAfterSeconds} s`;
  const target = response.headers.get('location');
  const what =
    status >= 300 && status < 400
      ? `redirects to ${JSON.stringify(target)}; redirects are not followed`
      : `responded with ${status}${wait}`;
  return new ArchiveUnavailableError(`${url} ${what}.`, {
    url,
    status,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** The innermost error of fetch, which wraps errors such as `ECONNREFUSED` in `fetch failed`. */
function detail(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause !== undefined) return detail(cause.cause);
  const code = (cause as { code?: unknown }).code;
  return cause.message || (typeof code === 'string' ? code : cause.name);
}
