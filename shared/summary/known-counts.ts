/**
 * The counts of trials, units, channels and the like in the facts, by noun: rows of tables, lengths of series,
 * devices, and counts in the owners' words. A number supports only counts of the same noun. Pure.
 */
import { findOwn } from '../own-entry.ts';
import type { DandisetFacts } from '../prompt/facts.ts';
import { readCount, SPELLED_NUMBER } from '../vocabulary/number-words.ts';

/** A noun that replies count. */
export interface CountedNoun {
  readonly id: string;
  /** Source of a pattern that matches its words. */
  readonly words: string;
  /** Names of tables with one row per counted thing. */
  readonly table?: RegExp;
  /** Whether a small count that is not in the facts is an error; false for words that prose uses loosely. */
  readonly isStrict: boolean;
}

/** The nouns whose counts are checked. Plurals only, since a single thing is rarely a count. */
export const COUNTED_NOUNS: readonly CountedNoun[] = [
  { id: 'trials', words: 'trials', table: /trial/i, isStrict: true },
  {
    id: 'units',
    words: '(?:single |sorted |isolated )?units|neurons|cells',
    table: /^units$|neuron/i,
    isStrict: true,
  },
  {
    id: 'channels',
    words: '(?:lfp )?channels|electrodes|(?:recording )?(?:sites|contacts)',
    table: /^electrodes$/i,
    isStrict: true,
  },
  { id: 'rois', words: 'rois|regions of interest', table: /segmentation|rois?/i, isStrict: true },
  { id: 'fields', words: 'fields of view|fovs|(?:imaging )?planes', isStrict: true },
  {
    id: 'epochs',
    words: '(?:sleep |behaviou?ral )?epochs',
    table: /epoch|block|\bruns?\b/i,
    isStrict: false,
  },
  { id: 'blocks', words: 'blocks', table: /block|epoch|\bruns?\b/i, isStrict: false },
  { id: 'sweeps', words: 'sweeps', table: /sweep/i, isStrict: true },
  { id: 'probes', words: '(?:neuropixels )?probes', isStrict: true },
  { id: 'tetrodes', words: 'tetrodes', isStrict: true },
  { id: 'arrays', words: '(?:utah |microelectrode )*arrays', isStrict: false },
  { id: 'cycles', words: 'cycles', isStrict: false },
  { id: 'images', words: 'images|frames', isStrict: false },
  { id: 'sessions', words: '(?:recording |experimental )?sessions', isStrict: false },
  {
    id: 'frequencies',
    words: 'frequenc(?:y (?:points|bins|steps|samples)|ies)',
    table: /freq|\beis|impedance|spectr/i,
    isStrict: false,
  },
  { id: 'tasks', words: 'tasks', isStrict: false },
  {
    id: 'variants',
    words: '(?:structural )?(?:variants|configurations)|(?:file )?types of (?:nwb )?files',
    isStrict: false,
  },
];

/** Counts by noun. */
export type KnownCounts = ReadonlyMap<string, ReadonlySet<number>>;

const NUMBER = `\\d{1,3}(?:,\\d{3})+|\\d+|${SPELLED_NUMBER}`;

/** Patterns by noun; compiled once, since compiling takes longer than matching. */
const COUNT_PATTERNS: ReadonlyMap<string, RegExp> = new Map(
  COUNTED_NOUNS.map(({ id, words }) => [
    id,
    new RegExp(
      `(?<![\\p{L}\\p{N}.,/_-])(${NUMBER})(?: [\\p{L}][\\p{L}/-]*){0,3}?[ -](?:${words})(?![\\p{L}\\p{N}_])`,
      'giu',
    ),
  ]),
);

/** The pattern of a count in prose, for `matchAll`: the number, up to three words, and the noun. */
export function countPattern({ id }: CountedNoun): RegExp {
  return COUNT_PATTERNS.get(id)!;
}

