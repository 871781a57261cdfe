/**
 * Keeps the open catalog of headers up to date: every stored header is in exactly one part of each table. A part
 * is claimed before it is written, by the hash of its files, in a document that writers change one after
 * the other: a reader of all parts finds no file twice, however many wrote at once. Parts that a killed writer
 * had claimed but not written are written by the next one.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { StoreUnavailableError } from '../errors.ts';
import { READER_REVISION } from '../header/header-json.ts';
import type { NwbHeader } from '../header/nwb-header.ts';
import { buildParquet } from '../parquet/build-parquet.ts';
import { changeDocument } from '../store/conditional-change.ts';
import {
  findContentType,
  headerPrefix,
  parseHeaderDigestKey,
  TABLE_SHARDS,
  tableClaimsKey,
  tablePartKey,
  tablePrefix,
  tableShardPrefix,
} from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { buildFileRow, buildNodeRows } from './build-rows.ts';
import { type Cell, TABLES, TABLES_REVISION, type TableName } from './columns.ts';

/** Rows of nodes at which a part is closed: some megabytes as Parquet. */
const ROWS_OF_PART = 200_000;

/** Headers fetched concurrently: most of an export is waiting for them. */
const HEADERS_AT_ONCE = 8;

/** Dependencies of an export. */
export interface ExportDependencies {
  readonly store: ObjectStore;
  /**
   * The stored header of a file, or undefined where there is none of this reader's revision.
   * @throws StoreUnavailableError
   */
  readonly findHeader: (contentId: string) => Promise<NwbHeader | undefined>;
}

/** Position of an export: the shard, and the last file in it that was checked. */
export interface ExportPosition {
  readonly shard: string;
  readonly after: string;
}

/** Options for splitting an export into calls that each end in time. */
export interface ExportOptions {
  readonly signal?: AbortSignal | undefined;
  /** Position at which the previous call ended. */
  readonly from?: ExportPosition | undefined;
  /**
   * Whether to end and return the position. Each call checks at least some files, so that the sequence of calls ends.
   */
  readonly isOver?: () => boolean;
}

/** The report of an export. */
export interface ExportReport {
  /** Files in the completed shards, and files that this export added. */
  files: number;
  added: number;
  /** Parts written, those among them that another writer had claimed, and the current total. */
  partsWritten: number;
  partsRepaired: number;
  parts: number;
  /**
   * Headers that another revision of the reader made, or that are damaged: missing from the tables until they are
   * read again.
   */
  stale: number;
  /** Position to continue at; absent when all is done. */
  next?: ExportPosition;
}

/** The claims of one shard. */
const Claims = z.object({
  /** Files by part; each part is named by the hash of its files. */
  parts: z.array(z.object({ part: z.string(), blobs: z.array(z.string()) })),
});
type Claims = z.infer<typeof Claims>;
type Claim = Claims['parts'][number];

interface Batch {
  readonly blobs: string[];
  readonly rows: Record<TableName, Readonly<Record<string, Cell | undefined>>[]>;
}

const TABLE_NAMES = Object.keys(TABLES) as TableName[];

/** The generation of the tables: parts built from other headers, or by other code, are in folders of their own. */
export const TABLES_GENERATION = `${READER_REVISION}.${TABLES_REVISION}`;

/**
 * Adds every header that the tables lack. A repeated call adds nothing.
 * @throws StoreUnavailableError, or the signal's reason; parts written until then stay valid
 */
export async function exportTables(
  dependencies: ExportDependencies,
  { signal, from, isOver = () => false }: ExportOptions = {},
): Promise<ExportReport> {
  const report: ExportReport = { files: 0, added: 0, partsWritten: 0, partsRepaired: 0, parts: 0, stale: 0 };
  for (const shard of TABLE_SHARDS) {
    if (from !== undefined && shard < from.shard) continue;
    const contentIds = await listShard(dependencies.store, shard);
    const written = await listParts(dependencies.store, shard);
    const one = new ShardExport(dependencies, shard, written, report, signal);
    const after = await one.run(contentIds, from?.shard === shard ? from.after : '', isOver);
    if (after !== undefined) return { ...report, next: { shard, after } };
  }
  return report;
}

async function listShard(store: ObjectStore, shard: string): Promise<string[]> {
  const contentIds: string[] = [];
  for await (const key of store.list(headerPrefix(shard))) {
    const contentId = parseHeaderDigestKey(key);
    if (contentId !== undefined) contentIds.push(contentId);
  }
  // Compare ids, without the rest of the key: an export continues after the last file that it checked.
  return contentIds.sort();
}

async function listParts(store: ObjectStore, shard: string): Promise<Set<string>> {
  const written = new Set<string>();
  for (const table of TABLE_NAMES) {
    for await (const key of store.list(tableShardPrefix(table, TABLES_GENERATION, shard))) written.add(key);
  }
  return written;
}

/** One shard's export. */
class ShardExport {
  readonly #needs: ExportDependencies;
  readonly #shard: string;
  readonly #written: ReadonlySet<string>;
  readonly #report: ExportReport;
  readonly #signal: AbortSignal | undefined;

  constructor(
    dependencies: ExportDependencies,
    shard: string,
    written: ReadonlySet<string>,
    report: ExportReport,
    signal: AbortSignal | undefined,
  ) {
    this.#needs = dependencies;
    this.#shard = shard;
    this.#written = written;
    this.#report = report;
    this.#signal = signal;
  }

