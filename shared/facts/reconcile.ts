/**
 * Finds disagreements of metadata, records and headers: each value with its source, counted values before
 * claimed ones. Runs file by file together with the counting of contents; pure.
 */
import { foldLetters } from '../fold-text.ts';
import { expandSpecies } from '../vocabulary/species.ts';
import { type CountedFile, nameSex, nameSpecies, remember, speciesText } from './content-tally.ts';
import type { Contradiction, FileContents } from './contents.ts';
import type { MetadataDescription } from './dandiset-metadata.ts';
import { bytesText, countText, numberText } from './fact-words.ts';
import { findWord } from './terms.ts';

/** The input of the comparison with the metadata. */
export interface CountedVersion {
  readonly assets: number;
  readonly bytes: number;
  readonly all: FileContents;
}

/** Share of the bytes up to which two sums count as the same: the archive rounds and recounts later. */
const BYTES_APART = 0.01;
/** Share of the files with a header in which both sources must name a subject to be compared. */
const COVERED = 0.9;

interface Disagreement {
  files: number;
  example: { path: string; record: string; header: string } | undefined;
}

/** Collects disagreements of records and headers file by file, and compares the sum with the metadata. */
export class Reconciliation {
  readonly #recorded = new Set<string>();
  readonly #inHeaders = new Set<string>();
  readonly #disagreements: Readonly<Record<'species' | 'sex' | 'subject', Disagreement>> = {
    species: { files: 0, example: undefined },
    sex: { files: 0, example: undefined },
    subject: { files: 0, example: undefined },
  };
  readonly #contradictory = new Map<string, { files: number; detail: string; path: string }>();
  #withHeader = 0;
  #withRecordedSubject = 0;
  #withHeaderSubject = 0;

  /** Compares one file's record, header and path. */
  add(file: CountedFile): void {
    const { record, facts, path } = file;
    const subjects = record?.subjects ?? [];
    for (const { identifier } of subjects) if (identifier !== undefined) remember(this.#recorded, identifier);
    if (facts === undefined) return;
    this.#withHeader += 1;
    const own = facts.subject;
    if (own?.id !== undefined) {
      this.#withHeaderSubject += 1;
      remember(this.#inHeaders, own.id);
    }
    const [subject] = subjects;
    if (subject?.identifier !== undefined) this.#withRecordedSubject += 1;
    for (const { kind, detail } of distinctKinds(facts.contradictions)) this.#contradict(kind, detail, path);
    if (own === undefined || subject === undefined || subjects.length > 1) return;
    this.#compare(
      'species',
      path,
      nameSpecies(subject.species && speciesText(subject.species)),
      nameSpecies(own.species),
    );
    this.#compare('sex', path, nameSex(subject.sex && findWord(subject.sex)), nameSex(own.sex));
    this.#compare('subject', path, subject.identifier, own.id);
  }

  /** All disagreements, those that the owners can repair first. */
  build(version: CountedVersion, metadata: MetadataDescription): Contradiction[] {
    return [
      ...this.#subjects(version, metadata),
      ...compareFiles(version, metadata),
      ...compareSpecies(version, metadata),
      ...compareDescription(version, metadata),
      ...this.#fileDisagreements(),
      ...[...this.#contradictory].map(([kind, { files, detail, path }]) => ({
        about: kind,
        detail: `${files === 1 ? `In the file ${path}` : `In ${numberText(files)} files, such as ${path}`}: ${detail}`,
        values: [],
        files,
        isMetadata: false,
      })),
    ];
  }

  #subjects({ all }: CountedVersion, { claims }: MetadataDescription): Contradiction[] {
    const found: Contradiction[] = [];
    const claimed = claims.subjects;
    const isCounted = all.subjects > 0;
    if (claimed !== undefined && isCounted && claimed !== all.subjects) {
      found.push({
        about: 'subjects',
        detail: `The files name ${countSubjects(all.subjects)}; the archive's own summary of them (assetsSummary) says ${numberText(claimed)}.`,
        values: [
          { value: numberText(all.subjects), source: 'counted over the files' },
          { value: numberText(claimed), source: 'assetsSummary.numberOfSubjects' },
        ],
        isMetadata: true,
      });
    }
    const isCovered =
      this.#withHeader > 0 &&
      this.#withRecordedSubject >= this.#withHeader * COVERED &&
      this.#withHeaderSubject >= this.#withHeader * COVERED;
    if (isCovered && this.#recorded.size !== this.#inHeaders.size) {
      found.push({
        about: 'subjects',
        detail: `The records of the files name ${countSubjects(this.#recorded.size)}, the headers of the files ${countSubjects(this.#inHeaders.size)}.`,
        values: [
          { value: numberText(this.#recorded.size), source: 'records (wasAttributedTo)' },
          { value: numberText(this.#inHeaders.size), source: 'headers (/general/subject/subject_id)' },
        ],
        isMetadata: false,
      });
    }
    return found;
  }

  #fileDisagreements(): Contradiction[] {
    return Object.entries(this.#disagreements).flatMap(([about, { files, example }]) => {
      if (example === undefined) return [];
      const { path, record, header } = example;
      return [
        {
          about,
          detail: `The record and the header name another ${about} in ${files === 1 ? 'one file' : `${numberText(files)} files`}, such as ${path}: ${record} and ${header}.`,
          values: [
            { value: record, source: 'record' },
            { value: header, source: 'header' },
          ],
          files,
          isMetadata: false,
        },
      ];
    });
  }

  #compare(
    about: 'species' | 'sex' | 'subject',
    path: string,
    record: string | undefined,
    header: string | undefined,
  ): void {
    if (record === undefined || header === undefined || foldLetters(record) === foldLetters(header)) return;
    if (
      about === 'subject' &&
      (foldLetters(record).endsWith(foldLetters(header)) || foldLetters(header).endsWith(foldLetters(record)))
    )
      return;
    const counted = this.#disagreements[about];
    counted.files += 1;
    counted.example ??= { path, record, header };
  }

  #contradict(kind: string, detail: string, path: string): void {
    const known = this.#contradictory.get(kind);
    if (known === undefined) this.#contradictory.set(kind, { files: 1, detail, path });
    else known.files += 1;
  }
}

