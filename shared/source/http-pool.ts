/**
 * Used by the HTTP source: the connections that all sources of a process share, kept alive between requests
 * and limited in number, with a lower limit while a host reports overload. The only module that uses undici,
 * whose dispatcher avoids the streams and events that `node:http` creates for each of a header's thousands of
 * requests.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { Client, errors } from 'undici';
import { AdaptiveLimit } from '../retry/adaptive-limit.ts';
import { OVERLOAD_STATUSES } from '../retry/statuses.ts';
import { openBuiltinResponse } from './builtin-response.ts';
import { MAX_REQUESTS_AT_ONCE } from './request-pool.ts';

/**
 * Milliseconds that an unused connection is kept; S3 closes its end after some 20 seconds, and ours must be
 * closed first.
 */
const IDLE_CONNECTION_MS = 10_000;

/** Milliseconds within which a connection must be established. */
const CONNECT_MS = 10_000;

/** A GET to be sent. */
export interface PooledRequest {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  /** Names and values, alternating. */
  readonly headers: readonly string[];
  /** Milliseconds without a byte, once connected, after which the request fails as silent. */
  readonly idleMilliseconds: number;
}

/**
 * Why a request failed: 'silent', nothing arrived for too long; 'stale', the server had closed the connection
 * while it was idle after an earlier response, and nothing of this one arrived; 'failed', anything else.
 */
export type FailureKind = 'silent' | 'stale' | 'failed';

/**
 * Receives the events of a request: its response's head, the chunks of the body, and finally either `ended`
 * or `failed`.
 */
export interface ResponseListener {
  started(status: number, headers: IncomingHttpHeaders): void;
  /** `chunk` must be copied, not kept. */
  received(chunk: Uint8Array): void;
  ended(): void;
  failed(kind: FailureKind, error: Error): void;
}

/** A connection, which has one request at a time. */
class Connection {
  readonly client: Client;
  /** Whether a response has arrived over the current socket. */
  isUsed = false;

  constructor(origin: string) {
    this.client = new Client(origin, {
      pipelining: 1,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      keepAliveMaxTimeout: IDLE_CONNECTION_MS,
      connect: { timeout: CONNECT_MS },
    });
    this.client.on('disconnect', () => {
      this.isUsed = false;
    });
  }
}

/** The connections to one host, and the requests that wait for one. */
class Host {
  readonly origin: string;
  readonly limit: AdaptiveLimit;
  /** Requests that have a connection. */
  underWay = 0;
  /** The one used last is used next, so that the others can be closed. */
  readonly free: Connection[] = [];
  readonly waiting: ((connection: Connection) => void)[] = [];

  constructor(origin: string, maxSockets: number) {
    this.origin = origin;
    this.limit = new AdaptiveLimit(maxSockets);
  }
}

/** Connections that many sources share. */
export class HttpPool {
  readonly #maxSockets: number;
  readonly #hosts = new Map<string, Host>();
  readonly #connections = new Set<Connection>();

  /** At most `maxSockets` connections to each host, fewer while it is overloaded; further requests wait. */
  constructor({ maxSockets = MAX_REQUESTS_AT_ONCE }: { maxSockets?: number } = {}) {
    this.#maxSockets = maxSockets;
  }

  /**
   * Sends the request as soon as a connection is free. Returns a function that aborts the request and closes
   * its connection; the listener is not called after that.
   */
  send(request: PooledRequest, listener: ResponseListener): () => void {
    const host = this.#findHost(request.origin);
    let isCancelled = false;
    let end: (() => void) | undefined;
    const start = (connection: Connection): void => {
      // Aborted after it got a connection and before it started: the connection goes to the next one.
      if (isCancelled) this.#free(host, connection);
      else end = this.#start(host, connection, request, listener);
    };
    host.waiting.push(start);
    this.#serve(host);
    return () => {
      isCancelled = true;
      const at = host.waiting.indexOf(start);
      if (at >= 0) host.waiting.splice(at, 1);
      end?.();
    };
  }

  /** The number of requests that may now run to a host at once. */
  findLimit(origin: string): number {
    return this.#findHost(origin).limit.current;
  }

  /** Closes every connection and aborts running requests. The pool may be used again. */
  close(): void {
    for (const { client } of this.#connections) void client.destroy();
    this.#connections.clear();
    this.#hosts.clear();
  }

  #findHost(origin: string): Host {
    let host = this.#hosts.get(origin);
    if (host === undefined) {
      host = new Host(origin, this.#maxSockets);
      this.#hosts.set(origin, host);
    }
    return host;
  }

  /** Starts as many of the waiting requests as the host's limit allows. */
  #serve(host: Host): void {
    while (host.waiting.length > 0 && host.underWay < host.limit.current) {
      host.underWay += 1;
      host.waiting.shift()!(host.free.pop() ?? this.#connect(host));
    }
  }

  #connect(host: Host): Connection {
    const connection = new Connection(host.origin);
    this.#connections.add(connection);
    return connection;
  }

