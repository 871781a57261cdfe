/**
 * Beside the pool: has undici's parser of responses compiled while the first request of a process is on its way. It
 * is one WebAssembly function that is compiled when the first response is there, which then waits some 10 ms.
 */
import { Duplex } from 'node:stream';
import { Client } from 'undici';

/** A response like those of a bucket, so that what reads its fields is warm as well. */
const RESPONSE = [
  'HTTP/1.1 206 Partial Content',
  'Content-Length: 1',
  'Content-Range: bytes 0-0/1',
  'Content-Type: application/octet-stream',
  'ETag: "0"',
  'Connection: keep-alive',
  '',
  '0',
].join('\r\n');

let warming: Promise<boolean> | undefined;

/** Parses one response that no server sent, once in a process; whether it was parsed. Never fails: what goes wrong here is left to the first response. */
export function warmParser(): Promise<boolean> {
  warming ??= parseUnsent();
  return warming;
}

function parseUnsent(): Promise<boolean> {
  const socket = new Duplex({
    read: () => undefined,
    write(_chunk, _encoding, done) {
      this.push(RESPONSE);
      done();
    },
  });
  return new Promise((resolve) => {
    // A socket to undici, though no connection: what it asks of one besides a stream is optional. It waits for a turn.
    const client = new Client('http://parser.invalid', {
      connect: (_options, connected) => queueMicrotask(() => connected(null, socket as never)),
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
