/**
 * Beneath the HTTP source: the connections that all sources of a process share, kept alive between
 * requests and limited in number.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** Sockets to one host; a bucket gives each prefix thousands of reads a second, so the limit spares us, not it. */
const defaultSockets = 128;

/** Milliseconds that an unused connection is kept; S3 closes its end after some 20 seconds, and ours must go first. */
const idleConnectionMs = 10_000;

/** Connections to be shared by many sources. */
export class HttpPool {
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  /** At most `maxSockets` connections to each host; requests past them wait their turn. */
  constructor({ maxSockets = defaultSockets }: { maxSockets?: number } = {}) {
    const options = {
      keepAlive: true,
      maxSockets,
      maxFreeSockets: maxSockets,
      timeout: idleConnectionMs,
      scheduling: 'lifo',
    } as const;
    this.#http = new HttpAgent(options);
    this.#https = new HttpsAgent(options);
  }

  /** The agent for a URL's protocol. */
  agentFor(url: URL): HttpAgent {
    return url.protocol === 'https:' ? this.#https : this.#http;
  }

  /** Ends every connection, requests under way included. The pool may be used again. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}