  #start(
    host: Host,
    connection: Connection,
    { path, headers, idleMilliseconds }: PooledRequest,
    listener: ResponseListener,
  ): () => void {
    let wasUsed = false;
    let hasAnswer = false;
    let isOver = false;
    let isOverload = false;
    const { era } = host.limit;
    connection.client.dispatch(
      {
        method: 'GET',
        path,
        headers: headers as string[],
        headersTimeout: idleMilliseconds,
        bodyTimeout: idleMilliseconds,
      },
      {
        onRequestStart: () => {
          wasUsed = connection.isUsed;
          // After the request was sent: until the first response arrives, there is nothing else to do.
          if (firstWait.length > 0) setImmediate(doWhileWaiting);
        },
        onResponseStart: (_, status, answered) => {
          // 1xx only precedes the response (RFC 9110, 15.2).
          if (isOver || status < 200) return;
          hasAnswer = true;
          hasResponded = true;
          isOverload = OVERLOAD_STATUSES.has(status);
          if (isOverload) host.limit.overloaded(era);
          listener.started(status, withoutRepeats(answered));
        },
        onResponseData: (_, chunk) => {
          if (!isOver) listener.received(chunk);
        },
        onResponseEnd: () => {
          if (isOver) return;
          isOver = true;
          connection.isUsed = true;
          if (!isOverload) host.limit.succeeded();
          this.#free(host, connection);
          listener.ended();
        },
        onResponseError: (_, error) => {
          if (isOver) return;
          isOver = true;
          const kind = classifyFailure(error, wasUsed && !hasAnswer);
          // A host that is too overloaded to respond is silent.
          if (kind === 'silent') host.limit.overloaded(era);
          this.#drop(host, connection);
          listener.failed(kind, error);
        },
      },
    );
    return () => {
      if (isOver) return;
      isOver = true;
      this.#drop(host, connection);
    };
  }

  #free(host: Host, connection: Connection): void {
    // Not inside the `ended` event of the previous response: the connection is not yet free then.
    queueMicrotask(() => {
      host.underWay -= 1;
      host.free.push(connection);
      this.#serve(host);
    });
  }

  /** A connection that failed or was aborted is not used again; a waiting request gets a new one. */
  #drop(host: Host, connection: Connection): void {
    this.#connections.delete(connection);
    host.underWay -= 1;
    void connection.client.destroy();
    this.#serve(host);
  }
}

function classifyFailure(error: Error, isUnsent: boolean): FailureKind {
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError)
    return 'silent';
  const { code } = error as NodeJS.ErrnoException;
  const isClosed = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
  return isUnsent && isClosed ? 'stale' : 'failed';
}

/** Of a header that may occur only once, the first occurrence counts. */
function withoutRepeats(headers: Record<string, string | string[] | undefined>): IncomingHttpHeaders {
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value[0];
  }
  return headers;
}

/** Work to do until a response arrives; `isWaiting` returns whether it is still outstanding. */
type WaitingWork = (isWaiting: () => boolean) => unknown;

/** What to do while waiting for the first response. */
const firstWait: WaitingWork[] = [warmParser];

/** Whether a response has arrived since the work was last started. */
let hasResponded = false;

/**
 * Schedules `work` for the time between sending a request and its response: work that the response will need
 * anyway. It must never fail, and must yield to the event loop if it continues for as long as `isWaiting` is
 * true.
 */
export function whileWaiting(work: WaitingWork): void {
  if (!firstWait.includes(work)) firstWait.push(work);
}

function doWhileWaiting(): void {
  hasResponded = false;
  for (const work of firstWait.splice(0)) work(() => !hasResponded);
}

let warming: Promise<boolean> | undefined;

/**
 * Parses one built-in response, once in a process; returns whether it was parsed. The parser is a single
 * WebAssembly function that would otherwise be compiled when the first response arrives, which would delay it
 * by some 10 ms. Never fails: if something goes wrong here, the first response is parsed without the warm-up.
 */
export function warmParser(): Promise<boolean> {
  warming ??= parseUnsent();
  return warming;
}

function parseUnsent(): Promise<boolean> {
  return new Promise((resolve) => {
    // undici uses it as a socket, though it is not a connection: all that undici requires of one besides a
    // stream is optional.
    const client = new Client('http://parser.invalid', {
      connect: (_options, connected) => queueMicrotask(() => connected(null, openBuiltinResponse() as never)),
    });
    const end = (isParsed: boolean): void => {
      client.destroy().catch(() => undefined);
      resolve(isParsed);
    };
    try {
      client.dispatch(
        { method: 'GET', path: '/' },
        {
          onRequestStart: () => undefined,
          onResponseStart: () => undefined,
          onResponseData: () => undefined,
          onResponseEnd: () => end(true),
          onResponseError: () => end(false),
        },
      );
    } catch {
      end(false);
    }
  });
}
