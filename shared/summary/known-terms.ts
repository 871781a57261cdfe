/**
 * The regions, techniques and tasks that the facts name or that follow from their neurodata types, for checks that
 * ask whether a reply names others. By the shared vocabulary; a word counts only as that word. Pure.
 */
import type { DandisetFacts } from '../prompt/facts.ts';
import {
  findRegionMentions,
  findRegions,
  isWithin,
  REGIONS,
  regionAncestors,
} from '../vocabulary/regions.ts';
import { findTaskMentions, taskAncestors } from '../vocabulary/tasks.ts';
import { findTechniqueMentions, techniqueAncestors, techniquesOfType } from '../vocabulary/techniques.ts';

/** Ids of the vocabulary's tables. */
export interface KnownTerms {
  readonly regions: ReadonlySet<string>;
  readonly techniques: ReadonlySet<string>;
  readonly tasks: ReadonlySet<string>;
}

/** The vocabulary reads this much of a text at once. */
const MAX_CHARACTERS = 150_000;

/** What some neurodata types and words imply beyond their own name. */
const IMPLIED: readonly (readonly [sign: RegExp, techniques: readonly string[]])[] = [
  [/\bUnits\b|\bunits?_|\bspike[ _]times\b/, ['extracellular', 'single-unit', 'spike-sorting']],
  [/\(ElectrodeGroup\)|\bextracellular_ephys\b|\belectrode array/i, ['extracellular']],
  // The low band of a probe is its local field potential.
  [/(?<![A-Za-z])lf(?![A-Za-z])|SeriesLF\b/i, ['lfp']],
  [/\bpseudo[ _]?EMG/i, ['emg']],
  [/GCaMP|GECI|calcium|DfOverF/i, ['calcium-imaging']],
  [/\(RoiResponseSeries\)/, ['calcium-imaging']],
  [/\boEPhys\b|voltage[- ]sensitive/i, ['voltage-imaging']],
  [/\bshanks?\b|neurotech|neuronexus|linear (?:array|probe)|\d-channel probe/i, ['silicon-probe']],
  [/pos\w* of (?:the )?eyes?\b|\beye[_ ]?pos|\/Eyes? \(SpatialSeries/i, ['eye-tracking']],
  [/neuropal/i, ['volumetric-imaging']],
];

/** What one technique makes true of others. */
const ENTAILS: Readonly<Record<string, readonly string[]>> = {
  'single-unit': ['extracellular'],
  'spike-sorting': ['extracellular'],
  mea: ['extracellular'],
  'current-clamp': ['intracellular'],
  'voltage-clamp': ['intracellular'],
  'in-vitro-slice': [],
  'patch-seq': ['transcriptomics'],
  'utah-array': ['mea'],
  pupillometry: ['eye-tracking'],
};

/** The terms of a text in its own case, of location fields, and of neurodata types. */
export function buildKnownTerms(text: string, facts: DandisetFacts | undefined): KnownTerms {
  const parted = partNames(text);
  // `motor cortical regions` names the motor cortex.
  const asNouns = parted
    .replace(/\bcortical\b/gi, 'cortex')
    .replace(/\b(area)(?=\d)/gi, '$1 ')
    .replace(/\b(?:intramuscular|EMGs?|electromyogra\w+)\b/gi, 'muscle');
  const pieces = [text, parted, ...(asNouns === parted ? [] : [asNouns])].flatMap(cutText);
  const findIds = (find: (text: string) => { readonly term: { readonly id: string } }[]) =>
    new Set(pieces.flatMap((piece) => find(piece).map(({ term }) => term.id)));
  const locations = facts?.fileTypes.flatMap(({ locations }) => locations) ?? [];
  const fields = [...text.matchAll(/^\s*(?:location|brain_area|area)s?: (.+)$/gm)].map((match) => match[1]!);
  const regions = findIds(findRegionMentions);
  for (const location of [...locations, ...fields])
    for (const { id } of findRegions(location)) regions.add(id);
  for (const id of findShortened(parted)) regions.add(id);
  const techniques = findIds(findTechniqueMentions);
  const types = new Set(
    [...text.matchAll(/^ {2}(?:Group|Dataset) \S.*? \((\w+)\)/gm)].map((match) => match[1]!),
  );
  for (const type of facts?.fileTypes.flatMap(({ neurodataTypes }) => neurodataTypes) ?? [])
    types.add(type.name);
  const all = facts?.contents?.all;
  for (const { value } of all?.types.values ?? []) types.add(value);
  for (const { type } of all?.series ?? []) types.add(type);
  for (const { id } of [...types].flatMap(techniquesOfType)) techniques.add(id);
  // A page's address reports no method.
  const unlinked = text.replace(/\bhttps?:\/\/\S+/g, ' ');
  for (const [sign, ids] of IMPLIED) if (sign.test(unlinked)) for (const id of ids) techniques.add(id);
  for (const id of techniques) for (const other of ENTAILS[id] ?? []) techniques.add(other);
  return { regions, techniques, tasks: findIds(findTaskMentions) };
}

/** Names of regions cut short in capitals: `THAL ANT`, `HIPP_change`, `CEREB`. */
const SHORTENED = /(?<![A-Za-z])[A-Z]{4,8}(?![A-Za-z])/g;
/** Words that say where a region is, or what it is of; cut short they name many. */
const OF_PLACE =
  /^(?:anterior|posterior|dorsal|ventral|medial|lateral|central|superior|inferior|primary|secondary|frontal|temporal|parietal|occipital|motor|somato|supple|visual|auditory|rostral|caudal|middle|nucleus|cortex|cortical|brain|field|area)/;

/** Regions by the beginnings of their names: of one word that names no side and no function. */
function findShortened(text: string): string[] {
  const cuts = [...new Set(text.match(SHORTENED))].map((cut) => cut.toLowerCase());
  if (cuts.length === 0) return [];
  return REGIONS.filter(({ name, synonyms }) =>
    [name, ...synonyms].some((each) => {
      const word = each.toLowerCase();
      return /^\p{L}{6,}$/u.test(word) && !OF_PLACE.test(word) && cuts.some((cut) => word.startsWith(cut));
    }),
  ).map(({ id }) => id);
}

/** Whether the facts know a region or a part of it. */
export function knowsRegion({ regions }: KnownTerms, id: string): boolean {
  return regions.has(id) || [...regions].some((known) => isWithin(known, id));
}

/** Whether a region is part of one that the facts name, and that they nowhere name a part of. */
export function isFinerRegion({ regions }: KnownTerms, id: string): boolean {
  return regionAncestors(id).some(
    (whole) =>
      regions.has(whole) &&
      !BROAD_REGIONS.has(whole) &&
      ![...regions].some((known) => known !== whole && isWithin(known, whole)),
  );
}

/** Whether the facts know a technique or a kind of it. */
export function knowsTechnique({ techniques }: KnownTerms, id: string): boolean {
  return techniques.has(id) || [...techniques].some((known) => techniqueAncestors(known).includes(id));
}

/** Whether the facts know a task or a kind of it. */
export function knowsTask({ tasks }: KnownTerms, id: string): boolean {
  return tasks.has(id) || [...tasks].some((known) => taskAncestors(known).includes(id));
}

/** The broad regions that a text may name of any recording of a brain. */
export function isBroadRegion(id: string): boolean {
  return BROAD_REGIONS.has(id);
}

const BROAD_REGIONS = new Set(['NS', 'root', 'grey', 'CH', 'CTX', 'Isocortex']);

/** `SwimSignals` as `Swim Signals`, `photostim_power` as `photostim power`: names as words. */
export function partNames(text: string): string {
  return text.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').replaceAll('_', ' ');
}

function cutText(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += MAX_CHARACTERS) pieces.push(text.slice(at, at + MAX_CHARACTERS));
  return pieces;
}
