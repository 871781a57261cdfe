/**
 * Builds the facts of a version: fields of its metadata, the coverage of its files, and the facts of its file
 * types. Pure.
 */
import type { Contents } from '../facts/contents.ts';
import { describeMetadata } from '../facts/dandiset-metadata.ts';
import { buildFactList } from '../facts/list/facts-list.ts';
import { buildTypeFacts } from '../facts/list/type-facts.ts';
import { PythonInt, type PythonValue } from '../python/python-json.ts';
import type { CountedFacts, Coverage, DandisetDescription, FileTypeFacts } from './facts.ts';

type Metadata = ReadonlyMap<string, PythonValue>;

/** The facts that a summary of one version is based on. */
export function buildFacts(
  ref: { readonly id: string; readonly version: string },
  metadata: Metadata,
  coverage: Coverage,
  fileTypes: readonly FileTypeFacts[],
  contents: Contents,
): CountedFacts {
  const described = describeMetadata(metadata);
  const list = buildFactList({ contents, metadata: described, nwb: coverage.nwb, read: coverage.read });
  return {
    dandiset: describeDandiset(ref, metadata),
    coverage,
    fileTypes,
    contents,
    metadata: described,
    list: [...list, ...buildTypeFacts(list, fileTypes, coverage.read)],
  };
}

/** The facts in a version's metadata; fields that are absent or of another kind are empty. */
export function describeDandiset(
  ref: { readonly id: string; readonly version: string },
  metadata: Metadata,
): DandisetDescription {
  const summary = findMap(metadata.get('assetsSummary'));
  const subjects = findNumber(summary.get('numberOfSubjects'));
  const files = findNumber(summary.get('numberOfFiles'));
  const bytes = findNumber(summary.get('numberOfBytes'));
  return {
    id: ref.id,
    version: ref.version,
    name: findText(metadata.get('name')),
    description: findText(metadata.get('description')),
    contributors: findList(metadata.get('contributor')).flatMap(readContributor),
    species: findNames(summary.get('species')),
    approaches: findNames(summary.get('approach')),
    techniques: findNames(summary.get('measurementTechnique')),
    keywords: findList(metadata.get('keywords')).flatMap((keyword) =>
      typeof keyword === 'string' ? [keyword] : [],
    ),
    license: findList(metadata.get('license')).flatMap((license) =>
      typeof license === 'string' ? [license] : [],
    ),
    ...(subjects === undefined ? {} : { numberOfSubjects: subjects }),
    ...(files === undefined ? {} : { numberOfFiles: files }),
    ...(bytes === undefined ? {} : { numberOfBytes: bytes }),
  };
}

function readContributor(value: PythonValue): DandisetDescription['contributors'][number][] {
  const contributor = findMap(value);
  const name = findText(contributor.get('name'));
  if (name === '') return [];
  return [
    { name, kind: findText(contributor.get('schemaKey')) === 'Organization' ? 'organization' : 'person' },
  ];
}

function findNames(value: PythonValue | undefined): string[] {
  const names = findList(value).map((each) => findText(findMap(each).get('name')));
  return [...new Set(names.filter((name) => name !== ''))];
}

function findMap(value: PythonValue | undefined): Metadata {
  return value instanceof Map ? value : new Map();
}

function findList(value: PythonValue | undefined): readonly PythonValue[] {
  return Array.isArray(value) ? value : [];
}

function findText(value: PythonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function findNumber(value: PythonValue | undefined): number | undefined {
  if (value instanceof PythonInt) return Number(value.digits);
  return typeof value === 'number' ? value : undefined;
}
