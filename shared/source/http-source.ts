/**
 * A file on a web server as a source: unsigned range requests to a public bucket, each held to the ETag of
 * the first. Never downloads a file whole and follows no redirect. The opening's requests are repeated where their
 * faults pass; those of later reads by the byte store, which keeps the read's budget.
 */
import { ArchiveUnavailableError, HeaderUnreadableError, InvalidInputError } from '../errors.ts';
import { type RetryPolicy, withRetries } from '../retry/with-retries.ts';
import {
  type AnswerHead,
  type AskedRange,
  changed,
  faultOfStatus,
  rangeGiven,
  rangeHeader,
} from './http-answer.ts';
import { type FailureKind, HttpPool, type PooledRequest } from './http-pool.ts';
import type { HeldBytes, RangeSource } from './range-source.ts';

/** How a file is opened and read. */
export interface HttpSourceOptions {
  /** Bytes from the file's start that come with the opening; 16 KiB unless told. */
  readonly openingBytes?: number;
  /** Bytes from the file's end that come in the same round; none unless told. */
  readonly suffixBytes?: number;
  /** Milliseconds without a byte after which a request is given up; 30,000 unless told. */
  readonly idleMilliseconds?: number;
  /** The connections to use; those that all sources share unless told. */
  readonly pool?: HttpPool;
  /** How often each request of the opening is tried; `REQUEST_RETRIES` unless told. */
  readonly retries?: RetryPolicy;
  /** Ends the opening. */
  readonly signal?: AbortSignal;
}

/** A file on a web server, opened: its length and ETag are known, its first bytes are here. */
export interface HttpSource extends RangeSource {
  readonly opening: readonly HeldBytes[];
  /** Milliseconds from the first opening request to the last answer. */
  readonly openingMs: number;
}

/** Bytes of a file's start that come with its opening: the superblock, and in most files the root group's header. */
const defaultOpeningBytes = 16 * 1024;

/** Bytes from a file's end that are worth asking for with its first: what was written last lies there, and the round is paid anyway. */
const tailBytes = 64 * 1024;

/**
 * The same for a long file. What hdmf writes last are the schemas, some 300 KB, and the root group's names and
 * links stand before them: with them at hand the reading is a round shorter.
 */
const longTailBytes = 370 * 1024;

/** Bytes from which a file counts as long: below, its data are soon read and many such files share the link. */
const longFile = 64 * 1024 * 1024;

/** Bytes up to which a file is best fetched whole by one request: about what its two ends would be. */
const wholeBytes = 128 * 1024;

/** What to ask for when a file of this many bytes is opened; without a length, as for a long one. */
export function openingOf(byteLength?: number): Pick<HttpSourceOptions, 'openingBytes' | 'suffixBytes'> {
  if (byteLength !== undefined && byteLength <= wholeBytes) return { openingBytes: wholeBytes };
  const isLong = byteLength === undefined || byteLength >= longFile;
  return { openingBytes: defaultOpeningBytes, suffixBytes: isLong ? longTailBytes : tailBytes };
}

const defaultIdleMilliseconds = 30_000;

/** A bound for how many bytes one request may bring: the body is held in memory whole. */
const longestRead = 1024 ** 3;

let sharedPool: HttpPool | undefined;

/** How requests for one file are sent. */
interface Target {
  /** The URL as a request takes it, taken apart once and not for each of thousands of requests. */
  readonly origin: string;
  readonly path: string;
  /** The URL without query and fragment, which may hold what nobody else should see. */
  readonly key: string;
  readonly pool: HttpPool;
  readonly idleMilliseconds: number;
}

/** The whole answer to a range request: the bytes that were asked for. */
interface RangeAnswer extends HeldBytes {
  readonly byteLength: number;
  readonly etag: string | undefined;
}

/**
 * Opens a file by one request for its first bytes, and beside it one for its last where `suffixBytes` asks
 * for them. Every later read sends If-Match and must come with the same ETag and length.
 * @throws HeaderUnreadableError 'empty-file', 'missing', 'forbidden', 'range-ignored', 'unsupported'
 * @throws ArchiveUnavailableError, AssetChangedError, InvalidInputError, or the reason of the signal
 */
