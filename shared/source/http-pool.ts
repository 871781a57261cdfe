/**
 * Beneath the HTTP source: the connections that all sources of a process share, kept alive between
 * requests and limited in number, fewer where a host says that it has too much to do. Sole owner of undici, whose dispatcher spares each of a header's thousands
 * of requests the streams and events that `node:http` makes for it.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { Client, errors } from 'undici';
import { AdaptiveLimit } from '../retry/adaptive-limit.ts';
import { openUnsent } from './unsent-response.ts';

/**
 * Connections to one host: at 25 ms a request as many as one core can keep busy. A bucket gives each prefix
 * 5,500 reads a second (Amazon S3 User Guide, "Best practices design patterns"), which one process does not reach.
 */
const defaultSockets = 192;

/** Answers by which a host says that it has too much to do (Amazon S3 API Reference, "Error responses": SlowDown). */
const OVERLOADED: ReadonlySet<number> = new Set([429, 503]);

/** Milliseconds that an unused connection is kept; S3 closes its end after some 20 seconds, and ours must go first. */
const idleConnectionMs = 10_000;

/** Milliseconds within which a connection must stand. */
const connectMs = 10_000;

/** A GET to be sent. */
export interface PooledRequest {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** Milliseconds without a byte, once a connection is there, after which the request fails as silent. */
  readonly idleMilliseconds: number;
}

/**
 * Why a request failed: nothing came for too long; the server had closed the connection while it lay unused
 * after an earlier answer, and nothing of this one came; or anything else.
 */
export type FailureKind = 'silent' | 'stale' | 'failed';

/** What is notified of a request: its response's head, the body's pieces, and at last one of `ended` and `failed`. */
export interface ResponseListener {
  started(status: number, headers: IncomingHttpHeaders): void;
  /** `chunk` is to be copied, not kept. */
  came(chunk: Uint8Array): void;
  ended(): void;
  failed(kind: FailureKind, error: Error): void;
}

/** One connection; it has one request at a time. */
class Connection {
  readonly client: Client;
  /** That a response has come over the socket available. */
  isUsed = false;

  constructor(origin: string) {
    this.client = new Client(origin, {
      pipelining: 1,
      keepAliveTimeout: idleConnectionMs,
      keepAliveMaxTimeout: idleConnectionMs,
      connect: { timeout: connectMs },
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
  /** The one used last is used next, so that the others may end. */
  readonly free: Connection[] = [];
  readonly waiting: ((connection: Connection) => void)[] = [];

  constructor(origin: string, maxSockets: number) {
    this.origin = origin;
    this.limit = new AdaptiveLimit(maxSockets);
  }
}

/** Connections to be shared by many sources. */
export class HttpPool {
  readonly #maxSockets: number;
  readonly #hosts = new Map<string, Host>();
  readonly #connections = new Set<Connection>();

  /** At most `maxSockets` connections to each host, fewer while it is overloaded; requests past them wait their turn. */
  constructor({ maxSockets = defaultSockets }: { maxSockets?: number } = {}) {
    this.#maxSockets = maxSockets;
  }

  /**
   * Sends the request as soon as a connection is free. The function that it gives ends the request and its
   * connection; the listener is told nothing more after that.
   */
  send(request: PooledRequest, listener: ResponseListener): () => void {
    const host = this.#hostOf(request.origin);
    let isCancelled = false;
    let end: (() => void) | undefined;
    const start = (connection: Connection): void => {
      // Given up after its turn had come and before it began: the connection is the next one's.
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

  /** Requests that may be under way to a host now. */
  findLimit(origin: string): number {
    return this.#hostOf(origin).limit.current;
  }

  /** Ends every connection, requests under way included. The pool may be used again. */
  close(): void {
    for (const { client } of this.#connections) void client.destroy();
    this.#connections.clear();
    this.#hosts.clear();
  }

  #hostOf(origin: string): Host {
    let host = this.#hosts.get(origin);
    if (host === undefined) {
      host = new Host(origin, this.#maxSockets);
      this.#hosts.set(origin, host);
    }
    return host;
  }

  /** Starts as many of the waiting requests as the host's limit has room for. */
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
          // Once the request is out: until the first response is there, nothing else is to be done.
          if (firstWait.length > 0) setImmediate(doWhileWaiting);
        },
        onResponseStart: (_, status, answered) => {
          // 1xx only announces the response (RFC 9110, 15.2).
          if (isOver || status < 200) return;
          hasAnswer = true;
          hasResponded = true;
          isOverload = OVERLOADED.has(status);
          if (isOverload) host.limit.overloaded(era);
          listener.started(status, withoutRepeats(answered));
        },
        onResponseData: (_, chunk) => {
          if (!isOver) listener.came(chunk);
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
          // Silence is how a host says it that has no response left to give.
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
    // Not within the end of the response before it: the connection is not yet free then.
    queueMicrotask(() => {
      host.underWay -= 1;
      host.free.push(connection);
      this.#serve(host);
    });
  }

  /** A connection that failed or was given up is not used again; a waiting request has a new one in its place. */
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

/** A header that may stand but once counts as it first stood. */
function withoutRepeats(headers: Record<string, string | string[] | undefined>): IncomingHttpHeaders {
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value[0];
  }
  return headers;
}

/** Work for the time until a response, which it may ask whether it lasts. */
type WaitingWork = (isWaiting: () => boolean) => unknown;

/** What is to be done while the next request is waited for. */
const firstWait: WaitingWork[] = [warmParser];

/** That a response has come since work was last begun. */
let hasResponded = false;

/**
 * Has `work` done once a request is under way, in the time until its response: what the response will need anyway. It
 * must never fail, and leave the event loop its turns where it goes on for as long as it is told that the wait lasts.
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
 * Parses one response that no server sent, once in a process; whether it was parsed. The parser is one WebAssembly
 * function that is compiled when the first response is there, which would then wait some 10 ms. Never fails: what
 * goes wrong here is left to the first response.
 */
export function warmParser(): Promise<boolean> {
  warming ??= parseUnsent();
  return warming;
}

function parseUnsent(): Promise<boolean> {
  return new Promise((resolve) => {
    // A socket to undici, though no connection: what it asks of one besides a stream is optional. It waits for a turn.
    const client = new Client('http://parser.invalid', {
      connect: (_options, connected) => queueMicrotask(() => connected(null, openUnsent() as never)),
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
