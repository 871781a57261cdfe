/**
 * Prices of tokens, so that a run can report its cost and stop before a limit. Prices change without notice, so a
 * setting can replace the table.
 */
import { findOwn } from '../own-entry.ts';
import type { TokenUsage } from './language-model.ts';

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

/** List prices of OpenAI's models for standard requests, as published in 2025. */
const PRICES: Readonly<Record<string, Price>> = {
  'gpt-4o': { input: 2.5, output: 10 },
  'gpt-4o-mini': { input: 0.15, output: 0.6 },
  'gpt-4.1': { input: 2, output: 8 },
  'gpt-4.1-mini': { input: 0.4, output: 1.6 },
  'gpt-4.1-nano': { input: 0.1, output: 0.4 },
  'o4-mini': { input: 1.1, output: 4.4 },
};

const TOKENS_PER_PRICE = 1_000_000;

/** Finds the price of a model, also under a dated name such as `gpt-4o-2024-11-20`; undefined if it is not known. */
export function findPrice(modelId: string): Price | undefined {
  return findOwn(PRICES, modelId) ?? findOwn(PRICES, modelId.replace(/-\d{4}-\d{2}-\d{2}$/, ''));
}

/** Computes the cost of a reply, in US dollars. */
export function computeCost(price: Price, { promptTokens, completionTokens }: TokenUsage): number {
  return (price.input * promptTokens + price.output * completionTokens) / TOKENS_PER_PRICE;
}
