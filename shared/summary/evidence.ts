/**
 * Builds the evidence that replies are checked against: the words and numbers of the prompt and of the facts, in the
 * forms in which checks look them up. Pure.
 */
import { isObjectOrList } from '../json-value.ts';
import { listSentences } from '../model/plain-text.ts';
import type { DandisetFacts } from '../prompt/facts.ts';
import { INSTRUCTIONS, INSTRUCTIONS_WITHOUT_NWB } from '../prompt/fixed-words.ts';
import { STRUCTURED_INSTRUCTIONS } from '../prompt/structured-words.ts';
import { findSpeciesInProse, type Species } from '../vocabulary/species.ts';
import { buildKnownCounts, type KnownCounts } from './known-counts.ts';
import { buildKnownQuantities, type KnownQuantities } from './known-quantities.ts';
import { buildKnownSubjects, type KnownSubjects } from './known-subjects.ts';
import { buildKnownTerms, type KnownTerms, splitNames } from './known-terms.ts';
import { findMeaning } from './meanings.ts';
import { buildPassages } from './passages.ts';
import { readNumbers } from './quantities.ts';
import { findStem } from './word-stem.ts';

/** What replies are checked against. */
export interface Evidence {
  /** Absent where only the prompt's text is available. */
  readonly facts?: DandisetFacts;
  /** The whole text of metadata and headers, normalized, without instructions and internal labels. */
  readonly text: string;
  /** The words of the text: letters, digits and underscores. */
  readonly words: ReadonlySet<string>;
  /** All numbers of the text and the facts, with counts derived from them, ascending. */
  readonly numbers: Float64Array;
  /** The text with compound names split: `SwimSignals` as `swim signals`. */
  readonly splitText: string;
  /** The same without names of people: `Songco` is no song. */
  readonly unnamed: string;
  /** Meanings of its words: a thing none of whose words has one of them is not in the facts. */
  readonly meanings: ReadonlySet<string>;
  /** Stems of its words, for paraphrases. */
  readonly stems: ReadonlySet<string>;
  /** The sentences of the owners' prose. */
  readonly sentences: readonly string[];
  /** Meanings of the owners' prose, per short run of sentences. */
  readonly passages: readonly ReadonlySet<string>[];
  /** Numbers with units, by kind of quantity, and numbers without a unit. */
  readonly quantities: KnownQuantities;
  /** Regions, techniques and tasks. */
  readonly terms: KnownTerms;
  readonly subjects: KnownSubjects;
  readonly species: readonly Species[];
  /** Counts of trials, units and the like. */
  readonly counted: KnownCounts;
  /** Numbers of files that a sentence may state for the whole version. */
  readonly totals: ReadonlySet<number>;
  /** Numbers of files that a sentence may state for some of them. */
  readonly counts: ReadonlySet<number>;
  /** Ids and times of single sessions, in lower case; empty if there is only one file. */
  readonly sessions: ReadonlySet<string>;
}

/** Lines that the prompt adds to metadata and headers: counts by internal label. */
const LABEL_LINES =
  /^(\d+ of these NWB files are of type \d+\.|Here is a summary of the type \d+ NWB files:|\s*type \d+: .*)$/gm;

