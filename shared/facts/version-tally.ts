/**
 * Counts all files of a version: its assets by kind and by entities of their paths, the files' contents, and
 * disagreements of sources. Streaming; pure. The result is the body of facts.
 */
import { ContentTally, type CountedFile } from './content-tally.ts';
import type { Contents } from './contents.ts';
import type { MetadataDescription } from './dandiset-metadata.ts';
import type { FileFacts } from './file-facts.ts';
import { type PathEntities, parsePathEntities } from './path-entities.ts';
import { Reconciliation } from './reconcile.ts';
import type { RecordDigest } from './record-digest.ts';
import { PairBudget, ValueTally } from './tally.ts';

/** One asset of a version, and its header's facts if it was read. */
export interface CountedAsset {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** By extension, else media type. */
  readonly kind: string;
  readonly record?: RecordDigest;
  readonly facts?: FileFacts;
}

/** Kinds of files that are listed at most. */
const LISTED_KINDS = 30;
/** Values of an entity that are listed at most. */
const LISTED_VALUES = 30;
/** Kinds of entities and of files that are tracked at most. */
const MOST_KEYS = 200;
/** Paths that are compared for duplicates at most. */
const MOST_PATHS = 500_000;
/** Entities that name a subject or session, which are counted separately. */
const OWN_KEYS: ReadonlySet<string> = new Set(['sub', 'ses']);

/** Counts the assets of a version. */
export class VersionTally {
  readonly #all = new ContentTally();
  readonly #reconciliation = new Reconciliation();
  readonly #budget = new PairBudget();
  readonly #kinds = new Map<string, { files: number; bytes: number }>();
  readonly #paths = new Set<string>();
  readonly #entities = new Map<string, ValueTally>();
  readonly #pathModalities = new ValueTally(this.#budget);
  readonly #suffixes = new ValueTally(this.#budget);
  readonly #datatypes = new ValueTally(this.#budget);
  readonly #samples = new ValueTally(this.#budget);
  #assets = 0;
  #bytes = 0;
  #duplicatePaths = 0;

  /** Counts one asset; returns it in the form for the counting of its file type. */
  add({ path, size, kind, record, facts }: CountedAsset): CountedFile {
    const entities = parsePathEntities(path);
    this.#assets += 1;
    this.#bytes += size;
    this.#addKind(kind, size);
    if (this.#paths.has(path)) this.#duplicatePaths += 1;
    else if (this.#paths.size < MOST_PATHS) this.#paths.add(path);
    const file: CountedFile = {
      path,
      size,
      ...(entities.subject === undefined ? {} : { pathSubject: entities.subject }),
      ...(entities.session === undefined ? {} : { pathSession: entities.session }),
      ...(record === undefined ? {} : { record }),
      ...(facts === undefined ? {} : { facts }),
    };
    // Files that describe the dataset itself are not recordings.
    if (entities.isDescription && facts === undefined) return file;
    this.#addEntities(path, entities, record);
    this.#all.add(file);
    this.#reconciliation.add(file);
    return file;
  }

  /** The body of facts. */
  build(metadata: MetadataDescription): Contents {
    const all = this.#all.build();
    const kinds = [...this.#kinds]
      .map(([kind, counted]) => ({ kind, ...counted }))
      .sort((a, b) => b.files - a.files || (a.kind < b.kind ? -1 : 1));
    const version = { assets: this.#assets, bytes: this.#bytes, all };
    return {
      assets: this.#assets,
      bytes: this.#bytes,
      kinds: kinds.slice(0, LISTED_KINDS),
      moreKinds: Math.max(0, kinds.length - LISTED_KINDS),
      duplicatePaths: this.#duplicatePaths,
      entities: Object.fromEntries(
        [...this.#entities].map(([key, tally]) => [key, tally.build(LISTED_VALUES)]),
      ),
      pathModalities: this.#pathModalities.build(LISTED_VALUES),
      suffixes: this.#suffixes.build(LISTED_VALUES),
      datatypes: this.#datatypes.build(LISTED_VALUES),
      samples: this.#samples.build(LISTED_VALUES),
      all,
      contradictions: this.#reconciliation.build(version, metadata),
    };
  }

  #addKind(kind: string, bytes: number): void {
    const counted = this.#kinds.get(kind);
    if (counted !== undefined) {
      counted.files += 1;
      counted.bytes += bytes;
    } else this.#kinds.set(this.#kinds.size < MOST_KEYS ? kind : 'other', { files: 1, bytes });
  }

  #addEntities(path: string, entities: PathEntities, record: RecordDigest | undefined): void {
    const subjects = entities.subject === undefined ? [] : [entities.subject];
    const location = 'path';
    for (const { key, value } of entities.entities) {
      if (OWN_KEYS.has(key)) continue;
      const tally = this.#entities.get(key) ?? new ValueTally(this.#budget);
      if (!this.#entities.has(key) && this.#entities.size >= MOST_KEYS) continue;
      this.#entities.set(key, tally);
      tally.add([{ value, location }], path, subjects);
    }
    const values = (texts: readonly (string | undefined)[]) =>
      texts.flatMap((value) => (value === undefined ? [] : [{ value, location }]));
    this.#pathModalities.add(values(entities.modalities), path, subjects);
    this.#suffixes.add(values([entities.suffix]), path, subjects);
    this.#datatypes.add(values([entities.datatype]), path, subjects);
    const samples = (record?.samples ?? []).map(({ type }) => type ?? 'sample');
    this.#samples.add(
      samples.map((value) => ({ value, location: 'wasDerivedFrom' })),
      path,
      subjects,
    );
  }
}
