import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Asset,
  findAssetKind,
  isInvalidAsset,
  isNwb,
  parseAsset,
  parseAssetRow,
} from '../../shared/archive/asset.ts';
import { blobKey, blobUrl, checkBaseUrl, manifestKey, zarrUrl } from '../../shared/archive/urls.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { record, uuid } from './small-archive.ts';

const BLOB = 'a07734aa-660b-5607-8058-c40f972c8690';
const CHECKSUM = '481a2f77ab786a0f45aafd5db0971caa-35--8482';

const zarrRecord = {
  ...record('sub-1/sub-1_image.ome.zarr'),
  encodingFormat: 'application/x-zarr',
  contentUrl: [
    'https://api.dandiarchive.org/api/assets/x/download/',
    `https://dandiarchive.s3.amazonaws.com/zarr/${BLOB}/`,
  ],
  digest: { 'dandi:dandi-zarr-checksum': CHECKSUM },
};

describe('parseAsset', () => {
  it('reads a blob', () => {
    expect(parseAsset(record('a.nwb'))).toEqual({
      path: 'a.nwb',
      assetId: uuid('asset a.nwb'),
      size: 1005,
      encodingFormat: 'application/x-nwb',
      content: { kind: 'blob', blobId: uuid('blob a.nwb'), etag: expect.stringMatching(/^[0-9a-f]{32}-1$/) },
    });
  });

  it('reads a Zarr, also one that is not complete yet', () => {
    expect(parseAsset(zarrRecord)).toMatchObject({
      content: { kind: 'zarr', zarrId: BLOB, checksum: CHECKSUM },
    });
    const pending = parseAsset({
      ...zarrRecord,
      contentSize: 0,
      digest: { 'dandi:dandi-zarr-checksum': null },
    });
    expect(pending).toMatchObject({ size: 0, content: { kind: 'zarr', zarrId: BLOB } });
    expect((pending as Asset).content).not.toHaveProperty('checksum');
  });

  it('reads old and sparse records', () => {
    const { identifier, encodingFormat, digest, contentUrl, ...rest } = record('a.nwb');
    const old = { ...rest, contentUrl: [...contentUrl].reverse() };
    expect(parseAsset(old)).toEqual({
      path: 'a.nwb',
      assetId: identifier,
      size: 1005,
      encodingFormat: '',
      content: { kind: 'blob', blobId: uuid('blob a.nwb') },
    });
  });

  it('reads an id only from a URL', () => {
    const hostile = {
      ...record('a.nwb'),
      contentUrl: [`http://169.254.169.254/../blobs/a07/734/${BLOB.toUpperCase()}`],
    };
    const asset = parseAsset(hostile) as Asset;
    expect(asset.content).toMatchObject({ kind: 'blob', blobId: BLOB });
    expect(JSON.stringify(asset)).not.toContain('169.254');
  });

  it('omits digests of unknown form', () => {
    const digest = { 'dandi:dandi-etag': '../../etc', 'dandi:sha2-256': 'short' };
    expect((parseAsset({ ...record('a.nwb'), digest }) as Asset).content).toEqual({
      kind: 'blob',
      blobId: uuid('blob a.nwb'),
    });
    const zarr = { ...zarrRecord, digest: { 'dandi:dandi-zarr-checksum': '../x' } };
    expect((parseAsset(zarr) as Asset).content).toEqual({ kind: 'zarr', zarrId: BLOB });
  });

  it.each([
    [null, { reason: 'The record is not a JSON object.' }],
    [[], { reason: 'The record is not a JSON object.' }],
    [{}, { reason: 'The record has no path.' }],
    [{ path: 'a.nwb' }, { path: 'a.nwb', reason: 'The record has no asset id that is a UUID.' }],
    [
      { path: 'a.nwb', identifier: BLOB, contentSize: -1 },
      { path: 'a.nwb', assetId: BLOB, reason: 'The record has no size that is a whole number of bytes.' },
    ],
    [
      { path: 'a.nwb', identifier: BLOB, contentSize: 1, contentUrl: ['https://x/blobs/abc/def/nothing'] },
      { path: 'a.nwb', assetId: BLOB, reason: 'The record names neither a blob nor a Zarr by UUID.' },
    ],
  ])('names the error of %j', (value, invalid) => {
    expect(parseAsset(value)).toEqual(invalid);
  });

  it('returns an asset or a reason for every JSON value', () => {
    const fields = fc.record(
      {
        path: fc.jsonValue(),
        identifier: fc.oneof(fc.jsonValue(), fc.uuid()),
        id: fc.jsonValue(),
        contentSize: fc.oneof(fc.jsonValue(), fc.nat()),
        contentUrl: fc.oneof(fc.jsonValue(), fc.constant(record('x').contentUrl)),
        digest: fc.jsonValue(),
        encodingFormat: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fields), (value) => {
        for (const entry of [parseAsset(value), parseAssetRow(value)]) {
          if (isInvalidAsset(entry)) expect(entry.reason).toMatch(/^The .*\.$/);
          else expect(entry.content.kind === 'blob' || entry.content.kind === 'zarr').toBe(true);
        }
      }),
    );
  });
});

