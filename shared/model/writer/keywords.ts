/**
 * The deterministic writer's keywords: what was recorded, from whom, the owners' own words, and where. Pure.
 */
import type { DandisetFacts } from '../../prompt/facts.ts';
import { MODALITIES } from '../../vocabulary/modalities.ts';
import { countModalities, type FileKind, nameKeyword } from './kinds.ts';
import { flattenText, stripHtml } from './plain-text.ts';
import { findSpeciesWords } from './subjects.ts';

/** As many as the specification allows. */
export const MAX_KEYWORDS = 10;

/** Most words of a keyword: what has more is a sentence. */
export const MAX_KEYWORD_WORDS = 8;

/** Longest keyword, in characters: beyond it somebody has put a sentence into the field. */
const MAX_KEYWORD_LENGTH = 60;

/** One to ten distinct keywords, most telling first. */
export function buildKeywords(facts: DandisetFacts, kinds: readonly FileKind[]): string[] {
  const { dandiset, fileTypes } = facts;
  const counted = new Set(countModalities(kinds).map(({ modality }) => modality));
  const modalities = MODALITIES.filter((modality) => counted.has(modality)).flatMap(
    (modality) => nameKeyword(modality, facts) ?? [],
  );
  const locations = fileTypes.flatMap((type) => type.locations);
  const fromFiles = fileTypes.flatMap((type) => splitKeywords(type.texts.keywords ?? ''));
  const candidates = [
    ...modalities.slice(0, 5),
    ...findSpeciesWords(facts)
      .map(({ singular }) => singular)
      .slice(0, 2),
    ...dandiset.keywords.flatMap(splitKeywords),
    ...fromFiles.slice(0, 4),
    ...locations.slice(0, 2),
    ...[...dandiset.approaches, ...dandiset.techniques].flatMap(splitKeywords).flatMap(nameMethod),
    ...modalities.slice(5),
  ];
  const keywords = new Map<string, string>();
  for (const candidate of candidates) {
    const keyword = cleanKeyword(candidate);
    if (keyword === undefined) continue;
    const key = keyword
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
    if (!keywords.has(key)) keywords.set(key, keyword);
  }
  const found = [...keywords.values()].slice(0, MAX_KEYWORDS);
  return found.length ? found : ['neurophysiology'];
}

/** A keyword without markup and the marks round it; undefined for a sentence, a link, a word that stands for nothing. */
export function cleanKeyword(candidate: string): string | undefined {
  const keyword = flattenText(stripHtml(candidate.slice(0, 2000)).replace(/[,;|•·]+/g, ' '), 200).replace(
    /^[\s"'‘’“”[(#*-]+|[\s"'‘’“”\])*.:]+$/g,
    '',
  );
  const isUsable =
    keyword.length >= 2 &&
    keyword.split(' ').length <= MAX_KEYWORD_WORDS &&
    keyword.length <= MAX_KEYWORD_LENGTH &&
    /\p{L}/u.test(keyword) &&
    !/:\/\//.test(keyword);
  return isUsable && !/^(unknown|none|n\/a|null|todo|test)$/i.test(keyword) ? keyword : undefined;
}

/** Approaches and techniques as keywords; those that nearly every Dandiset has tell nothing. */
const METHODS: Readonly<Record<string, string | undefined>> = {
  'electrophysiological approach': 'electrophysiology',
  'behavioral approach': 'behavior',
  'optogenetic approach': 'optogenetics',
  'microscopy approach': 'microscopy',
  'surgical technique': undefined,
  'analytical technique': undefined,
  'behavioral technique': undefined,
  'signal filtering technique': undefined,
};

/** The keyword of a method of the metadata; none for those that tell nothing. */
export function nameMethod(name: string): string[] {
  const known = name.trim().toLowerCase();
  if (Object.hasOwn(METHODS, known)) return [METHODS[known] ?? []].flat();
  return [name.replace(/ (approach|technique)\s*$/i, '')];
}

/** A field may hold several, with commas, semicolons, or as the printed list of an array of strings. */
export function splitKeywords(text: string): string[] {
  const quoted = [...text.slice(0, 2000).matchAll(/'([^'\n]{1,80})'|"([^"\n]{1,80})"/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
  return /^\s*\[/.test(text) && quoted.length ? quoted : text.slice(0, 2000).split(/[,;\n|]/);
}
