/**
 * The names of everything that is kept: the only place where a key of the results bucket, or of the
 * folder that is in for it, is made or taken apart. Pure. Whatever goes into a key is checked first,
 * so that no id, version or hash from outside can name another document or leave the store.
 *
 * | key | holds |
 * | --- | --- |
 * | `headers/<blob id or Zarr checksum>.json` | one file's header, kept forever; see `header-store.ts` |
 * | `headers/<the same>.digest.json` | the little of it that grouping needs |
 * | `runs/<dandiset>/<version>/<input hash>/…` | what the steps of one run hand on; expires |
 * | `runs/requests/<run id>.json`, `runs/days/<date>.json` | what was asked for over HTTP, and how often that day; expire |
 * | `runs/turns.json` | the runs that go on, and those that wait for their turn; see `turns.ts` |
 * | `runs/spend/<date>.json` | what the replies of a day took, and may; see `spend.ts`; expires |
 * | `summaries/<dandiset>/<version>/summary.md`, `summary_prompt.md`, `summary.json` | a summary; see `summaries.ts` |
 * | `summaries/<dandiset>/latest.json` | which version's summary stands for the Dandiset |
 * | `summaries/<dandiset>/<version>/listing.parquet` | the NWB files of the version and their content; see `put-listing.ts` |
 * | `kept/<dandiset>/<version>/<sha256>.md` | every text that a `summary.json` ever named, by its hash |
 * | `catalog.json`, `catalog/<part>.json` | the bulk index; see `catalog-store.ts` |
 * | `files/generation=<revisions>/shard=<hex>/<sha256>.parquet`, `nodes/…` | the open catalog of headers; see `header-tables` |
 * | `files/generation=<revisions>/shard=<hex>/claims.json` | which file is in which of these parts |
 * | `search-index` | what search loads: one compressed object; see `shared/search/search-store.ts` |
 * | `search-pending/<dandiset>-<hash>.json` | a change of the index that some writer will take into it, for seconds |
 * | `publications/baseline.json` | the versions that were there before the first poll |
 * | `publications/claims/<dandiset>/<version>.json` | a version that a poller found, and who announces it |
 * | `publications/announced/<dandiset>/<version>.json` | the receipt: its event is on the bus |
 * | `failures/<dandiset>/<version>/<input>.json` | why a run of a sweep failed, and how often |
 * | `drafts.json` | the content that each draft had when a sweep last looked |
 * | `sweeps/<sweep>/…` | what the steps of one sweep hand on; expires |
 * | `reports/<sweep>.json` | what a sweep did |
 */

import { InvalidInputError } from '../errors.ts';
import { findOwn } from '../own-entry.ts';

/** Dandisets are numbered with six digits. */
const DANDISET_ID = /^[0-9]{6}$/;
/** `draft`, or the UTC minute of the publication. */
const VERSION = /^(?:draft|0\.[0-9]{6}\.[0-9]{4})$/;
/** Lower-case hex of at least 64 bits: fewer could collide over the archive's lifetime. */
const INPUT_HASH = /^[0-9a-f]{16,64}$/;
const SHA256 = /^[0-9a-f]{64}$/;
/** A sweep's start and its execution's name, in lower case. */
const SWEEP_ID = /^[a-z0-9][a-z0-9_-]{0,79}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
/** A Zarr's checksum as DANDI writes it: md5, number of files, number of bytes. */
const ZARR_CHECKSUM = /^[0-9a-f]{32}-[0-9]{1,15}--[0-9]{1,20}$/;
/** Of the reader and of the tables. */
const GENERATION = /^[0-9]{1,6}\.[0-9]{1,6}$/;
/** S3's limit for a key, in bytes of UTF-8. */
const KEY_BYTES = 1024;

/** One execution over one version; `inputHash` names all that went into it. */
export interface RunId {
  readonly dandisetId: string;
  readonly version: string;
  readonly inputHash: string;
}

/** The documents that the steps of a run leave for one another. */
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

/** The three documents of a summary, by their part, with the name each has in the version's folder. */
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
 * Where the header of a file is: `contentId` is the blob's id or the Zarr's checksum, both of which name
 * content that cannot change. The reader's revision is kept inside the document, not in its key: each file
 * has one header, the newest, and nothing piles up behind it.
 * @throws InvalidInputError
 */
export function headerKey(contentId: string): string {
  return `headers/${requireContentId(contentId)}.json`;
}

/** Where the digest of that header is. @throws InvalidInputError */
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

/** One part of a table, named by the hash of the files that it is of. @throws InvalidInputError */
export function tablePartKey(
  table: 'files' | 'nodes',
  generation: string,
  shard: string,
  part: string,
): string {
  const hash = requireField('part', part, SHA256, '64 lower-case hex digits');
  return `${tableShardPrefix(table, generation, shard)}${hash}.parquet`;
}

/** Which file is in which part of the tables. @throws InvalidInputError */
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
 * Where the map over the files writes its results, without a closing slash: Step Functions adds
 * `/<execution id>/manifest.json` and the result files to it.
 * @throws InvalidInputError
 */
export function mapResultPrefix(run: RunId): string {
  return `${runPrefix(run.dandisetId, run.version, run.inputHash)}map`;
}

/** What a run was asked for over HTTP; `runId` is a UUID. @throws InvalidInputError */
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

/** What replies took on a day (`2026-11-22`, UTC). @throws InvalidInputError */
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

