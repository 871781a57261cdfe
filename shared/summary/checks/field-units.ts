/** The check of the units of fields: a field is in the unit that the facts give for it. Pure. */
import type { Check, Draft } from '../check.ts';
import type { Evidence } from '../evidence.ts';
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
        const isOther = known.some(({ quantity }) => quantity === stated!.quantity);
        if (
          !isOther ||
          known.some(
            ({ quantity, factor }) =>
              quantity === stated!.quantity && Math.abs(factor / stated!.factor - 1) < 1e-6,
          )
        )
          return [];
        if (isDenied(text, match.index) || sentenceAt(text, match.index) === '') return [];
        return [
          {
            message: `The facts give ${field} in another unit than ${unit}.`,
            excerpt,
            location: { part, index },
          },
        ];
      }),
    ),
};
