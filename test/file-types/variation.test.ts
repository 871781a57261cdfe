/** What differs among the files of a type: from each file's variants to the lines of a section. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPatterns } from '../../shared/file-types/patterns.ts';
import { collectVariants, type FileVariants } from '../../shared/file-types/variants.ts';
import { describeVariation, VariationTally } from '../../shared/file-types/variation.ts';
import { variationLines } from '../../shared/prompt/variation-text.ts';
import { anyTree, buildTestHeader, type Tree } from '../headers.ts';

const writeTestFile = (...members: readonly Tree[]): FileVariants =>
  collectVariants(
    buildTestHeader({ name: '', type: 'NWBFile', members: [{ name: 'acquisition', members }] }),
  );
const series = (name: string, description: string, ...shape: readonly number[]): Tree => ({
  name,
  type: 'TimeSeries',
  description,
  members: shape.length === 0 ? [] : [{ name: 'data', shape }],
});
const listLines = (...files: readonly FileVariants[]): string[] => variationLines(describeVariation(files));

describe('the variants of a file', () => {
  it('are the details beyond its patterns', () => {
    expect(
      writeTestFile(
        series('grating_0deg', 'grating 0 deg', 10),
        series('grating_45deg', 'grating 45 deg', 12),
        series('sweep_1', 'A sweep'),
        series('sweep_2', 'A sweep'),
        series('2019-01-02', ''),
        { name: 'plain', type: 'LFP' },
      ).variants,
    ).toEqual([
      {
        pattern: 'Group /acquisition/grating_*deg (TimeSeries)',
        count: 2,
        names: 'grating_[0, 45]deg',
        descriptions: ['grating [0, 45] deg'],
        shape: [[10, 12]],
        dtype: 'float64',
      },
      { pattern: 'Group /acquisition/sweep_* (TimeSeries)', count: 2, descriptions: ['A sweep'] },
    ]);
  });

  it('have the patterns of the header, and stay within their limit', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const header = buildTestHeader(tree);
        const { variants } = collectVariants(header);
        const patterns = buildPatterns(header);
        for (const { pattern } of variants) expect(patterns.has(pattern)).toBe(true);
        expect(JSON.stringify(variants).length).toBeLessThan(4_100);
      }),
    );
  });

  it('stay within their limit with descriptions of a megabyte, and report what is left out', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz'];
    const members = letters.flatMap((a) =>
      letters.map((b) => series(`${a}${b}x`, `${a}${b}`.repeat(200_000))),
    );
    const reported = writeTestFile(...members.slice(0, 60));
    expect(JSON.stringify(reported).length).toBeLessThan(4_200);
    expect(reported.omitted).toBe(60 - reported.variants.length);
    expect(reported.omitted).toBeGreaterThan(0);
  });
});

describe('the differences among files', () => {
  it('are empty if all files are alike', () => {
    const file = writeTestFile(series('sweep_1', 'A sweep', 10), series('sweep_2', 'A sweep', 10));
    expect(describeVariation([file, file, file])).toEqual({ files: 3, labels: [], patterns: [], more: 0 });
    expect(listLines(file, file)).toEqual([]);
  });

  it('are reported by names, numbers, descriptions, shapes and elements, with the number of files', () => {
    const early = writeTestFile(series('2023_5_16-non1', 'Raw acquisition at early stage', 100));
    const late = writeTestFile(
      series('2023_5_19-non1', 'Raw acquisition at late stage', 100),
      series('2023_5_19-non2', 'Raw acquisition at late stage', 300),
    );
    expect(listLines(early, late, late)).toEqual([
      'What differs among these 3 files:',
      'Group /acquisition/*-non* (TimeSeries): 1 to 2 in a file; descriptions: Raw acquisition at late stage in 2 files | Raw acquisition at early stage in 1 file; shapes: (100 to 300,) in 3 files',
    ]);
  });

  it('list numbers of names, and many of them as a range', () => {
    const sites = [3, 12, 7].map((site) => writeTestFile(series(`site${site}um`, '')));
    expect(listLines(...sites).at(-1)).toBe(
      'Group /acquisition/site*um (TimeSeries): names: site12um in 1 file | site3um in 1 file | site7um in 1 file',
    );
    const many = Array.from({ length: 40 }, (_, at) =>
      writeTestFile(series(`site${at * 5}um`, `at ${at * 5} um`)),
    );
    expect(listLines(...many).at(-1)).toBe(
      'Group /acquisition/site*um (TimeSeries): names: site[0 … 195]um in 40 files; descriptions: at [0 … 195] um in 40 files',
    );
  });

  it('distinguish ranks', () => {
    const flat = writeTestFile(series('x1', 'x', 100));
    const deep = writeTestFile(series('x1', 'x', 100, 64, 64));
    expect(listLines(flat, deep, flat).at(-1)).toBe(
      'Group /acquisition/x* (TimeSeries): shapes: (100,) in 2 files; (100, 64, 64) in 1 file',
    );
  });

  it('include descriptions that only some files have', () => {
    const reported = writeTestFile(series('x1', 'Held at -70 mV'));
    const silent = writeTestFile(series('x1', ''));
    expect(listLines(reported, silent, silent).at(-1)).toBe(
      'Group /acquisition/x* (TimeSeries): descriptions: none in 2 files | Held at -70 mV in 1 file',
    );
  });

  it('include the entities of file names', () => {
    const tally = new VariationTally();
    for (let at = 0; at < 10; at += 1) {
      tally.add({ variants: [], omitted: 0 }, [
        ['desc', at % 2 === 0 ? 'raw' : 'processed'],
        ['task', 'rest'],
        ...(at === 0 ? ([['probe', '0']] as const) : []),
      ]);
    }
    expect(variationLines(tally.report())).toEqual([
      'What differs among these 10 files:',
      'desc in names of files: processed in 5 files | raw in 5 files',
      'probe in names of files: none in 9 files | 0 in 1 file',
    ]);
  });

  it('do not depend on the order of files', () => {
    const header = anyTree.map(buildTestHeader).map(collectVariants);
    fc.assert(
      fc.property(
        fc
          .array(header, { maxLength: 8 })
          .chain((files) =>
            fc.tuple(fc.constant(files), fc.shuffledSubarray(files, { minLength: files.length })),
          ),
        ([files, shuffled]) => {
          expect(describeVariation(shuffled)).toEqual(describeVariation(files));
        },
      ),
    );
  });

  it('are limited for many files that all differ', () => {
    const tally = new VariationTally();
    for (let at = 0; at < 5_000; at += 1) {
      const word = at.toString(36).replaceAll(/\d/g, (digit) => 'ghijklmnop'[Number(digit)]!);
      tally.add(writeTestFile(series(`x${at}`, `${word} `.repeat(60)), series(`${word}z`, 'z', at)), [
        ['k', word],
      ]);
    }
    const report = tally.report();
    expect(report.patterns.length).toBeLessThanOrEqual(40);
    const text = variationLines(report).join('\n');
    expect(text.length).toBeLessThan(60_000);
    expect(text).toContain('more');
  });
});
