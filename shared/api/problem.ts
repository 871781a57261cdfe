/**
 * Errors as HTTP reports them: `application/problem+json` (RFC 9457). The flow's own errors get their
 * status from a table; errors that only HTTP has (a method, a media type, a token) are an HttpError.
 */
import { findOwn } from '../own-entry.ts';
import { type ErrorName, findFailureScope } from '../retry/failure-scope.ts';
import type { ApiResponse } from './http.ts';

/** The part of a problem's type that identifies it; part of the interface, like an error's name. */
export type ProblemKind =
  | 'invalid-input'
  | 'unauthorized'
  | 'runs-disabled'
  | 'not-found'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'changed-meanwhile'
  | 'body-too-large'
  | 'query-too-long'
  | 'unsupported-media-type'
  | 'key-reused'
  | 'budget-spent'
  | 'internal-error'
  | 'response-too-large'
  | 'upstream-failed'
  | 'unavailable';

/** Every kind of problem with its status and title, for the handler and for the document of the API. */
export const PROBLEMS: Readonly<Record<ProblemKind, { readonly status: number; readonly title: string }>> = {
  'invalid-input': { status: 400, title: 'The request is malformed' },
  unauthorized: { status: 401, title: 'A valid token is needed' },
  'runs-disabled': { status: 403, title: 'Runs cannot be started here' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'not-acceptable': { status: 406, title: 'None of the accepted media types is available' },
  'changed-meanwhile': { status: 409, title: 'A file changed while it was read' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'query-too-long': { status: 414, title: 'The query is too long' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON' },
  'key-reused': { status: 409, title: 'The idempotency key belongs to another request' },
  'budget-spent': { status: 429, title: 'The runs of the day are used up' },
  'internal-error': { status: 500, title: 'The request could not be processed' },
  'response-too-large': { status: 500, title: 'The response is too large' },
  'upstream-failed': { status: 502, title: 'The language model gave no usable response' },
  unavailable: { status: 503, title: 'A required service does not respond' },
};

/** Seconds after which a client may try again when a service did not respond. */
const RETRY_SECONDS = 5;

/** A refused request, for a reason that only HTTP has. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly kind: ProblemKind;
  /** Headers of the response, such as `allow`. */
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    kind: ProblemKind,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.kind = kind;
    this.headers = headers;
  }
}

/** Kinds of the flow's errors by name, where the kind does not follow from the error's properties. */
const KINDS: Readonly<Partial<Record<ErrorName, ProblemKind>>> = {
  InvalidInputError: 'invalid-input',
  NotFoundError: 'not-found',
  AssetChangedError: 'changed-meanwhile',
  ModelRejectedError: 'upstream-failed',
  SummaryIncompleteError: 'upstream-failed',
  PromptTooLargeError: 'upstream-failed',
};

/** The kind of an error of the flow; errors that are worth a retry are `unavailable`. */
function findKind(name: string): ProblemKind | undefined {
  const kind = findOwn<ProblemKind | undefined>(KINDS, name);
  return kind ?? (findFailureScope(name) === 'service' ? 'unavailable' : undefined);
}

/** Kinds whose message may name buckets, keys and roles: it is logged, not sent to the client. */
const PRIVATE: ReadonlySet<ProblemKind> = new Set(['internal-error', 'unavailable', 'upstream-failed']);

/** The kind of problem that an error is; an unforeseen one is `internal-error`. */
export function findProblemKind(error: unknown): ProblemKind {
  if (error instanceof HttpError) return error.kind;
  return (error instanceof Error ? findKind(error.name) : undefined) ?? 'internal-error';
}

/** The message of an error that may be public, or undefined where only the log may contain it. */
export function publicReason({ name, message }: { name: string; message: string }): string | undefined {
  const kind = findKind(name);
  return kind === undefined || PRIVATE.has(kind) ? undefined : message;
}

/** The type of a kind of problem, as a URI. */
export function problemType(kind: ProblemKind): string {
  return `urn:problem-type:dandiset-summarizer:${kind}`;
}

/** The response that reports an error. It contains `requestId` where only the log has the reason. */
export function problemResponse(error: unknown, requestId: string): ApiResponse {
  const kind = findProblemKind(error);
  const { status, title } = PROBLEMS[kind];
  const isPrivate = PRIVATE.has(kind) && !(error instanceof HttpError);
  const message = error instanceof Error ? error.message : String(error);
  const field = error instanceof Error && 'field' in error ? error.field : undefined;
  const document = {
    type: problemType(kind),
    title,
    status,
    detail: isPrivate ? `${title}. The log has the reason under the request's id.` : message,
    ...(typeof field === 'string' ? { field } : {}),
    ...(status >= 500 ? { requestId } : {}),
  };
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 503 ? { 'retry-after': String(RETRY_SECONDS) } : {}),
      ...(error instanceof HttpError ? error.headers : {}),
    },
    body: `${JSON.stringify(document)}\n`,
  };
}
