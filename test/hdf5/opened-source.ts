/** For tests of a header's cost: bytes in memory as from an HTTP source, opened as the flow opens files. */
import { planOpening } from '../../shared/source/http-source.ts';
import type { CachedBytes, RangeSource } from '../../shared/source/range-source.ts';
import { CountingSource } from '../source/counting-source.ts';

/**
 * The source, with what `planOpening` requests already read, one of many files by default, and the underlying
 * one that counts further requests.
 */
export function openInMemory(
  bytes: Uint8Array,
  filesAtOnce = 8,
): { source: RangeSource; counting: CountingSource } {
  const { openingBytes = 0, suffixBytes = 0 } = planOpening(bytes.length, filesAtOnce);
  const head = Math.min(openingBytes, bytes.length);
  const tail = Math.max(head, bytes.length - suffixBytes);
  const opening: CachedBytes[] = [{ offset: 0, bytes: bytes.subarray(0, head) }];
  if (suffixBytes > 0 && tail < bytes.length) opening.push({ offset: tail, bytes: bytes.subarray(tail) });
  const counting = new CountingSource(bytes);
  const { key, byteLength } = counting;
  const read: RangeSource['read'] = (offset, length, signal) => counting.read(offset, length, signal);
  return { source: { key, byteLength, opening, read }, counting };
}
