/**
 * One HTTP GET of the archive, bucket or API: anonymous, bounded in time and bytes, with every transport
 * fault translated once. Retries nothing: a retry belongs to the state machine.
 */

import { ArchiveUnavailableError, ReadBudgetExceededError } from '../errors.ts';

/** How requests are made. */
export interface HttpOptions {
  /** Names the program to the archive's operators. */
  readonly userAgent: string;
  /** Longest silence of a server before it counts as down, in milliseconds; a body that keeps coming may take longer. */
  readonly requestTimeoutMs: number;
  /** Ends every request of the client. */
  readonly signal?: AbortSignal;
  /** What makes a request; a caller behind a proxy gives its own. */
  readonly fetch?: typeof globalThis.fetch;
}

/** The statuses that the caller decides on; every other one but 200 has been thrown. */
export type AnswerStatus = 200 | 401 | 403 | 404;

/** An answer whose body has not been read. Read it with `chunks` or `text`, or give it up with `discard`: once. */
export interface HttpAnswer {
  readonly url: string;
  readonly status: AnswerStatus;
  /** The body as it comes. @throws BodyCutError, ArchiveUnavailableError; the signal's reason */
  chunks(): AsyncGenerator<Uint8Array, void>;
  /** The whole body. @throws as `chunks`; ReadBudgetExceededError past `limit` bytes */
  bytes(limit: number): Promise<Uint8Array>;
  /** Closes the connection without reading on. */
  discard(): void;
}

/** The server closed the connection before the body was whole. Callers that know a second way may take it. */
export class BodyCutError extends ArchiveUnavailableError {}

const DECIDED_BY_CALLER: ReadonlySet<number> = new Set<AnswerStatus>([200, 401, 403, 404]);

/**
 * Sends a GET and waits for the answer's head.
 * @throws ArchiveUnavailableError for no answer in time, a broken connection, a redirect, and every status
 * other than 200, 401, 403 and 404; with `retryAfterSeconds` where the server names a wait
 * @throws the signal's reason when the caller ends the request
 */
export async function get(
  url: string,
  accept: string,
  options: HttpOptions,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  const watch = new Watch(url, options, signal);
  const response = await watch.during(() =>
    (options.fetch ?? globalThis.fetch)(url, {
      headers: { accept, 'user-agent': options.userAgent },
      // The archive's addresses answer in place. A redirect may lead anywhere, so none is followed.
      redirect: 'manual',
      signal: watch.signal,
    }),
  );
  if (!DECIDED_BY_CALLER.has(response.status)) {
    watch.end();
    throw refusal(url, response);
  }
  return {
    url,
    status: response.status as AnswerStatus,
    chunks: () => readChunks(response, watch),
    bytes: (limit) => readBytes(url, readChunks(response, watch), limit),
    discard: () => watch.end(),
  };
}

async function* readChunks(response: Response, watch: Watch): AsyncGenerator<Uint8Array, void> {
  const reader = response.body?.getReader();
  try {
    while (reader !== undefined) {
      const { done, value } = await watch.during(() => reader.read(), 'body');
      if (done) return;
      yield value;
    }
  } finally {
    // Also when the consumer stops half-way: nothing is left open behind it.
    watch.end();
  }
}

async function readBytes(url: string, chunks: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit) {
      throw new ReadBudgetExceededError(`${url} is longer than the ${limit} bytes that are read of it.`, {
        key: url,
        budget: 'bytes',
        limit,
      });
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts, length);
}

/** Watches over one request: its silence, the caller's signal, and what its faults mean. */
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

  /** Runs one wait for the server. The clock runs only here, so that a slow consumer is never taken for a slow server. */
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
      const message = `${this.#url} closed the connection in the middle of its answer.`;
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
      : `answered ${status}${wait}`;
  return new ArchiveUnavailableError(`${url} ${what}.`, {
    url,
    status,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** `Retry-After` in seconds, given as seconds or as a date (RFC 9110, section 10.2.3); undefined for anything else. */
export function readRetryAfter(value: string | null, now: number = Date.now()): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

/** The innermost fault of fetch, which wraps `ECONNREFUSED` and its kin in `fetch failed`. */
function detail(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause !== undefined) return detail(cause.cause);
  const code = (cause as { code?: unknown }).code;
  return cause.message || (typeof code === 'string' ? code : cause.name);
}
