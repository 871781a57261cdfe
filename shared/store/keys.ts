/**
 * The names of all stored documents: the only module that builds or parses keys of the results bucket, or of the
 * folder used in its place. Pure. Every part of a key is checked first,
 * so that no id, version or hash from outside can name another document or leave the store.
 *
 * | key | content |
 * | --- | --- |
 * | `headers/<blob id or Zarr checksum>.json` | one file's header, stored forever; see `header-store.ts` |
 * | `headers/<the same>.digest.json` | the part of it that grouping needs |
 * | `runs/<dandiset>/<version>/<input hash>/…` | what the steps of one run pass on; expires |
 * | `runs/requests/<run id>.json`, `runs/days/<date>.json` | the requests for runs over HTTP, and their number per day; expire |
 * | `runs/turns.json` | the current runs, and those that wait for their turn; see `turns.ts` |
 * | `runs/spend/<date>.json` | the tokens and cost of a day's replies; see `spend.ts`; expires |
 * | `summaries/<dandiset>/<version>/summary.md`, `summary_prompt.md`, `summary.json` | a summary; see `summary-store.ts` |
 * | `summaries/<dandiset>/latest.json` | the Dandiset's default version |
 * | `summaries/<dandiset>/<version>/listing.parquet` | the NWB files of the version and their content; see `put-listing.ts` |
 * | `kept/<dandiset>/<version>/<sha256>.md` | every text that a `summary.json` ever named, by its hash |
 * | `catalog.json`, `catalog/<part>.json` | the bulk index; see `catalog-store.ts` |
 * | `files/generation=<revisions>/shard=<hex>/<sha256>.parquet`, `nodes/…` | the open catalog of headers; see `header-tables` |
 * | `files/generation=<revisions>/shard=<hex>/claims.json` | which file is in which of these parts |
 * | `search-index` | what search loads: one compressed object; see `shared/search/search-store.ts` |
 * | `search-pending/<dandiset>-<hash>.json` | a change of the index until a writer merges it, for seconds |
 * | `publications/baseline.json` | the versions that existed before the first poll |
 * | `publications/claims/<dandiset>/<version>.json` | a version that a poller found, and who announces it |
 * | `publications/announced/<dandiset>/<version>.json` | the receipt: its event is on the bus |
 * | `failures/<dandiset>/<version>/<input>.json` | why a run of a sweep failed, and how often |
 * | `drafts.json` | the content of each draft at the last sweep |
 * | `sweeps/<sweep>/…` | what the steps of one sweep pass on; expires |
 * | `reports/<sweep>.json` | the report of a sweep |
 */

import { DANDISET_ID, VERSION_NAME } from '../archive/version-ref.ts';
import { InvalidInputError } from '../errors.ts';
import { findOwn } from '../own-entry.ts';

/** Lower-case hex of at least 64 bits: fewer could collide over the archive's lifetime. */
const INPUT_HASH = /^[0-9a-f]{16,64}$/;
const SHA256 = /^[0-9a-f]{64}$/;
/** A sweep's start and its execution's name, in lower case. */
const SWEEP_ID = /^[a-z0-9][a-z0-9_-]{0,79}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
/** A Zarr's checksum in DANDI's form: md5, number of files, number of bytes. */
const ZARR_CHECKSUM = /^[0-9a-f]{32}-[0-9]{1,15}--[0-9]{1,20}$/;
/** The revisions of the reader and of the tables. */
const GENERATION = /^[0-9]{1,6}\.[0-9]{1,6}$/;
/** S3's limit for a key, in bytes of UTF-8. */
const KEY_BYTES = 1024;

/** One execution over one version; `inputHash` identifies its whole input. */
export interface RunId {
  readonly dandisetId: string;
  readonly version: string;
  readonly inputHash: string;
}

/** The documents that the steps of a run pass to each other. */
export const RUN_DOCUMENTS = [
  'assets.jsonl',
  'records.jsonl',
  'metadata.json',
  'listing.json',
  'reading.json',
  'facts.json',
  'sessions.csv',
  'sessions.parquet',
  'prompt.md',
  'prompt.json',
  'replies.json',
  'opinions.json',
  'lease.json',
] as const;

