/**
 * Prepares candidates for keywords: splits a field's text, removes markup and punctuation, and renames methods. Pure.
 */
import { MAX_KEYWORD_WORDS } from '../headings.ts';
import { flattenText, stripHtml } from '../plain-text.ts';

/** Most characters of a keyword: a longer one is a sentence. */
const MAX_KEYWORD_LENGTH = 60;

/** Removes markup and surrounding punctuation from a keyword; undefined for sentences, links and placeholders. */
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

/** Keywords for approaches and techniques; undefined for those that nearly every Dandiset has. */
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

/** The keyword for a method of the metadata; empty for those without information. */
export function nameMethod(name: string): string[] {
  const known = name.trim().toLowerCase();
  if (Object.hasOwn(METHODS, known)) return [METHODS[known] ?? []].flat();
  return [name.replace(/ (approach|technique)\s*$/i, '')];
}

/** Splits a field into keywords: at commas and semicolons, or as the printed form of an array of strings. */
export function splitKeywords(text: string): string[] {
  const quoted = [...text.slice(0, 2000).matchAll(/'([^'\n]{1,80})'|"([^"\n]{1,80})"/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
  return /^\s*\[/.test(text) && quoted.length ? quoted : text.slice(0, 2000).split(/[,;\n|]/);
}
