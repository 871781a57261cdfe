/** The payloads that the states of a sweep pass on: keys and counts. Each step checks its input first. */
import * as z from 'zod/mini';

const count = z.int().check(z.nonnegative());

/** The input of FindStale. All but the first two fields are for people who start a sweep by hand. */
export const FindStaleInput = z.object({
  /** The execution's name; with its start time it names the sweep. */
  execution: z.string(),
  startedAt: z.iso.datetime(),
  /** `withdrawals` only removes Dandisets that are no longer public, and plans no runs. */
  mode: z.optional(z.enum(['sweep', 'withdrawals'])),
  /** `standing`: the default version of each Dandiset; `all`: every published version and the draft. */
  scope: z.optional(z.enum(['standing', 'all'])),
  /** Runs at most, in place of the setting. */
  limit: z.optional(count),
  /** Also read the manifests of published versions, which do not change. */
  verifyContent: z.optional(z.boolean()),
  /** Also run versions that are abandoned, or backing off after an outage. */
  retryFailed: z.optional(z.boolean()),
  /** Dandisets that may be removed at once, in place of one in twenty. */
  takedowns: z.optional(count),
});
export type FindStaleInput = z.infer<typeof FindStaleInput>;

/** The output of FindStale. */
export const PlannedSweep = z.object({
  sweepId: z.string(),
  /** Runs to start. */
  due: count,
  /** The JSON Lines of `DueVersion` that the map reads. */
  dueKey: z.string(),
  /** The prefix of the map's results. */
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
  /** The name of the line's execution. */
  runName: z.string(),
  dandisetId: z.string(),
  version: z.string(),
  reason: z.enum(DUE_REASONS),
  /** Identifies the run's input, 64 hex digits: failures are counted by it. */
  input: z.string(),
  force: z.boolean(),
});
export type DueVersion = z.infer<typeof DueVersion>;

/** The input of RecordFailure: the line, and the error as the state machine caught it. */
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
  /** If it failed: the error's name and message. */
  error: z.optional(z.string()),
  message: z.optional(z.string()),
  /** Failed runs of this input so far, without outages. */
  attempts: z.optional(count),
});
export type SweepOutcome = z.infer<typeof SweepOutcome>;

/** The input of ReportSweep. */
export const ReportSweepInput = z.object({
  sweepId: z.string(),
  /** The key of the map's manifest; absent if nothing was due, or the map itself failed. */
  resultsKey: z.optional(z.string()),
  /** The error of the map, if it failed. */
  failure: z.optional(z.object({ Error: z.optional(z.string()), Cause: z.optional(z.string()) })),
});
export type ReportSweepInput = z.infer<typeof ReportSweepInput>;

/** The output of a sweep. */
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

/** The position of the export of header tables. */
const ExportPosition = z.object({ shard: z.string(), after: z.string() });

/** The input of ExportTables: the sweep, and the position of the previous call. */
export const ExportTablesInput = z.object({ sweepId: z.string(), from: z.optional(ExportPosition) });
export type ExportTablesInput = z.infer<typeof ExportTablesInput>;

/** Its output: `from` if there is more to do. */
export const ExportTablesOutput = z.object({
  isWhole: z.boolean(),
  from: z.optional(ExportPosition),
  added: count,
  stale: count,
  partsWritten: count,
});
export type ExportTablesOutput = z.infer<typeof ExportTablesOutput>;

/** The output of FindStale in the mode `withdrawals`. */
export const Withdrawals = z.object({
  removed: z.array(z.string()),
  /** Missing from the archive, but more at once than the limit. */
  withheld: z.array(z.string()),
  /** The archive did not respond, or reports that they still exist. */
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