export type RunDocument = (typeof RUN_DOCUMENTS)[number];

/** The three documents of a summary, with their names in the version's folder. */
const SUMMARY_DOCUMENTS = {
  markdown: 'summary.md',
  prompt: 'summary_prompt.md',
  provenance: 'summary.json',
} as const;

export type SummaryDocument = keyof typeof SUMMARY_DOCUMENTS;

/** The keys of one version's summary. */
export type SummaryKeys = Readonly<Record<SummaryDocument, string>>;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  jsonl: 'application/jsonl',
  md: 'text/markdown; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

/**
 * The key of a file's header: `contentId` is the blob's id or the Zarr's checksum, both of which identify
 * content that cannot change. The reader's revision is inside the document, not in its key: each file
 * has one header, the newest, and older ones do not accumulate.
 * @throws InvalidInputError
 */
export function headerKey(contentId: string): string {
  return `headers/${requireContentId(contentId)}.json`;
}

/** The key of that header's digest. @throws InvalidInputError */
export function headerDigestKey(contentId: string): string {
  return `headers/${requireContentId(contentId)}.digest.json`;
}

/** All headers and their digests, or those of one shard of the tables, for listing. @throws InvalidInputError */
export function headerPrefix(shard?: string): string {
  return shard === undefined ? 'headers/' : `headers/${requireShard(shard)}`;
}

/** The content whose digest is at the key, or undefined for any other key. The reverse of `headerDigestKey`. */
export function parseHeaderDigestKey(key: string): string | undefined {
  const contentId = /^headers\/([^/]+)\.digest\.json$/.exec(key)?.[1];
  if (contentId === undefined) return undefined;
  return UUID.test(contentId) || ZARR_CHECKSUM.test(contentId) ? contentId : undefined;
}

/** The shards of the tables of headers: by the first hex digit of a file's content. */
export const TABLE_SHARDS: readonly string[] = [...'0123456789abcdef'];

/** The shard that a file belongs to. @throws InvalidInputError */
export function findTableShard(contentId: string): string {
  return requireContentId(contentId).slice(0, 1);
}

/** A table of headers, all generations of it or one, for listing; with its closing slash. @throws InvalidInputError */
export function tablePrefix(table: 'files' | 'nodes', generation?: string): string {
  if (generation === undefined) return `${table}/`;
  return `${table}/generation=${requireField('generation', generation, GENERATION, 'two revisions such as 3.1')}/`;
}

/** The parts of one shard of a table, for listing; with its closing slash. @throws InvalidInputError */
export function tableShardPrefix(table: 'files' | 'nodes', generation: string, shard: string): string {
  return `${tablePrefix(table, generation)}shard=${requireShard(shard)}/`;
}

/** One part of a table, named by the hash of its files. @throws InvalidInputError */
export function tablePartKey(
  table: 'files' | 'nodes',
  generation: string,
  shard: string,
  part: string,
): string {
  const hash = requireField('part', part, SHA256, '64 lower-case hex digits');
  return `${tableShardPrefix(table, generation, shard)}${hash}.parquet`;
}

/** The document that records which file is in which part of the tables. @throws InvalidInputError */
export function tableClaimsKey(generation: string, shard: string): string {
  return `${tablePrefix('files', generation)}shard=${requireShard(shard)}/claims.json`;
}

/** The folder of a run, with its closing slash. @throws InvalidInputError */
export function runPrefix(dandisetId: string, version: string, inputHash: string): string {
  const hash = requireField('inputHash', inputHash, INPUT_HASH, '16 to 64 lower-case hex digits');
  return `runs/${versionPath(dandisetId, version)}/${hash}/`;
}

/** The key of one document of a run. @throws InvalidInputError */
export function runDocumentKey(run: RunId, name: RunDocument): string {
  if (!RUN_DOCUMENTS.includes(name)) throw invalid('name', name, `one of ${RUN_DOCUMENTS.join(', ')}`);
  return `${runPrefix(run.dandisetId, run.version, run.inputHash)}${name}`;
}

