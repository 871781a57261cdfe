/**
 * The things that only some of the files contain: kinds of data by the types in headers; series, tables and devices by
 * the number of files with them; regions by the files that name them; and what the owners say about some sessions. For
 * the check of statements about all files. Pure.
 */
import { listSentences } from '../model/plain-text.ts';
import { findOwn } from '../own-entry.ts';
import type { DandisetFacts } from '../prompt/facts.ts';
import { findModalities } from '../vocabulary/modalities.ts';
import { findRegionMentions, findRegions, isWithin } from '../vocabulary/regions.ts';
import { findStem } from './word-stem.ts';

/** A thing, and the number of files that contain it. */
export interface CountedThing {
  /** Number of files; undefined if the owners say only `some`. */
  readonly files: number | undefined;
  readonly total: number;
  /** Whether a text names it. */
  names(text: string): boolean;
}

/** Kinds of data whose files are known exactly from the types in headers, by their names in prose. */
const KINDS: readonly (readonly [claim: RegExp, id: string])[] = [
  [/\b(?:segment(?:ed|ation)|regions of interest|ROIs?)\b/i, 'segmentation'],
  [/\boptogenetics?\b|\bphotostimulation\b|\b(?:light|laser|optical) stimulation\b/i, 'optogenetics'],
  [/\b(?:spike times|spike trains|(?:sorted |single )?units|sorted spikes|spiking data)\b/i, 'spikes'],
  [/\bphotometry\b/i, 'photometry'],
  [/\bfluorescence traces\b|ΔF\/F|\bdF\/F\b/i, 'fluorescence'],
  [/\bLFPs?\b|\blocal field potentials?\b/i, 'lfp'],
  [/\bpose estimat/i, 'pose'],
  [/\beye[- ]tracking\b/i, 'eye'],
  [/\bpositions?(?: data)?\b/i, 'position'],
];

/** Kinds of data that correspond to one neurodata type. */
const BY_TYPE: readonly (readonly [claim: RegExp, types: RegExp])[] = [
  [/\bvoltage[- ]clamp\b/i, /^VoltageClampSeries$/],
  [/\bcurrent[- ]clamp\b/i, /^CurrentClampSeries$/],
  [
    /\braw (?:two-photon|one-photon|imaging|fluorescence|microscope)\b|\b(?:two|one)-photon (?:series|movies)\b/i,
    /PhotonSeries$/,
  ],
];

/** Devices that prose names by other words than their names. */
const BY_DEVICE: readonly (readonly [claim: RegExp, device: RegExp])[] = [
  [/\b(?:optic\w*|implanted) fib(?:er|re)s?\b|\bfib(?:er|re)[- ]optic|\bcannula/i, /fib(?:er|re)|cannula/i],
];

/** Words that name the contents of a field of the files' notes, by field. */
const BY_NOTE: Readonly<Record<string, RegExp>> = {
  virus: /\bvir(?:us|al|uses)\b/i,
  pharmacology: /\bdrugs?\b|\bpharmacolog/i,
};

/** Lists kinds of data with the number of files that contain each, which may be none or all. */
export function countKinds({ fileTypes, contents }: DandisetFacts): CountedThing[] {
  const total = fileTypes.reduce((sum, { files }) => sum + files, 0);
  const kinds = KINDS.map(([claim, id]): CountedThing => {
    const holders = fileTypes.filter((type) => findModalities(type).some((modality) => modality.id === id));
    return {
      files: holders.reduce((sum, { files }) => sum + files, 0),
      total,
      names: (text) => claim.test(text),
    };
  });
  if (contents === undefined || contents.all.read !== total) return kinds;
  const { counts, types, notes } = contents.all;
  const build = (files: number, claim: RegExp): CountedThing => ({
    files,
    total,
    names: (text) => claim.test(text),
  });
  return [
    ...kinds,
    ...(counts.trials === undefined ? [] : [build(counts.trials.files, TRIALS)]),
    ...(counts.electrodes === undefined ? [] : [build(counts.electrodes.files, /\belectrodes? tables?\b/i)]),
    ...BY_TYPE.flatMap(([claim, pattern]) => {
      const files = Math.max(
        0,
        ...types.values.filter(({ value }) => pattern.test(value)).map((each) => each.files),
      );
      return files === 0 ? [] : [build(files, claim)];
    }),
    ...Object.entries(BY_NOTE).flatMap(([name, claim]) => {
      const files = findOwn(notes ?? {}, name)?.files ?? 0;
      return files === 0 ? [] : [build(files, claim)];
    }),
    ...BY_DEVICE.flatMap(([claim, pattern]) => {
      const files = contents.all.devices.values
        .filter(({ value }) => pattern.test(value))
        .reduce((sum, each) => sum + each.files, 0);
      return files === 0 ? [] : [build(Math.min(files, total), claim)];
    }),
  ];
}

