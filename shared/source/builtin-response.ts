/**
 * Used by the pool: a built-in response, over a stream that serves as a connection. With it the pool compiles
 * undici's parser while waiting for the first response of a process.
 */
import { Duplex } from 'node:stream';

/** A response like those of a bucket, so that the code that reads its fields is compiled as well. */
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

/** A stream that responds to anything written to it with the response. */
export function openBuiltinResponse(): Duplex {
  return new Duplex({
    read: () => undefined,
    write(_chunk, _encoding, done) {
      this.push(RESPONSE);
      done();
    },
  });
}
