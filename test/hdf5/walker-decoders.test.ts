/** The walker's decoders, each on bytes built according to the format's specification. */
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAttribute } from '../../shared/hdf5/format/attribute-message.ts';
import { ByteReader, bytesForLimit, decodeUtf8 } from '../../shared/hdf5/format/byte-reader.ts';
import { lookup3, mustMatchChecksum } from '../../shared/hdf5/format/checksum.ts';
import { decodeDataspace } from '../../shared/hdf5/format/dataspace.ts';
import { decodeDatatype } from '../../shared/hdf5/format/datatype.ts';
import { fletcher32, unfilter } from '../../shared/hdf5/format/filters.ts';
import { Collection, decodeCollectionHead } from '../../shared/hdf5/format/global-heap.ts';
import { decodeLayout } from '../../shared/hdf5/format/layout-message.ts';
import { decodeLink } from '../../shared/hdf5/format/link-messages.ts';
import { decodeBlock, decodePrefix, type HeaderMessage } from '../../shared/hdf5/format/object-header.ts';
import { decodeShared } from '../../shared/hdf5/format/shared-messages.ts';
import { decodeSuperblock, superblockOffsets } from '../../shared/hdf5/format/superblock.ts';
import { WalkerAbortedError } from '../../shared/hdf5/format/walker-aborted.ts';

const sizes = { offsets: 8, lengths: 8 };

/** Little-endian bytes: `[value, width]`, text, or bytes as they are. */
function buildBytes(
  ...parts: (readonly [number, number] | string | readonly number[] | Uint8Array)[]
): Uint8Array {
  const bytes: number[] = [];
  for (const part of parts) {
    if (typeof part === 'string') bytes.push(...Buffer.from(part));
    else bytes.push(...part);
  }
  return Uint8Array.from(bytes);
}

function number(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, index) => Math.floor(value / 256 ** index) % 256);
}

function over(bytes: Uint8Array): ByteReader {
  return new ByteReader(bytes, sizes);
}

describe('ByteReader', () => {
  it('reads numbers of every width, and throws past 2^53 and past the end', () => {
    expect(over(Uint8Array.from([1, 2, 3])).uint(3)).toBe(0x030201);
    expect(over(Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0])).uint(8)).toBe(
      Number.MAX_SAFE_INTEGER,
    );
    expect(() => over(Uint8Array.from([0, 0, 0, 0, 0, 0, 0x20, 0])).uint(8)).toThrow(WalkerAbortedError);
    expect(() => over(new Uint8Array(3)).u32()).toThrow(WalkerAbortedError);
    expect(() => over(new Uint8Array(3)).skip(Number.NaN)).toThrow(WalkerAbortedError);
    expect(over(new Uint8Array(8).fill(0xff)).address()).toBe(-1);
    expect(over(new Uint8Array(8).fill(0xff)).lengthOrUnlimited()).toBeNull();
  });

  it('reads text as UTF-8 whatever its length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const bytes = Buffer.from(text);
        expect(decodeUtf8(bytes, 0, bytes.length)).toBe(text.isWellFormed() ? text : bytes.toString());
      }),
    );
  });

  it('computes how many bytes a limit needs', () => {
    expect([0, 1, 255, 256, 65_535, 65_536, 2 ** 32].map(bytesForLimit)).toEqual([1, 1, 1, 2, 2, 3, 5]);
  });
});

describe('checksums', () => {
  it("are Jenkins' lookup3", () => {
    expect(lookup3(new Uint8Array())).toBe(0xdeadbeef);
    expect(lookup3(Buffer.from('Four score and seven years ago'))).toBe(0x17770551);
  });

  it('detect any single changed bit', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(bytes, fc.nat(), (data, bit) => {
        const whole = buildBytes(data, number(lookup3(data), 4));
        mustMatchChecksum(whole, 0, whole.length, 'it');
        const at = bit % (data.length * 8);
        whole[at >> 3]! ^= 1 << (at & 7);
        expect(() => mustMatchChecksum(whole, 0, whole.length, 'it')).toThrow('the checksum of it');
      }),
    );
  });

  it('are Fletcher32 for chunks', () => {
    // 'abcd' as the words 0x6162, 0x6364.
    const low = (0x6162 + 0x6364) % 65_535;
    const high = (0x6162 + low) % 65_535;
    expect(fletcher32(Buffer.from('abcd'))).toBe(high * 65_536 + low);
    expect(fletcher32(new Uint8Array(8))).toBe(0);
    expect(fletcher32(new Uint8Array(2).fill(0xff))).toBe(0xffffffff);
  });
});

