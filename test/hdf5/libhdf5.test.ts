/**
 * The libhdf5 engine: what it reads from every kind of file, and its behavior when files, servers or threads
 * fail.
 */

import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ArchiveUnavailableError,
  HeaderUnreadableError,
  ReadBudgetExceededError,
} from '../../shared/errors.ts';
import { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import { LibHdf5Engine, type LibHdf5Options } from '../../shared/hdf5/libhdf5/engine.ts';
import { MemoryForm } from '../../shared/hdf5/libhdf5/memory-form.ts';
import { buildHeader } from '../../shared/header/build-header.ts';
import { compareByteOrder } from '../../shared/header/byte-order.ts';
import type { ReadLimits } from '../../shared/header/header-reader.ts';
import type { Attribute, HeaderObject, NwbHeader } from '../../shared/header/nwb-header.ts';
import { ByteStore } from '../../shared/source/byte-store.ts';
import { requireCorpus } from '../corpus.ts';
import { CountingSource } from '../source/counting-source.ts';
import { goldenBytes, goldenNames, goldenObjects, inGoldenShape } from './golden.ts';
import { PATIENT } from './two-engines.ts';
import { fillLikeNwb, findOffset, writeHdf5 } from './write-hdf5.ts';

const limits: ReadLimits = {
  bytes: 1e9,
  requests: 10_000,
  objects: 100_000,
  depth: 100,
  milliseconds: 60_000,
  valueBytes: 2 ** 20,
};

let engine: LibHdf5Engine;
let likeNwb: Uint8Array;
let folder: string;

beforeAll(async () => {
  engine = new LibHdf5Engine(PATIENT);
  likeNwb = await writeHdf5(fillLikeNwb);
  folder = mkdtempSync(join(tmpdir(), 'libhdf5-'));
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true });
});

async function readTestHeader(bytes: Uint8Array, changed: Partial<ReadLimits> = {}): Promise<NwbHeader> {
  return (await engine.readHeader(new CountingSource(bytes), { ...limits, ...changed })).header;
}

/** The object at a path of hard links from the root. */
function objectAt(header: NwbHeader, path: string): HeaderObject {
  let object = header.objects[0]!;
  for (const name of path.split('/').filter(Boolean)) {
    const member = object.kind === 'group' ? object.members.find((found) => found.name === name) : undefined;
    if (member === undefined || !('to' in member)) throw new Error(`${path} is not a path of hard links`);
    object = header.objects[member.to]!;
  }
  return object;
}

function attributesAt(header: NwbHeader, path: string): readonly Attribute[] {
  const object = objectAt(header, path);
  return object.kind === 'unread' ? [] : object.attributes;
}

function attributeAt(header: NwbHeader, path: string, name: string): Attribute | undefined {
  return attributesAt(header, path).find((attribute) => attribute.name === name);
}

/** The error that a read fails with. */
async function catchError(reading: Promise<unknown>): Promise<Record<string, unknown>> {
  return reading.then(
    () => expect.unreachable('it was read'),
    (error) => error,
  );
}

describe('names of attributes that are not UTF-8', () => {
  it.each([
    ['inside', 'naXve', 2, 0xef, 'na\udcefve'],
    ['at the end, where the bytes after the name are not part of it', 'cafX', 3, 0xe9, 'caf\udce9'],
    ['at the start', 'Xylo', 0, 0xff, '\udcffylo'],
  ])('keep their bytes and values, and so do those beside them: %s', async (_where, name, at, byte, kept) => {
    const bytes = await writeHdf5((file) => {
      file.create_attribute('before', 1);
      file.create_attribute(name, 2);
      file.create_attribute('café', 3);
    });
    bytes[findOffset(bytes, `${name}\0`) + at] = byte;
    const { attributes } = (await readTestHeader(bytes)).objects[0] as { attributes: readonly Attribute[] };
    expect(attributes.map((each) => [each.name, each.values, each.unread])).toEqual(
      [
        ['before', [1], undefined],
        ['café', [3], undefined],
        [kept, [2], undefined],
      ].sort(([a], [b]) => compareByteOrder(String(a), String(b))),
    );
    const walker = new Hdf5HeaderReader({ engine: 'walker' });
    const walked = (await walker.readHeader(new CountingSource(bytes), limits)).header.objects[0];
    walker.close();
    expect((walked as { attributes: readonly Attribute[] }).attributes.map((each) => each.name)).toEqual(
      attributes.map((each) => each.name),
    );
  });
});

