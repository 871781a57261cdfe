/**
 * What the steps tell of themselves while they work: structured lines, wherever they go. In AWS they go to
 * CloudWatch; on one machine nowhere unless asked for.
 */

/** Plain facts of one line. No key, no prompt text and no file content ever belongs here. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Takes log lines. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
}

/** Drops every line. */
export const SILENT_LOG: Log = { info: () => {}, warn: () => {} };