/**
 * The prefix of the results of the map over the files, without a trailing slash: Step Functions adds
 * `/<execution id>/manifest.json` and the result files to it.
 * @throws InvalidInputError
 */
export function mapResultPrefix(run: RunId): string {
  return `${runPrefix(run.dandisetId, run.version, run.inputHash)}map`;
}

/** The request for a run over HTTP; `runId` is a UUID. @throws InvalidInputError */
export function runRequestKey(runId: string): string {
  return `runs/requests/${requireField('runId', runId, UUID, 'a lower-case UUID')}.json`;
}

/** The runs that were started over HTTP on a day (`2026-11-22`, UTC). @throws InvalidInputError */
export function runDayKey(day: string): string {
  return `runs/days/${requireField('day', day, DAY, 'a date such as 2026-11-22')}.json`;
}

/** The runs that have a turn, and those that wait for one. */
export function turnsKey(): string {
  return 'runs/turns.json';
}

/** The tokens and cost of the replies of a day (`2026-11-22`, UTC). @throws InvalidInputError */
export function spendKey(day: string): string {
  return `runs/spend/${requireField('day', day, DAY, 'a date such as 2026-11-22')}.json`;
}

/** The keys of a version's summary. @throws InvalidInputError */
export function summaryKeys(dandisetId: string, version: string): SummaryKeys {
  const folder = `summaries/${versionPath(dandisetId, version)}`;
  return {
    markdown: `${folder}/${SUMMARY_DOCUMENTS.markdown}`,
    prompt: `${folder}/${SUMMARY_DOCUMENTS.prompt}`,
    provenance: `${folder}/${SUMMARY_DOCUMENTS.provenance}`,
  };
}

/** The key of the table of sessions beside a version's summary. @throws InvalidInputError */
export function sessionsKeys(dandisetId: string, version: string): { csv: string; parquet: string } {
  const folder = `summaries/${versionPath(dandisetId, version)}`;
  return { csv: `${folder}/sessions.csv`, parquet: `${folder}/sessions.parquet` };
}

/** The key of the list of a version's NWB files, beside its summary. @throws InvalidInputError */
export function listingKey(dandisetId: string, version: string): string {
  return `summaries/${versionPath(dandisetId, version)}/listing.parquet`;
}

/** The prefix of all summaries, or of one Dandiset's, for listing. @throws InvalidInputError */
export function summaryPrefix(dandisetId?: string): string {
  return dandisetId === undefined ? 'summaries/' : `summaries/${requireDandisetId(dandisetId)}/`;
}

/** The parts of a summary's key, or undefined for any other key. The reverse of `summaryKeys`. */
export function parseSummaryKey(
  key: string,
): { dandisetId: string; version: string; document: SummaryDocument } | undefined {
  const [root, dandisetId = '', version = '', name, ...rest] = key.split('/');
  if (
    root !== 'summaries' ||
    rest.length > 0 ||
    !DANDISET_ID.test(dandisetId) ||
    !VERSION_NAME.test(version)
  ) {
    return undefined;
  }
  for (const document of Object.keys(SUMMARY_DOCUMENTS) as SummaryDocument[]) {
    if (SUMMARY_DOCUMENTS[document] === name) return { dandisetId, version, document };
  }
  return undefined;
}

/** A text of a summary under its own hash (64 hex digits of its SHA-256). @throws InvalidInputError */
export function keptKey(dandisetId: string, version: string, sha256: string): string {
  const hash = requireField('sha256', sha256, SHA256, '64 lower-case hex digits');
  return `kept/${versionPath(dandisetId, version)}/${hash}.md`;
}

/** The document that names a Dandiset's default version. @throws InvalidInputError */
export function latestKey(dandisetId: string): string {
  return `summaries/${requireDandisetId(dandisetId)}/latest.json`;
}

/** The catalog. */
export function catalogKey(): string {
  return 'catalog.json';
}

