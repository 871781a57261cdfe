/** A Dandiset as schema.org's `Dataset` for search engines, and as Croissant 1.0 for machine learning. Pure. */
import { SESSION_COLUMNS } from '../../facts/session-row.ts';
import type { DandisetView } from '../page/dandiset-view.ts';
import { archiveUrl, buildBibtex, findDoi } from '../page/use-it.ts';
import { versionPath } from '../paths.ts';

/** Characters of the description: search engines take 50 to 5,000. */
const DESCRIPTION_CHARACTERS = 5_000;
const SHORTEST_DESCRIPTION = 50;

/** The parts of a page that the linked data include. */
export type LinkedView = Pick<
  DandisetView,
  'dandiset' | 'generatedAt' | 'licenses' | 'coverage' | 'contents' | 'facts' | 'metadata'
>;

/** One form of the table of sessions beside a summary, as the summary records it. */
export interface SessionFile {
  readonly sha256: string;
  readonly bytes: number;
}

/** Both forms. */
export interface SessionFiles {
  readonly csv: SessionFile;
  readonly parquet: SessionFile;
}

/** Schema.org's Dataset. `text` is what the summary says was done. */
export function buildDataset(
  view: LinkedView,
  text: string,
  keywords: readonly string[],
): Record<string, unknown> {
  const { dandiset, metadata } = view;
  const doi = findDoi(view);
  const url = archiveUrl(dandiset.id, dandiset.version);
  const bytes = view.contents?.bytes;
  return {
    '@context': 'https://schema.org/',
    '@type': 'Dataset',
    '@id': doi === undefined ? url : `https://doi.org/${doi}`,
    ...buildCommonFields(view, text, keywords),
    url,
    identifier: [
      `DANDI:${dandiset.id}/${dandiset.version}`,
      ...(doi === undefined ? [] : [`https://doi.org/${doi}`]),
    ],
    isAccessibleForFree: metadata?.access === undefined || metadata.access === 'OpenAccess',
    includedInDataCatalog: { '@type': 'DataCatalog', name: 'DANDI Archive', url: 'https://dandiarchive.org' },
    ...(bytes === undefined ? {} : { size: `${bytes} B` }),
    distribution: [{ '@type': 'DataDownload', contentUrl: url, encodingFormat: 'application/x-nwb' }],
  };
}

function buildCommonFields(
  view: LinkedView,
  text: string,
  keywords: readonly string[],
): Record<string, unknown> {
  const { dandiset, metadata, generatedAt, licenses } = view;
  const name = dandiset.name.trim() || `DANDI:${dandiset.id}`;
  const published = findPublished(dandiset.version);
  const plain = text.replaceAll(/[*_`\\]/g, '').trim();
  const description =
    plain.length >= SHORTEST_DESCRIPTION
      ? plain
      : `${name}. ${plain} A Dandiset of the DANDI Archive: neurophysiology data.`;
  const creators = (metadata?.contributors ?? [])
    .filter(({ isInCitation }) => isInCitation)
    .map(({ name: creator, kind, orcid }) => ({
      '@type': kind === 'person' ? 'Person' : 'Organization',
      name: creator,
      ...(orcid === undefined ? {} : { '@id': `https://orcid.org/${orcid}` }),
    }));
  return {
    name,
    description: description.slice(0, DESCRIPTION_CHARACTERS),
    keywords,
    version: dandiset.version,
    license: licenses.map((license) => `https://spdx.org/licenses/${encodeURIComponent(license)}`),
    creator: creators.length > 0 ? creators : [{ '@type': 'Organization', name: 'DANDI Archive' }],
    publisher: { '@type': 'Organization', name: 'DANDI Archive', url: 'https://dandiarchive.org' },
    datePublished: metadata?.published ?? published ?? metadata?.created ?? generatedAt,
    dateModified: metadata?.modified ?? published ?? generatedAt,
  };
}

/** When a version was published, from its name (`0.YYMMDD.HHMM`, UTC); undefined for a draft. */
function findPublished(version: string): string | undefined {
  const [, ...parts] = /^0\.(\d{2})(\d{2})(\d{2})\.(\d{2})(\d{2})$/.exec(version) ?? [];
  const [year, month, day, hour, minute] = parts;
  return year === undefined ? undefined : `20${year}-${month}-${day}T${hour}:${minute}:00Z`;
}

/** The context that Croissant 1.0 prescribes. */
const CROISSANT_CONTEXT = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  cr: 'http://mlcommons.org/croissant/',
  rai: 'http://mlcommons.org/croissant/RAI/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  equivalentProperty: 'cr:equivalentProperty',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileProperty: 'cr:fileProperty',
  fileObject: 'cr:fileObject',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  parentField: 'cr:parentField',
  path: 'cr:path',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  samplingRate: 'cr:samplingRate',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
} as const;

const CROISSANT_TYPES = { text: 'sc:Text', integer: 'sc:Integer', number: 'sc:Float' } as const;

/** Croissant: the version's table of sessions as records, where it has one; the data themselves are in the archive. */
export function buildCroissant(
  view: LinkedView,
  text: string,
  keywords: readonly string[],
  origin: string,
  sessions: Partial<SessionFiles> | undefined,
): Record<string, unknown> {
  const { id, version } = view.dandiset;
  return {
    '@context': CROISSANT_CONTEXT,
    '@type': 'sc:Dataset',
    conformsTo: 'http://mlcommons.org/croissant/1.0',
    ...buildCommonFields(view, text, keywords),
    version: croissantVersion(version),
    url: archiveUrl(id, version),
    citeAs: buildBibtex(view),
    isLiveDataset: version === 'draft',
    ...(sessions?.csv === undefined
      ? {}
      : buildTable(`${origin}${versionPath(id, version)}`, { ...sessions, csv: sessions.csv })),
  };
}

/** Croissant requires MAJOR.MINOR.PATCH without leading zeros: `0.250204.1626` stays unchanged; a draft is 0.0.0. */
function croissantVersion(version: string): string {
  return version === 'draft' ? '0.0.0' : version.split('.').map(Number).join('.');
}

/** Lists both forms; the records refer to the CSV, which can be read without further libraries. */
function buildTable(
  path: string,
  { csv, parquet }: { readonly csv: SessionFile; readonly parquet?: SessionFile },
): Record<string, unknown> {
  return {
    distribution: [
      buildFileObject(path, 'sessions.csv', 'text/csv', csv),
      ...(parquet === undefined
        ? []
        : [buildFileObject(path, 'sessions.parquet', 'application/vnd.apache.parquet', parquet)]),
    ],
    recordSet: [
      {
        '@type': 'cr:RecordSet',
        '@id': 'sessions',
        name: 'sessions',
        description: 'One record per file.',
        field: SESSION_COLUMNS.map(({ name, kind }) => ({
          '@type': 'cr:Field',
          '@id': `sessions/${name}`,
          name,
          description: name.replaceAll('_', ' '),
          dataType: CROISSANT_TYPES[kind],
          source: { fileObject: { '@id': 'sessions.csv' }, extract: { column: name } },
        })),
      },
    ],
  };
}

function buildFileObject(
  path: string,
  name: string,
  encodingFormat: string,
  { sha256, bytes }: SessionFile,
): Record<string, unknown> {
  return {
    '@type': 'cr:FileObject',
    '@id': name,
    name,
    description: 'One row per file of the version: subject, session and values from the header.',
    contentUrl: `${path}/${name}`,
    contentSize: `${bytes} B`,
    encodingFormat,
    sha256,
  };
}
