/**
 * Builds the objects of a bucket from a described Dandiset: blobs under their ids, and for each version the five
 * manifests, with the metadata as in the archive (dandi-archive, `dandiapi/api/manifests.py`;
 * dandischema 0.6.8).
 */
import { createHash } from 'node:crypto';
import type {
  NwbAssetFacts,
  SampleContributor,
  SampleDandiset,
  SampleFile,
  SampleVersion,
} from './dandiset.ts';
import { buildUuid } from './seeds.ts';
import { buildYaml, type Json } from './yaml.ts';

/** One object of the bucket. */
export interface BucketObject {
  /** Key, with forward slashes and no leading one. */
  readonly key: string;
  readonly body: Uint8Array;
}

const SCHEMA_VERSION = '0.6.8';
const CONTEXT = `https://raw.githubusercontent.com/dandi/schema/master/releases/${SCHEMA_VERSION}/context.json`;
const API_URL = 'https://api.dandiarchive.org/api';
const BUCKET_URL = 'https://dandiarchive.s3.amazonaws.com';
/** The prefix of identifiers in DANDI's tests, which do not resolve. */
const TEST_DOI_PREFIX = '10.80507';
const NWB_FORMAT = 'application/x-nwb';
const NWB_STANDARD = {
  name: 'Neurodata Without Borders (NWB)',
  schemaKey: 'StandardsType',
  identifier: 'RRID:SCR_015242',
};
const OPEN_ACCESS = [{ status: 'dandi:OpenAccess', schemaKey: 'AccessRequirements' }];

/** A file with the identifiers that the archive assigns. */
interface Asset {
  readonly file: SampleFile;
  readonly assetId: string;
  readonly blobId: string;
  /** When it was first published, if it was. */
  readonly publishedAt: string | undefined;
}

/** Every object of the bucket that belongs to the Dandiset: its blobs, once each, and its manifests. */
export function buildBucketObjects(dandiset: SampleDandiset): BucketObject[] {
  const objects = new Map<string, BucketObject>();
  const publications = dandiset.versions
    .filter(({ version }) => version !== 'draft')
    .sort((one, other) => (one.at < other.at ? -1 : 1));
  for (const version of dandiset.versions) {
    const assets = version.files.map((file) => buildAsset(dandiset, file, publications));
    for (const { blobId, file } of assets) {
      const key = blobKey(blobId);
      objects.set(key, { key, body: file.bytes });
    }
    for (const manifest of buildManifests(dandiset, version, assets)) objects.set(manifest.key, manifest);
  }
  return [...objects.values()];
}

/** The key of a blob: its id's first and second three characters are folders. */
function blobKey(blobId: string): string {
  return `blobs/${blobId.slice(0, 3)}/${blobId.slice(3, 6)}/${blobId}`;
}

/** An asset keeps its id through all versions in which its path has the same content. */
function buildAsset(
  dandiset: SampleDandiset,
  file: SampleFile,
  publications: readonly SampleVersion[],
): Asset {
  const sha256 = hash('sha256', file.bytes);
  const isSame = (other: SampleFile): boolean =>
    other.path === file.path && hash('sha256', other.bytes) === sha256;
  return {
    file,
    assetId: buildUuid(`asset ${dandiset.identifier} ${file.path} ${sha256}`),
    blobId: buildUuid(`blob ${sha256}`),
    publishedAt: publications.find(({ files }) => files.some(isSame))?.at,
  };
}

