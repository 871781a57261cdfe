/**
 * Properties of the request planner: everything wanted is requested, nothing twice, and nothing past the end.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findFirstEndingAfter, planRequests } from '../../shared/source/plan-requests.ts';
import type { ByteRange } from '../../shared/source/range-source.ts';

const byteLength = 500;
const ranges = fc.array(
  fc.record({ offset: fc.integer({ min: 0, max: 600 }), length: fc.integer({ min: 0, max: 120 }) }),
  { maxLength: 12 },
);
/** Sorted and disjoint, inside the file. */
const cachedRanges = fc
  .uniqueArray(fc.integer({ min: 0, max: byteLength }), { maxLength: 12 })
  .map((bounds) => {
    const sorted = [...bounds].sort((a, b) => a - b);
    const existing: ByteRange[] = [];
    for (let index = 0; index + 1 < sorted.length; index += 2) {
      existing.push({ offset: sorted[index]!, length: sorted[index + 1]! - sorted[index]! });
    }
    return existing;
  });
const shapes = fc.record({
  pageBytes: fc.integer({ min: 1, max: 64 }),
  gapBytes: fc.integer({ min: 0, max: 64 }),
  byteLength: fc.constant(byteLength),
});

function listCovered(all: readonly ByteRange[]): Set<number> {
  const bytes = new Set<number>();
  for (const { offset, length } of all) for (let at = offset; at < offset + length; at += 1) bytes.add(at);
  return bytes;
}

function check(
  law: (wanted: ByteRange[], existing: ByteRange[], shape: Shape, plan: ByteRange[]) => void,
): void {
  fc.assert(
    fc.property(ranges, cachedRanges, shapes, (wanted, existing, shape) => {
      law(wanted, existing, shape, planRequests(wanted, existing, shape));
    }),
    { numRuns: 500 },
  );
}
interface Shape {
  readonly pageBytes: number;
  readonly gapBytes: number;
  readonly byteLength: number;
}

describe('planRequests', () => {
  it('covers every wanted byte of the file that is not cached', () => {
    check((wanted, existing, _, plan) => {
      const there = listCovered([...existing, ...plan]);
      for (const at of listCovered(wanted)) if (at < byteLength) expect(there.has(at)).toBe(true);
    });
  });

  it('requests nothing that is cached, nothing twice, and nothing past the end', () => {
    check((_, existing, __, plan) => {
      const bytes = listCovered(plan);
      const sum = plan.reduce((total, { length }) => total + length, 0);
      expect(bytes.size).toBe(sum);
      for (const at of listCovered(existing)) expect(bytes.has(at)).toBe(false);
      for (const at of bytes) expect(at < byteLength && at >= 0).toBe(true);
    });
  });

  it('returns its requests sorted and without empty ones', () => {
    check((_, __, ___, plan) => {
      for (const [index, { offset, length }] of plan.entries()) {
        expect(length).toBeGreaterThan(0);
        const before = plan[index - 1];
        if (before !== undefined) expect(offset).toBeGreaterThanOrEqual(before.offset + before.length);
      }
    });
  });

  it('separates two requests only by a gap longer than allowed, or by cached bytes', () => {
    check((_, existing, { gapBytes }, plan) => {
      const holds = listCovered(existing);
      for (let index = 1; index < plan.length; index += 1) {
        const end = plan[index - 1]!.offset + plan[index - 1]!.length;
        const start = plan[index]!.offset;
        let hasExisting = false;
        for (let at = end; at < start; at += 1) hasExisting ||= holds.has(at);
        expect(start - end > gapBytes || hasExisting).toBe(true);
      }
    });
  });

  it('requests no byte further from a wanted one than the page and the gap explain', () => {
    check((wanted, _, { pageBytes, gapBytes }, plan) => {
      const near = listCovered(
        wanted
          .filter(({ offset, length }) => length > 0 && offset < byteLength)
          .map(({ offset, length }) => ({
            offset: offset - pageBytes - gapBytes,
            length: length + 2 * (pageBytes + gapBytes),
          })),
      );
      for (const at of listCovered(plan)) expect(near.has(at)).toBe(true);
    });
  });

  it('starts and ends requests at page boundaries if nothing is cached', () => {
    check((wanted, _, shape) => {
      for (const { offset, length } of planRequests(wanted, [], shape)) {
        expect(offset % shape.pageBytes).toBe(0);
        const end = offset + length;
        expect(end === byteLength || end % shape.pageBytes === 0).toBe(true);
      }
    });
  });

  it('finds the first range that ends past an offset', () => {
    fc.assert(
      fc.property(cachedRanges, fc.integer({ min: 0, max: 600 }), (existing, offset) => {
        const slow = existing.findIndex((range) => range.offset + range.length > offset);
        expect(findFirstEndingAfter(existing, offset)).toBe(slow === -1 ? existing.length : slow);
      }),
    );
  });
});
