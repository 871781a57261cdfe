/** The sexes and ages of subjects in the facts, for the checks of both. Pure. */
import { isObjectOrList } from '../json-value.ts';
import type { DandisetFacts } from '../prompt/facts.ts';

/** The sexes and ages that the facts state. */
export interface KnownSubjects {
  readonly sexes: ReadonlySet<'male' | 'female'>;
  /** In days, from the subjects' fields, ascending. */
  readonly ages: readonly number[];
}

/** Days per unit of a duration. */
export const DAYS: Readonly<Record<string, number>> = {
  hour: 1 / 24,
  day: 1,
  week: 7,
  month: 30.44,
  year: 365.25,
};

/** Collects sexes and ages from the fields of subjects in facts and prompt, and sexes from the owners' words. */
export function buildKnownSubjects(text: string, facts: DandisetFacts | undefined): KnownSubjects {
  const { sexes: tallied, ages: spread } = facts?.contents?.all ?? {};
  const sexFields = [
    ...listFieldValues(facts, 'sex'),
    ...listLineValues(text, 'sex'),
    ...(tallied?.values ?? []).map(({ value }) => value),
  ];
  const ageFields = [...listFieldValues(facts, 'age'), ...listLineValues(text, 'age')];
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

/** Reads an age field in days: `P90D`, `P3M/P4M`, `P1Y2M`, `12 weeks`. */
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

/** All texts under a key, at any depth of the facts. */
function listFieldValues(value: unknown, key: string): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => listFieldValues(each, key));
  if (!isObjectOrList(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name.toLowerCase() === key && typeof inner === 'string') return [inner];
    return listFieldValues(inner, key);
  });
}

function listLineValues(text: string, name: string): string[] {
  return [...text.matchAll(new RegExp(`^\\s*${name}: (.+)$`, 'gm'))].map((match) => match[1]!);
}
