/** The check of scope: what is said of all files, or of some of them, holds of as many. Pure. */

import { findOwn } from '../../own-entry.ts';
import { readCount, SPELLED_NUMBER } from '../../vocabulary/number-words.ts';
import type { Check, Draft } from '../check.ts';
import {
  countKinds,
  type HeldThing,
  listPartialThings,
  listWholeThings,
  MOST_SHARE,
} from '../known-scopes.ts';
import { isDenied, isSpeculation } from './sentences.ts';

const NUMBER = `\\d{1,3}(?:,\\d{3})+|\\d+|${SPELLED_NUMBER}`;
const HOLDERS =
  '(?:files?|sessions?|recordings?|experiments?|datasets?|mice|mouse|rats?|animals?|subjects?|fish|worms?|monkeys?|participants?|patients?)';
/** `all 12 NWB files`, `every session`, `each of the mice`. */
const ALL = `\\b(?:every|each|all)(?: one)?(?: of)?(?: the| these| its)?(?: (?:${NUMBER}))?(?: (?:nwb|recording|recorded|experimental|imaging|single))* ${HOLDERS}\\b`;

/** `Every session includes …`: to the end of the clause. */
const ALL_FIRST = new RegExp(`${ALL}([^.;\\n]*)`, 'giu');
/** `… are found in every file`: from the start of the clause. */
const ALL_LAST = new RegExp(
  `([^.;\\n]*?)\\b(?:in|of|for|from|by|with|during|across|throughout) (?=(${ALL}))`,
  'giu',
);

/** Words that set some of the files apart, or make a clause one of how things are and not of what files hold. */
const SOME =
  /\b(?:some|most|many|several|where|while|whereas|except|but|or|either|optional(?:ly)?|if|when|only|others?|another|rest|remaining|subset|one of|half|(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen) (?:of (?:the|them|these|\d+)|files|also)|and [a-z\d-]+ (?:of (?:them|these) |files )?(?:also |further )?(?:contain|hold|include|have|provide))\b/i;

/** Claims of all files in a text: the words, and where they begin. */
function findClaimsOfAll(text: string): { excerpt: string; claimed: string; at: number }[] {
  const first = [...text.matchAll(ALL_FIRST)].map((match) => ({
    excerpt: match[0],
    claimed: match[1] ?? '',
    at: match.index,
  }));
  const last = [...text.matchAll(ALL_LAST)].map((match) => ({
    excerpt: `${match[0]}${match[2] ?? ''}`,
    claimed: match[1] ?? '',
    at: match.index,
  }));
  return [...first, ...last].filter(({ claimed }) => claimed.trim() !== '' && !SOME.test(claimed));
}

const HOLD =
  '(without|lacks?|ha(?:s|ve) no|do(?:es)? not (?:have|contain|include|hold)|contains?|holds?|includes?|has|have|with|carry|carries|stores?|provides?|comes? with)';
/** `39 of the 61 files have …`, `only the first five sessions include …`, `ten files hold …`. */
const OF_FEW = new RegExp(
  `(?<![\\p{L}\\p{N}.,-])(none|half|(?:a|one|two|three)[- ](?:thirds?|quarters?|fifths?)|\\d+ ?(?:%|percent)|${NUMBER})((?: of)?(?: the| all| these)?(?: (?:${NUMBER}))?)(?: (?:nwb|recording|recorded))* (?:files|sessions|recordings),? (?:also |do |that )?${HOLD}\\b([^.;,\\n]{0,70})`,
  'giu',
);

/** `… are found in just one of the files`, `… exist in two files only`. */
const IN_FEW = new RegExp(
  `([^.;\\n]*?)\\b(?:is|are|was|were|exists?|found|available|stored|present|included|given|recorded)\\b[^.;,\\n]{0,25}?\\bin (only |just )?(half|${NUMBER})((?: of)?(?: the| all| these)?(?: (?:${NUMBER}))?)(?: (?:nwb|recording|recorded))* (?:files|sessions|recordings)( only| alone)?\\b`,
  'giu',
);

/** Numbers of files in which a kind of data is told to be, where it is in others. */
function findMiscountedIn(text: string, kinds: readonly HeldThing[]): { excerpt: string; message: string }[] {
  return [...text.matchAll(IN_FEW)].flatMap((match) => {
    const [excerpt, held = '', before = '', amount = '', between = '', after = ''] = match;
    if (before + after === '' && !between.includes('of')) return [];
    if (/\b(?:no|not|without|neither)\b/i.test(held) || isDenied(text, match.index)) return [];
    const wrong = kinds.find(
      (kind) => kind.names(held) && kind.files !== readAmount(amount, kind.total).value && kind.files !== 0,
    );
    return wrong === undefined ? [] : [{ excerpt: excerpt.trim(), message: describeHolders(wrong) }];
  });
}

function describeHolders({ files, total }: HeldThing): string {
  return files === undefined
    ? 'The owners say it of some sessions only.'
    : `${files} of ${total} files hold this.`;
}

