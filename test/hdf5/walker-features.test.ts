/**
 * The walker on features that HDF5 allows and NWB files rarely have: it reads each file itself, as libhdf5
 * and h5py do.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CountingSource } from '../source/counting-source.ts';
import {
  featureBytes,
  featureFiles,
  featureObjects,
  goldenBytes,
  goldenNames,
  inGoldenShape,
} from './golden.ts';
import { ampleLimits, TwoEngines } from './two-engines.ts';

let engines: TwoEngines;
beforeAll(() => {
  engines = new TwoEngines();
});
afterAll(() => engines.close());

describe('files of rare features', () => {
  it.each(featureFiles)('%s: the walker reads it as libhdf5 and h5py do (%s)', async (name, golden) => {
    const bytes = featureBytes(name);
    const { header, report } = await engines.byWalker(bytes);
    expect(report).toMatchObject({ engine: 'walker' });
    expect(report.fallback).toBeUndefined();
    expect(header.cutShort).toEqual([]);
    expect(inGoldenShape(header)).toEqual(featureObjects(golden));
    expect(header).toEqual(await engines.byLibhdf5(bytes));
  });
});

describe('the files contain what they are meant for', () => {
  // Signatures of the structures that a reader of the file needs (HDF5 File Format Specification 3.0, III,
  // VII).
  it.each([
    ['shared-list', ['SMTB', 'SMLI']],
    ['shared-list-old', ['SMTB', 'SMLI']],
    ['shared-tree', ['SMTB', 'BTHD', 'FHIB']],
    ['shared-tree-old', ['SMTB', 'BTHD']],
    ['shared-huge', ['SMTB', 'FRHP']],
    ['ranks', ['TREE', 'SNOD']],
    ['filtered-heap', ['FRHP', 'FHIB', 'BTIN']],
    ['chunks', ['FADB', 'EAIB', 'EADB', 'BTHD']],
    ['chunks-old', ['TREE']],
    ['many-chunks', ['FADB', 'EASB', 'BTIN']],
    ['tracked', ['FRHP', 'BTHD']],
  ])('%s: %j', (name, signatures) => {
    const text = Buffer.from(featureBytes(name)).toString('latin1');
    for (const signature of signatures) expect(text.includes(signature), signature).toBe(true);
  });

  it.each([
    ['general', 'user-block-512-old', 512, 0],
    ['general', 'user-block-4096-v2', 4096, 2],
    ['general', 'user-block-2048-v3', 2048, 3],
    ['other ranks', 'ranks-user-block', 1024, 1],
    ['other ranks', 'ranks', 0, 1],
  ])('%s, %s: behind %i bytes a superblock of version %i', (_what, name, at, version) => {
    const bytes = featureBytes(name);
    expect([...bytes.subarray(at, at + 9)]).toEqual([
      0x89,
      0x48,
      0x44,
      0x46,
      0x0d,
      0x0a,
      0x1a,
      0x0a,
      version,
    ]);
  });

  it.each([
    [2, 2],
    [8, 2],
    [2, 4],
    [4, 4],
    [8, 4],
    [2, 8],
    [4, 8],
  ])('addresses of %i bytes and lengths of %i', (offsets, lengths) => {
    const sizes = `sizes-${offsets}-${lengths}`;
    // From the superblock: in versions 0 and 1 after four version bytes, in 2 and 3 after their own (II.A).
    expect([...featureBytes(`${sizes}-old`).subarray(13, 15)]).toEqual([offsets, lengths]);
    expect([...featureBytes(sizes).subarray(9, 11)]).toEqual([offsets, lengths]);
  });
});

describe('what the walker leaves to libhdf5 by design', () => {
  it('addresses and lengths of sixteen bytes, which libhdf5 writes but cannot read', async () => {
    const bytes = featureBytes('sizes-8-4-old');
    bytes[13] = 16;
    await expect(engines.byWalker(bytes)).rejects.toMatchObject({
      name: 'HeaderUnreadableError',
      reason: 'unsupported',
      message: expect.stringContaining('addresses of 16 and lengths of 4 bytes'),
    });
  });

  it.each(goldenNames)('%s: elements with every filter of libhdf5 by the walker alone', async (name) => {
    const { report } = await engines.reader.readHeader(new CountingSource(goldenBytes(name)), ampleLimits);
    expect(report.engine).toBe('walker');
  });
});
