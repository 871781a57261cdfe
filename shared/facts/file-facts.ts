/**
 * The facts of one header in terms of readers, compact enough to be stored for every file: the digest from which
 * the facts over all files are computed. `build-file-facts.ts` builds it; it is stored beside the header. Pure.
 */
import * as z from 'zod/mini';

const count = z.int().check(z.nonnegative());
const optionalText = z.optional(z.string());

/**
 * Changes whenever an equal header may give other facts: stored digests of another revision are rebuilt from stored
 * headers.
 */
export const FACTS_REVISION = 3;

/** The minimum and maximum of some numbers. */
export const Span = z.object({ min: z.number(), max: z.number() });
export type Span = z.infer<typeof Span>;

/** The recorded subject, as in the file. */
export const FileSubject = z.object({
  id: optionalText,
  species: optionalText,
  sex: optionalText,
  /** As in the file: ISO 8601 (`P90D`), or text in older files. */
  age: optionalText,
  /** `birth` or `gestational`. */
  ageReference: optionalText,
  genotype: optionalText,
  strain: optionalText,
});
export type FileSubject = z.infer<typeof FileSubject>;

/** One recording session, as in the file. */
export const FileSession = z.object({
  id: optionalText,
  /** ISO 8601 if the file follows NWB 2. */
  start: optionalText,
  description: optionalText,
  experiment: optionalText,
  lab: optionalText,
  institution: optionalText,
  publications: z.array(z.string()),
  keywords: z.array(z.string()),
  /** Further texts by NWB's names: `protocol`, `pharmacology`, `surgery`, `virus`, `stimulus`, `slices`, `notes`. */
  notes: z.record(z.string(), z.string()),
});
export type FileSession = z.infer<typeof FileSession>;

/** A location of recording, imaging or stimulation. */
export const FileRegion = z.object({
  name: z.string(),
  /** The source in the file: the path of a dataset or group. */
  path: z.string(),
  /** Number of electrodes, planes or sites there. */
  sites: count,
});

/** A group with a name and a description. */
export const NamedGroup = z.object({ name: z.string(), description: z.string(), path: z.string() });

/** A time series, or siblings that differ only in a counter of their names. */
export const FileSeries = z.object({
  /** The path of the first. */
  path: z.string(),
  type: z.string(),
  count,
  /** The first few distinct ones, in order of appearance. */
  descriptions: z.array(z.string()),
  /** Axes of its data, time first. Empty if the samples are in another file or there are none. */
  axes: z.array(z.object({ name: z.string(), min: z.number(), max: z.number() })),
  dtype: optionalText,
  /** Distinct ones. */
  units: z.array(z.string()),
  /** Samples per second. */
  rate: z.optional(Span),
  /** Seconds of one of them. */
  duration: z.optional(Span),
  /** Present if the samples are in another file. */
  external: z.optional(z.string()),
});
export type FileSeries = z.infer<typeof FileSeries>;

/** A dynamic table. */
export const FileTable = z.object({
  path: z.string(),
  type: z.string(),
  description: z.string(),
  rows: z.nullable(z.number()),
  columns: z.array(z.object({ name: z.string(), description: z.string() })),
  /** Number of columns that are not listed. */
  moreColumns: count,
});
export type FileTable = z.infer<typeof FileTable>;

/** A contradiction within a file. */
export const FileContradiction = z.object({
  kind: z.enum(['transposed', 'axes-unclear']),
  path: z.string(),
  /** A sentence for people. */
  detail: z.string(),
});

/** The things counted in a file. */
export const COUNTED = ['units', 'rois', 'electrodes', 'trials', 'planes', 'recordings'] as const;
export type Counted = (typeof COUNTED)[number];

/** The facts of one file. */
export const FileFacts = z.object({
  nwbVersion: optionalText,
  subject: z.optional(FileSubject),
  session: FileSession,
  regions: z.array(FileRegion),
  devices: z.array(NamedGroup),
  /** Typed groups and datasets by neurodata type (for NWB 1.x by its current name), most frequent first. */
  types: z.array(z.object({ name: z.string(), count })),
  series: z.array(FileSeries),
  tables: z.array(FileTable),
  modules: z.array(NamedGroup),
  /** Stimuli of the subject, by name: series under `/stimulus` and tables of its presentation. */
  stimuli: z.array(NamedGroup),
  counts: z.partialRecord(z.enum(COUNTED), count),
  contradictions: z.array(FileContradiction),
  /** Number of elements left out to limit the digest's size, by field. */
  more: z.record(z.string(), count),
});
export type FileFacts = z.infer<typeof FileFacts>;