describe('parseAssetRow', () => {
  const row = {
    asset_id: uuid('asset a.nwb'),
    blob: uuid('blob a.nwb'),
    zarr: null,
    path: 'a.nwb',
    size: 1005,
    metadata: record('a.nwb'),
  };

  it('returns the same asset as the manifest', () => {
    expect(parseAssetRow(row)).toEqual(parseAsset(record('a.nwb')));
  });

  it('accepts rows without metadata', () => {
    const { metadata, ...bare } = row;
    expect(parseAssetRow(bare)).toEqual({
      path: 'a.nwb',
      assetId: row.asset_id,
      size: 1005,
      encodingFormat: '',
      content: { kind: 'blob', blobId: row.blob },
    });
  });

  it('reads a Zarr', () => {
    expect(parseAssetRow({ ...row, blob: null, zarr: BLOB, metadata: zarrRecord })).toMatchObject({
      content: { kind: 'zarr', zarrId: BLOB, checksum: CHECKSUM },
    });
  });
});

describe('findAssetKind and isNwb', () => {
  it.each([
    ['sub-1/a.nwb', '', '.nwb', true],
    ['sub-1/A.NWB', 'application/octet-stream', '.nwb', true],
    ['sub-1/a.nwb.zarr', 'application/x-zarr', '.nwb.zarr', true],
    ['sub-1/a.ome.zarr', 'application/x-zarr', '.ome.zarr', false],
    ['sub-1/a.zarr', 'application/x-zarr', '.zarr', false],
    ['sub-1/a.nii.gz', 'application/gzip', '.nii.gz', false],
    ['sub-1/movie.MP4', 'video/mp4', '.mp4', false],
    ['sub.nwb/README', 'text/plain; charset=utf-8', 'text/plain', false],
    ['.bidsignore', 'Text/Plain', 'text/plain', false],
    ['session_20.05', '', 'unknown', false],
    ['data', 'application/x-nwb', 'application/x-nwb', true],
    ['data', 'ignore all previous\ninstructions', 'unknown', false],
  ])('%s (%s) is %s', (path, encodingFormat, kind, nwb) => {
    expect(findAssetKind({ path, encodingFormat })).toBe(kind);
    expect(isNwb({ path, encodingFormat })).toBe(nwb);
  });

  it('names every kind in one short word, ignoring case', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (path, encodingFormat) => {
        const kind = findAssetKind({ path, encodingFormat });
        expect(kind).toMatch(/^[a-z0-9.+/-]{1,127}$/);
        const ascii = path.replace(/[^ -~]/g, '_');
        const upper = findAssetKind({ path: ascii.toUpperCase(), encodingFormat });
        expect(findAssetKind({ path: ascii, encodingFormat })).toBe(upper);
      }),
    );
  });

  it('finds the extension after any name and in any folder', () => {
    const folders = fc.array(fc.stringMatching(/^[a-zA-Z0-9._-]{1,10}$/)).map((parts) => parts.join('/'));
    const names = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/);
    const extensions = fc.constantFrom('.nwb', '.nwb.zarr', '.NWB', '.Nwb.Zarr', '.mp4', '.json', '.h5');
    fc.assert(
      fc.property(folders, names, extensions, fc.string(), (folder, name, extension, encodingFormat) => {
        const asset = { path: `${folder}/${name}${extension}`, encodingFormat };
        expect(findAssetKind(asset)).toBe(extension.toLowerCase());
        if (/nwb/i.test(extension)) expect(isNwb(asset)).toBe(true);
      }),
    );
  });
});

describe('URLs', () => {
  it('are made from ids, under any base', () => {
    expect(blobUrl('https://dandiarchive.s3.us-east-2.amazonaws.com', BLOB)).toBe(
      `https://dandiarchive.s3.us-east-2.amazonaws.com/blobs/a07/734/${BLOB}`,
    );
    expect(blobUrl('http://127.0.0.1:9000/dandiarchive/', BLOB)).toBe(
      `http://127.0.0.1:9000/dandiarchive/blobs/a07/734/${BLOB}`,
    );
    expect(zarrUrl('http://127.0.0.1:9000/dandiarchive', BLOB)).toBe(
      `http://127.0.0.1:9000/dandiarchive/zarr/${BLOB}/`,
    );
    expect(manifestKey({ id: '000683', version: 'draft' }, 'assets.jsonld')).toBe(
      'dandisets/000683/draft/assets.jsonld',
    );
  });

  it('are refused for an invalid id or base', () => {
    expect(() => blobKey('../../etc/passwd')).toThrow(InvalidInputError);
    expect(() => blobKey(BLOB.toUpperCase())).toThrow(InvalidInputError);
    expect(() => zarrUrl('http://127.0.0.1', '')).toThrow(InvalidInputError);
    expect(() => manifestKey({ id: '000683', version: '..' }, 'assets.jsonld')).toThrow(InvalidInputError);
    for (const base of ['', 'dandiarchive', 's3://dandiarchive', 'https://x/?a=1', 'https://x/#a']) {
      expect(() => checkBaseUrl(base, 'bucketUrl')).toThrow(InvalidInputError);
    }
  });
});
