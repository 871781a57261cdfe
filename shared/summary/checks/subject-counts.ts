/**
 * Checks of the number of subjects: not more than the facts count, and exactly as many if all subjects are meant. Pure.
 */
import { findOwn } from '../../own-entry.ts';
import { readCount, SPELLED_NUMBER, VAGUE_AMOUNTS } from '../../vocabulary/number-words.ts';
import type { Check, Draft } from '../check.ts';
import { type Evidence, normalize } from '../evidence.ts';
import { sentenceAt } from '../prose.ts';
import { isDenied, isSpeculation } from './sentences.ts';

/** Nouns for subjects. */
const SUBJECTS =
  'mice|rats|subjects|animals|worms|nematodes|participants|patients|humans|people|volunteers|donors|individuals|persons|men|women|monkeys|macaques|primates|marmosets|fish|larvae|zebrafish|flies|birds|finches|rabbits|cats|dogs|ferrets|pigs|sheep|bats|gerbils|owls|rodents|shrews|songbirds|specimens';

/** `twelve adult mice`, `hundreds of patients`. */
const SUBJECT_COUNT = new RegExp(
  `(?<![\\p{L}\\p{N}.,-])(\\d{1,3}(?:,\\d{3})+|\\d+|${SPELLED_NUMBER}|(?:${Object.keys(VAGUE_AMOUNTS).join('|')})\\s+of)\\s+(?:(?!contact)[\\p{L}-]+\\s+){0,2}?(${SUBJECTS})\\b`,
  'giu',
);

/** Words between a number and a noun that make it a count of something else: `2 recordings of mice`. */
const OTHER_THINGS = /\s(of|from|in|per|with|for|and|or|to)\s/i;

/** Words before a count that make it a count of all subjects. */
const OF_ALL_SUBJECTS = /\b(?:data (?:from|of)|a total of|recordings (?:from|of)|comprises?)\s+$/i;

/**
 * Finds counts above the number of subjects in the metadata, and wrong totals, unless the owners state the same number.
 */
export function findTooMany(
  text: string,
  { facts, text: known }: Evidence,
): { message: string; excerpt: string }[] {
  const reported = facts?.dandiset.numberOfSubjects;
  const found = facts?.contents?.all.subjects;
  const most = reported === undefined ? undefined : Math.max(reported, found ?? 0);
  if (most === undefined) return [];
  return [...text.matchAll(SUBJECT_COUNT)].flatMap((match) => {
    const [written, amount = '', noun = ''] = match;
    const vague = findOwn(VAGUE_AMOUNTS, amount.toLowerCase().replace(/\s+of$/, ''));
    const value = vague ?? readCount(amount);
    const between = written.slice(amount.length, -noun.length);
    const isWhole = OF_ALL_SUBJECTS.test(text.slice(0, match.index)) && vague === undefined && value > 1;
    if (
      !(value > most || (isWhole && value < most && value !== found && value !== reported)) ||
      OTHER_THINGS.test(between)
    )
      return [];
    const isKnown = new RegExp(`(?<![\\d.,])${value}(?![\\d.,]\\d)[^.]{0,40}\\b(${SUBJECTS})\\b`).test(known);
    if (isKnown || known.includes(normalize(written))) return [];
    return [
      {
        message: `“${written}” are not the ${most} subjects that the metadata count.`,
        excerpt: written,
      },
    ];
  });
}

/** Words after a count that make it a count of all recorded subjects. */
const AS_A_WHOLE =
  /^(?:\s\([^)]*\))?,?\s(?:(?:was|were|are)\s(?:\w+\s)?(?:recorded|implanted|imaged|used|tested|trained|included|studied|examined|enrolled|sampled|monitored|tracked|injected|included)|took part|participated|contributed|served|performed|underwent|received|are in|ran|swam|did)\b/i;

/** Words before a count at the end of a sentence that make it a count of all: `recordings come from 312 mice`. */
const FROM_ALL =
  /\b(?:from|of|total of|using|comprises?|covers?|there (?:are|were)|has|have|includes?|contains?|with|in|on)\s$/i;

/** Words before a count of recorded subjects: `imaging was applied to three awake mice`. */
const OF_RECORDED =
  /\b(?:recorded|imaged|collected|obtained|acquired|performed|carried out|applied|made|gathered|measured|taken|come|comes|came|stem(?:s|med)?|originat(?:es?|ed|ing)|drawn|data|recordings) (?:from|in|of|to|on|with) (?:a total of )?$/i;

