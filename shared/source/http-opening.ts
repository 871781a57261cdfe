/**
 * Between the HTTP source and the servers there are: how a file's length and its first and last bytes are had,
 * whether or not a server tells lengths, takes ranges past the end or ranges from the end, or sends the reader
 * on to another host. Knows no connection: it is given the way to ask.
 */
import { ArchiveUnavailableError, HeaderUnreadableError } from '../errors.ts';
import { buildChangedError, emptyFile, isSameEtag, type RequestedRange } from './http-response.ts';
import type { CachedBytes } from './range-source.ts';

/** The whole response to a range request: the bytes that were asked for. */
export interface RangeResponse extends CachedBytes {
  /** The file's length, where the server says. */
  readonly byteLength: number | undefined;
  readonly etag: string | undefined;
}

/** What came of a range request that did not fail: the range, or what to ask for in its place. */
export type RangeOutcome =
  | { readonly kind: 'range'; readonly response: RangeResponse }
  /** 416, with the file's length where it is reported. */
  | { readonly kind: 'unsatisfiable'; readonly byteLength: number | undefined; readonly error: Error }
  | { readonly kind: 'redirect'; readonly to: URL; readonly error: Error };

/** Sends one range request to the address. @throws the errors of a source */
export type AskRange = (
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
  /** Hosts, with their ports where they are not the scheme's own, that a redirect may lead to; undefined where none is followed. */
  readonly redirectHosts: readonly string[] | undefined;
}

/** A file that was opened. */
export interface Opening {
  /** Where redirects led: later requests go there. */
  readonly address: URL;
  readonly byteLength: number;
  readonly etag: string | undefined;
  /** Sorted and disjoint; the file's first bytes come first. */
  readonly parts: readonly CachedBytes[];
  /** Requests sent, and how deep their longest chain was. */
  readonly requests: number;
  readonly rounds: number;
}

/** Redirects of one request that are followed: an archive's own, one of the service behind it, and some to spare. */
const MOST_REDIRECTS = 5;

/**
 * Opens a file by one request for its first bytes, and beside it one for its last. What a server refuses of
 * this is asked for in other words: a range past the end as the file's own length, one from the end by its
 * place, a length that does not show in the place of the last byte.
 * @throws HeaderUnreadableError, ArchiveUnavailableError, AssetChangedError, or the reason of the signal
 */
export async function openByRange(plan: OpeningPlan, ask: AskRange, signal?: AbortSignal): Promise<Opening> {
  const abort = new AbortController();
  const ended = signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal]);
  const { key, suffixBytes } = plan;
  const head = new Asker(plan, ask, ended);
  const tail = new Asker(plan, ask, ended);
  try {
    const [first, last] = await Promise.all([
      readHead(head, plan),
      suffixBytes > 0 ? readSuffix(tail, suffixBytes) : undefined,
    ]);
    // What is asked for only now goes where the head came from.
    const later = head.after(tail);
    const answers = [first];
    if (last !== undefined) {
      mustAgree(key, first, last);
      answers.push(last);
    }
    const byteLength = await readLength(later, first, last);
    if (suffixBytes > 0 && last === undefined) {
      const start = Math.max(first.bytes.byteLength, byteLength - suffixBytes);
      if (start < byteLength) answers.push(await readPart(later, start, byteLength - start));
    }
    for (const response of answers) mustAgree(key, { ...first, byteLength }, response);
    return {
      address: head.address,
      byteLength,
      etag: first.etag,
      parts: withoutOverlap(answers),
      requests: later.requests,
      rounds: later.rounds,
    };
  } catch (error) {
    abort.abort(error);
    throw error;
  }
}

/** Asks one thing after the other, follows redirects, and counts. */
class Asker {
  readonly #plan: OpeningPlan;
  readonly #ask: AskRange;
  readonly #signal: AbortSignal;
  address: URL;
  requests = 0;
  rounds = 0;

  constructor(plan: OpeningPlan, ask: AskRange, signal: AbortSignal) {
    this.#plan = plan;
    this.#ask = ask;
    this.#signal = signal;
    this.address = plan.address;
  }

  get key(): string {
    return this.#plan.key;
  }

