/**
 * What only some of the files hold, by the facts: kinds of data by the headers' types, series, tables and devices by
 * how many files have them, regions by where they are told, and what the owners say of some sessions. For the check
 * of what is said of all. Pure.
 */
import { splitSentences } from '../model/plain-text.ts';
import { findOwn } from '../own-entry.ts';
import type { DandisetFacts } from '../prompt/facts.ts';
import { findModalities } from '../vocabulary/modalities.ts';
import { findRegionMentions, findRegions, isWithin } from '../vocabulary/regions.ts';
import { findStem } from './word-stem.ts';

/** A thing that some of the files hold. */
export interface HeldThing {
  /** In how many files; undefined where the owners say `some`. */
  readonly files: number | undefined;
  readonly total: number;
  /** Whether words of a text name it. */
  names(text: string): boolean;
}

/** Kinds of data whose holders the headers' types tell for certain, as prose names them. */
const KINDS: readonly (readonly [claim: RegExp, id: string])[] = [
  [/\b(?:segment(?:ed|ation)|regions of interest|ROIs?)\b/i, 'segmentation'],
  [/\boptogenetics?\b|\bphotostimulation\b/i, 'optogenetics'],
  [/\b(?:spike times|spike trains|(?:sorted |single )?units|sorted spikes|spiking data)\b/i, 'spikes'],
  [/\bphotometry\b/i, 'photometry'],
  [/\bfluorescence traces\b|ΔF\/F|\bdF\/F\b/i, 'fluorescence'],
  [/\bLFPs?\b|\blocal field potentials?\b/i, 'lfp'],
  [/\bpose estimat/i, 'pose'],
  [/\beye[- ]tracking\b/i, 'eye'],
  [/\bpositions?(?: data)?\b/i, 'position'],
];

/** Kinds of data that a neurodata type by itself is. */
const BY_TYPE: readonly (readonly [claim: RegExp, types: RegExp])[] = [
  [/\bvoltage[- ]clamp\b/i, /^VoltageClampSeries$/],
  [/\bcurrent[- ]clamp\b/i, /^CurrentClampSeries$/],
  [
    /\braw (?:two-photon|one-photon|imaging|fluorescence|microscope)\b|\b(?:two|one)-photon (?:series|movies)\b/i,
    /PhotonSeries$/,
  ],
];

/** Things of devices that go by other words than their names. */
const BY_DEVICE: readonly (readonly [claim: RegExp, device: RegExp])[] = [
  [/\b(?:optic\w*|implanted) fib(?:er|re)s?\b|\bfib(?:er|re)[- ]optic|\bcannula/i, /fib(?:er|re)|cannula/i],
];

/** Fields of the files' notes by the words that tell of them. */
const BY_NOTE: Readonly<Record<string, RegExp>> = {
  virus: /\bvir(?:us|al|uses)\b/i,
  pharmacology: /\bdrugs?\b|\bpharmacolog/i,
};

