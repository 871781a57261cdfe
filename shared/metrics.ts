/**
 * What the steps measure of themselves while they work: names and units in one table. In AWS they become
 * CloudWatch metrics, from which the dashboard and the alarm on spending are made; on one machine nothing.
 */

/** Every metric, with its unit as CloudWatch names it. Dollars have no unit there. */
export const METRICS = {
  /** Headers that were read from the archive. */
  FilesRead: 'Count',
  /** Headers that were kept from before, and cost nothing. */
  FilesKept: 'Count',
  /** Files whose header cannot be read, recorded with the reason. */
  FilesUnreadable: 'Count',
  /** Bytes fetched for one header. */
  BytesRead: 'Bytes',
  /** Range requests for one header. */
  ReadRequests: 'Count',
  /** Requests of one header that had to wait for an earlier answer. */
  ReadRounds: 'Count',
  /** Tokens of one prompt, as the model's service counted them. */
  PromptTokens: 'Count',
  /** Tokens of one reply. */
  ReplyTokens: 'Count',
  /** US dollars of one reply, where the model's price is known. */
  ReplyCost: 'None',
  /** Findings of the checks in one reply. */
  ChecksFailed: 'Count',
  /** Looks of FindStale: 1 where a sweep begins, 0 where it only looks for withdrawals. Zeros say that nobody swept. */
  SweepsBegun: 'Count',
} as const satisfies Readonly<Record<string, 'Count' | 'Bytes' | 'None'>>;

export type MetricName = keyof typeof METRICS;

/** Takes measurements. */
export interface Metrics {
  /** One measurement; several of one name are distinguished, so that their spread can be seen. */
  measure(name: MetricName, value: number): void;
}
