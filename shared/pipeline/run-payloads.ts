/**
 * The payloads that the state machine's steps pass on: keys and counts, never bodies. Each step checks its input
 * before it works, since anything may call a function.
 */
import * as z from 'zod/mini';
import { InvalidInputError } from '../errors.ts';

const count = z.int().check(z.nonnegative());

/** Starts a run: one Dandiset, at one version or at its default version. */
export const SummarizeInput = z.strictObject({
  dandisetId: z.string(),
  /** `draft` or a published version; if omitted the newest published one, else the draft. */
  version: z.optional(z.string()),
  /** Summarize again even if nothing changed. */
  force: z.optional(z.boolean()),
  /** The execution's name, which identifies the run's turn; added by the state machine. */
  execution: z.optional(z.string()),
  /** The run has failed: list nothing, only release its turn. */
  ends: z.optional(z.boolean()),
});
export type SummarizeInput = z.infer<typeof SummarizeInput>;

/** Identifies one run: all parts of its documents' keys. */
export const Run = z.object({
  dandisetId: z.string(),
  version: z.string(),
  inputHash: z.string(),
  /** The owner of the turn that the run uses; absent where turns are not limited. */
  execution: z.optional(z.string()),
});
export type Run = z.infer<typeof Run>;

/** The run has to wait, and for how long: for its turn, or for the next day. */
export const Waiting = z.object({ status: z.literal('waiting'), waitSeconds: count });
export type Waiting = z.infer<typeof Waiting>;

/** A run's turn was released. */
export const Ended = z.object({ status: z.literal('ended') });
export type Ended = z.infer<typeof Ended>;

/** The output of ListAssets. */
export const ListedRun = z.object({
  run: Run,
  /** `unchanged` if the stored summary was made from the same input. */
  status: z.enum(['pending', 'unchanged']),
  assets: count,
  /** NWB files whose headers are to be read. */
  filesToRead: count,
  /** The JSON Lines of `FileToRead` that the map reads. */
  filesKey: z.string(),
  /** The prefix of the map's results. */
  resultsPrefix: z.string(),
});
export type ListedRun = z.infer<typeof ListedRun>;

/** One line of the map's input. */
export const FileToRead = z.object({
  path: z.string(),
  assetId: z.string(),
  /** A blob's id or a Zarr's checksum: identifies the content forever. */
  contentId: z.string(),
  /** The URL of a Zarr; absent for a blob. */
  zarrId: z.optional(z.string()),
  size: z.number(),
});
export type FileToRead = z.infer<typeof FileToRead>;

/** A batch of files for ReadHeaders. */
export const ReadHeadersInput = z.object({
  Items: z.array(FileToRead),
  BatchInput: z.object({ run: Run }),
  /** Whether this is the batch's last attempt: then unavailable files are recorded. */
  lastAttempt: z.boolean(),
});
export type ReadHeadersInput = z.infer<typeof ReadHeadersInput>;

/** The part of a header that grouping needs, kept short for the line of the map's output. */
export const FileOutline = z.object({
  signatures: z.object({ exact: z.string(), folded: z.string(), typedNodes: count }),
  /** NWB extensions of the file; most files have none. */
  extensions: z.array(
    z.object({ name: z.string(), versions: z.readonly(z.array(z.string())), isUsed: z.boolean() }),
  ),
  /** Budgets at which reading the header stopped. */
  cutShort: z.array(z.string()),
});
export type FileOutline = z.infer<typeof FileOutline>;

/** The cost of reading one file; zeros if its header was already stored. */
export const ReadCost = z.object({ requests: count, bytes: count, rounds: count });
export type ReadCost = z.infer<typeof ReadCost>;

/** One line of the map's output. */
export const FileOutcome = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('read'),
    path: z.string(),
    assetId: z.string(),
    contentId: z.string(),
    digest: FileOutline,
    /** `cache` for an already stored header, else the engine that read it. */
    from: z.string(),
    cost: ReadCost,
  }),
  z.object({
    status: z.literal('unreadable'),
    path: z.string(),
    assetId: z.string(),
    /** An UnreadableReason, a budget's name, `unavailable`, or how the file crashed the function that read it. */
    reason: z.string(),
    detail: z.string(),
  }),
]);
export type FileOutcome = z.infer<typeof FileOutcome>;

/** The input of BuildPrompt. */
export const BuildPromptInput = z.object({
  run: Run,
  /** The key of the map's manifest; empty if there was no file to read. */
  resultsKey: z.string(),
  /** How often the model found the prompt too long. */
  shorter: count,
});
export type BuildPromptInput = z.infer<typeof BuildPromptInput>;

/** The output of BuildPrompt. */
export const PromptedRun = z.object({
  run: Run,
  tokens: count,
  fileTypes: count,
  filesRead: count,
});
export type PromptedRun = z.infer<typeof PromptedRun>;

/** The input of WriteSummary. */
export const WriteSummaryInput = z.object({ run: Run, force: z.optional(z.boolean()) });
export type WriteSummaryInput = z.infer<typeof WriteSummaryInput>;

/**
 * The outcome of a run: `stored`, `unchanged` if the stored summary was made from the same input, or
 * `in-progress` if another run of the same input is writing it and did not end in time.
 */
export const SummarizeOutput = z.object({
  status: z.enum(['stored', 'unchanged', 'in-progress']),
  dandisetId: z.string(),
  version: z.string(),
  inputHash: z.string(),
  summaryKey: z.string(),
  provenanceKey: z.string(),
});
export type SummarizeOutput = z.infer<typeof SummarizeOutput>;

/** Checks a payload by its schema. @throws InvalidInputError naming the invalid field */
export function parsePayload<T>(schema: z.ZodMiniType<T>, payload: unknown): T {
  const result = z.safeParse(schema, payload);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join('.') || 'payload';
  throw new InvalidInputError(`The payload's ${field} is invalid: ${issue?.message ?? 'unknown reason'}.`, {
    field,
  });
}
