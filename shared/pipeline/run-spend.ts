/** The cost of a run's replies and its limits: one for each run, and one for all runs of a day. */
import { randomUUID } from 'node:crypto';
import { SpendLimitError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { LanguageModel, Reply } from '../model/language-model.ts';
import { computeCost, type Price } from '../model/prices.ts';
import type { Prompt } from '../prompt/prompt.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { type DaySpend, reserveSpend, settleSpend } from '../store/spend.ts';
import type { KeptReply } from './kept-reply.ts';

/** The price of replies, and the limits of their cost. */
export interface Spend {
  /** Undefined if the model's price is not known: then nothing is counted and no limit applies. */
  readonly price: Price | undefined;
  /** US dollars per run. */
  readonly limit: number;
  /** Tokens of one reply at most. */
  readonly maxOutputTokens: number;
  /** The limit for the replies of all runs within one day, UTC; none by default. */
  readonly daily?: DaySpend;
}

/** The cost of a request that was refused before anything was written. */
export const NOTHING_SPENT: DaySpend = { tokens: 0, cost: 0 };

/** Seconds over which the runs that waited for a new day are spread. */
const DAY_SPREAD_SECONDS = 900;

/** The maximum of one reply, reserved from the day's limit before the request. */
export class DayBudget {
  readonly #store: ObjectStore;
  readonly #day: string;
  readonly #id = randomUUID();

  private constructor(store: ObjectStore, day: string) {
    this.#store = store;
    this.#day = day;
  }

  /** `spent` if the day has no room for it; undefined if there is no limit. @throws StoreUnavailableError */
  static async open(
    requested: Prompt,
    now: Date,
    { store, spend }: { readonly store: ObjectStore; readonly spend: Spend },
  ): Promise<DayBudget | 'spent' | undefined> {
    if (spend.daily === undefined) return undefined;
    const budget = new DayBudget(store, now.toISOString().slice(0, 10));
    const most = { tokens: requested.tokens + spend.maxOutputTokens, cost: boundCost(requested, spend) };
    const hasRoom = await reserveSpend(store, budget.#day, budget.#id, most, spend.daily);
    return hasRoom ? budget : 'spent';
  }

  /** Records the actual cost. If the store fails, the reservation remains: the reply is not lost. */
  async settle(spent: DaySpend): Promise<void> {
    await settleSpend(this.#store, this.#day, this.#id, spent).catch(() => undefined);
  }
}

/** The part of a day's limit that one reply used: tokens, and US dollars where the price is known. */
export function computeSpend(usage: Reply['usage'], { price }: Spend): DaySpend {
  return {
    tokens: usage.promptTokens + usage.completionTokens,
    cost: price === undefined ? 0 : computeCost(price, usage),
  };
}

/** US dollars that the replies so far cost; 0 where the price is not known. */
export function computeRepliesCost(replies: readonly KeptReply[], { price }: Spend): number {
  if (price === undefined) return 0;
  return replies.reduce((total, { usage }) => total + computeCost(price, usage), 0);
}

/** The maximum cost of one more reply. */
function boundCost(prompt: Prompt, { price, maxOutputTokens }: Spend): number {
  return price === undefined
    ? 0
    : computeCost(price, { promptTokens: prompt.tokens, completionTokens: maxOutputTokens });
}

/** `opinions`: US dollars that the run's second opinions cost. */
export function canAfford(
  prompt: Prompt,
  paid: readonly KeptReply[],
  spend: Spend,
  opinions: number,
): boolean {
  return computeRepliesCost(paid, spend) + opinions + boundCost(prompt, spend) <= spend.limit;
}

/** Why no further reply may be requested: its maximum cost, the cost so far, and the settings that change the limit. */
export function buildSpendError(
  prompt: Prompt,
  paid: readonly KeptReply[],
  spend: Spend,
  opinions: number,
): SpendLimitError {
  const next = boundCost(prompt, spend);
  const spent = computeRepliesCost(paid, spend) + opinions;
  const before = spent > 0 ? `, $${spent.toFixed(2)} of it spent on earlier replies` : '';
  return new SpendLimitError(
    `A reply to this prompt may cost up to $${next.toFixed(2)}, and a run may spend $${spend.limit.toFixed(2)}${before}. Raise LLM_MAX_COST_PER_RUN or lower PROMPT_TOKEN_BUDGET.`,
    { spent, next, limit: spend.limit },
  );
}

/** Reported as soon as it was paid for, whether it is used or not: spending is only counted here. */
export function measureReply(
  reply: KeptReply,
  model: LanguageModel,
  { log, spend }: { readonly log: Log; readonly spend: Spend },
): void {
  // The deterministic writer uses no tokens.
  if (!model.isLanguageModel) return;
  log.measure('PromptTokens', reply.usage.promptTokens);
  log.measure('ReplyTokens', reply.usage.completionTokens);
  if (spend.price !== undefined) log.measure('ReplyCost', computeCost(spend.price, reply.usage));
  log.flush();
}

/** Seconds until the next day (UTC) has begun, spread so that waiting runs do not all start at once. */
export function countSecondsToTomorrow(now: Date): number {
  const tomorrow = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1);
  return Math.ceil((tomorrow - now.getTime()) / 1000 + Math.random() * DAY_SPREAD_SECONDS);
}
