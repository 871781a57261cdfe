/**
 * Hostile Zarr: odd metadata, decompression bombs and broken chunks. Every outcome is a header or a named
 * error.
 */
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as errors from '../../shared/errors.ts';
import { findAttribute } from '../../shared/header/attribute-text.ts';
import { headerFromJson, headerToJson } from '../../shared/header/header-json.ts';
import { headerText } from '../../shared/header/header-text.ts';
import type { HeaderDataset, NwbHeader } from '../../shared/header/nwb-header.ts';
import { walkHeader } from '../../shared/header/walk-header.ts';
import { decompressBlosc, decompressLz4 } from '../../shared/zarr/blosc.ts';
import { decompressBzip2 } from '../../shared/zarr/bzip2.ts';
import { decompressXz } from '../../shared/zarr/xz.ts';
import { readZarrHeader } from '../../shared/zarr/zarr-header-reader.ts';
import { countRuns } from '../effort.ts';
import {
  consolidatedV2,
  documentIn,
  LIMITS,
  memoryStore,
  type Objects,
  putDocument,
  readKinds,
  readNwbStore,
  withoutConsolidated,
} from './stores.ts';

const NAMES = new Set(Object.keys(errors));
const GROUP = { zarr_format: 2 };
const ARRAY = {
  zarr_format: 2,
  shape: [2],
  chunks: [2],
  dtype: '<i4',
  compressor: null,
  filters: null,
  fill_value: 0,
};

async function read(objects: Objects, limits = LIMITS): Promise<NwbHeader> {
  return (await readZarrHeader(memoryStore(objects), limits)).header;
}

/** The dataset `x` of a store that contains only it. */
async function readArray(array: object, chunks: Record<string, Uint8Array> = {}, attributes: object = {}) {
  const objects = consolidatedV2({ 'x/.zarray': { ...ARRAY, ...array }, 'x/.zattrs': attributes });
  for (const [key, bytes] of Object.entries(chunks)) objects.set(`x/${key}`, bytes);
  const { objects: found } = await read(objects);
  return found[1]!;
}