function compareFiles({ assets, bytes }: CountedVersion, { claims }: MetadataDescription): Contradiction[] {
  const found: Contradiction[] = [];
  if (claims.files !== undefined && claims.files !== assets) {
    found.push({
      about: 'files',
      detail: `The version lists ${countText(assets, 'file')}; the archive's own summary of them (assetsSummary) says ${numberText(claims.files)}.`,
      values: [
        { value: numberText(assets), source: 'counted over the records' },
        { value: numberText(claims.files), source: 'assetsSummary.numberOfFiles' },
      ],
      isMetadata: true,
    });
  }
  if (claims.bytes !== undefined && bytes > 0 && Math.abs(claims.bytes - bytes) > bytes * BYTES_APART) {
    found.push({
      about: 'bytes',
      detail: `The files have ${bytesText(bytes)}; the archive's own summary of them (assetsSummary) says ${bytesText(claims.bytes)}.`,
      values: [
        { value: numberText(bytes), source: 'summed over the records' },
        { value: numberText(claims.bytes), source: 'assetsSummary.numberOfBytes' },
      ],
      isMetadata: true,
    });
  }
  return found;
}

function compareSpecies({ all }: CountedVersion, { claims }: MetadataDescription): Contradiction[] {
  const claimed = [...new Set(claims.species.flatMap((each) => nameSpecies(each) ?? []))];
  const counted = all.species.values;
  if (claimed.length === 0 || counted.length === 0 || all.species.more > 0) return [];
  const names = counted.map(({ value }) => value);
  const missing = names.filter((name) => !claimed.includes(name));
  const extra = claimed.filter((name) => !names.includes(name));
  if (missing.length === 0 && extra.length === 0) return [];
  const reported = counted.map(({ value, files }) => `${value} in ${countText(files, 'file')}`);
  return [
    {
      about: 'species',
      detail: `The files name ${reported.join(', ')}; the archive's own summary of them (assetsSummary) says ${claimed.join(', ')}.`,
      values: [
        ...names.map((value) => ({ value, source: 'counted over the files' })),
        ...claimed.map((value) => ({ value, source: 'assetsSummary.species' })),
      ],
      isMetadata: true,
    },
  ];
}

