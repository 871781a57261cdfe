/**
 * The cost of the walker's rounds on shapes that cost other readers a round per level or a megabyte per
 * value: counts, never times.
 */
import fc from 'fast-check';
import type { Group } from 'h5wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chain } from '../../shared/hdf5/walker/chain.ts';
import type { HeaderDataset, NwbHeader } from '../../shared/header/nwb-header.ts';
import {
  bytesOfElements,
  chooseValues,
  REPORTED_VALUE_BYTES,
  UNREPORTED_VALUE_BYTES,
  type ValueCandidate,
} from '../../shared/header/value-scope.ts';
import { TwoEngines } from './two-engines.ts';
import { writeHdf5 } from './write-hdf5.ts';

let engines: TwoEngines;
beforeAll(() => {
  engines = new TwoEngines();
});
afterAll(() => engines.close());

/** Writes nested groups, with `doubles(level)` numbers of data between them. */
function writeDeep(levels: number, doubles: (level: number) => number, latest: boolean): Promise<Uint8Array> {
  return writeHdf5(
    (file) => {
      let group = file as unknown as Group;
      for (let level = 0; level < levels; level += 1) {
        group = group.create_group(`level_${level}`);
        group.create_dataset({ name: 'data', data: new Float64Array(doubles(level)) });
      }
    },
    { latest },
  );
}

describe('nested groups', () => {
  it.each([false, true])('cost far less than a round per level, latest format: %s', async (latest) => {
    const bytes = await writeDeep(60, () => 25_000, latest);
    const { header, report } = await engines.byWalker(bytes);
    expect(header.objects).toHaveLength(121);
    expect(report.rounds).toBeLessThanOrEqual(30);
    expect(report.bytes).toBeLessThan(bytes.length / 2);
  });

  it('at growing distances cost no more bytes for read-ahead than one round may read', async () => {
    const bytes = await writeDeep(36, (level) => Math.round(1250 * 1.18 ** level), false);
    const { header, report } = await engines.byWalker(bytes);
    expect(header.objects).toHaveLength(73);
    expect(report.rounds).toBeLessThanOrEqual(30);
    // 22 KB per level, both ends of the file, and half a megabyte.
    expect(report.bytes).toBeLessThan(36 * 22 * 1024 + 100 * 1024 + 512 * 1024);
  });

  it('at different distances cost no more than a round per level and a limited number of bytes', async () => {
    const bytes = await writeDeep(40, (level) => 1000 + ((level * 7919) % 13) * 9000, false);
    const { report } = await engines.byWalker(bytes);
    expect(report.rounds).toBeLessThanOrEqual(44);
    expect(report.bytes).toBeLessThan(bytes.length);
  });
});

describe('a chain', () => {
  const allowance = { share: 20_000, chainBytes: 500_000 };
  const at = (offset: number) => [{ offset, length: 500 }];

  it('of similar distances is predicted, twice as far each time that it continues', () => {
    const chain = new Chain();
    let location = 1_000_000;
    const counts: number[] = [];
    let steps = 1;
    for (let round = 0; round < 9; round += 1) {
      const { offsets, share } = chain.next(1, at(location), allowance, counts.at(-1));
      counts.push(offsets.length);
      for (const [index, offset] of offsets.entries()) expect(offset).toBe(location + (index + 1) * 900_000);
      expect(share).toBe(20_000);
      steps = offsets.length + 1;
      location += steps * 900_000;
    }
    expect(counts).toEqual([0, 0, 0, 4, 8, 16, 25, 25, 25]);
  });

  it('of short distances reads more with each round, up to a round’s limit', () => {
    const chain = new Chain();
    const shares = [0, 40, 95, 160, 260, 300, 390, 500, 650].map(
      (thousand) => chain.next(2, at(thousand * 1000), { share: 20_000, chainBytes: 900_000 }, 4).share,
    );
    expect(shares.slice(0, 3)).toEqual([20_000, 20_000, 20_000]);
    expect(shares.at(-1)).toBe(450_000);
    expect(Math.max(...shares)).toBe(450_000);
  });

  it('that saves no rounds reads no more without success than one round may read', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(1e9)), { maxLength: 60 }),
        (rounds) => {
          const chain = new Chain();
          let vain = 0;
          for (const [clusters, offset] of rounds) {
            const { share, offsets } = chain.next(clusters, at(offset), allowance, 0);
            vain += (share - allowance.share) * clusters + share * offsets.length;
          }
          expect(vain).toBeLessThanOrEqual(allowance.chainBytes + allowance.share);
        },
      ),
    );
  });

  it('ends where a round is in many places', () => {
    const chain = new Chain();
    for (let round = 0; round < 6; round += 1) chain.next(1, at(round * 900_000), allowance);
    expect(chain.next(40, at(9_000_000), allowance)).toEqual({ share: 20_000, offsets: [] });
    expect(chain.next(1, at(9_900_000), allowance)).toEqual({ share: 20_000, offsets: [] });
  });

  it('never reads more than a round’s limit, whatever its positions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat(1e9)), { maxLength: 40 }),
        (rounds) => {
          const chain = new Chain();
          for (const [clusters, offset] of rounds) {
            const ahead = chain.next(clusters, at(offset), allowance);
            const unasked = ahead.share * (clusters + ahead.offsets.length);
            expect(unasked).toBeLessThanOrEqual(clusters * 20_000 + Math.max(500_000, clusters * 20_000));
            expect(ahead.share).toBeGreaterThanOrEqual(20_000);
          }
        },
      ),
    );
  });
});

