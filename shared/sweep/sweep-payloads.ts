/** What the states of a sweep hand on: keys and counts. Each step checks what it is given before it works. */
import * as z from 'zod/mini';

const count = z.int().check(z.nonnegative());

/** What FindStale is given. All but the first two fields are for people who start a sweep by hand. */
export const FindStaleInput = z.object({
  /** The execution's name; with its start it names the sweep. */
  execution: z.string(),
  startedAt: z.iso.datetime(),
  /** `withdrawals` only takes down what is open no longer, and looks for no work. */
  mode: z.optional(z.enum(['sweep', 'withdrawals'])),
  /** `standing`: the version that stands for each Dandiset; `all`: every published version and the draft. */
  scope: z.optional(z.enum(['standing', 'all'])),
  /** Most runs, in place of the setting. */
  limit: z.optional(count),
  /** Also read the manifests of published versions, which do not change. */
  verifyContent: z.optional(z.boolean()),
  /** Also run what was abandoned, or is backing off after an outage. */
  retryFailed: z.optional(z.boolean()),
  /** Most Dandisets that may be taken down at once, in place of one in twenty. */
  takedowns: z.optional(count),
});
export type FindStaleInput = z.infer<typeof FindStaleInput>;

/** What FindStale hands on. */
export const PlannedSweep = z.object({
  sweepId: z.string(),
  /** Runs to be started. */
  due: count,
  /** The JSON Lines of `DueVersion` that the map reads. */
  dueKey: z.string(),
  /** Where the map writes its results. */
  resultsPrefix: z.string(),
});
export type PlannedSweep = z.infer<typeof PlannedSweep>;

/** Why a version is due. */
export const DUE_REASONS = [
  'missing',
  'unlisted',
  'content',
  'damaged',
  'model',
  'profile',
  'writing',
  'prompt-revision',
  'reader-revision',
  'incomplete',
  'failed',
] as const;
export type DueReason = (typeof DUE_REASONS)[number];

/** One line of the map's input. */
export const DueVersion = z.object({
  sweepId: z.string(),
  /** The name of the execution that the line becomes. */
  runName: z.string(),
  dandisetId: z.string(),
  version: z.string(),
  reason: z.enum(DUE_REASONS),
  /** Names what the run is made from, 64 hex digits: failures are counted by it. */
  input: z.string(),
  force: z.boolean(),
});
export type DueVersion = z.infer<typeof DueVersion>;

/** What RecordFailure is given: the line, and the error as the state machine caught it. */
export const RecordFailureInput = z.object({
  ...DueVersion.def.shape,
  failure: z.object({ Error: z.optional(z.string()), Cause: z.optional(z.string()) }),
});
export type RecordFailureInput = z.infer<typeof RecordFailureInput>;

/** One line of the map's output. */
export const SweepOutcome = z.object({
  dandisetId: z.string(),
  version: z.string(),
  status: z.enum(['stored', 'unchanged', 'in-progress', 'failed']),
  /** Where it failed: the error's name and what it says. */
  error: z.optional(z.string()),
  message: z.optional(z.string()),
  /** Runs of this input that failed so far, outages apart. */
  attempts: z.optional(count),
});
export type SweepOutcome = z.infer<typeof SweepOutcome>;

/** What ReportSweep is given. */
export const ReportSweepInput = z.object({
  sweepId: z.string(),
  /** The manifest that the map wrote; absent where nothing was due, or the map itself failed. */
  resultsKey: z.optional(z.string()),
  /** What ended the map, where it failed. */
  failure: z.optional(z.object({ Error: z.optional(z.string()), Cause: z.optional(z.string()) })),
});
export type ReportSweepInput = z.infer<typeof ReportSweepInput>;

/** What a sweep ends with. */
export const SweepOutput = z.object({
  sweepId: z.string(),
  reportKey: z.string(),
  stored: count,
  unchanged: count,
  /** Being written by another run. */
  inProgress: count,
  failed: count,
  notReached: count,
  deferred: count,
  takenDown: count,
});
export type SweepOutput = z.infer<typeof SweepOutput>;

/** How far the tables of headers have been brought. */
const ExportPosition = z.object({ shard: z.string(), after: z.string() });

/** What ExportTables is given: the sweep, and where the call before it came to. */
export const ExportTablesInput = z.object({ sweepId: z.string(), from: z.optional(ExportPosition) });
export type ExportTablesInput = z.infer<typeof ExportTablesInput>;

/** What it ends with: `from` where there is more to do. */
export const ExportTablesOutput = z.object({
  isWhole: z.boolean(),
  from: z.optional(ExportPosition),
  added: count,
  stale: count,
  partsWritten: count,
});
export type ExportTablesOutput = z.infer<typeof ExportTablesOutput>;

/** What FindStale gives where it only takes down. */
export const Withdrawals = z.object({
  removed: z.array(z.string()),
  /** Gone from the archive by all accounts, but more at once than is believed. */
  withheld: z.array(z.string()),
  /** The archive did not say, or says that they are still there. */
  kept: z.array(z.string()),
});
export type Withdrawals = z.infer<typeof Withdrawals>;

/** The name of a sweep: its start, to the second, and its execution's name, so that names sort by time. */
export function buildSweepId({
  execution,
  startedAt,
}: Pick<FindStaleInput, 'execution' | 'startedAt'>): string {
  const time = new Date(startedAt).toISOString().slice(0, 19).replaceAll(':', '').toLowerCase();
  return `${time}-${execution
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '-')
    .slice(0, 48)}`;
}
