/**
 * What the steps report themselves while they work: structured lines and measurements, wherever they go. In
 * AWS they go to CloudWatch; on one machine nowhere unless asked for.
 */
import type { Metrics } from './metrics.ts';

/** Plain facts of one line. No key, no prompt text and no file content ever belongs here. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Takes log lines, and measurements with them: both are reported of the same event. */
export interface Log extends Metrics {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** Writes out what was measured so far: at once for what was paid, since the function may end before its event does. */
  flush(): void;
}

/** Drops every line and every measurement. */
export const SILENT_LOG: Log = { info: () => {}, warn: () => {}, measure: () => {}, flush: () => {} };
