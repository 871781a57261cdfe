/**
 * The log of the steps: structured lines and measurements. In
 * AWS they go to CloudWatch; on one machine they are dropped unless requested.
 */
import type { Metrics } from './metrics.ts';

/** Fields of one line. They must not contain keys, prompt text or file content. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Receives log lines and measurements: both are reported for the same event. */
export interface Log extends Metrics {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** Writes the measurements so far: at once after a payment, since the function may end before its event. */
  flush(): void;
}

/** Drops every line and every measurement. */
export const SILENT_LOG: Log = { info: () => {}, warn: () => {}, measure: () => {}, flush: () => {} };
