/** Checks of the sex and the age of subjects: both are in the facts. Pure. */

import { readCount, SPELLED_NUMBER } from '../../vocabulary/number-words.ts';
import type { Check, Draft } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { DAYS } from '../known-subjects.ts';
import { isDenied } from './sentences.ts';

/** Words of sex, and the sexes that they claim. */
const SEX_WORDS: readonly (readonly [words: RegExp, sexes: readonly ('male' | 'female')[]])[] = [
  [/\b(?:both|either|mixed)[ -]sex(?:es)?\b|\bsexes\b/i, ['male', 'female']],
  [/(?<![\p{L}-])(?:females?|wom[ae]n|girls?)(?![\p{L}])/iu, ['female']],
  [/(?<![\p{L}-])(?:males?|m[ae]n|boys?)(?![\p{L}])/iu, ['male']],
];

/** Words that claim one sex for all subjects. */
const ALL_OF = /\b(?:all|only|exclusively|solely|entirely)\b[^.;]{0,30}$/i;

/** The same after the word: `male rats only`. */
const ONLY = /^\s(?:\p{L}+\s){0,2}(?:only|exclusively)\b/iu;

/** Reports sexes that no subject of the facts has. */
export const sexes: Check = {
  name: 'sexes',
  severity: 'warning',
  rule: 'the sex of subjects is that of the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      SEX_WORDS.flatMap(([words, claimed]): Draft[] => {
        const match = words.exec(text);
        if (match === null || isDenied(text, match.index)) return [];
        const { sexes: known } = evidence.subjects;
        const isOfAll =
          ALL_OF.test(text.slice(0, match.index)) || ONLY.test(text.slice(match.index + match[0].length));
        const isOne = claimed.length === 1 && known.size === 2 && isOfAll;
        if (claimed.every((sex) => known.has(sex)) && !isOne) return [];
        return [
          {
            message: `The facts do not say that subjects were ${claimed.join(' and ')}.`,
            excerpt: match[0],
            location: { part, index },
          },
        ];
      }),
    ),
};

/** An age stated in prose. */
export interface AgeClaim {
  readonly written: string;
  /** In days: two for a range, none for a stage of life. */
  readonly days: readonly number[];
  readonly stage?: string;
  readonly start: number;
  readonly end: number;
}

const AMOUNT = `(?:\\d+(?:\\.\\d+)?|${SPELLED_NUMBER})`;
const RANGE = `(${AMOUNT})(?:\\s?(?:-|–|to|and)\\s?(${AMOUNT}))?`;
const SPAN = '(day|week|month|year)s?';
const HOLDERS =
  '(?:mice|mouse|rats?|animals?|subjects?|monkeys?|macaques?|rabbits?|cats?|dogs?|ferrets?|patients?|participants?|donors?|fish|larvae|zebrafish|males?|females?|m[ae]n|wom[ae]n)';

/** Forms of ages in numbers: one or two amounts, and the unit of time. */
const AGES: readonly RegExp[] = [
  new RegExp(`(?<![\\p{L}\\p{N}.,])${RANGE}[\\s-]${SPAN}s?[\\s-](?:old|of age)\\b`, 'giu'),
  new RegExp(
    `\\baged?\\s+(?:between\\s+|about\\s+|approximately\\s+|around\\s+|from\\s+)?${RANGE}\\s?${SPAN}\\b`,
    'giu',
  ),
  new RegExp(`\\b(?:${HOLDERS}|a)\\s+of\\s+(?:about\\s+)?${RANGE}\\s?${SPAN}\\b`, 'giu'),
  new RegExp(`^\\s*of\\s+${RANGE}\\s?${SPAN}\\b`, 'giu'),
  new RegExp(`(?<![\\p{L}\\p{N}.,])${RANGE}\\s?(dpf|hpf)\\b`, 'giu'),
  new RegExp(
    `(?<![\\p{L}\\p{N}.,])${RANGE}[\\s-]${SPAN}[\\s-](?:post|after)[\\s-]?(?:fertili[sz]ation|birth|hatching)\\b`,
    'giu',
  ),
  new RegExp(`\\bpostnatal (day|week)s? ${RANGE}`, 'giu'),
  /(?<![\p{L}\p{N}])P(\d{1,3})(?:\s?(?:-|–|to|and)\s?P?(\d{1,3}))?(?![\p{L}\p{N}])/gu,
];

/** Stages of life, and the words of the facts that support them. */
const STAGES: readonly (readonly [claim: RegExp, support: RegExp])[] = [
  [/\b(?:juveniles?|adolescents?|adolescence)\b/i, /juvenile|adolescen|young/],
  [/\b(?:neonat\w+|newborns?|infants?)\b/i, /neonat|newborn|infant|\bp\d\b|pup/],
  [/\b(?:embryonic|embryos?)\b/i, /embry|\be1\d\b/],
  [/(?<!young )\b(?:adults?|adulthood|grown[- ]up)\b/i, /\badult/],
  [/\b(?:larva[el]?|larval)\b/i, /larva|dpf|\bl[1-4]\b/],
  [/\b(?:children|teenagers?|teens|toddlers?)\b/i, /child|teen|adolescen|pediatric|toddler/],
  [/\b(?:elderly|aged (?:mice|rats|animals|monkeys|subjects))\b/i, /elderly|\baged\b|ageing|aging/],
];