describe('reading', () => {
  it.each(goldenNames)('%s: reads every kind of attribute, dataset and link as h5py does', async (name) => {
    const header = await readTestHeader(goldenBytes(name));
    expect(header.cutShort).toEqual([]);
    expect(inGoldenShape(header)).toEqual(goldenObjects(name));
  });

  it('gives compounds the offsets and sizes in the file, not in libhdf5’s memory', async () => {
    const header = await readTestHeader(goldenBytes('kinds'));
    const { dtype } = attributeAt(header, '/few', 'rows')!;
    // Variable-length strings take 16 bytes in the file, a reference 8 and an int 4.
    expect(dtype).toMatchObject({ class: 'compound', size: 44 });
    expect(dtype.class === 'compound' && dtype.fields.map(({ offset }) => offset)).toEqual([0, 16, 24, 28]);
  });

  it('names filters', async () => {
    const header = await readTestHeader(goldenBytes('kinds'));
    const grid = objectAt(header, '/grid');
    const scaled = objectAt(header, '/scaled');
    expect(grid).toMatchObject({ storage: { filters: ['shuffle', 'gzip', 'fletcher32'] } });
    expect(scaled).toMatchObject({ storage: { filters: ['scaleoffset'] } });
  });

  it('lists every object once, members by name, whatever the cycles', async () => {
    const header = await readTestHeader(likeNwb);
    expect(objectAt(header, '/acquisition/loop/loop/again')).toBe(objectAt(header, '/acquisition/one'));
    const acquisition = objectAt(header, '/acquisition');
    expect(acquisition.kind === 'group' && acquisition.members.map(({ name }) => name)).toEqual([
      'again',
      'loop',
      'one',
      'three',
      'two',
    ]);
    expect(header.objects).toHaveLength(14);
  });

  it('names soft and external links, and never follows them', async () => {
    const header = await readTestHeader(likeNwb);
    const root = header.objects[0]!;
    const members = root.kind === 'group' ? root.members : [];
    expect(members).toContainEqual({ name: 'shortcut', soft: '/acquisition/one' });
    expect(members).toContainEqual({ name: 'outside', external: { file: '/etc/passwd', path: '/data' } });
  });

  it('reads values directly under / and at any depth under /general, and nowhere else', async () => {
    const header = await readTestHeader(likeNwb);
    expect(objectAt(header, '/identifier')).toMatchObject({ values: ['an identifier'] });
    expect(objectAt(header, '/general/lab')).toMatchObject({ values: ['a lab'] });
    expect(objectAt(header, '/general/subject/species')).toMatchObject({ values: ['Mus musculus'] });
    const data = objectAt(header, '/acquisition/one/data');
    expect(data).toMatchObject({ kind: 'dataset', shape: [100, 2], storage: { chunks: [10, 2] } });
    expect(data).not.toHaveProperty('values');
    expect(data).not.toHaveProperty('unread');
  });

  it('skips /specifications without reading it', async () => {
    const header = await readTestHeader(likeNwb);
    expect(objectAt(header, '/specifications')).toMatchObject({ unread: { reason: 'skipped' } });
    expect(header.objects.some((object) => 'values' in object && String(object.values).includes('{}'))).toBe(
      false,
    );
  });

  it('reports values past the limit as too large, including their strings', async () => {
    const bytes = await writeHdf5((file) => {
      file.create_dataset({ name: 'hundred', data: new Float64Array(100) });
      file.create_dataset({ name: 'hundred_and_one', data: new Float64Array(101) });
      file.create_dataset({ name: 'long', data: 'x'.repeat(785) });
      file.create_dataset({ name: 'longest', data: 'x'.repeat(784), dtype: 'S' });
      file.create_attribute('numbers', new Float64Array(101));
    });
    const header = await readTestHeader(bytes, { valueBytes: 800 });
    const tooLarge = { unread: { reason: 'too-large' } };
    expect(objectAt(header, '/hundred')).toHaveProperty('values');
    expect(objectAt(header, '/longest')).toHaveProperty('values');
    expect(objectAt(header, '/hundred_and_one')).toMatchObject(tooLarge);
    expect(objectAt(header, '/long')).toMatchObject(tooLarge);
    expect(attributeAt(header, '/', 'numbers')).toMatchObject({ shape: [101], ...tooLarge });
  });

  it('reads the rest of a file with a filter that is not built in', async () => {
    const header = await readTestHeader(await withFilter(32001));
    expect(objectAt(header, '/data')).toMatchObject({
      storage: { filters: ['blosc'] },
      unread: { reason: 'unsupported' },
    });
  });

  it.each(goldenNames)('%s: reads the same after a user block', async (name) => {
    const plain = goldenBytes(name);
    const moved = new Uint8Array(1024 + plain.length);
    moved.set(plain, 1024);
    const header = await readTestHeader(moved);
    expect(header).toEqual(await readTestHeader(plain));
  });

  it('reads the latest format like the old one', async () => {
    const latest = await writeHdf5(fillLikeNwb, { latest: true });
    expect(await readTestHeader(latest)).toEqual(await readTestHeader(likeNwb));
  });

  it('reads every file of the corpus whole', async (test) => {
    const files = join(requireCorpus(test), 'files');
    const names = readdirSync(files).filter((name) => name.endsWith('.nwb'));
    let unread = 0;
    for (const name of names) {
      const header = await readTestHeader(new Uint8Array(readFileSync(join(files, name))));
      expect(header.cutShort).toEqual([]);
      for (const object of header.objects) {
        const all = object.kind === 'unread' ? [object] : [object, ...object.attributes];
        for (const { unread: why } of all as { unread?: { reason: string } }[]) {
          if (why !== undefined && why.reason !== 'skipped') unread += 1;
        }
      }
    }
    expect(names.length).toBeGreaterThan(0);
    expect(unread).toBe(0);
  });
});

