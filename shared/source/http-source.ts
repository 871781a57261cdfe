/**
 * A source for a file on a web server: unsigned range requests to a public bucket, each checked against the
 * ETag of the first. It never reads more of a file than was requested, and follows redirects only to known
 * hosts. Requests of the opening are retried here while their errors are transient; those of later reads by
 * the byte store, which enforces the read's limits.
 */
import { ArchiveUnavailableError, HeaderUnreadableError, InvalidInputError } from '../errors.ts';
import { type RetryPolicy, withRetries } from '../retry/with-retries.ts';
import { listenForAbort } from './abort-listeners.ts';
import { decodedBody, mostEncodedBytes, parseCodings } from './http-encoding.ts';
import { openByRange, type RangeOutcome, type RangeResponse } from './http-opening.ts';
import { type FailureKind, HttpPool, type PooledRequest } from './http-pool.ts';
import {
  buildChangedError,
  buildStatusError,
  findGivenRange,
  findRedirect,
  isSameEtag,
  parseUnsatisfiableLength,
  type RequestedRange,
  type ResponseHead,
  rangeHeader,
} from './http-response.ts';
import type { CachedBytes, RangeSource } from './range-source.ts';

/** How a file is opened and read. */
export interface HttpSourceOptions {
  /** Bytes from the file's start that are read with the opening; 16 KiB by default. */
  readonly openingBytes?: number;
  /** Bytes from the file's end that are read in the same round; none by default. */
  readonly suffixBytes?: number;
  /** Milliseconds without a byte after which a request is aborted; 30,000 by default. */
  readonly idleMilliseconds?: number;
  /** The connections to use; by default those that all sources share. */
  readonly pool?: HttpPool;
  /** How often each request of the opening is tried; `REQUEST_RETRIES` by default. */
  readonly retries?: RetryPolicy;
  /**
   * Hosts to which a redirect of the opening may go, besides the one that sends it, each with its port if it
   * is not the scheme's default. No redirect is followed by default.
   */
  readonly redirectHosts?: readonly string[];
  /** Aborts the opening. */
  readonly signal?: AbortSignal;
}

/** A file on a web server, opened: its length and ETag are known, its first bytes were read. */
export interface HttpSource extends RangeSource {
  readonly opening: readonly CachedBytes[];
  /** Milliseconds from the first opening request to the last response. */
  readonly openingMs: number;
}

/**
 * Bytes of a file's start that are read with its opening: the superblock, and in most files the root group's
 * header.
 */
const DEFAULT_OPENING_BYTES = 16 * 1024;

/**
 * The same for a file that is not long: the groups above its data are there too, which saves a round in some
 * files.
 */
const SHORT_FILE_OPENING_BYTES = 32 * 1024;

/**
 * Bytes from a file's end that are read with its first ones, since that takes no further round: what was
 * written last is there. hdmf writes the schemas last, some 300 KB, and before them the root group's names
 * and links. With them the read is one or two rounds shorter, each of which costs as much as 2 MB.
 */
const TAIL_BYTES = 370 * 1024;

/** A file of this many bytes or more counts as long: its start is a small part of it. */
const LONG_FILE = 64 * 1024 * 1024;

/**
 * A file of at most this many bytes is fetched whole by one request. For a file that has the link to itself:
 * at 25 ms per request and 80 MB/s this much arrives in the latency of three rounds; a header takes three to
 * nine, and few files this short are mostly data. For files that share the link it is what arrives in one
 * round's latency: unused bytes would keep the others waiting, and fill memory.
 */
const wholeBytes = { alone: 6.5 * 1024 * 1024, shared: 2 * 1024 * 1024 };

/** Bytes of a file of unknown length that are read with its opening. */
const UNKNOWN_BYTES = 1024 * 1024;

/**
 * What to request when opening a file of this many bytes, one of `filesAtOnce` that share the link. Without a
 * length: its two ends, which overlap if it is short enough to be fetched whole.
 */