/** One part of a split index; `part` is a UUID that no other part ever had. @throws InvalidInputError */
export function catalogPartKey(part: string): string {
  return `catalog/${requireField('part', part, UUID, 'a lower-case UUID')}.json`;
}

/** The search index, one object. */
export function searchIndexKey(): string {
  return 'search-index';
}

/**
 * A pending change of the search index; `sha256` is of its own text, so that no two changes share a key.
 * @throws InvalidInputError
 */
export function searchPendingKey(dandisetId: string, sha256: string): string {
  const hash = requireField('sha256', sha256, SHA256, '64 lower-case hex digits');
  return `${searchPendingPrefix()}${requireDandisetId(dandisetId)}-${hash}.json`;
}

/** All pending changes of the search index, for listing. */
export function searchPendingPrefix(): string {
  return 'search-pending/';
}

/** The versions that existed before the first poll. */
export function publicationBaselineKey(): string {
  return 'publications/baseline.json';
}

/** The documents of a version's publication, in this order: the claim, and the receipt of its event. */
export const PUBLICATION_DOCUMENTS = ['claims', 'announced'] as const;

export type PublicationDocument = (typeof PUBLICATION_DOCUMENTS)[number];

/** The claim or the receipt of a published version. @throws InvalidInputError */
export function publicationKey(document: PublicationDocument, dandisetId: string, version: string): string {
  return `${publicationPrefix(document)}${versionPath(dandisetId, version)}.json`;
}

/** All claims, or all receipts, for listing. */
export function publicationPrefix(document: PublicationDocument): string {
  return `publications/${document}/`;
}

/** The version in a claim's or a receipt's key, or undefined for any other key. */
export function parsePublicationKey(key: string): { dandisetId: string; version: string } | undefined {
  const [root, document = '', dandisetId = '', file = '', ...rest] = key.split('/');
  const version = file.replace(/\.json$/, '');
  const isOne =
    root === 'publications' &&
    (PUBLICATION_DOCUMENTS as readonly string[]).includes(document) &&
    DANDISET_ID.test(dandisetId) &&
    VERSION_NAME.test(version) &&
    file.endsWith('.json') &&
    rest.length === 0;
  return isOne ? { dandisetId, version } : undefined;
}

/** The record of failures over one input (64 hex digits) of a version. @throws InvalidInputError */
export function failureKey(dandisetId: string, version: string, input: string): string {
  return `${failurePrefix(dandisetId, version)}${requireField('input', input, SHA256, '64 lower-case hex digits')}.json`;
}

/** All records of failures: of all Dandisets, of one, or of one version. @throws InvalidInputError */
export function failurePrefix(dandisetId?: string, version?: string): string {
  if (dandisetId === undefined) return 'failures/';
  return version === undefined
    ? `failures/${requireDandisetId(dandisetId)}/`
    : `failures/${versionPath(dandisetId, version)}/`;
}

/** The content of the drafts at the last sweep. */
export function draftsKey(): string {
  return 'drafts.json';
}

/** The documents that the steps of a sweep pass to each other. */
export const SWEEP_DOCUMENTS = ['due.jsonl', 'plan.json'] as const;

export type SweepDocument = (typeof SWEEP_DOCUMENTS)[number];

/** The key of one document of a sweep. @throws InvalidInputError */
export function sweepDocumentKey(sweepId: string, name: SweepDocument): string {
  if (!SWEEP_DOCUMENTS.includes(name)) throw invalid('name', name, `one of ${SWEEP_DOCUMENTS.join(', ')}`);
  return `${sweepPrefix(sweepId)}${name}`;
}

/** The report of a sweep. @throws InvalidInputError */
export function sweepReportKey(sweepId: string): string {
  return `reports/${requireSweepId(sweepId)}.json`;
}

/** The prefix of the results of the map over a sweep's runs, without a trailing slash. @throws InvalidInputError */
export function sweepResultPrefix(sweepId: string): string {
  return `${sweepPrefix(sweepId)}map`;
}

/** The folder of a sweep, with its closing slash. @throws InvalidInputError */
export function sweepPrefix(sweepId: string): string {
  return `sweeps/${requireSweepId(sweepId)}/`;
}

