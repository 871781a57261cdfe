/**
 * Shows the progress of a run: a bar for the files read on a terminal, plain lines elsewhere.
 * Written to standard error, so that standard output contains only results.
 */
import type { RunEvent } from '../packages/asl-runner/src/index.ts';
import { readCauseMessage } from '../shared/retry/failure-cause.ts';

/** The destination of progress. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Width of the bar, in characters. */
const BAR_WIDTH = 24;
const CLEAR_LINE = '\r\u001b[K';

/** What each state does, for people. */
const DOING: Readonly<Record<string, string>> = {
  ListAssets: 'listing files',
  ReadHeaderBatches: 'reading headers',
  BuildPrompt: 'building the prompt',
  WriteSummary: 'writing the summary',
  WaitForTurn: 'waiting for a turn: RUNS_AT_ONCE others are running',
  WaitForNextDay:
    'waiting for the next day (UTC): the limit of LLM_MAX_COST_PER_DAY or LLM_MAX_TOKENS_PER_DAY is reached',
  WaitForOtherRun: 'waiting for another run that is writing this summary',
};

/** The progress of one run. Each line begins with `subject`. */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #subject: string;
  #reportedTenth = 0;

  constructor(stream: ProgressStream, subject: string) {
    this.#stream = stream;
    this.#subject = subject;
  }

  /** The listener for the runner. */
  readonly onEvent = (event: RunEvent): void => {
    if (event.type === 'state-entered') this.#doing(DOING[event.state]);
    if (event.type === 'map-progress')
      this.#files(event.counts.succeeded + event.counts.failed, event.counts.total);
    if (event.type === 'retry-scheduled') {
      const seconds = Math.max(1, Math.round(event.delaySeconds));
      this.note(`${readCauseMessage(event.cause)} Trying again in ${seconds} s; Ctrl-C stops.`);
    }
  };

  /** A line that stays. */
  note(text: string): void {
    this.#stream.write(`${this.#clear()}${this.#subject}  ${text}\n`);
  }

  /** Removes the bar. */
  end(): void {
    this.#stream.write(this.#clear());
  }

  #clear(): string {
    return this.#stream.isTTY === true ? CLEAR_LINE : '';
  }

  #doing(what: string | undefined): void {
    if (what === undefined) return;
    if (this.#stream.isTTY === true) this.#stream.write(`${CLEAR_LINE}${this.#subject}  ${what} …`);
  }

  #files(done: number, total: number): void {
    if (this.#stream.isTTY === true) {
      const filled = total === 0 ? BAR_WIDTH : Math.floor((done / total) * BAR_WIDTH);
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
      this.#stream.write(`${CLEAR_LINE}${this.#subject}  ${bar} ${done} of ${total} files`);
      return;
    }
    // Elsewhere one line per tenth, so that a log of thousands of files stays short.
    const tenth = Math.floor((done / Math.max(1, total)) * 10);
    if (tenth > this.#reportedTenth || done === total) {
      this.#reportedTenth = tenth;
      this.#stream.write(`${this.#subject}  headers read: ${done} of ${total} files\n`);
    }
  }
}
