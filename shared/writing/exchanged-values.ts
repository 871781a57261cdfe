/**
 * Finds values in a sentence that its facts have of something else: of another fact of the same kind, another group of
 * files, or the other source of a disagreement. Pure.
 */
import type { Fact } from '../facts/list/fact.ts';
import { splitNames } from '../summary/known-terms.ts';
import { findStem } from '../summary/word-stem.ts';
import { readCount, SPELLED_NUMBER } from '../vocabulary/number-words.ts';
import { readNumbers, readNumberUses } from './number-uses.ts';
import { PLAIN_STEMS } from './plain-stems.ts';
import type { Refusal } from './refusal.ts';

/** Lists the values of a sentence that its facts have of something else. */
export function findExchanged(text: string, facts: readonly Fact[]): Refusal[] {
  return [...findSources(text, facts), ...findGroups(text, facts), ...findNumbers(text, facts)];
}

function refuse(message: string): Refusal {
  return { reason: 'exchanged', message };
}

/**
 * The value that a fact on a disagreement gives as that of the archive's own summary, and the value of the files before
 * it: `The files name 61 subjects; the archive's own summary of them (assetsSummary) says 2.`
 */
const OF_SUMMARY =
  /([\d][\d,.]*(?: [kMGTP]?B)?)\D*?; the archive's own summary of them \(assetsSummary\) says ([\d][\d,.]*(?: [kMGTP]?B)?)/;

/** What a sentence says of the archive's summary: the value after it, in the same clause. */
const SUMMARY_SAYS =
  /\bsummary\b(?:\s(?:of them|itself|likewise|only|now))?\s(?:says|gives|counts|states|reports|names|lists|has|speaks of|tells of|claims)\s(?:only\s)?(\d[\d,.]*(?: [kMGTP]?B)?)/gi;

/** Finds values of the files that a sentence on such a disagreement gives to the archive's summary. */
function findSources(text: string, facts: readonly Fact[]): Refusal[] {
  const pairs = facts.flatMap(({ topic, text: said }) => {
    const [, files = '', summary = ''] = (topic === 'contradiction' && OF_SUMMARY.exec(said)) || [];
    return files === '' ? [] : [{ files: files.replace(/[.,]$/, ''), summary: summary.replace(/[.,]$/, '') }];
  });
  const isSaid = new Set(pairs.map(({ summary }) => summary));
  return [...text.matchAll(SUMMARY_SAYS)].flatMap(([, value = '']) => {
    const said = value.replace(/[.,]$/, '');
    const isExchanged = !isSaid.has(said) && pairs.some(({ files }) => files === said);
    return isExchanged ? [refuse(`The archive's own summary does not say ${said}: the files do.`)] : [];
  });
}

/** A share of the files: `3 of the 12 files`. */
const GROUP = new RegExp(
  `\\b(\\d[\\d,]*|${SPELLED_NUMBER}) of (?:the |all |its )*(?:\\d[\\d,]*|${SPELLED_NUMBER}) (?:nwb )?(?:files|sessions|recordings)\\b`,
  'gi',
);

/**
 * Finds numbers of another group of files than that of the sentence: `In 2 of 5 files, there are 128 rows`. Only a
 * sentence with one such share is checked, and only numbers that nothing but facts on types supports.
 */
function findGroups(text: string, facts: readonly Fact[]): Refusal[] {
  const types = facts.filter(({ topic }) => topic === 'type');
  const shares = [...text.matchAll(GROUP)].map(([, files = '']) => readCount(files));
  const [share] = shares;
  if (share === undefined || new Set(shares).size > 1 || types.length === 0) return [];
  const ofGroup = types.filter(({ scope }) => scope.kind === 'files' && scope.files === share);
  if (ofGroup.length === 0) return [];
  const supported = new Set(
    [...ofGroup, ...facts.filter(({ topic }) => topic !== 'type')]
      .flatMap(readNumberUses)
      .map(({ value }) => value),
  );
  return readNumbers(text.replace(GROUP, ' '))
    .filter(
      ({ value }) =>
        !supported.has(value) && types.flatMap(readNumberUses).some((use) => use.value === value),
    )
    .map(({ written }) => refuse(`${written} is of another group of files than these.`));
}

/** Topics of facts that count things of one name. */
const OF_ONE_NAME: ReadonlySet<string> = new Set(['series', 'table', 'counts']);

/** The words that name what a fact counts: `voltage clamp series` of `VoltageClampSeries /acquisition/…: 13 to 14`. */
function listNameWords({ text }: Fact): ReadonlySet<string> {
  const name = splitNames(text.split(/:\s/)[0] ?? '');
  return new Set((name.toLowerCase().match(/\p{L}{4,}/gu) ?? []).map(findStem));
}

/**
 * Finds numbers that are exchanged between two facts: a number that only one of them has stands beside words that
 * only the name of another has, and none of its own: `57 to 82 voltage-clamp series`, which are of current clamp.
 */
function findNumbers(text: string, facts: readonly Fact[]): Refusal[] {
  const counting = facts.filter(({ topic }) => OF_ONE_NAME.has(topic));
  if (counting.length < 2) return [];
  const known = counting.map((fact) => ({
    words: listNameWords(fact),
    values: new Set(readNumberUses(fact).map(({ value }) => value)),
  }));
  const others = new Set(
    facts
      .filter((fact) => !counting.includes(fact))
      .flatMap(readNumberUses)
      .map(({ value }) => value),
  );
  return readNumbers(text).flatMap(({ value, written, offset }) => {
    const owners = known.filter(({ values }) => values.has(value));
    const [own] = owners;
    if (own === undefined || owners.length > 1 || others.has(value)) return [];
    const beside = readBeside(text, offset, written.length);
    const has = (words: ReadonlySet<string>, without: ReadonlySet<string>) =>
      beside.some((word) => words.has(word) && !without.has(word));
    const isOfAnother = known.some(
      (other) => other !== own && has(other.words, own.words) && !has(own.words, other.words),
    );
    return isOfAnother ? [refuse(`${written} is the number of something else that its facts count.`)] : [];
  });
}

/** A range that a number begins: `57 to 82`. */
const RANGE = /^\s(?:to|and|or|–|-)\s\d[\d,.]*/;

/** The stems of the words of a number's clause up to the next number, or else those before it. */
function readBeside(text: string, offset: number, length: number): string[] {
  const after = text.slice(offset + length);
  const rest = after.slice(RANGE.exec(after)?.[0].length ?? 0);
  const stems = (words: string) =>
    (
      splitNames(words)
        .toLowerCase()
        .match(/\p{L}{4,}/gu) ?? []
    ).map(findStem);
  const following = stems(/^[^,;:.()\d]*/.exec(rest)?.[0] ?? '');
  if (following.some((stem) => !PLAIN_STEMS.has(stem))) return following;
  return stems(/[^,;:.()\d]*(?:\d[\d,.]*\s(?:to|and|or|–|-)\s)?$/.exec(text.slice(0, offset))?.[0] ?? '');
}
