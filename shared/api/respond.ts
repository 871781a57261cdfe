/**
 * The last step of every response: validators and 304, compression, and the headers of all responses
 * (CORS for other pages, and the security policy for browsers).
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type ApiRequest, type ApiResponse, type BodyChunks, isChunked } from './http.ts';
import { findContentType } from './negotiate.ts';

const gzipAsync = promisify(gzip);

/** Below this many bytes compression gains nothing. */
const COMPRESS_FROM_BYTES = 1_400;
/**
 * From this many bytes on every response is compressed, whether requested or not: Lambda returns 6 MB at most, in
 * which the body is a JSON string.
 */
const COMPRESS_ALWAYS_FROM_BYTES = 3_000_000;
/** The second fastest level: four fifths of the gain for a third of the work. */
const COMPRESS_LEVEL = 4;

/** Seconds that a browser may remember a response to its preflight. */
const PREFLIGHT_SECONDS = 86_400;

/**
 * A minute in caches: long enough to absorb a rush of requests, short enough that a removed document is soon
 * gone everywhere.
 */
export const READ_CACHING = 'public, max-age=60';

/** Methods of the whole API. */
const METHODS = 'GET, HEAD, POST, OPTIONS';

/** Anyone may read from any page. Without cookies there is nothing that another page could misuse. */
const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'ETag, Last-Modified, Link, Location, Retry-After, Allow, Content-Location',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};

/** The response to a browser's CORS preflight. */
export function preflightResponse(allowed: string): ApiResponse {
  return {
    status: 204,
    headers: {
      allow: allowed,
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': 'Accept, Authorization, Content-Type, Idempotency-Key, If-None-Match',
      'access-control-max-age': String(PREFLIGHT_SECONDS),
      'cache-control': 'no-store',
    },
    body: '',
  };
}

/** The response as it is sent. Every 200 has an ETag, and a client that has the document already gets 304. */
export async function finishResponse(request: ApiRequest, response: ApiResponse): Promise<ApiResponse> {
  const headers: Record<string, string> = { ...COMMON_HEADERS, ...response.headers };
  if (isChunked(response.body)) return finishChunks(request, response.status, headers, response.body);
  if (response.status === 200 && headers['cache-control'] !== 'no-store') {
    headers.vary = [headers.vary, 'Accept-Encoding'].filter(Boolean).join(', ');
    // Weak: the same document, compressed or not.
    headers.etag = `W/"${createHash('sha256').update(response.body).digest('base64url').slice(0, 32)}"`;
    if (isFresh(request, headers.etag, headers['last-modified'])) {
      const { 'content-type': _type, ...kept } = headers;
      return { status: 304, headers: kept, body: '' };
    }
  }
  let body: string | Uint8Array = response.body;
  const isCompressed =
    response.status === 200 &&
    headers['content-type'] !== 'application/gzip' &&
    (body.length >= COMPRESS_ALWAYS_FROM_BYTES ||
      (body.length >= COMPRESS_FROM_BYTES && acceptsGzip(request)));
  if (isCompressed) {
    body = await gzipAsync(body, { level: COMPRESS_LEVEL });
    headers['content-encoding'] = 'gzip';
  }
  if (response.status !== 204) headers['content-length'] = String(Buffer.byteLength(body));
  return { status: response.status, headers, body: request.method === 'HEAD' ? '' : body };
}

/**
 * A chunked body is neither hashed nor compressed, since both need all of it. Only its date shows whether it changed.
 */
function finishChunks(
  request: ApiRequest,
  status: number,
  headers: Record<string, string>,
  body: BodyChunks,
): ApiResponse {
  if (isFresh(request, undefined, headers['last-modified'])) {
    const { 'content-type': _type, 'content-disposition': _disposition, ...kept } = headers;
    return { status: 304, headers: kept, body: '' };
  }
  headers['content-length'] = String(body.size);
  return { status, headers, body: request.method === 'HEAD' ? '' : body };
}

/** Whether the client already has this document (RFC 9110, 13.1: the date counts only where no ETag is given). */
function isFresh(
  { headers }: ApiRequest,
  etag: string | undefined,
  lastModified: string | undefined,
): boolean {
  const given = headers['if-none-match'];
  if (given !== undefined && etag !== undefined) {
    return given
      .split(',')
      .map((each) => each.trim())
      .some((each) => each === '*' || each.replace(/^W\//, '') === etag.replace(/^W\//, ''));
  }
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return lastModified !== undefined && Date.parse(lastModified) <= since;
}

function acceptsGzip({ headers }: ApiRequest): boolean {
  return (headers['accept-encoding'] ?? '').split(',').some((entry) => {
    const [coding, quality] = entry.split(';').map((part) => part.trim().toLowerCase());
    return (coding === 'gzip' || coding === '*') && !/^q\s*=\s*0(?:\.0*)?$/.test(quality ?? '');
  });
}

/** A 200 with JSON. */
export function jsonResponse(value: unknown, headers: Readonly<Record<string, string>>): ApiResponse {
  return {
    status: 200,
    headers: { 'content-type': findContentType('json'), ...headers },
    body: `${JSON.stringify(value)}\n`,
  };
}
