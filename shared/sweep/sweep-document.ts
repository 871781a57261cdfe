/** The plan of a sweep as stored: written by FindStale, read by ReportSweep, which checks it by its schema. */
import * as z from 'zod/mini';
import { RUN_SETTINGS_SHAPE } from '../pipeline/run-documents.ts';
import { FailureDocument } from './failure-store.ts';
import type { CurrentMaking, SweepPlan } from './plan-sweep.ts';
import { Withdrawals } from './sweep-payloads.ts';

/** A version that could not be checked, with the reason. */
export interface Unlooked {
  readonly dandisetId: string;
  readonly version: string;
  readonly reason: string;
}

/** `plan.json`: the facts that ReportSweep reports besides the outcomes of the runs. */
export interface SweepDocument
  extends Pick<SweepPlan, 'fresh' | 'empty' | 'debouncing' | 'backingOff' | 'abandoned' | 'expected'> {
  readonly schemaVersion: 2;
  readonly sweepId: string;
  readonly startedAt: string;
  readonly dandisets: number;
  readonly versions: number;
  readonly due: number;
  readonly deferred: readonly string[];
  readonly unlooked: readonly Unlooked[];
  readonly withdrawals: Withdrawals;
  readonly making: CurrentMaking;
  /** Whether the API's list was available, to find versions that the bucket does not show. */
  readonly apiListed: boolean;
}

const count = z.int().check(z.nonnegative());

/** The schema of a sweep's plan. */
export const SweepDocument: z.ZodMiniType<SweepDocument> = z.object({
  schemaVersion: z.literal(2),
  sweepId: z.string(),
  startedAt: z.string(),
  dandisets: count,
  versions: count,
  due: count,
  deferred: z.array(z.string()),
  unlooked: z.array(z.object({ dandisetId: z.string(), version: z.string(), reason: z.string() })),
  withdrawals: Withdrawals,
  making: z.object({ ...RUN_SETTINGS_SHAPE, promptRevision: z.number(), readerRevision: z.number() }),
  apiListed: z.boolean(),
  fresh: count,
  empty: count,
  debouncing: z.array(z.object({ id: z.string(), version: z.string() })),
  backingOff: z.array(FailureDocument),
  abandoned: z.array(FailureDocument),
  expected: z.object({ tokens: z.number(), cost: z.number() }),
});
