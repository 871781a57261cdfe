/** Decides whether a sentence is about all files, and adds its scope if the sentence does not state it. Pure. */

import { scopeText } from '../facts/fact-words.ts';
import type { Fact } from '../facts/list/fact.ts';
import { joinWords } from '../model/deterministic-writer/phrases.ts';
import { SPELLED_NUMBER } from '../vocabulary/number-words.ts';
import { findSpeciesInProse } from '../vocabulary/species.ts';

/** Nouns with which `all`, `every` and `each` mean the whole Dandiset. */
const WHOLES =
  /^(?:files?|sessions?|recordings?|subjects?|animals?|participants?|patients?|individuals?|dandiset|dataset|data|experiments?|days?|assets?)$/i;
const QUANTIFIERS =
  /\b(?<!\bnot )(?:all|every|each|any|both|most|whole|entire|nearly all|almost all)\b((?:\s+[\p{L}\p{N},-]+){0,4})/giu;
const ALWAYS =
  /\b(?:always|(?<!\bnot (?:the same |equal )?)throughout(?! (?:\d|an? |each ))|entirely|exclusively|uniformly|invariably|without exception|consistently|majority|consists? (?:only|entirely|solely)|contains? only|(?:in|for|across) all(?=\s+\p{L})|as a whole|the whole)\b/iu;

/** Statements about a definite number: `The 5 mice are female`. */
const THE_NUMBER = new RegExp(
  `\\b(?:the|its|these|those)\\s+(?:\\d[\\d,]*|${SPELLED_NUMBER})\\s+((?:[\\p{L}-]+\\s+){1,3})(?:are|were|have|had|hold|contain|show|come|came)\\b`,
  'giu',
);

/** Whether a sentence is about all files, sessions or subjects. */
export function isUniversal(text: string): boolean {
  if (ALWAYS.test(text)) return true;
  if ([...text.matchAll(THE_NUMBER)].some(([, words = '']) => words.trim().split(/\s+/).some(isWhole)))
    return true;
  return [...text.matchAll(QUANTIFIERS)].some(([, after = '']) => after.trim().split(/\s+/).some(isWhole));
}

function isWhole(word: string): boolean {
  return WHOLES.test(word) || (word !== '' && findSpeciesInProse(word).length > 0);
}

/**
 * Words that limit a sentence to some of the files: `in seven files`, `the remaining three`, `2 of 5 mice`; or that say
 * that files differ.
 */
const LIMITED = new RegExp(
  `\\b(?:differs?|var(?:y|ies)|unless|groups|the files? (?:of|with|named|called|such as)|some|several|subsets?|parts? of|a few|others?|only|certain|(?:the|these|those|its) (?:same|remaining|rest|${SPELLED_NUMBER}) (?:[\\p{L}\\d]+ )?(?:files?|sessions?|recordings?)|(?:\\d[\\d,]*|${SPELLED_NUMBER}) (?:of|(?:[\\p{L}-]+ )?files?))\\b`,
  'iu',
);

/** Most numbers of files that are added; of more, the sentence is only limited to some files. */
const MOST_SHARES = 2;

/** `29 and 30 of 31 files`. */
function joinShares(shares: readonly string[]): string {
  const of = / of [\d,]+ files$/.exec(shares[0] ?? '')?.[0] ?? '';
  const isAlike = of !== '' && shares.every((share) => share.endsWith(of));
  return isAlike ? `${joinWords(shares.map((share) => share.slice(0, -of.length)))}${of}` : joinWords(shares);
}

/** Adds to a sentence the number of files for which its facts are true, unless it states the scope itself. */
export function writeScope(text: string, facts: readonly Fact[]): string {
  const narrow = facts.flatMap(({ scope }) =>
    scope.kind === 'files' && scope.files < scope.of ? [scope] : [],
  );
  if (narrow.length === 0 || LIMITED.test(text)) return text;
  const shares = [...new Set(narrow.map(scopeText))];
  const said = shares.length > MOST_SHARES ? 'in some of the files' : `in ${joinShares(shares)}`;
  const end = /[.!?:]+["”')]?$/.exec(text)?.[0] ?? '';
  return `${text.slice(0, text.length - end.length)} (${said})${end || '.'}`;
}
