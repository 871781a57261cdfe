/**
 * The facts of one version as the deterministic writer looks at them: what was counted, the kinds of data found in
 * it, and the numbered list by which each sentence names what it is based on. Pure.
 */
import type { Contents, TableContent } from '../../facts/contents.ts';
import type { MetadataDescription } from '../../facts/dandiset-metadata.ts';
import type { CountedFacts } from '../../prompt/facts.ts';
import { findRegionMentions, isWithin } from '../../vocabulary/regions.ts';
import { flattenText } from '../plain-text.ts';
import { findRecordedModalities, type RecordedModality } from './modalities.ts';
import { nameModality } from './modality-names.ts';
import { FactIndex } from './sentence.ts';

/** What the writer's parts are made from. */
export interface FactsAtHand {
  readonly facts: CountedFacts;
  readonly contents: Contents;
  readonly metadata: MetadataDescription;
  readonly existing: readonly RecordedModality[];
  readonly index: FactIndex;
}

/** The facts of a version, looked through once for all parts. */
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

/** Whether one file alone is spoken of. */
export function isOneFile({ contents, facts: { coverage } }: FactsAtHand): boolean {
  const count = contents.all.read > 0 ? contents.all.read : coverage.nwb > 0 ? coverage.nwb : contents.assets;
  return count === 1;
}

/** `the file names` or `the files name`, as many as there are. */
export function sayOfFiles(at: FactsAtHand, verb: string): string {
  if (!isOneFile(at)) return `the files ${verb}`;
  return `the file ${verb === 'have' ? 'has' : `${verb}s`}`;
}

/** Files of a kind are described in the middle of a sentence so. */
export function nameRecorded({ modality }: RecordedModality, { facts, existing }: FactsAtHand): string {
  if (modality.id !== 'time-series') return nameModality(modality, facts);
  return existing.every(({ modality: { id } }) => id === 'time-series' || id === 'intervals')
    ? 'time series'
    : modality.noun;
}

/** Whether the Dandiset says of itself that its signals come from no animal. */
export function isSimulated({ facts, contents }: FactsAtHand): boolean {
  const said = [
    facts.dandiset.name,
    ...contents.all.sessionDescriptions.values.slice(0, 3).map(({ value }) => value),
  ];
  return said.some((text) =>
    /\b(?:simulated|simulations?|synthetic|in silico|computational model)\b/i.test(text),
  );
}

/** Words that some files have in the place of a location. */
const NO_LOCATION =
  /^(?:unknown|none|n\/?a|(?:the |somewhere |in |of )*brain|see .*|various|todo|tbd|-+|\d[\d.,\s]*|(?:\w+ )?(?:location|position)|(?:some|any|no)where\b.*|(?:an? )?(?:non-?existent|fake|dummy|test|example|my) .*|not .*|no .*)$/i;

/** Locations that the files name, most files first, as they write them. */
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

/** Regions that the owners name: in what the Dandiset is about, else in its title, keywords and description; in their words. */
export function listOwnersRegions({ facts, metadata }: FactsAtHand): string[] {
  const about = metadata.about
    .filter(({ kind }) => kind === 'anatomy')
    .flatMap(({ name }) => name ?? [])
    .filter((name) => !NO_REGION.test(name));
  if (about.length > 0) return distinct(about.map(lowerTitle));
  const { name, description, keywords } = facts.dandiset;
  return findFirstRegions([name, keywords.join('. '), description.slice(0, 20_000)]);
}

/** Regions that the files name in their descriptions and notes, in their words. */
export function listSaidRegions({ contents: { all } }: FactsAtHand): string[] {
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

/** Regions that the first of the texts names that names any, the most exact ones. */
function findFirstRegions(texts: readonly string[]): string[] {
  for (const written of texts) {
    // `motor cortical regions` are of the motor cortex.
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

/** `Somatosensory Cortex` of a title, as it is in a sentence; acronyms stay. */
export function lowerTitle(written: string): string {
  return written.replace(
    /(?<![\p{L}\p{N}])\p{Lu}(?=\p{Ll}{2,})(?!(?:roca|rodmann|ernicke|eschl|mmon|urkinje)\b)/gu,
    (letter) => letter.toLowerCase(),
  );
}

/** `cortical`, `hippocampal`, `V1`: a word that stands for a region without naming it by itself. */
function isAdjective(written: string): boolean {
  return (
    (written.length <= 3 && !/\d/.test(written)) ||
    (!written.includes(' ') && /(?:al|ar|ic|ine)s?$/i.test(written))
  );
}

/** Capitals that in prose mean other things as well: `SNR` is a ratio more often than the substantia nigra. */
function isDoubtful(written: string): boolean {
  return /^[A-Z]{2,4}$/.test(written);
}

/** `CA1-PFC`, `M1/PMd`: capitals beside a region that is named for certain are one too. */
function isJoined(mention: RegionMention, other: RegionMention, text: string): boolean {
  if (mention.at === other.at || isDoubtful(other.written)) return false;
  const [first, second] = mention.at < other.at ? [mention, other] : [other, mention];
  return /^\s?(?:[-–/,&+]|and)\s?$/.test(text.slice(first.at + first.written.length, second.at));
}

type RegionMention = ReturnType<typeof findRegionMentions>[number];

/** What is in the place of a region in the metadata and names none: an id without a name, what grew in a dish. */
const NO_REGION = /^[A-Za-z]+[:_]\d+$|\b(?:organoids?|cell lines?|cultures?)\b/i;

/** Regions that tell no more than that there is a brain. */
const GENERAL: ReadonlySet<string> = new Set(['NS', 'root', 'grey', 'CH']);

/** Where NWB keeps tables that are reported elsewhere, or that only keep its books. */
const KEPT_BOOKS = /^\/general\/(?:extracellular_ephys\/electrodes|intracellular_ephys\/)/;

/** Tables of no kind of data that is reported by itself. */
export function listOtherTables({ contents, existing }: FactsAtHand): TableContent[] {
  const reported = new Set(existing.flatMap(({ tables }) => tables));
  return contents.all.tables.filter((table) => !reported.has(table) && !KEPT_BOOKS.test(table.pattern));
}

/** Each once, whatever its case. */
export function distinct(texts: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const text of texts) {
    const flat = flattenText(text, 120);
    if (flat !== '' && !seen.has(flat.toLowerCase())) seen.set(flat.toLowerCase(), flat);
  }
  return [...seen.values()];
}