describe('values under /general', () => {
  const find = (header: NwbHeader, group: string, name: string): HeaderDataset => {
    const lead = (from: number, to: string): number => {
      const object = header.objects[from]!;
      const member = object.kind === 'group' ? object.members.find((each) => each.name === to) : undefined;
      return (member as { to: number }).to;
    };
    return header.objects[lead(lead(lead(0, 'general'), group), name)] as HeaderDataset;
  };

  it('that nothing prints are read up to a limit, the smallest first, by both engines alike', async () => {
    const bytes = await writeHdf5((file) => {
      const general = file.create_group('general');
      const maps = general.create_group('maps');
      for (let index = 0; index < 40; index += 1) {
        maps.create_dataset({ name: `map_${index}`, data: new Float64Array(100_000).fill(index) });
      }
      maps.create_dataset({ name: 'scale', data: new Float64Array([1, 2, 3]) });
      maps.create_dataset({ name: 'labels', data: Array.from({ length: 3000 }, (_, row) => `row ${row}`) });
      general.create_dataset({ name: 'printed', data: new Float64Array(100_000) });
    });
    const { header, report } = await engines.byWalker(bytes);
    expect(report.bytes).toBeLessThan(2_000_000);
    expect(header).toEqual(await engines.byLibhdf5(bytes));
    expect(find(header, 'maps', 'scale').values).toEqual([1, 2, 3]);
    expect(find(header, 'maps', 'labels').values).toHaveLength(3000);
    const map = find(header, 'maps', 'map_7');
    expect(map).toMatchObject({ shape: [100_000], unread: { reason: 'too-large' } });
    expect(map.values).toBeUndefined();
    const printed = header.objects.find((each) => each.kind === 'dataset' && each.values?.length === 100_000);
    expect(printed).toBeDefined();
  });

  const dtype = fc.constantFrom<HeaderDataset['dtype']>(
    { class: 'float', size: 8, order: '<' },
    { class: 'integer', size: 1, signed: true, order: '<' },
    { class: 'string', size: 'variable', charset: 'utf8' },
    { class: 'string', size: 40, charset: 'ascii' },
  );
  const candidate: fc.Arbitrary<ValueCandidate> = fc.record({
    dataset: fc.record({ dtype, shape: fc.array(fc.nat(2000), { maxLength: 2 }) }),
    isPrinted: fc.boolean(),
  });

  it('are chosen within the limits, and none is omitted that is smaller than a chosen one of its kind', () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 60 }), (list) => {
        const candidates = new Map(list.entries());
        const chosen = chooseValues(candidates);
        const kinds = { reported: [] as number[], unreported: [] as number[] };
        const left = { reported: [] as number[], unreported: [] as number[] };
        for (const [key, { dataset, isPrinted }] of candidates) {
          const kind = isPrinted || dataset.dtype.class === 'string' ? 'reported' : 'unreported';
          (chosen.has(key) ? kinds : left)[kind].push(bytesOfElements(dataset));
        }
        const sum = (bytes: readonly number[]): number => bytes.reduce((total, each) => total + each, 0);
        expect(sum(kinds.reported)).toBeLessThanOrEqual(REPORTED_VALUE_BYTES);
        expect(sum(kinds.unreported)).toBeLessThanOrEqual(UNREPORTED_VALUE_BYTES);
        for (const kind of ['reported', 'unreported'] as const) {
          expect(Math.min(...left[kind], Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(
            Math.max(...kinds[kind], 0),
          );
        }
      }),
    );
  });
});
