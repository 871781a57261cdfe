/** The outcome of the run over one Dandiset, as a line for people. */
import { isAbsolute, join, relative } from 'node:path';
import type { Config } from '../../shared/config.ts';
import type { SummarizeOutput } from '../../shared/pipeline/run-payloads.ts';
import { summaryKeys } from '../../shared/store/keys.ts';
import type { UnchangedOutput } from '../machine.ts';

/** The cost of a run: tokens as counted by the provider, and US dollars if the model's price is known. */
export interface Spending {
  readonly tokens?: { readonly prompt: number; readonly completion: number };
  readonly cost?: number;
}

/** The estimated cost of a run: an upper bound of the prompt's tokens, and the maximum cost of one reply. */
export interface PlannedOutput {
  readonly status: 'planned';
  readonly dandisetId: string;
  readonly version: string;
  readonly modelId: string;
  /** Absent if the deterministic writer writes it and no model is called. */
  readonly promptTokens?: number;
  readonly mostCost?: number;
}

/** The outcome of a run that did not fail. */
export type Outcome = ((SummarizeOutput | UnchangedOutput) & Spending) | PlannedOutput;

/** The outcome for the requested `subject`. */
export type Finished =
  | ({ readonly subject: string } & Outcome)
  | { readonly subject: string; readonly status: 'failed'; readonly error: string; readonly message: string };

/** Whether the requested summary exists now. */
export function isWritten({ status }: Pick<Finished, 'status'>): boolean {
  return status === 'stored' || status === 'unchanged';
}

/** Turns a key into a location for people: a path, or an `s3://` URL. */
export function storedAt({ summaryStore }: Pick<Config, 'summaryStore'>): (key: string) => string {
  if (/^s3:/i.test(summaryStore)) return (key) => `${summaryStore.replace(/\/$/, '')}/${key}`;
  return (key) => {
    const path = join(summaryStore, key);
    return isAbsolute(path) ? path : relative('.', path);
  };
}

/** `000683/draft  stored     summaries/…/summary.md` */
export function finishedLine(finished: Finished, locate: (key: string) => string): string {
  if (finished.status === 'failed') return `${finished.subject}  failed     ${finished.message}`;
  const { dandisetId, version, status } = finished;
  if (status === 'planned') return `${dandisetId}/${version}  would be written  ${plannedText(finished)}`;
  if (status === 'in-progress') {
    return `${dandisetId}/${version}  in progress  Another run is writing this summary. Try again in a few minutes.`;
  }
  return `${dandisetId}/${version}  ${status.padEnd(9)}  ${locate(summaryKeys(dandisetId, version).markdown)}${spentText(finished)}`;
}

function plannedText({ modelId, promptTokens, mostCost }: PlannedOutput): string {
  if (promptTokens === undefined) return `by ${modelId}, without a language model: no tokens`;
  const cost =
    mostCost === undefined
      ? `the price of ${modelId} is not known`
      : `$${mostCost.toFixed(4)} a reply at most`;
  return `${promptTokens.toLocaleString('en-US')} tokens for ${modelId}, ${cost}`;
}

function spentText({ tokens, cost }: Spending): string {
  if (tokens === undefined) return '';
  const count = (number: number): string => number.toLocaleString('en-US');
  return `  ${count(tokens.prompt)} + ${count(tokens.completion)} tokens${cost === undefined ? '' : `, $${cost.toFixed(4)}`}`;
}