export function planOpening(
  byteLength?: number,
  filesAtOnce = 1,
): Pick<HttpSourceOptions, 'openingBytes' | 'suffixBytes'> {
  if (byteLength === undefined) {
    return { openingBytes: UNKNOWN_BYTES - TAIL_BYTES, suffixBytes: TAIL_BYTES };
  }
  const most = filesAtOnce > 1 ? wholeBytes.shared : wholeBytes.alone;
  if (byteLength <= most) return { openingBytes: Math.max(1, byteLength) };
  const openingBytes = byteLength >= LONG_FILE ? DEFAULT_OPENING_BYTES : SHORT_FILE_OPENING_BYTES;
  return { openingBytes, suffixBytes: TAIL_BYTES };
}

const DEFAULT_IDLE_MILLISECONDS = 30_000;

/** The most bytes of one request: the whole body is in memory. */
const LONGEST_READ = 1024 ** 3;

let sharedPool: HttpPool | undefined;

/** The target of the requests for one file. */
interface Target {
  /** The parts of the URL that a request needs, parsed once and not for each of thousands of requests. */
  readonly origin: string;
  readonly path: string;
  /** The URL without query and fragment, which may contain secrets. */
  readonly key: string;
  readonly pool: HttpPool;
  readonly idleMilliseconds: number;
}

/**
 * Opens a file by one request for its first bytes and, concurrently, one for its last if `suffixBytes` is not
 * 0; by further requests if the server only supports other ones. Every later read sends If-Match and must
 * return the same ETag and length.
 * @throws HeaderUnreadableError 'empty-file', 'missing', 'forbidden', 'range-ignored', 'unsupported'
 * @throws ArchiveUnavailableError, AssetChangedError, InvalidInputError, or the reason of the signal
 */
export async function openHttpSource(
  address: string | URL,
  options: HttpSourceOptions = {},
): Promise<HttpSource> {
  const requested = parseAddress(address);
  const connections = openConnections(requested, options);
  const { key } = connections;
  const plan = {
    key,
    address: requested,
    headBytes: Math.max(1, options.openingBytes ?? DEFAULT_OPENING_BYTES),
    suffixBytes: Math.max(0, options.suffixBytes ?? 0),
    redirectHosts: options.redirectHosts,
  };
  const started = performance.now();
  let repeated = 0;
  const opened = await openByRange(
    plan,
    (at, range, ended) =>
      withRetries(() => sendRange(targetAt(at, connections), range, undefined, ended), {
        policy: options.retries,
        signal: ended,
        onRetry: () => {
          repeated += 1;
        },
      }),
    options.signal,
  );
  const openingMs = performance.now() - started;
  const target = targetAt(opened.address, connections);
  const { etag, byteLength } = opened;
  return {
    key,
    byteLength,
    ...(etag === undefined ? {} : { etag }),
    opening: opened.parts,
    openingCost: { requests: opened.requests + repeated, rounds: opened.rounds },
    repeated,
    openingMs,
    async read(offset, length, readSignal) {
      mustBeInside(key, byteLength, offset, length);
      if (length === 0) return new Uint8Array(0);
      const response = await readRange(target, { offset, length }, etag, readSignal);
      mustBeSame(key, { etag, byteLength }, response, offset + length);
      return response.bytes;
    },
  };
}

/** Parses the URL of a file. @throws InvalidInputError if it is invalid */
function parseAddress(address: string | URL): URL {
  const url = URL.canParse(String(address)) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new InvalidInputError('the URL of a file to read must be an http or https URL', {
      field: 'url',
    });
  }
  return url;
}

/** What all requests for one file share, whatever their URL. */
type Connections = Pick<Target, 'key' | 'pool' | 'idleMilliseconds'>;

function openConnections(url: URL, options: HttpSourceOptions): Connections {
  sharedPool ??= new HttpPool();
  return {
    key: `${url.origin}${url.pathname}`,
    pool: options.pool ?? sharedPool,
    idleMilliseconds: options.idleMilliseconds ?? DEFAULT_IDLE_MILLISECONDS,
  };
}