/** The five manifests, in the order in which the archive writes them. */
function buildManifests(
  dandiset: SampleDandiset,
  version: SampleVersion,
  assets: readonly Asset[],
): BucketObject[] {
  const folder = `dandisets/${dandiset.identifier}/${version.version}`;
  const metadata = buildDandisetMetadata(dandiset, version, assets);
  const assetMetadata = assets.map((asset) => buildAssetMetadata(dandiset, asset));
  const collection = {
    '@context': CONTEXT,
    id: `DANDI:${dandiset.identifier}/${version.version}`,
    '@type': 'prov:Collection',
    hasMember: assets.map(({ assetId }) => `dandiasset:${assetId}`),
  };
  const documents: Record<string, string> = {
    'dandiset.yaml': buildYaml(metadata),
    'assets.yaml': buildYaml(assetMetadata),
    'dandiset.jsonld': JSON.stringify(metadata),
    'assets.jsonld': JSON.stringify(assetMetadata),
    'collection.jsonld': JSON.stringify(collection),
  };
  return Object.entries(documents).map(([name, text]) => ({
    key: `${folder}/${name}`,
    body: new TextEncoder().encode(text),
  }));
}

function buildDandisetMetadata(
  dandiset: SampleDandiset,
  { version, at }: SampleVersion,
  assets: readonly Asset[],
): { [key: string]: Json } {
  const { identifier } = dandiset;
  const url = `https://dandiarchive.org/dandiset/${identifier}/${version}`;
  const isDraft = version === 'draft';
  const doi = `${TEST_DOI_PREFIX}/dandi.${identifier}/${version}`;
  return {
    '@context': CONTEXT,
    id: `DANDI:${identifier}/${version}`,
    ...(isDraft ? {} : { doi }),
    url,
    name: dandiset.name,
    access: OPEN_ACCESS,
    license: ['spdx:CC-BY-4.0'],
    version,
    citation: buildCitation(dandiset, version, at, isDraft ? url : `https://doi.org/${doi}`),
    keywords: dandiset.keywords,
    schemaKey: 'Dandiset',
    identifier: `DANDI:${identifier}`,
    repository: 'https://dandiarchive.org',
    contributor: dandiset.contributors.map(buildContributor),
    dateCreated: dandiset.createdAt,
    dateModified: at,
    ...(isDraft ? {} : { datePublished: at, publishedBy: buildPublication(at) }),
    description: dandiset.description,
    assetsSummary: buildAssetsSummary(assets),
    schemaVersion: SCHEMA_VERSION,
    manifestLocation: isDraft
      ? [`${API_URL}/dandisets/${identifier}/versions/draft/assets/`]
      : [`${BUCKET_URL}/dandisets/${identifier}/${version}/assets.yaml`],
  };
}

function buildContributor({ name, kind, roles, email }: SampleContributor): Json {
  return {
    name,
    ...(email === undefined ? {} : { email }),
    roleName: roles,
    schemaKey: kind,
    ...(kind === 'Person' ? { affiliation: [] } : {}),
    includeInCitation: kind === 'Person',
  };
}

function buildCitation(dandiset: SampleDandiset, version: string, at: string, url: string): string {
  const names = dandiset.contributors.filter(({ kind }) => kind === 'Person').map(({ name }) => name);
  return `${names.join('; ')} (${at.slice(0, 4)}) ${dandiset.name} (Version ${version}) [Data set]. DANDI Archive. ${url}`;
}

/** The totals of a version's assets, in the archive's order. */
function buildAssetsSummary(assets: readonly Asset[]): Json {
  const nwb = assets.map(({ file }) => file.nwb).filter((facts) => facts !== undefined);
  const subjects = new Map(nwb.map(({ subject }) => [subject.id, subject]));
  const species = new Map([...subjects.values()].map((subject) => [subject.species.taxon, subject.species]));
  const buildNames = (schemaKey: string, key: 'approach' | 'measurementTechnique'): Json =>
    distinct(nwb.flatMap((facts) => facts[key])).map((name) => ({ name, schemaKey }));
  return {
    species: [...species.values()].map(({ latin, common, taxon }) => ({
      name: `${latin} - ${common}`,
      schemaKey: 'SpeciesType',
      identifier: taxon,
    })),
    approach: buildNames('ApproachType', 'approach'),
    schemaKey: 'AssetsSummary',
    dataStandard: [NWB_STANDARD],
    numberOfBytes: assets.reduce((sum, { file }) => sum + file.bytes.length, 0),
    numberOfFiles: assets.length,
    numberOfSubjects: subjects.size,
    variableMeasured: distinct(nwb.flatMap((facts) => facts.variableMeasured)),
    measurementTechnique: buildNames('MeasurementTechniqueType', 'measurementTechnique'),
  };
}

