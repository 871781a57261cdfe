/** What the sources disagree in beyond numbers of subjects, files and bytes, which the page has where it counts: one sentence each. Pure. */
import type { Contradiction } from '../../facts/contents.ts';
import { numberText } from '../../facts/fact-words.ts';
import { flattenText } from '../plain-text.ts';
import type { FactsAtHand } from './facts-at-hand.ts';
import { buildSentence, type Sentence } from './sentence.ts';

/** Most disagreements reported individually. */
const MOST_REPORTED = 4;

/** The sentences, the first with a label before it; empty where nothing disagrees. */
export function describeContradictions({ contents, index }: FactsAtHand): Sentence[] {
  const reported = contents.contradictions.filter((each) => !isOfCount(each));
  const sentenceIds = (each: readonly Contradiction[]): string[] =>
    each.flatMap(({ detail }) => index.beginning(detail.slice(0, 60)));
  const shown = reported.slice(0, MOST_REPORTED);
  const rest = reported.length - shown.length;
  const sentences = [
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

/** What the page gives as a number with the other one beside it. */
const COUNTS: ReadonlySet<string> = new Set(['subjects', 'files', 'bytes']);

/** A number that the archive's own summary or the owners' description gives, beside what was counted. */
function isOfCount({ about, values: [counted, said, ...more] }: Contradiction): boolean {
  if (counted === undefined || said === undefined || more.length > 0) return false;
  return about === 'description' || (COUNTS.has(about) && said.source.startsWith('assetsSummary'));
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