/** Words of facts about animals that are not adult. */
const LARVAL = /larva|\d ?dpf|neonat|\bpups?\b|embry|juvenile|infant/;

const SPANS: Readonly<Record<string, number>> = { ...DAYS, dpf: 1, hpf: 1 / 24 };

/** Words of which every age in numbers has at least one. */
const AGE_SIGNS =
  /\bold\b|\bage[d]?\b|dpf|hpf|postnatal|fertili|hatching|birth|\bP\d|\bof\s[\w.-]+(?:\s\w+){0,3}\s(?:day|week|month|year)/i;

/** Ages such as `2 years and 3 months old`. */
const YEARS_AND_MONTHS = new RegExp(
  `(${AMOUNT}) years?,?(?: and)? (${AMOUNT}) (month|week|day)s?(?: old| of age)?\\b`,
  'giu',
);

/** Reads the ages in numbers from a text. */
export function readAgeClaims(text: string): AgeClaim[] {
  if (!AGE_SIGNS.test(text)) return [];
  const whole = [...text.matchAll(YEARS_AND_MONTHS)].map(
    (match): AgeClaim => ({
      written: match[0],
      days: [readAmount(match[1]!) * DAYS.year! + readAmount(match[2]!) * DAYS[match[3]!.toLowerCase()]!],
      start: match.index,
      end: match.index + match[0].length,
    }),
  );
  const rest = text.replace(YEARS_AND_MONTHS, (match) => ' '.repeat(match.length));
  const single = AGES.flatMap((form) =>
    [...rest.matchAll(form)].map((match): AgeClaim => {
      const groups = match.slice(1).filter((group) => group !== undefined);
      const span = groups.find((group) => Object.hasOwn(SPANS, group.toLowerCase()))?.toLowerCase() ?? 'day';
      const amounts = groups.filter((group) => !Object.hasOwn(SPANS, group.toLowerCase())).map(readAmount);
      return {
        written: match[0].trim(),
        days: amounts.map((amount) => amount * SPANS[span]!),
        start: match.index,
        end: match.index + match[0].length,
      };
    }),
  );
  return [...whole, ...single];
}

function readAmount(written: string): number {
  return written.includes('.') ? Number(written) : readCount(written);
}

/** Relative tolerance of ages: months and weeks are rounded. */
const AGE_TOLERANCE = 0.12;

function isKnownAge({ days, written }: AgeClaim, { subjects, text, splitText }: Evidence): boolean {
  const said = written.toLowerCase().replace(/[–—]/g, '-');
  if (text.includes(said) || text.includes(said.replaceAll('-', ' '))) return true;
  const isNear = (day: number) =>
    subjects.ages.some((known) => Math.abs(known - day) <= Math.max(1, day * AGE_TOLERANCE));
  const [youngest = Number.NaN, oldest = youngest] = [subjects.ages.at(0), subjects.ages.at(-1)];
  const isWithin = (day: number) =>
    day >= youngest * (1 - AGE_TOLERANCE) - 1 && day <= oldest * (1 + AGE_TOLERANCE) + 1;
  if (days.length > 0 && (days.every(isNear) || (days.length > 1 && days.every(isWithin)))) return true;
  // `about 15 weeks` of facts that name a session by its postnatal day: `p106`.
  const told = [...text.matchAll(/(?<![\p{L}\p{N}])p ?(\d{1,3})(?!\p{N})/gu)].map(([, day]) => Number(day));
  if (days.length > 0 && days.every((day) => day > 7 && told.some((known) => Math.abs(known - day) <= 4)))
    return true;
  // As the owners' words have it, in other words: `6 dpf` for six days after fertilization.
  return days.every((day) =>
    new RegExp(`(?<![\\d.])${day}\\s?-?(?:dpf|days? (?:old|of age|post|after))|\\bp ?${day}\\b`).test(
      splitText,
    ),
  );
}

/** `not yet one week old`, `over two years old`: a bound, which is no age. */
function isBound(before: string): boolean {
  return /\b(?:not yet|less than|under|over|more than|at least|up to|younger than|older than)\s$/i.test(
    before,
  );
}

/** Every age and stage of life that is reported is that of a subject of the facts. */
export const ages: Check = {
  name: 'ages',
  severity: 'warning',
  rule: 'the age of subjects is that of the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) => {
      const location = { part, index };
      const numbered = readAgeClaims(text)
        .filter((claim) => !isKnownAge(claim, evidence) && !isBound(text.slice(0, claim.start)))
        .map(
          ({ written }): Draft => ({
            message: `The facts give no age of “${written}”.`,
            excerpt: written,
            location,
          }),
        );
      const stages = STAGES.flatMap(([claim, support]): Draft[] => {
        const match = claim.exec(text);
        if (match === null || support.test(evidence.text) || isDenied(text, match.index)) return [];
        // An age in days may be within the stage, except that a larva is never adult.
        const isLarva = /adult/i.test(match[0]) && LARVAL.test(evidence.text);
        if (!isLarva && (/adult/i.test(match[0]) || evidence.subjects.ages.length > 0)) return [];
        return [
          {
            message: `The facts do not speak of ${match[0]} subjects.`,
            excerpt: match[0],
            location,
          },
        ];
      });
      return [...numbered, ...stages];
    }),
};