/** Characters around a count in which words of `OF_SOME` restrict it to some subjects. */
const NEAR = 30;

/** Whether a sentence counts several groups whose sum is a count of the facts. */
function isSumOfKnown(sentence: string, known: readonly number[]): boolean {
  const counts = [...sentence.matchAll(SUBJECT_COUNT)].map(([, amount = '']) => readCount(amount));
  return counts.length > 1 && known.includes(counts.reduce((sum, count) => sum + count, 0));
}

/** Words of sentences about some of the subjects, or about others. */
const OF_SOME =
  /\b(?:each|every|at (?:a time|once)|simultaneously|in parallel|side by side|pairs?|of (?:the|these|them|which|whom)|some|others?|another|additional|further|remaining|subset|group|cohort|control|only|the first|up to|at least|per)\b/i;

/** The counts of subjects in the facts: all, those with a trait, and those without it. */
function listSubjectCounts({ facts }: Evidence): number[] {
  const all = facts?.contents?.all;
  const traits = [all?.sexes, all?.genotypes, all?.strains, all?.species, all?.disorders, all?.regions];
  const ofTraits = traits.flatMap((tally) => (tally?.values ?? []).map(({ subjects }) => subjects ?? 0));
  const totals = [facts?.dandiset.numberOfSubjects ?? 0, all?.subjects ?? 0];
  return [...totals, ...ofTraits, ...ofTraits.flatMap((some) => totals.map((total) => total - some))];
}

/**
 * The largest possible number of subjects. If every file counts as its own subject, only the number of the metadata
 * counts.
 */
function findMost({ facts }: Evidence): number {
  const { numberOfSubjects: reported } = facts?.dandiset ?? {};
  const found = facts?.contents?.all.subjects ?? 0;
  if (reported === undefined) return Number.POSITIVE_INFINITY;
  return found === facts?.coverage.read ? reported : Math.max(reported, found);
}

/** Reports counts of all subjects that are not in the facts. */
export const subjectCounts: Check = {
  name: 'subject-counts',
  severity: 'warning',
  rule: 'the number of subjects agrees with the metadata or the headers',
  find: ({ prose, evidence }) => {
    const known = listSubjectCounts(evidence);
    if (Math.max(...known) < 1) return [];
    return prose
      .filter(({ part }) => part !== 'keywords')
      .flatMap(({ text, part, index }) =>
        [...text.matchAll(SUBJECT_COUNT)].flatMap((match): Draft[] => {
          const [written, amount = '', noun = ''] = match;
          const value = readCount(amount);
          const sentence = sentenceAt(text, match.index);
          if (!(value > 1) || known.includes(value)) return [];
          // `from embryonic day 18 rats`: a stage.
          if (/\b(?:day|week|stage|E)\s?$/i.test(text.slice(0, match.index))) return [];
          const isRecorded =
            OF_RECORDED.test(text.slice(0, match.index)) &&
            !OF_SOME.test(text.slice(Math.max(0, match.index - NEAR), match.index + written.length + NEAR)) &&
            !isSumOfKnown(sentence, known);
          if (OF_SOME.test(sentence) && !isRecorded) return [];
          if (OTHER_THINGS.test(written.slice(amount.length, -noun.length))) return [];
          const after = text.slice(match.index + written.length);
          const isTooMany = value > findMost(evidence);
          const isAlone =
            /^\s*(?:[.;]|$)/.test(after) &&
            (sentence.startsWith(written) || FROM_ALL.test(text.slice(0, match.index)));
          if (!isTooMany && !isAlone && !isRecorded && !AS_A_WHOLE.test(after)) return [];
          if (isDenied(text, match.index) || isSpeculation(sentence) || isReported(value, evidence))
            return [];
          return [
            {
              message: `“${written}” is not a number of subjects that the facts count.`,
              excerpt: written,
              location: { part, index },
            },
          ];
        }),
      );
  },
};

/** Whether the owners state this number of subjects, in digits or words. */
function isReported(value: number, { text }: Evidence): boolean {
  return [...text.matchAll(SUBJECT_COUNT)].some(([, amount = '']) => readCount(amount) === value);
}
