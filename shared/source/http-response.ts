/**
 * Interprets the response to a range request: maps a status to our errors, and checks whether the response is
 * exactly the range that was requested. Pure, except for the clock to which dates in Retry-After are
 * compared.
 */

import type { IncomingHttpHeaders } from 'node:http';
import { ArchiveUnavailableError, AssetChangedError, HeaderUnreadableError } from '../errors.ts';
import { readRetryAfter } from '../retry/retry-after.ts';
import { TRANSIENT_STATUSES } from '../retry/statuses.ts';
import { parseCodings } from './http-encoding.ts';

/** The head of an HTTP response. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** The last `suffix` bytes of the file, or `length` bytes from `offset`. */
export type RequestedRange =
  | { readonly suffix: number }
  | { readonly offset: number; readonly length: number };

/** Where the bytes of a response are in the file, and the file's length. */
export interface GivenRange {
  readonly offset: number;
  readonly length: number;
  /** Undefined if the server does not report it, which is optional (RFC 9110, 14.4). */
  readonly byteLength: number | undefined;
}

/** The value of the Range header (RFC 9110, 14.2). */
export function rangeHeader(requested: RequestedRange): string {
  return 'suffix' in requested
    ? `bytes=-${requested.suffix}`
    : `bytes=${requested.offset}-${requested.offset + requested.length - 1}`;
}

/** The error for the status of a response without the range. */
export function buildStatusError(key: string, response: ResponseHead, pinnedEtag: string | undefined): Error {
  const { status, headers } = response;
  const unreadable = (reason: HeaderUnreadableError['reason'], text: string): Error =>
    new HeaderUnreadableError(`${key}: ${text}`, { key, reason });
  if (status === 200 && headers['content-length'] === '0') return buildEmptyFileError(key);
  if (status === 200)
    return unreadable('range-ignored', 'the server responded to a range request with the whole file');
  if (status === 416) return buildUnsatisfiableError(key, headers, pinnedEtag);
  if (status === 412) {
    return buildChangedError(key, pinnedEtag ?? 'none', headers.etag ?? 'another');
  }
  if (status === 404 || status === 410)
    return unreadable('missing', `there is no such file (status ${status})`);
  if (status === 401 || status === 403)
    return unreadable('forbidden', `the file is not public (status ${status})`);
  if (status >= 500 || TRANSIENT_STATUSES.has(status)) {
    const retryAfterSeconds = readRetryAfter(headers['retry-after']);
    return new ArchiveUnavailableError(
      `${key}: the server responded with status ${status}`,
      retryAfterSeconds === undefined ? { url: key, status } : { url: key, status, retryAfterSeconds },
    );
  }
  if (status >= 300 && status < 400) {
    return unreadable(
      'unsupported',
      `the server responded with a redirect (status ${status}), which is not followed`,
    );
  }
  return unreadable('unsupported', `the server responded to a range request with status ${status}`);
}

/** The error for a file without bytes. */
export function buildEmptyFileError(key: string): HeaderUnreadableError {
  return new HeaderUnreadableError(`${key}: the file has no bytes`, { key, reason: 'empty-file' });
}

/**
 * The error for status 416: an empty file has no satisfiable range; any other file must have become shorter
 * since it was opened.
 */
function buildUnsatisfiableError(
  key: string,
  headers: IncomingHttpHeaders,
  pinnedEtag: string | undefined,
): Error {
  if (pinnedEtag !== undefined) {
    return buildChangedError(
      key,
      pinnedEtag,
      headers.etag ?? `a file of ${headers['content-range'] ?? 'other length'}`,
    );
  }
  const length = parseUnsatisfiableLength(headers);
  if (length === undefined || length === 0) return buildEmptyFileError(key);
  return new ArchiveUnavailableError(`${key}: the server refused a range inside the file's ${length} bytes`, {
    url: key,
    status: 416,
  });
}

/** The file's length in a 416 response (RFC 9110, 15.5.17); undefined if it is not reported. */
export function parseUnsatisfiableLength(headers: IncomingHttpHeaders): number | undefined {
  const length = /^bytes\s+\*\s*\/\s*(\d+)$/i.exec((headers['content-range'] ?? '').trim())?.[1];
  return length === undefined ? undefined : Number(length);
}

