/**
 * Runs the sweep state machine on this machine: its definition and functions are those of AWS, and each run
 * that it starts is one of the local summarize machine.
 */

import { composeStore } from '../functions/compose.ts';
import { createHandler as createFindStale } from '../functions/find-stale.ts';
import type { StepHandler } from '../functions/handler.ts';
import { createHandler as createRecordFailure } from '../functions/record-failure.ts';
import { createHandler as createReportSweep } from '../functions/report-sweep.ts';
import definition from '../functions/sweep.asl.json' with { type: 'json' };
import type { Config } from '../shared/config.ts';
import { parsePayload, SummarizeInput } from '../shared/pipeline/payloads.ts';
import { type FindStaleInput, SweepOutput } from '../shared/sweep/payloads.ts';
import { type ExecutionResult, type Json, runStateMachine, type StartExecution } from './asl-runner.ts';
import { messageOfCause } from './cause.ts';
import { LocalMachine, localContext, type MachineOptions } from './machine.ts';
import { RunFailedError } from './run-failed.ts';

const RESULTS_BUCKET = 'results';

/** What a person may ask of a sweep. */
export type SweepRequest = Partial<Omit<FindStaleInput, 'execution' | 'startedAt' | 'mode'>>;

/** What a caller may watch and stop. */
export interface SweepOptions extends MachineOptions {
  /** Told how each run ended. */
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
      'find-stale': createFindStale(settings),
      'record-failure': createRecordFailure(settings),
      'report-sweep': createReportSweep(settings),
    };
  }

  /** Sweeps once. Runs that fail are in the report; @throws RunFailedError where the sweep itself failed */
  async sweep(request: SweepRequest = {}, options: SweepOptions = {}): Promise<SweepOutput> {
    const { onRun, ...runnerOptions } = options;
    const result = await runStateMachine(definition, {
      ...runnerOptions,
      input: request,
      stateMachineName: 'sweep',
      substitutions: {
        FindStaleFunction: 'find-stale',
        RecordFailureFunction: 'record-failure',
        ReportSweepFunction: 'report-sweep',
        SummarizeStateMachine: 'summarize',
        ResultsBucket: RESULTS_BUCKET,
      },
      buckets: { [RESULTS_BUCKET]: composeStore(this.#config) },
      invokeFunction: async (name, payload) => {
        const call = this.#functions[name];
        if (call === undefined)
          throw new RunFailedError(`No function is named ${name}.`, { error: 'States.Runtime' });
        return call(payload, localContext(name));
      },
      startExecution: (execution) => this.#summarize(execution, options),
    });
    if (result.status === 'SUCCEEDED') return parsePayload(SweepOutput, result.output);
    throw new RunFailedError(messageOfCause(result.cause), { error: result.error });
  }

  async #summarize(
    { input, signal }: Parameters<StartExecution>[0],
    { onRun, clock }: SweepOptions,
  ): Promise<ExecutionResult> {
    const asked = parsePayload(SummarizeInput, input);
    const result = await this.#run(asked, { signal, ...(clock === undefined ? {} : { clock }) });
    onRun?.(asked, result);
    return result;
  }

  async #run(input: SummarizeInput, options: MachineOptions): Promise<ExecutionResult> {
    try {
      const output = await this.#machine.summarize(input, options);
      return { status: 'SUCCEEDED', output: output as unknown as Json };
    } catch (fault) {
      if (!(fault instanceof RunFailedError)) throw fault;
      return { status: 'FAILED', error: fault.error, cause: fault.message };
    }
  }
}
