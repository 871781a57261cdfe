/**
 * Small chunks that declare large content, through every filter of HDF5 and every codec of Zarr that could
 * expand them: counts the bytes that are allocated for them, which does not depend on the machine's load.
 */
import * as zlib from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { type Filter, isKnownFilter, unfilter } from '../../shared/hdf5/format/filters.ts';
import { walkHeader } from '../../shared/header/walk-header.ts';
import { readZarrHeader } from '../../shared/zarr/zarr-header-reader.ts';
import { LIMITS, memoryStore, type Objects, putDocument } from '../zarr/stores.ts';

const COUNTED = ['Uint8Array', 'Float64Array', 'ArrayBuffer'] as const;
const originals = Object.fromEntries(COUNTED.map((name) => [name, globalThis[name]]));
afterEach(() => Object.assign(globalThis, originals));

/** Counts the bytes of all arrays that are created from now on, up to the end of the test. */
function startCounting(): () => number {
  let bytes = 0;
  for (const name of COUNTED) {
    const original = originals[name] as new (...given: unknown[]) => ArrayBuffer;
    const counting = new Proxy(original, {
      construct(target, given, wanted) {
        const made = Reflect.construct(target, given, wanted === counting ? target : wanted) as ArrayBuffer;
        // A view of another buffer allocates nothing.
        if (!(given[0] instanceof (originals.ArrayBuffer as typeof ArrayBuffer))) bytes += made.byteLength;
        return made;
      },
    });
    Object.assign(globalThis, { [name]: counting });
  }
  return () => bytes;
}

/** Bytes of the chunk according to its dataset. */
const CHUNK_BYTES = 1000;
/** The most bytes of all arrays from a chunk of 1,000 bytes to its elements. */
const MOST_BYTES = 100_000;
const MANY = 2 ** 31 - 1;

const word = (value: number): number[] => [
  value & 255,
  (value >>> 8) & 255,
  (value >>> 16) & 255,
  value >>> 24,
];
const atomic = [1, 1, 0, 8, 0];
/** Parameters of n-bit, which start with their number. */
const nBit = (count: number, ...part: number[]): number[] => [3 + part.length, 0, count, ...part];
const scaleOffset = (count: number): number[] => [2, 0, count, 0, 1, 0, 0, 0];

/** A chunk, and its filter. */
const FILTERS: Readonly<Record<string, readonly [Filter, Uint8Array]>> = {
  'deflate of 64 MB': [{ id: 1, parameters: [9] }, zlib.deflateSync(new Uint8Array(2 ** 26), { level: 9 })],
  'shuffle of large elements': [{ id: 2, parameters: [MANY] }, new Uint8Array(CHUNK_BYTES)],
  'szip that declares 2 GB': [{ id: 4, parameters: [141, 8, 8, 256] }, Uint8Array.from([...word(MANY), 0])],
  'szip of endless lines': [
    { id: 4, parameters: [173, 32, 8, 2 ** 32 - 1] },
    Uint8Array.from([...word(CHUNK_BYTES), ...Array<number>(64).fill(0x0b)]),
  ],
  'n-bit of many elements': [{ id: 5, parameters: nBit(MANY, ...atomic) }, new Uint8Array(64)],
  'n-bit of a large element': [{ id: 5, parameters: nBit(1, 4, MANY) }, new Uint8Array(64)],
  'n-bit arrays of empty elements': [
    { id: 5, parameters: nBit(1, 2, CHUNK_BYTES, 3, 1, 0) },
    new Uint8Array(64),
  ],
  'scale-offset of many elements': [{ id: 6, parameters: scaleOffset(MANY) }, new Uint8Array(64)],
  'LZF of one repeat': [
    { id: 32000, parameters: [] },
    Uint8Array.from([0, 7, ...Array.from({ length: 90_000 }, (_, at) => [0xe0, 0xff, 0][at % 3]!)]),
  ],
};

it.each(Object.entries(FILTERS))('HDF5: %s', (_, [filter, chunk]) => {
  expect(isKnownFilter(filter.id)).toBe(true);
  const countBytes = startCounting();
  let outcome = 'read';
  try {
    outcome = `read ${unfilter(chunk, [filter], 0, CHUNK_BYTES).length}`;
  } catch (error) {
    outcome = (error as Error).name;
  }
  // A chunk that is shorter than one element is unchanged: nothing is shuffled.
  expect(outcome).toBe(filter.id === 2 ? `read ${CHUNK_BYTES}` : 'WalkerAbortedError');
  expect(countBytes()).toBeLessThan(MOST_BYTES);
});

it('HDF5: scale-offset with 0 bits has as many elements as the chunk', () => {
  const chunk = Uint8Array.from([...word(0), 8, 7, ...Array<number>(15).fill(0)]);
  const plain = unfilter(chunk, [{ id: 6, parameters: scaleOffset(CHUNK_BYTES) }], 0, CHUNK_BYTES);
  expect(plain).toEqual(new Uint8Array(CHUNK_BYTES).fill(7));
});

