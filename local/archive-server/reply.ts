/**
 * Responses of the loopback archive's bucket and API, before they are sent.
 */

import type { ArchiveFile } from './files.ts';

/** A response: its body is text, or a slice of an object. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | FileSlice;
}

/** `length` bytes of an object from `start`. */
export interface FileSlice {
  readonly file: ArchiveFile;
  readonly start: number;
  readonly length: number;
}

/** A reply of JSON. */
export function json(status: number, value: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