/**
 * Where the bytes of a response with the range are: 206 Partial Content, or 200 if the whole file is no
 * longer than what was requested of its start or its end. Undefined for any other status.
 * @throws ArchiveUnavailableError if it is not the requested range, or the range is not reported
 * @throws HeaderUnreadableError for several parts
 */
export function findGivenRange(
  key: string,
  requested: RequestedRange,
  response: ResponseHead,
): GivenRange | undefined {
  if (response.status === 206) return parsePartRange(key, requested, response);
  return response.status === 200 ? findWholeRange(requested, response) : undefined;
}

function findWholeRange(requested: RequestedRange, { headers }: ResponseHead): GivenRange | undefined {
  const length = Number(headers['content-length'] ?? 0);
  const most = 'suffix' in requested ? requested.suffix : requested.offset === 0 ? requested.length : 0;
  if (!(length > 0 && length <= most) || parseCodings(headers['content-encoding']).length > 0)
    return undefined;
  return { offset: 0, length, byteLength: length };
}

/**
 * First and last byte and the file's length, with the unit in upper or lower case and the spaces, or the request's
 * `=`, that some servers insert.
 */
const CONTENT_RANGE = /^bytes[\s=]+(\d+)\s*-\s*(\d+)\s*\/\s*(\d+|\*)$/i;

function parsePartRange(key: string, requested: RequestedRange, response: ResponseHead): GivenRange {
  const { headers } = response;
  const wrong = (text: string): Error =>
    new ArchiveUnavailableError(`${key}: ${text}`, { url: key, status: response.status });
  // A property of the server, which no other try changes (RFC 9110, 15.3.7.2).
  if (/^multipart\/byteranges\b/i.test(headers['content-type'] ?? '')) {
    const text = 'the server answered a request for one range with several parts';
    throw new HeaderUnreadableError(`${key}: ${text}`, { key, reason: 'unsupported' });
  }
  const parts = CONTENT_RANGE.exec((headers['content-range'] ?? '').trim());
  if (parts === null) {
    throw wrong(`the response's Content-Range is ${JSON.stringify(headers['content-range'] ?? 'missing')}`);
  }
  const [first, last] = [Number(parts[1]), Number(parts[2])];
  const byteLength = parts[3] === '*' ? undefined : Number(parts[3]);
  // If the file's length is not reported, a response shorter than requested ends at the file's end.
  const end = byteLength ?? last + 1;
  if (!isRequestedRange(requested, first, last, end)) {
    throw wrong(
      `requested ${rangeHeader(requested)}, the response's Content-Range is ${headers['content-range']}`,
    );
  }
  const length = last - first + 1;
  const contentLength = headers['content-length'];
  if (
    contentLength !== undefined &&
    Number(contentLength) !== length &&
    parseCodings(headers['content-encoding']).length === 0
  ) {
    throw wrong(`the response's Content-Length is ${contentLength} for a range of ${length} bytes`);
  }
  return { offset: first, length, byteLength };
}

function isRequestedRange(requested: RequestedRange, first: number, last: number, end: number): boolean {
  if (last < first || last >= end) return false;
  if ('suffix' in requested) return first === Math.max(0, end - requested.suffix) && last === end - 1;
  return first === requested.offset && last === Math.min(end, requested.offset + requested.length) - 1;
}

/** The error for a file that changed after it was opened. */
export function buildChangedError(key: string, expected: string, actual: string): AssetChangedError {
  return new AssetChangedError(`${key}: the file changed while it was read`, { key, expected, actual });
}

/**
 * Whether two ETags may belong to the same bytes: a weak one may be that of the same bytes, compressed on the
 * way (RFC 9110, 8.8.3.2).
 */
export function isSameEtag(a: string | undefined, b: string | undefined): boolean {
  const plain = (etag: string | undefined): string | undefined => etag?.replace(/^W\//, '');
  return plain(a) === plain(b);
}

/** The target of a redirect, from its status and Location; undefined if it is not a redirect. */
export function findRedirect({ status, headers }: ResponseHead, from: string): URL | undefined {
  const { location } = headers;
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  return URL.canParse(location, from) ? new URL(location, from) : undefined;
}
