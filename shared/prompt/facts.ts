/**
 * The facts on a version when its summary is written: its metadata, its files,
 * and the contents of their headers. The prompt's text is built from them, the deterministic writer writes from them,
 * and the checks compare a reply with them. Pure types; `build-facts.ts` fills them.
 */

import type { Contents, FileContents } from '../facts/contents.ts';
import type { MetadataDescription } from '../facts/dandiset-metadata.ts';
import type { Fact } from '../facts/list/fact.ts';
import type { DescribedObject } from '../facts/list/type-facts.ts';

/** A Dandiset's facts for the writer and for the checks. */
export interface DandisetFacts {
  readonly dandiset: DandisetDescription;
  readonly coverage: Coverage;
  /** Largest first; under the `classic` profile in order of first appearance. */
  readonly fileTypes: readonly FileTypeFacts[];
  /** Counts over all files. Absent in summaries from before facts were counted over all files. */
  readonly contents?: Contents;
  /** The Dandiset's metadata; absent if `contents` is. */
  readonly metadata?: MetadataDescription;
  /** The facts as a numbered list; absent if `contents` is. */
  readonly list?: readonly Fact[];
}

/** Facts as every run builds them: whoever writes a page counts on what all files hold. */
export type CountedFacts = DandisetFacts & Required<Pick<DandisetFacts, 'contents' | 'metadata' | 'list'>>;

/** The version's own metadata. Untrusted text: anyone may have written it. */
export interface DandisetDescription {
  /** Six digits. */
  readonly id: string;
  /** `draft` or `0.YYMMDD.HHMM`. */
  readonly version: string;
  readonly name: string;
  readonly description: string;
  /** Names of persons and organizations, in the metadata's order. */
  readonly contributors: readonly { readonly name: string; readonly kind: 'person' | 'organization' }[];
  /** As named in the metadata, such as `Mus musculus - House mouse`. */
  readonly species: readonly string[];
  /** As named in the metadata, such as `electrophysiological approach`. */
  readonly approaches: readonly string[];
  readonly techniques: readonly string[];
  readonly keywords: readonly string[];
  readonly numberOfSubjects?: number;
  /** Number of files in the metadata's own summary; often stale for a draft. */
  readonly numberOfFiles?: number;
  readonly numberOfBytes?: number;
  readonly license: readonly string[];
}

/** Which of the version's assets the summary is based on. All counts agree with the list of assets. */
export interface Coverage {
  /** All assets of the version. */
  readonly assets: number;
  /** Assets that are NWB by name or media type. */
  readonly nwb: number;
  /** NWB assets whose headers were read, those cut short included. */
  readonly read: number;
  /** NWB assets whose header was cut short by a budget. */
  readonly cutShort: number;
  /** NWB assets left out by the profile (`classic` looks at the first hundred only). */
  readonly notLookedAt: number;
  /** NWB assets whose header could not be read, in path order. */
  readonly unreadable: readonly UnreadableAsset[];
  /** Assets that are not NWB, by kind (extension, else media type), most frequent first. */
  readonly other: readonly { readonly kind: string; readonly count: number }[];
}

export interface UnreadableAsset {
  readonly path: string;
  /** One word: an UnreadableReason, a budget's name, or `unavailable`. */
  readonly reason: string;
  /** A sentence for people. */
  readonly detail: string;
}

/** One file type: the files of one signature, and the contents of its representative's header. */
export interface FileTypeFacts {
  /** 1-based, as in the prompt's "type N". An internal label: it never reaches a summary. */
  readonly label: number;
  /** How many files are of this type. */
  readonly files: number;
  readonly representative: { readonly path: string; readonly assetId: string };
  /** Typed groups and datasets of the representative by neurodata type, most frequent first. */
  readonly neurodataTypes: readonly { readonly name: string; readonly count: number }[];
  readonly nwbVersion?: string;
  /** Extensions of NWB over all files of the type, by name; absent where there are none. */
  readonly extensions?: readonly ExtensionFacts[];
  /**
   * Neurodata types that some of these files have and others lack, most files first; absent where all have the same.
   */
  readonly partialTypes?: readonly { readonly name: string; readonly files: number }[];
  /** The representative's subject; other files of the type may have others. */
  readonly subject?: SubjectFacts;
  /**
   * `/general` and root texts by dataset name: `session_description`, `experiment_description`, `institution`, `lab`,
   * `keywords` …
   */
  readonly texts: Readonly<Record<string, string>>;
  /**
   * Time series and other typed objects with recorded or derived data, in path order; repeated siblings folded into
   * one with a count.
   */
  readonly series: readonly SeriesFacts[];
  /** Tables, in path order. */
  readonly tables: readonly TableFacts[];
  /** Typed datasets that are neither series nor parts of tables, such as arrays of results and images. */
  readonly objects?: readonly DescribedObject[];
  readonly devices: readonly { readonly name: string; readonly description: string }[];
  /** Brain regions and other locations that the file names, distinct. */
  readonly locations: readonly string[];
  /**
   * Counts over all files of the type; absent if the facts were not counted, and for types after the first few dozen.
   */
  readonly contents?: FileContents;
  /** Descriptions of processing modules. */
  readonly modules: readonly { readonly name: string; readonly description: string }[];
}

/** An extension of NWB: a namespace beside NWB's own. */
export interface ExtensionFacts {
  /** Such as `ndx-pose`. */
  readonly name: string;
  /** Versions of the schemas in the files, ascending; more than one if files differ. Empty if unknown. */
  readonly versions: readonly string[];
  /** Files of the type with an object of one of its types; 0 if the files only contain its schemas. */
  readonly files: number;
}

/** Subject fields as in the file. */
export interface SubjectFacts {
  readonly species?: string;
  readonly sex?: string;
  /** ISO 8601 duration, as in NWB, such as `P90D`. */
  readonly age?: string;
  readonly genotype?: string;
  readonly strain?: string;
}

/** A time series, image stack or the like, or `count` siblings that differ only in a number of their name. */
export interface SeriesFacts {
  /** The path of the first. */
  readonly path: string;
  readonly neurodataType: string;
  readonly description: string;
  readonly count: number;
  /** Of its `data` dataset; null where it has none. */
  readonly shape: readonly number[] | null;
  readonly dtype: string | null;
  readonly unit?: string;
  /** Samples per second. */
  readonly rate?: number;
}

/** A dynamic table. */
export interface TableFacts {
  readonly path: string;
  readonly neurodataType: string;
  readonly description: string;
  /** Length of its `id` column. */
  readonly rows: number | null;
  readonly columns: readonly { readonly name: string; readonly description: string }[];
}
