/**
 * The metrics of the steps: names and units in one table. In AWS they become
 * CloudWatch metrics, the source of the dashboard and the alarm on spending; on one machine they are dropped.
 */

/** Every metric, with its CloudWatch unit. Dollars have no unit there. */
export const METRICS = {
  /** Headers read from the archive. */
  FilesRead: 'Count',
  /** Headers that were already stored, and cost nothing. */
  FilesKept: 'Count',
  /** Files whose header cannot be read, recorded with the reason. */
  FilesUnreadable: 'Count',
  /** Bytes fetched for one header. */
  BytesRead: 'Bytes',
  /** Range requests for one header. */
  ReadRequests: 'Count',
  /** Requests of one header that had to wait for an earlier response. */
  ReadRounds: 'Count',
  /** Tokens of one prompt, as the model's service counted them. */
  PromptTokens: 'Count',
  /** Tokens of one reply. */
  ReplyTokens: 'Count',
  /** US dollars of one reply, if the model's price is known. */
  ReplyCost: 'None',
  /** Findings of the checks in one reply. */
  ChecksFailed: 'Count',
  /**
   * Calls of FindStale: 1 if a sweep begins, 0 if it only checks for withdrawals. Only zeros mean that no sweep ran.
   */
  SweepsBegun: 'Count',
} as const satisfies Readonly<Record<string, 'Count' | 'Bytes' | 'None'>>;

export type MetricName = keyof typeof METRICS;

/** Takes measurements. */
export interface Metrics {
  /** One measurement; several of one name are kept separately, so that their distribution is visible. */
  measure(name: MetricName, value: number): void;
}
