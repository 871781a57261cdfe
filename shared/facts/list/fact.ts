/** One fact of the list, as the prompt prints it, structured writing cites it, and `summary.json` keeps it. */
import * as z from 'zod/mini';
import type { Contents } from '../contents.ts';
import type { MetadataDescription } from '../dandiset-metadata.ts';
import { Evidence } from '../tally.ts';

const count = z.int().check(z.nonnegative());

/** What a fact is about, in the order of telling. */
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
] as const;
export type FactTopic = (typeof FACT_TOPICS)[number];

/** One thing that is true of the Dandiset, or that its owners say. */
export const Fact = z.object({
  /** `F1`, `F2` … in the order of the list. */
  id: z.string(),
  topic: z.enum(FACT_TOPICS),
  /** One sentence or phrase for people, true by itself. */
  text: z.string(),
  /** Whether it holds for the Dandiset as a whole, for some of its files, or is said by its owners. */
  scope: z.union([
    z.object({ kind: z.literal('dandiset') }),
    z.object({ kind: z.literal('files'), files: count, of: count }),
    z.object({ kind: z.literal('claim') }),
  ]),
  /** `headers`, `records`, `paths`, `metadata`, or what was compared. */
  source: z.string(),
  /** Words and numbers by name, in the form in which prose may use them. */
  slots: z.record(z.string(), z.string()),
  evidence: z.array(Evidence),
  /** 1 leaves last when the list must be shorter, 5 first. */
  rank: z.int().check(z.gte(1), z.lte(5)),
});
export type Fact = z.infer<typeof Fact>;

/** What the list is made from. */
export interface FactSources {
  readonly contents: Contents;
  readonly metadata: MetadataDescription;
  /** NWB files, and those whose headers were read. */
  readonly nwb: number;
  readonly read: number;
}
