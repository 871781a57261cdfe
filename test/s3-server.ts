/**
 * A small S3 for the suite: real HTTP on loopback, path-style, objects in memory. It does what the store asks
 * of S3 (PutObject with conditions, GetObject with one range, HeadObject, DeleteObject, ListObjectsV2 in
 * pages), decodes the SDK's chunked bodies and checks their checksums, decides conditional writes for exactly
 * one racer, counts requests, and fails on demand. Signatures are required; those of links are verified.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { findSignatureFault } from './s3-signature.ts';

/** The error of a request. `lost-response` performs it and then closes the connection. */
export type S3Error =
  | 'slow-down'
  | 'access-denied'
  | 'internal-error'
  | 'undecided'
  | 'reset'
  | 'lost-response'
  | 'cut-body'
  | 'silence';

/** Which requests fail: the next `times` (1 unless given) that match. */
export interface S3FaultPlan {
  readonly fault: S3Error;
  readonly method?: string;
  readonly key?: string;
  readonly times?: number;
}

export interface S3Request {
  readonly method: string;
  /** Without the bucket; empty for a list. */
  readonly key: string;
  readonly status: number;
  /** Bytes of the body sent. */
  readonly bytes: number;
}

interface S3Object {
  readonly body: Buffer;
  readonly etag: string;
  readonly contentType: string;
  readonly lastModified: Date;
  /** User metadata, by header: `x-amz-meta-…`. */
  readonly metadata: Readonly<Record<string, string>>;
}

const ERRORS: Partial<Record<S3Error, readonly [status: number, code: string]>> = {
  'slow-down': [503, 'SlowDown'],
  'access-denied': [403, 'AccessDenied'],
  'internal-error': [500, 'InternalError'],
  undecided: [409, 'ConditionalRequestConflict'],
};

