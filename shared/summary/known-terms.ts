/**
 * The regions, techniques and tasks that the facts name or that their neurodata types imply, for checks whether a
 * reply names others. Uses the shared vocabulary; only whole words count. Pure.
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
import { findTechniqueMentions, findTechniquesByType, techniqueAncestors } from '../vocabulary/techniques.ts';

/** Ids of the vocabulary's tables. */
export interface KnownTerms {
  readonly regions: ReadonlySet<string>;
  readonly techniques: ReadonlySet<string>;
  readonly tasks: ReadonlySet<string>;
}

/** Most characters of a text that the vocabulary reads at once. */
const MAX_CHARACTERS = 150_000;

/** Techniques that neurodata types and words imply, beyond their own names. */
const IMPLIED: readonly (readonly [sign: RegExp, techniques: readonly string[]])[] = [
  [/\bUnits\b|\bunits?_|\bspike[ _]times\b/, ['extracellular', 'single-unit', 'spike-sorting']],
  [/\(ElectrodeGroup\)|\bextracellular_ephys\b|\belectrode array/i, ['extracellular']],
  // The low-frequency band of a probe is its local field potential.
  [/(?<![A-Za-z])lf(?![A-Za-z])|SeriesLF\b/i, ['lfp']],
  [/\bpseudo[ _]?EMG/i, ['emg']],
  [/GCaMP|GECI|calcium|DfOverF/i, ['calcium-imaging']],
  [/\(RoiResponseSeries\)/, ['calcium-imaging']],
  [/\boEPhys\b|voltage[- ]sensitive/i, ['voltage-imaging']],
  [/\bshanks?\b|neurotech|neuronexus|linear (?:array|probe)|\d-channel probe/i, ['silicon-probe']],
  [/pos\w* of (?:the )?eyes?\b|\beye[_ ]?pos|\/Eyes? \(SpatialSeries/i, ['eye-tracking']],
  [/neuropal/i, ['volumetric-imaging']],
];

/** Techniques implied by another technique. */
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

/** Collects the terms of a text (case-sensitive), of location fields, and of neurodata types. */
export function buildKnownTerms(text: string, facts: DandisetFacts | undefined): KnownTerms {
  const splitText = splitNames(text);
  // `motor cortical regions` names the motor cortex.
  const asNouns = splitText
    .replace(/\bcortical\b/gi, 'cortex')
    .replace(/\b(area)(?=\d)/gi, '$1 ')
    .replace(/\b(?:intramuscular|EMGs?|electromyogra\w+)\b/gi, 'muscle');
  const pieces = [text, splitText, ...(asNouns === splitText ? [] : [asNouns])].flatMap(cutText);
  const findIds = (find: (text: string) => { readonly term: { readonly id: string } }[]) =>
    new Set(pieces.flatMap((piece) => find(piece).map(({ term }) => term.id)));
  const locations = facts?.fileTypes.flatMap(({ locations }) => locations) ?? [];
  const fields = [...text.matchAll(/^\s*(?:location|brain_area|area)s?: (.+)$/gm)].map((match) => match[1]!);
  const regions = findIds(findRegionMentions);
  for (const location of [...locations, ...fields])
    for (const { id } of findRegions(location)) regions.add(id);
  for (const id of findShortened(splitText)) regions.add(id);
  const techniques = findIds(findTechniqueMentions);
  const types = new Set(
    [...text.matchAll(/^ {2}(?:Group|Dataset) \S.*? \((\w+)\)/gm)].map((match) => match[1]!),
  );
  for (const type of facts?.fileTypes.flatMap(({ neurodataTypes }) => neurodataTypes) ?? [])
    types.add(type.name);
  const all = facts?.contents?.all;
  for (const { value } of all?.types.values ?? []) types.add(value);
  for (const { type } of all?.series ?? []) types.add(type);
  for (const { id } of [...types].flatMap(findTechniquesByType)) techniques.add(id);
  // URLs name no methods.
  const unlinked = text.replace(/\bhttps?:\/\/\S+/g, ' ');
  for (const [sign, ids] of IMPLIED) if (sign.test(unlinked)) for (const id of ids) techniques.add(id);
  for (const id of techniques) for (const other of ENTAILS[id] ?? []) techniques.add(other);
  return { regions, techniques, tasks: findIds(findTaskMentions) };
}

/** Truncated names of regions in capitals: `THAL ANT`, `HIPP_change`, `CEREB`. */
const SHORTENED = /(?<![A-Za-z])[A-Z]{4,8}(?![A-Za-z])/g;
/** Words of position or function, which are ambiguous when truncated. */
const OF_PLACE =
  /^(?:anterior|posterior|dorsal|ventral|medial|lateral|central|superior|inferior|primary|secondary|frontal|temporal|parietal|occipital|motor|somato|supple|visual|auditory|rostral|caudal|middle|nucleus|cortex|cortical|brain|field|area)/;

/** Finds regions by truncated names, for one-word names without a position or function. */
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

/** Whether the facts name a region or a part of it. */
export function knowsRegion({ regions }: KnownTerms, id: string): boolean {
  return regions.has(id) || [...regions].some((known) => isWithin(known, id));
}

/** Whether a region is part of one that the facts name without naming any of its parts. */
export function isFinerRegion({ regions }: KnownTerms, id: string): boolean {
  return regionAncestors(id).some(
    (whole) =>
      regions.has(whole) &&
      !BROAD_REGIONS.has(whole) &&
      ![...regions].some((known) => known !== whole && isWithin(known, whole)),
  );
}

/** Whether the facts name a technique or a kind of it. */
export function knowsTechnique({ techniques }: KnownTerms, id: string): boolean {
  return techniques.has(id) || [...techniques].some((known) => techniqueAncestors(known).includes(id));
}

/** Whether the facts name a task or a kind of it. */
export function knowsTask({ tasks }: KnownTerms, id: string): boolean {
  return tasks.has(id) || [...tasks].some((known) => taskAncestors(known).includes(id));
}

/** Whether a region is so broad that a text may name it for any recording of a brain. */
export function isBroadRegion(id: string): boolean {
  return BROAD_REGIONS.has(id);
}

const BROAD_REGIONS = new Set(['NS', 'root', 'grey', 'CH', 'CTX', 'Isocortex']);

/** Splits compound names into words: `SwimSignals` to `Swim Signals`, `photostim_power` to `photostim power`. */
export function splitNames(text: string): string {
  return text.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').replaceAll('_', ' ');
}

function cutText(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += MAX_CHARACTERS) pieces.push(text.slice(at, at + MAX_CHARACTERS));
  return pieces;
}
