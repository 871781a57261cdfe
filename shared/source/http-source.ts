/**
 * A file on a web server as a source: unsigned range requests to a public bucket, each held to the ETag of
 * the first. Never takes more of a file than was asked for and follows redirects to known hosts alone. The opening's
 * requests are repeated where their errors pass; those of later reads by the byte store, which keeps the read's budget.
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
  isSameEtag,
  lengthOfUnsatisfiable,
  type RequestedRange,
  type ResponseHead,
  rangeGiven,
  rangeHeader,
  redirectedTo,
} from './http-response.ts';
import type { CachedBytes, RangeSource } from './range-source.ts';

/** How a file is opened and read. */
export interface HttpSourceOptions {
  /** Bytes from the file's start that come with the opening; 16 KiB by default. */
  readonly openingBytes?: number;
  /** Bytes from the file's end that come in the same round; none by default. */
  readonly suffixBytes?: number;
  /** Milliseconds without a byte after which a request is given up; 30,000 by default. */
  readonly idleMilliseconds?: number;
  /** The connections to use; those that all sources share by default. */
  readonly pool?: HttpPool;
  /** How often each request of the opening is tried; `REQUEST_RETRIES` by default. */
  readonly retries?: RetryPolicy;
  /**
   * Hosts that a redirect of the opening may lead to besides the one that answers with it, each with its port
   * where that is not the scheme's own. No redirect is followed by default.
   */
  readonly redirectHosts?: readonly string[];
  /** Ends the opening. */
  readonly signal?: AbortSignal;
}

/** A file on a web server, opened: its length and ETag are known, its first bytes are here. */
export interface HttpSource extends RangeSource {
  readonly opening: readonly CachedBytes[];
  /** Milliseconds from the first opening request to the last response. */
  readonly openingMs: number;
}

/** Bytes of a file's start that come with its opening: the superblock, and in most files the root group's header. */
const defaultOpeningBytes = 16 * 1024;

/** The same for a file that is not long: the groups above its data are there too, which is a round less in some. */
const shortFileOpeningBytes = 32 * 1024;

/**
 * Bytes from a file's end that come with its first, the round being paid anyway: what was written last is there.
 * What hdmf writes last are the schemas, some 300 KB, and the root group's names and links are before them: with
 * them available the reading is one or two rounds shorter, each of which costs what 2 MB do.
 */
const tailBytes = 370 * 1024;

/** Bytes from which a file counts as long: what is at its start is little of it. */
const longFile = 64 * 1024 * 1024;

/**
 * Bytes up to which a file is fetched whole by one request. A file that has the link to itself: at 25 ms a request and
 * 80 MB/s as much comes in the wait of three rounds; a header takes three to nine, and few files that are so short are
 * mostly data. Of files that share the link each brings what one round's wait is worth: bytes that nobody reads would
 * keep the others waiting, and fill the memory of all.
 */
const wholeBytes = { alone: 6.5 * 1024 * 1024, shared: 2 * 1024 * 1024 };

/** Bytes of a file of unknown length that come with its opening. */
const unknownBytes = 1024 * 1024;

/**
 * What to ask for when a file of this many bytes is opened, one of `filesAtOnce` that share the link. Without a length
 * its two ends, which meet where it is short enough to be fetched whole.
 */
export function planOpening(
  byteLength?: number,
  filesAtOnce = 1,
): Pick<HttpSourceOptions, 'openingBytes' | 'suffixBytes'> {
  if (byteLength === undefined) {
    return { openingBytes: unknownBytes - tailBytes, suffixBytes: tailBytes };
  }
  const most = filesAtOnce > 1 ? wholeBytes.shared : wholeBytes.alone;
  if (byteLength <= most) return { openingBytes: Math.max(1, byteLength) };
  const openingBytes = byteLength >= longFile ? defaultOpeningBytes : shortFileOpeningBytes;
  return { openingBytes, suffixBytes: tailBytes };
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

/**
 * Opens a file by one request for its first bytes, and beside it one for its last where `suffixBytes` asks
 * for them; by more where the server takes only other ones. Every later read sends If-Match and must come with
 * the same ETag and length.
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
    headBytes: Math.max(1, options.openingBytes ?? defaultOpeningBytes),
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

/** The address of a file. @throws InvalidInputError where it is none */
function parseAddress(address: string | URL): URL {
  const url = URL.canParse(String(address)) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new InvalidInputError('the address of a file to read must be an http or https URL', {
      field: 'url',
    });
  }
  return url;
}

/** What all requests for one file share, wherever they are sent. */
type Connections = Pick<Target, 'key' | 'pool' | 'idleMilliseconds'>;