const TRIALS =
  /\btrials? (?:tables?|lists?)\b|\b(?:tables?|lists?) of (?:the )?(?:(?:\p{L}|-)+,? ){0,4}trials\b|\btrial (?:times|intervals|information)\b/iu;

/** Words of names that identify nothing. */
const PLAIN = new Set(
  'with from that this acquisition processing general stimulus presentation signal series data raw processed filtered trace traces table time times value values index interval intervals analysis behavior behaviour module container object name description recording recordings channel channels file files session device devices system number position unit units neuron neurons cell cells image images imaging plane planes trial trials epoch epochs optical field model custom version rate photon'
    .split(' ')
    .map(findStem),
);

function listNameStems(name: string): string[] {
  const words = splitCapitals(name).match(/\p{L}{4,}/gu) ?? [];
  return [...new Set(words.map(findStem))].filter((stem) => !PLAIN.has(stem));
}

function hasStems(text: string, stems: readonly string[]): boolean {
  const words = new Set((text.match(/\p{L}+/gu) ?? []).map(findStem));
  return stems.every((stem) => words.has(stem));
}

/** A name and how many files have it. */
interface NameCount {
  readonly name: string;
  readonly files: number;
}

/** Splits a name at its capitals, so that its words can be stemmed. */
function splitCapitals(name: string): string {
  return name.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ');
}

/**
 * Finds things that are not in all files, by words that no thing in all files has in its name. All things with these
 * words together must be in fewer than all files. `isCompound` if each word of a name identifies the thing by itself:
 * `Digidata 1440 with MultiClamp 700`.
 */
