/**
 * The deterministic writer's keywords: where, how, of whom and doing what, then the owners' own; never a
 * format, a session or a person. Pure.
 */
import { findRegions } from '../../vocabulary/regions.ts';
import { findTaskMentions, taskAncestors } from '../../vocabulary/tasks.ts';
import { expandTechnique, findTechnique, findTechniqueMentions } from '../../vocabulary/techniques.ts';
import { cleanKeyword, MAX_KEYWORDS, nameMethod, splitKeywords } from '../writer/keywords.ts';
import { nameKeyword } from '../writer/kinds.ts';
import { type FactsAtHand, listLocations, listOwnersRegions } from './facts-at-hand.ts';
import { isDoubtfulMention } from './modalities.ts';
import { findInformativeSentences } from './owners.ts';
import { listOwnersSpecies, listSpecies } from './subjects.ts';

/** Most of each kind before others have had their turn. */
const MOST_REGIONS = 3;
const MOST_TECHNIQUES = 4;
const MOST_SPECIES = 2;
const MOST_TASKS = 2;

/** One to ten distinct keywords. */
export function writeKeywords(at: FactsAtHand): string[] {
  const regions = listRegions(at);
  const techniques = listTechniques(at);
  const tasks = listTasks(at);
  const { dandiset } = at.facts;
  const { all } = at.contents;
  const counted = listSpecies(all, at.metadata);
  const species =
    counted.length > 0 ? counted : listOwnersSpecies(`${dandiset.name}. ${dandiset.description}`);
  const candidates = [
    ...regions.slice(0, MOST_REGIONS),
    ...techniques.slice(0, MOST_TECHNIQUES),
    ...species.slice(0, MOST_SPECIES),
    ...tasks.slice(0, MOST_TASKS),
    ...dandiset.keywords.flatMap(splitKeywords),
    ...all.keywords.values.flatMap(({ value }) => splitKeywords(value)),
    ...all.disorders.values.map(({ value }) => value),
    ...techniques.slice(MOST_TECHNIQUES),
    // Two letters of a file's name stand for a stain to those alone who named it.
    ...(at.contents.entities.stain?.values ?? [])
      .map(({ value }) => value)
      .filter(({ length }) => length > 2),
    ...regions.slice(MOST_REGIONS),
    ...tasks.slice(MOST_TASKS),
    ...listSaidOfMethods(at),
  ];
  const people = findPeople(at);
  const found = new Map<string, string>();
  for (const candidate of candidates) {
    const keyword = cleanKeyword(candidate);
    if (keyword === undefined) continue;
    const key = foldKeyword(keyword);
    if (NO_KEYWORD.test(keyword) || people.has(nameKey(keyword)) || isOfOneSession(keyword, at)) continue;
    if ([...found.keys()].some((known) => known === key || known === `${key}s` || `${known}s` === key))
      continue;
    if (isLessExact(keyword, [...found.values()])) continue;
    found.set(key, keyword);
  }
  const keywords = [...found.values()].slice(0, MAX_KEYWORDS);
  return keywords.length > 0 ? keywords : ['neurophysiology'];
}

/** Formats, archives and words that say nothing of these data in particular. */
const NO_KEYWORD =
  /^(?:.*\b(?:nwb|hdf5|bids|dandi(?:set|sets)?|zarr|nifti|neurodata without borders|json|csv|matlab|ome|tiff?)\b.*|neuroscience|neurobiology|brain|data|dataset|research|test|crafted|analytical|surgical|surgery|other|unidentified|open data|task|electrode|recording)$/i;

