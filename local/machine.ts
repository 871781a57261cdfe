/**
 * Runs the summarize state machine on this machine: the same definition and the same handlers that AWS
 * uses, with the project's store in place of S3 and this process in place of Lambda.
 */

import { randomUUID } from 'node:crypto';
import { createHandler as createBuildPrompt } from '../functions/build-prompt.ts';
import { composeStore } from '../functions/compose.ts';
import type { StepHandler } from '../functions/handler.ts';
import { createHandler as createListAssets } from '../functions/list-assets.ts';
import { createHandler as createReadHeaders } from '../functions/read-headers.ts';
import definition from '../functions/summarize.asl.json' with { type: 'json' };
import { createHandler as createWriteSummary } from '../functions/write-summary.ts';
import type { Clock, RunEvent } from '../packages/asl-runner/src/index.ts';
import { runAtMost } from '../shared/concurrency.ts';
import type { Config } from '../shared/config.ts';
import { isObjectOrList } from '../shared/json-value.ts';
import { SILENT_LOG } from '../shared/log.ts';
import {
  PromptedRun,
  parsePayload,
  type SummarizeInput,
  SummarizeOutput,
} from '../shared/pipeline/run-payloads.ts';
import { releaseTurn } from '../shared/pipeline/turn.ts';
import { runMachine } from './run-machine.ts';

/** Batches of headers that one process reads concurrently; in AWS each has its own Lambda. */
const BATCHES_AT_ONCE = 2;

/** The states after the prompt. */
const WRITING: ReadonlySet<string> = new Set([
  'WriteSummary',
  'IsWritten',
  'WaitForOtherRun',
  'WaitForNextDay',
  'Written',
  'CanPromptBeShorter',
]);

/** Options for watching and stopping a run. */
export interface MachineOptions {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** A clock for the waits between attempts, in place of the system's. */
  readonly clock?: Clock;
}

/** The machine over one set of settings; handlers and clients are built once and shared by its runs. */
export class LocalMachine {
  readonly #config: Config;
  readonly #functions: Readonly<Record<string, StepHandler<unknown>>>;

  constructor(config: Config) {
    this.#config = config;
    const settings = () => config;
    this.#functions = {
      ListAssetsFunction: createListAssets(settings),
      ReadHeadersFunction: runAtMost(BATCHES_AT_ONCE, createReadHeaders(settings)),
      BuildPromptFunction: createBuildPrompt(settings),
      WriteSummaryFunction: createWriteSummary(settings),
    };
  }

  /** Summarizes one version. @throws RunFailedError */
  async summarize(
    input: SummarizeInput,
    options: MachineOptions = {},
  ): Promise<SummarizeOutput | UnchangedOutput> {
    const output = await this.#run(definition, input, options);
    if (isUnchanged(output)) return output;
    return parsePayload(SummarizeOutput, output);
  }

  /** Runs up to the prompt, whatever is stored, and writes no summary. @throws RunFailedError */
  async prompt(input: SummarizeInput, options: MachineOptions = {}): Promise<PromptedRun> {
    return parsePayload(PromptedRun, await this.#runToPrompt({ ...input, force: true }, options));
  }

  /** The same, unless the stored summary would be left unchanged. @throws RunFailedError */
  async plan(input: SummarizeInput, options: MachineOptions = {}): Promise<PromptedRun | UnchangedOutput> {
    const output = await this.#runToPrompt(input, options);
    return isUnchanged(output) ? output : parsePayload(PromptedRun, output);
  }

  async #runToPrompt(input: SummarizeInput, options: MachineOptions): Promise<unknown> {
    const { Next: _next, ...last } = definition.States.BuildPrompt;
    const states = Object.entries(definition.States).filter(([name]) => !WRITING.has(name));
    const shorter = {
      ...definition,
      States: { ...Object.fromEntries(states), BuildPrompt: { ...last, End: true } },
    };
    return this.#run(shorter, input, options);
  }

  /** Releases the run's turn, also if it failed or was stopped: nothing else on this machine would. */
  async #run(machine: unknown, input: SummarizeInput, options: MachineOptions): Promise<unknown> {
    const name = randomUUID();
    const run = { ...options, name, config: this.#config, functions: this.#functions, input };
    try {
      return await runMachine(machine, run);
    } finally {
      await releaseTurn(composeStore(this.#config), name, SILENT_LOG);
    }
  }
}

/** Whether the output means that the stored summary was made from the same input. */
export interface UnchangedOutput {
  readonly status: 'unchanged';
  readonly dandisetId: string;
  readonly version: string;
  readonly inputHash: string;
}

function isUnchanged(output: unknown): output is UnchangedOutput {
  return (
    isObjectOrList(output) && 'status' in output && output.status === 'unchanged' && !('summaryKey' in output)
  );
}