  /** Checks the files after `after`; returns the last one checked if the time was over before the end. */
  async run(
    contentIds: readonly string[],
    after: string,
    isOver: () => boolean,
  ): Promise<string | undefined> {
    const key = tableClaimsKey(TABLES_GENERATION, this.#shard);
    const claims = parseClaims((await this.#needs.store.get(key))?.body, key);
    for (const claim of claims.parts) await this.#repair(claim);
    const claimed = new Set(claims.parts.flatMap(({ blobs }) => blobs));
    const waiting = contentIds.filter((blob) => blob > after && !claimed.has(blob));
    let batch = emptyBatch();
    for (let at = 0; at < waiting.length; at += HEADERS_AT_ONCE) {
      const group = waiting.slice(at, at + HEADERS_AT_ONCE);
      await this.#addAll(batch, group);
      const isEnd = at + HEADERS_AT_ONCE >= waiting.length;
      if (!isEnd && isOver()) {
        await this.#publish(batch);
        return group.at(-1);
      }
      if (batch.rows.nodes.length < ROWS_OF_PART) continue;
      await this.#publish(batch);
      batch = emptyBatch();
    }
    await this.#publish(batch);
    const now = parseClaims((await this.#needs.store.get(key))?.body, key);
    this.#report.parts += now.parts.length;
    this.#report.files += now.parts.reduce((sum, { blobs }) => sum + blobs.length, 0);
    return undefined;
  }

  async #addAll(batch: Batch, blobs: readonly string[]): Promise<void> {
    this.#signal?.throwIfAborted();
    const headers = await Promise.all(blobs.map((blob) => this.#needs.findHeader(blob)));
    for (const [index, header] of headers.entries()) {
      if (header === undefined) this.#report.stale += 1;
      else addRows(batch, blobs[index]!, header);
    }
  }

  /** Claims the files of the batch that no other writer has claimed since, and writes them. */
  async #publish(batch: Batch): Promise<void> {
    if (batch.blobs.length === 0) return;
    const key = tableClaimsKey(TABLES_GENERATION, this.#shard);
    let mine: Claim | undefined;
    await changeDocument(this.#needs.store, key, (current) => {
      const claims = parseClaims(current?.body, key);
      const taken = new Set(claims.parts.flatMap(({ blobs }) => blobs));
      const blobs = batch.blobs.filter((blob) => !taken.has(blob)).sort();
      mine = blobs.length === 0 ? undefined : { part: hashBlobs(blobs), blobs };
      return mine && JSON.stringify({ parts: [...claims.parts, mine] } satisfies Claims);
    });
    if (mine === undefined) return;
    await this.#write(mine, batch);
    this.#report.added += mine.blobs.length;
  }

  /** Writes a claimed part of which one of the two tables' files is missing. */
  async #repair(claim: Claim): Promise<void> {
    const keys = TABLE_NAMES.map((table) => tablePartKey(table, TABLES_GENERATION, this.#shard, claim.part));
    if (keys.every((key) => this.#written.has(key))) return;
    this.#signal?.throwIfAborted();
    const batch = emptyBatch();
    for (const blob of claim.blobs) {
      const header = await this.#needs.findHeader(blob);
      if (header !== undefined) addRows(batch, blob, header);
    }
    await this.#write(claim, batch);
    this.#report.partsRepaired += 1;
  }

  async #write({ part, blobs }: Claim, batch: Batch): Promise<void> {
    const members = new Set(blobs);
    for (const table of TABLE_NAMES) {
      const key = tablePartKey(table, TABLES_GENERATION, this.#shard, part);
      const rows = batch.rows[table]
        .filter(({ blob }) => members.has(String(blob)))
        .sort((a, b) => (String(a.blob) < String(b.blob) ? -1 : Number(a.blob !== b.blob)));
      // Other writers of this part write the same bytes: it does not matter who is first.
      await this.#needs.store.put(key, buildParquet(TABLES[table], rows), {
        contentType: findContentType(key),
        ifAbsent: true,
      });
    }
    this.#report.partsWritten += 1;
  }
}

function addRows(batch: Batch, blob: string, header: NwbHeader): void {
  batch.blobs.push(blob);
  batch.rows.files.push(buildFileRow(blob, header));
  for (const row of buildNodeRows(blob, header)) batch.rows.nodes.push(row);
}

function emptyBatch(): Batch {
  return { blobs: [], rows: { files: [], nodes: [] } };
}

function hashBlobs(blobs: readonly string[]): string {
  return createHash('sha256').update(blobs.join('\n')).digest('hex');
}

/** @throws StoreUnavailableError if the document is invalid: no part is overwritten on a guess */
function parseClaims(body: Uint8Array | undefined, key: string): Claims {
  if (body === undefined) return { parts: [] };
  try {
    return z.parse(Claims, JSON.parse(new TextDecoder().decode(body)));
  } catch (cause) {
    throw new StoreUnavailableError(
      `${key} records which files are in the tables, and is damaged. Remove the tables with "export --rebuild".`,
      { key },
      { cause },
    );
  }
}

/**
 * Removes the tables of every generation, before an export from scratch: after a change of the reader, after damage,
 * or to replace many small parts by few large ones. Must not run during another export.
 * @throws StoreUnavailableError
 */
export async function removeTables(store: ObjectStore): Promise<void> {
  const keys: string[] = [];
  for (const table of TABLE_NAMES) for await (const key of store.list(tablePrefix(table))) keys.push(key);
  const isPart = (key: string): boolean => key.endsWith('.parquet');
  // Claims are removed last: if the removal is interrupted, the parts that they name are written again, and no file
  // twice.
  for (const key of [...keys.filter(isPart), ...keys.filter((each) => !isPart(each))])
    await store.remove(key);
}