describe('superblocks', () => {
  it('are at 0, 512 and its doublings', () => {
    expect([...superblockOffsets(5000)]).toEqual([0, 512, 1024, 2048, 4096]);
    expect([...superblockOffsets(4)]).toEqual([]);
  });

  const newer = (end: number, flags = 0): Uint8Array => {
    const body = buildBytes(
      [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 3, 8, 8, flags],
      number(0, 8),
      new Uint8Array(8).fill(0xff),
      number(end, 8),
      number(48, 8),
    );
    return buildBytes(body, number(lookup3(body), 4));
  };

  it('of version 3 contain the root and the end', () => {
    expect(decodeSuperblock(newer(900), 0, 900)).toMatchObject({
      version: 3,
      root: 48,
      endOfFile: 900,
      base: 0,
    });
  });

  it('are refused if the file is truncated, left open, or the checksum is wrong', () => {
    expect(() => decodeSuperblock(newer(900), 0, 899)).toThrow('shorter than its superblock states');
    expect(() => decodeSuperblock(newer(900, 1), 0, 900)).toThrow('open for writing');
    const wrong = newer(900);
    wrong[30]! ^= 1;
    expect(() => decodeSuperblock(wrong, 0, 1e9)).toThrow('checksum');
  });
});

describe('messages', () => {
  it('dataspaces', () => {
    expect(decodeDataspace(over(buildBytes([2, 0, 0, 0])))).toEqual({ shape: [], count: 1 });
    expect(decodeDataspace(over(buildBytes([2, 0, 0, 2])))).toEqual({ shape: null, count: 0 });
    const growing = buildBytes(
      [1, 2, 1, 0, 0, 0, 0, 0],
      number(3, 8),
      number(4, 8),
      new Uint8Array(8).fill(0xff),
      number(4, 8),
    );
    expect(decodeDataspace(over(growing))).toEqual({ shape: [3, 4], maxShape: [null, 4], count: 12 });
    expect(() => decodeDataspace(over(buildBytes([2, 33, 0, 1])))).toThrow('33 dimensions');
    expect(() => decodeDataspace(over(buildBytes([2, 1, 0, 1], [1, 2])))).toThrow(WalkerAbortedError);
  });

  const int16 = [0x10, 0x08, 0, 0, 2, 0, 0, 0, 0, 0, 16, 0];

  it('datatypes', () => {
    expect(decodeDatatype(over(buildBytes(int16)))).toEqual({
      dtype: { class: 'integer', size: 2, signed: true, order: '<' },
      size: 2,
    });
    const array = buildBytes([0x3a, 0, 0, 0, 12, 0, 0, 0, 2, 2, 0, 0, 0, 3, 0, 0, 0], int16);
    expect(decodeDatatype(over(array)).dtype).toMatchObject({ class: 'array', shape: [2, 3] });
    const compound = buildBytes([0x36, 1, 0, 0, 4, 0, 0, 0], 'x\0', [2], int16);
    expect(decodeDatatype(over(compound)).dtype).toMatchObject({
      class: 'compound',
      fields: [{ name: 'x', offset: 2 }],
    });
    const text = buildBytes([0x19, 0x01, 0x01, 0, 16, 0, 0, 0], int16);
    expect(decodeDatatype(over(text)).dtype).toEqual({ class: 'string', size: 'variable', charset: 'utf8' });
  });

  it('datatypes with a wrong size or endless nesting', () => {
    const outside = buildBytes([0x36, 1, 0, 0, 4, 0, 0, 0], 'x\0', [3], int16);
    expect(() => decodeDatatype(over(outside))).toThrow('past its compound');
    const wide = buildBytes([0x3a, 0, 0, 0, 13, 0, 0, 0, 1, 6, 0, 0, 0], int16);
    expect(() => decodeDatatype(over(wide))).toThrow('not that of its elements');
    const nested = buildBytes(...Array.from({ length: 100 }, () => [0x19, 0, 0, 0, 16, 0, 0, 0]));
    expect(() => decodeDatatype(over(nested))).toThrow('nested too deep');
  });

  it('links of every kind', () => {
    expect(decodeLink(over(buildBytes([1, 0, 1], 'a', number(96, 8))))).toEqual({ name: 'a', to: 96 });
    expect(decodeLink(over(buildBytes([1, 8, 1, 1], 'a', number(2, 2), '/b')))).toEqual({
      name: 'a',
      soft: '/b',
    });
    const external = buildBytes([1, 8, 64, 1], 'a', number(8, 2), [0], 'f.h5\0', '/\0');
    expect(decodeLink(over(external))).toEqual({ name: 'a', external: { file: 'f.h5', path: '/' } });
    expect(decodeLink(over(buildBytes([1, 8, 70, 1], 'a', number(0, 2))))).toEqual({
      name: 'a',
      unread: { reason: 'unsupported', detail: 'a user-defined link of type 70' },
    });
    expect(() => decodeLink(over(buildBytes([1, 3], new Uint8Array(8).fill(0x7f))))).toThrow(
      WalkerAbortedError,
    );
  });

  it('attributes with parts that are elsewhere', () => {
    const message = buildBytes(
      [3, 1],
      number(2, 2),
      number(10, 2),
      number(4, 2),
      [1],
      'n\0',
      [3, 2],
      number(77, 8),
      [2, 0, 0, 0],
      [5, 6],
    );
    const { name, datatype, bytes, start, end } = decodeAttribute(over(message));
    expect([name, datatype.shared, [...bytes.subarray(start, end)]]).toEqual(['n', true, [5, 6]]);
    const location = decodeShared(new ByteReader(message, sizes, datatype.start, datatype.end));
    expect(location).toEqual({ object: 77 });
  });

  it('layouts, chunked ones without their last dimension, the element', () => {
    expect(decodeLayout(over(buildBytes([3, 1], number(64, 8), number(9, 8))))).toMatchObject({
      class: 'contiguous',
      address: 64,
      bytes: 9,
    });
    const chunked = buildBytes([3, 2, 2], number(64, 8), number(10, 4), number(8, 4));
    expect(decodeLayout(over(chunked))).toMatchObject({ chunks: [10], elementBytes: 8, index: 'btree1' });
    const single = buildBytes([4, 2, 2, 2, 1], [10, 8], [1], number(40, 8), number(0, 4), number(64, 8));
    expect(decodeLayout(over(single))).toMatchObject({
      index: 'single',
      address: 64,
      single: { bytes: 40, filterMask: 0 },
    });
    expect(() =>
      decodeLayout(over(buildBytes([3, 2, 2], number(64, 8), number(0, 4), number(8, 4)))),
    ).toThrow('without elements');
  });

  it('object headers of version 2, with a gap and a continuation', () => {
    const messages = buildBytes([0x10], number(16, 2), [0], number(500, 8), number(60, 8), [0, 0]);
    const body = buildBytes('OHDR', [2, 0], number(messages.length, 1), messages);
    const header = buildBytes(body, number(lookup3(body), 4));
    const prefix = decodePrefix(header, sizes);
    expect(prefix.blockBytes).toBe(header.length);
    const found: HeaderMessage[] = [];
    const continuations: { address: number; bytes: number }[] = [];
    decodeBlock(header, prefix, true, sizes, found, continuations);
    expect(found).toEqual([]);
    expect(continuations).toEqual([{ address: 500, bytes: 60 }]);
  });

  const PREFIX = { version: 2, prefixBytes: 7, blockBytes: 0, ordered: false } as const;
  /** A continuation block of a header, with its checksum. */
  function buildContinuation(signature: string, ...messages: Parameters<typeof buildBytes>): Uint8Array {
    const body = buildBytes(signature, ...messages);
    return buildBytes(body, number(lookup3(body), 4));
  }
  function decodeMessages(block: Uint8Array): HeaderMessage[] {
    const found: HeaderMessage[] = [];
    decodeBlock(block, PREFIX, false, sizes, found, []);
    return found;
  }

  it('continue only in a block with the right signature, whatever its checksum', () => {
    const message = [0x01, ...number(2, 2), 0, 7, 7];
    expect(decodeMessages(buildContinuation('OCHK', message))).toMatchObject([
      { type: 1, start: 8, end: 10 },
    ]);
    expect(() => decodeMessages(buildContinuation('OCHX', message))).toThrow(WalkerAbortedError);
  });

  it('skip a message of unknown type, unless it forbids that', () => {
    const unknown = (flags: number): number[] => [0xf0, ...number(1, 2), flags, 9];
    const known = [0x01, ...number(0, 2), 0];
    for (const flags of [0, 0x08, 0x10, 0x7f])
      expect(decodeMessages(buildContinuation('OCHK', unknown(flags), known))).toMatchObject([{ type: 1 }]);
    for (const flags of [0x80, 0x90])
      expect(() => decodeMessages(buildContinuation('OCHK', unknown(flags), known))).toThrow(
        expect.objectContaining({ name: 'WalkerAbortedError', reason: 'unsupported' }),
      );
  });

  it('with unknown flags are refused', () => {
    const prefix = (flags: number): Uint8Array => buildBytes('OHDR', [2, flags, 0, 0, 0, 0, 0, 0, 0, 0]);
    for (const flags of [0, 0x01, 0x04]) expect(decodePrefix(prefix(flags), sizes).version).toBe(2);
    for (const flags of [0x40, 0x80, 0xc0, 0x41])
      expect(() => decodePrefix(prefix(flags), sizes)).toThrow(WalkerAbortedError);
  });
});

