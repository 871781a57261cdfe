/**
 * Decoding of elements, which both engines use: every class, every width, both byte orders, and no reads past
 * the end.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeElement,
  decodeElements,
  decodeFloat,
  decodeInteger,
  decodeText,
  elementCount,
  holdsVariable,
  type StoredForm,
  storedBytes,
  UndecodableTypeError,
} from '../../shared/header/decode-element.ts';
import type { Dtype } from '../../shared/header/nwb-header.ts';

/** Descriptors with a position in `heap` and a length, one byte each. */
const heap = new TextEncoder().encode('one two\0three');
const form: StoredForm = {
  variableStringBytes: 2,
  sequenceBytes: 2,
  referenceBytes: (target) => ({ object: 1, region: 2, attribute: 3 })[target],
  variableText: (bytes, at) => decodeText(heap, 'null-terminated', bytes[at]!, bytes[at]! + bytes[at + 1]!),
  sequence: (bytes, at) => ({ at: bytes[at]!, count: bytes[at + 1]!, bytes: heap }),
  reference: (bytes, at) => bytes[at] || null,
};

const int = (size: number, signed = true, order: '<' | '>' = '<'): Dtype => ({
  class: 'integer',
  size,
  signed,
  order,
});
const variable: Dtype = { class: 'string', size: 'variable', charset: 'utf8' };
const fixed = (size: number): Dtype => ({ class: 'string', size, charset: 'ascii' });

function encodeInteger(value: bigint, size: number, order: '<' | '>'): Uint8Array {
  const bytes = Uint8Array.from({ length: size }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
  return order === '<' ? bytes : bytes.reverse();
}

/** A double's sign, exponent and 52 bits of fraction. */
function splitDouble(value: number): { sign: bigint; power: number; fraction: bigint } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  return {
    sign: bits >> 63n,
    power: Number((bits >> 52n) & 0x7ffn) - 1023,
    fraction: bits & ((1n << 52n) - 1n),
  };
}

const orders = fc.constantFrom<'<' | '>'>('<', '>');
const normalDoubles = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .filter((value) => Math.abs(value) >= 2.3e-308);

