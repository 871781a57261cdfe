/** Properties of grouping files into types and of joining similar types. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CLASSIC_FILES,
  CLASSIC_TYPES,
  groupClassic,
  groupComplete,
  inPathOrder,
  type ReadFile,
} from '../../shared/file-types/file-type.ts';
import {
  FEW_TYPES,
  type JoinedType,
  joinTypes,
  NEAR,
  type PatternedType,
} from '../../shared/file-types/join-types.ts';
import { similarity } from '../../shared/file-types/patterns.ts';

const file = (path: string, signature: string, typedNodes = 10): ReadFile => ({
  path,
  assetId: `id of ${path}`,
  contentId: path,
  signatures: { exact: `${signature}!`, folded: signature, typedNodes },
  extensions: [],
});

const anyFiles = fc
  .uniqueArray(
    fc.tuple(
      fc.stringMatching(/^[a-z0-9/]{1,12}$/),
      fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'G'),
      fc.nat(50),
    ),
    {
      selector: ([path]) => path,
      maxLength: 150,
    },
  )
  .map((rows) => rows.map(([path, signature, nodes]) => file(path, signature, nodes)));

describe('grouping all files', () => {
  it('is a partition: every file is of one type, and the counts add up', () => {
    fc.assert(
      fc.property(anyFiles, (files) => {
        const types = groupComplete(files);
        expect(types.reduce((sum, type) => sum + type.files, 0)).toBe(files.length);
        for (const { files: count, representative } of types) {
          const same = files.filter((each) => each.signatures.folded === representative.signatures.folded);
          expect(same).toHaveLength(count);
          expect(same).toContain(representative);
        }
      }),
    );
  });

  it('does not depend on the order of files, and puts the largest type first', () => {
    fc.assert(
      fc.property(
        anyFiles.chain((files) =>
          fc.tuple(fc.constant(files), fc.shuffledSubarray(files, { minLength: files.length })),
        ),
        ([files, shuffled]) => {
          const types = groupComplete(files);
          expect(groupComplete(shuffled)).toEqual(types);
          expect(types.map((type) => type.files)).toEqual(
            types.map((type) => type.files).sort((a, b) => b - a),
          );
        },
      ),
    );
  });

  it('is stable when a file of a known type is added', () => {
    fc.assert(
      fc.property(
        anyFiles.filter((files) => files.length > 0),
        (files) => {
          const { signatures } = files[0]!;
          const after = groupComplete([...files, { ...file('zzz/new', signatures.folded), signatures }]);
          const before = groupComplete(files);
          const counts = (types: typeof before) =>
            new Map(types.map((type) => [type.representative.signatures.folded, type.files]));
          const [old, now] = [counts(before), counts(after)];
          for (const [signature, count] of old)
            expect(now.get(signature)).toBe(count + (signature === signatures.folded ? 1 : 0));
          expect(now.size).toBe(old.size);
        },
      ),
    );
  });

  it('chooses the most typical file, not the first', () => {
    const [type] = groupComplete([
      file('a', 'S', 1),
      file('b', 'S', 40),
      file('c', 'S', 40),
      file('d', 'S', 90),
      file('e', 'S', 40),
    ]);
    expect(type?.representative.path).toBe('b');
  });
});

describe('grouping as the earlier system did', () => {
  it('reads the first hundred files by path and shows the first five types', () => {
    fc.assert(
      fc.property(anyFiles, (files) => {
        const types = groupClassic(files);
        const first = inPathOrder(files).slice(0, CLASSIC_FILES);
        expect(types.length).toBeLessThanOrEqual(CLASSIC_TYPES);
        const seen = [...new Set(first.map((each) => each.signatures.exact))].slice(0, CLASSIC_TYPES);
        expect(types.map((type) => type.representative.signatures.exact)).toEqual(seen);
        for (const type of types) {
          const same = first.filter((each) => each.signatures.exact === type.representative.signatures.exact);
          expect([type.files, type.representative]).toEqual([same.length, same[0]]);
        }
      }),
    );
  });
});

/** A type whose patterns are the given letters. */
const patterned = (letters: string, files: number): PatternedType => ({
  type: { files, representative: file(`first ${letters}`, letters), extensions: [], structures: [letters] },
  patterns: new Set([...letters].map((letter) => `Group /${letter} (TimeSeries)`)),
});

