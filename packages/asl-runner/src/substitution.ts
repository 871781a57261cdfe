/**
 * Local state machine runner: fills the `${Name}` placeholders of a definition, like CloudFormation's
 * DefinitionSubstitutions at deployment.
 */

import { InvalidDefinitionError } from './errors.ts';

/** A placeholder for a variable. A literal `${` of JSONata is not followed by a bare name and a closing brace. */
const PLACE = /\$\{([A-Za-z0-9_]+)\}/g;

/** Calls `onString` for every string value of a definition and rebuilds it from the results. */
function mapStrings(value: unknown, onString: (text: string, path: string) => string, path: string): unknown {
  if (typeof value === 'string') return onString(value, path);
  if (Array.isArray(value))
    return value.map((member, index) => mapStrings(member, onString, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      mapStrings(member, onString, path ? `${path}.${key}` : key),
    ]),
  );
}

/**
 * A copy of the definition with every placeholder filled. Only values are searched, never keys.
 * @throws InvalidDefinitionError if a placeholder names a variable that `substitutions` lacks
 */
export function applySubstitutions(
  definition: unknown,
  substitutions: Readonly<Record<string, string>>,
): unknown {
  return mapStrings(
    definition,
    (text, path) =>
      text.replace(PLACE, (location, name: string) => {
        if (Object.hasOwn(substitutions, name)) return substitutions[name]!;
        throw new InvalidDefinitionError(`${path}: there is no value for ${location}`, { field: path });
      }),
    '',
  );
}

/** The names of all placeholders of a definition, in order of first appearance. */
export function findSubstitutionNames(definition: unknown): string[] {
  const names = new Set<string>();
  mapStrings(
    definition,
    (text) => {
      for (const match of text.matchAll(PLACE)) names.add(match[1]!);
      return text;
    },
    '',
  );
  return [...names];
}