describe('attributes', () => {
  const header = (text: string): Promise<NwbHeader> => {
    const objects: Objects = new Map();
    putDocument(objects, '.zmetadata', `{"metadata": {".zgroup": {}, ".zattrs": ${text}}}`);
    return read(objects);
  };

  it.each([
    ['NaN', { class: 'float' }, [], [Number.NaN]],
    ['-Infinity', { class: 'float' }, [], [Number.NEGATIVE_INFINITY]],
    ['1.0', { class: 'float' }, [], [1]],
    ['1', { class: 'integer', signed: true }, [], [1]],
    ['-9223372036854775808', { class: 'integer', signed: true }, [], [-(2n ** 63n)]],
    ['18446744073709551615', { class: 'integer', signed: false }, [], [2n ** 64n - 1n]],
    ['true', { class: 'enum' }, [], [1]],
    ['null', { class: 'string' }, null, []],
    ['[]', { class: 'float' }, [0], []],
    ['[1, 2.5]', { class: 'float' }, [2], [1, 2.5]],
    ['[[1, 2], [3, 4], [5, 6]]', { class: 'integer' }, [3, 2], [1, 2, 3, 4, 5, 6]],
    ['["a", "ü"]', { class: 'string', size: 'variable' }, [2], ['a', 'ü']],
  ])('%s has the type that Python gives it', async (text, dtype, shape, values) => {
    const attribute = findAttribute((await header(`{"x": ${text}}`)).objects[0]!, 'x');
    expect(attribute).toMatchObject({ dtype, shape, values });
    expect(attribute?.unread).toBeUndefined();
  });

  it.each(['18446744073709551616', '[1, "a"]', '[[1], [2, 3]]', '{"a": 1}', '[null]', '9'.repeat(100_000)])(
    'are not read with the value %.40s',
    async (text) => {
      const attribute = findAttribute((await header(`{"x": ${text}}`)).objects[0]!, 'x');
      expect(attribute?.values).toBeUndefined();
      expect(attribute?.unread).toMatchObject({ reason: 'unsupported' });
    },
  );

  it('are not read if they exceed the limit of a value', async () => {
    const attribute = findAttribute((await header(`{"x": "${'a'.repeat(2 ** 20 + 1)}"}`)).objects[0]!, 'x');
    expect(attribute).toMatchObject({ unread: { reason: 'too-large' } });
  });

  it('refer to objects by reference, in either form, and to nothing else', async () => {
    const objects = consolidatedV2({
      '.zattrs': {
        object_id: 'root-id',
        old: { zarr_dtype: 'object', value: { source: '.', path: '/a/b' } },
        moved: {
          zarr_dtype: 'object',
          value: { source: '/tmp/x', path: 'a/b', source_object_id: 'root-id' },
        },
        other: { zarr_dtype: 'object', value: { source: '/tmp/x', path: '/a/b', source_object_id: 'no' } },
        new: { _REFERENCE: { source: '.', path: '/a/b/' } },
        path: { _REFERENCE: '/a/b' },
        list: {
          zarr_dtype: 'object',
          value: [{ source: '.', path: '/a' }, { source: '.', path: '/none' }, 7],
        },
        '.specloc': 'a',
      },
      'a/.zgroup': GROUP,
      'a/b/.zgroup': GROUP,
    });
    const root = (await read(objects)).objects[0]!;
    const refs = Object.fromEntries(
      ['old', 'moved', 'other', 'new', 'path', 'list', '.specloc'].map((name) => [
        name,
        findAttribute(root, name)?.values,
      ]),
    );
    expect(refs).toEqual({
      old: [{ ref: 2 }],
      moved: [{ ref: 2 }],
      other: [{ ref: null }],
      new: [{ ref: 2 }],
      path: [{ ref: 2 }],
      list: [{ ref: 1 }, { ref: null }, { ref: null }],
      '.specloc': [{ ref: 1 }],
    });
  });
});

describe('links', () => {
  it('are soft in the store, external to others, and omitted if invalid', async () => {
    const header = await read(
      consolidatedV2({
        '.zattrs': {
          zarr_link: [
            { name: 'in', source: '.', path: '/a' },
            { name: 'out', source: '../other.nwb.zarr', path: '/b' },
            { name: 'a', source: '.', path: '/taken' },
            { name: 'x/y', source: '.', path: '/a' },
            { name: '..', source: '.', path: '/a' },
            { name: 'no path', source: '.' },
            { source: '.', path: '/a' },
            'nothing',
          ],
          _LINKS: [{ name: 'loop', source: '.', path: '/loop' }],
        },
        'a/.zgroup': GROUP,
        'a/.zattrs': {
          zarr_link: [
            { name: 'up', source: '.', path: '/' },
            { name: 'self', path: '/a/self' },
          ],
        },
      }),
    );
    expect(header.objects[0]).toMatchObject({
      members: [
        { name: 'a', to: 1 },
        { name: 'in', soft: '/a' },
        { name: 'loop', soft: '/loop' },
        { name: 'out', external: { file: '../other.nwb.zarr', path: '/b' } },
      ],
    });
    // Cycles and dangling links end the walk.
    expect([...walkHeader(header)].map(({ path }) => path)).toEqual(['/', '/a', '/in']);
  });
});

