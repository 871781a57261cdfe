/**
 * Counts the contents of all files of a run: the records that ListAssets stored, joined with the digests that
 * ReadHeaders stored. Digests are fetched a few at a time, so that memory does not grow with the files.
 */

import { ContentTally } from '../facts/content-tally.ts';
import type { Contents, FileContents } from '../facts/contents.ts';
import type { MetadataDescription } from '../facts/dandiset-metadata.ts';
import { parsePathEntities } from '../facts/path-entities.ts';
import { buildSessionRow, type SessionRow } from '../facts/session-row.ts';
import { VersionTally } from '../facts/version-tally.ts';
import type { FileType } from '../file-types/file-type.ts';
import { type TypeVariation, VariationTally } from '../file-types/variation.ts';
import type { HeaderStore } from '../store/header-store.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { AssetRecord, digestOfRecord } from './asset-records.ts';
import type { HeaderDigest } from './header-digest.ts';
import { getRunDocument } from './run-documents.ts';
import { type FileOutcome, parsePayload, type Run } from './run-payloads.ts';

/** Dependencies of counting. */
export interface CountContentsDependencies {
  readonly store: ObjectStore;
  readonly headers: Pick<HeaderStore<HeaderDigest>, 'getDigest'>;
}

/** The counts. */
export interface CountedContents {
  readonly contents: Contents;
  /** In the order of the types; nothing for types beyond `MOST_TYPES`. */
  readonly byType: readonly FileContents[];
  /** The differences among the files of each type, in the order of `byType`. */
  readonly variations: readonly TypeVariation[];
  /** One row per file, in path order: of NWB files, or of all files where there is no NWB file. */
  readonly rows: readonly SessionRow[];
}

/** Digests fetched concurrently: each is a request to the store of a few milliseconds. */
const AT_ONCE = 32;
/** File types whose contents are counted separately. Others are described only by their representative. */
export const MOST_TYPES = 40;

/**
 * Counts the contents of a version and of its file types.
 * @throws StoreUnavailableError if a document or a digest is missing or damaged
 */
export async function countContents(
  run: Run,
  outcomes: readonly FileOutcome[],
  types: readonly FileType[],
  metadata: MetadataDescription,
  dependencies: CountContentsDependencies,
): Promise<CountedContents> {
  const outcomesById = new Map(outcomes.map((outcome) => [outcome.assetId, outcome]));
  const rows: SessionRow[] = [];
  const typesBySignature = new Map(
    types
      .slice(0, MOST_TYPES)
      .flatMap((type, at) => type.structures.map((structure) => [structure, at] as const)),
  );
  const version = new VersionTally();
  const ofTypes = types.slice(0, MOST_TYPES).map(() => new ContentTally());
  const differing = ofTypes.map(() => new VariationTally());
  for (const records of inBatches(
    splitLines(await getRunDocument(dependencies.store, run, 'records.jsonl')),
    AT_ONCE,
  )) {
    const parsed = records.map((line) => parsePayload(AssetRecord, JSON.parse(line)));
    const digests = await Promise.all(
      parsed.map(async ({ assetId }) => {
        const outcome = outcomesById.get(assetId);
        return outcome?.status === 'read'
          ? await dependencies.headers.getDigest(outcome.contentId)
          : undefined;
      }),
    );
    for (const [at, record] of parsed.entries()) {
      const digest = digests[at];
      const counted = version.add({
        path: record.path,
        size: record.size,
        kind: record.kind,
        record: digestOfRecord(record),
        ...(digest === undefined ? {} : { facts: digest.facts }),
      });
      const type = digest === undefined ? undefined : typesBySignature.get(digest.signatures.folded);
      if (digest !== undefined && type !== undefined) {
        ofTypes[type]!.add(counted);
        differing[type]!.add(digest.variants, listLabels(record.path));
      }
      const outcome = outcomesById.get(record.assetId);
      if (outcome === undefined && outcomes.length > 0) continue;
      const header = outcome === undefined ? '' : outcome.status === 'read' ? 'read' : outcome.reason;
      rows.push(buildSessionRow(counted, header, type === undefined ? 0 : type + 1));
    }
  }
  return {
    contents: version.build(metadata),
    byType: ofTypes.map((tally) => tally.build()),
    variations: differing.map((tally) => tally.report()),
    rows,
  };
}

/** Entities of paths that identify single files of a type, and do not describe differences. */
const NAMES_OF_ONE: ReadonlySet<string> = new Set(['sub', 'ses', 'obj', 'slice', 'cell', 'tis']);

/** The parts of a path that describe its file's kind: modalities, suffix and entities such as `desc-raw`. */
function listLabels(path: string): (readonly [string, string])[] {
  const { entities, modalities, suffix } = parsePathEntities(path);
  const reported = entities
    .filter(({ key }) => !NAMES_OF_ONE.has(key))
    .map(({ key, value }) => [key, value] as const);
  const ending = modalities.length > 0 ? modalities.join('+') : suffix;
  return ending === undefined ? reported : [...reported, ['ending', ending]];
}

function* splitLines(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? text.length : end);
    if (line !== '') yield line;
    start = end < 0 ? text.length : end + 1;
  }
}

function* inBatches<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
