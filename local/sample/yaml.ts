/**
 * Writes metadata as YAML in the shape of the archive's own manifests: block style, keys sorted, sequences not
 * indented (like PyYAML's safe dumper). Strings are quoted where a reader could interpret them otherwise.
 */

/** JSON values, which are enough for metadata. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A document with the value, ended by a newline. */
export function buildYaml(value: Json): string {
  return `${buildBlock(value).join('\n')}\n`;
}

/** Texts that need no quotes in any version of YAML: without characters that could start a comment or a key. */
const PLAIN = /^[A-Za-z](?:[\w./;()+-]|:(?=[\w/])| (?=[\w(+-]))*$/;
/** Plain words that YAML 1.1 reads as booleans or null. */
const RESERVED = /^(y|n|yes|no|on|off|true|false|null)$/i;

/** The lines of a value, the first of which may follow a key or a dash. */
function buildBlock(value: Json): string[] {
  if (value === null || typeof value !== 'object') return [buildScalar(value)];
  if (Array.isArray(value)) {
    if (value.length === 0) return ['[]'];
    return value.flatMap((item: Json) => {
      const [first, ...rest] = buildBlock(item);
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  }
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  if (entries.length === 0) return ['{}'];
  return entries.flatMap(([key, item]) => {
    const lines = buildBlock(item);
    if (isInline(item)) return [`${buildScalar(key)}: ${lines[0]}`];
    const indent = Array.isArray(item) ? '' : '  ';
    return [`${buildScalar(key)}:`, ...lines.map((line) => indent + line)];
  });
}

function isInline(value: Json): boolean {
  return value === null || typeof value !== 'object' || Object.keys(value).length === 0;
}

/** A scalar on one line. JSON's quoted form is valid YAML. */
function buildScalar(value: string | number | boolean | null): string {
  if (typeof value === 'string' && PLAIN.test(value) && !RESERVED.test(value)) return value;
  return JSON.stringify(value);
}