function foldKeyword(keyword: string): string {
  return keyword
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** A name's words in any order: `Doe, Jane` and `Jane Doe`. */
function nameKey(name: string): string {
  return foldKeyword(name).split(' ').sort().join(' ');
}

function findPeople({ facts }: FactsAtHand): ReadonlySet<string> {
  return new Set(
    facts.dandiset.contributors.filter(({ kind }) => kind === 'person').map(({ name }) => nameKey(name)),
  );
}

/** Names of subjects, sessions and dates have their digits; those of methods, genes and regions are short. */
function isOfOneSession(keyword: string, { facts }: FactsAtHand): boolean {
  if (/\d{4}-?\d{2}-?\d{2}|(?:sub|ses|session|subject)[-_ ]?\w*\d|^\W*\d[\d\W]*$|\d{5,}/i.test(keyword))
    return true;
  const ids = facts.fileTypes.flatMap(({ texts }) => [texts.session_id, texts.identifier, texts.subject_id]);
  return ids.some((id) => id !== undefined && id.toLowerCase() === keyword.toLowerCase());
}

/** Electrophysiology beside extracellular electrophysiology adds nothing. */
function isLessExact(keyword: string, known: readonly string[]): boolean {
  const technique = findTechnique(keyword);
  if (technique === undefined || findTechniqueMentions(keyword).length !== 1) return false;
  const kinds = expandTechnique(technique.id);
  return known.some((other) => {
    const id = findTechnique(other)?.id;
    return id !== undefined && kinds.includes(id);
  });
}

/** Regions that the files name, by their names where they write acronyms; else those that the owners name. */
function listRegions(at: FactsAtHand): string[] {
  const written = listLocations(at).map(({ name }) => name);
  if (written.length === 0) return listOwnersRegions(at);
  const named = written.flatMap((name) => {
    const regions = findRegions(name);
    if (regions.length === 0) return /\d{2,}|[_:;=]/.test(name) ? [] : [name];
    return regions.map((region) =>
      /^[A-Za-z]{1,6}[\d/]*[ab]?$/.test(name) && region.name.length > 4 ? region.name : name,
    );
  });
  return [...new Set(named)].filter((name) => name.length <= 60);
}

/** By the files' types first, then as the metadata name them, then what the owners' text names more exactly. */
function listTechniques(at: FactsAtHand): string[] {
  const { contents, facts, held } = at;
  const byType = held.flatMap(({ modality }) => nameKeyword(modality, facts) ?? []);
  const { dandiset } = facts;
  const said = [dandiset.name, dandiset.keywords.join('. '), dandiset.description.slice(0, 20_000)].flatMap(
    (text) =>
      findTechniqueMentions(text).flatMap(({ term, written }) =>
        NO_METHOD.has(term.id) || isDoubtfulMention(written) ? [] : [term.name],
      ),
  );
  const bySuffix = contents.suffixes.values.flatMap(({ value }) => findTechnique(value)?.name ?? []);
  return [
    ...byType.slice(0, 3),
    ...bySuffix.slice(0, 2),
    ...[...new Set(said)].slice(0, 2),
    ...byType.slice(3),
    ...[...dandiset.approaches, ...dandiset.techniques].flatMap((name) =>
      nameMethod(name.split(';').at(-1) ?? name),
    ),
  ];
}

/** Techniques of the table that tell nothing of how data were taken, and words of prose that mean much else. */
const NO_METHOD: ReadonlySet<string> = new Set(
  'analysis benchmark chronic surgery behavior signal-filtering segmentation stimulation sensory-stimulation electrophysiology imaging'.split(
    ' ',
  ),
);

/**
 * Techniques and tasks of the owners' sentences that say what was done, for where little else is named. Only those
 * written by their own name: a synonym of prose is too loose, `movement` no sign of a study of motor control.
 */
function listSaidOfMethods({ facts: { dandiset } }: FactsAtHand): string[] {
  const said = findInformativeSentences(dandiset.description, dandiset.name).join(' ');
  const techniques = findTechniqueMentions(said).filter(({ term }) => !NO_METHOD.has(term.id));
  return [...techniques, ...findTaskMentions(said)]
    .filter(({ term, written }) => written.toLowerCase() === term.name.toLowerCase())
    .map(({ term }) => term.name);
}

/** Tasks that title, keywords and the files' own descriptions name, the most exact ones. */
function listTasks({ facts, contents }: FactsAtHand): string[] {
  const { all } = contents;
  const texts = [
    facts.dandiset.name,
    facts.dandiset.keywords.join('. '),
    ...all.experimentDescriptions.values.slice(0, 3).map(({ value }) => value),
    ...all.sessionDescriptions.values.slice(0, 3).map(({ value }) => value),
  ];
  const terms = texts.flatMap((text) => findTaskMentions(text).map(({ term }) => term));
  const general = new Set(terms.flatMap(({ id }) => taskAncestors(id)));
  return [...new Set(terms.filter(({ id }) => !general.has(id)).map(({ name }) => name))];
}