function findPartial(things: readonly NameCount[], total: number, isCompound = false): CountedThing[] {
  const inAll = things.filter(({ files }) => files >= total);
  const common = new Set(inAll.flatMap(({ name }) => listNameStems(name)));
  return things
    .filter(({ files }) => files < total)
    .flatMap(({ name }): CountedThing[] => {
      const own = listNameStems(name).filter((stem) => !common.has(stem));
      const claims = own.length === 0 ? [] : isCompound ? own.map((stem) => [stem]) : [own];
      return claims.flatMap((stems) => {
        const files = things
          .filter((other) => hasStems(splitCapitals(other.name), stems))
          .reduce((sum, other) => sum + other.files, 0);
        return files < total ? [{ files, total, names: (text: string) => hasStems(text, stems) }] : [];
      });
    });
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Finds series and tables of only some files, by the words of their names. The file types give the number of files. */
function findPartialPaths(
  { fileTypes }: DandisetFacts,
  patterns: readonly { readonly pattern: string; readonly files: number }[],
): CountedThing[] {
  const total = fileTypes.reduce((sum, { files }) => sum + files, 0);
  const names = fileTypes.map(({ series, tables }) =>
    [...series, ...tables].map(({ path }) => splitCapitals(lastName(path))),
  );
  return patterns.flatMap(({ pattern }): CountedThing[] => {
    const all = listNameStems(lastName(pattern));
    // A word that no other name has identifies the thing by itself.
    const own = all.filter(
      (stem) =>
        !patterns.some(
          (other) => other.pattern !== pattern && listNameStems(lastName(other.pattern)).includes(stem),
        ),
    );
    const stems = own.length > 0 ? own.slice(0, 1) : all;
    if (stems.length === 0) return [];
    const files = fileTypes.reduce(
      (sum, type, at) => sum + (names[at]!.some((name) => hasStems(name, stems)) ? type.files : 0),
      0,
    );
    return files === 0 || files === total ? [] : [{ files, total, names: (text) => hasStems(text, stems) }];
  });
}

/** Finds regions that notes or location fields of only some files name. */
function findPartialRegions(contents: NonNullable<DandisetFacts['contents']>): CountedThing[] {
  const { regions, notes, read } = contents.all;
  const values = [...regions.values, ...Object.values(notes ?? {}).flatMap((tally) => tally.values)];
  const counts = new Map<string, number>();
  for (const { value, files } of values)
    for (const { id } of findRegions(value)) counts.set(id, (counts.get(id) ?? 0) + files);
  const isWhole = (id: string) => [...counts.keys()].some((other) => other !== id && isWithin(other, id));
  // A single named region, or one that contains others, may apply to all files.
  if (counts.size < 2) return [];
  return [...counts]
    .filter(([id, files]) => files < read && !isWhole(id))
    .map(([id, files]) => ({
      files,
      total: read,
      names: (text: string) => findRegionMentions(text).some(({ term }) => term.id === id),
    }));
}

/** Statements of the owners about some sessions: `Some sessions additionally include a triangular open field epoch`. */
const OF_SOME =
  /^(?:some|a few|several|certain|a subset of(?: the)?|part of the|in some(?: of the)?) ?(?:\p{L}+ ){0,2}?(?:sessions?|files?|recordings?|subjects?|animals?|mice|rats|fish|monkeys|participants|patients)\b,?(.*)$/iu;

/** Finds what the owners say about some sessions, by words that they use nowhere else. */
function findStatedOfSome(description: string): CountedThing[] {
  const sentences = listSentences(description);
  const stemsIn = (text: string) => (text.match(/\p{L}{5,}/gu) ?? []).map(findStem);
  return sentences.flatMap((sentence, at): CountedThing[] => {
    const said = OF_SOME.exec(sentence.trim())?.[1];
    if (said === undefined) return [];
    const elsewhere = new Set(sentences.filter((_, other) => other !== at).flatMap(stemsIn));
    const own = stemsIn(said).filter((stem) => !elsewhere.has(stem) && !PLAIN.has(stem) && !VERBS.has(stem));
    return own.map((stem) => ({ files: undefined, total: 0, names: (text) => hasStems(text, [stem]) }));
  });
}

const VERBS = new Set(
  'additionally include contain also were have been which using performed received underwent further'
    .split(' ')
    .map(findStem),
);

/** Words by which the owners say something about all files. */
const OF_ALL =
  /\b(?:each|every|all)(?: of the| the)?(?: \p{L}+){0,2} (?:files?|sessions?|recordings?|datasets?)\b/iu;

/** Above this share of the files, a statement about all files is accepted, since a few headers may be odd. */
export const MOST_SHARE = 0.9;

/** Opposite states. If the owners name both, each applies only to some subjects. */
const CONTRASTS: readonly (readonly [one: RegExp, other: RegExp])[] = [
  [/\bawake\b/i, /\ban(?:a)?esthe/i],
  [/\bwild-?type\b/i, /\bknock-?out|\bmutant/i],
  [/\bnovel\b/i, /\bfamiliar\b/i],
];

function findContrasts(description: string): CountedThing[] {
  return CONTRASTS.filter((pair) => pair.every((state) => state.test(description))).flatMap((pair) =>
    pair.map((state, at) => ({
      files: undefined,
      total: 0,
      names: (text: string) => state.test(text) && !pair[1 - at]!.test(text),
    })),
  );
}

/** Lists everything that only some of the files contain, except for what the owners themselves say about all. */
export function listPartialThings(facts: DandisetFacts): CountedThing[] {
  const said = [facts.dandiset.description, facts.dandiset.name]
    .flatMap(listSentences)
    .filter((sentence) => OF_ALL.test(sentence));
  return listThings(facts).filter(
    ({ files, total, names }) =>
      (files === undefined || files <= total * MOST_SHARE) && !said.some((sentence) => names(sentence)),
  );
}

/**
 * Lists series and tables that all files have, by names of at least two identifying words. Saying that only some have
 * them is wrong.
 */
export function listWholeThings({ contents, fileTypes }: DandisetFacts): CountedThing[] {
  const total = fileTypes.reduce((sum, { files }) => sum + files, 0);
  const { series = [], tables = [], read = 0 } = contents?.all ?? {};
  if (read !== total || total < 2) return [];
  return [...series, ...tables]
    .filter(({ files }) => files === total)
    .flatMap(({ pattern }): CountedThing[] => {
      const stems = listNameStems(lastName(pattern));
      return stems.length < 2 ? [] : [{ files: total, total, names: (text) => hasStems(text, stems) }];
    });
}

function listThings(facts: DandisetFacts): CountedThing[] {
  const { contents } = facts;
  const kinds = countKinds(facts).filter(({ files = 0, total }) => files > 0 && files < total);
  const said = [
    ...findStatedOfSome(facts.dandiset.description),
    ...findContrasts(facts.dandiset.description),
  ];
  if (contents === undefined) return [...kinds, ...said];
  const { series, tables, devices, stimuli, read } = contents.all;
  return [
    ...kinds,
    ...said,
    ...findPartialPaths(facts, [...series, ...tables]),
    ...findPartial(
      devices.values.map(({ value, files }) => ({ name: value.replace(/\(.*$/, ''), files })),
      read,
      true,
    ),
    ...findPartial(
      stimuli.values.map(({ value, files }) => ({ name: value.replace(/\(.*$/, ''), files })),
      read,
    ),
    ...findPartialRegions(contents),
  ];
}
