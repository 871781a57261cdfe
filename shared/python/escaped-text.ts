/**
 * Decodes bytes that may not be UTF-8 like Python's error handler `surrogateescape` (PEP 383): each
 * invalid byte becomes the lone surrogate U+DC00 + byte. Pure; names, fixed strings and attributes
 * are read this way, and numpy's printing of bytes recovers the bytes.
 */

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
const REPLACEMENT = '\ufffd';
const FIRST_ESCAPE = 0xdc80;
const LAST_ESCAPE = 0xdcff;

/** Bytes up to which decoded texts are cached: names occur thousands of times. */
const SHORT = 32;
/** Number of cached texts: of those with the same slot the last one. A power of two. */
const KEPT_TEXTS = 4096;
const keptTexts = new Array<string>(KEPT_TEXTS).fill('');

/** The text of `bytes` from `start` to before `end`, without loss. */
export function decodeEscaped(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return (end - start <= SHORT ? decodeShort(bytes, start, end) : undefined) ?? decodeAny(bytes, start, end);
}

/** A short ASCII text, the same string each time; undefined for any other. */
function decodeShort(bytes: Uint8Array, start: number, end: number): string | undefined {
  let hash = end - start;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at]!;
    if (byte >= 0x80) return undefined;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  const location = (hash ^ (hash >>> 15)) & (KEPT_TEXTS - 1);
  const kept = keptTexts[location]!;
  if (isTextAt(kept, bytes, start, end)) return kept;
  const text = String.fromCharCode.apply(undefined, bytes.subarray(start, end) as unknown as number[]);
  keptTexts[location] = text;
  return text;
}

function isTextAt(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = start; at < end; at += 1) if (text.charCodeAt(at - start) !== bytes[at]) return false;
  return true;
}

function decodeAny(all: Uint8Array, start: number, end: number): string {
  const bytes = all.subarray(start, end);
  const text = decoder.decode(bytes);
  // The replacement character may also be in the text itself, as the three bytes of its own.
  return text.includes(REPLACEMENT) ? decodeSlowly(bytes) : text;
}

/** The bytes from which `decodeEscaped` decoded `text`. Lone surrogates that are not escapes become U+FFFD. */
export function encodeEscaped(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const parts: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (character.length === 1 && code >= FIRST_ESCAPE && code <= LAST_ESCAPE) parts.push(code & 0xff);
    else parts.push(...encoder.encode(character));
  }
  return Uint8Array.from(parts);
}

function decodeSlowly(bytes: Uint8Array): string {
  let text = '';
  let plainFrom = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      text += decoder.decode(bytes.subarray(plainFrom, at)) + String.fromCharCode(0xdc00 + bytes[at]!);
      at += 1;
      plainFrom = at;
    } else at += length;
  }
  return text + decoder.decode(bytes.subarray(plainFrom));
}

/** Bytes of the character that begins at `at`, 0 if none does (The Unicode Standard, table 3-7). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first <= 0xdf ? 2 : first >> 4 === 0xe ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const second = bytes[at + 1]!;
  const [least, most] = SECOND_BYTE[first] ?? [0x80, 0xbf];
  if (second < least || second > most) return 0;
  for (let next = 2; next < length; next += 1) if ((bytes[at + next]! & 0xc0) !== 0x80) return 0;
  return length;
}

/** Bounds of the second byte by the first, where they are narrower than 80..BF. */
const SECOND_BYTE: Readonly<Record<number, readonly [number, number]>> = {
  224: [0xa0, 0xbf],
  237: [0x80, 0x9f],
  240: [0x90, 0xbf],
  244: [0x80, 0x8f],
};