const anyTypes = fc
  .uniqueArray(
    fc.tuple(
      fc.stringMatching(/^[a-l]{1,12}$/).map((text) => [...new Set(text)].sort().join('')),
      fc.integer({ min: 1, max: 50 }),
    ),
    {
      selector: ([letters]) => letters,
      maxLength: 14,
    },
  )
  .map((rows) => rows.map(([letters, files]) => patterned(letters, files)));

describe('joining similar types', () => {
  it('keeps every file, in any order, the largest first', () => {
    fc.assert(
      fc.property(
        anyTypes.chain((types) =>
          fc.tuple(fc.constant(types), fc.shuffledSubarray(types, { minLength: types.length })),
        ),
        ([types, shuffled]) => {
          const joined = joinTypes(types);
          const total = types.reduce((sum, { type }) => sum + type.files, 0);
          expect(joined.reduce((sum, type) => sum + type.files, 0)).toBe(total);
          expect(joinTypes(shuffled)).toEqual(joined);
          expect(joined.map((type) => type.files)).toEqual(
            joined.map((type) => type.files).sort((a, b) => b - a),
          );
          if (types.length <= FEW_TYPES) expect(joined).toHaveLength(types.length);
          for (const { files, variations } of joined)
            for (const variation of variations) expect(variation.files).toBeLessThan(files);
        },
      ),
    );
  });

  it('joins the same two of three in a row, in any order', () => {
    // The middle one is equally similar to both, which are not similar to each other.
    const row = ['abcd', 'abcde', 'bcde'].map((letters) => patterned(letters, 3));
    const others = ['p', 'q', 'r'].map((letters) => patterned(letters, 1));
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
      [1, 0, 2],
    ]) {
      const [joined] = joinTypes([...order.map((at) => row[at]!), ...others]);
      expect(joined?.parts?.map(({ representative }) => representative.signatures.folded)).toEqual([
        'abcd',
        'abcde',
      ]);
    }
  });

  it('joins by structure alone: more files of known types join the same types', () => {
    const findPart = (types: readonly PatternedType[]) =>
      joinTypes(types)
        .map((type) =>
          type.variations
            .map(({ pattern }) => pattern)
            .sort()
            .join(),
        )
        .sort();
    fc.assert(
      fc.property(anyTypes, fc.integer({ min: 2, max: 9 }), (types, times) => {
        const more = types.map(({ type, patterns }) => ({
          patterns,
          type: { ...type, files: type.files * times },
        }));
        expect(findPart(more)).toEqual(findPart(types));
      }),
    );
  });

  it('reports patterns that some files have and others lack', () => {
    const types = ['abcdefgh', 'abcdefg', 'ijkl', 'ij', 'k', 'l'].map((letters, at) =>
      patterned(letters, 40 - at),
    );
    const [first] = joinTypes(types);
    expect(first).toMatchObject({ files: 79, variations: [{ pattern: 'Group /h (TimeSeries)', files: 40 }] });
  });
});

/**
 * A Dandiset of dozens of exact types: a few kinds of experiment, each with and without some of its objects.
 */
const anyManyTypes: fc.Arbitrary<PatternedType[]> = fc
  .array(
    fc.tuple(
      fc.constantFrom('behavior', 'ecephys', 'icephys', 'ophys'),
      fc.uniqueArray(fc.nat(23), { maxLength: 8 }),
      fc.integer({ min: 1, max: 60 }),
    ),
    { minLength: 24, maxLength: 48 },
  )
  .map((rows) => {
    const byKey = new Map<string, PatternedType>();
    for (const [kind, missing, files] of rows) {
      const lacks = new Set(missing);
      const patterns = Array.from({ length: 24 }, (_, at) => at)
        .filter((at) => !lacks.has(at))
        .map((at) => `Group /${at < 6 ? 'shared' : kind}/object_${at} (Type${at % 5})`);
      const key = patterns.join();
      byKey.set(key, {
        type: { files, representative: file(`first ${key}`, key), extensions: [], structures: [key] },
        patterns: new Set(patterns),
      });
    }
    return [...byKey.values()];
  });

