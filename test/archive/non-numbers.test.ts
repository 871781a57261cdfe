/**
 * Manifests with Python's NaN and Infinity are read; chunk borders change nothing, and strings stay as they
 * are.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readObjectText, readRecords } from '../../shared/archive/manifest.ts';
import { NonNumberRewriter, withoutNonNumbers } from '../../shared/archive/non-numbers.ts';

const encodeText = (text: string): Uint8Array => new TextEncoder().encode(text);
const rewritten = (text: string): string => new TextDecoder().decode(withoutNonNumbers(encodeText(text)));

async function readTestRecords(text: string, size: number): Promise<unknown[]> {
  const bytes = encodeText(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const records: unknown[] = [];
  for await (const record of readRecords(chunks())) records.push(record);
  return records;
}

describe('non-numbers', () => {
  it('become null outside strings, and nowhere else', () => {
    expect(rewritten('[NaN, -Infinity,Infinity, -1.5e-7, true]')).toBe('[null, null,null, -1.5e-7, true]');
    expect(rewritten('{"NaN": "a \\" NaN, Infinity"}')).toBe('{"NaN": "a \\" NaN, Infinity"}');
    for (const other of ['NaNx', '-Inf', 'Infinit', 'InfinityInfinity']) expect(rewritten(other)).toBe(other);
  });

  it('have the same result however the bytes are split', () => {
    const anyText = fc.array(
      fc.constantFrom('NaN', '-Infinity', '"NaN é"', '"\\\\"', '"\\""', '1', ',', ' '),
      {
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 7 }), (parts, size) => {
        const bytes = encodeText(parts.join(''));
        const rewriter = new NonNumberRewriter();
        const pieces: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += size)
          pieces.push(rewriter.write(bytes.subarray(at, at + size)));
        pieces.push(rewriter.end());
        expect(Buffer.concat(pieces)).toEqual(Buffer.from(withoutNonNumbers(bytes)));
      }),
    );
  });

  it('affect no other values in a list of records', async () => {
    const text = '[{"path": "a NaN", "contentSize": NaN}, {"path": "b", "x": [-Infinity, 2]}]';
    for (let size = 1; size <= text.length; size += 1)
      expect(await readTestRecords(text, size)).toEqual([
        { path: 'a NaN', contentSize: null },
        { path: 'b', x: [null, 2] },
      ]);
  });

  it('leave a document’s text unchanged', () => {
    const text = '{"name": "a", "x": NaN}';
    expect(readObjectText(encodeText(text))).toBe(text);
    expect(() => readObjectText(encodeText('{"x": Na'))).toThrow('it is not JSON');
  });
});