  /** This one, after what another asked beside it. */
  after(other: Asker): Asker {
    const joined = new Asker(this.#plan, this.#ask, this.#signal);
    joined.address = this.address;
    joined.requests = this.requests + other.requests;
    joined.rounds = Math.max(this.rounds, other.rounds);
    return joined;
  }

  async ask(requested: RequestedRange): Promise<Exclude<RangeOutcome, { kind: 'redirect' }>> {
    for (let redirects = 0; ; redirects += 1) {
      this.requests += 1;
      this.rounds += 1;
      const outcome = await this.#ask(this.address, requested, this.#signal);
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
    if (to.username !== '' || to.password !== '') throw this.#refused('a redirect that carries credentials');
    if (to.host === this.address.host || hosts.includes(to.host)) return;
    throw this.#refused(`a redirect to ${to.host}, which is none of the hosts that files are read from`);
  }

  #refused(what: string): Error {
    const { key } = this;
    return new HeaderUnreadableError(`${key}: the server answered with ${what}; it is not followed`, {
      key,
      reason: 'unsupported',
    });
  }
}

/** The file's first bytes: fewer where a server refuses ranges past the end, as it must not (RFC 9110, 14.1.2). */
async function readHead(asker: Asker, { headBytes }: OpeningPlan): Promise<RangeResponse> {
  const outcome = await asker.ask({ offset: 0, length: headBytes });
  if (outcome.kind === 'range') return outcome.response;
  if (outcome.byteLength === 0) throw emptyFile(asker.key);
  if (outcome.byteLength !== undefined && outcome.byteLength >= headBytes) throw outcome.error;
  if (outcome.byteLength !== undefined) return readPart(asker, 0, outcome.byteLength);
  // Refused without a length: any file but an empty one has a first byte.
  const byte = await asker.ask({ offset: 0, length: 1 });
  if (byte.kind === 'unsatisfiable') throw emptyFile(asker.key);
  const byteLength = await readLength(asker, byte.response, undefined);
  return readPart(asker, 0, Math.min(byteLength, headBytes));
}

/** The file's last bytes, or undefined where the server does not take such ranges. */
async function readSuffix(asker: Asker, suffix: number): Promise<RangeResponse | undefined> {
  try {
    const outcome = await asker.ask({ suffix });
    return outcome.kind === 'range' ? outcome.response : undefined;
  } catch (error) {
    // A whole file for a response, a refusal, another range than was asked for: the head says whether the file can be read.
    const isRefusal =
      error instanceof HeaderUnreadableError ||
      (error instanceof ArchiveUnavailableError && error.status === 206);
    if (isRefusal) return undefined;
    throw error;
  }
}

async function readPart(asker: Asker, offset: number, length: number): Promise<RangeResponse> {
  const outcome = await asker.ask({ offset, length });
  if (outcome.kind === 'unsatisfiable') throw outcome.error;
  if (outcome.response.bytes.byteLength === length) return outcome.response;
  throw buildChangedError(
    asker.key,
    `${offset + length} bytes`,
    `${offset + outcome.response.bytes.byteLength} bytes`,
  );
}

/** The file's length: as reported, or where its last byte is. */
async function readLength(
  asker: Asker,
  first: RangeResponse,
  last: RangeResponse | undefined,
): Promise<number> {
  const reported = first.byteLength ?? last?.byteLength;
  if (reported !== undefined) return reported;
  if (last !== undefined) return last.offset + last.bytes.byteLength;
  const outcome = await asker.ask({ suffix: 1 }).catch((error) => {
    if (error instanceof HeaderUnreadableError) return undefined;
    throw error;
  });
  if (outcome?.kind === 'range') {
    mustAgree(asker.key, first, outcome.response);
    return outcome.response.byteLength ?? outcome.response.offset + outcome.response.bytes.byteLength;
  }
  if (outcome?.byteLength !== undefined) return outcome.byteLength;
  const { key } = asker;
  throw new HeaderUnreadableError(`${key}: the server does not tell how long the file is`, {
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

/** Two ranges of a short file meet; the bytes of the first are dropped from the second. */
function withoutOverlap(answers: readonly RangeResponse[]): CachedBytes[] {
  const [head, ...others] = answers.map(({ offset, bytes }) => ({ offset, bytes }));
  const end = head!.bytes.byteLength;
  const rest = others.map(({ offset, bytes }) => {
    const start = Math.min(bytes.byteLength, Math.max(0, end - offset));
    return { offset: offset + start, bytes: bytes.subarray(start) };
  });
  return [head!, ...rest.filter(({ bytes }) => bytes.byteLength > 0)];
}
