/**
 * Used by the HTTP source: bodies that a server or a proxy has compressed although this was not requested.
 * The response's Content-Range gives the range; whether the body is that range uncompressed, or was
 * compressed on the way, follows from its length. Pure.
 */

import * as zlib from 'node:zlib';
import { findOwn } from '../own-entry.ts';

type Decompress = (body: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

/** The supported content codings (RFC 9110, 8.4.1, and the registry of HTTP content codings). */
const DECOMPRESS: Readonly<Record<string, Decompress | undefined>> = {
  gzip: zlib.gunzipSync,
  'x-gzip': zlib.gunzipSync,
  deflate: zlib.inflateSync,
  br: zlib.brotliDecompressSync,
  // From Node 22.15 on; accessed as a member, since a missing named import would fail the whole program.
  zstd: zlib.zstdDecompressSync,
};

/**
 * Codings that change no byte: `aws-chunked` describes how an object was uploaded, and stays in its headers
 * by mistake.
 */
const NO_CODING: ReadonlySet<string> = new Set(['', 'identity', 'aws-chunked']);

/** How many bytes longer than its content a compressed body may be: the framing of incompressible content. */
const FRAME_BYTES = 64 * 1024;

/** The codings in a response's Content-Encoding, the last applied one last; empty if no byte is changed. */
export function parseCodings(contentEncoding: string | undefined): string[] {
  return (contentEncoding ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => !NO_CODING.has(name));
}

/** The most bytes of a body that contains `length` encoded bytes. */
export function mostEncodedBytes(length: number): number {
  return length + Math.ceil(length / 64) + FRAME_BYTES;
}

/**
 * The `length` bytes that the body of an encoded response represents: the decompressed body, or, if that has
 * another length, the body itself if it has this one: a file stored with a Content-Encoding is served by
 * range as it is stored. Undefined if neither has the length.
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
      // Only the innermost coding's output is the range; the output of an outer one is still compressed.
      bytes = decompress(bytes, { maxOutputLength: Math.max(1, mostEncodedBytes(length)) });
    } catch {
      return undefined;
    }
  }
  return bytes;
}