/** Collects counts from rows, shapes and names, and from the owners' words. */
export function buildKnownCounts(
  promptText: string,
  words: string,
  facts: DandisetFacts | undefined,
): KnownCounts {
  const counts = new Map<string, Set<number>>(COUNTED_NOUNS.map(({ id }) => [id, new Set<number>()]));
  const add = (id: string, value: number) => counts.get(id)!.add(value);
  for (const [name, rows] of listTableRows(promptText, facts)) {
    for (const { id, table } of COUNTED_NOUNS) if (table?.test(name)) add(id, rows);
  }
  for (const noun of COUNTED_NOUNS) {
    for (const match of words.matchAll(countPattern(noun))) add(noun.id, readCount(match[1]!));
  }
  for (const [, path, shape] of promptText.matchAll(
    /^ {2}Dataset (\/\S+).*\| shape = \((\d+(?:, \d+)*),?\)/gm,
  )) {
    const [length, width] = shape!.split(', ').map(Number);
    if (/electrodes$/.test(path!) && length !== undefined) add('channels', length);
    if (/\/data$/.test(path!) && width !== undefined) add('channels', width);
    if (/rois$/.test(path!) && length !== undefined) add('rois', length);
  }
  for (const { series, devices, files, neurodataTypes } of facts?.fileTypes ?? []) {
    add('sessions', files);
    for (const { shape, count } of series) {
      if (shape?.[1] !== undefined) add('channels', shape[1]);
      if (shape?.[0] !== undefined) add('images', shape[0]);
      for (const id of ['sweeps', 'probes', 'arrays']) add(id, count);
    }
    for (const { neurodataType, count } of series) {
      if (/PhotonSeries$/.test(neurodataType)) add('fields', count);
    }
    for (const id of ['probes', 'arrays', 'tetrodes']) {
      add(id, devices.length);
      add(
        id,
        devices.filter(({ name, description }) => /probe|neuropixel|imec/i.test(`${name} ${description}`))
          .length,
      );
      add(id, neurodataTypes.find(({ name }) => name === 'ElectrodeGroup')?.count ?? 0);
    }
    for (const { name, count } of neurodataTypes) {
      if (/PlaneSegmentation|ImagingPlane/.test(name)) add('fields', count);
      // Extensions derive from it: `OpticalChannelPlus`.
      if (name.startsWith('OpticalChannel')) {
        add('channels', count);
        const planes = neurodataTypes.find((each) => /^Imaging(?:Plane|Volume)$/.test(each.name))?.count ?? 1;
        if (count % planes === 0) add('channels', count / planes);
      }
      if (name === 'IntracellularElectrode') add('channels', count);
      if (/ClampSeries/.test(name)) add('sweeps', count);
    }
  }
  for (const contents of [facts?.contents?.all, ...(facts?.fileTypes.map((type) => type.contents) ?? [])]) {
    if (contents === undefined) continue;
    add('sessions', contents.sessions);
    for (const { type, perFile } of contents.series ?? [])
      if (/ClampSeries$/.test(type))
        for (const count of [perFile.min, perFile.median, perFile.max, perFile.total]) add('sweeps', count);
    for (const [name, { min: least, median: middle, max: most, total }] of Object.entries(contents.counts)) {
      const id = findOwn(COUNTED_AS, name);
      for (const value of id === undefined ? [] : [least, middle, most, total]) {
        add(id!, value);
        // Regions of interest are often reported as cells or neurons.
        if (id === 'rois') add('units', value);
      }
    }
  }
  // Files of patched cells have one cell each.
  if (facts?.contents?.all.counts.recordings !== undefined)
    for (const files of [facts.dandiset.numberOfFiles, facts.contents.all.read, facts.coverage.nwb])
      add('units', files ?? 0);
  if (facts) {
    const numbered = countNumbered(facts.dandiset.description);
    if (numbered > 0 && /electrodes?|channels?/i.test(facts.dandiset.description)) add('channels', numbered);
    for (const [word, id, count] of NUMBER_IN_WORD) if (word.test(words)) add(id, count);
    add('sessions', facts.coverage.nwb);
    add('variants', facts.fileTypes.length);
  }
  return counts;
}

/** Words that imply a number of electrodes. */
const NUMBER_IN_WORD: readonly (readonly [word: RegExp, id: string, count: number])[] = [
  [/quadrupol/i, 'channels', 4],
  [/tetrode/i, 'channels', 4],
  [/stereotrode|bipolar/i, 'channels', 2],
];

/** Fewest numbers of a numbered list; a shorter run of numbers may be chance. */
const LEAST_NUMBERED = 8;

/** The length of a list that the owners number from 1 without a gap, such as electrodes with their sizes; 0 if none. */
function countNumbered(text: string): number {
  const keys = new Set([...text.matchAll(/(?<![\d.])(\d{1,3})(?![\d.])/g)].map(([, key]) => Number(key)));
  let last = 0;
  while (keys.has(last + 1)) last += 1;
  return last >= LEAST_NUMBERED ? last : 0;
}

/** Ids of nouns by the names of counts over all files. */
const COUNTED_AS: Readonly<Record<string, string>> = {
  units: 'units',
  rois: 'rois',
  electrodes: 'channels',
  trials: 'trials',
  planes: 'fields',
  recordings: 'sweeps',
};

/** Whether a count is a known one or, if large, the sum of two known ones. */
export function followsFrom(
  known: ReadonlySet<number>,
  value: number,
  below: number,
  above: number,
): boolean {
  const values = [...known].slice(0, MAX_SUMMED);
  const isClose = (other: number) => other >= value * (1 - below) && other <= value * (1 + above);
  if (values.some(isClose)) return true;
  return value > LEAST_SUM && values.some((one) => values.some((other) => isClose(one + other)));
}

/** Most counts whose sums are tried. */
const MAX_SUMMED = 400;
/** Below this, some sum matches almost any number. */
const LEAST_SUM = 50;

/**
 * Names of tables and their numbers of rows. Tables of units and segmentations go by their type instead of their name.
 */
function listTableRows(promptText: string, facts: DandisetFacts | undefined): [name: string, rows: number][] {
  const reported = [
    ...promptText.matchAll(/\/([^/\n]+)\/id \(ElementIdentifiers\)[^\n]*\| shape = \((\d+),\)/g),
  ].map(([, name, rows]): [string, number] => [name!, Number(rows)]);
  const tables = facts?.fileTypes.flatMap((type) => type.tables) ?? [];
  return [
    ...reported,
    ...tables.flatMap(({ path, rows, neurodataType }): [string, number][] => {
      if (rows === null) return [];
      const name = path.slice(path.lastIndexOf('/') + 1);
      return [[/Segmentation|^Units$/.test(neurodataType) ? neurodataType.toLowerCase() : name, rows]];
    }),
  ];
}
