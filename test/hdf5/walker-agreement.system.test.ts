/** The walker compared with libhdf5: the same header, with all values, from every file that both read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Group } from 'h5wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireCorpus } from '../corpus.ts';
import { countRuns, takeSample } from '../effort.ts';
import { CountingSource } from '../source/counting-source.ts';
import { goldenBytes, goldenNames } from './golden.ts';
import { ampleLimits, TwoEngines } from './two-engines.ts';
import { fillLikeNwb, writeHdf5 } from './write-hdf5.ts';

let engines: TwoEngines;
beforeAll(() => {
  engines = new TwoEngines();
});
afterAll(() => engines.close());

async function expectAgreement(bytes: Uint8Array): Promise<void> {
  const { header, report } = await engines.byWalker(bytes);
  expect(report.engine).toBe('walker');
  expect(header).toEqual(await engines.byLibhdf5(bytes));
}

function corpusFiles(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((name) => name.endsWith('.nwb')).map((name) => join(folder, name));
}

describe('the walker agrees with libhdf5', () => {
  it('on every file of the corpus, without a fallback', { timeout: 300_000 }, async (test) => {
    const files = corpusFiles(requireCorpus(test));
    expect(files.length).toBeGreaterThan(100);
    for (const file of takeSample(files.sort(), 40))
      await expectAgreement(new Uint8Array(readFileSync(file)));
  });

  it.each([false, true])('on a file like an NWB file, latest format: %s', async (latest) => {
    await expectAgreement(await writeHdf5(fillLikeNwb, { latest }));
  });

  it.each(goldenNames)('on %s, with a fallback for what it does not know', async (name) => {
    const bytes = goldenBytes(name);
    const { header } = await engines.reader.readHeader(new CountingSource(bytes), ampleLimits);
    expect(header).toEqual(await engines.byLibhdf5(bytes));
  });

  it('on files of any tree', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.boolean(), async (root, latest) => {
        await expectAgreement(
          await writeHdf5((file) => fill(file as unknown as Group, root, file), { latest }),
        );
      }),
      { numRuns: countRuns(150) },
    );
  });

  it('on any tree in place of the schemas', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.boolean(), async (specifications, latest) => {
        const root: Tree = {
          attributes: [],
          datasets: [],
          links: [],
          groups: [['specifications', specifications]],
        };
        await expectAgreement(
          await writeHdf5((file) => fill(file as unknown as Group, root, file), { latest }),
        );
      }),
      { numRuns: countRuns(60) },
    );
  });
});

/** A group to be written. */
interface Tree {
  readonly attributes: readonly (readonly [string, Value])[];
  readonly datasets: readonly (readonly [string, Stored])[];
  readonly links: readonly (readonly [string, Target])[];
  readonly groups: readonly (readonly [string, Tree])[];
}

type Value =
  | string
  | number
  | readonly string[]
  | Int8Array
  | Uint16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

interface Stored {
  readonly data: Float64Array | Int32Array | Uint8Array | string | readonly string[];
  readonly chunked: boolean;
  readonly gzip: boolean;
  readonly attributes: readonly (readonly [string, Value])[];
}

type Target = { readonly soft: string } | { readonly file: string; readonly path: string };

const letters = fc.constantFrom(...'abcXYZ012 _.-üñ漢😀', 'specifications', 'general', 'data');
const name = fc
  .array(letters, { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''))
  .filter((text) => text !== '.' && text !== '..');
const words = fc.string({ unit: fc.constantFrom(...'word é漢\n'), maxLength: 40 });

const value: fc.Arbitrary<Value> = fc.oneof(
  words,
  fc.double(),
  fc.array(words, { minLength: 1, maxLength: 6 }),
  fc.int8Array({ minLength: 1, maxLength: 9 }),
  fc.uint16Array({ minLength: 1, maxLength: 9 }),
  fc.int32Array({ minLength: 1, maxLength: 9 }),
  fc.bigInt64Array({ minLength: 1, maxLength: 9 }),
  fc.float32Array({ minLength: 1, maxLength: 9 }),
  fc.float64Array({ minLength: 1, maxLength: 600 }),
);

const unique = <T>(item: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<[string, T][]> =>
  fc.uniqueArray(fc.tuple(name, item), { selector: ([key]) => key, maxLength });

const stored: fc.Arbitrary<Stored> = fc.record({
  data: fc.oneof(
    fc.float64Array({ minLength: 1, maxLength: 200 }),
    fc.int32Array({ minLength: 1, maxLength: 200 }),
    fc.uint8Array({ minLength: 1, maxLength: 200 }),
    words,
    fc.array(words, { minLength: 1, maxLength: 30 }),
  ),
  chunked: fc.boolean(),
  gzip: fc.boolean(),
  attributes: unique(value, 4),
});

const target: fc.Arbitrary<Target> = fc.oneof(
  fc.record({ soft: fc.constantFrom('/', '/general', 'data', '../x', '/a/b/c', './.', '/nowhere') }),
  fc.record({ file: fc.constantFrom('other.h5', '/etc/passwd', 'ü.h5'), path: fc.constantFrom('/', '/x/y') }),
);

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    attributes: unique(value, 12),
    datasets: unique(stored, 5),
    links: unique(target, 4),
    groups: fc.oneof({ maxDepth: 4 }, fc.constant([]), unique(tie('tree'), 6)),
  }),
}));

interface Linker {
  create_soft_link(target: string, name: string): unknown;
  create_external_link(file: string, target: string, name: string): unknown;
}

function fill(group: Group, { attributes, datasets, links, groups }: Tree, file: Linker): void {
  const taken = new Set<string>();
  const isFree = (key: string): boolean => !taken.has(key) && taken.add(key) !== undefined;
  for (const [key, child] of groups) if (isFree(key)) fill(group.create_group(key), child, file);
  for (const [key, dataset] of datasets) if (isFree(key)) writeDataset(group, key, dataset);
  for (const [key, link] of links) {
    if (!isFree(key)) continue;
    const path = `${group.path === '/' ? '' : group.path}/${key}`;
    if ('soft' in link) file.create_soft_link(link.soft, path);
    else file.create_external_link(link.file, link.path, path);
  }
  for (const [key, found] of attributes) group.create_attribute(key, found as never);
}

function writeDataset(group: Group, key: string, { data, chunked, gzip, attributes }: Stored): void {
  const length = typeof data === 'string' ? 0 : data.length;
  const storage =
    chunked && length > 0 ? { shape: [length], chunks: [Math.max(1, length >> 1)], maxshape: [null] } : {};
  const compression =
    chunked && gzip && typeof data !== 'string' && !Array.isArray(data) ? { compression: 4 } : {};
  const dataset = group.create_dataset({
    name: key,
    data: data as never,
    ...storage,
    ...compression,
  } as never);
  for (const [attribute, found] of attributes) dataset.create_attribute(attribute, found as never);
}
