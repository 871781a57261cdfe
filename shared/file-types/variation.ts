/**
 * Counts the differences among the files of a type, one file after the other in bounded memory: names, numbers,
 * descriptions, shapes and elements behind each pattern, and labels in the files' paths. Pure except for its own
 * counts; its input are the variants stored beside each file's outline.
 */
import { compareByteOrder } from '../header/byte-order.ts';
import { maskName } from './mask-name.ts';
import { patternOfTexts } from './name-range.ts';
import type { Extent, FileVariants, Variant } from './variants.ts';

/** A value and the number of files with it. For descriptions and labels the empty value means none. */
export interface CountedValue {
  readonly value: string;
  readonly files: number;
}

/** Values that differ among files, those of most files first, then in byte order. */
export interface VaryingValues {
  readonly values: readonly CountedValue[];
  /** Number of further distinct values. */
  readonly more: number;
}

/** The differences in one pattern's objects. Fields without differences are absent. */
export interface PatternVariation {
  readonly pattern: string;
  /** Files whose variants have the pattern. Others may have objects of it without details, or no space for them. */
  readonly files: number;
  /** Names; where there are many, one text of all their numbers. */
  readonly names?: VaryingValues;
  readonly descriptions?: VaryingValues;
  /** How many objects a file has of the pattern. */
  readonly counts?: Extent;
  /** By number of dimensions: the extents over those files, and their number. */
  readonly shapes?: readonly { readonly extents: readonly Extent[]; readonly files: number }[];
  readonly dtypes?: VaryingValues;
}

/** The differences among the files of a type. */
export interface TypeVariation {
  readonly files: number;
  /**
   * By key of the labels passed with each file: those with more than one value, or that some files lack (the empty
   * value).
   */
  readonly labels: readonly (VaryingValues & { readonly key: string; readonly files: number })[];
  /**
   * Patterns in which names, descriptions or elements differ before those in which only numbers do, then those of
   * most files.
   */
  readonly patterns: readonly PatternVariation[];
  /** Number of further patterns. */
  readonly more: number;
}

/** Patterns of a type that are counted at most. */
const MOST_PATTERNS = 1_500;
/** Distinct values of one field of one pattern in memory at most; further ones are counted each time they occur. */
const MOST_VALUES = 200;
/** Values of one field that are reported at most. */
const REPORTED_VALUES = 12;
/** Patterns that are reported at most. */
const REPORTED_PATTERNS = 40;
/** Keys of labels that are counted at most: paths have about ten. */
const MOST_KEYS = 50;

/** Counts the differences among the files of one type. */
export class VariationTally {
  #files = 0;
  readonly #labels = new Map<string, Values>();
  readonly #patterns = new Map<string, PatternTally>();
  #more = 0;

