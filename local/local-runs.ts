/**
 * Runs on this machine, for the API on loopback: the local state machine in place of Step Functions. They
 * live as long as the process; their stored documents stay.
 */

import type { RunEvent } from '../packages/asl-runner/src/index.ts';
import { findReason, type RunInput, type RunStarter, type RunStatus } from '../shared/api/runs.ts';
import type { LocalMachine } from './machine.ts';
import { RunFailedError } from './run-failed.ts';

/** Runs that are kept in memory; beyond it the oldest finished ones are dropped. */
const MAX_KEPT = 1_000;

/** The runs of one process. */
export class LocalRuns implements RunStarter {
  readonly #machine: Pick<LocalMachine, 'summarize'>;
  readonly #now: () => Date;
  readonly #runs = new Map<string, RunStatus>();
  readonly #end = new AbortController();
  readonly #going = new Set<Promise<void>>();

  constructor(machine: Pick<LocalMachine, 'summarize'>, now: () => Date = () => new Date()) {
    this.#machine = machine;
    this.#now = now;
  }

  async start(id: string, input: RunInput): Promise<void> {
    if (this.#runs.has(id)) return;
    const { dandisetId, version } = input;
    this.#runs.set(id, { id, dandisetId, version, state: 'running', startedAt: this.#now().toISOString() });
    this.#forgetOldest();
    const run = this.#run(id, input);
    this.#going.add(run);
    run.finally(() => this.#going.delete(run));
  }

  async find(id: string): Promise<RunStatus | undefined> {
    return this.#runs.get(id);
  }

  /** Stops current runs, and waits for them. Headers read so far are stored. */
  async close(): Promise<void> {
    this.#end.abort(new RunFailedError('The server was closed.', { error: 'Stopped' }));
    await Promise.all(this.#going);
  }

  async #run(id: string, input: RunInput): Promise<void> {
    const onEvent = (event: RunEvent): void => {
      const { progress } = this.#runs.get(id) ?? {};
      // States inside the map have a path of their own; the map's own name is enough.
      if (event.type === 'state-entered' && event.path === event.state)
        this.#change(id, { progress: { ...progress, step: event.state } });
      if (event.type === 'map-started' || event.type === 'map-progress') {
        const { total, succeeded: done, failed } = event.counts;
        this.#change(id, { progress: { ...progress, files: { total, done, failed } } });
      }
    };
    try {
      const output = await this.#machine.summarize(input, { onEvent, signal: this.#end.signal });
      const { version, status: outcome } = output;
      this.#change(id, { state: 'succeeded', version, outcome, endedAt: this.#now().toISOString() });
    } catch (error) {
      const name = error instanceof RunFailedError ? error.error : 'States.Runtime';
      const message = findReason(error instanceof Error ? error.message : String(error));
      const state = this.#end.signal.aborted ? 'stopped' : 'failed';
      this.#change(id, { state, error: { name, message }, endedAt: this.#now().toISOString() });
    }
  }

  #change(id: string, changes: Partial<RunStatus>): void {
    const run = this.#runs.get(id);
    if (run !== undefined) this.#runs.set(id, { ...run, ...changes });
  }

  #forgetOldest(): void {
    if (this.#runs.size <= MAX_KEPT) return;
    for (const [id, { state }] of this.#runs) {
      if (state === 'running') continue;
      this.#runs.delete(id);
      return;
    }
  }
}
