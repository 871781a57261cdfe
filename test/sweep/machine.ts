/**
 * Both state machines on a store that a test controls: the real definitions and steps, so that a test can
 * kill it at any write, count what is paid, and set the time.
 */

import {
  composeBuildPrompt,
  composeFindStale,
  composeListAssets,
  composeReadHeaders,
  composeWriteSummary,
} from '../../functions/compose.ts';
import summarizeDefinition from '../../functions/summarize.asl.json' with { type: 'json' };
import sweepDefinition from '../../functions/sweep.asl.json' with { type: 'json' };
import {
  type Clock,
  type ExecutionResult,
  runStateMachine,
  systemClock,
} from '../../packages/asl-runner/src/index.ts';
import type { Config } from '../../shared/config.ts';
import { SILENT_LOG } from '../../shared/log.ts';
import { buildRunPrompt } from '../../shared/pipeline/build-prompt-step.ts';
import { type HeaderDigest, parseDigest } from '../../shared/pipeline/header-digest.ts';
import { listAssets } from '../../shared/pipeline/list-assets-step.ts';
import { readHeaders } from '../../shared/pipeline/read-headers-step.ts';
import {
  BuildPromptInput,
  parsePayload,
  ReadHeadersInput,
  SummarizeInput,
  WriteSummaryInput,
} from '../../shared/pipeline/run-payloads.ts';
import { writeSummary } from '../../shared/pipeline/write-summary-step.ts';
import { HeaderStore } from '../../shared/store/header-store.ts';
import type { LeaseTimes } from '../../shared/store/lease.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import { exportHeaderTables } from '../../shared/sweep/export-tables-step.ts';
import { findStale } from '../../shared/sweep/find-stale-step.ts';
import { recordFailure } from '../../shared/sweep/record-failure-step.ts';
import type { SweepReport } from '../../shared/sweep/report-sweep-step.ts';
import { reportSweep } from '../../shared/sweep/report-sweep-step.ts';
import {
  ExportTablesInput,
  FindStaleInput,
  RecordFailureInput,
  ReportSweepInput,
} from '../../shared/sweep/sweep-payloads.ts';

/** The system's clock, but without waits between attempts. */
const HURRIED: Clock = { ...systemClock, sleep: async () => {} };

type Steps = Readonly<Record<string, (payload: unknown) => Promise<unknown>>>;

/** What a run requires besides its store. */
export interface TestRun {
  readonly store: ObjectStore;
  readonly config: Config;
  readonly now?: () => Date;
  readonly leaseTimes?: LeaseTimes;
  /** Ends the run. */
  readonly signal?: AbortSignal;
  /** Called before ReadHeaders; may end it as Lambda would. */
  readonly beforeReading?: (input: ReadHeadersInput) => void;
}

/** Runs `summarize.asl.json` to its end. */
export function summarizeOver(run: TestRun, input: unknown): Promise<ExecutionResult> {
  const { store, config } = run;
  const log = SILENT_LOG;
  const summaries = new SummaryStore(store);
  const headers = new HeaderStore<HeaderDigest>(store, parseDigest);
  const steps: Steps = {
    ListAssetsFunction: (payload) =>
      listAssets(parsePayload(SummarizeInput, payload), {
        ...composeListAssets(config),
        store,
        summaries,
        log,
      }),
    ReadHeadersFunction: async (payload) => {
      const batch = parsePayload(ReadHeadersInput, payload);
      run.beforeReading?.(batch);
      return await readHeaders(batch, { ...composeReadHeaders(config), headers, log });
    },
    BuildPromptFunction: (payload) =>
      buildRunPrompt(parsePayload(BuildPromptInput, payload), {
        ...composeBuildPrompt(config),
        store,
        headers,
        log,
      }),
    WriteSummaryFunction: (payload) =>
      writeSummary(
        parsePayload(WriteSummaryInput, payload),
        {
          ...composeWriteSummary(config),
          store,
          summaries,
          ...(run.now === undefined ? {} : { now: run.now }),
          ...(run.leaseTimes === undefined ? {} : { leaseTimes: run.leaseTimes }),
          log,
        },
        run.signal,
      ),
  };
  return runSteps(summarizeDefinition, steps, store, input, undefined, run.signal);
}

/** Runs `sweep.asl.json` to its end; `summarize` replaces the real machine. */
export function sweepOver(
  run: TestRun,
  input: Partial<FindStaleInput> = {},
  summarize: (input: SummarizeInput) => Promise<ExecutionResult> = (requested) =>
    summarizeOver(run, requested),
): Promise<ExecutionResult> {
  const { store, config, now = () => new Date() } = run;
  const dependencies = { store, now, log: SILENT_LOG };
  const steps: Steps = {
    FindStaleFunction: (payload) =>
      findStale(
        // The runner's clock is the system's: the test's clock gives the start of the sweep.
        parsePayload(FindStaleInput, { ...(payload as object), startedAt: now().toISOString() }),
        { ...composeFindStale(config), ...dependencies },
      ),
    RecordFailureFunction: (payload) =>
      recordFailure(parsePayload(RecordFailureInput, payload), dependencies),
    ReportSweepFunction: (payload) => reportSweep(parsePayload(ReportSweepInput, payload), dependencies),
    ExportTablesFunction: (payload) => {
      const headers = new HeaderStore<HeaderDigest>(store, parseDigest);
      return exportHeaderTables(parsePayload(ExportTablesInput, payload), {
        store,
        findHeader: (contentId) => headers.findHeader(contentId),
        log: SILENT_LOG,
      });
    },
  };
  return runSteps(sweepDefinition, steps, store, input, (requested) =>
    summarize(parsePayload(SummarizeInput, requested)),
  );
}

/** Sweeps, which must succeed, and reads the report. */
export async function runReport(...args: Parameters<typeof sweepOver>): Promise<SweepReport> {
  const result = await sweepOver(...args);
  if (result.status === 'FAILED') throw new Error(`${result.error}: ${result.cause}`);
  const { reportKey } = result.output as { reportKey: string };
  const found = await args[0].store.get(reportKey);
  return JSON.parse(new TextDecoder().decode(found?.body)) as SweepReport;
}

function runSteps(
  definition: unknown,
  steps: Steps,
  store: ObjectStore,
  input: unknown,
  start?: (input: unknown) => Promise<ExecutionResult>,
  signal?: AbortSignal,
): Promise<ExecutionResult> {
  const names = [...Object.keys(steps), 'ResultsBucket', 'SummarizeStateMachine'];
  return runStateMachine(definition, {
    input,
    ...(signal === undefined ? {} : { signal }),
    clock: HURRIED,
    substitutions: {
      ...Object.fromEntries(names.map((name) => [name, name])),
      BatchesAtOnce: '40',
      RunsAtOnce: '4',
    },
    buckets: { ResultsBucket: store },
    invokeFunction: (name, payload) => {
      const step = steps[name];
      if (step === undefined) throw new Error(`no step is named ${name}`);
      return step(payload);
    },
    ...(start === undefined ? {} : { startExecution: ({ input: requested }) => start(requested) }),
  });
}
