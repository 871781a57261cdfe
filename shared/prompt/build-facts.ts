/**
 * The facts of a version: its metadata's own words, the coverage of its files, and the facts of its file
 * types. Pure.
 */
import type { Contents } from '../facts/contents.ts';
import { describeMetadata } from '../facts/dandiset-metadata.ts';
import { buildFactList } from '../facts/facts-list.ts';
import { PythonInt, type PythonValue } from '../python/python-json.ts';
import type { Coverage, DandisetDescription, DandisetFacts, FileTypeFacts } from './facts.ts';

type Metadata = ReadonlyMap<string, PythonValue>;

/** The facts that a summary of one version stands on. */
export function buildFacts(
  ref: { readonly id: string; readonly version: string },
  metadata: Metadata,
  coverage: Coverage,
  fileTypes: readonly FileTypeFacts[],
  contents: Contents,
): DandisetFacts {
  const described = describeMetadata(metadata);
  return {
    dandiset: describeDandiset(ref, metadata),
    coverage,
    fileTypes,
    contents,
    metadata: described,
    list: buildFactList({ contents, metadata: described, nwb: coverage.nwb, read: coverage.read }),
  };
}

/** What a version's metadata say of it; fields that are absent or of another kind come out empty. */
export function describeDandiset(
  ref: { readonly id: string; readonly version: string },
  metadata: Metadata,
): DandisetDescription {
  const summary = mapOf(metadata.get('assetsSummary'));
  const subjects = numberOf(summary.get('numberOfSubjects'));
  const files = numberOf(summary.get('numberOfFiles'));
  const bytes = numberOf(summary.get('numberOfBytes'));
  return {
    id: ref.id,
    version: ref.version,
    name: textOf(metadata.get('name')),
    description: textOf(metadata.get('description')),
    contributors: listOf(metadata.get('contributor')).flatMap(contributorOf),
    species: namesOf(summary.get('species')),
    approaches: namesOf(summary.get('approach')),
    techniques: namesOf(summary.get('measurementTechnique')),
    keywords: listOf(metadata.get('keywords')).flatMap((keyword) =>
      typeof keyword === 'string' ? [keyword] : [],
    ),
    license: listOf(metadata.get('license')).flatMap((license) =>
      typeof license === 'string' ? [license] : [],
    ),
    ...(subjects === undefined ? {} : { numberOfSubjects: subjects }),
    ...(files === undefined ? {} : { numberOfFiles: files }),
    ...(bytes === undefined ? {} : { numberOfBytes: bytes }),
  };
}

function contributorOf(value: PythonValue): DandisetDescription['contributors'][number][] {
  const contributor = mapOf(value);
  const name = textOf(contributor.get('name'));
  if (name === '') return [];
  return [
    { name, kind: textOf(contributor.get('schemaKey')) === 'Organization' ? 'organization' : 'person' },
  ];
}

function namesOf(value: PythonValue | undefined): string[] {
  const names = listOf(value).map((each) => textOf(mapOf(each).get('name')));
  return [...new Set(names.filter((name) => name !== ''))];
}

function mapOf(value: PythonValue | undefined): Metadata {
  return value instanceof Map ? value : new Map();
}

function listOf(value: PythonValue | undefined): readonly PythonValue[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: PythonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: PythonValue | undefined): number | undefined {
  if (value instanceof PythonInt) return Number(value.digits);
  return typeof value === 'number' ? value : undefined;
}
