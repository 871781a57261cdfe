/** What the sources disagree in, as sentences: what the archive's own summary says otherwise as one, the rest each by itself. Pure. */
import type { Contradiction } from '../../facts/contents.ts';
import { bytesText, numberText } from '../../facts/fact-words.ts';
import { flattenText } from '../plain-text.ts';
import type { FactsAtHand } from './facts-at-hand.ts';
import { buildSentence, type Sentence } from './sentence.ts';

/** Disagreements reported one by one. */
const MOST_REPORTED = 4;

/** The sentences, the first with a label before it; empty where nothing disagrees. */
export function describeContradictions({ contents, index }: FactsAtHand): Sentence[] {
  const found = contents.contradictions;
  const isOfFiles = found.some(({ about }) => about === 'files');
  // A size that differs with the number of files is no news.
  const reported = found.filter(
    ({ about }) => !(about === 'bytes' && isOfFiles) && !(about === 'files' && contents.assets === 0),
  );
  const sentenceIds = (each: readonly Contradiction[]): string[] =>
    each.flatMap(({ detail }) => index.beginning(detail.slice(0, 60)));
  const bySummary = reported.flatMap((each) => {
    const clause = sayOfSummary(each);
    return clause === undefined ? [] : [{ each, clause }];
  });
  const others = reported.filter((each) => !bySummary.some((known) => known.each === each));
  const shown = others.slice(0, MOST_REPORTED);
  const rest = others.length - shown.length;
  const sentences = [
    ...(bySummary.length === 0
      ? []
      : [
          buildSentence(
            `The archive’s own summary counts ${bySummary.map(({ clause }) => clause).join(', and ')}.`,
            sentenceIds(bySummary.map(({ each }) => each)),
          ),
        ]),
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

/** What a disagreement with the archive's summary adds to a sentence of several; undefined for one of another kind. */
function sayOfSummary({ about, values }: Contradiction): string | undefined {
  const [counted, claimed] = values;
  if (values.length !== 2 || counted === undefined || claimed === undefined) return undefined;
  if (!claimed.source.startsWith('assetsSummary')) return undefined;
  const isOne = claimed.value === '1';
  if (about === 'subjects')
    return `${claimed.value} ${isOne ? 'subject' : 'subjects'} where the files name ${counted.value}`;
  if (about === 'files')
    return `${claimed.value} ${isOne ? 'file' : 'files'} where the version lists ${counted.value}`;
  if (about === 'bytes') return `${sizeText(claimed.value)} where the files have ${sizeText(counted.value)}`;
  return undefined;
}

/** `5.87 TB` of a number of bytes as facts have it. */
function sizeText(written: string): string {
  return bytesText(Number(written.replaceAll(',', '')));
}

function sayAlone({ about, detail, values }: Contradiction): string {
  const [counted, said] = values;
  if (about === 'description' && counted !== undefined && said !== undefined)
    return `The owners’ description speaks of “${flattenText(said.value, 80)}”, while the files name ${counted.value === '1' ? 'one subject' : `${counted.value} subjects`}.`;
  const text = flattenText(
    detail.replace(
      "the archive's own summary of them (assetsSummary) says",
      'the archive’s own summary names',
    ),
    400,
  );
  return /[.?!…]$/.test(text) ? text : `${text}.`;
}
