/**
 * Compares the reader of Zarr with the reader of HDF5 on the same NWB data, and with numpy on arrays of all
 * kinds.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildSignatures } from '../../shared/file-types/signature.ts';
import { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import { headerFromJson, headerToJson } from '../../shared/header/header-json.ts';
import { headerText } from '../../shared/header/header-text.ts';
import type { Attribute, HeaderDataset, HeaderObject, NwbHeader } from '../../shared/header/nwb-header.ts';
import { walkHeader } from '../../shared/header/walk-header.ts';
import { numpyDtypeName } from '../../shared/python/numpy-dtype.ts';
import { openFileSource } from '../../shared/source/file-source.ts';
import { readZarrHeader } from '../../shared/zarr/zarr-header-reader.ts';
import { LIMITS, memoryStore, readFixture, readKinds, readNwbStore, withoutConsolidated } from './stores.ts';

let hdf5: NwbHeader;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zarr-agreement-'));
  const reader = new Hdf5HeaderReader();
  try {
    const path = join(folder, 'fixture.nwb');
    await writeFile(path, readFixture('nwb.hdf5'));
    await using source = await openFileSource(path);
    hdf5 = (await reader.readHeader(source, LIMITS)).header;
  } finally {
    await reader.close();
    await rm(folder, { recursive: true });
  }
});

describe.each(['v2', 'v3'] as const)('the same NWB data as HDF5 and as Zarr %s', (version) => {
  let zarr: NwbHeader;
  beforeAll(async () => {
    zarr = (await readZarrHeader(memoryStore(readNwbStore(version)), LIMITS)).header;
  });

  it('give the same text, and so the same prompt', () => {
    const text = headerText(zarr);
    expect(text.split('\n').length).toBeGreaterThan(90);
    expect(text).toContain('session_description: Two lines,\nand a quote: "größer"');
    expect(text).toBe(headerText(hdf5));
  });

  it('are the same file type', () => {
    expect(buildSignatures(zarr)).toEqual(buildSignatures(hdf5));
  });

  it('have the same nodes by the same paths, of the same types and shapes', () => {
    expect(shapes(zarr)).toEqual(shapes(hdf5));
  });

  it('have the same attributes with the same values', () => {
    expect(attributes(zarr)).toEqual(attributes(hdf5));
  });

  it('have the same values, except pickles', () => {
    const ours = values(zarr);
    const theirs = values(hdf5);
    const pickled = [...theirs.keys()].filter((path) => !ours.has(path));
    // References as Python's pickles, which hdmf-zarr before 0.14 writes, and which nothing here evaluates.
    expect(pickled.sort()).toEqual(version === 'v2' ? PICKLED : []);
    expect(ours.size).toBeGreaterThan(40);
    for (const [path, value] of ours) expect([path, value]).toEqual([path, theirs.get(path)]);
  });

  it('do not read the cached schemas', () => {
    const root = zarr.objects[0];
    const member =
      root?.kind === 'group' ? root.members.find(({ name }) => name === 'specifications') : undefined;
    const object = member !== undefined && 'to' in member ? zarr.objects[member.to] : undefined;
    expect(object).toEqual({
      kind: 'unread',
      unread: { reason: 'skipped', detail: 'the schemas in the file' },
    });
  });

  it('name the namespaces of those schemas, and their versions', () => {
    expect(zarr.namespaces).toEqual([{ name: 'core', versions: ['2.9.0'] }]);
    expect(hdf5.namespaces).toEqual([]);
  });

  it('are the same without consolidated metadata', async () => {
    const plain = await readZarrHeader(memoryStore(withoutConsolidated(readNwbStore(version))), LIMITS);
    expect(plain.header).toEqual(zarr);
  });

  it('survive the store of headers', () => {
    expect(headerFromJson(headerToJson(zarr))).toEqual(zarr);
  });
});

const PICKLED = [
  '/general/extracellular_ephys/electrodes/group',
  '/general/intracellular_ephys/intracellular_recordings/electrodes/electrode',
  '/general/intracellular_ephys/intracellular_recordings/responses/response',
  '/general/intracellular_ephys/intracellular_recordings/stimuli/stimulus',
];

describe.each(['v2', 'v3'] as const)('codecs, shards and fill values in Zarr %s', (version) => {
  const { objects, expected } = readKinds(version, 'codecs');
  let text = '';
  beforeAll(async () => {
    text = `\n${headerText((await readZarrHeader(memoryStore(objects), LIMITS)).header)}\n`;
  });

  it('has more than fifty arrays', () => {
    expect(Object.keys(expected).length).toBeGreaterThan(50);
  });

  it.each(Object.entries(expected))('%s prints as in zarr-python', (name, value) => {
    const at = text.indexOf(`\n${name}: `);
    expect(text.slice(at, at + name.length + value.length + 4)).toBe(`\n${name}: ${value}\n`);
  });

  it('reports codecs that are not supported', () => {
    expect(text).toContain('\nunread_lzma: (LZMA without a container is not supported;');
  });
});

describe.each(['v2', 'v3'] as const)('arrays of all kinds in Zarr %s', (version) => {
  const { objects, expected } = readKinds(version);
  const datasets = new Map<string, HeaderDataset>();
  let text = '';
  beforeAll(async () => {
    const { header } = await readZarrHeader(memoryStore(objects), LIMITS);
    text = headerText(header);
    for (const { name, object } of walkHeader(header))
      if (object.kind === 'dataset') datasets.set(name, object);
  });

  it.each(Object.entries(expected))('%s prints as in numpy', (name, value) => {
    expect(datasets.get(name)?.unread).toBeUndefined();
    expect(text).toContain(`\n${name}: ${value}\n`.slice(text.startsWith(`${name}: `) ? 1 : 0));
  });

  it('has no array besides those and the unread ones', () => {
    const unread = [...datasets].filter(([, { unread }]) => unread !== undefined);
    expect([...datasets.keys()].length).toBe(Object.keys(expected).length + unread.length);
    expect(unread.map(([name]) => name).sort()).toEqual(Object.keys(UNREAD[version]));
    for (const [name, dataset] of unread) {
      expect(dataset.values).toBeUndefined();
      expect(dataset.unread).toEqual({ reason: 'unsupported', detail: UNREAD[version][name] });
    }
  });
});

const UNREAD: Record<'v2' | 'v3', Record<string, string>> = {
  v2: {
    unread_categories: 'codec categorize is not built in',
    unread_pickle: 'it contains objects pickled by Python, which are never evaluated',
  },
  v3: {},
};

/**
 * Everything in a header about each node except attributes and values. Zarr has no maximum shapes, and other
 * filters.
 */