export async function openHttpSource(
  address: string | URL,
  options: HttpSourceOptions = {},
): Promise<HttpSource> {
  const target = targetOf(address, options);
  const { signal } = options;
  const asked: AskedRange[] = [
    { offset: 0, length: Math.max(1, options.openingBytes ?? defaultOpeningBytes) },
  ];
  if (options.suffixBytes !== undefined && options.suffixBytes > 0)
    asked.push({ suffix: options.suffixBytes });
  const started = performance.now();
  let repeated = 0;
  const answers = await readTogether(target, asked, signal, {
    policy: options.retries,
    onRetry: () => {
      repeated += 1;
    },
  });
  const openingMs = performance.now() - started;
  const { etag, byteLength } = answers[0]!;
  const { key } = target;
  for (const answer of answers) mustBeSame(key, { etag, byteLength }, answer);
  return {
    key,
    byteLength,
    ...(etag === undefined ? {} : { etag }),
    opening: withoutOverlap(answers),
    repeated,
    openingMs,
    async read(offset, length, readSignal) {
      mustBeInside(key, byteLength, offset, length);
      if (length === 0) return new Uint8Array(0);
      const answer = await readRange(target, { offset, length }, etag, readSignal);
      mustBeSame(key, { etag, byteLength }, answer);
      return answer.bytes;
    },
  };
}

function targetOf(address: string | URL, options: HttpSourceOptions): Target {
  const url = URL.canParse(String(address)) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new InvalidInputError('the address of a file to read must be an http or https URL', {
      field: 'url',
    });
  }
  sharedPool ??= new HttpPool();
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    key: `${url.origin}${url.pathname}`,
    pool: options.pool ?? sharedPool,
    idleMilliseconds: options.idleMilliseconds ?? defaultIdleMilliseconds,
  };
}

/** All answers, or the first fault that does not pass with the other requests ended. */
async function readTogether(
  target: Target,
  asked: readonly AskedRange[],
  signal: AbortSignal | undefined,
  retries: { readonly policy: RetryPolicy | undefined; readonly onRetry: () => void },
): Promise<RangeAnswer[]> {
  const giveUp = new AbortController();
  const ended = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal]);
  try {
    const readOne = (range: AskedRange) =>
      withRetries(() => readRange(target, range, undefined, ended), { ...retries, signal: ended });
    return await Promise.all(asked.map(readOne));
  } catch (error) {
    giveUp.abort(error);
    throw error;
  }
}

/** Two ranges of a short file meet; the bytes of the first are dropped from the second. */
function withoutOverlap(answers: readonly RangeAnswer[]): HeldBytes[] {
  const [head, ...others] = answers.map(({ offset, bytes }) => ({ offset, bytes }));
  const end = head!.bytes.byteLength;
  const rest = others.map(({ offset, bytes }) => {
    const start = Math.min(bytes.byteLength, Math.max(0, end - offset));
    return { offset: offset + start, bytes: bytes.subarray(start) };
  });
  return [head!, ...rest.filter(({ bytes }) => bytes.byteLength > 0)];
}

function mustBeSame(
  key: string,
  opened: { etag: string | undefined; byteLength: number },
  answer: RangeAnswer,
): void {
  if (answer.etag !== opened.etag) throw changed(key, opened.etag ?? 'none', answer.etag ?? 'none');
  if (answer.byteLength !== opened.byteLength) {
    throw changed(key, `${opened.byteLength} bytes`, `${answer.byteLength} bytes`);
  }
}

function mustBeInside(key: string, byteLength: number, offset: number, length: number): void {
  const isRange = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (isRange && offset + length <= byteLength) return;
  throw new HeaderUnreadableError(
    `${key}: bytes ${offset} to ${offset + length} lie past the file's end at ${byteLength}`,
    { key, reason: 'truncated' },
  );
}

/**
 * One range request. A connection that the server had closed while it lay unused is no answer and no
 * failure of the archive: in that one case the request goes out again on another connection.
 */
