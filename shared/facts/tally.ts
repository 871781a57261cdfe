/**
 * Counting over all files in bounded memory: values with their numbers of files and subjects, and
 * numbers with their minimum, median and maximum. The facts over all files are built from these. Pure.
 */
import * as z from 'zod/mini';

const count = z.int().check(z.nonnegative());

/** The source of a fact: a file of the Dandiset, and a location in it or in its record. */
export const Evidence = z.object({
  /** The path of a file; empty if the fact is in the metadata of the version. */
  file: z.string(),
  /**
   * A path in the file's header (`/general/subject/species`), or a field of the metadata (`wasAttributedTo.species`).
   */
  location: z.string(),
});
export type Evidence = z.infer<typeof Evidence>;

/** One value, with its numbers of files and subjects. */
export const TalliedValue = z.object({
  value: z.string(),
  files: count,
  /** Distinct subjects of those files; absent if the files name none or there are too many to count. */
  subjects: z.optional(count),
  example: Evidence,
});
export type TalliedValue = z.infer<typeof TalliedValue>;

/** The values of one kind, most files first. */
export const Tally = z.object({
  values: z.array(TalliedValue),
  /** Number of further distinct values that are not listed. */
  more: count,
  /** Number of files with any value. */
  files: count,
});
export type Tally = z.infer<typeof Tally>;

/** The distribution of one number over files or subjects. */
export const Distribution = z.object({
  min: z.number(),
  /** The median; with three digits if there are more than some thousands of distinct numbers. */
  median: z.number(),
  max: z.number(),
  total: z.number(),
  /** Number of files or subjects with a value. */
  files: count,
});
export type Distribution = z.infer<typeof Distribution>;

/** Distinct values tracked while counting; later ones are only counted as more. */
const MOST_FOLLOWED = 10_000;
/** Pairs of a value and a subject in all tallies of one counting: some tens of megabytes. */
const MOST_PAIRS = 1_000_000;
/** Distinct numbers counted exactly; beyond it they are rounded to three digits. */
const MOST_NUMBERS = 4_096;

/** Remaining number of pairs, shared by the tallies of one counting. */
export class PairBudget {
  #left = MOST_PAIRS;

  /** Whether there was room for one more. */
  take(): boolean {
    this.#left -= 1;
    return this.#left >= 0;
  }
}

interface Counted {
  files: number;
  subjects: Set<string> | undefined;
  readonly example: Evidence;
}

/** Counts values: each once per file, however often the file has it. */
export class ValueTally {
  readonly #counted = new Map<string, Counted>();
  readonly #unfollowed = new Set<string>();
  readonly #budget: PairBudget;
  #unfollowedMore = 0;
  #files = 0;

  constructor(budget: PairBudget) {
    this.#budget = budget;
  }

  /** Counts one file's values. `subjects` are the file's subjects by any distinguishing key. */
  add(
    values: Iterable<{ readonly value: string; readonly location: string }>,
    file: string,
    subjects: readonly string[],
  ): void {
    const seen = new Set<string>();
    for (const { value, location } of values) {
      if (value === '' || seen.has(value)) continue;
      seen.add(value);
      this.#count(value, { file, location }, subjects);
    }
    if (seen.size > 0) this.#files += 1;
  }

  /** Number of distinct values so far. */
  get size(): number {
    return this.#counted.size + this.#unfollowed.size + this.#unfollowedMore;
  }

  /** The values by number of files, then by themselves; at most `listed`. */
  build(listed: number): Tally {
    const values = [...this.#counted]
      .sort(([a, x], [b, y]) => y.files - x.files || (a < b ? -1 : 1))
      .slice(0, listed)
      .map(([value, { files, subjects, example }]) => ({
        value,
        files,
        ...(subjects === undefined || subjects.size === 0 ? {} : { subjects: subjects.size }),
        example,
      }));
    return { values, more: this.size - values.length, files: this.#files };
  }

  #count(value: string, example: Evidence, subjects: readonly string[]): void {
    const counted = this.#counted.get(value);
    if (counted !== undefined) {
      counted.files += 1;
      this.#addSubjects(counted, subjects);
      return;
    }
    if (this.#counted.size >= MOST_FOLLOWED) {
      if (this.#unfollowed.size < MOST_FOLLOWED) this.#unfollowed.add(value);
      else if (!this.#unfollowed.has(value)) this.#unfollowedMore += 1;
      return;
    }
    const started: Counted = { files: 1, subjects: new Set(), example };
    this.#counted.set(value, started);
    this.#addSubjects(started, subjects);
  }

  #addSubjects(counted: Counted, subjects: readonly string[]): void {
    for (const subject of subjects) {
      if (counted.subjects === undefined || counted.subjects.has(subject)) continue;
      if (this.#budget.take()) counted.subjects.add(subject);
      else counted.subjects = undefined;
    }
  }
}

/** Counts numbers, one per file (or subject). */
export class NumberTally {
  #histogram = new Map<number, number>();
  #isRounded = false;
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;
  #total = 0;
  #files = 0;

  /** Counts one number; ignores values that are not numbers. */
  add(number: number | undefined): void {
    if (number === undefined || !Number.isFinite(number)) return;
    this.#least = Math.min(this.#least, number);
    this.#most = Math.max(this.#most, number);
    this.#total += number;
    this.#files += 1;
    this.#place(this.#isRounded ? roundNumber(number) : number, 1);
    if (this.#histogram.size <= MOST_NUMBERS || this.#isRounded) return;
    this.#isRounded = true;
    const exact = this.#histogram;
    this.#histogram = new Map();
    for (const [value, files] of exact) this.#place(roundNumber(value), files);
  }

  /** The distribution, or undefined if nothing was counted. */
  build(): Distribution | undefined {
    if (this.#files === 0) return undefined;
    const inOrder = [...this.#histogram].sort(([a], [b]) => a - b);
    const findAt = (rank: number): number => {
      let before = 0;
      return inOrder.find(([, files]) => {
        before += files;
        return before > rank;
      })![0];
    };
    // For an even number of files the mean of the middle two, as usual.
    const median = (findAt(Math.floor((this.#files - 1) / 2)) + findAt(Math.floor(this.#files / 2))) / 2;
    return {
      min: this.#least,
      median: Math.min(this.#most, Math.max(this.#least, median)),
      max: this.#most,
      total: this.#total,
      files: this.#files,
    };
  }

  #place(number: number, files: number): void {
    this.#histogram.set(number, (this.#histogram.get(number) ?? 0) + files);
  }
}

function roundNumber(number: number): number {
  return Number(number.toPrecision(3));
}