describe('joining dozens of types', () => {
  const listPatterns = (types: readonly PatternedType[]) =>
    new Map(types.map(({ type, patterns }) => [type.representative.path, patterns]));
  const listParts = ({ parts, representative, files }: JoinedType) =>
    parts ?? [{ files, representative, has: [] }];

  it('joins only if every pair is similar: complete linkage', () => {
    let joinedTypes = 0;
    fc.assert(
      fc.property(anyManyTypes, (types) => {
        const known = listPatterns(types);
        for (const joined of joinTypes(types)) {
          const members = listParts(joined).map(({ representative }) => known.get(representative.path)!);
          if (members.length > 2) joinedTypes += 1;
          for (const [at, a] of members.entries()) {
            for (const b of members.slice(at + 1)) expect(similarity(a, b)).toBeGreaterThanOrEqual(NEAR);
          }
        }
      }),
    );
    // With two types, single and complete linkage are the same: only larger groups distinguish them.
    expect(joinedTypes).toBeGreaterThan(100);
  });

  it('leaves no two joined types that could be one', () => {
    fc.assert(
      fc.property(
        anyManyTypes.filter((types) => types.length > FEW_TYPES),
        (types) => {
          const known = listPatterns(types);
          const clusters = joinTypes(types).map((joined) =>
            listParts(joined).map(({ representative }) => known.get(representative.path)!),
          );
          for (const [at, left] of clusters.entries()) {
            for (const right of clusters.slice(at + 1)) {
              const least = Math.min(...left.flatMap((a) => right.map((b) => similarity(a, b))));
              expect(least).toBeLessThan(NEAR);
            }
          }
        },
      ),
    );
  });

  it('keeps the files, the representative and the patterns of each part', () => {
    fc.assert(
      fc.property(anyManyTypes, (types) => {
        const known = listPatterns(types);
        const seen = new Set<string>();
        for (const joined of joinTypes(types)) {
          const parts = listParts(joined);
          expect(parts.reduce((sum, { files }) => sum + files, 0)).toBe(joined.files);
          for (const { representative } of parts) seen.add(representative.path);
          for (const { pattern, files } of joined.variations) {
            const having = parts.filter(({ representative }) => known.get(representative.path)!.has(pattern));
            expect(having.reduce((sum, part) => sum + part.files, 0)).toBe(files);
            for (const part of parts) expect(part.has.includes(pattern)).toBe(having.includes(part));
          }
          for (const { name, files } of joined.partialTypes ?? []) {
            const having = parts.filter(({ representative }) =>
              [...known.get(representative.path)!].some((pattern) => pattern.endsWith(` (${name})`)),
            );
            expect(having.reduce((sum, part) => sum + part.files, 0)).toBe(files);
          }
        }
        expect(seen.size).toBe(types.length);
      }),
    );
  });

  it('reports neurodata types that only some of the files have', () => {
    const of = (letters: string, files: number, further: readonly string[]): PatternedType => {
      const { type, patterns } = patterned(letters, files);
      return {
        type: { ...type, representative: file(letters + further, letters + further) },
        patterns: new Set([...patterns, ...further]),
      };
    };
    const types = [
      of('abcdefghi', 13, []),
      of('abcdefghi', 8, ['Group /units (Units)', 'Group /raw (ElectricalSeries)']),
      of('abcdefghi', 5, ['Group /laser (OptogeneticSeries)']),
      ...['p', 'q', 'r'].map((letter) => patterned(letter, 1)),
    ];
    const [first] = joinTypes(types);
    expect(first).toMatchObject({
      files: 26,
      partialTypes: [
        { name: 'ElectricalSeries', files: 8 },
        { name: 'Units', files: 8 },
        { name: 'OptogeneticSeries', files: 5 },
      ],
    });
    expect(first?.parts?.map(({ files }) => files)).toEqual([13, 8, 5]);
  });
});
