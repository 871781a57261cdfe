/**
 * The load of many files through the local runner, small enough for daily use: `bench/load.ts` runs the large
 * one.
 */
import { describe, expect, it } from 'vitest';
import { load } from '../../bench/load.ts';

describe('a Dandiset of many files', () => {
  it('is read in batches, each file by as few requests as its size needs', async () => {
    const { files, batches, unreadable, requests, served, bytes } = await load(45);
    expect({ files, batches, unreadable }).toEqual({ files: 45, batches: 3, unreadable: 0 });
    // All files are smaller than the first request, and nothing is requested twice.
    expect(requests).toBe(45);
    expect(served).toBe(45);
    expect(bytes).toBeLessThan(45 * 64 * 1024);
  });
});
