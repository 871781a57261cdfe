/** The tokens and dollars of a run: reported after it, or estimated before it with --dry-run. */
import { composeStore, usesLanguageModel } from '../../functions/compose.ts';
import type { Config } from '../../shared/config.ts';
import { computeCost, findPrice } from '../../shared/model/prices.ts';
import { getRunPrompt } from '../../shared/pipeline/run-documents.ts';
import type { SummarizeInput, SummarizeOutput } from '../../shared/pipeline/run-payloads.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import type { LocalMachine, MachineOptions, UnchangedOutput } from '../machine.ts';
import type { Outcome } from './finished.ts';

/** The outcome with the cost of its summary; unchanged if nothing was written, or the deterministic writer wrote it. */
export async function withSpending(
  output: SummarizeOutput | UnchangedOutput,
  config: Config,
): Promise<Outcome> {
  if (output.status !== 'stored') return output;
  const summaries = new SummaryStore(composeStore(config));
  const provenance = await summaries.findProvenance(output.dandisetId, output.version);
  const { model, tokens, cost } = (provenance ?? {}) as Partial<{
    model: { isLanguageModel: boolean };
    tokens: { prompt: number; completion: number };
    cost: number;
  }>;
  if (model?.isLanguageModel !== true || tokens === undefined) return output;
  return { ...output, tokens, ...(cost === undefined ? {} : { cost }) };
}

/**
 * Reads the headers, builds the prompt, and estimates the cost of sending it, or reports that nothing would be sent.
 * @throws RunFailedError
 */
export async function estimateRun(
  machine: LocalMachine,
  input: SummarizeInput,
  config: Config,
  options: MachineOptions,
): Promise<Outcome> {
  const output = await machine.plan(input, options);
  if (!('run' in output)) return output;
  const { run } = output;
  const planned = { status: 'planned', dandisetId: run.dandisetId, version: run.version } as const;
  if (!usesLanguageModel(config)) return { ...planned, modelId: 'the deterministic writer' };
  const { tokens } = await getRunPrompt(composeStore(config), run);
  const { modelId, maxOutputTokens, price = findPrice(modelId) } = config.model;
  if (price === undefined) return { ...planned, modelId, promptTokens: tokens };
  const mostCost = computeCost(price, { promptTokens: tokens, completionTokens: maxOutputTokens });
  return { ...planned, modelId, promptTokens: tokens, mostCost };
}
