/** The published schemas: every field has a description that says more than its name. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildOpenApi } from '../../scripts/write-openapi.ts';
import { describeFields, SUMMARY_FIELDS } from '../../shared/summary/field-descriptions.ts';
import { buildSummarySchema } from '../../shared/summary/provenance.ts';

interface Field {
  readonly at: string;
  readonly name: string;
  readonly description: unknown;
}

/** Lists all fields of all schemas in a document, without examples and enumerations. */
function findFields(node: unknown, at = ''): Field[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    const below = `${at}/${key}`;
    if (key === 'example' || key === 'enum') return [];
    if (key !== 'properties' || at.endsWith('/properties')) return findFields(value, below);
    return Object.entries(value as Record<string, { description?: unknown }>).flatMap(([name, field]) => [
      { at: `${below}/${name}`, name, description: field.description },
      ...findFields(field, `${below}/${name}`),
    ]);
  });
}

/** The content words of a text. */
function findWords(text: string): Set<string> {
  const words =
    text
      .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .match(/[a-z]+/g) ?? [];
  return new Set(
    words
      .filter((word) => !/^(?:the|a|an|of|its|is|this|field|value)$/.test(word))
      .map((word) => word.replace(/s$/, '')),
  );
}

/** The reason to reject a description; undefined for a good one. */
function findLack({ name, description }: Field): string | undefined {
  if (typeof description !== 'string' || description.trim() === '') return 'none';
  if (!description.endsWith('.')) return 'no sentence';
  const own = findWords(name);
  return [...findWords(description)].every((word) => own.has(word)) && !description.includes('`')
    ? 'only its name'
    : undefined;
}

const DOCUMENTS = {
  'docs/summary.schema.json': () => JSON.parse(readFileSync('docs/summary.schema.json', 'utf8')),
  'docs/openapi.json': () => JSON.parse(readFileSync('docs/openapi.json', 'utf8')),
  'the schema as built': buildSummarySchema,
  'the API as built': buildOpenApi,
};

describe('every field', () => {
  it.each(Object.entries(DOCUMENTS))('of %s has a description', (_name, read) => {
    const fields = findFields(read());
    expect(fields.length).toBeGreaterThan(300);
    const lacking = fields.flatMap((field) => {
      const lack = findLack(field);
      return lack === undefined ? [] : [`${field.at}: ${lack}`];
    });
    expect(lacking).toEqual([]);
  });

  it('is rejected if its description only repeats its name', () => {
    const fields = findFields({
      properties: {
        fileTypes: { description: 'The file types.' },
        bytes: {},
        size: { description: 'In bytes.' },
      },
    });
    expect(fields.map(findLack)).toEqual(['only its name', 'none', undefined]);
  });
});

describe('the table of descriptions', () => {
  it('has no entry without a field', () => {
    const known = new Set(
      findFields(buildSummarySchema()).map(({ at }) =>
        at
          .split('/')
          .filter((_part, index, parts) => parts[index - 1] === 'properties')
          .join('.'),
      ),
    );
    expect(Object.keys(SUMMARY_FIELDS).filter((path) => !known.has(path))).toEqual([]);
  });

  it('keeps a field’s own description', () => {
    const schema = { properties: { cost: { description: 'Its own.' }, version: {} } };
    const described = describeFields(schema, SUMMARY_FIELDS);
    expect(described.properties.cost.description).toBe('Its own.');
    expect(described.properties.version).toEqual({ description: SUMMARY_FIELDS.version });
  });
});