/** A file whose dataset `/data` has the filter `id` instead of gzip, with unchanged chunks. */
async function withFilter(id: number): Promise<Uint8Array> {
  const bytes = await writeHdf5((file) => {
    const data = new Int32Array(100);
    file.create_dataset({ name: 'data', data, shape: [100], chunks: [10], compression: 4 });
  });
  const at = findOffset(bytes, 'deflate') - 8;
  new DataView(bytes.buffer, bytes.byteOffset).setUint16(at, id, true);
  return bytes;
}

describe('costs', () => {
  it('reports the requests to the source', async () => {
    const source = new CountingSource(likeNwb, { openingBytes: 1000 });
    const { header, report } = await engine.readHeader(source, limits);
    expect(report).toMatchObject({
      engine: 'libhdf5',
      requests: source.requested.length + 1,
      bytes: source.bytesAsked + 1000,
      rounds: 2,
      objects: header.objects.length,
    });
    expect(report.bytes).toBeLessThanOrEqual(likeNwb.length);
    expect(report.computingMs).toBeGreaterThan(0);
  });

  it('fetches pages, and longer runs when a file is read sequentially', async () => {
    const bytes = await writeHdf5((file) => {
      file.create_dataset({ name: 'data', data: new Float64Array(100_000) });
    });
    const paged = new LibHdf5Engine({ pageBytes: 16_384 });
    const source = new CountingSource(bytes);
    await paged.readHeader(source, { ...limits, valueBytes: 1e6 });
    paged.close();
    expect(source.bytesAsked).toBe(bytes.length);
    expect(source.requested.length).toBeLessThan(bytes.length / 16_384 / 2);
    const few = new CountingSource(bytes);
    await engine.readHeader(few, { ...limits, valueBytes: 10 });
    expect(few.bytesAsked).toBeLessThanOrEqual(2 * 262_144);
  });

  it('takes over the bytes, counts and limits of the engine that started the read', async () => {
    const source = new CountingSource(likeNwb);
    const shape = { pageBytes: 1, gapBytes: 0, concurrency: 4 };
    const store = new ByteStore(source, { ...shape, limits });
    await store.fetch([{ offset: 0, length: likeNwb.length }]);
    const { report } = await engine.readHeader(source, limits, undefined, store);
    expect(source.requested).toHaveLength(1);
    expect(report).toMatchObject({ requests: 1, bytes: likeNwb.length, rounds: 1 });
  });

  it('cuts the header short past the limits of objects or depth', async () => {
    const few = await readTestHeader(likeNwb, { objects: 4 });
    expect(few.cutShort).toEqual([{ budget: 'objects', limit: 4 }]);
    const read = few.objects.filter(({ kind }) => kind !== 'unread');
    expect(read.length).toBeLessThanOrEqual(4);
    expect(read.length).toBeGreaterThan(0);
    const shallow = await readTestHeader(likeNwb, { depth: 1 });
    expect(shallow.cutShort).toEqual([{ budget: 'depth', limit: 1 }]);
    expect(objectAt(shallow, '/acquisition').kind).toBe('group');
    expect(objectAt(shallow, '/acquisition/one')).toMatchObject({ unread: { reason: 'budget' } });
  });

  it.each([
    ['bytes', { bytes: 1000 }],
    ['requests', { requests: 1 }],
  ] as const)('past the budget of %s the reading ends', async (budget, changed) => {
    const error = await catchError(readTestHeader(likeNwb, changed));
    expect(error).toBeInstanceOf(ReadBudgetExceededError);
    expect(error).toMatchObject({ budget, key: 'memory' });
    expect((await readTestHeader(likeNwb)).objects).toHaveLength(14);
  });

  it('ends the read past its time limit, also while it waits for bytes', async () => {
    const source = new CountingSource(likeNwb);
    source.before = (_, signal) => sleep(10_000, undefined, { signal: signal! });
    const error = await catchError(engine.readHeader(source, { ...limits, milliseconds: 50 }));
    expect(error).toBeInstanceOf(ReadBudgetExceededError);
    expect(error).toMatchObject({ budget: 'milliseconds', limit: 50 });
    expect((await readTestHeader(likeNwb)).objects).toHaveLength(14);
  });
});

