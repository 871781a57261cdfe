/** One fact of the list, as printed in the prompt, cited by structured writing, and stored in `summary.json`. */
import * as z from 'zod/mini';
import type { Contents } from '../contents.ts';
import type { MetadataDescription } from '../dandiset-metadata.ts';
import { Evidence } from '../tally.ts';

const count = z.int().check(z.nonnegative());

/** The topics of facts, in the order of the list. */
export const FACT_TOPICS = [
  'title',
  'owners',
  'subjects',
  'species',
  'sex',
  'age',
  'genotype',
  'strain',
  'disorder',
  'region',
  'modality',
  'technique',
  'task',
  'stimulus',
  'device',
  'session',
  'duration',
  'counts',
  'series',
  'table',
  'files',
  'paths',
  'dates',
  'lab',
  'keyword',
  'publication',
  'related',
  'licence',
  'contributor',
  'contradiction',
  'format',
  'type',
] as const;
export type FactTopic = (typeof FACT_TOPICS)[number];

/** One thing that is true of the Dandiset, or that its owners claim. */
export const Fact = z.object({
  /** `F1`, `F2` … in the order of the list. */
  id: z.string(),
  topic: z.enum(FACT_TOPICS),
  /** One sentence or phrase for people, true by itself. */
  text: z.string(),
  /** Whether it holds for the Dandiset as a whole, for some of its files, or is claimed by its owners. */
  scope: z.union([
    z.object({ kind: z.literal('dandiset') }),
    z.object({
      kind: z.literal('files'),
      files: count,
      of: count,
      /** Present if it may hold for further files. */
      isLeast: z.optional(z.literal(true)),
    }),
    z.object({ kind: z.literal('claim') }),
  ]),
  /** `headers`, `records`, `paths`, `metadata`, or the sources compared. */
  source: z.string(),
  /** Words and numbers by name, in the form for prose. */
  slots: z.record(z.string(), z.string()),
  evidence: z.array(Evidence),
  /** When the list is shortened, 5 is left out first and 1 last. */
  rank: z.int().check(z.gte(1), z.lte(5)),
});
export type Fact = z.infer<typeof Fact>;

/** The input of the list. */
export interface FactSources {
  readonly contents: Contents;
  readonly metadata: MetadataDescription;
  /** Numbers of NWB files, and of those whose headers were read. */
  readonly nwb: number;
  readonly read: number;
}
