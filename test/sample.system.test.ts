/**
 * The sample archive under `local/sample`: the repository's files are what its script writes, and they are
 * valid.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Group, File as H5File, ready } from 'h5wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSample } from '../local/sample/write-sample.ts';
import { buildYaml } from '../local/sample/yaml.ts';

const SAMPLE = fileURLToPath(new URL('../local/sample', import.meta.url));
/** The most bytes of the folder in a checkout. */
const SIZE_LIMIT = 4_000_000;
const MANIFESTS = ['assets.jsonld', 'assets.yaml', 'collection.jsonld', 'dandiset.jsonld', 'dandiset.yaml'];
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  '900001': ['0.250312.1430', 'draft'],
  '900002': ['0.240610.0915', '0.250204.1626', 'draft'],
  '900003': ['0.241219.0804', 'draft'],
  '900004': ['draft'],
};
/** The files of 900004 that no reader can open. */
const UNREADABLE = ['01', '02', '03', '04'].map((session) => `sub-P03/sub-P03_ses-${session}_ecephys.nwb`);

interface Asset {
  id: string;
  identifier: string;
  path: string;
  contentSize: number;
  encodingFormat: string;
  contentUrl: [string, string];
  digest: Record<string, string>;
  keywords: string[];
  schemaKey: string;
  wasAttributedTo?: { identifier: string }[];
}

interface Dandiset {
  id: string;
  identifier: string;
  name: string;
  description: string;
  version: string;
  assetsSummary: { numberOfBytes: number; numberOfFiles: number; numberOfSubjects: number };
}

const listFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();

const readJson = <Document>(...path: string[]): Document =>
  JSON.parse(readFileSync(join(SAMPLE, ...path), 'utf8')) as Document;

const allVersions = Object.entries(VERSIONS).flatMap(([id, versions]) =>
  versions.map((version) => ({
    id,
    version,
    dandiset: readJson<Dandiset>('dandisets', id, version, 'dandiset.jsonld'),
    assets: readJson<Asset[]>('dandisets', id, version, 'assets.jsonld'),
  })),
);

const readAssets = (id: string, version: string): Asset[] =>
  allVersions.find((one) => one.id === id && one.version === version)!.assets;

/** The key of an asset's blob, as its bucket URL ends. */
const blobKey = (asset: Asset): string => new URL(asset.contentUrl[1]).pathname.slice(1);

const readBlob = (asset: Asset): Uint8Array => readFileSync(join(SAMPLE, blobKey(asset)));

describe('the script', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sample-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

  it('writes the committed files, byte for byte, and no others', async () => {
    const written = await writeSample(folder);
    const committed = listFiles(SAMPLE).filter((path) => /^(dandisets|blobs)\//.test(path));
    expect(listFiles(folder)).toEqual(committed);
    expect(written.files).toBe(committed.length);
    const differing = committed.filter(
      (path) => !readFileSync(join(SAMPLE, path)).equals(readFileSync(join(folder, path))),
    );
    expect(differing).toEqual([]);
    expect(written.bytes).toBe(committed.reduce((sum, path) => sum + statSync(join(SAMPLE, path)).size, 0));
  }, 60_000);
});

describe('the layout', () => {
  it('has the documented Dandisets and versions, each with its five manifests', () => {
    expect(readdirSync(join(SAMPLE, 'dandisets')).sort()).toEqual(Object.keys(VERSIONS));
    for (const [id, versions] of Object.entries(VERSIONS)) {
      expect(readdirSync(join(SAMPLE, 'dandisets', id)).sort()).toEqual(versions);
      for (const version of versions) {
        expect(readdirSync(join(SAMPLE, 'dandisets', id, version)).sort()).toEqual(MANIFESTS);
      }
    }
  });

  it('has each blob under the first and second three characters of its id, and none without an asset', () => {
    const blobs = listFiles(join(SAMPLE, 'blobs')).map((path) => `blobs/${path}`);
    for (const key of blobs)
      expect(key).toMatch(/^blobs\/(?<a>[0-9a-f]{3})\/(?<b>[0-9a-f]{3})\/\k<a>\k<b>[0-9a-f-]{30}$/);
    expect(blobs).toEqual([...new Set(allVersions.flatMap(({ assets }) => assets.map(blobKey)))].sort());
  });

  it(`stays under ${SIZE_LIMIT} bytes`, () => {
    const total = listFiles(SAMPLE).reduce((sum, path) => sum + statSync(join(SAMPLE, path)).size, 0);
    expect(total).toBeLessThan(SIZE_LIMIT);
  });
});

