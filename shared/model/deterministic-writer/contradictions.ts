/**
 * Writes the disagreements between sources: one sentence for all differing counts, and one for each other disagreement.
 * Pure.
 */
import type { Contradiction } from '../../facts/contents.ts';
import { bytesText, numberText } from '../../facts/fact-words.ts';
import { findOwn } from '../../own-entry.ts';
import { flattenText } from '../plain-text.ts';
import { type FactsAtHand, isOneFile, sayOfFiles } from './facts-at-hand.ts';
import { joinWords } from './phrases.ts';
import { buildSentence, type Sentence } from './sentence.ts';

/** Most disagreements reported individually. */
const MOST_REPORTED = 4;

/** Writes the sentences, with a label before the first; empty if nothing disagrees. */
export function describeContradictions(at: FactsAtHand): Sentence[] {
  const { contents, index } = at;
  const found = contents.contradictions;
  const isOfFiles = found.some(({ about }) => about === 'files');
  // If the number of files differs, so does their size, which need not be reported too.
  const reported = found.filter(
    ({ about }) => !(about === 'bytes' && isOfFiles) && !(about === 'files' && contents.assets === 0),
  );
  const sentenceIds = (each: readonly Contradiction[]): string[] =>
    each.flatMap(({ detail }) => index.beginning(detail.slice(0, 60)));
  const counts = reported.filter(isOfCount);
  const others = reported.filter((each) => !counts.includes(each));
  const shown = others.slice(0, MOST_REPORTED);
  const rest = others.length - shown.length;
  const sentences = [
    ...(counts.length === 0 ? [] : [buildSentence(sayCounts(counts, at), sentenceIds(counts))]),
    ...shown.map((each) => buildSentence(sayAlone(each), sentenceIds([each]))),
    ...(rest > 0
      ? [
          buildSentence(
            `${rest === 1 ? 'One more disagreement is' : `${numberText(rest)} more disagreements are`} listed with the facts.`,
            index.about('contradiction'),
          ),
        ]
      : []),
  ];
  const [first, ...following] = sentences;
  if (first === undefined) return [];
  return [{ ...first, prose: [{ strong: 'The sources disagree:' }, ' ', ...first.prose] }, ...following];
}

/** Whether a disagreement is between a count and a number in the archive's summary or the owners' description. */
function isOfCount({ about, values: [counted, said, ...more] }: Contradiction): boolean {
  if (counted === undefined || said === undefined || more.length > 0) return false;
  return (
    about === 'description' ||
    (findOwn(SUMMARY_COUNTS, about) !== undefined && said.source.startsWith('assetsSummary'))
  );
}

/** Writes numbers of the archive's summary in words, by what they count. */
const SUMMARY_COUNTS: Readonly<Record<string, (value: string) => string>> = {
  subjects: (value) => countWord(value, 'subject'),
  files: (value) => countWord(value, 'file'),
  bytes: sizeText,
};

/**
 * One sentence for all differing counts: first the numbers of the archive's summary and the owners, then those of the
 * files.
 */
function sayCounts(found: readonly Contradiction[], at: FactsAtHand): string {
  const { contents } = at;
  const said = (about: string): Contradiction | undefined => found.find((each) => each.about === about);
  const summarized = found.flatMap(({ about, values }) => {
    const say = findOwn(SUMMARY_COUNTS, about);
    return say === undefined ? [] : [say(values[1]!.value)];
  });
  const described = said('description')?.values[1]?.value;
  const subjects = said('subjects') ?? said('description');
  const bytes = said('bytes');
  const isOfRecords = contents.all.read === 0;
  const counted = [
    ...(subjects === undefined
      ? []
      : [
          isOfRecords
            ? `the records of the files name ${countWord(subjects.values[0]!.value, 'subject')}`
            : `${sayOfFiles(at, 'name')} ${countWord(subjects.values[0]!.value, 'subject')}`,
        ]),
    ...(bytes === undefined
      ? []
      : [
          `${subjects === undefined ? sayOfFiles(at, 'have') : isOneFile(at) ? 'has' : 'have'} ${sizeText(bytes.values[0]!.value)}`,
        ]),
  ];
  const listed = said('files')?.values[0]?.value;
  return `${joinWords([
    ...(summarized.length === 0 ? [] : [`the archive’s own summary counts ${joinWords(summarized)}`]),
    ...(described === undefined ? [] : [`the owners’ description speaks of “${flattenText(described, 80)}”`]),
  ])}; ${joinWords([
    ...(counted.length === 0 ? [] : [counted.join(' and ')]),
    ...(listed === undefined ? [] : [`the version lists ${countWord(listed, 'file')}`]),
  ])}.`;
}

/** A count, as written in the facts, with its noun in singular or plural. */
function countWord(value: string, noun: string): string {
  return `${value} ${value === '1' ? noun : `${noun}s`}`;
}

/** Writes a number of bytes, as written in the facts, as `5.87 TB`. */
function sizeText(written: string): string {
  return bytesText(Number(written.replaceAll(',', '')));
}

function sayAlone({ detail }: Contradiction): string {
  const text = flattenText(
    detail.replace(
      "the archive's own summary of them (assetsSummary) says",
      'the archive’s own summary names',
    ),
    400,
  );
  return /[.?!…]$/.test(text) ? text : `${text}.`;
}
