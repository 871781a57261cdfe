/**
 * Beside the pool: a response that no server sent, over a stream that stands for a connection, by which the pool has
 * undici's parser compiled while the first request of a process is on its way.
 */
import { Duplex } from 'node:stream';

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

/** A stream that answers whatever is written to it with the response. */
export function openUnsent(): Duplex {
  return new Duplex({
    read: () => undefined,
    write(_chunk, _encoding, done) {
      this.push(RESPONSE);
      done();
    },
  });
}