describe('arrays', () => {
  it.each([
    [{ shape: 'x' }, 'its shape is not a list of lengths'],
    [{ shape: [-1] }, 'its shape is not a list of lengths'],
    [{ shape: [2.5] }, 'its shape is not a list of lengths'],
    [{ shape: Array(65).fill(1), chunks: Array(65).fill(1) }, 'its shape is not a list of lengths'],
    [{ chunks: [1, 1] }, 'the shape of its chunks does not match its own shape'],
    [{ chunks: [0] }, 'its chunks have no elements'],
    [{ filters: [{}] }, 'its metadata have a filter without an id'],
  ])('with %j are damaged', async (array, detail) => {
    expect(await readArray(array)).toEqual({ kind: 'unread', unread: { reason: 'damaged', detail } });
  });

  it.each([
    ['<q9'],
    [
      [
        ['a', '<i4'],
        ['b', 'nothing'],
      ],
    ],
    [[]],
    [[[1, '<i4']]],
    [Array(1001).fill(['a', '<i4'])],
    [[['a', [['b', [['c', [['d', [['e', [['f', [['g', [['h', [['i', '<i4']]]]]]]]]]]]]]]]]]],
  ])('of the type %j are unsupported', async (dtype) => {
    expect(await readArray({ dtype })).toMatchObject({ kind: 'unread', unread: { reason: 'unsupported' } });
  });

  it.each([
    [{ shape: [2 ** 40], chunks: [2 ** 40] }, 'it takes 4398046511104 bytes'],
    [{ shape: [4], chunks: [2 ** 50] }, 'its chunks take 4503599627370496 bytes'],
    [{ shape: [1000], chunks: [1] }, 'it is in 1000 chunks'],
    [
      { shape: [2 ** 21], chunks: [2], dtype: '|O', filters: [{ id: 'vlen-utf8' }] },
      'it takes 2097152 bytes',
    ],
    [{ shape: Array(60).fill(2 ** 30), chunks: Array(60).fill(1) }, 'it takes Infinity bytes'],
  ])('with %j are too large to read', async (array, detail) => {
    expect(await readArray(array)).toMatchObject({ unread: { reason: 'too-large', detail } });
  });

  it('whose chunks exceed the limit are too large to read', async () => {
    const read = await readArray({}, { 0: new Uint8Array(100_000) });
    expect(read).toMatchObject({ unread: { reason: 'too-large', detail: 'a chunk takes 100000 bytes' } });
  });

  it.each([
    ['zlib', deflateSync],
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const)('whose chunks are %s bombs are damaged', async (id, compress) => {
    const bomb = new Uint8Array(compress(Buffer.alloc(32 * 1024 * 1024)));
    const read = await readArray({ compressor: { id } }, { 0: bomb });
    expect(read).toMatchObject({ unread: { reason: 'damaged' } });
    expect((read as HeaderDataset).unread?.detail).toContain('do not decompress');
  });

  it('whose chunks have too few or too many elements are damaged', async () => {
    for (const length of [0, 4, 7, 12]) {
      for (const array of [{}, { dtype: '|S4' }]) {
        const read = await readArray(array, { 0: new Uint8Array(length) });
        expect(read).toMatchObject({ kind: 'dataset', unread: { reason: 'damaged' } });
      }
    }
    const texts = { dtype: '|O', filters: [{ id: 'vlen-utf8' }] };
    const one = Uint8Array.from([1, 0, 0, 0, 1, 0, 0, 0, 0x61]);
    expect(await readArray(texts, { 0: one })).toMatchObject({ unread: { reason: 'damaged' } });
    const many = Uint8Array.from([255, 255, 255, 255]);
    expect(await readArray(texts, { 0: many })).toMatchObject({ unread: { reason: 'damaged' } });
  });

  it('never evaluate pickles, nor request them', async () => {
    const objects = consolidatedV2({
      'x/.zarray': { ...ARRAY, dtype: '|O', filters: [{ id: 'pickle', protocol: 5 }] },
      'x/.zattrs': { zarr_dtype: 'object' },
    });
    const { header, report } = await readZarrHeader(memoryStore(objects), LIMITS);
    expect(header.objects[1]).toMatchObject({
      dtype: { class: 'reference', target: 'object' },
      unread: {
        reason: 'unsupported',
        detail: 'it contains objects pickled by Python, which are never evaluated',
      },
    });
    expect(report.requests).toBe(3);
  });

  it('that were never written have their fill value', async () => {
    expect(await readArray({ fill_value: 7 })).toMatchObject({ values: [7, 7] });
    expect(await readArray({ fill_value: 'NaN', dtype: '<f8' })).toMatchObject({
      values: [Number.NaN, Number.NaN],
    });
    expect(await readArray({ fill_value: null, dtype: '<i8' })).toMatchObject({ values: [0, 0] });
    expect(await readArray({ dtype: '|O', filters: [{ id: 'vlen-utf8' }] })).toMatchObject({
      values: ['0', '0'],
    });
    expect(await readArray({ dtype: '|S2', fill_value: 'YWI=' })).toMatchObject({ values: ['ab', 'ab'] });
    expect(await readArray({ dtype: '|S2', fill_value: 'no base64' })).toMatchObject({
      unread: { reason: 'unsupported' },
    });
    expect(await readArray({ dtype: '|S2', fill_value: 'AAA=' })).toMatchObject({ values: ['', ''] });
  });

  it('of JSON contain strings and references', async () => {
    const chunk = (items: unknown[]): Record<string, Uint8Array> => ({
      0: new TextEncoder().encode(JSON.stringify([...items, '|O', [2]])),
    });
    const array = { dtype: '|O', filters: [{ id: 'json2' }] };
    expect(await readArray(array, chunk(['a', 'b']))).toMatchObject({ values: ['a', 'b'] });
    expect(await readArray(array, chunk(['a', 1]))).toMatchObject({ unread: { reason: 'unsupported' } });
    const references = chunk([
      { source: '.', path: '/x' },
      { source: '.', path: '/y' },
    ]);
    expect(await readArray(array, references, { zarr_dtype: 'object' })).toMatchObject({
      dtype: { class: 'reference' },
      values: [{ ref: 1 }, { ref: null }],
    });
  });
});

describe('codecs on any bytes', () => {
  it('decompress or throw CodecError, whatever a chunk contains', () => {
    const sound = readKinds('v2').objects;
    const packed = readKinds('v2', 'codecs').objects;
    const chunks = [...sound, ...packed]
      .filter(([path]) => /(^blo|bz2|lzma).*\/0/.test(path))
      .map(([, bytes]) => bytes);
    expect(chunks.length).toBeGreaterThan(15);
    const mutated = fc
      .tuple(
        fc.constantFrom(...chunks),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))),
        fc.nat(),
      )
      .map(([chunk, changes, cut]) => {
        const bytes = chunk.slice(0, cut % 3 === 0 ? cut % chunk.length : chunk.length);
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % Math.min(64, bytes.length)] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        const outcomes = [
          () => decompressBlosc(bytes, 1 << 20),
          () => decompressLz4(bytes, 1000),
          () => decompressBzip2(bytes, 1 << 20),
          () => decompressXz(bytes, 1 << 20),
        ].map((work) => {
          try {
            return work().length <= 1 << 20;
          } catch (error) {
            return (error as Error).name === 'CodecError';
          }
        });
        expect(outcomes).toEqual([true, true, true, true]);
      }),
      { numRuns: 500 },
    );
  });
});

