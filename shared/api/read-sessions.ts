/**
 * Reads the table of sessions beside a summary for the API: one page by one range of bytes where `summary.json` holds
 * the table's index, else the whole table, as for summaries from before the index.
 */
import * as z from 'zod/mini';
import type { VersionRef } from '../archive/version-ref.ts';
import { InvalidInputError } from '../errors.ts';
import { sessionsKeys } from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { StoredProvenance } from '../store/provenance-document.ts';
import { findRowSpan, parseRowSpan, type SessionCells, SessionIndex } from '../summary/session-index.ts';
import { buildSessionTimeline, SessionTimeline } from '../summary/session-timeline.ts';
import {
  parseSessionTable,
  ROWS_A_PAGE,
  type SessionPreview,
  type SessionTable,
} from './page/session-table.ts';

/** One page of the table. */
export interface SessionPage {
  readonly rows: readonly SessionCells[];
  /** Rows of the whole table. */
  readonly total: number;
  /** From 1. */
  readonly page: number;
  readonly pages: number;
}

const Indexed = z.object({ csv: z.object({ bytes: z.number(), index: SessionIndex }) });
const Sized = z.object({ csv: z.object({ bytes: z.number() }) });
const Timed = z.object({ timeline: z.nullable(SessionTimeline) });

/**
 * Bytes of a table that a Dandiset's page still reads as a whole, where its summary is from before tables had
 * an index and a timeline: some 4,000 rows, within the time of one request.
 */
const WHOLE_TABLE_BYTES = 1_000_000;

/**
 * The part of the table on the Dandiset's page: one range request, however long the table is. For an older summary a
 * short table is read as a whole, and a long one is left unread. Undefined where there is no table, or no row.
 * @throws StoreUnavailableError
 */
export async function readSessionPreview(
  ref: VersionRef,
  { sessions }: StoredProvenance,
  store: ObjectStore,
): Promise<SessionPreview | undefined> {
  if (sessions === undefined) return undefined;
  const indexed = z.safeParse(Indexed, sessions);
  const timed = z.safeParse(Timed, sessions);
  const page = indexed.success ? await readIndexedPage(ref, indexed.data.csv, store, undefined) : undefined;
  if (page !== undefined && timed.success) return buildPreview(page.rows, page.total, timed.data.timeline);
  const sized = z.safeParse(Sized, sessions);
  if (sized.success && sized.data.csv.bytes > WHOLE_TABLE_BYTES)
    return page === undefined ? { rows: [] } : buildPreview(page.rows, page.total, null);
  const rows = (await readSessions(ref, store))?.rows ?? [];
  const timeline = buildSessionTimeline(rows.map(({ session_start }) => session_start ?? ''));
  return buildPreview(rows.slice(0, ROWS_A_PAGE), rows.length, timeline);
}

function buildPreview(
  rows: SessionPreview['rows'],
  total: number,
  timeline: SessionTimeline | null,
): SessionPreview | undefined {
  return total === 0 ? undefined : { rows, total, ...(timeline === null ? {} : { timeline }) };
}

/** The table beside a summary; undefined where there is none, or it cannot be parsed. @throws StoreUnavailableError */
async function readSessions(
  { id, version }: VersionRef,
  store: ObjectStore,
): Promise<SessionTable | undefined> {
  const found = await store.get(sessionsKeys(id, version).csv);
  if (found === undefined) return undefined;
  try {
    return parseSessionTable(found.body);
  } catch {
    return undefined;
  }
}

/**
 * The page that `wanted` names, the first where it names none; undefined where there is no table.
 * @throws InvalidInputError where there is no such page; StoreUnavailableError
 */
export async function readSessionPage(
  ref: VersionRef,
  provenance: StoredProvenance,
  store: ObjectStore,
  wanted: string | undefined,
): Promise<SessionPage | undefined> {
  const indexed = z.safeParse(Indexed, provenance.sessions);
  if (indexed.success) {
    const page = await readIndexedPage(ref, indexed.data.csv, store, wanted);
    // The table is not the one that the summary names, as while a writer is at work: read the whole one.
    if (page !== undefined) return page;
  }
  const table = await readSessions(ref, store);
  if (table === undefined) return undefined;
  const location = findPage(wanted, table.rows.length);
  return { ...location, rows: table.rows.slice(location.first, location.first + ROWS_A_PAGE) };
}

async function readIndexedPage(
  { id, version }: VersionRef,
  { bytes, index }: z.infer<typeof Indexed>['csv'],
  store: ObjectStore,
  wanted: string | undefined,
): Promise<SessionPage | undefined> {
  const location = findPage(wanted, index.rows);
  const span = findRowSpan(index, bytes, location.first, ROWS_A_PAGE);
  if (span === undefined || span.end <= span.start) return undefined;
  const range = await store.getRange(sessionsKeys(id, version).csv, span.start, span.end);
  if (range === undefined || range.size !== bytes) return undefined;
  const existing = parseRowSpan(range.body, index, span);
  if (existing === undefined) return undefined;
  const skipped = location.first - span.firstRow;
  return { ...location, rows: existing.slice(skipped, skipped + ROWS_A_PAGE) };
}

/** The page number, checked to exist, with the first row of that page. @throws InvalidInputError */
function findPage(
  wanted: string | undefined,
  total: number,
): { readonly page: number; readonly pages: number; readonly total: number; readonly first: number } {
  const pages = Math.max(1, Math.ceil(total / ROWS_A_PAGE));
  const page = wanted === undefined ? 1 : /^[0-9]{1,6}$/.test(wanted) ? Number(wanted) : 0;
  if (page >= 1 && page <= pages) return { page, pages, total, first: (page - 1) * ROWS_A_PAGE };
  throw new InvalidInputError(`page must be a number from 1 to ${pages}.`, { field: 'page' });
}