function targetAt(url: URL, connections: Connections): Target {
  return { ...connections, origin: url.origin, path: `${url.pathname}${url.search}` };
}

/** Checks a later response against the opening; `end` is the end of the requested range. */
function mustBeSame(
  key: string,
  opened: { etag: string | undefined; byteLength: number },
  response: RangeResponse,
  end: number,
): void {
  if (!isSameEtag(response.etag, opened.etag))
    throw buildChangedError(key, opened.etag ?? 'none', response.etag ?? 'none');
  // If the length is not reported, a response that ends early means that the file does.
  const given = response.offset + response.bytes.byteLength;
  const byteLength = response.byteLength ?? (given === end ? opened.byteLength : given);
  if (byteLength !== opened.byteLength) {
    throw buildChangedError(key, `${opened.byteLength} bytes`, `${byteLength} bytes`);
  }
}

function mustBeInside(key: string, byteLength: number, offset: number, length: number): void {
  const isRange = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (isRange && offset + length <= byteLength) return;
  throw new HeaderUnreadableError(
    `${key}: bytes ${offset} to ${offset + length} are past the file's end at ${byteLength}`,
    { key, reason: 'truncated' },
  );
}

/** Reads the range from a server that has already served the file's first bytes. */
async function readRange(
  target: Target,
  requested: RequestedRange,
  etag: string | undefined,
  signal: AbortSignal | undefined,
): Promise<RangeResponse> {
  const outcome = await sendRange(target, requested, etag, signal);
  if (outcome.kind === 'range') return outcome.response;
  throw outcome.error;
}

/**
 * Sends one range request. If the server had closed the connection while it was idle, that is neither a
 * response nor a failure of the archive: only in that case the request is sent again, on another connection.
 */
async function sendRange(
  target: Target,
  requested: RequestedRange,
  etag: string | undefined,
  signal: AbortSignal | undefined,
): Promise<RangeOutcome> {
  for (;;) {
    const outcome = await sendOnce(target, requested, etag, signal);
    if (outcome !== 'stale-connection') return outcome;
  }
}

function sendOnce(
  target: Target,
  requested: RequestedRange,
  etag: string | undefined,
  signal: AbortSignal | undefined,
): Promise<RangeOutcome | 'stale-connection'> {
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
    const settle =
      signal === undefined ? (): void => undefined : listenForAbort(signal, () => fail(signal.reason));
    const cancel = target.pool.send(requestFor(target, requested, etag), {
      started(status, headers) {
        try {
          const allocated = allocateBody(target, requested, etag, { status, headers });
          if (!('kind' in allocated)) {
            body = allocated;
            return;
          }
          // This body is not needed.
          cancel();
          settle();
          resolve(allocated);
        } catch (error) {
          fail(error);
        }
      },
      received(chunk) {
        if (!take(body!, chunk))
          fail(buildTruncatedError(target, body!, new Error('the body is longer than its range')));
      },
      ended() {
        try {
          resolve({ kind: 'range', response: buildRangeResponse(target, body!) });
        } catch (error) {
          reject(error);
        }
        settle();
      },
      failed(kind, error) {
        settle();
        if (kind === 'stale') resolve('stale-connection');
        else reject(buildSourceError(target, kind, body, error));
      },
    });
  });
}

function requestFor(
  { origin, path, idleMilliseconds }: Target,
  requested: RequestedRange,
  etag: string | undefined,
): PooledRequest {
  const headers = ['range', rangeHeader(requested), 'accept-encoding', 'identity'];
  // A weak ETag never matches If-Match (RFC 9110, 13.1.1); it is only compared with the response's.
  if (etag !== undefined && !etag.startsWith('W/')) headers.push('if-match', etag);
  return { origin, path, headers, idleMilliseconds };
}