describe('bad files', () => {
  it.each([
    ['no bytes', new Uint8Array(0), 'empty-file'],
    ['text', new TextEncoder().encode('This is not HDF5.\n'.repeat(500)), 'not-hdf5'],
    ['two bytes', Uint8Array.of(0x89, 0x48), 'not-hdf5'],
    ['a signature and nothing else', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10), 'truncated'],
  ] as const)('%s', async (_, bytes, reason) => {
    const error = await catchError(readTestHeader(bytes));
    expect(error).toBeInstanceOf(HeaderUnreadableError);
    expect(error).toMatchObject({ reason, key: 'memory' });
  });

  it('reports a file cut off anywhere as truncated', async () => {
    for (const bytes of [likeNwb, goldenBytes('kinds-latest')]) {
      for (let part = 1; part < 24; part += 1) {
        const cut = bytes.slice(0, Math.floor((bytes.length * part) / 24));
        expect(await catchError(readTestHeader(cut))).toMatchObject({ reason: 'truncated' });
      }
      const lastByte = bytes.slice(0, -1);
      expect(await catchError(readTestHeader(lastByte))).toMatchObject({ reason: 'truncated' });
    }
  });

  it('reports a damaged superblock or root as a damaged file', async () => {
    const bytes = likeNwb.slice();
    bytes[8] = 77;
    expect(await catchError(readTestHeader(bytes))).toMatchObject({ reason: 'damaged' });
    const rootless = likeNwb.slice();
    rootless.fill(0xee, 96, 160);
    expect(await catchError(readTestHeader(rootless))).toMatchObject({ reason: 'damaged' });
  });

  it('reports damaged attributes as unread, by name or by number, and reads everything else', async () => {
    const bytes = likeNwb.slice();
    // The version of an attribute message of version 1 is eight bytes before its name.
    bytes[findOffset(bytes, 'description') - 8] = 99;
    const header = await readTestHeader(bytes);
    const damaged = attributesAt(header, '/acquisition/one');
    expect(damaged).toHaveLength(1);
    expect(damaged[0]).toMatchObject({ name: '', shape: null, unread: { reason: 'damaged' } });
    expect(objectAt(header, '/acquisition/one/data')).toMatchObject({ kind: 'dataset', shape: [100, 2] });
    expect(attributesAt(header, '/acquisition/two').map(({ values }) => values)).toEqual([
      ['series two'],
      ['TimeSeries'],
    ]);
  });

  it('reports a damaged object with a checksum as unread, and reads everything else', async () => {
    const bytes = await writeHdf5(fillLikeNwb, { latest: true });
    bytes[findOffset(bytes, 'description') + 1] = 0x21;
    const header = await readTestHeader(bytes);
    expect(objectAt(header, '/acquisition/one')).toMatchObject({ unread: { reason: 'damaged' } });
    expect(objectAt(header, '/acquisition/two/data')).toMatchObject({ kind: 'dataset' });
  });

  it('reports a string whose heap is damaged as unread, and reads its neighbours', async () => {
    const bytes = await writeHdf5((file) => {
      file.create_attribute('number', 1);
      file.create_attribute('text', 'in the heap');
      file.create_dataset({ name: 'after', data: [1, 2] });
    });
    bytes[findOffset(bytes, 'GCOL')] = 0;
    const header = await readTestHeader(bytes);
    expect(attributeAt(header, '/', 'text')).toMatchObject({ shape: [], unread: { reason: 'damaged' } });
    expect(attributeAt(header, '/', 'number')).toMatchObject({ values: [1] });
    expect(objectAt(header, '/after')).toMatchObject({ values: [1, 2] });
  });

  it('reports a damaged group as unread, and reads its neighbours', async () => {
    const bytes = likeNwb.slice();
    // The B-trees are in the order in which the groups were created: the root's, /general, /general/subject,
    // …
    bytes[findOffset(bytes, 'TREE', 2)] = 0;
    const header = await readTestHeader(bytes);
    expect(objectAt(header, '/general/subject/')).toMatchObject({ kind: 'group', members: [{ name: '' }] });
    expect(objectAt(header, '/general/subject')).toHaveProperty('attributes.length', 1);
    const unread = header.objects.filter((object) => object.kind === 'unread');
    expect(unread.map((object) => object.kind === 'unread' && object.unread.reason).sort()).toEqual([
      'damaged',
      'skipped',
    ]);
    expect(objectAt(header, '/general/lab')).toMatchObject({ values: ['a lab'] });
    expect(objectAt(header, '/acquisition/one').kind).toBe('group');
  });

  it('survives any damage to a file’s bytes, and reads the next file', async () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const original = goldenBytes('kinds');
    const outcomes = { read: 0, refused: 0 };
    for (let round = 0; round < 60; round += 1) {
      const bytes = original.slice();
      for (let change = 0; change < 20; change += 1) bytes[random(bytes.length)] = random(256);
      try {
        expect((await readTestHeader(bytes)).objects[0]!.kind).toBe('group');
        outcomes.read += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(HeaderUnreadableError);
        outcomes.refused += 1;
      }
    }
    expect(outcomes.read).toBeGreaterThan(outcomes.refused);
    expect(inGoldenShape(await readTestHeader(original))).toEqual(goldenObjects('kinds'));
  });
});

