/** How the run over one Dandiset ended, as a line for people. */
import { isAbsolute, join, relative } from 'node:path';
import type { Config } from '../../shared/config.ts';
import type { SummarizeOutput } from '../../shared/pipeline/payloads.ts';
import { summaryKeys } from '../../shared/store/keys.ts';
import type { UnchangedOutput } from '../machine.ts';

/** The outcome for what was asked as `subject`. */
export type Finished =
  | ({ readonly subject: string } & (SummarizeOutput | UnchangedOutput))
  | { readonly subject: string; readonly status: 'failed'; readonly error: string; readonly message: string };

/** Whether there is a summary of what was asked for now. */
export function isWritten({ status }: Pick<Finished, 'status'>): boolean {
  return status === 'stored' || status === 'unchanged';
}

/** Turns a key into where people find it: a path, or an `s3://` address. */
export function storedAt({ summaryStore }: Pick<Config, 'summaryStore'>): (key: string) => string {
  if (/^s3:/i.test(summaryStore)) return (key) => `${summaryStore.replace(/\/$/, '')}/${key}`;
  return (key) => {
    const path = join(summaryStore, key);
    return isAbsolute(path) ? path : relative('.', path);
  };
}

/** `000683/draft  stored     summaries/…/summary.md` */
export function finishedLine(finished: Finished, locate: (key: string) => string): string {
  if (finished.status === 'failed') return `${finished.subject}  failed     ${finished.message}`;
  const { dandisetId, version, status } = finished;
  if (status === 'in-progress') {
    return `${dandisetId}/${version}  in progress  Another run is having this summary written. Look again in some minutes.`;
  }
  return `${dandisetId}/${version}  ${status.padEnd(9)}  ${locate(summaryKeys(dandisetId, version).markdown)}`;
}