/**
 * A response whose body is arriving: plain bytes are written to their position, encoded ones are collected in
 * chunks.
 */
interface Body {
  readonly response: RangeResponse;
  readonly codings: readonly string[];
  readonly pieces: Uint8Array[];
  filled: number;
}

/**
 * Allocates the body of a response whose head matches the range, or returns what to request instead; the body
 * of any other response is not read.
 */
function allocateBody(
  target: Target,
  requested: RequestedRange,
  etag: string | undefined,
  head: ResponseHead,
): Body | Exclude<RangeOutcome, { kind: 'range' }> {
  const given = findGivenRange(target.key, requested, head);
  if (given === undefined) return outcomeWithoutRange(target, etag, head);
  const { offset, length, byteLength } = given;
  if (length > LONGEST_READ)
    throw unavailable(target, `a response of ${length} bytes is longer than any requested range`);
  // Not filled with zeros first: a response is only returned once every byte of it has arrived.
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  const response = { offset, bytes, byteLength, etag: head.headers.etag };
  return { response, codings: parseCodings(head.headers['content-encoding']), pieces: [], filled: 0 };
}

function outcomeWithoutRange(
  target: Target,
  etag: string | undefined,
  head: ResponseHead,
): Exclude<RangeOutcome, { kind: 'range' }> {
  const error = buildStatusError(target.key, head, etag);
  const to = findRedirect(head, `${target.origin}${target.path}`);
  if (to !== undefined) return { kind: 'redirect', to, error };
  if (head.status === 416)
    return { kind: 'unsatisfiable', byteLength: parseUnsatisfiableLength(head.headers), error };
  throw error;
}

/** Appends the chunk; false if the body is longer than its range. */
function take(body: Body, chunk: Uint8Array): boolean {
  const { bytes } = body.response;
  const isEncoded = body.codings.length > 0;
  const most = isEncoded ? mostEncodedBytes(bytes.byteLength) : bytes.byteLength;
  if (body.filled + chunk.byteLength > most) return false;
  if (isEncoded) body.pieces.push(chunk.slice());
  else bytes.set(chunk, body.filled);
  body.filled += chunk.byteLength;
  return true;
}

/**
 * The response, once its body has arrived.
 * @throws ArchiveUnavailableError if it is too short, HeaderUnreadableError if its encoding cannot be undone
 */
function buildRangeResponse(target: Target, { response, codings, pieces, filled }: Body): RangeResponse {
  const { byteLength } = response.bytes;
  if (codings.length === 0) {
    if (filled === byteLength) return response;
    throw unavailable(target, `the response ended after ${filled} of ${byteLength} bytes`);
  }
  const bytes = decodedBody(Buffer.concat(pieces), codings, byteLength);
  if (bytes !== undefined) {
    response.bytes.set(bytes);
    return response;
  }
  const { key } = target;
  const text = `the server compresses its responses (${codings.join(', ')}) in a way that does not yield the range`;
  throw new HeaderUnreadableError(`${key}: ${text}`, { key, reason: 'unsupported' });
}

function buildSourceError(target: Target, kind: FailureKind, body: Body | undefined, error: Error): Error {
  if (kind === 'silent') {
    return unavailable(target, `no byte arrived for ${target.idleMilliseconds} ms`, error);
  }
  if (body !== undefined) return buildTruncatedError(target, body, error);
  const { code } = error as NodeJS.ErrnoException;
  return unavailable(target, `the connection failed: ${error.message || code}`, error);
}

function buildTruncatedError(
  target: Target,
  { response, filled }: Body,
  cause: Error,
): ArchiveUnavailableError {
  const text = `the response broke off after ${filled} of ${response.bytes.byteLength} bytes`;
  return unavailable(target, text, cause);
}

function unavailable({ key }: Target, text: string, cause?: unknown): ArchiveUnavailableError {
  return new ArchiveUnavailableError(`${key}: ${text}`, { url: key }, { cause });
}
