/**
 * One queue for every run, whoever started it: hundreds of concurrent publications run a few at a time, obey
 * each day's limit, and all end with a summary. The real machine and steps, with a clock that advances when
 * all wait.
 */
import { expect, it } from 'vitest';
import { composeBuildPrompt, composeListAssets, composeWriteSummary } from '../../functions/compose.ts';
import definition from '../../functions/summarize.asl.json' with { type: 'json' };
import { type Clock, runStateMachine, systemClock } from '../../packages/asl-runner/src/index.ts';
import type { Asset } from '../../shared/archive/asset.ts';
import { readConfig } from '../../shared/config.ts';
import { SILENT_LOG } from '../../shared/log.ts';
import type { LanguageModel } from '../../shared/model/language-model.ts';
import { buildRunPrompt } from '../../shared/pipeline/build-prompt-step.ts';
import { type HeaderDigest, parseDigest } from '../../shared/pipeline/header-digest.ts';
import { listAssets } from '../../shared/pipeline/list-assets-step.ts';
import {
  BuildPromptInput,
  parsePayload,
  SummarizeInput,
  WriteSummaryInput,
} from '../../shared/pipeline/run-payloads.ts';
import { writeSummary } from '../../shared/pipeline/write-summary-step.ts';
import { HeaderStore } from '../../shared/store/header-store.ts';
import { readSpend } from '../../shared/store/spend.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import { IS_FULL } from '../effort.ts';
import { newFolderStore } from '../store/stores.ts';

const VERSION = '0.261126.1200';
const DAY_MS = 86_400_000;
const START = Date.parse('2026-11-26T12:00:00Z');

const REPLY = `## Abstract

A Dandiset of a test is described here by what its metadata say. It serves no study.

Nothing was recorded for it, and nothing can be analysed.

## Data

The Dandiset holds no files, so that nothing can be said of its data beyond what its metadata already say about it.

## Keywords

- test
`;

/** A clock that jumps to the next waiting run once none is working. */
class JumpingClock implements Clock {
  #now = START;
  working = 0;
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  readonly now = (): Date => new Date(this.#now);
  readonly deadline = systemClock.deadline;

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.push({ at: this.#now + milliseconds, wake }));
  }

  /** Runs until `done`. */
  async run(done: Promise<unknown>): Promise<void> {
    let isOver = false;
    void done.then(
      () => (isOver = true),
      () => (isOver = true),
    );
    while (!isOver) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (this.working > 0 || this.#sleepers.length === 0) continue;
      this.#sleepers.sort((a, b) => a.at - b.at);
      const { at } = this.#sleepers[0]!;
      this.#now = Math.max(this.#now, at);
      while (this.#sleepers[0] !== undefined && this.#sleepers[0].at <= this.#now)
        this.#sleepers.shift()!.wake();
    }
    await done;
  }
}

/**
 * So large that a day's limit allows one, but not all. `PUBLICATIONS=500 npx vitest run
 * test/pipeline/gate.system.test.ts` takes minutes.
 */
const PUBLICATIONS = Number(process.env.PUBLICATIONS ?? (IS_FULL ? 100 : 50));

it.each([PUBLICATIONS])(
  '%i publications at once: a few at a time, within each day’s limit, none lost',
  async (count) => {
    const { store, remove } = await newFolderStore();
    const clock = new JumpingClock();
    const now = clock.now;
    const config = readConfig({
      OPENAI_BASE_URL: 'http://model.invalid',
      LLM_MODEL: 'gpt-4o',
      RUNS_AT_ONCE: '4',
    });
    const summaries = new SummaryStore(store);
    const headers = new HeaderStore<HeaderDigest>(store, parseDigest);
    const started = new Map<string, number>();
    let atOnce = 0;
    let most = 0;
    let calls = 0;
    const model: LanguageModel = {
      modelId: 'gpt-4o',
      isLanguageModel: true,
      generate: async () => {
        calls += 1;
        return {
          text: REPLY,
          usage: { promptTokens: 400, completionTokens: 100 },
          finish: { unified: 'stop', raw: 'stop' },
        };
      },
    };
    const archive = {
      findVersion: async ({ id }: { id: string }) => ({ id, version: VERSION }),
      readMetadata: async ({ id }: { id: string }) => ({
        json: JSON.stringify({ id: `DANDI:${id}/${VERSION}`, name: `Test ${id}`, description: 'A test.' }),
        from: 'bucket' as const,
      }),
      async *readAssets(): AsyncGenerator<Asset, void> {},
    };
    const log = SILENT_LOG;
    const daily = { tokens: 1e9, cost: count * 0.001 };
    const steps: Record<string, (payload: unknown) => Promise<unknown>> = {
      ListAssetsFunction: async (payload) => {
        const dependencies = {
          ...composeListAssets(config),
          archive,
          store,
          summaries,
          log,
          turns: { runsAtOnce: 4, now },
        };
        const listed = await listAssets(parsePayload(SummarizeInput, payload), dependencies);
        const { execution = '' } = payload as { execution?: string };
        if (listed.status === 'pending' && !started.has(execution)) {
          started.set(execution, now().getTime());
          atOnce += 1;
          most = Math.max(most, atOnce);
        }
        return listed;
      },
      BuildPromptFunction: (payload) =>
        buildRunPrompt(parsePayload(BuildPromptInput, payload), {
          ...composeBuildPrompt(config),
          store,
          headers,
          log,
        }),
      WriteSummaryFunction: async (payload) => {
        const input = parsePayload(WriteSummaryInput, payload);
        // A reply takes a minute.
        clock.working -= 1;
        await clock.sleep(60_000);
        clock.working += 1;
        const dependencies = {
          ...composeWriteSummary(config),
          store,
          summaries,
          now,
          log,
          openModel: async () => model,
        };
        if (started.delete(input.run.execution ?? '')) atOnce -= 1;
        return await writeSummary(input, { ...dependencies, spend: { ...dependencies.spend, daily } });
      },
    };
    const names = [...Object.keys(steps), 'ReadHeadersFunction', 'ResultsBucket'];
    const runs = Promise.all(
      Array.from({ length: count }, (_, at) =>
        runStateMachine(definition, {
          input: { dandisetId: String(at + 1).padStart(6, '0'), version: VERSION },
          name: `run-${at}`,
          clock,
          substitutions: { ...Object.fromEntries(names.map((name) => [name, name])), BatchesAtOnce: '40' },
          buckets: { ResultsBucket: store },
          invokeFunction: async (name, payload) => {
            clock.working += 1;
            try {
              return await steps[name]!(payload);
            } finally {
              clock.working -= 1;
            }
          },
        }),
      ),
    );
    await clock.run(runs);
    const outcomes = (await runs).map((run) =>
      run.status === 'SUCCEEDED' ? run.output : `${run.error}: ${run.cause}`,
    );
    expect(outcomes.filter((output) => (output as { status?: string }).status === 'stored')).toHaveLength(
      count,
    );
    expect(most).toBe(4);
    expect(calls).toBe(count);
    const days = Math.ceil((now().getTime() - Date.parse('2026-11-26')) / DAY_MS);
    let cost = 0;
    for (let day = 0; day < days; day += 1) {
      const spent = await readSpend(store, new Date(START + day * DAY_MS).toISOString().slice(0, 10));
      expect(spent.cost).toBeLessThanOrEqual(daily.cost);
      cost += spent.cost;
    }
    expect(days).toBeGreaterThan(2);
    expect(cost).toBeCloseTo((count * (400 * 2.5 + 100 * 10)) / 1e6, 6);
    await remove();
  },
  PUBLICATIONS * 3_000,
);
