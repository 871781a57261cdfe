/**
 * The schemas of the facts in `summary.json`, so that a stored summary can be checked again and read by
 * programs. They follow `prompt/facts.ts`; a test compares the two. Pure.
 */
import * as z from 'zod/mini';
import { Contents, FileContents } from '../facts/contents.ts';
import { Fact } from '../facts/list/fact.ts';
import type { DandisetFacts } from '../prompt/facts.ts';

const count = z.int().check(z.nonnegative());
const strings = z.array(z.string());
const named = z.object({ name: z.string(), description: z.string() });

/** The metadata of the version, as in the prompt. */
export const DandisetSchema = z.object({
  id: z.string(),
  version: z.string(),
  name: z.string(),
  description: z.string(),
  contributors: z.array(z.object({ name: z.string(), kind: z.enum(['person', 'organization']) })),
  species: strings,
  approaches: strings,
  techniques: strings,
  keywords: strings,
  numberOfSubjects: z.optional(z.number()),
  numberOfFiles: z.optional(z.number()),
  numberOfBytes: z.optional(z.number()),
  license: strings,
});

/** Which assets the summary is based on. */
export const CoverageSchema = z.object({
  assets: count,
  nwb: count,
  read: count,
  cutShort: count,
  notLookedAt: count,
  unreadable: z.array(z.object({ path: z.string(), reason: z.string(), detail: z.string() })),
  other: z.array(z.object({ kind: z.string(), count })),
});

const SubjectSchema = z.object({
  species: z.optional(z.string()),
  sex: z.optional(z.string()),
  age: z.optional(z.string()),
  genotype: z.optional(z.string()),
  strain: z.optional(z.string()),
});

const SeriesSchema = z.object({
  path: z.string(),
  neurodataType: z.string(),
  description: z.string(),
  count,
  shape: z.nullable(z.array(z.number())),
  dtype: z.nullable(z.string()),
  unit: z.optional(z.string()),
  rate: z.optional(z.number()),
});

const TableSchema = z.object({
  path: z.string(),
  neurodataType: z.string(),
  description: z.string(),
  rows: z.nullable(z.number()),
  columns: z.array(named),
});

/** One file type and the contents of its representative's header. */
export const FileTypeSchema = z.object({
  label: count,
  files: count,
  representative: z.object({ path: z.string(), assetId: z.string() }),
  neurodataTypes: z.array(z.object({ name: z.string(), count })),
  nwbVersion: z.optional(z.string()),
  extensions: z.optional(z.array(z.object({ name: z.string(), versions: strings, files: count }))),
  partialTypes: z.optional(z.array(z.object({ name: z.string(), files: count }))),
  subject: z.optional(SubjectSchema),
  texts: z.record(z.string(), z.string()),
  series: z.array(SeriesSchema),
  tables: z.array(TableSchema),
  objects: z.optional(
    z.array(z.object({ path: z.string(), neurodataType: z.string(), count, description: z.string() })),
  ),
  devices: z.array(named),
  locations: strings,
  modules: z.array(named),
  contents: z.optional(FileContents),
});

const optionalText = z.optional(z.string());

/** All metadata of the version; follows `facts/dandiset-metadata.ts`. */
export const MetadataSchema = z.object({
  identifier: optionalText,
  version: optionalText,
  name: optionalText,
  description: optionalText,
  keywords: strings,
  licenses: strings,
  about: z.array(
    z.object({
      kind: z.enum(['anatomy', 'disorder', 'other']),
      name: optionalText,
      identifier: optionalText,
    }),
  ),
  studyTargets: strings,
  protocols: z.array(z.object({ doi: optionalText, url: optionalText, text: optionalText })),
  ethicsApprovals: z.array(z.object({ identifier: z.string(), url: optionalText })),
  citation: optionalText,
  acknowledgement: optionalText,
  contributors: z.array(
    z.object({
      kind: z.enum(['person', 'organization']),
      name: z.string(),
      roles: strings,
      orcid: optionalText,
      identifier: optionalText,
      affiliations: z.array(z.object({ name: optionalText, identifier: optionalText })),
      award: optionalText,
      url: optionalText,
      isInCitation: z.boolean(),
    }),
  ),
  projects: z.array(z.object({ name: optionalText, identifier: optionalText, description: optionalText })),
  relatedResources: z.array(
    z.object({
      doi: optionalText,
      url: optionalText,
      identifier: optionalText,
      name: optionalText,
      relation: optionalText,
      resourceType: optionalText,
      repository: optionalText,
    }),
  ),
  created: optionalText,
  modified: optionalText,
  published: optionalText,
  access: optionalText,
  embargoedUntil: optionalText,
  url: optionalText,
  doi: optionalText,
  schemaVersion: optionalText,
  claims: z.object({
    subjects: z.optional(z.number()),
    files: z.optional(z.number()),
    bytes: z.optional(z.number()),
    cells: z.optional(z.number()),
    samples: z.optional(z.number()),
    species: strings,
    approaches: strings,
    techniques: strings,
    variables: strings,
    standards: strings,
  }),
  omitted: z.optional(z.record(z.string(), z.number())),
});

/** The parts of a version's facts, as fields of a document. */
export const FACTS_FIELDS = {
  dandiset: DandisetSchema,
  coverage: CoverageSchema,
  fileTypes: z.array(FileTypeSchema),
  /** Counts over the contents of all files. Absent in summaries written before facts were counted over all files. */
  contents: z.optional(Contents),
  metadata: z.optional(MetadataSchema),
  /** The facts as a numbered list, which sentences cite. */
  list: z.optional(z.array(Fact)),
};

/** Reads the facts from a stored `summary.json`; undefined if it has none or they are not valid. */
export function findFacts(document: unknown): DandisetFacts | undefined {
  const found = z.safeParse(z.object(FACTS_FIELDS), document);
  // The types differ only in optional fields: in JSON they are absent, never undefined.
  return found.success ? (found.data as DandisetFacts) : undefined;
}
