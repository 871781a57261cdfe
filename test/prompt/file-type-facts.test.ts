/**
 * The facts of a file type from its representative: series, tables, devices, locations, each under its own
 * name.
 */
import { describe, expect, it } from 'vitest';
import type { JoinedType } from '../../shared/file-types/join-types.ts';
import { buildFileTypeFacts } from '../../shared/prompt/file-type-facts.ts';
import { buildTestHeader, type Tree } from '../headers.ts';

const TYPE = {
  files: 3,
  variations: [],
  extensions: [],
  structures: ['a'],
  representative: { path: 'a.nwb', assetId: '1' },
} as unknown as JoinedType;

const readFacts = (...members: Tree[]) =>
  buildFileTypeFacts(buildTestHeader({ name: '', type: 'NWBFile', members }), TYPE, 1);

describe('buildFileTypeFacts', () => {
  it('includes series by type name and by data', () => {
    const { series } = readFacts({
      name: 'acquisition',
      members: [
        { name: 'empty', type: 'TimeSeries', members: [] },
        { name: 'pupil', type: 'PupilTracking', members: [{ name: 'data', shape: [9, 2] }] },
        { name: 'note', type: 'Annotation', members: [{ name: 'text', shape: [1] }] },
      ],
    });
    expect(series.map(({ path, shape }) => [path, shape])).toEqual([
      ['/acquisition/empty', null],
      ['/acquisition/pupil', [9, 2]],
    ]);
  });

  it('keeps valid rates and meaningful units', () => {
    const one = (rate: number, unit: string): Tree => ({
      name: `at ${rate} ${unit}`,
      type: 'TimeSeries',
      members: [
        { name: 'data', shape: [5], attributes: { unit } },
        { name: 'starting_time', shape: [], attributes: { rate } },
      ],
    });
    const reported = [30, 0, -1].flatMap(
      (rate) => readFacts({ name: 'acquisition', members: [one(rate, rate === 30 ? 'V' : '')] }).series,
    );
    expect(reported.map(({ rate, unit }) => [rate, unit])).toEqual([
      [30, 'V'],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it('names only locations that are meaningful', () => {
    const { locations } = readFacts({
      name: 'general',
      members: [{ name: 'location', shape: [6], values: ['CA1', ' CA1 ', 'unknown', '', 'n/a', 'V1'] }],
    });
    expect(locations).toEqual(['CA1', 'V1']);
  });
});