/** What a mutation replaces a value by: values that occur elsewhere in metadata, and values that never do. */
const odd = fc.oneof(
  fc.constantFrom(
    null,
    true,
    -1,
    0,
    1,
    2 ** 31,
    1e300,
    0.5,
    '',
    '.',
    '..',
    '/',
    '|O',
    '<f8',
    '|S9',
    [],
    [[]],
    {},
  ),
  fc.constantFrom('group', 'array', 'string', 'struct', 'sharding_indexed', 'blosc', 'vlen-utf8', 'pickle'),
  fc.constantFrom([0], [1, 1], { id: 'blosc' }, { name: 'bytes', configuration: { endian: 'big' } }),
  fc.constantFrom({ _REFERENCE: '/' }, [{ name: 'a', source: '.', path: '/' }], { a: { a: { a: {} } } }),
  fc.string(),
  fc.integer(),
);

describe('mutated metadata', () => {
  const stores: readonly (readonly [string, () => Objects, string])[] = [
    ['NWB in v2', () => readNwbStore('v2'), '.zmetadata'],
    ['NWB in v3', () => readNwbStore('v3'), 'zarr.json'],
    ['kinds in v2', () => readKinds('v2').objects, '.zmetadata'],
    ['kinds in v3', () => readKinds('v3').objects, 'zarr.json'],
  ];

  it.each(stores)(
    'of %s yield a header or a named error',
    async (_name, fresh, path) => {
      const objects = fresh();
      const document = documentIn(objects, path);
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(), odd, fc.nat(2)), { minLength: 1, maxLength: 12 }),
          async (changes) => {
            const copy = structuredClone(document);
            for (const [at, value, how] of changes) mutate(copy, at, value, how);
            const mutated = new Map(objects);
            putDocument(mutated, path, copy);
            await expectDesigned(mutated);
          },
        ),
        { numRuns: countRuns(100) },
      );
    },
    60_000,
  );

  it('as bytes, consolidated or not, yield a header or a named error', async () => {
    for (const objects of [readNwbStore('v2'), withoutConsolidated(readNwbStore('v3'))]) {
      const paths = [...objects.keys()];
      const change = fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 255 }));
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 200 }), async (changes) => {
          const mutated = new Map(objects);
          for (const [which, at, byte] of changes) {
            const path = paths[which % paths.length]!;
            const bytes = mutated.get(path)!.slice();
            if (bytes.length > 0) bytes[at % bytes.length] = byte;
            mutated.set(path, byte % 7 === 0 ? bytes.slice(0, at % (bytes.length + 1)) : bytes);
          }
          await expectDesigned(mutated);
        }),
        { numRuns: countRuns(60) },
      );
    }
  }, 60_000);

  it('with paths of any length yield a header in limited time', async () => {
    const deep = `${'a/'.repeat(200_000)}b`;
    const header = await read(
      consolidatedV2({
        [`${deep}/.zgroup`]: GROUP,
        [`${'x'.repeat(1_000_000)}/.zgroup`]: GROUP,
      }),
    );
    expect(header.cutShort).toEqual([{ budget: 'depth', limit: LIMITS.depth }]);
    expect(header.objects.length).toBeLessThan(LIMITS.depth + 4);
  });
});

