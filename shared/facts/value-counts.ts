/**
 * Counts how many files hold each value of one field, in bounded memory, for values that come one by one.
 * Pure but for its own counts.
 */
import { createHash } from 'node:crypto';
import { compareByteOrder } from '../header/byte-order.ts';

/** A value and how many files hold it. */
export interface CountedValue {
  readonly value: string;
  readonly files: number;
}

/** The values of a field, those that most files hold first, then in byte order. */
export interface CountedValues {
  readonly values: readonly CountedValue[];
  /** How many distinct values there were in all, also those that are not among `values`. */
  readonly distinct: number;
}

/** The most values of one field that a report names: more are counted. */
export const REPORTED_VALUES = 5_000;
/**
 * The most values of one field that are held while counting, at some hundred bytes each. Beyond it a new value
 * takes the place of those that fewest files hold, so that what many files hold is never lost.
 */
const HELD_VALUES = 20_000;

/** Counts the values of one field. */
export class ValueCounts {
  readonly #files = new Map<string, number>();
  /** Hashes of what is not held any more, only to know how many distinct values there were. */
  readonly #dropped = new Set<number>();
  readonly #held: number;

  /** `held` is the most values that are held while counting. */
  constructor(held: number = HELD_VALUES) {
    this.#held = held;
  }

  /** Counts one file that holds `values`, each once however often the file repeats it. */
  addFile(values: Iterable<string>): void {
    for (const value of new Set(values)) {
      const files = this.#files.get(value);
      if (files === undefined && this.#files.size >= this.#held) this.#dropRarest();
      this.#files.set(value, (files ?? 0) + 1);
    }
  }

  /** The counts so far, at most `limit` values. Counts of values that were dropped once are lower bounds. */
  report(limit: number = REPORTED_VALUES): CountedValues {
    const values = [...this.#files]
      .map(([value, files]) => ({ value, files }))
      .sort((a, b) => b.files - a.files || compareByteOrder(a.value, b.value));
    let distinct = values.length + this.#dropped.size;
    for (const { value } of this.#dropped.size === 0 ? [] : values)
      if (this.#dropped.has(hashOf(value))) distinct -= 1;
    return { values: values.slice(0, limit), distinct };
  }

  /** Drops the quarter that fewest files hold, the later ones first among equals. */
  #dropRarest(): void {
    const rarest = [...this.#files]
      .map(([value, files], at) => ({ value, files, at }))
      .sort((a, b) => a.files - b.files || b.at - a.at)
      .slice(0, Math.ceil(this.#files.size / 4));
    for (const { value } of rarest) {
      this.#files.delete(value);
      this.#dropped.add(hashOf(value));
    }
  }
}

/** Stands for a value where only its identity matters. 48 bits of SHA-256: two of a hundred thousand values meet with a chance of one in fifty thousand, and then one is not counted. */
export function hashOf(value: string): number {
  return createHash('sha256').update(value).digest().readUIntBE(0, 6);
}
