/**
 * The body of facts over all files of a version, counted with scope and evidence: what the prompt, the
 * structured writing, the deterministic writer, the checks and search are based on. `content-tally.ts` counts
 * it. Pure schemas; `summary.json` contains it.
 */
import * as z from 'zod/mini';
import { COUNTED } from './file-facts.ts';
import { Distribution, Evidence, Tally } from './tally.ts';

const count = z.int().check(z.nonnegative());

/** Series of one name in the files. */
export const SeriesContent = z.object({
  /** With `*` for a counter. */
  pattern: z.string(),
  type: z.string(),
  /** Number of files with it. */
  files: count,
  /** Present if further files may contain it, since their lists were cut to limit their size. */
  isLeast: z.optional(z.literal(true)),
  /** Distribution of the number per file, over the files with any. */
  perFile: Distribution,
  descriptions: Tally,
  /** Axes of its data, time first; absent if files differ in the number of axes. */
  axes: z.array(z.object({ name: z.string(), min: z.number(), max: z.number() })),
  dtypes: Tally,
  units: Tally,
  /** Samples per second. */
  rate: z.optional(Distribution),
  /** Seconds of one series; if a file has several, of its longest. */
  duration: z.optional(Distribution),
  /** Number of files whose samples are in another file. */
  external: count,
  example: Evidence,
});
export type SeriesContent = z.infer<typeof SeriesContent>;

/** Tables of one name in the files. */
export const TableContent = z.object({
  pattern: z.string(),
  type: z.string(),
  files: count,
  /** Present if further files may contain it, since their lists were cut to limit their size. */
  isLeast: z.optional(z.literal(true)),
  rows: z.optional(Distribution),
  descriptions: Tally,
  /** Most files first; a description is the most frequent one. */
  columns: z.array(z.object({ name: z.string(), description: z.string(), files: count })),
  moreColumns: count,
  example: Evidence,
});
export type TableContent = z.infer<typeof TableContent>;

/** The contents of the files of a version, or of one type of them. */
export const FileContents = z.object({
  /** Number of files whose headers were read. */
  read: count,
  /** Number of distinct subjects of these files. */
  subjects: count,
  /** Number of distinct sessions: by subject and the session's name, else its start. */
  sessions: count,
  species: Tally,
  sexes: Tally,
  genotypes: Tally,
  strains: Tally,
  disorders: Tally,
  /** Days, one value per subject; for an age range its middle. Gestational ages are counted separately. */
  ages: z.optional(Distribution),
  gestationalAges: z.optional(Distribution),
  regions: Tally,
  devices: Tally,
  types: Tally,
  modules: Tally,
  stimuli: Tally,
  approaches: Tally,
  techniques: Tally,
  variables: Tally,
  sessionDescriptions: Tally,
  experimentDescriptions: Tally,
  keywords: Tally,
  labs: Tally,
  institutions: Tally,
  publications: Tally,
  /** Texts of `/general` on what was done, by name. */
  notes: z.record(z.string(), Tally),
  nwbVersions: Tally,
  /** Units, ROIs, electrodes, trials, planes and recordings of one file. */
  counts: z.partialRecord(z.enum(COUNTED), Distribution),
  /** Seconds of each file's longest acquired series. */
  durations: z.optional(Distribution),
  /** Bytes per file. */
  sizes: z.optional(Distribution),
  /** ISO 8601 dates of the first and last session. */
  firstSession: z.optional(z.string()),
  lastSession: z.optional(z.string()),
  series: z.array(SeriesContent),
  moreSeries: count,
  tables: z.array(TableContent),
  moreTables: count,
});
export type FileContents = z.infer<typeof FileContents>;

/** Two or more sources that disagree. */
export const Contradiction = z.object({
  /** Topic: `subjects`, `species`, `sex`, `files`, `bytes`, `description`, `transposed`, `axes`, `approach`. */
  about: z.string(),
  /** A sentence for people, with each value and its source. */
  detail: z.string(),
  values: z.array(z.object({ value: z.string(), source: z.string() })),
  /** Files concerned; absent if it concerns the whole. */
  files: z.optional(count),
  /** Whether the owners can repair it in the metadata of the Dandiset. */
  isMetadata: z.boolean(),
});
export type Contradiction = z.infer<typeof Contradiction>;

/** The whole body of facts. */
export const Contents = z.object({
  assets: count,
  bytes: count,
  kinds: z.array(z.object({ kind: z.string(), files: count, bytes: count })),
  moreKinds: count,
  /** Paths that more than one asset has. */
  duplicatePaths: count,
  /** Entities of paths (`sample`, `stain`, `desc` …), by key; subjects and sessions are counted elsewhere. */
  entities: z.record(z.string(), Tally),
  /** Modalities that DANDI's naming states (`ecephys`), suffixes and data types of BIDS. */
  pathModalities: Tally,
  suffixes: Tally,
  datatypes: Tally,
  /** Samples in the records, by kind (`cell`, `slice`). */
  samples: Tally,
  all: FileContents,
  contradictions: z.array(Contradiction),
});
export type Contents = z.infer<typeof Contents>;
