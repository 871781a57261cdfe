/**
 * The errors that cross a boundary of this project, each with a literal `name`: Step Functions matches
 * `errorType` and the HTTP API its status by that name, so the names are an interface. The lowest layer
 * of the flow: every other folder may import this one, and it imports nothing.
 */

/** The base of every error of the project: a literal name and, if there is one, its cause. */
export interface ErrorOptionsWithCause {
  readonly cause?: unknown;
}

/**
 * The scope of a failure, which decides what to do about it; each class has one, read by `retry/failure-scope.ts`.
 * `service`: a service or a file that may differ at the next try; retried within the run, and, as an outage,
 * by later sweeps forever. `account`: a wrong key or an unknown model, independent of the Dandiset; not retried
 * within the run, and an outage for sweeps. `input`: the request or the run's input; a repetition fails
 * again.
 */
export type FailureScope = 'service' | 'account' | 'input';

/** The archive (its bucket or its API) failed: down, overloaded, or cut off in the middle. Worth a retry. */
export class ArchiveUnavailableError extends Error {
  override readonly name = 'ArchiveUnavailableError';
  static readonly scope: FailureScope = 'service';
  /** The requested URL. */
  readonly url: string;
  /** The HTTP status, if there was a response. */
  readonly status: number | undefined;
  /** The wait that the server stated, in seconds. */
  readonly retryAfterSeconds: number | undefined;
  constructor(
    message: string,
    fields: { url: string; status?: number; retryAfterSeconds?: number },
    options?: ErrorOptionsWithCause,
  ) {
    super(message, options);
    this.url = fields.url;
    this.status = fields.status;
    this.retryAfterSeconds = fields.retryAfterSeconds;
  }
  /** Whether a successful response had begun and broke off. */
  get isCutShort(): boolean {
    return false;
  }
}

/** The language model's service is down, overloaded or too slow. Worth a retry. */
export class ModelUnavailableError extends Error {
  override readonly name = 'ModelUnavailableError';
  static readonly scope: FailureScope = 'service';
  readonly modelId: string;
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  constructor(
    message: string,
    fields: { modelId: string; status?: number; retryAfterSeconds?: number },
    options?: ErrorOptionsWithCause,
  ) {
    super(message, options);
    this.modelId = fields.modelId;
    this.status = fields.status;
    this.retryAfterSeconds = fields.retryAfterSeconds;
  }
}

/** The results bucket or folder could not be read or written. Worth a retry. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  static readonly scope: FailureScope = 'service';
  readonly key: string;
  constructor(message: string, fields: { key: string }, options?: ErrorOptionsWithCause) {
    super(message, options);
    this.key = fields.key;
  }
}

/** The event bus did not accept an event. Worth a retry: the version stays claimed and is announced again. */
export class EventBusUnavailableError extends Error {
  override readonly name = 'EventBusUnavailableError';
  static readonly scope: FailureScope = 'service';
  readonly bus: string;
  constructor(message: string, fields: { bus: string }, options?: ErrorOptionsWithCause) {
    super(message, options);
    this.bus = fields.bus;
  }
}

/**
 * A file changed while it was read: its ETag differs from that of the first response. Worth a retry on a fresh
 * source.
 */
export class AssetChangedError extends Error {
  override readonly name = 'AssetChangedError';
  static readonly scope: FailureScope = 'service';
  readonly key: string;
  readonly expected: string;
  readonly actual: string;
  constructor(
    message: string,
    fields: { key: string; expected: string; actual: string },
    options?: ErrorOptionsWithCause,
  ) {
    super(message, options);
    this.key = fields.key;
    this.expected = fields.expected;
    this.actual = fields.actual;
  }
}

/** Why a header could not be read, in one word that a program can count. */
export type UnreadableReason =
  | 'empty-file'
  | 'not-hdf5'
  | 'truncated'
  | 'damaged'
  | 'unsupported'
  | 'missing'
  | 'forbidden'
  | 'range-ignored'
  | 'engine-fault';

/** A file's header can never be read: not HDF5, truncated, damaged, or missing. Caught for each asset. */
export class HeaderUnreadableError extends Error {
  override readonly name = 'HeaderUnreadableError';
  static readonly scope: FailureScope = 'input';
  readonly key: string;
  readonly reason: UnreadableReason;
  constructor(
    message: string,
    fields: { key: string; reason: UnreadableReason },
    options?: ErrorOptionsWithCause,
  ) {
    super(message, options);
    this.key = fields.key;
    this.reason = fields.reason;
  }
}