describe('sources that fail', () => {
  it.each([0, 1])(
    'passes on the source’s own error, and continues with the next file: request %i',
    async (failing) => {
      const source = new CountingSource(likeNwb);
      const broken = new ArchiveUnavailableError('broken line', { url: 'memory', status: 501 });
      source.before = () => {
        if (source.requested.length === failing + 1) throw broken;
      };
      expect(await catchError(engine.readHeader(source, limits))).toBe(broken);
      expect((await readTestHeader(likeNwb)).objects).toHaveLength(14);
    },
  );

  it('ends the read with the signal’s reason, at any point', async () => {
    const reason = new Error('cancelled');
    expect(
      await catchError(engine.readHeader(new CountingSource(likeNwb), limits, AbortSignal.abort(reason))),
    ).toBe(reason);
    const source = new CountingSource(likeNwb);
    const abort = new AbortController();
    source.before = (_, signal) => {
      if (source.requested.length === 1) return undefined;
      setTimeout(() => abort.abort(reason), 10);
      return sleep(10_000, undefined, { signal: signal! });
    };
    expect(await catchError(engine.readHeader(source, limits, abort.signal))).toBe(reason);
    expect((await readTestHeader(likeNwb)).objects).toHaveLength(14);
  });
});

describe('threads', () => {
  it.each([1, 2])('read several files at once, with %i threads', async (workers) => {
    const shared = new LibHdf5Engine({ ...PATIENT, workers });
    const files = [likeNwb, goldenBytes('kinds'), goldenBytes('kinds-latest'), likeNwb, likeNwb];
    let underWay = 0;
    let most = 0;
    const read = files.map(async (bytes) => {
      const source = new CountingSource(bytes);
      source.before = async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await sleep(5);
        underWay -= 1;
      };
      return (await shared.readHeader(source, limits)).header.objects.length;
    });
    const alone = await Promise.all(files.map(async (bytes) => (await readTestHeader(bytes)).objects.length));
    expect(await Promise.all(read)).toEqual(alone);
    expect(most).toBe(workers);
    shared.close();
  });

  it('abort a file that waits for its turn', async () => {
    const queued = new LibHdf5Engine(PATIENT);
    const slow = new CountingSource(likeNwb);
    const release = Promise.withResolvers<void>();
    slow.before = () => release.promise;
    const first = queued.readHeader(slow, limits);
    const reason = new Error('cancelled');
    const abort = new AbortController();
    const waiting = new CountingSource(likeNwb);
    const second = catchError(queued.readHeader(waiting, limits, abort.signal));
    const third = queued.readHeader(new CountingSource(likeNwb), limits);
    abort.abort(reason);
    // Immediately, not when its turn comes.
    expect(await second).toBe(reason);
    expect(waiting.requested).toHaveLength(0);
    release.resolve();
    expect((await first).header).toEqual((await third).header);
    queued.close();
  });

  /** An engine whose first thread runs `first`, and all later ones the real code. */
  function engineThatStartsWith(name: string, first: string, options: LibHdf5Options = {}): LibHdf5Engine {
    const real = new URL('../../shared/hdf5/libhdf5/worker.ts', import.meta.url);
    const entry = join(folder, `${name}.mjs`);
    writeFileSync(
      entry,
      `import { existsSync, writeFileSync } from 'node:fs';
       import { parentPort, workerData } from 'node:worker_threads';
       const mark = ${JSON.stringify(join(folder, `${name}.started`))};
       if (existsSync(mark)) await import(${JSON.stringify(real.href)});
       else { writeFileSync(mark, ''); ${first} }`,
    );
    return new LibHdf5Engine({ ...PATIENT, entry: pathToFileURL(entry), ...options });
  }

  it.each([
    ['dies', 'process.exit(3)', 60_000],
    ['throws', 'throw new Error("out of order")', 60_000],
    // Long enough for the next thread to start on a loaded machine.
    ['hangs', 'parentPort.on("message", () => { for (;;); })', 5_000],
  ])('one that %s is replaced, and costs its file alone', async (name, first, stallMilliseconds) => {
    const repaired = engineThatStartsWith(name, first, { stallMilliseconds });
    const error = await catchError(repaired.readHeader(new CountingSource(likeNwb), limits));
    expect(error).toBeInstanceOf(HeaderUnreadableError);
    expect(error).toMatchObject({ reason: 'engine-fault' });
    const { header } = await repaired.readHeader(new CountingSource(likeNwb), limits);
    expect(header.objects).toHaveLength(14);
    repaired.close();
  });

  it('skip an object at which the previous thread crashed', async () => {
    const address = addressOfIdentifier(await readTestHeader(likeNwb));
    const repaired = engineThatStartsWith(
      'breaks',
      `parentPort.on('message', () => {
         new Float64Array(workerData.shared, 8, 1)[0] = ${address};
         parentPort.postMessage({ kind: 'faulted', detail: 'memory access out of bounds' });
       });`,
    );
    const { header } = await repaired.readHeader(new CountingSource(likeNwb), limits);
    expect(objectAt(header, '/identifier')).toMatchObject({ kind: 'unread', unread: { reason: 'damaged' } });
    expect(header.objects).toHaveLength(14);
    expect(objectAt(header, '/general/lab')).toMatchObject({ values: ['a lab'] });
    repaired.close();
  });

  /** The identifier's object header: its address is the second field of the symbol table entry. */
  function addressOfIdentifier(header: NwbHeader): number {
    expect(objectAt(header, '/identifier').kind).toBe('dataset');
    const heap = findOffset(likeNwb, 'identifier');
    const view = new DataView(likeNwb.buffer, likeNwb.byteOffset);
    const segment = findOffset(likeNwb, 'HEAP');
    const data = Number(view.getBigUint64(segment + 24, true));
    const node = findOffset(likeNwb, 'SNOD');
    for (let entry = node + 8; ; entry += 40) {
      if (Number(view.getBigUint64(entry, true)) === heap - data) {
        return Number(view.getBigUint64(entry + 8, true));
      }
    }
  }

  /** A file whose group `odd` has one attribute, in a separate heap collection, which `damage` changes. */
  async function withOddGroup(damage: (bytes: Uint8Array, heap: number) => void): Promise<Uint8Array> {
    const bytes = await writeHdf5((file) => {
      file.create_dataset({ name: 'numbers', data: new Int32Array([1, 2, 3]) });
      file.create_group('odd').create_attribute('words', ['one', 'two']);
      file.create_group('sound').create_attribute('number', 7);
    });
    damage(bytes, findOffset(bytes, 'GCOL'));
    return bytes;
  }

  /** Changes the length of the word `one`, which is stored before the address of its collection. */
  function setWordLength(bytes: Uint8Array, heap: number, length: number): void {
    const descriptor = Buffer.alloc(12);
    descriptor.writeUInt32LE('one'.length);
    descriptor.writeBigUInt64LE(BigInt(heap), 4);
    const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(descriptor);
    expect(at).toBeGreaterThan(0);
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, length, true);
  }

  async function expectOddOmitted(bounded: LibHdf5Engine, bytes: Uint8Array): Promise<void> {
    const { header } = await bounded.readHeader(new CountingSource(bytes), limits);
    expect(objectAt(header, '/odd')).toMatchObject({ kind: 'unread', unread: { reason: 'damaged' } });
    expect(objectAt(header, '/sound')).toMatchObject({ attributes: [{ name: 'number', values: [7] }] });
    expect(objectAt(header, '/numbers')).toMatchObject({ values: [1, 2, 3] });
  }

  it('get no memory for a text with a stored length of 1.8 GB, which only costs its object', async () => {
    const bounded = new LibHdf5Engine(PATIENT);
    const bytes = await withOddGroup((file, heap) => setWordLength(file, heap, 0x7000_0000));
    const before = process.memoryUsage.rss();
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 5);
    await expectOddOmitted(bounded, bytes);
    clearInterval(watch);
    expect(most - before).toBeLessThan(512e6);
    bounded.close();
  });

  it('give up a file with that text at its root, and read the next one', async () => {
    const bounded = new LibHdf5Engine({ ...PATIENT, maxHeapBytes: 100 * 2 ** 20 });
    const bytes = await writeHdf5((file) => file.create_attribute('words', ['one', 'two']));
    setWordLength(bytes, findOffset(bytes, 'GCOL'), 0x1000_0000);
    const error = await catchError(bounded.readHeader(new CountingSource(bytes), limits));
    expect(error).toMatchObject({ name: 'HeaderUnreadableError', reason: 'engine-fault' });
    expect(error.message).toContain('root group');
    expect((await bounded.readHeader(new CountingSource(likeNwb), limits)).header.objects).toHaveLength(14);
    bounded.close();
  });

  it('skip an object with a heap object of length 0, over which libhdf5 loops forever', async () => {
    const bounded = new LibHdf5Engine({ stallMilliseconds: 5000 });
    // Index 0 is the collection's free space, whose length includes its head (III.E).
    await expectOddOmitted(bounded, await withOddGroup((file, heap) => file.fill(0, heap + 16, heap + 32)));
    bounded.close();
  });

  it('end with an error, not a crash, when their memory exceeds its limit', async () => {
    const narrow = new LibHdf5Engine({ ...PATIENT, maxHeapBytes: 1 });
    const error = await catchError(narrow.readHeader(new CountingSource(likeNwb), limits));
    expect(error).toMatchObject({ reason: 'engine-fault' });
    expect(error.message).toContain('memory');
    narrow.close();
  });

  it('are not affected by a signal that fires after its file was read', async () => {
    const shared = new LibHdf5Engine(PATIENT);
    const abort = new AbortController();
    await shared.readHeader(new CountingSource(likeNwb), limits, abort.signal);
    const next = new CountingSource(likeNwb);
    next.before = () => abort.abort(new Error('too late'));
    expect((await shared.readHeader(next, limits)).header.objects).toHaveLength(14);
    shared.close();
  });

  it('leave no listeners on a signal that outlives the read', async () => {
    const shared = new LibHdf5Engine(PATIENT);
    const { signal } = new AbortController();
    // The second waits for its turn.
    await Promise.all([1, 2].map(() => shared.readHeader(new CountingSource(likeNwb), limits, signal)));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    shared.close();
  });

  it('read nothing after the engine was closed', async () => {
    const closed = new LibHdf5Engine(PATIENT);
    const slow = new CountingSource(likeNwb);
    slow.before = () => sleep(50);
    const underWay = catchError(closed.readHeader(slow, limits));
    await sleep(20);
    closed.close();
    expect(await underWay).toMatchObject({ reason: 'engine-fault' });
    expect(await catchError(closed.readHeader(new CountingSource(likeNwb), limits))).toMatchObject({
      reason: 'engine-fault',
    });
  });
});

