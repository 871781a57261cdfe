/**
 * Plans requests for wanted bytes: requests that include everything that is wanted and not yet cached, and
 * nothing twice. Pure; the byte store sends what it plans.
 */
import type { ByteRange } from './range-source.ts';

/** The parameters of a plan. */
export interface RequestPlanOptions {
  /** Wanted ranges are widened to multiples of this many bytes; 1 requests exactly the bytes needed. */
  readonly pageBytes: number;
  /** Ranges with at most this many bytes between them, none of them cached, are one request. */
  readonly gapBytes: number;
  /** The file's length; nothing past it is requested. */
  readonly byteLength: number;
}

/**
 * The requests that fetch `wanted`: sorted, disjoint from each other and from `existing`, inside the file.
 * `existing` is sorted and disjoint, and includes what is being fetched as well as what has arrived.
 */
export function planRequests(
  wanted: readonly ByteRange[],
  existing: readonly ByteRange[],
  options: RequestPlanOptions,
): ByteRange[] {
  const requests: ByteRange[] = [];
  for (const piece of missingPieces(mergeRanges(wanted, options), existing)) {
    const last = requests.at(-1);
    const end = last === undefined ? 0 : last.offset + last.length;
    const joins =
      last !== undefined &&
      piece.offset - end <= options.gapBytes &&
      !overlapsAny(existing, { offset: end, length: piece.offset - end });
    if (joins) {
      requests[requests.length - 1] = {
        offset: last.offset,
        length: piece.offset + piece.length - last.offset,
      };
    } else requests.push(piece);
  }
  return requests;
}

/** The wanted ranges widened to pages, clipped to the file, sorted, and joined where they touch. */
function mergeRanges(
  wanted: readonly ByteRange[],
  { pageBytes, byteLength }: RequestPlanOptions,
): ByteRange[] {
  const pages = wanted
    .filter((range) => range.length > 0 && range.offset < byteLength && range.offset + range.length > 0)
    .map((range) => {
      const start = Math.max(0, Math.floor(range.offset / pageBytes) * pageBytes);
      const end = Math.min(byteLength, Math.ceil((range.offset + range.length) / pageBytes) * pageBytes);
      return { start, end };
    })
    .sort((a, b) => a.start - b.start);
  const merged: { start: number; end: number }[] = [];
  for (const page of pages) {
    const last = merged.at(-1);
    if (last !== undefined && page.start <= last.end) last.end = Math.max(last.end, page.end);
    else merged.push({ ...page });
  }
  return merged.map(({ start, end }) => ({ offset: start, length: end - start }));
}

/** The parts of `ranges` that are not in `existing`; both sorted and disjoint. */
function* missingPieces(ranges: readonly ByteRange[], existing: readonly ByteRange[]): Iterable<ByteRange> {
  for (const range of ranges) {
    let at = range.offset;
    const end = range.offset + range.length;
    for (let index = findFirstEndingAfter(existing, at); index < existing.length && at < end; index += 1) {
      const block = existing[index]!;
      if (block.offset >= end) break;
      if (block.offset > at) yield { offset: at, length: block.offset - at };
      at = Math.max(at, block.offset + block.length);
    }
    if (at < end) yield { offset: at, length: end - at };
  }
}

function overlapsAny(existing: readonly ByteRange[], range: ByteRange): boolean {
  if (range.length <= 0) return false;
  const block = existing[findFirstEndingAfter(existing, range.offset)];
  return block !== undefined && block.offset < range.offset + range.length;
}

/**
 * The index of the first of the sorted, disjoint `ranges` that ends past `offset`; their number if none does.
 */
export function findFirstEndingAfter(ranges: readonly ByteRange[], offset: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const range = ranges[middle]!;
    if (range.offset + range.length > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
