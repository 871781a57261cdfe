/**
 * A small DANDI archive on loopback: serves a folder, or anything else with the archive's keys, like the public bucket
 * and the REST API. The whole flow runs on it without a network, and tests inject errors.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ArchiveApi } from './archive-server/archive-api.ts';
import { error, serveBucket } from './archive-server/bucket.ts';
import { type ArchiveFiles, readSlice } from './archive-server/files.ts';
import { json, type Reply } from './archive-server/reply.ts';

export { type ArchiveFile, type ArchiveFiles, folderFiles } from './archive-server/files.ts';

const LOOPBACK = 'http://127.0.0.1';

/** The two halves of the archive. */
export type ArchivePart = 'bucket' | 'api';

/** One request, passed to `onRequest`. */
export interface ArchiveRequest {
  /** 1 for the first request to the server. */
  readonly number: number;
  readonly method: string;
  readonly part: ArchivePart;
  /**
   * For the bucket the decoded key, empty for the bucket itself; for the API the path below its base, `/dandisets/…`.
   */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Errors injected into one response; everything else stays unchanged. */
export interface ArchiveError {
  /** This status instead of the real response, with only `headers` and `body`. */
  readonly status?: number;
  /** Override the response's own headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** This text instead of the real response, with 200 unless `status` is given. */
  readonly body?: string;
  /** The connection is closed after so many bytes of the body, although the length announced more. */
  readonly cutAfter?: number;
  /** Nothing more is sent after so many bytes of the body, and the connection stays open. */
  readonly stallAfter?: number;
  /** Nothing is sent, not even the head. */
  readonly neverRespond?: boolean;
  /** The connection is reset instead of a response. */
  readonly reset?: boolean;
  /** The whole object with 200, ignoring the requested range. */
  readonly ignoreRange?: boolean;
}

/** Options of the server. */
export interface ArchiveServerOptions {
  readonly files: ArchiveFiles;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Ids of Dandisets that exist but are not public. */
  readonly embargoed?: readonly string[];
  /** Called with every request before its response, and may inject an error. */
  readonly onRequest?: (
    request: ArchiveRequest,
  ) => ArchiveError | undefined | Promise<ArchiveError | undefined>;
}

/** A running server. */
export interface ArchiveServer {
  readonly bucketUrl: string;
  readonly apiUrl: string;
  /** Requests so far. */
  readonly requests: Readonly<Record<ArchivePart, number>>;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/** Starts the server on 127.0.0.1. @throws the system's error if the port is not available */
export async function startArchiveServer(options: ArchiveServerOptions): Promise<ArchiveServer> {
  const requests = { bucket: 0, api: 0 };
  const embargoed = new Set(options.embargoed);
  const api = new ArchiveApi(options.files, (id) => embargoed.has(id));
  const isHiddenKey = (key: string) => key.startsWith('dandisets/') && embargoed.has(key.split('/')[1] ?? '');
  let baseUrl = '';

  async function respond(request: ArchiveRequest, ignoreRange: boolean): Promise<Reply> {
    const { part, path, query, headers } = request;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return part === 'api'
        ? json(405, { detail: `Method "${request.method}" not allowed.` })
        : error(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
    }
    if (part === 'api')
      return await api.respond({ path, query, baseUrl: `${baseUrl}/api`, bucketUrl: `${baseUrl}/bucket` });
    const range = ignoreRange ? undefined : findHeaderText(headers.range);
    return await serveBucket(
      options.files,
      { key: path, query, range, ifMatch: findHeaderText(headers['if-match']) },
      isHiddenKey,
    );
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = readRequest(incoming, requests.bucket + requests.api + 1);
    if (request === undefined) return await send(response, json(404, { detail: 'Not found.' }), {}, false);
    requests[request.part] += 1;
    const wrong = (await options.onRequest?.(request)) ?? {};
    if (wrong.neverRespond) return;
    if (wrong.reset) {
      incoming.socket.resetAndDestroy();
      return;
    }
    const replaced = wrong.status !== undefined || wrong.body !== undefined;
    const reply = replaced
      ? { status: wrong.status ?? 200, headers: {}, body: wrong.body ?? '' }
      : await respond(request, wrong.ignoreRange === true);
    await send(response, reply, wrong, request.method === 'HEAD');
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      // A connection closed by its client needs no response; anything else is an error of the served files.
      if (response.headersSent) response.destroy();
      else send(response, json(500, { detail: String(error) }), {}, false).catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  baseUrl = `${LOOPBACK}:${(server.address() as AddressInfo).port}`;
  return {
    bucketUrl: `${baseUrl}/bucket`,
    apiUrl: `${baseUrl}/api`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function readRequest(incoming: IncomingMessage, number: number): ArchiveRequest | undefined {
  const target = incoming.url ?? '/';
  if (!URL.canParse(target, LOOPBACK)) return undefined;
  const url = new URL(target, LOOPBACK);
  const [, part, rest] = /^\/(bucket|api)(\/.*)?$/s.exec(url.pathname) ?? [];
  if (part !== 'bucket' && part !== 'api') return undefined;
  const path = decode(rest ?? '/');
  if (path === undefined) return undefined;
  return {
    number,
    method: incoming.method ?? 'GET',
    part,
    path: part === 'bucket' ? path.slice(1) : path,
    query: url.searchParams,
    headers: incoming.headers,
  };
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

async function send(
  response: ServerResponse,
  reply: Reply,
  wrong: ArchiveError,
  headOnly: boolean,
): Promise<void> {
  const { body } = reply;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(reply.status, { ...reply.headers, 'content-length': length, ...wrong.headers });
  if (headOnly) {
    response.end();
    return;
  }
  const last = Math.min(wrong.cutAfter ?? Infinity, wrong.stallAfter ?? Infinity);
  const chunks = typeof body === 'string' ? [Buffer.from(body)] : readSlice(body.file, body.start, length);
  let sent = 0;
  response.flushHeaders();
  for await (const chunk of chunks) {
    const part = chunk.subarray(0, last - sent);
    if (part.length > 0) await write(response, part);
    sent += part.length;
    if (sent >= last) break;
  }
  if (last >= length) response.end();
  else if (wrong.cutAfter !== undefined && last === wrong.cutAfter) response.destroy();
}

/** Waits until the bytes are sent, so that a cut happens after them. */
function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

function findHeaderText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