describe('the process around it', () => {
  const run = promisify(execFile);
  const here = new URL('../../shared/', import.meta.url);

  /** A program that reads a file and ends without closing its engine. */
  function program(from: string): string {
    writeFileSync(join(folder, 'like.nwb'), likeNwb);
    return `
      import { LibHdf5Engine } from ${JSON.stringify(new URL('hdf5/libhdf5/engine.ts', from).href)};
      import { openFileSource } from ${JSON.stringify(new URL('source/file-source.ts', from).href)};
      const source = await openFileSource(${JSON.stringify(join(folder, 'like.nwb'))});
      const { header } = await new LibHdf5Engine().readHeader(source, ${JSON.stringify(limits)});
      console.log(header.objects.length);`;
  }

  it('is not kept alive by an idle thread', async () => {
    const path = join(folder, 'ends.mjs');
    writeFileSync(path, program(here.href));
    const { stdout } = await run(process.execPath, [path], { timeout: 120_000 });
    expect(stdout.trim()).toBe('14');
  });

  it('may be a bundle, with the thread’s code in a separate file', async () => {
    const path = join(folder, 'program.mjs');
    writeFileSync(path, program(here.href).replaceAll('file://', ''));
    const common = {
      bundle: true,
      format: 'esm',
      platform: 'node',
      outdir: join(folder, 'bundle'),
      outExtension: { '.js': '.mjs' },
      logLevel: 'error',
    } as const;
    await build({ ...common, entryPoints: [path] });
    await build({
      ...common,
      entryPoints: [new URL('hdf5/libhdf5/worker.ts', here).pathname],
      minify: true,
    });
    const { stdout } = await run(process.execPath, [join(folder, 'bundle', 'program.mjs')], {
      timeout: 120_000,
    });
    expect(stdout.trim()).toBe('14');
  });
});

it('a region reference to what is not in the file dangles, and is no null one', () => {
  const form = new MemoryForm({
    heap: () => new Uint8Array(0),
    padding: new WeakMap(),
    sizes: { offsets: 8, lengths: 8 },
    read: () => undefined,
    payloadBytes: 100,
  });
  const somewhere = Uint8Array.from([1, 2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
  const values = [somewhere, new Uint8Array(12)].map((bytes) => ({
    ref: form.reference(bytes, 0, 'region'),
  }));
  const dtype = { class: 'reference', target: 'region' } as const;
  const attribute: Attribute = { name: 'to', dtype, shape: [2], values };
  const root: HeaderObject = { kind: 'group', attributes: [attribute], members: [] };
  const { objects } = buildHeader('hdf5', 0, new Map([[0, root]]), [], []);
  expect(objects[0]).toMatchObject({
    attributes: [{ values: [{ ref: null, isDangling: true }, { ref: null }] }],
  });
});
