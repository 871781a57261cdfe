/**
 * Between the HTTP source and real servers: gets a file's length and its first and last bytes, whether or not
 * a server reports lengths, accepts ranges past the end or ranges from the end, or redirects to another host.
 * It uses no connection itself: requests are sent by a function that the caller passes in.
 */
import { ArchiveUnavailableError, HeaderUnreadableError } from '../errors.ts';
import { buildChangedError, buildEmptyFileError, isSameEtag, type RequestedRange } from './http-response.ts';
import type { CachedBytes } from './range-source.ts';

/** The whole response to a range request: the bytes that were requested. */
export interface RangeResponse extends CachedBytes {
  /** The file's length, if the server reports it. */
  readonly byteLength: number | undefined;
  readonly etag: string | undefined;
}

/** The outcome of a range request that did not fail: the range, or what to request instead. */
export type RangeOutcome =
  | { readonly kind: 'range'; readonly response: RangeResponse }
  /** 416, with the file's length if it is reported. */
  | { readonly kind: 'unsatisfiable'; readonly byteLength: number | undefined; readonly error: Error }
  | { readonly kind: 'redirect'; readonly to: URL; readonly error: Error };

/** Sends one range request to the URL. @throws the errors of a source */
export type SendRange = (
  address: URL,
  requested: RequestedRange,
  signal: AbortSignal,
) => Promise<RangeOutcome>;

/** What to open, and how. */
export interface OpeningPlan {
  readonly key: string;
  readonly address: URL;
  /** Bytes from the start. */
  readonly headBytes: number;
  /** Bytes from the end; 0 for none. */
  readonly suffixBytes: number;
  /**
   * Hosts that redirects may go to, with their ports if they are not the scheme's default; undefined if none
   * is followed.
   */
  readonly redirectHosts: readonly string[] | undefined;
}

/** A file that was opened. */
export interface Opening {
  /** The URL after redirects: later requests go there. */
  readonly address: URL;
  readonly byteLength: number;
  readonly etag: string | undefined;
  /** Sorted and disjoint; the file's first bytes come first. */
  readonly parts: readonly CachedBytes[];
  /** Requests sent, and how deep their longest chain was. */
  readonly requests: number;
  readonly rounds: number;
}

/** The most redirects of one request: the archive's own, one of the service behind it, and some more. */
const MOST_REDIRECTS = 5;

/**
 * Opens a file by one request for its first bytes and, concurrently, one for its last. If a server refuses
 * one of them, the bytes are requested in another form: a range past the end by the file's own length, one
 * from the end by its position, an unreported length by the position of the last byte.
 * @throws HeaderUnreadableError, ArchiveUnavailableError, AssetChangedError, or the reason of the signal
 */
export async function openByRange(
  plan: OpeningPlan,
  send: SendRange,
  signal?: AbortSignal,
): Promise<Opening> {
  const abort = new AbortController();
  const ended = signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal]);
  const { key, suffixBytes } = plan;
  const head = new Requester(plan, send, ended);
  const tail = new Requester(plan, send, ended);
  try {
    const [first, last] = await Promise.all([
      readHead(head, plan),
      suffixBytes > 0 ? readSuffix(tail, suffixBytes) : undefined,
    ]);
    // Requests from here on go to the URL that the head came from.
    const later = head.after(tail);
    const responses = [first];
    if (last !== undefined) {
      mustAgree(key, first, last);
      responses.push(last);
    }
    const byteLength = await readLength(later, first, last);
    if (suffixBytes > 0 && last === undefined) {
      const start = Math.max(first.bytes.byteLength, byteLength - suffixBytes);
      if (start < byteLength) responses.push(await readPart(later, start, byteLength - start));
    }
    for (const response of responses) mustAgree(key, { ...first, byteLength }, response);
    return {
      address: head.address,
      byteLength,
      etag: first.etag,
      parts: dropOverlap(responses),
      requests: later.requests,
      rounds: later.rounds,
    };
  } catch (error) {
    abort.abort(error);
    throw error;
  }
}

/** Sends requests one after another, follows redirects, and counts. */
class Requester {
  readonly #plan: OpeningPlan;
  readonly #send: SendRange;
  readonly #signal: AbortSignal;
  address: URL;
  requests = 0;
  rounds = 0;

  constructor(plan: OpeningPlan, send: SendRange, signal: AbortSignal) {
    this.#plan = plan;
    this.#send = send;
    this.#signal = signal;
    this.address = plan.address;
  }

  get key(): string {
    return this.#plan.key;
  }

