/** The prompt: its grammar, its counts, and its size for any input. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PromptTooLargeError } from '../../shared/errors.ts';
import { describeMetadata } from '../../shared/facts/dandiset-metadata.ts';
import { VersionTally } from '../../shared/facts/version-tally.ts';
import type { JoinedType } from '../../shared/file-types/join-types.ts';
import { headerText } from '../../shared/header/header-text.ts';
import type { NwbHeader } from '../../shared/header/nwb-header.ts';
import { buildPrompt, type PromptInput } from '../../shared/prompt/build-prompt.ts';
import { countTokens } from '../../shared/prompt/count-tokens.ts';
import type { Coverage } from '../../shared/prompt/facts.ts';
import type { PromptProfile } from '../../shared/prompt/prompt.ts';
import { requestOverhead } from '../../shared/prompt/request-overhead.ts';
import { buildTypeDigest } from '../../shared/prompt/type-digest.ts';
import { countRuns } from '../effort.ts';
import { anyTree, buildTestHeader, type Tree } from '../headers.ts';

const METADATA =
  '{"id": "DANDI:123456/draft", "name": "A test", "contributor": [], "description": "Says little.", "other": 1, "assetsSummary": {"numberOfFiles": 2}}';

function buildType(files: number, at: number, variations: JoinedType['variations'] = []): JoinedType {
  const signatures = { exact: `${at}`, folded: `${at}`, typedNodes: 1 };
  return {
    files,
    variations,
    extensions: [],
    structures: [`${at}`],
    representative: {
      path: `sub-${at}/a.nwb`,
      assetId: `${at}`,
      contentId: `${at}`,
      signatures,
      extensions: [],
    },
  };
}

function buildInput(
  headers: readonly NwbHeader[],
  options: Partial<PromptInput> = {},
  profile: PromptProfile = 'complete',
): PromptInput {
  const types = headers.map((header, at) =>
    buildTypeDigest(header, buildType(headers.length - at, at), at + 1, profile, 4_000_000),
  );
  const nwb = types.reduce((sum, type) => sum + type.facts.files, 0);
  const coverage: Coverage = {
    assets: nwb,
    nwb,
    read: nwb,
    cutShort: 0,
    notLookedAt: 0,
    unreadable: [],
    other: [],
  };
  return {
    ref: { id: '123456', version: 'draft' },
    metadataJson: METADATA,
    profile,
    coverage,
    contents: new VersionTally().build(describeMetadata(undefined)),
    types,
    tokenBudget: 100_000,
    ...options,
  };
}

const SMALL = buildTestHeader({
  name: '',
  type: 'NWBFile',
  members: [
    { name: 'acquisition', members: [{ name: 'ts', type: 'TimeSeries', description: 'two\nlines' }] },
    { name: 'identifier', shape: [], text: 'abc\ndef' },
  ],
});

describe('the grammar', () => {
  it('prints the metadata in their own order, the counts, and a section per type', () => {
    const { text, compaction } = buildPrompt(buildInput([SMALL, SMALL]));
    expect(text.startsWith('\nBelow is an auto-generated summary')).toBe(true);
    expect(text).toContain(
      `a .md document.\n\n\nid: DANDI:123456/draft\nname: A test\ncontributor: []\ndescription: Says little.\nassetsSummary: {'numberOfFiles': 2}\n\nDandiset 123456 has 3 NWB files.\n2 of these NWB files are of type 1.\n1 of these NWB files are of type 2.\n\n\nHere is a summary of the type 1 NWB files:\n  Group / (NWBFile) \n`,
    );
    expect(text).toContain(
      '  Group /acquisition/ts (TimeSeries) two\n  lines\n  identifier: abc\n  def\n\n\nHere is a summary of the type 2',
    );
    expect(compaction).toEqual([]);
    expect(text).not.toContain('other');
  });

  it('is the same in classic and complete if there is nothing to report', () => {
    expect(buildPrompt(buildInput([SMALL])).text).toBe(buildPrompt(buildInput([SMALL], {}, 'classic')).text);
  });

  it('states unreadable files, files other than NWB, and headers cut short', () => {
    const coverage: Coverage = {
      assets: 19,
      nwb: 9,
      read: 1,
      cutShort: 1,
      notLookedAt: 0,
      unreadable: Array.from({ length: 8 }, (_, at) => ({
        path: `bad-${at}.nwb`,
        reason: 'damaged',
        detail: '',
      })),
      other: [
        { kind: '.mp4', count: 9 },
        { kind: '.json', count: 1 },
      ],
    };
    const { text, quoted } = buildPrompt(buildInput([SMALL], { coverage }));
    // Unquoted parts are fixed text and counts: no text, path or name of the archive.
    const own = quoted.reduceRight((kept, [start, end]) => kept.slice(0, start) + kept.slice(end), text);
    expect(own.slice(own.indexOf('.md document'))).toBe(
      '.md document.\n\n\n\nDandiset 123456 has 9 NWB files.\n1 of these NWB files are of type 1.\n1 of these NWB files were read in part, up to a limit of size.\n\n\nHere is a summary of the type 1 NWB files:\n',
    );
    expect(text).toContain(
      'Dandiset 123456 has 9 NWB files.\n1 of these NWB files are of type 1.\n8 of these NWB files could not be read: bad-0.nwb (damaged); bad-1.nwb (damaged); bad-2.nwb (damaged); bad-3.nwb (damaged); bad-4.nwb (damaged); and 3 more.\n1 of these NWB files were read in part, up to a limit of size.\nThe Dandiset also has 10 files that are not NWB: 9 .mp4, 1 .json.\n\n\nHere is',
    );
  });

  it('lists what varies within a joined type, and a varying group without its members', () => {
    const variations = [
      { pattern: 'Group /units (Units)', files: 40 },
      { pattern: 'Dataset /units/id (ElementIdentifiers)', files: 40 },
      { pattern: 'Dataset /units/quality (VectorData)', files: 7 },
    ];
    const digest = buildTypeDigest(SMALL, buildType(63, 0, variations), 1, 'complete', 1e6);
    expect(digest.sections.verbatim).toContain(
      '  Not in every one of these files:\n  Group /units (Units) in 40 of 63 files\n  Dataset /units/quality (VectorData) in 7 of 63 files\n',
    );
    expect(digest.sections.verbatim).not.toContain('ElementIdentifiers');
  });

  it('puts the facts about all files before the types only in the rich profile', () => {
    const [complete, rich] = (['complete', 'rich'] as const).map(
      (profile) => buildPrompt(buildInput([SMALL], {}, profile)).text,
    );
    const [, facts] =
      /\n\n\nFacts over all [^\n]*\n((?: {2}[^\n]*\n)+)\n\nHere is a summary of the type 1 /.exec(rich!)!;
    expect(facts).toContain('  Files: ');
    expect(complete).not.toContain('Facts over all');
  });

  it('contains no e-mail address in the rich profile', () => {
    const metadataJson = METADATA.replace('Says little.', 'Ask jane.doe@example.org for more.');
    expect(buildPrompt(buildInput([SMALL], { metadataJson }, 'rich')).text).not.toContain('example.org');
    expect(buildPrompt(buildInput([SMALL], { metadataJson }, 'classic')).text).toContain(
      'jane.doe@example.org',
    );
  });

  it('requests a description of the files if none is NWB', () => {
    for (const profile of ['complete', 'rich'] as const) {
      const { text } = buildPrompt(buildInput([], {}, profile));
      expect(text, profile).toContain('none of which is an NWB file');
      expect(text, profile).not.toContain('Type X');
    }
  });
});

/** An icephys file of many sweeps, its names numbered. */
function sweeps(count: number): NwbHeader {
  const members: Tree[] = Array.from({ length: count }, (_, at) => ({
    name: `sweep_${String(at).padStart(5, '0')}`,
    type: at % 2 === 0 ? 'CurrentClampSeries' : 'VoltageClampSeries',
    description: `Sweep ${at}, applied current`,
    members: [{ name: 'data', shape: [100 + at] }],
  }));
  return buildTestHeader({ name: '', type: 'NWBFile', members: [{ name: 'acquisition', members }] });
}

