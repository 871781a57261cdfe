/**
 * Prepares the facts of one version for the deterministic writer: the counts, the kinds of data found in them, and the
 * index of the numbered list that each sentence cites. Pure.
 */
import type { Contents, TableContent } from '../../facts/contents.ts';
import type { MetadataDescription } from '../../facts/dandiset-metadata.ts';
import type { CountedFacts } from '../../prompt/facts.ts';
import { findRegionMentions, isWithin } from '../../vocabulary/regions.ts';
import { flattenText } from '../plain-text.ts';
import { findRecordedModalities, type RecordedModality } from './modalities.ts';
import { nameModality } from './modality-names.ts';
import { FactIndex } from './sentence.ts';

/** The input of the writer's parts. */
export interface FactsAtHand {
  readonly facts: CountedFacts;
  readonly contents: Contents;
  readonly metadata: MetadataDescription;
  readonly existing: readonly RecordedModality[];
  readonly index: FactIndex;
}

/** Prepares the facts of a version, once for all parts. */
export function findFactsAtHand(facts: CountedFacts): FactsAtHand {
  const { contents, metadata, list, dandiset } = facts;
  const said = [dandiset.name, ...dandiset.keywords, ...dandiset.approaches, ...dandiset.techniques].join(
    '. ',
  );
  return {
    facts,
    contents,
    metadata,
    existing: findRecordedModalities(contents, said),
    index: new FactIndex(list),
  };
}

/** Whether the summary is about a single file. */
export function isOneFile({ contents, facts: { coverage } }: FactsAtHand): boolean {
  const count = contents.all.read > 0 ? contents.all.read : coverage.nwb > 0 ? coverage.nwb : contents.assets;
  return count === 1;
}

/** `the file names` or `the files name`, depending on the number of files. */
export function sayOfFiles(at: FactsAtHand, verb: string): string {
  if (!isOneFile(at)) return `the files ${verb}`;
  return `the file ${verb === 'have' ? 'has' : `${verb}s`}`;
}

/** The noun for a kind of data in the middle of a sentence. */
export function nameRecorded({ modality }: RecordedModality, { facts, existing }: FactsAtHand): string {
  if (modality.id !== 'time-series') return nameModality(modality, facts);
  return existing.every(({ modality: { id } }) => id === 'time-series' || id === 'intervals')
    ? 'time series'
    : modality.noun;
}

/** Whether title or session descriptions say that the data are simulated. */
export function isSimulated({ facts, contents }: FactsAtHand): boolean {
  const said = [
    facts.dandiset.name,
    ...contents.all.sessionDescriptions.values.slice(0, 3).map(({ value }) => value),
  ];
  return said.some((text) =>
    /\b(?:simulated|simulations?|synthetic|in silico|computational model)\b/i.test(text),
  );
}

/** Placeholders that some files have instead of a location. */
const NO_LOCATION =
  /^(?:unknown|none|n\/?a|(?:the |somewhere |in |of )*brain|see .*|various|todo|tbd|-+|\d[\d.,\s]*|(?:\w+ )?(?:location|position)|(?:some|any|no)where\b.*|(?:an? )?(?:non-?existent|fake|dummy|test|example|my) .*|not .*|no .*)$/i;

/** Locations as the files write them, most files first. */
export function listLocations({
  contents,
}: FactsAtHand): { name: string; files: number; subjects?: number }[] {
  return contents.all.regions.values
    .map(({ value, files, subjects }) => ({
      name: flattenText(value, 60),
      files,
      ...(subjects === undefined ? {} : { subjects }),
    }))
    .filter(({ name }) => name !== '' && !NO_LOCATION.test(name));
}

/** Regions in the owners' words: from the metadata field `about`, else from title, keywords and description. */
export function listOwnersRegions({ facts, metadata }: FactsAtHand): string[] {
  const about = metadata.about
    .filter(({ kind }) => kind === 'anatomy')
    .flatMap(({ name }) => name ?? [])
    .filter((name) => !NO_REGION.test(name));
  if (about.length > 0) return distinct(about.map(lowerTitle));
  const { name, description, keywords } = facts.dandiset;
  return findFirstRegions([name, keywords.join('. '), description.slice(0, 20_000)]);
}

/** Regions in the files' descriptions and notes, in their words. */
export function listStatedRegions({ contents: { all } }: FactsAtHand): string[] {
  const said = [
    all.experimentDescriptions,
    all.sessionDescriptions,
    ...Object.values(all.notes),
    all.keywords,
  ];
  return findFirstRegions(
    said.map(({ values }) =>
      values
        .slice(0, 3)
        .map(({ value }) => value.slice(0, 2000))
        .join('. '),
    ),
  );
}