/** A text without what it quotes, in its own length: the owners' words claim what they claim. */
function blankQuotes(text: string): string {
  return text.replace(/“[^”]*”|"[^"]*"/g, (quote) => ' '.repeat(quote.length));
}

/** What is told of all files and held by some of them. */
function findOverstated(text: string, partial: readonly HeldThing[]): { excerpt: string; message: string }[] {
  return findClaimsOfAll(blankQuotes(text)).flatMap(({ excerpt, claimed, at }) => {
    const thing = partial.find(({ names }) => names(claimed));
    if (thing === undefined || isSpeculation(claimed)) return [];
    if (isDenied(text, at) || /\b(?:no|not|without|nor|neither)\b/i.test(claimed)) return [];
    return [
      { excerpt: excerpt.trim(), message: `This does not hold of all files: ${describeHolders(thing)}` },
    ];
  });
}

/** `The 62 files hold …` of what 61 of them hold: an odd header more likely than an error. */
function isNearlyAll({ files = 0, total }: HeldThing, value: number): boolean {
  return value === total && files > total * MOST_SHARE;
}

/** Shares as prose spells them. */
const SHARES: Readonly<Record<string, number>> = { third: 1 / 3, quarter: 1 / 4, fifth: 1 / 5 };
/** How far from a share of the files their number may be, of all of them. */
const SHARE_TOLERANCE = 0.07;

/** How many of all files an amount tells, and how far from it their number may be. */
function readAmount(amount: string, total: number): { readonly value: number; readonly tolerance: number } {
  const lower = amount.toLowerCase();
  if (lower === 'none') return { value: 0, tolerance: 0 };
  if (lower === 'half') return { value: total / 2, tolerance: total * SHARE_TOLERANCE };
  const percent = /^(\d+) ?(?:%|percent)$/.exec(lower)?.[1];
  if (percent !== undefined)
    return { value: (total * Number(percent)) / 100, tolerance: Math.max(0.5, total * 0.02) };
  const [, times = '', part = ''] = /^(\w+)[- ](third|quarter|fifth)s?$/.exec(lower) ?? [];
  if (part !== '')
    return {
      value: total * (times === 'a' ? 1 : readCount(times)) * findOwn(SHARES, part)!,
      tolerance: total * SHARE_TOLERANCE,
    };
  return { value: readCount(lower), tolerance: 0 };
}

/** Numbers of files that are told to hold or to lack a kind of data, where other numbers of them do. */
function findMiscounted(text: string, kinds: readonly HeldThing[]): { excerpt: string; message: string }[] {
  return [...text.matchAll(OF_FEW)].flatMap((match) => {
    const [excerpt, amount = '', between = '', verb = '', rest = ''] = match;
    // Behind `without` comes what is lacking, and then what the files have.
    const held = /^without$/i.test(verb)
      ? rest.split(/ (?:hold|contain|ha[sv]|includ|provid|carr|are|were)/)[0]!
      : rest;
    const isLacking = /^(?:without|lack|ha(?:s|ve) no|do)/i.test(verb);
    if (/\b(?:no|not|without|neither)\b/i.test(held) || isDenied(text, match.index)) return [];
    // `21 files hold field potentials only`: a part of those that hold them.
    if (/\b(?:only|alone|just)\b/i.test(held)) return [];
    const wrong = kinds.find((kind) => {
      const { files = 0, total } = kind;
      const { value, tolerance } = readAmount(amount, total);
      // `Two files have …` may be told of two among others.
      if (value === 1 && !between.includes('of') && !/\bonly\s$/i.test(text.slice(0, match.index)))
        return false;
      const holders = isLacking ? total - files : files;
      // `The 21 files without units` may be some of those.
      const isOff = /^without$/i.test(verb)
        ? value - holders > tolerance
        : Math.abs(holders - value) > tolerance;
      return isOff && files !== 0 && kind.names(held) && (isLacking || !isNearlyAll(kind, value));
    });
    return wrong === undefined ? [] : [{ excerpt: excerpt.trim(), message: describeHolders(wrong) }];
  });
}

/** Kinds of data that a text tells of more or fewer files than the headers. */
export const scopes: Check = {
  name: 'scopes',
  severity: 'warning',
  holds: 'what is said of all files, or of some of them, is in as many of them',
  find: ({ prose, evidence: { facts } }) => {
    if (facts === undefined) return [];
    const partial = listPartialThings(facts);
    const kinds = countKinds(facts);
    const whole = listWholeThings(facts);
    return prose
      .filter(({ part }) => part !== 'keywords')
      .flatMap(({ text, part, index }) =>
        [
          ...findOverstated(text, partial),
          ...findMiscounted(text, [...kinds, ...whole]),
          ...findMiscountedIn(text, [...kinds, ...whole]),
        ].map((found): Draft => ({ ...found, location: { part, index } })),
      );
  },
};