function buildAssetMetadata(dandiset: SampleDandiset, asset: Asset): { [key: string]: Json } {
  const { file, assetId, blobId, publishedAt } = asset;
  return {
    '@context': CONTEXT,
    id: `dandiasset:${assetId}`,
    path: file.path,
    access: OPEN_ACCESS,
    digest: { 'dandi:dandi-etag': buildEtag(file.bytes), 'dandi:sha2-256': hash('sha256', file.bytes) },
    keywords: file.nwb?.keywords ?? dandiset.keywords,
    schemaKey: 'Asset',
    contentUrl: [`${API_URL}/assets/${assetId}/download/`, `${BUCKET_URL}/${blobKey(blobId)}`],
    identifier: assetId,
    repository: 'https://dandiarchive.org',
    contentSize: file.bytes.length,
    dateModified: file.modifiedAt,
    schemaVersion: SCHEMA_VERSION,
    encodingFormat: file.encodingFormat,
    blobDateModified: file.modifiedAt,
    ...(publishedAt === undefined
      ? {}
      : { datePublished: publishedAt, publishedBy: buildPublication(publishedAt) }),
    ...(file.nwb === undefined ? {} : buildExtracted(file.nwb)),
    ...(file.encodingFormat === NWB_FORMAT ? { dataStandard: [NWB_STANDARD] } : {}),
  };
}

/** The metadata that the archive's client extracts from an NWB file. */
function buildExtracted(facts: NwbAssetFacts): { [key: string]: Json } {
  const { subject, session } = facts;
  return {
    approach: facts.approach.map((name) => ({ name, schemaKey: 'ApproachType' })),
    wasGeneratedBy: [
      {
        name: session.id,
        schemaKey: 'Session',
        startDate: session.startTime,
        identifier: session.id,
        description: session.description,
      },
    ],
    wasAttributedTo: [
      {
        age: {
          value: subject.age,
          unitText: 'ISO-8601 duration',
          schemaKey: 'PropertyValue',
          valueReference: { value: 'dandi:BirthReference', schemaKey: 'PropertyValue' },
        },
        sex: {
          name: subject.sex === 'F' ? 'Female' : 'Male',
          schemaKey: 'SexType',
          identifier: `http://purl.obolibrary.org/obo/PATO_000038${subject.sex === 'F' ? 3 : 4}`,
        },
        strain: { name: subject.strain, schemaKey: 'StrainType' },
        species: {
          name: `${subject.species.latin} - ${subject.species.common}`,
          schemaKey: 'SpeciesType',
          identifier: subject.species.taxon,
        },
        genotype: subject.genotype,
        schemaKey: 'Participant',
        identifier: subject.id,
      },
    ],
    variableMeasured: facts.variableMeasured.map((value) => ({ value, schemaKey: 'PropertyValue' })),
    measurementTechnique: facts.measurementTechnique.map((name) => ({
      name,
      schemaKey: 'MeasurementTechniqueType',
    })),
  };
}

function buildPublication(at: string): Json {
  return {
    id: `urn:uuid:${buildUuid(`publication ${at}`)}`,
    name: 'DANDI publish',
    endDate: at,
    schemaKey: 'PublishActivity',
    startDate: at,
    wasAssociatedWith: [
      {
        id: `urn:uuid:${buildUuid('publication agent')}`,
        name: 'DANDI API',
        version: '0.1.0',
        schemaKey: 'Software',
        identifier: 'RRID:SCR_017571',
      },
    ],
  };
}

/** The ETag of a multipart upload in one part: the MD5 of the part's MD5, and the number of parts. */
function buildEtag(bytes: Uint8Array): string {
  return `${createHash('md5').update(createHash('md5').update(bytes).digest()).digest('hex')}-1`;
}

function hash(algorithm: 'sha256', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)];