  /** Continues this one after another that ran concurrently. */
  after(other: Requester): Requester {
    const joined = new Requester(this.#plan, this.#send, this.#signal);
    joined.address = this.address;
    joined.requests = this.requests + other.requests;
    joined.rounds = Math.max(this.rounds, other.rounds);
    return joined;
  }

  async send(requested: RequestedRange): Promise<Exclude<RangeOutcome, { kind: 'redirect' }>> {
    for (let redirects = 0; ; redirects += 1) {
      this.requests += 1;
      this.rounds += 1;
      const outcome = await this.#send(this.address, requested, this.#signal);
      if (outcome.kind !== 'redirect') return outcome;
      if (this.#plan.redirectHosts === undefined) throw outcome.error;
      if (redirects === MOST_REDIRECTS) throw this.#refused(`more than ${MOST_REDIRECTS} redirects`);
      this.#mayFollow(outcome.to, this.#plan.redirectHosts);
      this.address = outcome.to;
    }
  }

  #mayFollow(to: URL, hosts: readonly string[]): void {
    if (to.protocol !== 'https:' && to.protocol !== this.address.protocol) {
      throw this.#refused(`a redirect from ${this.address.protocol}// to ${to.protocol}//`);
    }
    if (to.username !== '' || to.password !== '') throw this.#refused('a redirect with credentials');
    if (to.host === this.address.host || hosts.includes(to.host)) return;
    throw this.#refused(`a redirect to ${to.host}, which is not a host that files are read from`);
  }

  #refused(what: string): Error {
    const { key } = this;
    return new HeaderUnreadableError(`${key}: the server responded with ${what}; it is not followed`, {
      key,
      reason: 'unsupported',
    });
  }
}

/**
 * The file's first bytes: fewer if a server refuses ranges past the end, which RFC 9110, 14.1.2 does not
 * allow.
 */
async function readHead(requester: Requester, { headBytes }: OpeningPlan): Promise<RangeResponse> {
  const outcome = await requester.send({ offset: 0, length: headBytes });
  if (outcome.kind === 'range') return outcome.response;
  if (outcome.byteLength === 0) throw buildEmptyFileError(requester.key);
  if (outcome.byteLength !== undefined && outcome.byteLength >= headBytes) throw outcome.error;
  if (outcome.byteLength !== undefined) return readPart(requester, 0, outcome.byteLength);
  // It was refused without a length: any file that is not empty has a first byte.
  const byte = await requester.send({ offset: 0, length: 1 });
  if (byte.kind === 'unsatisfiable') throw buildEmptyFileError(requester.key);
  const byteLength = await readLength(requester, byte.response, undefined);
  return readPart(requester, 0, Math.min(byteLength, headBytes));
}

/** The file's last bytes, or undefined if the server does not support suffix ranges. */
async function readSuffix(requester: Requester, suffix: number): Promise<RangeResponse | undefined> {
  try {
    const outcome = await requester.send({ suffix });
    return outcome.kind === 'range' ? outcome.response : undefined;
  } catch (error) {
    // The whole file, a refusal, or another range than requested: the head shows whether the file can be
    // read.
    const isRefusal =
      error instanceof HeaderUnreadableError ||
      (error instanceof ArchiveUnavailableError && error.status === 206);
    if (isRefusal) return undefined;
    throw error;
  }
}

async function readPart(requester: Requester, offset: number, length: number): Promise<RangeResponse> {
  const outcome = await requester.send({ offset, length });
  if (outcome.kind === 'unsatisfiable') throw outcome.error;
  if (outcome.response.bytes.byteLength === length) return outcome.response;
  throw buildChangedError(
    requester.key,
    `${offset + length} bytes`,
    `${offset + outcome.response.bytes.byteLength} bytes`,
  );
}

/** The file's length: as reported, or from the position of its last byte. */
async function readLength(
  requester: Requester,
  first: RangeResponse,
  last: RangeResponse | undefined,
): Promise<number> {
  const reported = first.byteLength ?? last?.byteLength;
  if (reported !== undefined) return reported;
  if (last !== undefined) return last.offset + last.bytes.byteLength;
  const outcome = await requester.send({ suffix: 1 }).catch((error) => {
    if (error instanceof HeaderUnreadableError) return undefined;
    throw error;
  });
  if (outcome?.kind === 'range') {
    mustAgree(requester.key, first, outcome.response);
    return outcome.response.byteLength ?? outcome.response.offset + outcome.response.bytes.byteLength;
  }
  if (outcome?.byteLength !== undefined) return outcome.byteLength;
  const { key } = requester;
  throw new HeaderUnreadableError(`${key}: the server does not report the file's length`, {
    key,
    reason: 'unsupported',
  });
}

function mustAgree(
  key: string,
  opened: Pick<RangeResponse, 'etag' | 'byteLength'>,
  response: RangeResponse,
): void {
  if (!isSameEtag(response.etag, opened.etag))
    throw buildChangedError(key, opened.etag ?? 'none', response.etag ?? 'none');
  if (
    response.byteLength !== opened.byteLength &&
    response.byteLength !== undefined &&
    opened.byteLength !== undefined
  )
    throw buildChangedError(key, `${opened.byteLength} bytes`, `${response.byteLength} bytes`);
}

/** The two ranges of a short file may overlap; the bytes of the first are dropped from the second. */
function dropOverlap(responses: readonly RangeResponse[]): CachedBytes[] {
  const [head, ...others] = responses.map(({ offset, bytes }) => ({ offset, bytes }));
  const end = head!.bytes.byteLength;
  const rest = others.map(({ offset, bytes }) => {
    const start = Math.min(bytes.byteLength, Math.max(0, end - offset));
    return { offset: offset + start, bytes: bytes.subarray(start) };
  });
  return [head!, ...rest.filter(({ bytes }) => bytes.byteLength > 0)];
}
