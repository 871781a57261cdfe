/** The search document of one Dandiset: texts to find words in, names to filter by, numbers to compare. Pure. */
import * as z from 'zod/mini';

/** Quantities that a query may compare: `units>=500`, `size<10GB`. Absent if not known. */
export interface SearchNumbers {
  readonly subjects?: number;
  readonly sessions?: number;
  /** NWB files. */
  readonly files?: number;
  /** Bytes of all files. */
  readonly bytes?: number;
  readonly units?: number;
  /** Regions of interest of images. */
  readonly rois?: number;
  readonly electrodes?: number;
  /** The highest sampling rate of a series, in hertz. */
  readonly rate?: number;
  /** The longest recording, in seconds. */
  readonly duration?: number;
}

/** The vocabulary's terms in a Dandiset's metadata, files and texts: ids of its tables, the most specific first. */
export interface SearchTopics {
  /** NCBI taxa. */
  readonly species: readonly number[];
  readonly regions: readonly string[];
  readonly techniques: readonly string[];
  readonly tasks: readonly string[];
}

/** One Dandiset in the index, in its default version. */
export interface SearchDocument {
  /** Six digits. */
  readonly id: string;
  /** `draft` or `0.YYMMDD.HHMM`. */
  readonly version: string;
  /** When its summary was written: ISO 8601, UTC. */
  readonly updated: string;
  readonly modelId: string;
  readonly title: string;
  /** The summary's text without markup and headings. */
  readonly summary: string;
  /** The owners' own description, as plain text. */
  readonly description: string;
  /** The summary's keywords and the owners'. */
  readonly keywords: readonly string[];
  /** As named in the metadata. */
  readonly approaches: readonly string[];
  /** Neurodata types in its files. */
  readonly neurodataTypes: readonly string[];
  readonly devices: readonly string[];
  readonly contributors: readonly string[];
  /** Names of modules, series, tables and columns, texts of the files, and words of file paths. */
  readonly names: readonly string[];
  /** Names of the species in metadata and files. */
  readonly speciesNames: readonly string[];
  /** Locations that files and metadata name. */
  readonly locations: readonly string[];
  readonly topics: SearchTopics;
  readonly numbers: SearchNumbers;
  /** SPDX identifiers without their prefix: `CC-BY-4.0`. */
  readonly licenses: readonly string[];
  /** When the Dandiset was created, if known: ISO 8601. */
  readonly created?: string;
}

const texts = z.array(z.string());
const number = z.exactOptional(z.number());

/** The schema of a document that is stored until the index contains it. */
export const StoredSearchDocument: z.ZodMiniType<SearchDocument> = z.looseObject({
  id: z.string(),
  version: z.string(),
  updated: z.string(),
  modelId: z.string(),
  title: z.string(),
  summary: z.string(),
  description: z.string(),
  keywords: texts,
  approaches: texts,
  neurodataTypes: texts,
  devices: texts,
  contributors: texts,
  names: texts,
  speciesNames: texts,
  locations: texts,
  topics: z.looseObject({ species: z.array(z.number()), regions: texts, techniques: texts, tasks: texts }),
  numbers: z.looseObject({
    subjects: number,
    sessions: number,
    files: number,
    bytes: number,
    units: number,
    rois: number,
    electrodes: number,
    rate: number,
    duration: number,
  }),
  licenses: texts,
  created: z.exactOptional(z.string()),
});