/** The server; `bucket` is the only one it has. */
export class S3Server {
  readonly bucket = 'results';
  readonly objects: Map<string, S3Object>;
  readonly requests: S3Request[] = [];
  /** The most keys on a page of a list. */
  pageSize = 1000;
  /** Milliseconds before each response, up to twice as many at random, to provoke races. */
  latencyMs = 0;
  /** Objects have no metadata, as with a service that does not store any. */
  keepsMetadata = true;
  /** Whether ranges are supported; else a request for one gets the whole object. */
  knowsRanges = true;
  /** Called before each request, with its number from 1; its error takes precedence over those of `fail`. */
  misbehave: (
    number: number,
    method: string,
    key: string,
    headers: IncomingMessage['headers'],
  ) => S3Error | undefined = () => undefined;
  #number = 0;
  #faults: { plan: S3FaultPlan; left: number }[] = [];
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch((error) => {
      this.#error(request, response, '', 400, error instanceof S3Refusal ? error.code : 'InvalidRequest');
    });
  });

  private constructor(objects: Map<string, S3Object>) {
    this.objects = objects;
  }

  /** Starts a server; with the `objects` of another it serves the same bucket. */
  static async start(objects = new Map<string, S3Object>()): Promise<S3Server> {
    const server = new S3Server(objects);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Forgets objects, requests, errors and settings. */
  reset(): void {
    this.objects.clear();
    this.requests.length = 0;
    this.#faults = [];
    this.pageSize = 1000;
    this.latencyMs = 0;
    this.keepsMetadata = true;
    this.knowsRanges = true;
    this.misbehave = () => undefined;
    this.#number = 0;
  }

  fail(plan: S3FaultPlan): void {
    this.#faults.push({ plan, left: plan.times ?? 1 });
  }

  count(method: string, key?: string): number {
    return this.requests.filter((one) => one.method === method && (key === undefined || one.key === key))
      .length;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://s3');
    const [, bucket = '', ...segments] = url.pathname.split('/');
    const key = decodeURIComponent(segments.join('/'));
    const raw = await readBody(request);
    if (this.latencyMs > 0) await sleep(this.latencyMs * (1 + Math.random()));

    this.#number += 1;
    const { method = '' } = request;
    const fault = this.misbehave(this.#number, method, key, request.headers) ?? this.#nextFault(method, key);
    if (fault === 'silence') return;
    if (fault === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const failure = fault && ERRORS[fault];
    if (failure) return this.#error(request, response, key, ...failure);
    const refusal = url.searchParams.has('X-Amz-Signature')
      ? findSignatureFault(request, url)
      : request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')
        ? undefined
        : 'AccessDenied';
    if (refusal !== undefined) return this.#error(request, response, key, 403, refusal);
    if (decodeURIComponent(bucket) !== this.bucket) {
      return this.#error(request, response, key, 404, 'NoSuchBucket');
    }
    // From here to the response nothing is awaited, so that condition and write are atomic.
    const cut = fault === 'cut-body' || fault === 'lost-response' ? fault : undefined;
    if (request.method === 'GET' && key === '') return this.#list(request, response, url.searchParams, cut);
    if (request.method === 'GET' || request.method === 'HEAD')
      return this.#get(request, response, key, url.searchParams, cut);
    if (request.method === 'PUT') return this.#put(request, response, key, raw, cut);
    if (request.method === 'DELETE') {
      this.objects.delete(key);
      if (cut === 'lost-response') {
        request.socket.resetAndDestroy();
        return;
      }
      return this.#answer(request, response, key, 204, {});
    }
    return this.#error(request, response, key, 405, 'MethodNotAllowed');
  }

  #nextFault(method: string, key: string): S3Error | undefined {
    const due = this.#faults.find(
      ({ plan, left }) =>
        left > 0 && (plan.method ?? method) === method && (plan.key === undefined || key.endsWith(plan.key)),
    );
    if (due === undefined) return undefined;
    due.left -= 1;
    return due.plan.fault;
  }

  #get(
    request: IncomingMessage,
    response: ServerResponse,
    key: string,
    query: URLSearchParams,
    cut: S3Error | undefined,
  ): void {
    const object = this.objects.get(key);
    if (object === undefined) {
      this.#error(request, response, key, 404, 'NoSuchKey');
      return;
    }
    const headers = {
      'content-length': String(object.body.length),
      'content-type': query.get('response-content-type') ?? object.contentType,
      ...(query.has('response-content-disposition')
        ? { 'content-disposition': query.get('response-content-disposition')! }
        : {}),
      etag: object.etag,
      'last-modified': object.lastModified.toUTCString(),
      ...(this.keepsMetadata ? object.metadata : {}),
    };
    if (cut === 'lost-response') {
      request.socket.resetAndDestroy();
      return;
    }
    const [, from, to] = /^bytes=([0-9]+)-([0-9]+)$/.exec(request.headers.range ?? '') ?? [];
    if (request.method === 'GET' && from !== undefined && this.knowsRanges) {
      if (Number(from) >= object.body.length) {
        this.#error(request, response, key, 416, 'InvalidRange');
        return;
      }
      const body = object.body.subarray(Number(from), Number(to) + 1);
      const range = `bytes ${from}-${Number(from) + body.length - 1}/${object.body.length}`;
      const partial = { ...headers, 'content-length': String(body.length), 'content-range': range };
      if (cut === 'cut-body') cutOff(response.writeHead(206, partial), body);
      else this.#answer(request, response, key, 206, partial, body);
      return;
    }
    if (cut === 'cut-body' && request.method === 'GET') {
      cutOff(response.writeHead(200, headers), object.body);
      return;
    }
    this.#answer(request, response, key, 200, headers, request.method === 'HEAD' ? undefined : object.body);
  }

  #put(
    request: IncomingMessage,
    response: ServerResponse,
    key: string,
    raw: Buffer,
    cut: S3Error | undefined,
  ): void {
    const body = decodeBody(request, raw);
    const current = this.objects.get(key);
    const { 'if-none-match': ifNoneMatch, 'if-match': ifMatch } = request.headers;
    if (ifMatch !== undefined && current === undefined) {
      this.#error(request, response, key, 404, 'NoSuchKey');
      return;
    }
    if ((ifNoneMatch === '*' && current) || (ifMatch !== undefined && current?.etag !== ifMatch)) {
      this.#error(request, response, key, 412, 'PreconditionFailed');
      return;
    }
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const contentType = request.headers['content-type'] ?? 'application/octet-stream';
    const metadata = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        name.startsWith('x-amz-meta-') && typeof value === 'string' ? [[name, value]] : [],
      ),
    );
    this.objects.set(key, { body, etag, contentType, lastModified: new Date(), metadata });
    if (cut === 'lost-response') {
      request.socket.resetAndDestroy();
      return;
    }
    this.#answer(request, response, key, 200, { etag });
  }

  #list(
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
    cut: S3Error | undefined,
  ): void {
    const prefix = query.get('prefix') ?? '';
    const token = query.get('continuation-token');
    const after = token === null ? undefined : Buffer.from(token, 'base64url');
    const keys = [...this.objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => Buffer.from(key))
      .filter((key) => after === undefined || Buffer.compare(key, after) > 0)
      .sort(Buffer.compare);
    const page = keys.slice(0, Math.min(this.pageSize, Number(query.get('max-keys') ?? 1000)));
    const last = page.at(-1);
    const isTruncated = page.length < keys.length;
    const showKey = (key: Buffer) =>
      query.get('encoding-type') === 'url'
        ? encodeURIComponent(String(key)).replaceAll('%20', '+').replaceAll('%2F', '/')
        : escapeXml(String(key));
    const xml = [
      '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>',
      `<IsTruncated>${isTruncated}</IsTruncated><KeyCount>${page.length}</KeyCount>`,
      isTruncated && last
        ? `<NextContinuationToken>${last.toString('base64url')}</NextContinuationToken>`
        : '',
      ...page.map((key) => `<Contents><Key>${showKey(key)}</Key></Contents>`),
      '</ListBucketResult>',
    ].join('');
    const headers = { 'content-type': 'application/xml' };
    if (cut === 'lost-response') request.socket.resetAndDestroy();
    else if (cut === 'cut-body') {
      cutOff(
        response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(xml) }),
        Buffer.from(xml),
      );
    } else this.#answer(request, response, '', 200, headers, xml);
  }

  #error(
    request: IncomingMessage,
    response: ServerResponse,
    key: string,
    status: number,
    code: string,
  ): void {
    const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code} by the stand-in</Message></Error>`;
    const body = request.method === 'HEAD' ? undefined : xml;
    this.#answer(request, response, key, status, { 'content-type': 'application/xml' }, body);
  }

  #answer(
    request: IncomingMessage,
    response: ServerResponse,
    key: string,
    status: number,
    headers: Record<string, string>,
    body?: Buffer | string,
  ): void {
    this.requests.push({
      method: request.method ?? '',
      key,
      status,
      bytes: body === undefined ? 0 : Buffer.byteLength(body),
    });
    response.writeHead(status, { 'x-amz-request-id': randomUUID(), ...headers }).end(body);
  }
}

/** Sends half of a body, and then closes the connection. */
function cutOff(response: ServerResponse, body: Buffer): void {
  response.write(body.subarray(0, body.length >> 1), () => response.destroy());
}

/** A request that S3 would refuse, with S3's code. */
class S3Refusal extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/**
 * The object's bytes: without the SDK's chunk framing, and checked against its stated length and checksum.
 */
function decodeBody(request: IncomingMessage, raw: Buffer): Buffer {
  const { headers } = request;
  const trailers = new Map<string, string>();
  const isChunked = headers['content-encoding']?.includes('aws-chunked') ?? false;
  const body = isChunked ? decodeChunks(raw, trailers) : raw;
  const stated = headers['x-amz-decoded-content-length'];
  if (isChunked && Number(stated) !== body.length) throw new S3Refusal('IncompleteBody');
  const checksum = headers['x-amz-checksum-crc32'] ?? trailers.get('x-amz-checksum-crc32');
  if (checksum === undefined) throw new S3Refusal('MissingChecksum');
  const actual = Buffer.alloc(4);
  actual.writeUInt32BE(crc32(body));
  if (actual.toString('base64') !== checksum) throw new S3Refusal('BadDigest');
  return body;
}

/** `<hex length>[;chunk-signature=…]CRLF <bytes> CRLF`, a chunk of length 0, and trailers. */
function decodeChunks(raw: Buffer, trailers: Map<string, string>): Buffer {
  const chunks: Buffer[] = [];
  let at = 0;
  const readLine = () => {
    const end = raw.indexOf('\r\n', at);
    if (end === -1) throw new S3Refusal('IncompleteBody');
    const line = raw.toString('latin1', at, end);
    at = end + 2;
    return line;
  };
  for (;;) {
    const length = Number.parseInt(readLine(), 16);
    if (length === 0) break;
    chunks.push(raw.subarray(at, at + length));
    at += length + 2;
  }
  while (at < raw.length) {
    const [name = '', value = ''] = readLine().split(':');
    if (name !== '') trailers.set(name.toLowerCase(), value.trim());
  }
  return Buffer.concat(chunks);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