describe.each(allVersions)('the manifests of $id/$version', ({ id, version, dandiset, assets }) => {
  it('name themselves and state that they are synthetic', () => {
    expect(dandiset).toMatchObject({ id: `DANDI:${id}/${version}`, identifier: `DANDI:${id}`, version });
    expect(dandiset.name).toMatch(/^Synthetic sample: /);
    expect(dandiset.description).toMatch(/^Synthetic sample: /);
  });

  it('name each path and asset once, in the forms of the archive', () => {
    expect(new Set(assets.map(({ path }) => path)).size).toBe(assets.length);
    expect(new Set(assets.map(({ identifier }) => identifier)).size).toBe(assets.length);
    for (const asset of assets) {
      expect(asset.schemaKey).toBe('Asset');
      expect(asset.id).toBe(`dandiasset:${asset.identifier}`);
      expect(asset.contentUrl[0]).toBe(
        `https://api.dandiarchive.org/api/assets/${asset.identifier}/download/`,
      );
      expect(asset.keywords).toContain('synthetic sample');
    }
  });

  it('state the size and the digests of every blob', () => {
    for (const asset of assets) {
      const bytes = readBlob(asset);
      const inner = createHash('md5').update(bytes).digest();
      expect(bytes.length, asset.path).toBe(asset.contentSize);
      expect(asset.digest, asset.path).toEqual({
        'dandi:sha2-256': createHash('sha256').update(bytes).digest('hex'),
        'dandi:dandi-etag': `${createHash('md5').update(inner).digest('hex')}-1`,
      });
    }
  });

  it('add up to the summary of assets', () => {
    const subjects = assets.flatMap(({ wasAttributedTo }) => wasAttributedTo ?? []);
    expect(dandiset.assetsSummary).toMatchObject({
      numberOfBytes: assets.reduce((sum, { contentSize }) => sum + contentSize, 0),
      numberOfFiles: assets.length,
      numberOfSubjects: new Set(subjects.map(({ identifier }) => identifier)).size,
    });
  });

  it('list the same assets in the collection and in YAML', () => {
    const folder = join(SAMPLE, 'dandisets', id, version);
    const collection = readJson<{ id: string; hasMember: string[] }>(
      'dandisets',
      id,
      version,
      'collection.jsonld',
    );
    expect(collection.id).toBe(dandiset.id);
    expect(collection.hasMember).toEqual(assets.map((asset) => asset.id));
    const yaml = readFileSync(join(folder, 'assets.yaml'), 'utf8');
    expect([...yaml.matchAll(/^ {2}path: (.*)$/gm)].map((match) => match[1])).toEqual(
      assets.map(({ path }) => path),
    );
  });
});

describe('the Dandisets', () => {
  it('contain one file of calcium imaging', () => {
    expect(readAssets('900001', '0.250312.1430').map(({ path }) => path)).toEqual([
      'sub-VC07/sub-VC07_ses-20240912_behavior+ophys.nwb',
    ]);
  });

  it('contain at least 60 files of three types, fewer in the older version and more in the draft', () => {
    const newest = readAssets('900002', '0.250204.1626');
    const older = readAssets('900002', '0.240610.0915');
    expect(newest.length).toBeGreaterThanOrEqual(60);
    const count = (suffix: string): number => newest.filter(({ path }) => path.endsWith(suffix)).length;
    expect([count('_behavior.nwb'), count('_ecephys.nwb'), count('_behavior+ecephys.nwb')]).toEqual([
      36, 12, 12,
    ]);
    expect(older.length).toBeLessThan(newest.length);
    expect(readAssets('900002', 'draft').length).toBeGreaterThan(newest.length);
  });

  it('keep an asset from version to version, and change its id and blob if its content changed', () => {
    const newest = new Map(readAssets('900002', '0.250204.1626').map((asset) => [asset.path, asset]));
    const changed = readAssets('900002', '0.240610.0915').filter((asset) => {
      const later = newest.get(asset.path)!;
      expect(later.identifier === asset.identifier).toBe(blobKey(later) === blobKey(asset));
      return later.identifier !== asset.identifier;
    });
    expect(changed.map(({ path }) => path)).toEqual(['sub-R01/sub-R01_ses-day09_behavior+ecephys.nwb']);
  });

  it('contain files that are not NWB, together with valid and unreadable ones', () => {
    const draft = readAssets('900004', 'draft');
    expect(draft.filter(({ path }) => !path.endsWith('.nwb')).map(({ path }) => path)).toEqual([
      'README.md',
      'rig/settings.json',
      'sub-P01/sub-P01_ses-01_video.mp4',
    ]);
    expect(draft.map(({ path }) => path)).toEqual(expect.arrayContaining(UNREADABLE));
    expect(draft.some(({ contentSize }) => contentSize === 0)).toBe(true);
  });
});

