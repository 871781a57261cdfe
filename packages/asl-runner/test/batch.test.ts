import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchLimits, batchItems, type ChildInput, singleItems } from '../src/batch.ts';
import { type Json, measureBytes } from '../src/json.ts';

const gather = async (children: AsyncIterable<ChildInput>): Promise<ChildInput[]> => {
  const gathered: ChildInput[] = [];
  for await (const child of children) gathered.push(child);
  return gathered;
};

const collect = async (items: readonly Json[], limits: BatchLimits, batchInput?: Json) =>
  gather(batchItems(items, limits, batchInput));

const findMembers = ({ input }: { readonly input: Json }) => (input as { Items: Json[] }).Items;

const items = fc.array(fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>, { maxLength: 60 });
const batchInput = fc.option(fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 }), { nil: undefined });

describe('batches', () => {
  it('contain every item once, in order, and are as full as their limits allow', async () => {
    await fc.assert(
      fc.asyncProperty(
        items,
        fc.integer({ min: 1, max: 9 }),
        fc.nat(300),
        batchInput,
        async (all, maxItems, spare, extra) => {
          const empty = measureBytes(extra === undefined ? { Items: [] } : { BatchInput: extra, Items: [] });
          const maxBytes = empty + Math.max(1, ...all.map(measureBytes)) + spare;
          const batches = await collect(all, { maxItems, maxBytes }, extra);
          expect(batches.flatMap(findMembers)).toEqual(all);
          for (const [index, batch] of batches.entries()) {
            expect(batch.itemCount).toBe(findMembers(batch).length);
            expect(batch.itemCount).toBeGreaterThan(0);
            expect(batch.itemCount).toBeLessThanOrEqual(maxItems);
            expect(measureBytes(batch.input)).toBeLessThanOrEqual(maxBytes);
            const following = batches[index + 1];
            if (!following) continue;
            const withNext = measureBytes(batch.input) + 1 + measureBytes(findMembers(following)[0]!);
            expect(batch.itemCount === maxItems || withNext > maxBytes).toBe(true);
          }
        },
      ),
    );
  });

  it('end with States.DataLimitExceeded at an item that is too large by itself', async () => {
    const endless = { maxItems: 10, maxBytes: 30 };
    await expect(collect(['a'.repeat(16)], endless)).resolves.toHaveLength(1);
    await expect(collect(['a'.repeat(17)], endless)).rejects.toMatchObject({
      error: 'States.DataLimitExceeded',
    });
  });

  it('measure UTF-8, not characters', async () => {
    const batches = await collect(['üü', 'üü'], {
      maxItems: 10,
      maxBytes: measureBytes({ Items: ['üü', 'üü'] }) - 1,
    });
    expect(batches.map(({ itemCount }) => itemCount)).toEqual([1, 1]);
  });

  it('are the items themselves without a batcher', async () => {
    expect(await gather(singleItems([1, [2]]))).toEqual([
      { input: 1, itemCount: 1 },
      { input: [2], itemCount: 1 },
    ]);
  });
});