describe('decodeElement', () => {
  it('decodes integers of any width, order and sign exactly', () => {
    const widths = fc.integer({ min: 1, max: 16 });
    fc.assert(
      fc.property(
        widths,
        orders,
        fc.boolean(),
        fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
        (size, order, signed, raw) => {
          const bits = BigInt.asUintN(8 * size, raw);
          const value = signed ? BigInt.asIntN(8 * size, bits) : bits;
          const bytes = Uint8Array.of(9, ...encodeInteger(bits, size, order));
          const decoded = decodeInteger(bytes, 1, size, signed, order);
          expect(BigInt(decoded)).toBe(value);
          expect(typeof decoded).toBe(Number.isSafeInteger(Number(value)) ? 'number' : 'bigint');
        },
      ),
    );
  });

  it('returns integers up to the exact range of doubles as numbers, and larger ones as bigints', () => {
    const safe = BigInt(Number.MAX_SAFE_INTEGER);
    expect(decodeInteger(encodeInteger(safe, 8, '<'), 0, 8, true, '<')).toBe(Number.MAX_SAFE_INTEGER);
    expect(decodeInteger(encodeInteger(safe + 1n, 8, '<'), 0, 8, true, '<')).toBe(safe + 1n);
    expect(decodeInteger(encodeInteger(-safe - 1n, 8, '>'), 0, 8, true, '>')).toBe(-safe - 1n);
  });

  it('decodes a run of numbers as it decodes each of them', () => {
    const sizes = fc.constantFrom(1, 2, 3, 4, 5, 8);
    const floats = fc
      .record({ size: fc.constantFrom(2, 4, 8), order: orders })
      .map(({ size, order }): Dtype => ({ class: 'float', size, order }));
    const integers = fc
      .record({ size: sizes, signed: fc.boolean(), order: orders })
      .map(({ size, signed, order }) => int(size, signed, order));
    const enums = integers.map(
      (base): Dtype => ({ class: 'enum', base: base as Dtype & { class: 'integer' }, members: [] }),
    );
    fc.assert(
      fc.property(
        fc.oneof(floats, integers, enums),
        fc.integer({ min: 0, max: 12 }),
        fc.uint8Array({ minLength: 97, maxLength: 97 }),
        (dtype, count, bytes) => {
          const size = storedBytes(dtype, form);
          const single = Array.from({ length: count }, (_, at) =>
            decodeElement(bytes, 1 + at * size, dtype, form),
          );
          expect(decodeElements(bytes, count, dtype, form, 1)).toEqual(single);
          if (count === 0) return;
          const short = bytes.subarray(0, count * size);
          expect(() => decodeElements(short, count, dtype, form, 1)).toThrow(RangeError);
        },
      ),
    );
  });

  it('throws a RangeError for a number that extends past the bytes', () => {
    for (const at of [-1, 1, 8]) {
      expect(() => decodeFloat(new Uint8Array(8), at, 8, '<')).toThrow(RangeError);
      expect(() => decodeInteger(new Uint8Array(8), at, 8, true, '>')).toThrow(RangeError);
    }
  });

  it('decodes doubles and singles exactly', () => {
    fc.assert(
      fc.property(fc.double(), fc.float(), orders, (double, single, order) => {
        const view = new DataView(new ArrayBuffer(12));
        view.setFloat64(0, double, order === '<');
        view.setFloat32(8, single, order === '<');
        const bytes = new Uint8Array(view.buffer);
        expect(decodeFloat(bytes, 0, 8, order)).toBe(double);
        expect(decodeFloat(bytes, 8, 4, order)).toBe(single);
      }),
    );
  });

  it('decodes halves: known values, and every finite one is twice that of the next smaller exponent', () => {
    const half = (bits: number): number => decodeFloat(encodeInteger(BigInt(bits), 2, '>'), 0, 2, '>');
    expect([0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x3555].map(half)).toEqual([
      1,
      -2,
      65504,
      2 ** -24,
      2 ** -14,
      0.333251953125,
    ]);
    expect([0x7c00, 0xfc00, 0x7e00, 0x8000].map(half)).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      -0,
    ]);
    for (let bits = 0x0800; bits < 0x7c00; bits += 1) expect(half(bits)).toBe(2 * half(bits - 0x0400));
  });

  it('decodes x87 long doubles to the double that they were made from, whatever their padding', () => {
    fc.assert(
      fc.property(
        normalDoubles,
        orders,
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (value, order, padding) => {
          const { sign, power, fraction } = splitDouble(value);
          const bits = (sign << 79n) | (BigInt(power + 16383) << 64n) | (1n << 63n) | (fraction << 11n);
          expect(decodeFloat(encodeInteger(bits, 10, order), 0, 10, order)).toBe(value);
          expect(decodeFloat(encodeInteger(bits, 12, order), 0, 12, order)).toBe(value);
          const padded = bits | (BigInt(padding) << 80n);
          expect(decodeFloat(encodeInteger(padded, 16, order), 0, 16, order)).toBe(value);
        },
      ),
    );
  });

  it('decodes quadruple precision to the double that it was made from', () => {
    fc.assert(
      fc.property(normalDoubles, orders, (value, order) => {
        const { sign, power, fraction } = splitDouble(value);
        const bits = (sign << 127n) | (BigInt(power + 16383) << 112n) | (fraction << 60n);
        // If bit 63 is set too, the bytes may be either format; it is 0 in a quadruple with few digits.
        fc.pre(((bits >> 63n) & 1n) === 0n);
        expect(decodeFloat(encodeInteger(bits, 16, order), 0, 16, order)).toBe(value);
      }),
    );
  });

  it('rounds long doubles to the nearest double, ties to even, to zero and to infinity', () => {
    const x87 = (mantissa: bigint, power: number): number =>
      decodeFloat(encodeInteger((BigInt(power + 16383) << 64n) | mantissa, 10, '<'), 0, 10, '<');
    const one = 1n << 63n;
    expect(x87(one | 1n, 0)).toBe(1);
    expect(x87(one | (1n << 10n), 0)).toBe(1);
    expect(x87(one | (1n << 10n) | 1n, 0)).toBe(1 + 2 ** -52);
    expect(x87(one | (3n << 10n), 0)).toBe(1 + 2 ** -51);
    expect(x87((1n << 64n) - 1n, 0)).toBe(2);
    expect(x87(one, 1023)).toBe(2 ** 1023);
    expect(x87((1n << 64n) - 1n, 1023)).toBe(Number.POSITIVE_INFINITY);
    expect(x87(one, 2000)).toBe(Number.POSITIVE_INFINITY);
    expect(x87(one, -1074)).toBe(Number.MIN_VALUE);
    expect(x87(one | 1n, -1075)).toBe(Number.MIN_VALUE);
    expect(x87(one, -1075)).toBe(0);
    expect(x87(one, -5000)).toBe(0);
    expect(x87(one | 1n, 16384)).toBe(Number.NaN);
    expect(x87(one, 16384)).toBe(Number.POSITIVE_INFINITY);
  });

  it('decodes no float of another width', () => {
    const odd: Dtype = { class: 'float', size: 3, order: '<' };
    expect(() => decodeElement(new Uint8Array(3), 0, odd, form)).toThrow(UndecodableTypeError);
  });

  it('removes the padding of strings and nothing else', () => {
    const text = (raw: string, padding: Parameters<typeof decodeText>[1]): string =>
      decodeText(new TextEncoder().encode(raw), padding);
    expect(text('ab\0cd\0', 'null-terminated')).toBe('ab');
    expect(text('ab\0cd\0\0', 'null-padded')).toBe('ab\0cd');
    expect(text(' ab c  ', 'space-padded')).toBe(' ab c');
    expect(text('no end', 'null-terminated')).toBe('no end');
    expect(text('\uFEFFmark', 'null-terminated')).toBe('\uFEFFmark');
    expect(decodeText(Uint8Array.of(0x61, 0xff, 0x62), 'null-terminated')).toBe('a\udcffb');
    const padded = fixed(4);
    const bytes = new TextEncoder().encode('a   ');
    expect(decodeElement(bytes, 0, padded, form)).toBe('a   ');
    const padding = new WeakMap([[padded, 'space-padded' as const]]);
    expect(decodeElement(bytes, 0, padded, { ...form, padding })).toBe('a');
  });

  it('follows strings and sequences to where they are stored', () => {
    expect(decodeElement(Uint8Array.of(8, 5), 0, variable, form)).toBe('three');
    expect(decodeElement(Uint8Array.of(0, 13), 0, variable, form)).toBe('one two');
    expect(decodeElement(Uint8Array.of(0, 3), 0, { class: 'vlen', base: int(1) }, form)).toEqual([
      111, 110, 101,
    ]);
  });

  it('decodes compounds and arrays and their elements', () => {
    const row: Dtype = {
      class: 'compound',
      size: 8,
      fields: [
        { name: 'name', offset: 6, dtype: variable },
        { name: 'pair', offset: 0, dtype: { class: 'array', base: int(2, false, '>'), shape: [1, 2] } },
        { name: 'object', offset: 5, dtype: { class: 'reference', target: 'object' } },
      ],
    };
    const bytes = Uint8Array.of(1, 0, 0, 2, 99, 7, 4, 3, 0, 0, 0, 0, 99, 0, 0, 0);
    expect(decodeElements(bytes, 2, row, form)).toEqual([
      ['two', [256, 2], { ref: 7 }],
      ['', [0, 0], { ref: null }],
    ]);
    expect(holdsVariable(row)).toBe(true);
    expect(holdsVariable(int(4))).toBe(false);
  });

  it('decodes enumerations, bit fields, opaque bytes, times and references to attributes', () => {
    const members = [{ name: 'TRUE', value: 1 }];
    expect(decodeElement(Uint8Array.of(255), 0, { class: 'enum', base: int(1), members }, form)).toBe(-1);
    expect(decodeElement(Uint8Array.of(255), 0, { class: 'bitfield', size: 1, order: '<' }, form)).toBe(255);
    const three = Uint8Array.of(0, 0x1f, 0xff);
    expect(decodeElement(three, 0, { class: 'opaque', size: 3, tag: '' }, form)).toEqual({ hex: '001fff' });
    expect(decodeElement(three, 1, { class: 'time', size: 2 }, form)).toEqual({ hex: '1fff' });
    const reference: Dtype = { class: 'reference', target: 'attribute' };
    expect(decodeElement(three, 0, reference, form)).toEqual({ hex: '001fff' });
  });

  it('throws a RangeError, never returns a value, for anything that extends past the bytes', () => {
    const types: Dtype[] = [
      int(4),
      fixed(9),
      { class: 'float', size: 8, order: '<' },
      { class: 'opaque', size: 9, tag: '' },
    ];
    for (const dtype of types) {
      expect(() => decodeElement(new Uint8Array(storedBytes(dtype, form) - 1), 0, dtype, form)).toThrow(
        RangeError,
      );
      expect(() => decodeElements(new Uint8Array(20), 1e9, dtype, form)).toThrow(RangeError);
    }
    const beyond: Dtype = { class: 'vlen', base: int(8) };
    expect(() => decodeElement(Uint8Array.of(8, 200), 0, beyond, form)).toThrow(RangeError);
  });

  it('counts elements and bytes', () => {
    expect([[], [3], [2, 0], [2, 3]].map(elementCount)).toEqual([1, 3, 0, 6]);
    expect(elementCount(null)).toBe(0);
    expect(storedBytes({ class: 'array', base: variable, shape: [2, 3] }, form)).toBe(12);
  });
});