/** Kinds of data with the number of files that hold each; those that no file or all of them hold too. */
export function countKinds({ fileTypes, contents }: DandisetFacts): HeldThing[] {
  const total = fileTypes.reduce((sum, { files }) => sum + files, 0);
  const kinds = KINDS.map(([claim, id]): HeldThing => {
    const holders = fileTypes.filter((type) => findModalities(type).some((modality) => modality.id === id));
    return {
      files: holders.reduce((sum, { files }) => sum + files, 0),
      total,
      names: (text) => claim.test(text),
    };
  });
  if (contents === undefined || contents.all.read !== total) return kinds;
  const { counts, types, notes } = contents.all;
  const build = (files: number, claim: RegExp): HeldThing => ({
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

/** Words of names that tell nothing of what they name. */
const PLAIN = new Set(
  'with from that this acquisition processing general stimulus presentation signal series data raw processed filtered trace traces table time times value values index interval intervals analysis behavior behaviour module container object name description recording recordings channel channels file files session device devices system number position unit units neuron neurons cell cells image images imaging plane planes trial trials epoch epochs optical field model custom version rate photon'
    .split(' ')
    .map(findStem),
);

function stemsOfName(name: string): string[] {
  const words = partCapitals(name).match(/\p{L}{4,}/gu) ?? [];
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

/** Names parted at their capitals, for stems. */
function partCapitals(name: string): string {
  return name.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ');
}

/**
 * Things whose names have words that no thing of all files has, and that all things of these words together are not
 * in all files. `isCompound` where one word of a name tells the thing: `Digidata 1440 with MultiClamp 700`.
 */
function findPartial(things: readonly NameCount[], total: number, isCompound = false): HeldThing[] {
  const inAll = things.filter(({ files }) => files >= total);
  const common = new Set(inAll.flatMap(({ name }) => stemsOfName(name)));
  return things
    .filter(({ files }) => files < total)
    .flatMap(({ name }): HeldThing[] => {
      const own = stemsOfName(name).filter((stem) => !common.has(stem));
      const claims = own.length === 0 ? [] : isCompound ? own.map((stem) => [stem]) : [own];
      return claims.flatMap((stems) => {
        const files = things
          .filter((other) => hasStems(partCapitals(other.name), stems))
          .reduce((sum, other) => sum + other.files, 0);
        return files < total ? [{ files, total, names: (text: string) => hasStems(text, stems) }] : [];
      });
    });
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Series and tables of some files only, by the words of their names: the types of file tell how many files have any of these. */
function findPartialPaths(
  { fileTypes }: DandisetFacts,
  patterns: readonly { readonly pattern: string; readonly files: number }[],
): HeldThing[] {
  const total = fileTypes.reduce((sum, { files }) => sum + files, 0);
  const names = fileTypes.map(({ series, tables }) =>
    [...series, ...tables].map(({ path }) => partCapitals(lastName(path))),
  );
  return patterns.flatMap(({ pattern }): HeldThing[] => {
    const all = stemsOfName(lastName(pattern));
    // A word that no other name has tells the thing by itself.
    const own = all.filter(
      (stem) =>
        !patterns.some(
          (other) => other.pattern !== pattern && stemsOfName(lastName(other.pattern)).includes(stem),
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

/** Regions that the files' notes or fields of location name in some of them only. */
function findPartialRegions(contents: NonNullable<DandisetFacts['contents']>): HeldThing[] {
  const { regions, notes, read } = contents.all;
  const values = [...regions.values, ...Object.values(notes ?? {}).flatMap((tally) => tally.values)];
  const held = new Map<string, number>();
  for (const { value, files } of values)
    for (const { id } of findRegions(value)) held.set(id, (held.get(id) ?? 0) + files);
  const isWhole = (id: string) => [...held.keys()].some((other) => other !== id && isWithin(other, id));
  // A region with parts among the others, and the only one that is told of, may well be that of all.
  if (held.size < 2) return [];
  return [...held]
    .filter(([id, files]) => files < read && !isWhole(id))
    .map(([id, files]) => ({
      files,
      total: read,
      names: (text: string) => findRegionMentions(text).some(({ term }) => term.id === id),
    }));
}

/** `Some sessions additionally include a triangular open field epoch`. */
const OF_SOME =
  /^(?:some|a few|several|certain|a subset of(?: the)?|part of the|in some(?: of the)?) ?(?:\p{L}+ ){0,2}?(?:sessions?|files?|recordings?|subjects?|animals?|mice|rats|fish|monkeys|participants|patients)\b,?(.*)$/iu;

/** What the owners say of some sessions, by words that they use nowhere else. */
function findSaidOfSome(description: string): HeldThing[] {
  const sentences = description.split('\n').flatMap(splitSentences);
  const stemsIn = (text: string) => (text.match(/\p{L}{5,}/gu) ?? []).map(findStem);
  return sentences.flatMap((sentence, at): HeldThing[] => {
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

/** Words by which the owners say something of all files. */
const OF_ALL =
  /\b(?:each|every|all)(?: of the| the)?(?: \p{L}+){0,2} (?:files?|sessions?|recordings?|datasets?)\b/iu;

/** What is in fewer of the files than this share is told of all in error; beyond it, a header may well be an odd one. */
export const MOST_SHARE = 0.9;

/** States of which the owners tell one of some subjects and the other of others. */
const CONTRASTS: readonly (readonly [one: RegExp, other: RegExp])[] = [
  [/\bawake\b/i, /\ban(?:a)?esthe/i],
  [/\bwild-?type\b/i, /\bknock-?out|\bmutant/i],
  [/\bnovel\b/i, /\bfamiliar\b/i],
];

function findContrasts(description: string): HeldThing[] {
  return CONTRASTS.filter((pair) => pair.every((state) => state.test(description))).flatMap((pair) =>
    pair.map((state, at) => ({
      files: undefined,
      total: 0,
      names: (text: string) => state.test(text) && !pair[1 - at]!.test(text),
    })),
  );
}

/** Everything that only some of the files hold, but for what the owners themselves say of all. */
export function listPartialThings(facts: DandisetFacts): HeldThing[] {
  const said = [facts.dandiset.description, facts.dandiset.name]
    .flatMap((text) => text.split('\n').flatMap(splitSentences))
    .filter((sentence) => OF_ALL.test(sentence));
  return listThings(facts).filter(
    ({ files, total, names }) =>
      (files === undefined || files <= total * MOST_SHARE) && !said.some((sentence) => names(sentence)),
  );
}

/** Series and tables that all files have, by names of two telling words or more: told of some of them, they are told wrong. */
export function listWholeThings({ contents, fileTypes }: DandisetFacts): HeldThing[] {
  const total = fileTypes.reduce((sum, { files }) => sum + files, 0);
  const { series = [], tables = [], read = 0 } = contents?.all ?? {};
  if (read !== total || total < 2) return [];
  return [...series, ...tables]
    .filter(({ files }) => files === total)
    .flatMap(({ pattern }): HeldThing[] => {
      const stems = stemsOfName(lastName(pattern));
      return stems.length < 2 ? [] : [{ files: total, total, names: (text) => hasStems(text, stems) }];
    });
}

function listThings(facts: DandisetFacts): HeldThing[] {
  const { contents } = facts;
  const kinds = countKinds(facts).filter(({ files = 0, total }) => files > 0 && files < total);
  const said = [...findSaidOfSome(facts.dandiset.description), ...findContrasts(facts.dandiset.description)];
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
