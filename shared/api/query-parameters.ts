/** Reads the parameters of a request, strictly: one that is unknown, repeated or too long is refused by name. Pure. */
import { InvalidInputError } from '../errors.ts';
import type { ApiRequest } from './http.ts';

/** Characters that the value of a parameter may have. */
export const MAX_VALUE_CHARACTERS = 200;

/**
 * The parameters of a query, each once at most and without spaces around it. Those in `fields` may be empty,
 * which counts as absent: a form sends all its fields.
 * @throws InvalidInputError naming the parameter
 */
export function readQuery<Name extends string>(
  { query }: ApiRequest,
  names: readonly Name[],
  fields: readonly Name[] = [],
): Partial<Record<Name, string>> {
  const values: Partial<Record<Name, string>> = {};
  for (const [key, value] of query) {
    const name = names.find((each) => each === key);
    if (name === undefined) {
      const known = names.length === 0 ? 'This URL has no parameters.' : `Known: ${names.join(', ')}.`;
      throw new InvalidInputError(`There is no parameter ${quoteField(key)} here. ${known}`, {
        field: 'query',
      });
    }
    if (query.getAll(key).length > 1) throw new InvalidInputError(`${name} is given twice.`, { field: name });
    if (value.length > MAX_VALUE_CHARACTERS) {
      throw new InvalidInputError(`${name} may have at most ${MAX_VALUE_CHARACTERS} characters.`, {
        field: name,
      });
    }
    if (/\p{Cc}/u.test(value))
      throw new InvalidInputError(`${name} contains a control character.`, { field: name });
    if (value.trim() !== '' || !fields.includes(name)) values[name] = value.trim();
  }
  return values;
}

/** Quotes a part of the request for an error message. */
export function quoteField(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