function openConnections(url: URL, options: HttpSourceOptions): Connections {
  sharedPool ??= new HttpPool();
  return {
    key: `${url.origin}${url.pathname}`,
    pool: options.pool ?? sharedPool,
    idleMilliseconds: options.idleMilliseconds ?? defaultIdleMilliseconds,
  };
}

function targetAt(url: URL, connections: Connections): Target {
  return { ...connections, origin: url.origin, path: `${url.pathname}${url.search}` };
}

/** Holds a later answer to what was opened; `end` is where the range that was asked for ends. */
function mustBeSame(
  key: string,
  opened: { etag: string | undefined; byteLength: number },
  response: RangeResponse,
  end: number,
): void {
  if (!isSameEtag(response.etag, opened.etag))
    throw buildChangedError(key, opened.etag ?? 'none', response.etag ?? 'none');
  // Where the length is not reported, a response that ends early says that the file does.
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
    `${key}: bytes ${offset} to ${offset + length} lie past the file's end at ${byteLength}`,
    { key, reason: 'truncated' },
  );
}

/** The range, of a server that gave the file's first bytes before. */
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
 * One range request. A connection that the server had closed while it lay unused is no response and no
 * failure of the archive: in that one case the request goes out again on another connection.
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
          const coming = bodyToCome(target, requested, etag, { status, headers });
          if (!('kind' in coming)) {
            body = coming;
            return;
          }
          // Nothing of this body is wanted.
          cancel();
          settle();
          resolve(coming);
        } catch (error) {
          fail(error);
        }
      },
      came(chunk) {
        if (!take(body!, chunk))
          fail(brokenOff(target, body!, new Error('the body is longer than its range')));
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
  // A weak ETag never matches If-Match (RFC 9110, 13.1.1); it is held against the response's alone.
  if (etag !== undefined && !etag.startsWith('W/')) headers.push('if-match', etag);
  return { origin, path, headers, idleMilliseconds };
}

/** A response whose bytes are coming: as they stand into their place, encoded ones piece by piece. */
interface Body {
  readonly response: RangeResponse;
  readonly codings: readonly string[];
  readonly pieces: Uint8Array[];
  filled: number;
}

/**
 * Room for the body of a response whose head gives the very range, or what to ask for in its place; nothing of
 * any other body is read.
 */
function bodyToCome(
  target: Target,
  requested: RequestedRange,
  etag: string | undefined,
  head: ResponseHead,
): Body | Exclude<RangeOutcome, { kind: 'range' }> {
  const given = rangeGiven(target.key, requested, head);
  if (given === undefined) return outcomeWithoutRange(target, etag, head);
  const { offset, length, byteLength } = given;
  if (length > longestRead)
    throw unavailable(target, `an answer of ${length} bytes is longer than any asked for`);
  // Not filled with zeros first: a response is given only when every byte of it has come.
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
  const to = redirectedTo(head, `${target.origin}${target.path}`);
  if (to !== undefined) return { kind: 'redirect', to, error };
  if (head.status === 416)
    return { kind: 'unsatisfiable', byteLength: lengthOfUnsatisfiable(head.headers), error };
  throw error;
}

/** Whether the chunk had room. */
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

/** The response of a body that has come. @throws ArchiveUnavailableError where it is too short, HeaderUnreadableError where its encoding cannot be undone */
function buildRangeResponse(target: Target, { response, codings, pieces, filled }: Body): RangeResponse {
  const { byteLength } = response.bytes;
  if (codings.length === 0) {
    if (filled === byteLength) return response;
    throw unavailable(target, `the answer ended after ${filled} of ${byteLength} bytes`);
  }
  const bytes = decodedBody(Buffer.concat(pieces), codings, byteLength);
  if (bytes !== undefined) {
    response.bytes.set(bytes);
    return response;
  }
  const { key } = target;
  const text = `the server compresses its answers (${codings.join(', ')}) in a way that does not give the range`;
  throw new HeaderUnreadableError(`${key}: ${text}`, { key, reason: 'unsupported' });
}

function buildSourceError(target: Target, kind: FailureKind, body: Body | undefined, error: Error): Error {
  if (kind === 'silent') {
    return unavailable(target, `no byte came for ${target.idleMilliseconds} ms`, error);
  }
  if (body !== undefined) return brokenOff(target, body, error);
  const { code } = error as NodeJS.ErrnoException;
  return unavailable(target, `the connection failed: ${error.message || code}`, error);
}

function brokenOff(target: Target, { response, filled }: Body, cause: Error): ArchiveUnavailableError {
  const text = `the answer broke off after ${filled} of ${response.bytes.byteLength} bytes`;
  return unavailable(target, text, cause);
}

function unavailable({ key }: Target, text: string, cause?: unknown): ArchiveUnavailableError {
  return new ArchiveUnavailableError(`${key}: ${text}`, { url: key }, { cause });
}
