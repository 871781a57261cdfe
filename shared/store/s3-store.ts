/**
 * The store in AWS: documents in a bucket, under a prefix. The only user of the AWS SDK's S3 client: its errors
 * become a StoreUnavailableError here, or an outcome such as `conflict`.
 *
 * Conditions are S3's own (If-None-Match and If-Match on PutObject), decided by S3 for exactly one of several
 * racers. A role needs s3:GetObject, s3:PutObject and s3:DeleteObject on the prefix and s3:ListBucket on the
 * bucket; without the last, S3 returns 403 instead of 404 for a missing document.
 *
 * A request is tried up to four times by the SDK's standard retries. A conditional write whose response was lost may
 * have succeeded, and its repetition then fails because of it: so each write has an id of its own,
 * by which it is recognized when the document is read back.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { InvalidInputError, StoreUnavailableError } from '../errors.ts';
import { withRetries } from '../retry/with-retries.ts';
import { requireKey } from './keys.ts';
import type {
  Download,
  DownloadOptions,
  ObjectStore,
  PutOptions,
  PutOutcome,
  StoredObject,
  StoredRange,
} from './object-store.ts';
import { requireOneCondition, requireRange } from './object-store.ts';

/** S3's rule for names of general purpose buckets. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** How often a conditional write is sent when S3 cannot decide it because of a concurrent one. */
const UNDECIDED_ATTEMPTS = 6;
/** The first wait between them, in milliseconds; doubled each time, and as much again at random. */
const UNDECIDED_WAIT_MS = 40;
const CONNECTION_TIMEOUT_MS = 3_000;
/** Tries of a request, the first included; the SDK waits between them with jitter, and fewer times in an outage. */
const TRIES = 4;
/**
 * Seconds for which a signed link is valid: longer than the minute for which caches may keep a response with the link,
 * and enough to start a download; a started one continues.
 */
const LINK_SECONDS = 300;
/** Metadata of a document: the id of the conditional write that created it. */
const WRITE_ID = 'write-id';
/** Documents are at most a few megabytes: a response that takes longer will not arrive. */
const REQUEST_TIMEOUT_MS = 20_000;

/** What the user can do about an error, by S3's code or the SDK's name for it. */
const REMEDIES: Readonly<Record<string, string>> = {
  AccessDenied: 'The role lacks a permission on this key, or s3:ListBucket on the bucket.',
  Forbidden: 'The role lacks a permission on this key, or s3:ListBucket on the bucket.',
  NoSuchBucket: 'There is no such bucket: check --store, or SUMMARY_STORE.',
  PermanentRedirect: 'The bucket is in another region: check the region.',
  CredentialsProviderError: 'No AWS credentials were found: configure a profile or a role.',
  ExpiredToken: 'The AWS credentials have expired: log in again.',
  InvalidAccessKeyId: 'The AWS credentials are not valid: check the profile.',
  ETIMEDOUT: 'S3 did not respond in time: try again later.',
  SlowDown: 'S3 asks for fewer requests: try again later.',
};

/** Options of a client. */
export interface S3ClientOptions {
  /** The bucket's region; where absent, the SDK's own (environment or profile). */
  readonly region?: string;
  /** An S3-compatible service other than AWS, such as `http://127.0.0.1:9000`; addressed path-style. */
  readonly endpoint?: string;
  /** Where absent, the SDK's own chain: environment, profile, role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Milliseconds until a request without a response counts as failed. */
  readonly requestTimeoutMs?: number;
}

/** A client with the SDK's standard retries and with time limits. Longer outages are retried by the state machine. */
export function createS3Client(options: S3ClientOptions = {}): S3Client {
  const config: S3ClientConfig = {
    maxAttempts: TRIES,
    retryMode: 'standard',
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      socketTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    },
  };
  if (options.region !== undefined) config.region = options.region;
  if (options.credentials !== undefined) config.credentials = options.credentials;
  if (options.endpoint !== undefined) {
    config.endpoint = options.endpoint;
    config.forcePathStyle = true;
  }
  return new S3Client(config);
}

/** An ObjectStore in a bucket. */
export class S3Store implements ObjectStore {
  readonly location: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  /**
   * `client` as `createS3Client` makes it; `prefix` without slashes at its ends, empty for the whole bucket.
   * @throws InvalidInputError if the bucket's name or the prefix is invalid
   */
  constructor({ client, bucket, prefix = '' }: { client: S3Client; bucket: string; prefix?: string }) {
    if (!BUCKET.test(bucket)) {
      throw new InvalidInputError(`${JSON.stringify(bucket)} is not a valid bucket name.`, {
        field: 'bucket',
      });
    }
    if (prefix !== '') requireKey(prefix);
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
    this.location = prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
  }

