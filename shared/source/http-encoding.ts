/**
 * Beneath the HTTP source: bodies that a server or a proxy has compressed though nobody asked for it. What a
 * range gives is reported by the response's Content-Range; whether a body is that range as it stands, or compressed
 * on its way, shows in its length. Pure.
 */

import * as zlib from 'node:zlib';
import { findOwn } from '../own-entry.ts';

type Decompress = (body: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

/** The content codings that are undone (RFC 9110, 8.4.1, and the registry of HTTP content codings). */
const DECOMPRESS: Readonly<Record<string, Decompress | undefined>> = {
  gzip: zlib.gunzipSync,
  'x-gzip': zlib.gunzipSync,
  deflate: zlib.inflateSync,
  br: zlib.brotliDecompressSync,
  // From Node 22.15 on: asked for as a member, since a named import that is absent would fail the whole program.
  zstd: zlib.zstdDecompressSync,
};

/** Codings that change no byte: `aws-chunked` is how an object was uploaded, kept among its headers by mistake. */
const NO_CODING: ReadonlySet<string> = new Set(['', 'identity', 'aws-chunked']);

/** Bytes that a compressed body may be longer than what it holds: the frame of what cannot be compressed. */
const FRAME_BYTES = 64 * 1024;

/** The codings that a response's Content-Encoding names, the last applied one last; none where no byte is changed. */
export function parseCodings(contentEncoding: string | undefined): string[] {
  return (contentEncoding ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => !NO_CODING.has(name));
}

/** The most bytes that a body may take which holds `length` bytes under these codings. */
export function mostEncodedBytes(length: number): number {
  return length + Math.ceil(length / 64) + FRAME_BYTES;
}

/**
 * The `length` bytes that the body of an encoded answer stands for: those it was compressed from, or where that
 * does not give so many, its own where there are so many: a file that is kept under a Content-Encoding is given
 * by range as it is kept. Undefined where neither fits.
 */
export function decodedBody(
  body: Uint8Array,
  codings: readonly string[],
  length: number,
): Uint8Array | undefined {
  const decoded = decompressBody(body, codings, length);
  if (decoded?.byteLength === length) return decoded;
  return body.byteLength === length ? body : undefined;
}

function decompressBody(
  body: Uint8Array,
  codings: readonly string[],
  length: number,
): Uint8Array | undefined {
  let bytes = body;
  for (const coding of [...codings].reverse()) {
    const decompress = findOwn(DECOMPRESS, coding);
    if (decompress === undefined) return undefined;
    try {
      // Only the innermost coding's output is the range; an outer one gives its compressed form.
      bytes = decompress(bytes, { maxOutputLength: Math.max(1, mostEncodedBytes(length)) });
    } catch {
      return undefined;
    }
  }
  return bytes;
}
