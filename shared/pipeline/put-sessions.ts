/**
 * Stores the table of sessions beside a summary, from the documents that BuildPrompt stored in the run. It is put
 * before `summary.json` commits to its hashes: a writer killed in between leaves a table that no summary names yet.
 */
import { createHash } from 'node:crypto';
import { findContentType, runDocumentKey, sessionsKeys } from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { Provenance } from '../summary/provenance.ts';
import { buildSessionIndex } from '../summary/session-index.ts';
import { readSessionTimeline } from '../summary/session-timeline.ts';
import type { Run } from './run-payloads.ts';

/**
 * Puts both forms of the table and returns their hashes, the index of the CSV's rows, and the timeline of the sessions;
 * undefined if the run has none, such as one started by an earlier release.
 * @throws StoreUnavailableError
 */
export async function putSessions(run: Run, store: ObjectStore): Promise<Provenance['sessions'] | undefined> {
  const keys = sessionsKeys(run.dandisetId, run.version);
  const csv = await store.get(runDocumentKey(run, 'sessions.csv'));
  const parquet = await store.get(runDocumentKey(run, 'sessions.parquet'));
  if (csv === undefined || parquet === undefined) return undefined;
  await store.put(keys.csv, csv.body, { contentType: findContentType(keys.csv) });
  await store.put(keys.parquet, parquet.body, { contentType: findContentType(keys.parquet) });
  return {
    csv: { ...referenceTo(csv.body), index: buildSessionIndex(csv.body) },
    parquet: referenceTo(parquet.body),
    timeline: readSessionTimeline(csv.body),
  };
}

function referenceTo(body: Uint8Array): { sha256: string; bytes: number } {
  return { sha256: createHash('sha256').update(body).digest('hex'), bytes: body.length };
}
