/** How the run over one Dandiset ended, as a line for people. */
import { isAbsolute, join, relative } from 'node:path';
import type { Config } from '../../shared/config.ts';
import type { SummarizeOutput } from '../../shared/pipeline/run-payloads.ts';
import { summaryKeys } from '../../shared/store/keys.ts';
import type { UnchangedOutput } from '../machine.ts';

/** What a run took: tokens as the provider counts them, and US dollars where the model's price is known. */
export interface Spending {
  readonly tokens?: { readonly prompt: number; readonly completion: number };
  readonly cost?: number;
}

/** What a run would take: the prompt's tokens by an upper bound, and the most that one reply may cost. */
export interface PlannedOutput {
  readonly status: 'planned';
  readonly dandisetId: string;
  readonly version: string;
  readonly modelId: string;
  /** Absent where rules write it and no model is asked. */
  readonly promptTokens?: number;
  readonly mostCost?: number;
}

/** How a run ended that did not fail. */
export type Outcome = ((SummarizeOutput | UnchangedOutput) & Spending) | PlannedOutput;

/** The outcome for what was asked as `subject`. */
export type Finished =
  | ({ readonly subject: string } & Outcome)
  | { readonly subject: string; readonly status: 'failed'; readonly error: string; readonly message: string };

/** Whether there is a summary of what was asked for now. */
export function isWritten({ status }: Pick<Finished, 'status'>): boolean {
  return status === 'stored' || status === 'unchanged';
}

/** Turns a key into where people find it: a path, or an `s3://` address. */
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
    return `${dandisetId}/${version}  in progress  Another run is having this summary written. Look again in some minutes.`;
  }
  return `${dandisetId}/${version}  ${status.padEnd(9)}  ${locate(summaryKeys(dandisetId, version).markdown)}${spentText(finished)}`;
}

function plannedText({ modelId, promptTokens, mostCost }: PlannedOutput): string {
  if (promptTokens === undefined) return `by ${modelId}, without a language model: no tokens`;
  const cost =
    mostCost === undefined ? `no price is known of ${modelId}` : `$${mostCost.toFixed(4)} a reply at most`;
  return `${promptTokens.toLocaleString('en-US')} tokens for ${modelId}, ${cost}`;
}

function spentText({ tokens, cost }: Spending): string {
  if (tokens === undefined) return '';
  const count = (number: number): string => number.toLocaleString('en-US');
  return `  ${count(tokens.prompt)} + ${count(tokens.completion)} tokens${cost === undefined ? '' : `, $${cost.toFixed(4)}`}`;
}