async function readRange(
  target: Target,
  asked: AskedRange,
  etag: string | undefined,
  signal: AbortSignal | undefined,
): Promise<RangeAnswer> {
  for (;;) {
    const outcome = await sendOnce(target, asked, etag, signal);
    if (outcome !== 'stale-connection') return outcome;
  }
}

function sendOnce(
  target: Target,
  asked: AskedRange,
  etag: string | undefined,
  signal: AbortSignal | undefined,
): Promise<RangeAnswer | 'stale-connection'> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    let body: Body | undefined;
    const fail = (error: unknown): void => {
      cancel();
      settle();
      reject(error);
    };
    const onAbort = (): void => fail(signal?.reason);
    const settle = (): void => signal?.removeEventListener('abort', onAbort);
    const cancel = target.pool.send(requestFor(target, asked, etag), {
      started(status, headers) {
        try {
          body = bodyToCome(target, asked, etag, { status, headers });
        } catch (error) {
          fail(error);
        }
      },
      came(chunk) {
        if (!take(body!, chunk))
          fail(brokenOff(target, body!, new Error('the body is longer than its range')));
      },
      ended() {
        const { answer, filled } = body!;
        if (filled < answer.bytes.byteLength) {
          fail(unavailable(target, `the answer ended after ${filled} of ${answer.bytes.byteLength} bytes`));
          return;
        }
        settle();
        resolve(answer);
      },
      failed(kind, error) {
        settle();
        if (kind === 'stale') resolve('stale-connection');
        else reject(faultOf(target, kind, body, error));
      },
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function requestFor(
  { origin, path, idleMilliseconds }: Target,
  asked: AskedRange,
  etag: string | undefined,
): PooledRequest {
  const headers = ['range', rangeHeader(asked), 'accept-encoding', 'identity'];
  // A weak ETag never matches If-Match (RFC 9110, 13.1.1); it is held against the answer's alone.
  if (etag !== undefined && !etag.startsWith('W/')) headers.push('if-match', etag);
  return { origin, path, headers, idleMilliseconds };
}

/** An answer whose bytes are coming. */
interface Body {
  readonly answer: RangeAnswer;
  filled: number;
}

/** Room for the body of an answer whose head gives the very range; nothing of any other body is read. */
function bodyToCome(target: Target, asked: AskedRange, etag: string | undefined, head: AnswerHead): Body {
  const fault = faultOfStatus(target.key, head, etag);
  if (fault !== undefined) throw fault;
  const { offset, length, byteLength } = rangeGiven(target.key, asked, head);
  if (length > longestRead)
    throw unavailable(target, `an answer of ${length} bytes is longer than any asked for`);
  const bytes = new Uint8Array(length);
  return { answer: { offset, bytes, byteLength, etag: head.headers.etag }, filled: 0 };
}

/** Whether the chunk had room. */
function take(body: Body, chunk: Uint8Array): boolean {
  const { bytes } = body.answer;
  if (body.filled + chunk.byteLength > bytes.byteLength) return false;
  bytes.set(chunk, body.filled);
  body.filled += chunk.byteLength;
  return true;
}

function faultOf(target: Target, kind: FailureKind, body: Body | undefined, error: Error): Error {
  if (kind === 'silent') {
    return unavailable(target, `no byte came for ${target.idleMilliseconds} ms`, error);
  }
  if (body !== undefined) return brokenOff(target, body, error);
  const { code } = error as NodeJS.ErrnoException;
  return unavailable(target, `the connection failed: ${error.message || code}`, error);
}

function brokenOff(target: Target, { answer, filled }: Body, cause: Error): ArchiveUnavailableError {
  const text = `the answer broke off after ${filled} of ${answer.bytes.byteLength} bytes`;
  return unavailable(target, text, cause);
}

function unavailable({ key }: Target, text: string, cause?: unknown): ArchiveUnavailableError {
  return new ArchiveUnavailableError(`${key}: ${text}`, { url: key }, { cause });
}
