/**
 * The subjects that asset records name, counted one record at a time in bounded memory. Pure but for its own
 * counts.
 */
import { compareByteOrder } from '../header/byte-order.ts';
import type { SubjectDigest } from './record-digest.ts';
import { wordOf } from './terms.ts';
import { hashOf } from './value-counts.ts';

/** Fields of a subject, each with the words that a record has for it. */
const SUBJECT_FIELDS = {
  species: ({ species }: SubjectDigest) => (species === undefined ? [] : [wordOf(species)]),
  sex: ({ sex }: SubjectDigest) => (sex === undefined ? [] : [wordOf(sex)]),
  strain: ({ strain }: SubjectDigest) => (strain === undefined ? [] : [wordOf(strain)]),
  genotype: ({ genotype }: SubjectDigest) => (genotype === undefined ? [] : [genotype]),
  disorder: ({ disorders = [] }: SubjectDigest) => disorders.map(wordOf),
  age: ({ age }: SubjectDigest) => (age === undefined ? [] : [ageText(age)]),
} as const satisfies Record<string, (subject: SubjectDigest) => readonly string[]>;

/** A field of a subject. */
export type SubjectField = keyof typeof SUBJECT_FIELDS;

/** The fields of a subject with the words that one record has for each. */
export function wordsOfSubject(subject: SubjectDigest): [SubjectField, readonly string[]][] {
  return Object.entries(SUBJECT_FIELDS).map(([field, wordsOf]) => [field as SubjectField, wordsOf(subject)]);
}

/** `P90D`, or `P15D from gestation` where the age counts from anything but birth. */
function ageText({ value, reference }: NonNullable<SubjectDigest['age']>): string {
  return reference === undefined || reference === 'birth' ? value : `${value} from ${reference}`;
}

/** One subject by all records that name it. */
export interface SubjectTally {
  readonly identifier: string;
  readonly files: number;
  /**
   * The distinct words of all its records, in order of appearance; fields without any are absent. Two sexes
   * are a contradiction; ages grow from session to session, and several are none.
   */
  readonly words: Readonly<Partial<Record<SubjectField, readonly string[]>>>;
}

/** The most subjects that a report names: the largest Dandisets of the archive have some thousands. */
export const REPORTED_SUBJECTS = 10_000;
/** The most subjects that are held while counting; further ones are counted and not described. */
const HELD_SUBJECTS = 20_000;
/** Distinct words that are kept of one field of one subject. */
const WORDS_OF_FIELD = 50;

interface Held {
  files: number;
  readonly words: Map<SubjectField, Set<string>>;
}

/** Counts subjects. */
export class SubjectCounts {
  readonly #held = new Map<string, Held>();
  readonly #further = new Set<number>();

  /** Counts one file that `subjects` took part in. Those without an identifier cannot be told apart and are left out. */
  addFile(subjects: readonly SubjectDigest[]): void {
    const named = new Set<Held>();
    for (const subject of subjects) {
      if (subject.identifier === undefined) continue;
      const held = this.#find(subject.identifier);
      if (held === undefined) continue;
      named.add(held);
      for (const [field, words] of wordsOfSubject(subject)) addWords(held, field, words);
    }
    for (const held of named) held.files += 1;
  }

  /** How many distinct identifiers there were. */
  get distinct(): number {
    return this.#held.size + this.#further.size;
  }

  /** Those of most files first, then by identifier, at most `limit`. */
  report(limit: number = REPORTED_SUBJECTS): SubjectTally[] {
    return [...this.#held]
      .sort(([a, { files: ofA }], [b, { files: ofB }]) => ofB - ofA || compareByteOrder(a, b))
      .slice(0, limit)
      .map(([identifier, { files, words }]) => ({
        identifier,
        files,
        words: Object.fromEntries([...words].map(([field, found]) => [field, [...found]])),
      }));
  }

  /** By field and word, how many of the subjects that are held have the word. */
  subjectsByWord(): Map<SubjectField, Map<string, number>> {
    const counts = new Map<SubjectField, Map<string, number>>();
    for (const { words } of this.#held.values()) {
      for (const [field, found] of words) {
        const ofField = counts.get(field) ?? new Map<string, number>();
        counts.set(field, ofField);
        for (const word of found) ofField.set(word, (ofField.get(word) ?? 0) + 1);
      }
    }
    return counts;
  }

  #find(identifier: string): Held | undefined {
    const known = this.#held.get(identifier);
    if (known !== undefined) return known;
    if (this.#held.size >= HELD_SUBJECTS) {
      this.#further.add(hashOf(identifier));
      return undefined;
    }
    const held: Held = { files: 0, words: new Map() };
    this.#held.set(identifier, held);
    return held;
  }
}

function addWords(held: Held, field: SubjectField, words: readonly string[]): void {
  if (words.length === 0) return;
  const found = held.words.get(field) ?? new Set<string>();
  held.words.set(field, found);
  for (const word of words) if (found.size < WORDS_OF_FIELD) found.add(word);
}
