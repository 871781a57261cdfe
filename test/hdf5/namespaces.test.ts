/** The namespaces in a file: read by both engines alike, only from names, whatever is in their place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { File } from 'h5wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findExtensions } from '../../shared/header/namespaces.ts';
import type { Namespace, NwbHeader } from '../../shared/header/nwb-header.ts';
import { requireCorpus } from '../corpus.ts';
import { CountingSource } from '../source/counting-source.ts';
import { ampleLimits, TwoEngines } from './two-engines.ts';
import { findOffset, writeHdf5 } from './write-hdf5.ts';

let engines: TwoEngines;
beforeAll(() => {
  engines = new TwoEngines();
});
afterAll(() => engines.close());

type Fill = Parameters<typeof writeHdf5>[0];

/** The header by the walker, compared with libhdf5's. */
async function readTestHeader(bytes: Uint8Array): Promise<NwbHeader> {
  const { header, report } = await engines.byWalker(bytes);
  expect(report.engine).toBe('walker');
  expect(header).toEqual(await engines.byLibhdf5(bytes));
  return header;
}

async function readTestNamespaces(fill: Fill, latest: boolean): Promise<readonly Namespace[]> {
  return (await readTestHeader(await writeHdf5(fill, { latest }))).namespaces;
}

/** Schemas as HDMF caches them, each version with a dataset of some length. */
function cacheSchemas(file: File, versions: readonly (readonly [string, string])[], bytes = 1_000): void {
  const specifications = file.create_group('specifications');
  for (const [name, version] of versions) {
    const namespace = specifications.get(name) ?? specifications.create_group(name);
    const group = (namespace as typeof specifications).create_group(version);
    group.create_dataset({ name: 'namespace', data: '{}'.repeat(bytes / 2) });
  }
}

describe.each([
  ['old', false],
  ['latest', true],
])('namespaces in the %s format', (_format, latest) => {
  it('have all their versions, by name', async () => {
    const found = await readTestNamespaces((file) => {
      cacheSchemas(file, [
        ['ndx-pose', '0.1.1'],
        ['core', '2.7.0'],
        ['core', '2.2.5'],
        ['hdmf-common', '1.8.0'],
      ]);
    }, latest);
    expect(found).toEqual([
      { name: 'core', versions: ['2.2.5', '2.7.0'] },
      { name: 'hdmf-common', versions: ['1.8.0'] },
      { name: 'ndx-pose', versions: ['0.1.1'] },
    ]);
  });

  it('are empty if the file has no schemas, or something else is in their place', async () => {
    const none: Fill[] = [
      (file) => file.create_group('acquisition'),
      (file) => file.create_group('specifications'),
      (file) => file.create_dataset({ name: 'specifications', data: 'core/2.7.0' }),
      (file) => {
        file.create_group('elsewhere').create_group('core').create_group('2.7.0');
        file.create_soft_link('/elsewhere', 'specifications');
      },
      (file) => file.create_external_link('other.h5', '/specifications', 'specifications'),
    ];
    for (const fill of none) expect(await readTestNamespaces(fill, latest)).toEqual([]);
  });

  it('are groups along hard links: datasets and other links among them do not count', async () => {
    const found = await readTestNamespaces((file) => {
      const specifications = file.create_group('specifications');
      specifications.create_dataset({ name: 'a-dataset', data: 'x' });
      const core = specifications.create_group('core');
      core.create_group('2.7.0');
      core.create_dataset({ name: 'schema', data: '{}' });
      file.create_soft_link('/specifications/core/2.7.0', '/specifications/core/latest');
      file.create_soft_link('/specifications/core', '/specifications/linked');
      file.create_external_link('other.h5', '/specifications/core', '/specifications/outside');
    }, latest);
    expect(found).toEqual([{ name: 'core', versions: ['2.7.0'] }]);
  });

  it('are limited in a file that has thousands', async () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `ndx-${String(at).padStart(4, '0')}`);
    const found = await readTestNamespaces((file) => {
      cacheSchemas(file, [...names.map((name) => [name, '0.1.0'] as const), ['a'.repeat(200), '1.0.0']], 2);
    }, latest);
    expect(found.map(({ name }) => name)).toEqual(names.slice(0, 32));
  });

  it('do not require reading the schemas: only the kind of object of a version is read', async () => {
    const bytes = await writeHdf5(
      (file) => {
        cacheSchemas(
          file,
          [
            ['core', '2.7.0'],
            ['ndx-pose', '0.1.1'],
          ],
          4_000_000,
        );
      },
      { latest },
    );
    const { header, report } = await engines.byWalker(bytes);
    expect(header.namespaces.map(({ name }) => name)).toEqual(['core', 'ndx-pose']);
    expect(bytes.length).toBeGreaterThan(8_000_000);
    expect(report.bytes).toBeLessThan(400_000);
    expect(report.rounds).toBeLessThanOrEqual(4);
  });
});

describe('a file whose schemas are damaged', () => {
  it('is still read, without their names', async () => {
    const bytes = await writeHdf5(
      (file) => {
        file.create_dataset({ name: 'identifier', data: 'an identifier' });
        cacheSchemas(file, [['core', '2.7.0']]);
      },
      { latest: true },
    );
    // The link's name is in the object header of /specifications, which a checksum covers.
    bytes[findOffset(bytes, 'core')] = 0x78;
    const { header, report } = await engines.reader.readHeader(new CountingSource(bytes), ampleLimits);
    expect(report.engine).toBe('walker');
    expect(header.namespaces).toEqual([]);
    expect(
      header.objects.some((object) => 'values' in object && object.values?.[0] === 'an identifier'),
    ).toBe(true);
  });
});

describe('a file that was written with PyNWB', () => {
  it('names the extension that it was written with', async (test) => {
    const name = 'pynwb__back_compat__2.1.0_nwbfile_with_extension.nwb';
    const file = join(requireCorpus(test), 'files', name);
    const header = await readTestHeader(new Uint8Array(readFileSync(file)));
    expect(header.namespaces.map((namespace) => namespace.name)).toContain('core');
    expect(findExtensions(header)).toEqual([
      { name: 'ndx-testextension', versions: ['0.1.0'], isUsed: true },
    ]);
  });
});