/** The most specific regions of the first text that names any. */
function findFirstRegions(texts: readonly string[]): string[] {
  for (const written of texts) {
    // `motor cortical regions` means the motor cortex.
    const text = written.replace(/(?<=\b\p{L}+ )cortical(?= (?:regions?|areas?|neurons?)\b)/giu, 'cortex');
    const all = findRegionMentions(text).filter(
      ({ term, written }) => !GENERAL.has(term.id) && !NO_REGION.test(written),
    );
    const mentions = all.filter(
      (mention) => !isDoubtful(mention.written) || all.some((other) => isJoined(mention, other, text)),
    );
    const exact = mentions.filter(
      ({ term }) => !mentions.some((other) => other.term.id !== term.id && isWithin(other.term.id, term.id)),
    );
    const found = distinct(
      exact.map(({ term, written: own }) =>
        isAdjective(own) || isDoubtful(own) ? term.name : lowerTitle(own),
      ),
    );
    if (found.length > 0) return found;
  }
  return [];
}

/** Whether a word names no region that a sentence may place a recording in: a brain as a whole, doubtful capitals. */
export function isNoRegion(id: string, written: string): boolean {
  return GENERAL.has(id) || NO_REGION.test(written) || /^[A-Z]{2,4}$/.test(written);
}

/** A region in a sentence: as somebody wrote it, or by its name where that was an adjective. */
export function nameRegionInProse({ name }: RegionMention['term'], written: string): string {
  const own = written.replace(/(?<=\d) (?:regions?|areas?|fields?)$/i, '');
  return isAdjective(own) && !/\d/.test(own) ? name : lowerTitle(own);
}

/** `Somatosensory Cortex` of a title, as it is in a sentence; acronyms stay. */
export function lowerTitle(written: string): string {
  return written.replace(
    /(?<![\p{L}\p{N}])\p{Lu}(?=\p{Ll}{2,})(?!(?:roca|rodmann|ernicke|eschl|mmon|urkinje|ayesian|avlovian|arkinson\w*|lzheimer\w*|orris|ernier|abor)\b)/gu,
    (letter) => letter.toLowerCase(),
  );
}

/** Whether a word means a region without being its name: `cortical`, `hippocampal`, short abbreviations. */
function isAdjective(written: string): boolean {
  return (
    (written.length <= 3 && !/\d/.test(written)) ||
    (!written.includes(' ') && /(?:al|ar|ic|ine)s?$/i.test(written))
  );
}

/** Whether a word is an ambiguous acronym: `SNR` is more often a ratio than the substantia nigra. */
function isDoubtful(written: string): boolean {
  return /^[A-Z]{2,4}$/.test(written);
}

/** Whether an acronym is next to an unambiguous region, and so is a region too: `CA1-PFC`, `M1/PMd`. */
function isJoined(mention: RegionMention, other: RegionMention, text: string): boolean {
  if (mention.at === other.at || isDoubtful(other.written)) return false;
  const [first, second] = mention.at < other.at ? [mention, other] : [other, mention];
  return /^\s?(?:[-–/,&+]|and)\s?$/.test(text.slice(first.at + first.written.length, second.at));
}

type RegionMention = ReturnType<typeof findRegionMentions>[number];

/** Values in place of a region in the metadata that name none: ids without a name, cultures. */
const NO_REGION = /^[A-Za-z]+[:_]\d+$|\b(?:organoids?|cell lines?|cultures?)\b/i;

/** Regions that mean no more than the whole brain. */
const GENERAL: ReadonlySet<string> = new Set(['NS', 'root', 'grey', 'CH']);

/** Paths of NWB tables that are reported elsewhere or are only bookkeeping. */
const BOOKKEEPING = /^\/general\/(?:extracellular_ephys\/electrodes|intracellular_ephys\/)/;

/** Tables that belong to no reported kind of data. */
export function listOtherTables({ contents, existing }: FactsAtHand): TableContent[] {
  const reported = new Set(existing.flatMap(({ tables }) => tables));
  return contents.all.tables.filter((table) => !reported.has(table) && !BOOKKEEPING.test(table.pattern));
}

/** What all files say of their experiment, and of their session: each where it is one text. */
export function listSharedAccounts({ contents: { all } }: FactsAtHand): string[] {
  return [all.experimentDescriptions, all.sessionDescriptions].flatMap(({ values, more }) =>
    values.length === 1 && more === 0 ? [values[0]!.value] : [],
  );
}

/** Drops repetitions, ignoring case. */
export function distinct(texts: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const text of texts) {
    const flat = flattenText(text, 120);
    if (flat !== '' && !seen.has(flat.toLowerCase())) seen.set(flat.toLowerCase(), flat);
  }
  return [...seen.values()];
}