/** Expects a complete header whose text can be printed, or one of our errors. */
async function expectDesigned(objects: Objects): Promise<void> {
  let header: NwbHeader;
  try {
    header = await read(objects, { ...LIMITS, milliseconds: 20_000 });
  } catch (error) {
    expect(NAMES).toContain((error as Error).name);
    return;
  }
  for (const object of header.objects) {
    if (object.kind === 'group') {
      for (const member of object.members)
        if ('to' in member) expect(header.objects[member.to]).toBeDefined();
    }
    if (object.kind !== 'dataset' || object.values === undefined) continue;
    const count = object.shape!.reduce((product, length) => product * length, 1);
    expect(object.values.length).toBe(count);
    expect(object.unread).toBeUndefined();
  }
  expect(headerFromJson(headerToJson(header))).toEqual(header);
  expect(typeof headerText(header)).toBe('string');
}

/** Replaces, removes or renames the value at position `at` of a walk through the document. */
function mutate(document: unknown, at: number, value: unknown, how: number): void {
  const locations: [Record<string, unknown>, string][] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      locations.push([node as Record<string, unknown>, key]);
      visit((node as Record<string, unknown>)[key]);
    }
  };
  visit(document);
  const location = locations[at % Math.max(1, locations.length)];
  if (location === undefined) return;
  const [holder, key] = location;
  // Copies: a value that is inserted twice would be changed in both places, and could contain itself.
  if (how === 0) holder[key] = structuredClone(value);
  else if (how === 1) delete holder[key];
  else if (Array.isArray(holder)) holder.push(structuredClone(value));
  else holder[String(value)] = structuredClone(holder[key]);
}
