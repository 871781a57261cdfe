/** The limits of the benchmark's reads: far above what any of its files needs. */
import type { ReadLimits } from '../shared/header/header-reader.ts';

export const BENCH_LIMITS: ReadLimits = {
  bytes: 4e9,
  requests: 1e6,
  objects: 1e6,
  depth: 1000,
  milliseconds: 600_000,
  valueBytes: 1024 * 1024,
};