/** The budgets of reading a header. */
export type BudgetName = 'bytes' | 'requests' | 'objects' | 'depth' | 'milliseconds';

/** A header needs more than its budget allows. Caught for each asset. */
export class ReadBudgetExceededError extends Error {
  override readonly name = 'ReadBudgetExceededError';
  static readonly scope: FailureScope = 'input';
  readonly key: string;
  readonly budget: BudgetName;
  readonly limit: number;
  constructor(
    message: string,
    fields: { key: string; budget: BudgetName; limit: number },
    options?: ErrorOptionsWithCause,
  ) {
    super(message, options);
    this.key = fields.key;
    this.budget = fields.budget;
    this.limit = fields.limit;
  }
}

/** The model's service refused the request for good: a wrong key, an unknown model, filtered content. */
export class ModelRejectedError extends Error {
  override readonly name = 'ModelRejectedError';
  static readonly scope: FailureScope = 'account';
  readonly modelId: string;
  readonly status: number | undefined;
  constructor(
    message: string,
    fields: { modelId: string; status?: number },
    options?: ErrorOptionsWithCause,
  ) {
    super(message, options);
    this.modelId = fields.modelId;
    this.status = fields.status;
  }
}

/** One more request to the model could cost more than the run may spend. Nothing was sent. */
export class SpendLimitError extends Error {
  override readonly name = 'SpendLimitError';
  static readonly scope: FailureScope = 'input';
  /** US dollars spent so far, the maximum cost of the next reply, and the limit. */
  readonly spent: number;
  readonly next: number;
  readonly limit: number;
  constructor(
    message: string,
    fields: { spent: number; next: number; limit: number },
    options?: ErrorOptionsWithCause,
  ) {
    super(message, options);
    this.spent = fields.spent;
    this.next = fields.next;
    this.limit = fields.limit;
  }
}

/** The reply lacks a required part, or the checks found errors in it. */
export class SummaryIncompleteError extends Error {
  override readonly name = 'SummaryIncompleteError';
  static readonly scope: FailureScope = 'input';
  /** The checks that failed, each as `name: finding`. */
  readonly findings: readonly string[];
  constructor(message: string, fields: { findings: readonly string[] }, options?: ErrorOptionsWithCause) {
    super(message, options);
    this.findings = fields.findings;
  }
}

/** The prompt exceeds the model's limit even with every stage of compaction applied. */
export class PromptTooLargeError extends Error {
  override readonly name = 'PromptTooLargeError';
  static readonly scope: FailureScope = 'input';
  readonly tokens: number;
  readonly budget: number;
  constructor(message: string, fields: { tokens: number; budget: number }, options?: ErrorOptionsWithCause) {
    super(message, options);
    this.tokens = fields.tokens;
    this.budget = fields.budget;
  }
}

/**
 * Most files of a Dandiset crashed the function that read them: more likely a defect of the reader than of the files.
 */
export class ReaderFailingError extends Error {
  override readonly name = 'ReaderFailingError';
  static readonly scope: FailureScope = 'input';
  /** Files that crashed the reader, each read by itself, and all NWB files. */
  readonly ended: number;
  readonly files: number;
  constructor(message: string, fields: { ended: number; files: number }, options?: ErrorOptionsWithCause) {
    super(message, options);
    this.ended = fields.ended;
    this.files = fields.files;
  }
}

/** The caller's input is malformed: an id, a version, a setting, a payload. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
  static readonly scope: FailureScope = 'input';
  /** The field, setting or argument that is wrong. */
  readonly field: string;
  constructor(message: string, fields: { field: string }, options?: ErrorOptionsWithCause) {
    super(message, options);
    this.field = fields.field;
  }
}

/** The requested document does not exist, or is not public. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
  static readonly scope: FailureScope = 'input';
  /** The missing thing, such as `Dandiset 000999`. */
  readonly subject: string;
  constructor(message: string, fields: { subject: string }, options?: ErrorOptionsWithCause) {
    super(message, options);
    this.subject = fields.subject;
  }
}
