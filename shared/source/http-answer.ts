/**
 * What an answer to a range request means: which status is which of our errors, and whether the answer
 * gives the very bytes that were asked for. Pure, but for the clock that dates in Retry-After are held to.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { ArchiveUnavailableError, AssetChangedError, HeaderUnreadableError } from '../errors.ts';
import { readRetryAfter } from '../retry/retry-after.ts';

/** The head of an HTTP answer. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** The last `suffix` bytes of the file, or `length` bytes from `offset`. */
export type AskedRange = { readonly suffix: number } | { readonly offset: number; readonly length: number };

/** Where the bytes of an answer stand, and how long the file is. */
export interface GivenRange {
  readonly offset: number;
  readonly length: number;
  readonly byteLength: number;
}

/** The value of the Range header (RFC 9110, 14.2). */
export function rangeHeader(asked: AskedRange): string {
  return 'suffix' in asked
    ? `bytes=-${asked.suffix}`
    : `bytes=${asked.offset}-${asked.offset + asked.length - 1}`;
}

/** The error that an answer's status stands for, undefined for 206 Partial Content. */
export function faultOfStatus(
  key: string,
  answer: AnswerHead,
  pinnedEtag: string | undefined,
): Error | undefined {
  const { status, headers } = answer;
  const unreadable = (reason: HeaderUnreadableError['reason'], text: string): Error =>
    new HeaderUnreadableError(`${key}: ${text}`, { key, reason });
  if (status === 206) return undefined;
  if (status === 200 && headers['content-length'] === '0') {
    return unreadable('empty-file', 'the file has no bytes');
  }
  if (status === 200)
    return unreadable('range-ignored', 'the server answered a range request with the whole file');
  if (status === 416) return faultOfUnsatisfiable(key, headers, pinnedEtag);
  if (status === 412) {
    return changed(key, pinnedEtag ?? 'none', headers.etag ?? 'another');
  }
  if (status === 404 || status === 410)
    return unreadable('missing', `there is no such file (status ${status})`);
  if (status === 401 || status === 403)
    return unreadable('forbidden', `the file is not public (status ${status})`);
  if (status >= 500 || status === 429 || status === 408) {
    const retryAfterSeconds = readRetryAfter(headers['retry-after']);
    return new ArchiveUnavailableError(
      `${key}: the server answered ${status}`,
      retryAfterSeconds === undefined ? { url: key, status } : { url: key, status, retryAfterSeconds },
    );
  }
  if (status >= 300 && status < 400) {
    return unreadable(
      'unsupported',
      `the server answered with a redirect (status ${status}), which is not followed`,
    );
  }
  return unreadable('unsupported', `the server answered a range request with status ${status}`);
}

/** 416: an empty file has no satisfiable range; any other was as long as it said when it was opened. */
function faultOfUnsatisfiable(
  key: string,
  headers: IncomingHttpHeaders,
  pinnedEtag: string | undefined,
): Error {
  if (pinnedEtag !== undefined) {
    return changed(
      key,
      pinnedEtag,
      headers.etag ?? `a file of ${headers['content-range'] ?? 'other length'}`,
    );
  }
  const length = /^bytes \*\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
  if (length === undefined || length === '0') {
    return new HeaderUnreadableError(`${key}: the file has no bytes`, { key, reason: 'empty-file' });
  }
  return new ArchiveUnavailableError(`${key}: the server refused a range inside the file's ${length} bytes`, {
    url: key,
    status: 416,
  });
}

/**
 * Where the bytes of a 206 answer stand.
 * @throws ArchiveUnavailableError where that is not what was asked, or not said
 */
export function rangeGiven(key: string, asked: AskedRange, answer: AnswerHead): GivenRange {
  const { headers } = answer;
  const wrong = (text: string): Error =>
    new ArchiveUnavailableError(`${key}: ${text}`, { url: key, status: answer.status });
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw wrong(`the answer is encoded as ${encoding}, against what was asked`);
  }
  const parts = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '');
  if (parts === null) {
    throw wrong(`the answer's Content-Range is ${JSON.stringify(headers['content-range'] ?? 'missing')}`);
  }
  const [first, last, byteLength] = parts.slice(1).map(Number) as [number, number, number];
  const offset = 'suffix' in asked ? Math.max(0, byteLength - asked.suffix) : asked.offset;
  const end = 'suffix' in asked ? byteLength : Math.min(byteLength, asked.offset + asked.length);
  if (first !== offset || last !== end - 1) {
    throw wrong(`asked for ${rangeHeader(asked)}, the answer's Content-Range is ${headers['content-range']}`);
  }
  const length = last - first + 1;
  const said = headers['content-length'];
  if (said !== undefined && Number(said) !== length) {
    throw wrong(`the answer's Content-Length is ${said} for a range of ${length} bytes`);
  }
  return { offset, length, byteLength };
}

/** That a file is no longer the one that was opened. */
export function changed(key: string, expected: string, actual: string): AssetChangedError {
  return new AssetChangedError(`${key}: the file changed while it was read`, { key, expected, actual });
}