describe('the NWB files', () => {
  beforeAll(async () => {
    // So that errors of libhdf5 are thrown; by default they are printed, and the call returns.
    (await ready).activate_throwing_error_handler();
  });

  const nwb = new Map(
    allVersions.flatMap(({ assets }) =>
      assets.filter(({ path }) => path.endsWith('.nwb')).map((asset) => [blobKey(asset), asset] as const),
    ),
  );
  const good = [...nwb.values()].filter(({ path }) => !UNREADABLE.includes(path));
  const damaged = [...nwb.values()].filter(({ path }) => UNREADABLE.includes(path));

  /** Opens the bytes with libhdf5, calls `look`, and closes. */
  async function withFile<Result>(bytes: Uint8Array, look: (file: H5File) => Result): Promise<Result> {
    const { FS } = await ready;
    FS.writeFile('/looked-at.nwb', bytes);
    try {
      const file = new H5File('/looked-at.nwb', 'r');
      try {
        return look(file);
      } finally {
        file.close();
      }
    } finally {
      FS.unlink('/looked-at.nwb');
    }
  }

  const readText = (file: H5File, path: string): unknown => {
    const dataset = file.get(path);
    return dataset && 'value' in dataset ? dataset.value : undefined;
  };

  it('are opened by libhdf5, with typed objects whose ids are their own, and the texts of a session', async () => {
    expect(good.length).toBe(69);
    const objectIds: unknown[] = [];
    for (const asset of good) {
      await withFile(readBlob(asset), (file) => {
        expect(file.get_attribute('neurodata_type', true), asset.path).toBe('NWBFile');
        expect(file.get_attribute('nwb_version', true)).toBe('2.8.0');
        expect(readText(file, '/session_description')).toMatch(/synthetic sample/);
        expect(readText(file, '/general/subject/subject_id')).toBe(asset.wasAttributedTo![0]!.identifier);
        expect(file.attrs['.specloc']).toBeDefined();
        for (const path of ['', ...file.paths()]) {
          // A soft link shows its target's attributes, which are under the target's own path already.
          if (path !== '' && file.get_link(`/${path}`)) continue;
          const object = file.get(`/${path}`);
          if (!object || !('attrs' in object)) throw new Error(`${asset.path} has nothing at ${path}`);
          const type = object.attrs.neurodata_type;
          const id = object.attrs.object_id?.value;
          expect(id === undefined, `${asset.path} ${path}`).toBe(type === undefined);
          if (id !== undefined) objectIds.push(id);
        }
      });
    }
    expect(new Set(objectIds).size).toBe(objectIds.length);
  }, 60_000);

  it('cannot be opened where they are meant to be damaged', async () => {
    expect(damaged.map(({ path }) => path)).toEqual(UNREADABLE);
    for (const asset of damaged) {
      await expect(
        withFile(readBlob(asset), (file) => file.keys()),
        asset.path,
      ).rejects.toThrow(/HDF5/);
    }
  });

  it('declare a recording in its real shape without storing it', async () => {
    const asset = good.find(({ path }) => path === 'sub-R01/sub-R01_ses-day07_ecephys.nwb')!;
    await withFile(readBlob(asset), (file) => {
      const data = file.get('/acquisition/ElectricalSeries/data');
      if (!data || !('shape' in data) || !data.shape) throw new Error('no data');
      const [samples, channels] = data.shape;
      expect(samples).toBeGreaterThan(60_000_000);
      expect(channels).toBe(32);
    });
  });

  it('contain hundreds of sweeps, each linked to its electrode', async () => {
    const asset = good.find(({ path }) => path.includes('PC11') && path.includes('cell1'))!;
    await withFile(readBlob(asset), (file) => {
      const responses = file.get('/acquisition');
      const stimuli = file.get('/stimulus/presentation');
      if (!(responses instanceof Group) || !(stimuli instanceof Group)) throw new Error('no sweeps');
      expect(responses.keys().length).toBe(200);
      expect(stimuli.keys().length).toBe(200);
      for (const name of responses.keys()) {
        expect(file.get_link(`/acquisition/${name}/electrode`)).toBe(
          '/general/intracellular_ephys/electrode_0',
        );
      }
    });
  });
});

describe('buildYaml', () => {
  it('writes blocks with sorted keys, and quotes ambiguous strings', () => {
    const value = {
      b: [{ y: 1, x: 'plain text' }, []],
      a: { empty: {}, yes: 'no', time: '2024-01-01', colon: 'a: b', link: 'https://x.org/y', µ: 'ΔF' },
    };
    expect(buildYaml(value).split('\n')).toEqual([
      'a:',
      '  colon: "a: b"',
      '  empty: {}',
      '  link: https://x.org/y',
      '  time: "2024-01-01"',
      '  "yes": "no"',
      '  "µ": "ΔF"',
      'b:',
      '- x: plain text',
      '  "y": 1',
      '- []',
      '',
    ]);
  });
});