/** Builds the evidence from the prompt's text and, if available, the facts. */
export function buildEvidence(input: {
  readonly promptText?: string;
  readonly facts?: DandisetFacts;
}): Evidence {
  const { promptText = '', facts } = input;
  const own = [INSTRUCTIONS, INSTRUCTIONS_WITHOUT_NWB, STRUCTURED_INSTRUCTIONS]
    .reduce((rest, words) => rest.replace(words.trim(), ''), promptText)
    .replaceAll(LABEL_LINES, '');
  const strings = facts ? collectStrings(facts) : [];
  const whole = [own, ...strings].join('\n');
  const text = normalize(whole);
  const types = facts ? facts.fileTypes.map(({ files }) => files) : readTypeCounts(promptText);
  const totals = facts ? listCoverageTotals(facts) : readTotals(promptText);
  const sum = types.reduce((total, files) => total + files, 0);
  if (sum) totals.add(sum);
  const counts = new Set([...totals, ...listSubsetSums(types), ...(facts ? listContentCounts(facts) : [])]);
  const plain = dropIds(whole);
  const numbers = [
    ...readNumbers(plain),
    ...countAlike(promptText),
    ...(facts ? collectNumbers(facts) : []),
    ...counts,
    ...range(types.length),
  ];
  const splitText = normalize(splitNames(whole));
  const ownProse = [...new Set(collectProse(own, facts))];
  return {
    ...(facts ? { facts } : {}),
    text,
    splitText,
    unnamed: dropPeople(splitText, facts),
    words: new Set(`${text} ${splitText}`.match(/[\p{L}\p{N}_]+/gu)),
    stems: new Set((splitText.match(/\p{L}[\p{L}\p{N}'’]*/gu) ?? []).map(findStem)),
    meanings: new Set((splitText.match(/\p{L}[\p{L}\p{N}'’]*/gu) ?? []).map(findMeaning)),
    sentences: ownProse.flatMap(listSentences),
    passages: buildPassages(ownProse),
    numbers: Float64Array.from(new Set(numbers)).sort(),
    quantities: buildKnownQuantities(plain, facts),
    totals,
    counts,
    sessions: Math.max(0, ...totals) > 1 ? findSessions(promptText, facts) : new Set(),
    terms: buildKnownTerms(whole, facts),
    subjects: buildKnownSubjects(whole, facts),
    species: findSpeciesInProse(splitText),
    counted: buildKnownCounts(promptText, plain, facts),
  };
}

/** The owners' prose about the Dandiset, experiments, sessions and series; without facts, the prompt's lines. */
function collectProse(own: string, facts: DandisetFacts | undefined): string[] {
  if (facts === undefined) return own.split('\n');
  const { dandiset, fileTypes } = facts;
  return [
    `${dandiset.name}. ${dandiset.description}`,
    ...fileTypes.flatMap(({ texts, series, tables, devices, modules }) => [
      ...Object.entries(texts).flatMap(([name, text]) => (OF_ONE_FILE.test(name) ? [] : text)),
      ...[...series, ...tables, ...devices, ...modules].map(({ description }) => description),
    ]),
  ].filter((text) => text.length > 20);
}

/** Removes the names of contributors and experimenters from a text. */
function dropPeople(text: string, facts: DandisetFacts | undefined): string {
  const names = [
    ...(facts?.dandiset.contributors ?? []).filter(({ kind }) => kind === 'person').map(({ name }) => name),
    ...(facts?.fileTypes ?? []).flatMap(({ texts }) => texts.experimenter ?? []),
  ];
  return [...new Set(names.map((name) => normalize(splitNames(name)).trim()))]
    .filter((name) => name.length > 3)
    .reduce((rest, name) => rest.replaceAll(name, ' '), text);
}

/** Lines and fields with ids and times of one file. */
const ID_LINES =
  /^\s*(?:identifier|session_id|session_start_time|timestamps_reference_time|file_create_date|id): .*$/gm;

/**
 * Tokens whose digits are no numbers: URLs, e-mail addresses, dates, clock times, UUIDs, versions, long hexadecimal
 * names.
 */
const ID_TOKENS =
  /\b(?:https?:\/\/|www\.|doi:\s*|10\.\d{4,9}\/)\S+|\S+@\S+|\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?|\b\d{1,2}\/\d{1,2}\/\d{2,4}\b|\b\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:\s?[ap]m)?\b|\b[0-9a-f]{4,}(?:-[0-9a-f]{4,}){2,}\b|\b(?=\w*\d)(?=\w*[a-f])[0-9a-f]{8,}\b|\b\d+(?:\.\d+){2,}\b|\b00\d{4}\b|DANDI:\S+|\b(?:NCBITaxon|RRID|PATO|UBERON)[:_]\S+/gi;

/** Removes ids, dates and times from a text, since their digits support no number. */
function dropIds(text: string): string {
  return text.replaceAll(ID_LINES, ' ').replaceAll(ID_TOKENS, ' ');
}

/** Normalizes a text for comparison: one line, lower case, one kind of dash, quote and micro sign. */
export function normalize(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/\u03bc/g, 'µ')
    .replace(/\s+/g, ' ')
    .toLowerCase();
}

/** All texts of the facts; texts about single files with their names (`identifier: …`). */
function collectStrings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(collectStrings);
  if (!isObjectOrList(value)) return [];
  return Object.entries(value)
    .filter(([key, inner]) => !(key === 'id' && typeof inner === 'string' && FACT_ID.test(inner)))
    .flatMap(([key, inner]) => [
      ...(/^[a-z][A-Za-z]+$/.test(key) ? [] : [key]),
      ...(typeof inner === 'string' && OF_ONE_FILE.test(key)
        ? [`${formatLine(key)}: ${inner.replaceAll('\n', ' ')}`]
        : collectStrings(inner)),
    ]);
}

/** Ids in the list of facts: `F5` is no brain area. */
const FACT_ID = /^[A-Z]{1,2}\d+$/;

/** The name of a field in its line: paths and assets are identifiers, first and last session are start times. */
function formatLine(key: string): string {
  if (/^(?:assetId|path|file)$/.test(key)) return 'identifier';
  return /Session$/.test(key) ? 'session_start_time' : key;
}

/** Names of fields with ids and times of one file. */
const OF_ONE_FILE =
  /^(?:identifier|session_id|session_start_time|timestamps_reference_time|file_create_date|assetId|sex|age|path|file|firstSession|lastSession)$/;

function collectNumbers(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (!isObjectOrList(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'label' ? [] : collectNumbers(inner)));
}

/** For each thing counted over all files: how many files contain it, and how many do not. */
function listContentCounts({ contents, coverage }: DandisetFacts): number[] {
  if (contents === undefined) return [];
  const found = new Set<number>();
  const visit = (value: unknown): void => {
    if (!isObjectOrList(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      // A value shared by several objects of a file is counted once for each, so numbers above that of files count no
      // files.
      if (typeof inner === 'number' && inner <= coverage.read && (key === 'files' || key === 'external')) {
        found.add(inner);
        if (inner < coverage.read) found.add(coverage.read - inner);
      } else visit(inner);
    }
  };
  visit(contents);
  return [...found];
}

function listCoverageTotals({ coverage }: DandisetFacts): Set<number> {
  const { assets, nwb, read, cutShort, notLookedAt, unreadable, other } = coverage;
  const others = other.map(({ count }) => count);
  return new Set([
    assets,
    nwb,
    read,
    cutShort,
    notLookedAt,
    unreadable.length,
    assets - nwb,
    nwb - notLookedAt,
    ...others,
    ...countReasons(unreadable),
  ]);
}

function countReasons(unreadable: DandisetFacts['coverage']['unreadable']): number[] {
  const counts = new Map<string, number>();
  for (const { reason } of unreadable) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts.values()];
}

function readTypeCounts(promptText: string): number[] {
  return [...promptText.matchAll(/^(\d+) of these NWB files are of type \d+\.$/gm)].map((match) =>
    Number(match[1]),
  );
}

/** The numbers of objects that the prompt lists per file type: by neurodata type, and by path without its digits. */
function countAlike(promptText: string): number[] {
  return promptText.split(/^Here is a summary of the type \d+ NWB files:$/m).flatMap((section) => {
    const counts = new Map<string, number>();
    const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const line of section.split('\n')) {
      const match = /^ {2}(?:Group|Dataset) (\/.*?) \((\w+)\)/.exec(line);
      if (!match) continue;
      add(`type ${match[2]}`);
      add(`path ${match[1]?.replace(/\d+/g, '*')} ${match[2]}`);
    }
    return [...counts.values()];
  });
}

/** The totals that the prompt states: NWB files, unreadable ones, files in other formats. */
function readTotals(promptText: string): Set<number> {
  const totals = new Set<number>();
  for (const match of promptText.matchAll(/^Dandiset \d{6} has (\d+) NWB files\.$/gm))
    totals.add(Number(match[1]));
  for (const match of promptText.matchAll(/^(\d+) of these NWB files (?:could|were)\b/gm))
    totals.add(Number(match[1]));
  for (const [line] of promptText.matchAll(/^The Dandiset also has .*$/gm)) {
    for (const number of readNumbers(line)) totals.add(number);
  }
  return totals;
}

/** Most steps of the search for sums: about a tenth of a second. */
const MAX_STEPS = 20_000_000;

/** All sums of subsets of the counts; beyond `MAX_STEPS` only single counts, running sums and their complements. */
function listSubsetSums(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total * counts.length > MAX_STEPS) {
    const sums = counts.map((_, index) => counts.slice(0, index + 1).reduce((sum, count) => sum + count, 0));
    return counts.flatMap((count, index) => [
      count,
      sums[index] ?? 0,
      total - count,
      total - (sums[index] ?? 0),
    ]);
  }
  const reachable = new Uint8Array(total + 1);
  reachable[0] = 1;
  for (const count of counts) {
    for (let sum = total; sum >= count; sum--) if (reachable[sum - count]) reachable[sum] = 1;
  }
  return [...reachable.keys()].filter((sum) => sum > 0 && reachable[sum] === 1);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/**
 * Finds values of single files: session ids, identifiers and times. Short values and those without digits are too
 * unspecific.
 */
function findSessions(promptText: string, facts: DandisetFacts | undefined): Set<string> {
  const names = [
    'session_id',
    'identifier',
    'session_start_time',
    'timestamps_reference_time',
    'file_create_date',
  ];
  const lines = [...promptText.matchAll(/^ {2}(\w+): (.*)$/gm)]
    .filter((match) => names.includes(match[1] ?? ''))
    .map((match) => match[2] ?? '');
  const texts = facts?.fileTypes.flatMap((type) => names.flatMap((name) => type.texts[name] ?? [])) ?? [];
  const values = [...lines, ...texts].flatMap((value) => {
    const dates = value.match(/\d{4}-\d{2}-\d{2}/g);
    return dates ?? [value.trim().toLowerCase()];
  });
  return new Set(values.filter((value) => value.length >= 5 && /\d/.test(value)));
}
