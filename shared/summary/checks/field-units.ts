/** The check of the units of fields: a field is in the unit that the facts give for it. Pure. */
import type { Check, Draft } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { knowsUnit } from '../known-quantities.ts';
import { sentenceAt } from '../prose.ts';
import { findNamedUnit } from '../quantities.ts';
import { isDenied } from './sentences.ts';

/**
 * `hand position in millimeters`, `position is given in mm`: a field of one or two words, and a unit in words or signs.
 */
const FIELD_IN_UNIT =
  /\b((?:\p{L}+ )?\p{L}{4,}?)s?(?: (?:is|are|was|were))?(?: (?:also )?(?:given|stored|measured|reported|recorded|expressed|provided|kept))? in (?:units of )?((?:\p{L}|µ)+)(?![\p{L}\p{N}])/giu;

/** Units that the facts give right after a field's name: `hand position: cm`. */
function listUnits(field: string, { text }: Evidence): { quantity: string; factor: number }[] {
  const name = field.toLowerCase().replace(/\s+/g, '[\\s_-]+');
  const after = new RegExp(
    `(?<!\\p{L})${name}s?\\s?(?:[:(=,]|in|is in|are in|,? in units of)\\s?((?:\\p{L}|µ)+)(?!\\p{L})`,
    'gu',
  );
  return [...text.matchAll(after)].flatMap(([, unit = '']) => findNamedUnit(unit) ?? []);
}

/** Units in which values are stored and seldom converted; times of a second or longer are. */
const OF_STORAGE =
  /^(?:pixels?|(?:micro|milli|nano|kilo|centi)?(?:meters?|metres?|volts?|amperes?|watts?)|(?:micro|milli|nano)seconds?|microns?|radians?)$/i;

/** Whether the facts have a unit of storage nowhere, in words or as a sign. */
function isUnknownUnit(
  unit: string,
  stated: ReturnType<typeof findNamedUnit>,
  { quantities, words }: Evidence,
): boolean {
  if (!OF_STORAGE.test(unit)) return false;
  const singular = unit.toLowerCase().replace(/s$/, '');
  const spellings = [singular, singular.replace('metre', 'meter')];
  if (spellings.some((word) => words.has(word) || words.has(`${word}s`))) return false;
  return stated === undefined || !knowsUnit(quantities, stated.quantity, stated.factor);
}

/** Reports fields in another unit than that of the facts. */
export const fieldUnits: Check = {
  name: 'field-units',
  severity: 'warning',
  rule: 'every field is in the unit that the facts give for it',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      [...text.matchAll(FIELD_IN_UNIT)].flatMap((match): Draft[] => {
        const [excerpt, field = '', unit = ''] = match;
        const stated = findNamedUnit(unit);
        const known = stated === undefined ? [] : listUnits(field, evidence);
        const same = known.filter(({ quantity }) => quantity === stated!.quantity);
        const isOther =
          same.length > 0
            ? same.every(({ factor }) => Math.abs(factor / stated!.factor - 1) >= 1e-6)
            : isUnknownUnit(unit, stated, evidence);
        if (!isOther) return [];
        if (isDenied(text, match.index) || sentenceAt(text, match.index) === '') return [];
        return [
          {
            message: `The facts do not give ${field} in ${unit}.`,
            excerpt,
            location: { part, index },
          },
        ];
      }),
    ),
};