function shapes(header: NwbHeader): Map<string, unknown> {
  return byPath(header, (object) =>
    object.kind === 'dataset' ? { shape: object.shape, dtype: numpyDtypeName(object.dtype) } : object.kind,
  );
}

function attributes(header: NwbHeader): Map<string, unknown> {
  return byPath(header, (object) =>
    object.kind === 'unread'
      ? []
      : object.attributes
          .filter(({ name }) => name !== 'object_id' && name !== '.specloc')
          .map((attribute) => [attribute.name, shownAttribute(attribute, header)])
          .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
}

/** Zarr's attributes only have JSON's types: an `int32` or `float32` of HDF5 has 64 bits there. */
function shownAttribute(attribute: Attribute, header: NwbHeader): unknown {
  expect(attribute.unread).toBeUndefined();
  return {
    class: attribute.dtype.class,
    shape: attribute.shape,
    values: withPaths(attribute.values!, header),
  };
}

function values(header: NwbHeader): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const { path, object } of walkHeader(header)) {
    if (object.kind === 'dataset' && object.values !== undefined)
      found.set(path, withPaths(object.values, header));
  }
  return found;
}

/** References as type and members of their targets: the two headers number objects differently. */
function withPaths(elements: readonly unknown[], header: NwbHeader): unknown[] {
  return elements.map((element) => {
    if (Array.isArray(element)) return withPaths(element, header);
    if (typeof element !== 'object' || element === null || !('ref' in element)) return element;
    return element.ref === null ? null : shownTarget(header.objects[element.ref as number]!);
  });
}

function shownTarget(object: HeaderObject): unknown {
  if (object.kind === 'group') return object.members.map(({ name }) => name);
  return object.kind === 'dataset' ? [object.shape, numpyDtypeName(object.dtype)] : object.kind;
}

/** Without the cached schemas, which only the Zarr fixtures have. */
function byPath(header: NwbHeader, shown: (object: HeaderObject) => unknown): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const { path, object } of walkHeader(header)) {
    if (path !== '/specifications') found.set(path, shown(object));
  }
  return found;
}
