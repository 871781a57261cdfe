/**
 * What may be a keyword at all: a field's text split into its members, freed of markup and marks, and the words of
 * a method. Pure.
 */
import { MAX_KEYWORD_WORDS } from '../headings.ts';
import { flattenText, stripHtml } from '../plain-text.ts';

/** Longest keyword, in characters: beyond it somebody has put a sentence into the field. */
const MAX_KEYWORD_LENGTH = 60;

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
  'multi electrode extracellular electrophysiology recording technique': 'extracellular electrophysiology',
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
