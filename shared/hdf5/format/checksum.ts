/**
 * The checksum of metadata that version 2 structures have, by which the walker checks what it decodes. Bob
 * Jenkins' lookup3 (`hashlittle`), named by the HDF5 File Format Specification 3.0 in III.A.2 and wherever a
 * structure has a Checksum field.
 */
import { abort } from './walker-aborted.ts';

/** lookup3 over `bytes` from `start` to before `end`, initial value 0, as an unsigned 32-bit number. */
export function lookup3(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let length = end - start;
  let a = (0xdeadbeef + length) | 0;
  let b = a;
  let c = a;
  let at = start;
  while (length > 12) {
    a = (a + word(bytes, at)) | 0;
    b = (b + word(bytes, at + 4)) | 0;
    c = (c + word(bytes, at + 8)) | 0;
    a = (a - c) ^ rotateLeft(c, 4);
    c = (c + b) | 0;
    b = (b - a) ^ rotateLeft(a, 6);
    a = (a + c) | 0;
    c = (c - b) ^ rotateLeft(b, 8);
    b = (b + a) | 0;
    a = (a - c) ^ rotateLeft(c, 16);
    c = (c + b) | 0;
    b = (b - a) ^ rotateLeft(a, 19);
    a = (a + c) | 0;
    c = (c - b) ^ rotateLeft(b, 4);
    b = (b + a) | 0;
    at += 12;
    length -= 12;
  }
  if (length === 0) return c >>> 0;
  a = (a + tail(bytes, at, Math.min(4, length))) | 0;
  b = (b + tail(bytes, at + 4, Math.min(4, length - 4))) | 0;
  c = (c + tail(bytes, at + 8, Math.min(4, length - 8))) | 0;
  c = ((c ^ b) - rotateLeft(b, 14)) | 0;
  a = ((a ^ c) - rotateLeft(c, 11)) | 0;
  b = ((b ^ a) - rotateLeft(a, 25)) | 0;
  c = ((c ^ b) - rotateLeft(b, 16)) | 0;
  a = ((a ^ c) - rotateLeft(c, 4)) | 0;
  b = ((b ^ a) - rotateLeft(a, 14)) | 0;
  c = ((c ^ b) - rotateLeft(b, 24)) | 0;
  return c >>> 0;
}

/** Aborts unless the last four of the bytes from `start` to before `end` are the lookup3 of the others. */
export function mustMatchChecksum(bytes: Uint8Array, start: number, end: number, subject: string): void {
  if (end - start < 4 || lookup3(bytes, start, end - 4) !== word(bytes, end - 4) >>> 0) {
    abort(`the checksum of ${subject} does not match`);
  }
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function tail(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let index = 0; index < count; index += 1) value |= bytes[at + index]! << (8 * index);
  return value;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
