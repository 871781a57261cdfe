/** The walker on extreme files that HDF5 allows, and at its own limits. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HeaderObject, NwbHeader } from '../../shared/header/nwb-header.ts';
import { IS_FULL } from '../effort.ts';
import { TwoEngines } from './two-engines.ts';
import { fillLikeNwb, findOffset, writeHdf5 } from './write-hdf5.ts';

let engines: TwoEngines;
beforeAll(() => {
  engines = new TwoEngines();
});
afterAll(() => engines.close());

function group(object: HeaderObject | undefined): HeaderObject & { kind: 'group' } {
  if (object?.kind !== 'group') throw new Error('no group');
  return object;
}

function member(header: NwbHeader, name: string): HeaderObject {
  const found = group(header.objects[0]).members.find((candidate) => candidate.name === name);
  if (found === undefined || !('to' in found)) throw new Error(`no hard link ${name}`);
  return header.objects[found.to]!;
}

async function readAgreed(bytes: Uint8Array, limits = {}): Promise<NwbHeader> {
  const { header } = await engines.byWalker(bytes, limits);
  expect(header).toEqual(await engines.byLibhdf5(bytes, limits));
  return header;
}

describe('many of everything', () => {
  it.each([false, true])('24,400 groups in one, latest format: %s', { timeout: 120_000 }, async (latest) => {
    const bytes = await writeHdf5(
      (file) => {
        const parent = file.create_group('many');
        for (let index = 0; index < 24_400; index += 1) parent.create_group(`group ${index}`);
      },
      { latest },
    );
    const { header, report } = await engines.byWalker(bytes);
    expect(header.objects).toHaveLength(24_402);
    expect(group(member(header, 'many')).members).toHaveLength(24_400);
    expect(header.cutShort).toEqual([]);
    expect(report.rounds).toBeLessThan(12);
  });

  it.each([IS_FULL ? 723 : 100])(
    '%i datasets in each of sixty groups',
    { timeout: 120_000 },
    async (each) => {
      const bytes = await writeHdf5((file) => {
        for (let index = 0; index < 60; index += 1) {
          const parent = file.create_group(`group${index}`);
          for (let data = 0; data < each; data += 1) {
            parent.create_dataset({ name: `data${data}`, data: new Float32Array([data]) });
          }
        }
      });
      const { header } = await engines.byWalker(bytes);
      expect(header.objects.filter(({ kind }) => kind === 'dataset')).toHaveLength(60 * each);
    },
  );

  it.each([false, true])(
    '5,000 attributes on one object, latest format: %s',
    { timeout: 120_000 },
    async (latest) => {
      const bytes = await writeHdf5(
        (file) => {
          const crowded = file.create_group('crowded');
          for (let index = 0; index < 5_000; index += 1)
            crowded.create_attribute(`attribute ${index}`, index);
        },
        { latest },
      );
      const { header } = await engines.byWalker(bytes);
      const { attributes } = group(member(header, 'crowded'));
      expect(attributes).toHaveLength(5_000);
      expect(attributes.find(({ name }) => name === 'attribute 4321')?.values).toEqual([4321]);
    },
  );

  it('an attribute of 128 KB, which exceeds any object header', async () => {
    const bytes = await writeHdf5(
      (file) => {
        file.create_attribute('small', 1);
        file.create_attribute(
          'large',
          new Float64Array(16_000).map((_, index) => index / 3),
        );
      },
      { latest: true },
    );
    const header = await readAgreed(bytes);
    expect(group(header.objects[0]).attributes[0]?.values?.at(-1)).toBe(15_999 / 3);
  });

  it('nested groups, two hundred and fifty levels', { timeout: 120_000 }, async () => {
    const bytes = await writeHdf5((file, module) => {
      // Only by path: h5wasm's groups open all their parents again.
      for (let depth = 1; depth <= 250; depth += 1)
        module.create_group(file.file_id, '/deeper'.repeat(depth), false);
    });
    const { header } = await engines.byWalker(bytes);
    expect(header.objects).toHaveLength(251);
    expect(header.cutShort).toEqual([]);
  });
});

describe('names and links', () => {
  it('reads every name that HDF5 allows', async () => {
    const names = [
      'with space',
      ' ',
      'back\\slash',
      'tab\there',
      'line\nend',
      'ünïcödé',
      '漢字',
      '😀',
      '...',
      `${'long'.repeat(4000)}`,
    ];
    for (const latest of [false, true]) {
      const bytes = await writeHdf5((file) => names.forEach((name) => void file.create_group(name)), {
        latest,
      });
      const header = await readAgreed(bytes);
      expect(
        group(header.objects[0])
          .members.map(({ name }) => name)
          .toSorted(),
      ).toEqual(names.toSorted());
    }
  });

  it('names links, follows only hard ones, and ends where they form a cycle', async () => {
    const bytes = await writeHdf5((file, module) => {
      fillLikeNwb(file, module);
      for (let index = 0; index < 300; index += 1)
        file.create_soft_link(`/chain${index + 1}`, `chain${index}`);
      file.create_soft_link('/self', 'self');
      file.create_soft_link('//acquisition///one/', 'slashes');
      file.create_soft_link('/nowhere', 'dangling');
      module.create_hard_link(file.file_id, '/', '/acquisition/root');
    });
    const header = await readAgreed(bytes);
    const links = new Map(group(header.objects[0]).members.map((link) => [link.name, link]));
    expect(links.get('dangling')).toEqual({ name: 'dangling', soft: '/nowhere' });
    expect(links.get('slashes')).toMatchObject({ soft: expect.stringMatching(/acquisition\/+one/) });
    expect(links.get('outside')).toEqual({
      name: 'outside',
      external: { file: '/etc/passwd', path: '/data' },
    });
    expect(group(member(header, 'acquisition')).members).toContainEqual({ name: 'root', to: 0 });
  });
});

describe('budgets', () => {
  it.each([1, 2, 3, 5, 8, 11])('cut the header short past %i objects, and keep the rest', async (objects) => {
    const bytes = await writeHdf5(fillLikeNwb);
    const header = await readAgreed(bytes, { objects });
    expect(header.cutShort).toEqual([{ budget: 'objects', limit: objects }]);
  });

  it.each([0, 1, 2])('cut the header short past %i levels of groups', async (depth) => {
    const header = await readAgreed(await writeHdf5(fillLikeNwb), { depth });
    expect(header.cutShort).toEqual([{ budget: 'depth', limit: depth }]);
  });

  it('do not read a value that exceeds its limit', async () => {
    const bytes = await writeHdf5((file) => {
      file.create_attribute('long', new Float64Array(100));
      file.create_attribute('text', 'x'.repeat(500));
      file.create_dataset({ name: 'data', data: new Float64Array(100) });
    });
    const header = await readAgreed(bytes, { valueBytes: 300 });
    const reasons = group(header.objects[0]).attributes.map(({ unread }) => unread?.reason);
    expect(reasons).toEqual(['too-large', 'too-large']);
    expect(member(header, 'data')).toMatchObject({ unread: { reason: 'too-large' } });
  });

  it('end the read with the named error past requests, bytes or time', async () => {
    const bytes = await writeHdf5(fillLikeNwb);
    for (const [budget, limit] of [
      ['requests', 0],
      ['bytes', 100],
      ['milliseconds', -1],
    ] as const) {
      await expect(engines.byWalker(bytes, { [budget]: limit })).rejects.toMatchObject({
        name: 'ReadBudgetExceededError',
        budget,
        limit,
      });
    }
  });

  it('fetch nothing twice', async () => {
    const { source, report } = await engines.byWalker(await writeHdf5(fillLikeNwb));
    const requested = source.requested.toSorted((a, b) => a.offset - b.offset);
    for (const [index, range] of requested.entries()) {
      const next = requested[index + 1];
      if (next !== undefined) expect(range.offset + range.length).toBeLessThanOrEqual(next.offset);
    }
    expect(report.bytes).toBe(requested.reduce((sum, { length }) => sum + length, 0));
    expect(report.requests).toBe(requested.length);
  });
});

describe('parts that the walker cannot read', () => {
  it('finds the superblock after a user block', async () => {
    const bytes = await writeHdf5(fillLikeNwb);
    const behind = new Uint8Array(2048 + bytes.length);
    behind.fill(0x20, 0, 2048);
    behind.set(bytes, 2048);
    const { header, report } = await engines.byWalker(behind);
    expect(report.engine).toBe('walker');
    expect(header).toEqual((await engines.byWalker(bytes)).header);
    expect(header).toEqual(await engines.byLibhdf5(behind));
  });

  it('reads everything but the object whose checksum does not match', async () => {
    const bytes = await writeHdf5(fillLikeNwb, { latest: true });
    const at = findOffset(bytes, 'OHDR', 4);
    bytes[at + 20]! ^= 0xff;
    const { header, report } = await engines.byWalker(bytes);
    expect(report.engine).toBe('walker');
    const unread = header.objects.filter(
      (object) => object.kind === 'unread' && object.unread.reason !== 'skipped',
    );
    expect(unread).toEqual([
      {
        kind: 'unread',
        unread: { reason: 'damaged', detail: 'the checksum of an object header does not match' },
      },
    ]);
    expect(header.objects.length).toBeGreaterThan(unread.length);
  });

  it.each([
    ['nothing', 0],
    ['less than a superblock', 60],
    ['half of it', 3000],
  ])('a file cut to %s ends with the error that libhdf5 has for it', async (_what, length) => {
    const bytes = (await writeHdf5(fillLikeNwb)).slice(0, length);
    const { CountingSource } = await import('../source/counting-source.ts');
    const { ampleLimits } = await import('./two-engines.ts');
    await expect(engines.reader.readHeader(new CountingSource(bytes), ampleLimits)).rejects.toMatchObject({
      name: 'HeaderUnreadableError',
    });
  });
});