/** Every text that a `summary.json` ever named, of all Dandisets, for listing. */
export function keptPrefix(): string {
  return 'kept/';
}

/** The Dandiset in a key below `summaryPrefix` or `keptPrefix`, or undefined for any other key. */
export function parseDandisetKey(key: string): string | undefined {
  const [root, dandisetId = ''] = key.split('/');
  return (root === 'summaries' || root === 'kept') && DANDISET_ID.test(dandisetId) ? dandisetId : undefined;
}

/**
 * The keys and prefixes of everything stored about one Dandiset, in the order of removal: first the documents that
 * people read, and last those by which a repeated removal finds the rest if the first is interrupted. Headers are not
 * included: they are stored under their content's id and name no Dandiset.
 * @throws InvalidInputError
 */
export function dandisetPrefixes(dandisetId: string): readonly string[] {
  const id = requireDandisetId(dandisetId);
  return [`summaries/${id}/`, `runs/${id}/`, `failures/${id}/`, `kept/${id}/`];
}

/** The content type of a document by its key's extension; `application/octet-stream` for any other. */
export function findContentType(key: string): string {
  const extension = /\.([a-z]+)$/.exec(key)?.[1] ?? '';
  return findOwn(CONTENT_TYPES, extension) ?? 'application/octet-stream';
}

/**
 * Returns the key if every store supports it: segments of printable characters between single slashes,
 * none of them `.` or `..`, 1,024 bytes of UTF-8 at most. Both adapters enforce it, so that a key valid for
 * one is valid for the other.
 * @throws InvalidInputError
 */
export function requireKey(key: string): string {
  const segments = key.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw invalid('key', key, 'segments between single slashes, none of them "." or ".."');
  }
  if (/[\p{Cc}\p{Cs}\ufffe\uffff]/u.test(key)) {
    throw invalid('key', key, 'well-formed text without control characters');
  }
  if (new TextEncoder().encode(key).length > KEY_BYTES) {
    throw invalid('key', key, `at most ${KEY_BYTES} bytes`);
  }
  return key;
}

/** Returns the id. @throws InvalidInputError unless it has six digits */
function requireDandisetId(id: string): string {
  return requireField('dandisetId', id, DANDISET_ID, 'six digits');
}

/** Returns the version. @throws InvalidInputError unless it is `draft` or `0.YYMMDD.HHMM` */
function requireVersion(version: string): string {
  return requireField('version', version, VERSION_NAME, '"draft" or of the form 0.YYMMDD.HHMM');
}

function requireShard(shard: string): string {
  return requireField('shard', shard, /^[0-9a-f]$/, 'one lower-case hex digit');
}

/** Returns the id. @throws InvalidInputError unless it identifies content: a blob's id or a Zarr's checksum */
function requireContentId(contentId: string): string {
  const pattern = String(contentId).includes('--') ? ZARR_CHECKSUM : UUID;
  return requireField(
    'contentId',
    contentId,
    pattern,
    "a blob's id (a lower-case UUID) or a Zarr's checksum",
  );
}

/** Returns the sweep's id. @throws InvalidInputError */
function requireSweepId(sweepId: string): string {
  return requireField('sweepId', sweepId, SWEEP_ID, '1 to 80 lower-case letters, digits, - and _');
}

function versionPath(dandisetId: string, version: string): string {
  return `${requireDandisetId(dandisetId)}/${requireVersion(version)}`;
}

function requireField(field: string, value: string, pattern: RegExp, form: string): string {
  // The type is string, but ids come from payloads: a number would match the pattern too.
  if (typeof value !== 'string' || !pattern.test(value)) throw invalid(field, value, form);
  return value;
}

function invalid(field: string, value: string, form: string): InvalidInputError {
  const shown = JSON.stringify(value) ?? String(value);
  const short = shown.length > 80 ? `${shown.slice(0, 77)}…` : shown;
  return new InvalidInputError(`The store's ${field} must be ${form}, not ${short}.`, { field });
}