/** A filter chain on 64 MB of zeros in a chunk whose array has 1,000 elements. */
const ZEROS = new Uint8Array(2 ** 26);
function frameBlosc(length: number): Uint8Array {
  const stream = zlib.deflateSync(ZEROS.subarray(0, 2 ** 24), { level: 9 });
  return Uint8Array.from([
    ...[2, 1, (3 << 5) | 0x10, 1, ...word(length), ...word(length), ...word(24 + stream.length), ...word(20)],
    ...word(stream.length),
    ...stream,
  ]);
}
const deflated = zlib.deflateSync(ZEROS, { level: 9 });
/** 64 MB of zeros by Python's bz2, and 2 MB by its lzma. */
const BZIP2 = [
  'QlpoOTFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZCoCWpCoCXMUFZJlNZvAS1wwCidcAAwAAACCAAIKQINjKKiE0qKiE4u5Ip',
  'woSFALuD6A==',
].join('');
const XZ = [
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj//8RAWxdAABv/f//o7f/Rz5IFXI5YVG4kijmo4YH+e7kHoLTL8U6PAFLsX7JiopN',
  'L6MN2X+m44wjEVPgWRjFdYrid/i2lH8MasDedElk4ulcU7IE2PdEDKtfDW1G6eXDdoi3llestk3haR1v+0uIEGxCy4g/XACP',
  '0E6vJiiUcR89jyThcJ6nI1/sKMuF0ZWYin4qkfIndfcZwAaYTZj92K/VkA/EJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6x',
  'JxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvS5fqg8+S2ZCkBMO/xCT+HF4WfgL',
  'zf+VKEYPqfx83vuaMC5WwI+F84OBwGXEJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH',
  '2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvEgn5liAAO0ABQAcpiTxAAAAtlNaZoaR/h0AAZMDgICAAYbP71+xxGf7',
  'AgAAAAAEWVo=',
].join('');
const unpack = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
const CODECS: Readonly<Record<string, readonly [unknown, Uint8Array, (readonly unknown[])?]>> = {
  zlib: [{ id: 'zlib' }, deflated],
  gzip: [{ id: 'gzip' }, zlib.gzipSync(ZEROS, { level: 9 })],
  zstd: [{ id: 'zstd' }, zlib.zstdCompressSync(ZEROS)],
  'blosc that declares 16 MB': [{ id: 'blosc', cname: 'zlib' }, frameBlosc(2 ** 24)],
  'lz4 that declares 16 MB': [{ id: 'lz4' }, Uint8Array.from([...word(2 ** 24), 0x1f, 0, 1, 0, 255, 255, 0])],
  bz2: [{ id: 'bz2', level: 9 }, unpack(BZIP2)],
  lzma: [{ id: 'lzma', format: 1 }, unpack(XZ)],
  'lzma that declares 16 TB': [
    { id: 'lzma', format: 2 },
    Uint8Array.from([0x5d, 0, 0, 128, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0]),
  ],
  'a delta over zlib': [{ id: 'zlib' }, deflated, [{ id: 'delta', dtype: '|u1' }]],
  'packed bits over zlib': [{ id: 'zlib' }, deflated, [{ id: 'packbits' }]],
  'a cast over zlib': [
    { id: 'zlib' },
    deflated,
    [{ id: 'astype', encode_dtype: '|u1', decode_dtype: '<f8' }],
  ],
};
/** The most bytes of the metadata and the store in addition. */
const MOST_ZARR_BYTES = 2_000_000;

it.each(Object.entries(CODECS))('Zarr: %s', async (_, [compressor, chunk, filters = null]) => {
  const objects: Objects = new Map();
  putDocument(objects, '.zgroup', { zarr_format: 2 });
  const array = { zarr_format: 2, shape: [1000], chunks: [1000], dtype: '|u1', order: 'C', fill_value: 0 };
  putDocument(objects, 'small/.zarray', { ...array, compressor, filters });
  objects.set('small/0', chunk);
  const countBytes = startCounting();
  const { header } = await readZarrHeader(memoryStore(objects), LIMITS);
  const bytes = countBytes();
  const small = [...walkHeader(header)].find(({ name }) => name === 'small')!.object;
  expect(small).toMatchObject({ unread: { reason: 'damaged' } });
  expect(bytes).toBeLessThan(MOST_ZARR_BYTES);
});

it('Zarr: a delta of numbers of every width takes no more than their bytes', async () => {
  for (const [dtype, size] of [
    ['|i1', 1],
    ['<i2', 2],
    ['>u4', 4],
    ['<i8', 8],
    ['<f4', 4],
    ['>f8', 8],
  ] as const) {
    const objects: Objects = new Map();
    putDocument(objects, '.zgroup', { zarr_format: 2 });
    const count = 50_000;
    const array = { zarr_format: 2, shape: [count], chunks: [count], dtype, order: 'C', fill_value: 0 };
    putDocument(objects, 'small/.zarray', { ...array, compressor: null, filters: [{ id: 'delta', dtype }] });
    objects.set('small/0', new Uint8Array(count * size));
    const countBytes = startCounting();
    const { header } = await readZarrHeader(memoryStore(objects), { ...LIMITS, valueBytes: 2 ** 20 });
    expect(countBytes()).toBeLessThan(count * size * 8 + MOST_ZARR_BYTES);
    expect([...walkHeader(header)].find(({ name }) => name === 'small')!.object).toMatchObject({
      values: { length: count },
    });
    Object.assign(globalThis, originals);
  }
});
