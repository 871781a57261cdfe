/**
 * The version's metadata as the prompt prints them: five fields in the document's own order, values as
 * Python's `str` prints them. Pure.
 */
import { type PythonValue, parsePythonJson } from '../python/python-json.ts';
import { pythonStr } from '../python/python-repr.ts';

/** The fields that the specification prints. */
const FIELDS = new Set(['id', 'name', 'contributor', 'description', 'assetsSummary']);

/**
 * A version's metadata: `dandiset.jsonld` in Python's data model.
 * @throws SyntaxError if `json` is not a JSON object
 */
export function parseMetadata(json: string): ReadonlyMap<string, PythonValue> {
  const metadata = parsePythonJson(json);
  if (metadata instanceof Map) return metadata;
  throw new SyntaxError('The metadata are not a JSON object');
}

/** One printed field: its name, and its value as Python prints it. */
export interface MetadataField {
  readonly name: string;
  readonly text: string;
}

/** The fields that the prompt prints, in the document's order. */
export function metadataFields(metadata: ReadonlyMap<string, PythonValue>): MetadataField[] {
  return [...metadata]
    .filter(([name]) => FIELDS.has(name))
    .map(([name, value]) => ({ name, text: pythonStr(value) }));
}

/** The fields as lines. */
export function metadataText(fields: readonly MetadataField[]): string {
  return fields.map(({ name, text }) => `${name}: ${text}\n`).join('');
}
