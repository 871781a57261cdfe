/**
 * Runs the sweep state machine on this machine: its definition and functions are those of AWS, and each run
 * that it starts is a run of the local summarize machine.
 */
import { createHandler as createExportTables } from '../functions/export-tables.ts';
import { createHandler as createFindStale } from '../functions/find-stale.ts';
import type { StepHandler } from '../functions/handler.ts';
import { createHandler as createRecordFailure } from '../functions/record-failure.ts';
import { createHandler as createReportSweep } from '../functions/report-sweep.ts';
import definition from '../functions/sweep.asl.json' with { type: 'json' };
import type { ExecutionResult, Json, StartExecution } from '../packages/asl-runner/src/index.ts';
import type { Config } from '../shared/config.ts';
import { parsePayload, SummarizeInput } from '../shared/pipeline/run-payloads.ts';
import { type FindStaleInput, SweepOutput } from '../shared/sweep/sweep-payloads.ts';
import { LocalMachine, type MachineOptions } from './machine.ts';
import { RunFailedError } from './run-failed.ts';
import { runMachine } from './run-machine.ts';

/** The options of a sweep. */
export type SweepRequest = Partial<Omit<FindStaleInput, 'execution' | 'startedAt' | 'mode'>>;

/** Options for watching and stopping a sweep. */
export interface SweepOptions extends MachineOptions {
  /** Called with the outcome of each run. */
  readonly onRun?: (input: SummarizeInput, result: ExecutionResult) => void;
}

/** The sweep over one set of settings. */
export class SweepMachine {
  readonly #config: Config;
  readonly #machine: Pick<LocalMachine, 'summarize'>;
  readonly #functions: Readonly<Record<string, StepHandler<unknown>>>;

  constructor(config: Config, machine: Pick<LocalMachine, 'summarize'> = new LocalMachine(config)) {
    this.#config = config;
    this.#machine = machine;
    const settings = () => config;
    this.#functions = {
      FindStaleFunction: createFindStale(settings),
      RecordFailureFunction: createRecordFailure(settings),
      ReportSweepFunction: createReportSweep(settings),
      ExportTablesFunction: createExportTables(settings),
    };
  }

  /** Sweeps once. Failed runs are in the report; @throws RunFailedError if the sweep itself failed */
  async sweep(request: SweepRequest = {}, options: SweepOptions = {}): Promise<SweepOutput> {
    const { onRun: _told, ...runnerOptions } = options;
    const output = await runMachine(definition, {
      ...runnerOptions,
      config: this.#config,
      functions: this.#functions,
      substitutions: { SummarizeStateMachine: 'summarize' },
      input: request,
      stateMachineName: 'sweep',
      startExecution: (execution) => this.#summarize(execution, options),
    });
    return parsePayload(SweepOutput, output);
  }

  async #summarize(
    { input, signal }: Parameters<StartExecution>[0],
    { onRun, clock }: SweepOptions,
  ): Promise<ExecutionResult> {
    const requested = parsePayload(SummarizeInput, input);
    const result = await this.#run(requested, { signal, ...(clock === undefined ? {} : { clock }) });
    onRun?.(requested, result);
    return result;
  }

  async #run(input: SummarizeInput, options: MachineOptions): Promise<ExecutionResult> {
    try {
      const output = await this.#machine.summarize(input, options);
      return { status: 'SUCCEEDED', output: output as unknown as Json };
    } catch (error) {
      if (!(error instanceof RunFailedError)) throw error;
      return { status: 'FAILED', error: error.error, cause: error.message };
    }
  }
}
