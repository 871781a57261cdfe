/** The check of scope: a statement about all or some files is true of as many of them. Pure. */

import { findOwn } from '../../own-entry.ts';
import { readCount, SPELLED_NUMBER } from '../../vocabulary/number-words.ts';
import type { Check, Draft } from '../check.ts';
import {
  type CountedThing,
  countKinds,
  listPartialThings,
  listWholeThings,
  MOST_SHARE,
} from '../known-scopes.ts';
import { isDenied, isSpeculation } from './sentences.ts';

const NUMBER = `\\d{1,3}(?:,\\d{3})+|\\d+|${SPELLED_NUMBER}`;
const HOLDERS =
  '(?:files?|sessions?|recordings?|experiments?|datasets?|mice|mouse|rats?|animals?|subjects?|fish|worms?|monkeys?|participants?|patients?)';
/** `all 12 NWB files`, `every session`, `each of the mice`, `in each of the twelve`. */
const ALL = `(?:\\b(?:every|each|all)(?: one)?(?: of)?(?: the| these| its)?(?: (?:${NUMBER}))?(?: (?:nwb|recording|recorded|experimental|imaging|single))* ${HOLDERS}\\b|\\b(?:each|all|every one) of (?:them|these|the (?:${NUMBER})(?=\\s*(?:[.,;:)]|$|and\\b)))\\b)`;

/** `Every session includes …`: to the end of the clause. */
const ALL_FIRST = new RegExp(`${ALL}([^.;\\n]*)`, 'giu');
/** `… are found in every file`: from the start of the clause. */
const ALL_LAST = new RegExp(
  `([^.;\\n]*?)\\b(?:in|of|for|from|by|with|during|across|throughout) (?=(${ALL}))`,
  'giu',
);

/** Words that restrict a statement to some files, or set conditions. */
const SOME =
  /\b(?:some|most|many|together|altogether|in all|several|where|while|whereas|except|but|or|either|optional(?:ly)?|if|when|only|others?|another|rest|remaining|subset|one of|half|(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen) (?:of (?:the|them|these|\d+)|files|also)|and [a-z\d-]+ (?:of (?:them|these) |files )?(?:also |further )?(?:contain|hold|include|have|provide))\b/i;

/** Finds claims about all files: the words, and where they begin. */
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

/** Finds statements that a kind of data is in a number of files other than the actual one. */
function findMiscountedIn(
  text: string,
  kinds: readonly CountedThing[],
): { excerpt: string; message: string }[] {
  return [...text.matchAll(IN_FEW)].flatMap((match) => {
    const [excerpt, contents = '', before = '', amount = '', between = '', after = ''] = match;
    if (before + after === '' && !between.includes('of')) return [];
    if (/\b(?:no|not|without|neither)\b/i.test(contents) || isDenied(text, match.index)) return [];
    const wrong = kinds.find(
      (kind) =>
        kind.names(contents) && kind.files !== readAmount(amount, kind.total).value && kind.files !== 0,
    );
    return wrong === undefined ? [] : [{ excerpt: excerpt.trim(), message: describeHolders(wrong) }];
  });
}

function describeHolders({ files, total }: CountedThing): string {
  return files === undefined
    ? 'The owners say it of some sessions only.'
    : `${files} of ${total} files hold this.`;
}

/** Replaces quotations by spaces: they are the owners' claims. The length stays the same. */
function blankQuotes(text: string): string {
  return text.replace(/“[^”]*”|"[^"]*"/g, (quote) => ' '.repeat(quote.length));
}

/** Finds claims about all files that are true only of some. */
function findOverstated(
  text: string,
  partial: readonly CountedThing[],
): { excerpt: string; message: string }[] {
  return findClaimsOfAll(blankQuotes(text)).flatMap(({ excerpt, claimed, at }) => {
    const thing = partial.find(({ names }) => names(claimed));
    if (thing === undefined || isSpeculation(claimed)) return [];
    if (isDenied(text, at) || /\b(?:no|not|without|nor|neither)\b/i.test(claimed)) return [];
    return [
      { excerpt: excerpt.trim(), message: `This does not hold of all files: ${describeHolders(thing)}` },
    ];
  });
}

/**
 * Whether nearly all files contain what a text says all do, as 61 of `the 62 files`: likely an odd header, not an
 * error.
 */
function isNearlyAll({ files = 0, total }: CountedThing, value: number): boolean {
  return value === total && files > total * MOST_SHARE;
}

/** Fractions in words. */
const SHARES: Readonly<Record<string, number>> = { third: 1 / 3, quarter: 1 / 4, fifth: 1 / 5 };
/** How far a number of files may be from a stated fraction, relative to all files. */
const SHARE_TOLERANCE = 0.07;