const NUMBER_WORDS: ReadonlyMap<string, number> = new Map(
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'
    .split(' ')
    .map((word, at) => [word, at + 1]),
);
/** `one monkey`, `a single subject`, `12 adult male mice`. */
const SUBJECT_COUNT =
  /\b(a single|single|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|\d{1,5})\s+(?:(?!(?:and|or|of|the|per|for|in|to|from|than|with|by|each)\b)[\p{L}-]+\s+){0,3}?(mice|mouse|rats?|monkeys?|macaques?|marmosets?|humans?|subjects?|participants?|patients?|animals?|volunteers|zebrafish|ferrets?|cats?|flies|worms?)\b(?!\s+(?:lines?|models?|strains?|brains?|genotypes?|cohorts?|groups?|types?|antibod))/giu;

/** Words that restrict a count to a part of the whole: `Each file holds the sessions of one monkey`. */
const OF_EACH =
  /\b(?:each|every|per)\b|\b(?:a|an|one|single|this|the) (?:nwb )?(?:file|session|recording|block|run|experiment)\b/i;

/** Words by which a sentence counts in a collection of which this is a part: `6 datasets with 17 subjects`. */
const OF_COLLECTION =
  /\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|several|multiple|many) (?:[\p{L}-]+ )?(?:data ?sets|dandisets|collections|archives)\b/iu;

/** Whether the sentence around an offset counts in each of several, or in more than these files. */
function isOfOthers(text: string, at: number): boolean {
  const before =
    text
      .slice(0, at)
      .split(/[.!?;\n]/)
      .at(-1) ?? '';
  const after = text.slice(at).split(/[.!?;\n]/)[0] ?? '';
  const sentence = `${before}${after}`;
  return OF_EACH.test(sentence) || OF_COLLECTION.test(sentence);
}

/** A description's count of subjects, if it gives a single count that differs from the files'. */
function compareDescription(
  { all }: CountedVersion,
  { description = '' }: MetadataDescription,
): Contradiction[] {
  if (all.subjects === 0) return [];
  const mentions = [...description.matchAll(SUBJECT_COUNT)].flatMap((match) => {
    const [text, number = '', noun = ''] = match;
    if (isOfOthers(description, match.index)) return [];
    const words = number.toLowerCase();
    const count = /^\d+$/.test(words) ? Number(words) : (NUMBER_WORDS.get(words) ?? 1);
    return isOwnNoun(noun, all) ? [{ text, count }] : [];
  });
  const [mention] = mentions;
  // Several counts refer to groups, and their sum may be anything.
  if (mention === undefined || mentions.length > 1 || mention.count === all.subjects) return [];
  return [
    {
      about: 'description',
      detail: `The description says “${mention.text}”; the files name ${countSubjects(all.subjects)}.`,
      values: [
        { value: numberText(all.subjects), source: 'counted over the files' },
        { value: mention.text, source: 'description' },
      ],
      isMetadata: true,
    },
  ];
}

/** Whether the noun can mean the subjects of these files: a word for any animal, or for one of their species. */
function isOwnNoun(noun: string, { species }: FileContents): boolean {
  if (/^(?:subjects?|participants?|patients?|animals?|volunteers)$/i.test(noun)) return true;
  const meant = new Set(expandSpecies(noun.toLowerCase()).map(({ latin }) => latin));
  if (meant.size === 0) return true;
  return species.values.length === 0 || species.values.some(({ value }) => meant.has(value));
}

function distinctKinds<T extends { readonly kind: string }>(entries: readonly T[]): T[] {
  const seen = new Set<string>();
  return entries.filter(({ kind }) => !seen.has(kind) && seen.add(kind));
}

function countSubjects(count: number): string {
  return countText(count, 'subject');
}