/** Where the table of sessions is beside a version's summary. @throws InvalidInputError */
export function sessionsKeys(dandisetId: string, version: string): { csv: string; parquet: string } {
  const folder = `summaries/${versionPath(dandisetId, version)}`;
  return { csv: `${folder}/sessions.csv`, parquet: `${folder}/sessions.parquet` };
}

/** Where the NWB files of a version are listed, beside its summary. @throws InvalidInputError */
export function listingKey(dandisetId: string, version: string): string {
  return `summaries/${versionPath(dandisetId, version)}/listing.parquet`;
}

/** The prefix of all summaries, or of one Dandiset's, for listing. @throws InvalidInputError */
export function summaryPrefix(dandisetId?: string): string {
  return dandisetId === undefined ? 'summaries/' : `summaries/${requireDandisetId(dandisetId)}/`;
}

/** What a summary's key names, or undefined for any other key. The reverse of `summaryKeys`. */
export function parseSummaryKey(
  key: string,
): { dandisetId: string; version: string; document: SummaryDocument } | undefined {
  const [root, dandisetId = '', version = '', name, ...rest] = key.split('/');
  if (root !== 'summaries' || rest.length > 0 || !DANDISET_ID.test(dandisetId) || !VERSION.test(version)) {
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

/** The document that says which version stands for a Dandiset. @throws InvalidInputError */
export function latestKey(dandisetId: string): string {
  return `summaries/${requireDandisetId(dandisetId)}/latest.json`;
}

/** The bulk index. */
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

/** A change of the search index that waits; `sha256` is of its own text, so that no two changes share a key. @throws InvalidInputError */
export function searchPendingKey(dandisetId: string, sha256: string): string {
  const hash = requireField('sha256', sha256, SHA256, '64 lower-case hex digits');
  return `${searchPendingPrefix()}${requireDandisetId(dandisetId)}-${hash}.json`;
}

/** All changes of the search index that wait, for listing. */
export function searchPendingPrefix(): string {
  return 'search-pending/';
}

/** All that was there before the first poll. */
export function publicationBaselineKey(): string {
  return 'publications/baseline.json';
}

/** What a version's publication leaves behind, in this order: the claim, and the receipt of its event. */
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

/** The version that a claim's or a receipt's key names, or undefined for any other key. */
export function parsePublicationKey(key: string): { dandisetId: string; version: string } | undefined {
  const [root, document = '', dandisetId = '', file = '', ...rest] = key.split('/');
  const version = file.replace(/\.json$/, '');
  const isOne =
    root === 'publications' &&
    (PUBLICATION_DOCUMENTS as readonly string[]).includes(document) &&
    DANDISET_ID.test(dandisetId) &&
    VERSION.test(version) &&
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

/** What the drafts held when a sweep last looked. */
export function draftsKey(): string {
  return 'drafts.json';
}

/** The documents that the steps of a sweep leave for one another. */
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

/** Where the map over a sweep's runs writes its results, without a closing slash. @throws InvalidInputError */
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

/** The Dandiset that a key of `summaryPrefix` or `keptPrefix` reports, or undefined for any other key. */
export function parseDandisetKey(key: string): string | undefined {
  const [root, dandisetId = ''] = key.split('/');
  return (root === 'summaries' || root === 'kept') && DANDISET_ID.test(dandisetId) ? dandisetId : undefined;
}

/**
 * Everything that is kept about one Dandiset, for taking it down, in the order in which it goes: first what
 * people read, and last what a later look would find it by, should the first be interrupted. Headers are not
 * among it: they are under their content's name and report no Dandiset.
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
 * The key itself, where every store can hold it: segments of printable characters between single slashes,
 * none of them `.` or `..`, 1,024 bytes of UTF-8 at most. Both adapters hold to it, so that a key good for
 * one is good for the other.
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

/** The id itself. @throws InvalidInputError unless it has six digits */
function requireDandisetId(id: string): string {
  return requireField('dandisetId', id, DANDISET_ID, 'six digits');
}

/** The version itself. @throws InvalidInputError unless it is `draft` or `0.YYMMDD.HHMM` */
function requireVersion(version: string): string {
  return requireField('version', version, VERSION, '"draft" or of the form 0.YYMMDD.HHMM');
}

function requireShard(shard: string): string {
  return requireField('shard', shard, /^[0-9a-f]$/, 'one lower-case hex digit');
}

/** The id itself. @throws InvalidInputError unless it names content: a blob's id or a Zarr's checksum */
function requireContentId(contentId: string): string {
  const pattern = String(contentId).includes('--') ? ZARR_CHECKSUM : UUID;
  return requireField(
    'contentId',
    contentId,
    pattern,
    "a blob's id (a lower-case UUID) or a Zarr's checksum",
  );
}

/** The name itself. @throws InvalidInputError */
function requireSweepId(sweepId: string): string {
  return requireField('sweepId', sweepId, SWEEP_ID, '1 to 80 lower-case letters, digits, - and _');
}

function versionPath(dandisetId: string, version: string): string {
  return `${requireDandisetId(dandisetId)}/${requireVersion(version)}`;
}

function requireField(field: string, value: string, pattern: RegExp, form: string): string {
  // The type says string, but ids come out of payloads: a number would match the pattern all the same.
  if (typeof value !== 'string' || !pattern.test(value)) throw invalid(field, value, form);
  return value;
}

function invalid(field: string, value: string, form: string): InvalidInputError {
  const shown = JSON.stringify(value) ?? String(value);
  const short = shown.length > 80 ? `${shown.slice(0, 77)}…` : shown;
  return new InvalidInputError(`The store's ${field} must be ${form}, not ${short}.`, { field });
}
