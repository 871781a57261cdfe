/** A web server for tests, on loopback: serves one file by range correctly, or as a test's script defines. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Responds to one request in place of the server; if it returns false, the server responds correctly. */
export type Script = (
  request: IncomingMessage,
  response: ServerResponse,
  index: number,
) => boolean | undefined;

/** A running server. */
export class RangeServer {
  /** The requests in order of arrival: the Range header, and If-Match if there was one. */
  readonly requests: { readonly range: string | undefined; readonly ifMatch: string | undefined }[] = [];
  /** The number of connections that were ever opened. */
  connections = 0;
  script: Script = () => false;
  bytes: Uint8Array;
  etag: string | undefined = '"one"';
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.#server.on('connection', (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(bytes: Uint8Array): Promise<RangeServer> {
    const server = new RangeServer(bytes);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  /** The file's URL, with a query that errors must not show. */
  get url(): string {
    return `${this.key}?signature=secret`;
  }

  /** The URL as the sources' key. */
  get key(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/blobs/a.nwb`;
  }

  /** The number of open connections. */
  get openConnections(): number {
    return this.#sockets.size;
  }

  /** Closes every connection, as a restarting server does. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.dropConnections();
    await once(this.#server, 'close');
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { range, 'if-match': ifMatch } = request.headers;
    this.requests.push({ range, ifMatch });
    if (this.script(request, response, this.requests.length - 1)) return;
    if (ifMatch !== undefined && ifMatch !== this.etag) {
      response.writeHead(412).end();
      return;
    }
    const [start, end] = this.parseBounds(range);
    if (start >= this.bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${this.bytes.length}` }).end();
      return;
    }
    response.writeHead(206, this.headersFor(start, end)).end(this.bytes.subarray(start, end));
  }

  /** Start and end (exclusive) of a Range header, clipped to the file. */
  parseBounds(range: string | undefined): [number, number] {
    const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
    const { length } = this.bytes;
    if (first === '') return [Math.max(0, length - Number(last)), length];
    return [Number(first), last === '' ? length : Math.min(length, Number(last) + 1)];
  }

  /** The headers of a correct response. */
  headersFor(start: number, end: number): Record<string, string | number> {
    return {
      'content-range': `bytes ${start}-${end - 1}/${this.bytes.length}`,
      'content-length': end - start,
      ...(this.etag === undefined ? {} : { etag: this.etag }),
    };
  }
}