  /**
   * Counts one file. `labels` are the entities of its path by key, such as `desc`; the caller leaves out keys that
   * identify single files.
   */
  add({ variants }: FileVariants, labels: Iterable<readonly [key: string, value: string]> = []): void {
    this.#files += 1;
    for (const [key, value] of labels) {
      const known = this.#labels.get(key);
      if (known === undefined && this.#labels.size >= MOST_KEYS) continue;
      const values = known ?? new Values();
      this.#labels.set(key, values);
      values.add([value]);
    }
    for (const variant of variants) {
      const known = this.#patterns.get(variant.pattern);
      if (known === undefined && this.#patterns.size >= MOST_PATTERNS) {
        this.#more += 1;
        continue;
      }
      const tally = known ?? new PatternTally(variant.pattern);
      this.#patterns.set(variant.pattern, tally);
      tally.add(variant);
    }
  }

  /** The differences among the files so far. Independent of their order, unless there are more values than are kept. */
  report(): TypeVariation {
    const varying = [...this.#patterns.values()].flatMap((tally) => tally.report() ?? []);
    varying.sort(
      (a, b) => findRank(a) - findRank(b) || b.files - a.files || compareByteOrder(a.pattern, b.pattern),
    );
    return {
      files: this.#files,
      labels: [...this.#labels]
        .flatMap(([key, values]) => {
          const reported = values.report(this.#files, true);
          return reported === undefined ? [] : [{ key, files: values.files, ...reported }];
        })
        .sort((a, b) => compareByteOrder(a.key, b.key)),
      patterns: varying.slice(0, REPORTED_PATTERNS),
      more: Math.max(0, varying.length - REPORTED_PATTERNS) + this.#more,
    };
  }
}

/** The differences among some files, from their variants. */
export function describeVariation(files: readonly FileVariants[]): TypeVariation {
  const tally = new VariationTally();
  for (const file of files) tally.add(file);
  return tally.report();
}

/** Meaningful differences come before those in numbers only. */
function findRank({ names, descriptions, dtypes, shapes }: PatternVariation): number {
  return (names ?? descriptions ?? dtypes) !== undefined || (shapes?.length ?? 0) > 1 ? 0 : 1;
}

class PatternTally {
  readonly #pattern: string;
  #files = 0;
  #counts: Extent = [Number.POSITIVE_INFINITY, 0];
  readonly #names = new Values();
  readonly #descriptions = new Values();
  readonly #dtypes = new Values();
  readonly #shapes = new Map<number, { extents: Extent[]; files: number }>();

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  add({ count = 1, names, descriptions = [], shape, dtype }: Variant): void {
    this.#files += 1;
    this.#counts = widenExtent(this.#counts, [count, count]);
    if (names !== undefined) this.#names.add([names]);
    this.#descriptions.add(descriptions);
    if (dtype !== undefined) this.#dtypes.add([dtype]);
    if (shape !== undefined) {
      const known = this.#shapes.get(shape.length) ?? { extents: [...shape], files: 0 };
      const extents = known.extents.map((extent, axis) => widenExtent(extent, shape[axis]!));
      this.#shapes.set(shape.length, { extents, files: known.files + 1 });
    }
  }

  report(): PatternVariation | undefined {
    const shapes = [...this.#shapes.values()].sort(
      (a, b) => b.files - a.files || a.extents.length - b.extents.length,
    );
    const names = withoutMasks(this.#names.report(this.#files));
    const descriptions = this.#descriptions.report(this.#files, true);
    const dtypes = this.#dtypes.report(this.#files);
    const reported = {
      ...(names === undefined ? {} : { names }),
      ...(descriptions === undefined ? {} : { descriptions }),
      ...(this.#counts[0] < this.#counts[1] ? { counts: this.#counts } : {}),
      ...(shapes.length > 1 || shapes.some(({ extents }) => extents.some(([least, most]) => least < most))
        ? { shapes }
        : {}),
      ...(dtypes === undefined ? {} : { dtypes }),
    };
    return Object.keys(reported).length === 0
      ? undefined
      : { pattern: this.#pattern, files: this.#files, ...reported };
  }
}

/** Names without numbers add nothing to the pattern. */
function withoutMasks(names: VaryingValues | undefined): VaryingValues | undefined {
  const values = names?.values.filter(({ value }) => maskName(value) !== value) ?? [];
  return values.length === 0 ? undefined : { values, more: names!.more };
}

function widenExtent([least, most]: Extent, [further, furthest]: Extent): Extent {
  return [Math.min(least, further), Math.max(most, furthest)];
}

/**
 * Values with their number of files, and groups of values that differ only in numbers with the number of files of any
 * of them.
 */
class Values {
  /** Number of files with any value. */
  files = 0;
  readonly #counts = new Map<string, number>();
  readonly #alike = new Map<string, { readonly texts: Set<string>; files: number }>();
  #more = 0;

  /** Counts one file with these values. */
  add(values: readonly string[]): void {
    if (values.length > 0) this.files += 1;
    const masks = new Set<string>();
    for (const value of new Set(values)) {
      const files = this.#counts.get(value);
      if (files === undefined && this.#counts.size >= MOST_VALUES) {
        this.#more += 1;
        continue;
      }
      this.#counts.set(value, (files ?? 0) + 1);
      const mask = maskName(value);
      masks.add(mask);
      const alike = this.#alike.get(mask) ?? { texts: new Set<string>(), files: 0 };
      this.#alike.set(mask, alike);
      alike.texts.add(value);
    }
    for (const mask of masks) this.#alike.get(mask)!.files += 1;
  }

  /**
   * The values, where they differ among `of` files; files without any count as one that differs where `reportsLack`.
   */
  report(of: number, reportsLack = false): VaryingValues | undefined {
    const lacking = reportsLack ? of - this.files : 0;
    if (this.#counts.size + this.#more + Math.min(1, lacking) < 2 || this.files === 0) return undefined;
    const reported = this.#counts.size + this.#more <= REPORTED_VALUES ? this.#each() : this.#joined();
    if (lacking > 0) reported.push({ value: '', files: lacking });
    reported.sort((a, b) => b.files - a.files || compareByteOrder(a.value, b.value));
    const values = reported.slice(0, REPORTED_VALUES);
    return { values, more: reported.length - values.length + this.#more };
  }

  #each(): CountedValue[] {
    return [...this.#counts].map(([value, files]) => ({ value, files }));
  }

  #joined(): CountedValue[] {
    return [...this.#alike.values()].map(({ texts, files }) => ({
      value: patternOfTexts([...texts]),
      files,
    }));
  }
}
