/**
 * What the state machine's steps hand on: keys and counts, never bodies. Each step checks what it is given
 * before it works, since anything may call a function.
 */
import * as z from 'zod/mini';
import { InvalidInputError } from '../errors.ts';

const count = z.int().check(z.nonnegative());

/** Starts a run: one Dandiset, at one version or at the one that stands for it. */
export const SummarizeInput = z.strictObject({
  dandisetId: z.string(),
  /** `draft` or a published version; where left out the newest published one, else the draft. */
  version: z.optional(z.string()),
  /** Summarize again although nothing changed. */
  force: z.optional(z.boolean()),
  /** The execution's name, by which a run has its turn among others; put in by the state machine. */
  execution: z.optional(z.string()),
  /** That the run has failed, and nothing is to be listed: only its turn is given back. */
  ends: z.optional(z.boolean()),
});
export type SummarizeInput = z.infer<typeof SummarizeInput>;

/** Names one run: all that its documents' keys are made of. */
export const Run = z.object({
  dandisetId: z.string(),
  version: z.string(),
  inputHash: z.string(),
  /** Whose turn it is that the run goes on by; absent where no one counts. */
  execution: z.optional(z.string()),
});
export type Run = z.infer<typeof Run>;

/** That a run is to wait, and for how long: for its turn, or for another day. */
export const Waiting = z.object({ status: z.literal('waiting'), waitSeconds: count });
export type Waiting = z.infer<typeof Waiting>;

/** That a run's turn was given back. */
export const Ended = z.object({ status: z.literal('ended') });
export type Ended = z.infer<typeof Ended>;

/** What ListAssets hands on. */
export const ListedRun = z.object({
  run: Run,
  /** `unchanged` where the stored summary was made from the same input. */
  status: z.enum(['pending', 'unchanged']),
  assets: count,
  /** NWB files whose headers are to be read. */
  filesToRead: count,
  /** The JSON Lines of `FileToRead` that the map reads. */
  filesKey: z.string(),
  /** Where the map writes its results. */
  resultsPrefix: z.string(),
});
export type ListedRun = z.infer<typeof ListedRun>;

/** One line of the map's input. */
export const FileToRead = z.object({
  path: z.string(),
  assetId: z.string(),
  /** A blob's id or a Zarr's checksum: names the content forever. */
  contentId: z.string(),
  /** Where a Zarr is; absent for a blob. */
  zarrId: z.optional(z.string()),
  size: z.number(),
});
export type FileToRead = z.infer<typeof FileToRead>;

/** A batch of files for ReadHeaders. */
export const ReadHeadersInput = z.object({
  Items: z.array(FileToRead),
  BatchInput: z.object({ run: Run }),
  /** Whether the state machine tries this batch no further: then what cannot be had is recorded. */
  lastAttempt: z.boolean(),
});
export type ReadHeadersInput = z.infer<typeof ReadHeadersInput>;

/** What grouping needs of a header: the line of the map's output has it, so that it stays short. */
export const FileOutline = z.object({
  signatures: z.object({ exact: z.string(), folded: z.string(), typedNodes: count }),
  /** The extensions of NWB that it was written with; most files have none. */
  extensions: z.array(
    z.object({ name: z.string(), versions: z.readonly(z.array(z.string())), isUsed: z.boolean() }),
  ),
  /** Budgets that cut the header short. */
  cutShort: z.array(z.string()),
});
export type FileOutline = z.infer<typeof FileOutline>;

/** What reading one file cost; zeros where its header was kept from before. */
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
    /** `cache` for a header kept from before, else the engine that read it. */
    from: z.string(),
    cost: ReadCost,
  }),
  z.object({
    status: z.literal('unreadable'),
    path: z.string(),
    assetId: z.string(),
    /** An UnreadableReason, a budget's name, `unavailable`, or how the file ended the function that read it. */
    reason: z.string(),
    detail: z.string(),
  }),
]);
export type FileOutcome = z.infer<typeof FileOutcome>;

/** What BuildPrompt is given. */
export const BuildPromptInput = z.object({
  run: Run,
  /** The manifest that the map wrote; empty where there was no file to read. */
  resultsKey: z.string(),
  /** How often the model found the prompt too long. */
  shorter: count,
});
export type BuildPromptInput = z.infer<typeof BuildPromptInput>;

/** What BuildPrompt hands on. */
export const PromptedRun = z.object({
  run: Run,
  tokens: count,
  fileTypes: count,
  filesRead: count,
});
export type PromptedRun = z.infer<typeof PromptedRun>;

/** What WriteSummary is given. */
export const WriteSummaryInput = z.object({ run: Run, force: z.optional(z.boolean()) });
export type WriteSummaryInput = z.infer<typeof WriteSummaryInput>;

/**
 * What a run ends with: `stored`, `unchanged` where the stored summary was made from the same input, or
 * `in-progress` where another run of the same input is having it written and did not end in time.
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

/** The payload as its schema has it. @throws InvalidInputError naming the field that does not fit */
export function parsePayload<T>(schema: z.ZodMiniType<T>, payload: unknown): T {
  const result = z.safeParse(schema, payload);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join('.') || 'payload';
  throw new InvalidInputError(`The payload's ${field} does not fit: ${issue?.message ?? 'unknown reason'}.`, {
    field,
  });
}
