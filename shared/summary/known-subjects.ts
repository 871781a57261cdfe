/** What the facts say of subjects' sex and age, for the checks of both. Pure. */
import { isObject } from '../json-value.ts';
import type { DandisetFacts } from '../prompt/facts.ts';

/** Sex and age as far as the facts tell. */
export interface KnownSubjects {
  readonly sexes: ReadonlySet<'male' | 'female'>;
  /** Days, as the subjects' fields give them, ascending. */
  readonly ages: readonly number[];
}

/** Days of each part of a duration. */
export const DAYS: Readonly<Record<string, number>> = {
  hour: 1 / 24,
  day: 1,
  week: 7,
  month: 30.44,
  year: 365.25,
};

/** Sex and age from the fields of subjects, wherever facts or prompt hold them, and sexes from the owners' words. */
export function buildKnownSubjects(text: string, facts: DandisetFacts | undefined): KnownSubjects {
  const { sexes: tallied, ages: spread } = facts?.contents?.all ?? {};
  const sexFields = [
    ...fieldValues(facts, 'sex'),
    ...lineValues(text, 'sex'),
    ...(tallied?.values ?? []).map(({ value }) => value),
  ];
  const ageFields = [...fieldValues(facts, 'age'), ...lineValues(text, 'age')];
  const sexes = new Set<'male' | 'female'>();
  for (const field of sexFields) {
    if (/^\s*(m|male)\b/i.test(field)) sexes.add('male');
    if (/^\s*(f|female)\b/i.test(field)) sexes.add('female');
  }
  if (/(?<!\p{L})(?:males?|m[ae]n|boys?)(?!\p{L})/iu.test(text)) sexes.add('male');
  if (/(?<!\p{L})(?:females?|wom[ae]n|girls?)(?!\p{L})/iu.test(text)) sexes.add('female');
  if (/\b(?:both|either|mixed) sex(?:es)?\b/i.test(text)) sexes.add('male').add('female');
  const ages = [
    ...ageFields.flatMap(readAges),
    ...(spread ? [spread.min, spread.median, spread.max] : []),
  ].sort((one, other) => one - other);
  return { sexes, ages };
}

/** Days of an age field: `P90D`, `P3M/P4M`, `P1Y2M`, `12 weeks`. */
export function readAges(field: string): number[] {
  const iso = [...field.matchAll(/P(?=\d)((?:\d+(?:\.\d+)?[YMWD])+)/g)].map((match) =>
    [...match[1]!.matchAll(/(\d+(?:\.\d+)?)([YMWD])/g)].reduce(
      (days, [, amount, unit]) =>
        days + Number(amount) * DAYS[{ Y: 'year', M: 'month', W: 'week', D: 'day' }[unit!]!]!,
      0,
    ),
  );
  const plain = [...field.matchAll(/(\d+(?:\.\d+)?)\s*(hour|day|week|month|year)s?\b/gi)].map(
    ([, amount, unit]) => Number(amount) * DAYS[unit!.toLowerCase()]!,
  );
  return [...iso, ...plain];
}

/** Texts under a key, anywhere in the facts. */
function fieldValues(value: unknown, key: string): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => fieldValues(each, key));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name.toLowerCase() === key && typeof inner === 'string') return [inner];
    return fieldValues(inner, key);
  });
}

function lineValues(text: string, name: string): string[] {
  return [...text.matchAll(new RegExp(`^\\s*${name}: (.+)$`, 'gm'))].map((match) => match[1]!);
}
