/**
 * The bucket of the loopback archive: GET and HEAD of objects, and `ListObjectsV2`, as S3 responds to an
 * anonymous reader (API reference of Amazon S3, 2006-03-01).
 */

import { compareByteOrder } from '../../shared/header/byte-order.ts';
import { type ArchiveFiles, hashEtag } from './files.ts';
import type { Reply } from './reply.ts';

/** A request to the bucket. */
export interface BucketRequest {
  /** The key, decoded; empty for the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly range: string | undefined;
  readonly ifMatch: string | undefined;
}

/** Keys on a page of a listing at most, as in S3. */
const MAX_KEYS = 1000;

/** Handles one request. `isHidden` keys exist but are not public. */
export async function serveBucket(
  files: ArchiveFiles,
  request: BucketRequest,
  isHidden: (key: string) => boolean,
): Promise<Reply> {
  if (request.key === '') return await list(files, request.query, isHidden);
  if (isHidden(request.key)) return error(403, 'AccessDenied', 'Access Denied');
  const file = await files.read(request.key);
  if (file === undefined) return error(404, 'NoSuchKey', 'The specified key does not exist.', request.key);
  const etag = await hashEtag(file);
  if (request.ifMatch !== undefined && request.ifMatch !== '*' && request.ifMatch !== etag) {
    return error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  }
  const headers = {
    etag,
    'accept-ranges': 'bytes',
    'last-modified': file.modified.toUTCString(),
    'content-type': 'application/octet-stream',
  };
  const range = parseRange(request.range, file.size);
  if (range === 'whole') return { status: 200, headers, body: { file, start: 0, length: file.size } };
  if (range === 'unsatisfiable') {
    const reply = error(416, 'InvalidRange', 'The requested range is not satisfiable');
    return { ...reply, headers: { ...reply.headers, 'content-range': `bytes */${file.size}` } };
  }
  const contentRange = `bytes ${range.start}-${range.start + range.length - 1}/${file.size}`;
  return { status: 206, headers: { ...headers, 'content-range': contentRange }, body: { file, ...range } };
}

/**
 * A `Range` header as S3 interprets it (RFC 9110, section 14): one range, also a suffix. Several ranges, and
 * invalid ones, return the whole object.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): { start: number; length: number } | 'whole' | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, length };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return 'whole';
  if (start >= size) return 'unsatisfiable';
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return { start, length: end - start + 1 };
}

/** One page of a listing: keys, and common prefixes up to the delimiter as one entry each. */
async function list(
  files: ArchiveFiles,
  query: URLSearchParams,
  isHidden: (key: string) => boolean,
): Promise<Reply> {
  if (query.get('list-type') !== '2')
    return error(501, 'NotImplemented', 'Only ListObjectsV2 is served here.');
  const limit = parseMaxKeys(query.get('max-keys'));
  if (limit === undefined) return error(400, 'InvalidArgument', 'max-keys must be a number from 0 on.');
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const token = query.get('continuation-token');
  const after = token === null ? { last: query.get('start-after') ?? '' } : decodeToken(token);
  if (after === undefined)
    return error(400, 'InvalidArgument', 'The continuation token provided is incorrect');

  const keys: string[] = [];
  const prefixes = new Set<string>();
  let last = encodeToken('key', '');
  let truncated = false;
  for await (const key of files.list(prefix)) {
    if (isHidden(key) || isPast(key, after)) continue;
    const group = findGroup(key, prefix, delimiter);
    if (group !== undefined && prefixes.has(group)) continue;
    if (keys.length + prefixes.size >= limit) {
      truncated = limit > 0;
      break;
    }
    if (group === undefined) keys.push(key);
    else prefixes.add(group);
    last = group === undefined ? encodeToken('key', key) : encodeToken('prefix', group);
  }

  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : escapeXml;
  const contents = await Promise.all(keys.map((key) => contentsXml(files, key, encode)));
  const xml = [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `<Name>dandiarchive</Name><Prefix>${encode(prefix)}</Prefix>`,
    token === null ? '' : `<ContinuationToken>${escapeXml(token)}</ContinuationToken>`,
    truncated ? `<NextContinuationToken>${last}</NextContinuationToken>` : '',
    `<KeyCount>${keys.length + prefixes.size}</KeyCount><MaxKeys>${limit}</MaxKeys>`,
    delimiter === '' ? '' : `<Delimiter>${encode(delimiter)}</Delimiter>`,
    query.get('encoding-type') === 'url' ? '<EncodingType>url</EncodingType>' : '',
    `<IsTruncated>${truncated}</IsTruncated>`,
    ...contents,
    ...[...prefixes].map((one) => `<CommonPrefixes><Prefix>${encode(one)}</Prefix></CommonPrefixes>`),
    '</ListBucketResult>',
  ];
  return { status: 200, headers: XML, body: xml.join('') };
}

function parseMaxKeys(text: string | null): number | undefined {
  if (text === null) return MAX_KEYS;
  return /^\d+$/.test(text) ? Math.min(Number(text), MAX_KEYS) : undefined;
}

/** The end of the previous page: a key, or a prefix for all keys below it. */
interface PageEnd {
  readonly last: string;
  readonly isPrefix?: boolean;
}

/** Whether a key was on an earlier page, by itself or within a common prefix. Keys are in byte order. */
function isPast(key: string, after: PageEnd): boolean {
  if (after.last === '') return false;
  return (after.isPrefix === true && key.startsWith(after.last)) || compareByteOrder(key, after.last) <= 0;
}

function findGroup(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

async function contentsXml(
  files: ArchiveFiles,
  key: string,
  encode: (text: string) => string,
): Promise<string> {
  const file = await files.read(key);
  // Removed since the listing.
  if (file === undefined) return '';
  const modified = `<LastModified>${file.modified.toISOString()}</LastModified>`;
  const etag = `<ETag>${escapeXml(await hashEtag(file))}</ETag>`;
  const size = `<Size>${file.size}</Size><StorageClass>STANDARD</StorageClass>`;
  return `<Contents><Key>${encode(key)}</Key>${modified}${etag}${size}</Contents>`;
}

function encodeToken(kind: 'key' | 'prefix', last: string): string {
  return Buffer.from(`${kind}:${last}`).toString('base64url');
}

function decodeToken(token: string): PageEnd | undefined {
  const [, kind, last = ''] = /^(key|prefix):(.*)$/s.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  return kind === undefined ? undefined : { last, isPrefix: kind === 'prefix' };
}

const XML = { 'content-type': 'application/xml' } as const;

/** An error in the form of S3. */
export function error(status: number, code: string, message: string, key?: string): Reply {
  const named = key === undefined ? '' : `<Key>${escapeXml(key)}</Key>`;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${named}</Error>`;
  return { status, headers: XML, body };
}

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => XML_ENTITIES[char] ?? char);
}