describe('compaction', () => {
  it('folds numbered siblings first, and counts them', () => {
    const { text, quoted, compaction, tokens } = buildPrompt(
      buildInput([sweeps(2_000)], { tokenBudget: 2_000 }),
    );
    expect(text).toContain(
      'Group /acquisition/sweep_00000 … sweep_01998 (1,000 of these: CurrentClampSeries) Sweep *, applied current\n',
    );
    expect(text).toContain(
      'Group /acquisition/sweep_00001 … sweep_01999 (1,000 of these: VoltageClampSeries) Sweep *, applied current\n',
    );
    expect(compaction).toHaveLength(1);
    expect(text).toContain(compaction[0]!);
    expect(tokens).toBe(countTokens(text) + requestOverhead(quoted.length));
  });

  it('fits any budget that leaves room for the fixed words, and reports every count correctly', () => {
    fc.assert(
      fc.property(
        fc.array(anyTree, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1_500, max: 4_000 }),
        (trees, tokenBudget) => {
          const input = buildInput(trees.map(buildTestHeader), { tokenBudget });
          const { text, tokens, compaction } = buildPrompt(input);
          expect(tokens).toBeLessThanOrEqual(tokenBudget);
          const stated = [...text.matchAll(/^(\d+) of these NWB files are of type \d+\.$/gm)].map((match) =>
            Number(match[1]),
          );
          const omitted = Number(
            /^([\d,]+) files? (?:is|are) of \d+ further types/m.exec(text)?.[1]?.replaceAll(',', '') ?? 0,
          );
          expect(stated.reduce((sum, count) => sum + count, 0) + omitted).toBe(input.coverage.nwb);
          for (const statement of compaction) expect(text).toContain(statement);
        },
      ),
      // A failing case is large and every smaller one is a whole prompt: shrinking would take minutes.
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('is not applied if the text fits: a section is the unchanged header', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const header = buildTestHeader(tree);
        const { text, compaction } = buildPrompt(buildInput([header]));
        expect(compaction).toEqual([]);
        const section = text.slice(
          text.indexOf('NWB files:\n', text.indexOf('Here is a summary')) + 'NWB files:\n'.length,
        );
        expect(section.replaceAll(/^ {2}/gm, '')).toBe(headerText(header));
      }),
    );
  });

  it('reports for a type in a line how many of its neurodata types are not named', () => {
    const members = Array.from({ length: 15 }, (_, at): Tree => {
      const letter = String.fromCharCode(65 + at);
      return { name: letter, type: `Made${letter}Series`, description: `${letter}ord `.repeat(200) };
    });
    const large = buildTestHeader({ name: '', type: 'NWBFile', members });
    const { text } = buildPrompt(buildInput([SMALL, large], { tokenBudget: 1_000 }));
    expect(text).toContain('Only the largest type is described in full, the others in a line each.\n');
    expect(text).toMatch(/\n {2}type 2: MadeASeries, .*, MadeLSeries and 4 more\n/);
  });

  it('reports for a shortened section how many lines it omits', () => {
    const members = Array.from({ length: 400 }, (_, at): Tree => {
      const letters = String.fromCharCode(97 + (at % 20), 97 + Math.floor(at / 20));
      return { name: `kind_${letters}`, type: `Made${letters}Series`, description: `One of kind ${letters}` };
    });
    const input = buildInput([buildTestHeader({ name: '', type: 'NWBFile', members })], {
      tokenBudget: 2_000,
    });
    const { text } = buildPrompt(input);
    const [, shown = '', left = ''] =
      /summary of the type 1 NWB files:\n([\s\S]*?) {2}… \((\d+) more lines\)\n/.exec(text) ?? [];
    const whole = Object.values(input.types[0]!.sections).filter((section) => section.startsWith(shown));
    expect(shown.split('\n').length).toBeGreaterThan(5);
    const countLines = (section: string): number => section.split('\n').filter((line) => line !== '').length;
    expect(whole.map((section) => countLines(section) - countLines(shown))).toContain(Number(left));
  });

  it('fails with the budget in the error if not even the minimum fits', () => {
    expect(() => buildPrompt(buildInput([SMALL], { tokenBudget: 100 }))).toThrow(PromptTooLargeError);
  });

  it('keeps species and counts when metadata of a megabyte are cut', () => {
    const description = 'A very long description. '.repeat(45_000);
    const metadataJson = JSON.stringify({
      ...JSON.parse(METADATA),
      description,
      assetsSummary: { species: [{ name: 'Mus musculus' }] },
    });
    const { text, tokens } = buildPrompt(buildInput([SMALL], { metadataJson, tokenBudget: 8_000 }));
    expect(tokens).toBeLessThanOrEqual(8_000);
    expect(text).toContain('Mus musculus');
    expect(text).toContain('(1,125,000 characters in all)');
    expect(text).toContain('Dandiset 123456 has 1 NWB files.');
  });
});

describe('counting tokens', () => {
  it('counts long runs without a space in little time, and names of special tokens as text', () => {
    expect(countTokens('a'.repeat(200_000))).toBeGreaterThan(10_000);
    expect(countTokens('<|endoftext|>')).toBeGreaterThan(1);
    expect(countTokens('')).toBe(0);
  });

  it('of chunks is at least nearly that of the whole', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 60, mode: 'sentences' }), (text) => {
        const whole = countTokens(text.slice(0, 1_900));
        expect(countTokens(text)).toBeGreaterThanOrEqual(whole - 2);
      }),
      { numRuns: countRuns(20) },
    );
  });
});