  async get(key: string): Promise<StoredObject | undefined> {
    return (await this.#find(key))?.object;
  }

  async getRange(key: string, start: number, end: number): Promise<StoredRange | undefined> {
    requireRange(start, end);
    // Inclusive at both ends, like HTTP ranges (RFC 9110, 14.1.2).
    const command = new GetObjectCommand({ ...this.#target(key), Range: `bytes=${start}-${end - 1}` });
    try {
      return await withRetries(
        async () => {
          const response = await this.#client.send(command);
          if (response.Body === undefined) throw new Error('S3 sent no body');
          const body = await wholeBody(response.Body, response.ContentLength);
          return takeRange(body, response.ContentRange, start, end);
        },
        { isPassing: (error) => error instanceof BrokenBodyError },
      );
    } catch (error) {
      if (meansAbsent(error) || findStatus(error) === 416) return undefined;
      throw this.#unavailable('read', key, error);
    }
  }

  async openDownload(
    key: string,
    { fileName, contentType, isHead }: DownloadOptions,
  ): Promise<Download | undefined> {
    // Checked first: a link to a missing document would show the reader S3's XML error.
    if (!(await this.has(key))) return undefined;
    const input = {
      ...this.#target(key),
      ResponseContentDisposition: `attachment; filename="${fileName}"`,
      ResponseContentType: contentType,
    };
    const command = isHead ? new HeadObjectCommand(input) : new GetObjectCommand(input);
    try {
      const url = await getSignedUrl(this.#client, command, { expiresIn: LINK_SECONDS });
      return { kind: 'link', url };
    } catch (error) {
      throw this.#unavailable('handed out', key, error);
    }
  }

  async has(key: string): Promise<boolean> {
    const target = this.#target(key);
    try {
      await this.#client.send(new HeadObjectCommand(target));
      return true;
    } catch (error) {
      if (meansAbsent(error)) return false;
      throw this.#unavailable('read', key, error);
    }
  }

  /**
   * A condition that S3 cannot decide yet, because of a concurrent write of the key (409
   * ConditionalRequestConflict), is sent again up to five times within about three seconds: that is part of
   * S3's protocol, not a retry of a failure.
   */
  async put(key: string, body: Uint8Array | string, options: PutOptions): Promise<PutOutcome> {
    const target = this.#target(key);
    requireOneCondition(options);
    const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
    const write: Write = { key, bytes, id: randomUUID(), ifMatch: options.ifMatch };
    const isConditional = options.ifAbsent === true || options.ifMatch !== undefined;
    const command = new PutObjectCommand({
      ...target,
      Body: bytes,
      ContentType: options.contentType,
      ...(isConditional && { Metadata: { [WRITE_ID]: write.id } }),
      ...(options.ifAbsent && { IfNoneMatch: '*' }),
      ...(options.ifMatch !== undefined && { IfMatch: options.ifMatch }),
    });
    let isRepeated = false;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { ETag } = await this.#client.send(command);
        if (ETag === undefined) throw new Error('S3 sent no ETag');
        return { outcome: 'stored', etag: ETag };
      } catch (error) {
        isRepeated ||= (findAttempts(error) ?? TRIES) > 1;
        // If-Match on a missing document: S3 returns 404.
        if (findStatus(error) === 412 || (options.ifMatch !== undefined && meansAbsent(error)))
          return isRepeated ? await this.#findOutcome(write, error) : { outcome: 'conflict' };
        if (!isUndecided(error) || attempt === UNDECIDED_ATTEMPTS) {
          if (isConditional && mayBeDone(error)) return await this.#findOutcome(write, error);
          throw this.#unavailable('written', key, error);
        }
        await sleep(UNDECIDED_WAIT_MS * 2 ** (attempt - 1) * (1 + Math.random()));
      }
    }
  }

  /**
   * The outcome of a conditional write without a response, or with one that its own repetition may have caused:
   * the document names the write that created it. @throws StoreUnavailableError for `error` where it was not done
   */
  async #findOutcome(write: Write, error: unknown): Promise<PutOutcome> {
    const found = await this.#find(write.key);
    const isDenied = findStatus(error) === 412 || meansAbsent(error);
    if (found === undefined) {
      if (isDenied) return { outcome: 'conflict' };
      throw this.#unavailable('written', write.key, error);
    }
    const { object, writeId } = found;
    // For a service without metadata, compare the body.
    const isOurs =
      writeId === undefined
        ? write.bytes.length === object.body.length && Buffer.compare(write.bytes, object.body) === 0
        : writeId === write.id;
    if (isOurs) return { outcome: 'stored', etag: object.etag };
    if (isDenied || object.etag !== write.ifMatch) return { outcome: 'conflict' };
    throw this.#unavailable('written', write.key, error);
  }

  /** A document with the id of the conditional write that created it; requested again where its body breaks off. */
  async #find(key: string): Promise<{ object: StoredObject; writeId: string | undefined } | undefined> {
    const target = this.#target(key);
    try {
      return await withRetries(
        async () => {
          const response = await this.#client.send(new GetObjectCommand(target));
          if (response.Body === undefined || response.ETag === undefined)
            throw new Error('S3 sent no body or no ETag');
          const body = await wholeBody(response.Body, response.ContentLength);
          const object: StoredObject = {
            body,
            etag: response.ETag,
            ...(response.ContentType !== undefined && { contentType: response.ContentType }),
            ...(response.LastModified !== undefined && { lastModified: response.LastModified }),
          };
          return { object, writeId: response.Metadata?.[WRITE_ID] };
        },
        { isPassing: (error) => error instanceof BrokenBodyError },
      );
    } catch (error) {
      if (meansAbsent(error)) return undefined;
      throw this.#unavailable('read', key, error);
    }
  }