describe('global heap collections', () => {
  const object = (index: number, text: string): Uint8Array =>
    buildBytes(
      number(index, 2),
      number(1, 2),
      number(0, 4),
      number(text.length, 8),
      text,
      new Uint8Array((8 - (text.length % 8)) % 8),
    );
  const body = buildBytes(object(1, 'one'), object(2, 'the second'), object(3, ''), new Uint8Array(16));
  const whole = buildBytes('GCOL', [1, 0, 0, 0], number(16 + body.length, 8), body);

  it('are used with their first part, then with all', () => {
    const length = decodeCollectionHead(whole, sizes);
    const collection = new Collection(sizes);
    collection.take(whole.subarray(0, 45), length);
    expect(decodeUtf8(collection.get(1)!, 0, 3)).toBe('one');
    expect(collection.knows(2)).toBe(false);
    expect(collection.get(2)).toBeUndefined();
    collection.take(whole, length);
    expect(collection.get(2)).toHaveLength(10);
    expect(collection.get(3)).toHaveLength(0);
    expect(() => collection.get(4)).toThrow('not in its collection');
  });

  it('are refused if an object ends past them', () => {
    const broken = whole.slice();
    broken[16 + 8 + 2] = 0xff;
    expect(() => new Collection(sizes).take(broken, broken.length)).toThrow('past its collection');
  });
});

