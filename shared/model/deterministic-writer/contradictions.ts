/** What the sources disagree in, as sentences: all that is counted otherwise as one, the rest each by itself. Pure. */
import type { Contradiction } from '../../facts/contents.ts';
import { bytesText, numberText } from '../../facts/fact-words.ts';
import { findOwn } from '../../own-entry.ts';
import { flattenText } from '../plain-text.ts';
import { type FactsAtHand, isOneFile, sayOfFiles } from './facts-at-hand.ts';
import { joinWords } from './phrases.ts';
import { buildSentence, type Sentence } from './sentence.ts';

/** Disagreements reported one by one. */
const MOST_REPORTED = 4;

/** The sentences, the first with a label before it; empty where nothing disagrees. */
export function describeContradictions(at: FactsAtHand): Sentence[] {
  const { contents, index } = at;
  const found = contents.contradictions;
  const isOfFiles = found.some(({ about }) => about === 'files');
  // A size that differs with the number of files is no news.
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

/** A number that the archive's own summary or the owners' description gives, beside what was counted. */
function isOfCount({ about, values: [counted, said, ...more] }: Contradiction): boolean {
  if (counted === undefined || said === undefined || more.length > 0) return false;
  return (
    about === 'description' ||
    (findOwn(SAID_BY_SUMMARY, about) !== undefined && said.source.startsWith('assetsSummary'))
  );
}

/** What the archive's own summary counts, in words. */
const SAID_BY_SUMMARY: Readonly<Record<string, (value: string) => string>> = {
  subjects: (value) => countWord(value, 'subject'),
  files: (value) => countWord(value, 'file'),
  bytes: sizeText,
};

/** All that is counted otherwise, as one sentence: what the archive's summary and the owners say, then what the files do. */
function sayCounts(found: readonly Contradiction[], at: FactsAtHand): string {
  const { contents } = at;
  const said = (about: string): Contradiction | undefined => found.find((each) => each.about === about);
  const summarized = found.flatMap(({ about, values }) => {
    const say = findOwn(SAID_BY_SUMMARY, about);
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

/** A count as facts have it, with its noun in the right number. */
function countWord(value: string, noun: string): string {
  return `${value} ${value === '1' ? noun : `${noun}s`}`;
}

/** `5.87 TB` of a number of bytes as facts have it. */
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