  /** Pages of 1,000, one request each, as far as the caller reads. The order is S3's own, that of UTF-8 bytes. */
  async *list(prefix: string): AsyncIterable<string> {
    let token: string | undefined;
    do {
      const page = await this.#listPage(prefix, token);
      for (const key of page.keys) yield key;
      token = page.next;
    } while (token !== undefined);
  }

  async remove(key: string): Promise<void> {
    const target = this.#target(key);
    try {
      await this.#client.send(new DeleteObjectCommand(target));
    } catch (error) {
      if (meansAbsent(error)) return;
      throw this.#unavailable('removed', key, error);
    }
  }

  async #listPage(
    prefix: string,
    token: string | undefined,
  ): Promise<{ keys: string[]; next: string | undefined }> {
    try {
      const response = await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: `${this.#prefix}${prefix}`,
          // XML loses spaces at the ends and cannot hold every character: S3 sends the keys percent-encoded.
          EncodingType: 'url',
          ...(token !== undefined && { ContinuationToken: token }),
        }),
      );
      const keys = (response.Contents ?? []).map(({ Key = '' }) =>
        decodeURIComponent(Key.replaceAll('+', ' ')).slice(this.#prefix.length),
      );
      if (response.IsTruncated && response.NextContinuationToken === undefined) {
        throw new Error('S3 truncated the list without a continuation token');
      }
      return { keys, next: response.IsTruncated ? response.NextContinuationToken : undefined };
    } catch (error) {
      throw this.#unavailable('listed', prefix, error);
    }
  }

  #target(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: `${this.#prefix}${requireKey(key)}` };
  }

  #unavailable(done: string, key: string, error: unknown): StoreUnavailableError {
    const code = readErrorCode(error);
    const status = findStatus(error);
    const said = [code, status === undefined ? '' : `HTTP ${status}`]
      .filter((part) => part !== '')
      .join(', ');
    const remedy = REMEDIES[code] ?? (error instanceof Error ? error.message : String(error));
    return new StoreUnavailableError(
      `s3://${this.#bucket}/${this.#prefix}${key} could not be ${done}${said && ` (${said})`}. ${remedy}`,
      { key },
      { cause: error },
    );
  }
}

/** A conditional write, with what identifies it afterwards. */
interface Write {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly id: string;
  readonly ifMatch: string | undefined;
}

/** A response's body that broke off, which the SDK's retries do not cover, since they end with the response's head. */
class BrokenBodyError extends Error {
  override readonly name = 'BrokenBodyError';
}

async function wholeBody(
  stream: { transformToByteArray(): Promise<Uint8Array> },
  length: number | undefined,
): Promise<Uint8Array> {
  let body: Uint8Array;
  try {
    body = await stream.transformToByteArray();
  } catch (cause) {
    throw new BrokenBodyError(`the body broke off: ${readErrorCode(cause)}`, { cause });
  }
  if (length === undefined || body.length === length) return body;
  throw new BrokenBodyError(`S3 sent ${body.length} of ${length} bytes`);
}

/** The requested range of a response: a service without support for ranges sends the whole document. */
function takeRange(
  body: Uint8Array,
  contentRange: string | undefined,
  start: number,
  end: number,
): StoredRange | undefined {
  if (contentRange === undefined) {
    return start < body.length ? { body: body.slice(start, end), size: body.length } : undefined;
  }
  const [, from, size] = /^bytes ([0-9]+)-[0-9]+\/([0-9]+)$/.exec(contentRange) ?? [];
  const expected = Math.min(end, Number(size)) - start;
  if (Number(from) === start && body.length === expected) return { body, size: Number(size) };
  throw new Error(`S3 sent ${contentRange} in place of bytes ${start}-${end - 1}`);
}

/** Whether a failed write may have succeeded: only a response that refuses it rules that out. */
function mayBeDone(error: unknown): boolean {
  const status = findStatus(error);
  return status === undefined || status >= 500;
}

/** How often the SDK sent a request, if it reports that. */
function findAttempts(error: unknown): number | undefined {
  return (error as { $metadata?: { attempts?: number } } | null)?.$metadata?.attempts;
}

/** No such object. A missing bucket is a different error, although S3 returns 404 for both. */
function meansAbsent(error: unknown): boolean {
  return readErrorCode(error) !== 'NoSuchBucket' && findStatus(error) === 404;
}

function isUndecided(error: unknown): boolean {
  return findStatus(error) === 409 && readErrorCode(error) === 'ConditionalRequestConflict';
}

/** S3's code, else the system's (`ECONNRESET`), else the error's name. */
function readErrorCode(error: unknown): string {
  const { Code, code, name } = (error ?? {}) as { Code?: unknown; code?: unknown; name?: unknown };
  for (const candidate of [Code, code, name]) {
    if (typeof candidate === 'string' && candidate !== '' && candidate !== 'Error') return candidate;
  }
  return '';
}

function findStatus(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
}