describe('filters', () => {
  it('undo shuffle and deflate and Fletcher32 in the order of reading', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 4, maxLength: 400 }),
        fc.integer({ min: 1, max: 8 }),
        (data, size) => {
          const shuffled = new Uint8Array(data.length);
          const count = Math.floor(data.length / size);
          shuffled.set(data.subarray(count * size), count * size);
          for (let at = 0; at < count * size; at += 1)
            shuffled[(at % size) * count + Math.floor(at / size)] = data[at]!;
          const packed = deflateSync(shuffled);
          const stored = buildBytes(packed, number(fletcher32(packed), 4));
          const filters = [
            { id: 2, parameters: [size] },
            { id: 1, parameters: [4] },
            { id: 3, parameters: [] },
          ];
          expect(unfilter(stored, filters, 0, data.length)).toEqual(data);
          expect(unfilter(data, filters, 0b111, data.length)).toEqual(data);
        },
      ),
    );
  });

  it('refuse a chunk that inflates past its size, and a checksum that does not match', () => {
    const bomb = deflateSync(new Uint8Array(1_000_000));
    expect(() => unfilter(bomb, [{ id: 1, parameters: [] }], 0, 100)).toThrow('cannot inflate');
    expect(() => unfilter(new Uint8Array(20).fill(7), [{ id: 3, parameters: [] }], 0, 16)).toThrow(
      'checksum',
    );
    expect(() => unfilter(new Uint8Array(20), [{ id: 32_001, parameters: [] }], 0, 16)).toThrow(
      'filter blosc',
    );
  });
});