/** Reads an amount as a number of files, with the tolerance of that number. */
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

/** Finds statements that a number of files contain or lack a kind of data, where another number of them does. */
function findMiscounted(
  text: string,
  kinds: readonly CountedThing[],
): { excerpt: string; message: string }[] {
  return [...text.matchAll(OF_FEW)].flatMap((match) => {
    const [excerpt, amount = '', between = '', verb = '', rest = ''] = match;
    // After `without` comes what is missing, and then what the files have.
    const contents = /^without$/i.test(verb)
      ? rest.split(/ (?:hold|contain|ha[sv]|includ|provid|carr|are|were)/)[0]!
      : rest;
    const isLacking = /^(?:without|lack|ha(?:s|ve) no|do)/i.test(verb);
    if (/\b(?:no|not|without|neither)\b/i.test(contents) || isDenied(text, match.index)) return [];
    // `21 files hold field potentials only`: a subset of the files with field potentials.
    if (/\b(?:only|alone|just)\b/i.test(contents)) return [];
    const wrong = kinds.find((kind) => {
      const { files = 0, total } = kind;
      const { value, tolerance } = readAmount(amount, total);
      // `Two files have …` may be about two of several.
      if (value === 1 && !between.includes('of') && !/\bonly\s$/i.test(text.slice(0, match.index)))
        return false;
      const holders = isLacking ? total - files : files;
      // `The 21 files without units` may be a subset of them.
      const isOff = /^without$/i.test(verb)
        ? value - holders > tolerance
        : Math.abs(holders - value) > tolerance;
      return isOff && files !== 0 && kind.names(contents) && (isLacking || !isNearlyAll(kind, value));
    });
    return wrong === undefined ? [] : [{ excerpt: excerpt.trim(), message: describeHolders(wrong) }];
  });
}

/** Words for more than half of the files, with the least share that they mean. */
const MOSTLY: Readonly<Record<string, number>> = {
  most: 0.5,
  'the majority': 0.5,
  'nearly all': 0.75,
  'almost all': 0.75,
  'the vast majority': 0.75,
};
const MOST = Object.keys(MOSTLY).join('|');
/** `respiration was recorded in most of them`, `the table is in nearly all files`. */
const IN_MOST = new RegExp(
  `([^.;\\n]*?)\\b(?:in|for|from|by) (${MOST}) (?:of (?:them|these|those|the(?:se)? ${HOLDERS})|${HOLDERS})\\b`,
  'giu',
);
/** `Most files have respiration`. */
const MOST_HOLD = new RegExp(
  `(?<![\\p{L}])(?<!\\b(?:in|for|from|by|of) )(${MOST}) (?:of (?:the |these )?)?(?:nwb )?${HOLDERS},? (?:also )?${HOLD}\\b([^.;,\\n]{0,70})`,
  'giu',
);

/** Finds what is said to be in most files and is in half of them or fewer. */
function findOverestimated(
  text: string,
  partial: readonly CountedThing[],
): { excerpt: string; message: string }[] {
  const claims = [
    ...[...text.matchAll(IN_MOST)].map(([excerpt, held = '', amount = '']) => ({
      excerpt,
      // The clause that ends there, since an earlier one may be about other data.
      held: held.split(/,\s/).at(-1) ?? '',
      amount,
    })),
    ...[...text.matchAll(MOST_HOLD)].map(([excerpt, amount = '', verb = '', held = '']) => ({
      excerpt,
      held: /^(?:without|lack|ha(?:s|ve) no|do)/i.test(verb) ? '' : held,
      amount,
    })),
  ];
  return claims.flatMap(({ excerpt, held, amount }) => {
    const least = findOwn(MOSTLY, amount.toLowerCase()) ?? 0;
    if (/\b(?:no|not|without|neither)\b/i.test(held) || isSpeculation(held)) return [];
    const wrong = partial.find(
      ({ files, total, names }) => files !== undefined && files < total * least && names(held),
    );
    return wrong === undefined ? [] : [{ excerpt: excerpt.trim(), message: describeHolders(wrong) }];
  });
}

/** Reports statements about more or fewer files than the headers support. */
export const scopes: Check = {
  name: 'scopes',
  severity: 'warning',
  rule: 'statements about all or some files are true of as many files',
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
          ...findOverestimated(text, partial),
          ...findMiscounted(text, [...kinds, ...whole]),
          ...findMiscountedIn(text, [...kinds, ...whole]),
        ].map((found): Draft => ({ ...found, location: { part, index } })),
      );
  },
};
