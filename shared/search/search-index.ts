/**
 * The index in memory: which documents contain a term, and how well a group of terms matches each of them. Ranking is
 * BM25F (Robertson and Zaragoza, 2009): a term's counts are weighed by field and by the field's length, then
 * saturated. Pure.
 */
import {
  decodeIndex,
  decodeTexts,
  type LoadedIndex,
  type PostingColumns,
  type SearchRow,
  type SearchTexts,
} from './index-file.ts';
import { FIELDS, type Field } from './word-vectors.ts';

/** Weight of a term in a field, and the effect of the field's length on it (0 none, 1 full). */
const FIELD_WEIGHTS: Readonly<Record<Field, { readonly weight: number; readonly shortness: number }>> = {
  title: { weight: 3, shortness: 0.4 },
  topics: { weight: 2, shortness: 0.4 },
  summary: { weight: 1, shortness: 0.6 },
  description: { weight: 1, shortness: 0.6 },
  names: { weight: 0.6, shortness: 0.6 },
  broader: { weight: 0.8, shortness: 0.1 },
};

/** The count of a term at which it saturates. */
const SATURATION = 1.2;

/** One term of a group: a synonym counts by its weight. */
export interface WeightedTerm {
  readonly term: string;
  readonly weight: number;
  /** The only field in which it counts; all where absent. */
  readonly only?: Field;
}

/** Scores by row: how well a group matches, and 0 where it does not occur. */
export interface GroupScores {
  readonly scores: Float64Array;
  /** Rows that contain a term of the group. */
  readonly rows: number;
  /** The weight of finding the group: the rarer, the higher. */
  readonly rarity: number;
}

/** A searchable index. */
export class SearchIndex {
  readonly rows: readonly SearchRow[];
  readonly #terms: readonly string[];
  readonly #postings: PostingColumns;
  /** The divisor of a count in a field of a row. */
  readonly #norms: readonly Float64Array[];
  readonly #readTexts: () => readonly SearchTexts[];
  #texts: readonly SearchTexts[] | undefined;
  #rowsById: ReadonlyMap<string, number> | undefined;

  constructor(loaded: LoadedIndex, readTexts: () => readonly SearchTexts[]) {
    const { rows, terms, postings } = loaded;
    this.rows = rows;
    this.#terms = terms;
    this.#readTexts = readTexts;
    this.#postings = postings;
    this.#norms = FIELDS.map((field, at) =>
      computeNorms(
        postings.lengths.subarray(at * rows.length, (at + 1) * rows.length),
        FIELD_WEIGHTS[field].shortness,
      ),
    );
  }

  /** Loads an object. @throws SearchIndexDamagedError */
  static load(bytes: Uint8Array): SearchIndex {
    return new SearchIndex(decodeIndex(bytes), () => decodeTexts(bytes));
  }

  /** The texts of a row; the first call decompresses them all. */
  listTexts(row: number): SearchTexts {
    this.#texts ??= this.#readTexts();
    return this.#texts[row]!;
  }

  /** The number of the row of a Dandiset; undefined if the index has none. */
  findRow(id: string): number | undefined {
    this.#rowsById ??= new Map(this.rows.map((row, at) => [row.id, at]));
    return this.#rowsById.get(id);
  }

  /** Whether any document contains the term. */
  has(term: string): boolean {
    return this.#findNumber(term) !== undefined;
  }

  /** Terms with this prefix, in their order, `limit` at most. */
  termsFrom(prefix: string, limit: number): string[] {
    const found: string[] = [];
    for (let at = this.#firstFrom(prefix); at < this.#terms.length && found.length < limit; at += 1) {
      if (!this.#terms[at]!.startsWith(prefix)) break;
      found.push(this.#terms[at]!);
    }
    return found;
  }

  /** Every term, in order. */
  get terms(): readonly string[] {
    return this.#terms;
  }

  /** The rows that contain a term, in one of the given fields if any. */
  rowsWith(term: string, fields?: readonly Field[]): Set<number> {
    const rows = new Set<number>();
    const number = this.#findNumber(term);
    if (number === undefined) return rows;
    const postings = this.#postings;
    for (let at = postings.starts[number]!; at < postings.starts[number + 1]!; at += 1) {
      if (fields === undefined || fields.includes(FIELDS[postings.fields[at]!]!))
        rows.add(postings.rows[at]!);
    }
    return rows;
  }

  /** How well a group of terms that mean one thing matches each row, or each candidate row. */
  scoreGroup(group: readonly WeightedTerm[], mayHave: (row: number) => boolean = () => true): GroupScores {
    const sums = new Float64Array(this.rows.length);
    const postings = this.#postings;
    for (const { term, weight, only } of group) {
      const number = this.#findNumber(term);
      if (number === undefined) continue;
      for (let at = postings.starts[number]!; at < postings.starts[number + 1]!; at += 1) {
        const row = postings.rows[at]!;
        const field = postings.fields[at]!;
        if (only !== undefined && FIELDS[field] !== only) continue;
        sums[row]! +=
          (weight * FIELD_WEIGHTS[FIELDS[field]!].weight * postings.counts[at]!) / this.#norms[field]![row]!;
      }
    }
    for (let row = 0; row < sums.length; row += 1) if (sums[row]! > 0 && !mayHave(row)) sums[row] = 0;
    let found = 0;
    for (const sum of sums) if (sum > 0) found += 1;
    const rarity = this.computeRarity(found);
    for (let row = 0; row < sums.length; row += 1) {
      const sum = sums[row]!;
      if (sum > 0) sums[row] = (rarity * sum * (SATURATION + 1)) / (sum + SATURATION);
    }
    return { scores: sums, rows: found, rarity };
  }

  /** The weight of finding something that so many rows have. */
  computeRarity(rows: number): number {
    return Math.log(1 + (this.rows.length - rows + 0.5) / (rows + 0.5));
  }

  #findNumber(term: string): number | undefined {
    const at = this.#firstFrom(term);
    return this.#terms[at] === term ? at : undefined;
  }

  /** The index of the first term that does not sort before this one. */
  #firstFrom(term: string): number {
    let low = 0;
    let high = this.#terms.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#terms[middle]! < term) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function computeNorms(lengths: Uint32Array, shortness: number): Float64Array {
  const filled = lengths.filter((length) => length > 0);
  const average = filled.length === 0 ? 1 : filled.reduce((sum, length) => sum + length, 0) / filled.length;
  return Float64Array.from(lengths, (length) => 1 - shortness + (shortness * length) / average);
}
