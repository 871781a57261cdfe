/**
 * The relevant fields of the records of a version's assets, one line per asset: written by ListAssets, streamed by
 * BuildPrompt, and part of a run's input hash.
 */
import * as z from 'zod/mini';
import { buildRecordDigest, type RecordDigest } from '../facts/record-digest.ts';

const term = z.object({ name: z.optional(z.string()), identifier: z.optional(z.string()) });
const texts = z.optional(z.array(z.string()));

/** One asset of a version, with the subjects, sessions and methods in its record. Empty lists are left out. */
export const AssetRecord = z.object({
  path: z.string(),
  assetId: z.string(),
  /** Bytes. */
  size: z.number(),
  /** By extension, else media type. */
  kind: z.string(),
  subjects: z.optional(
    z.array(
      z.object({
        identifier: z.optional(z.string()),
        species: z.optional(term),
        strain: z.optional(term),
        sex: z.optional(term),
        age: z.optional(z.object({ value: z.string(), reference: z.optional(z.string()) })),
        genotype: z.optional(z.string()),
        disorders: z.optional(z.array(term)),
      }),
    ),
  ),
  samples: z.optional(z.array(z.object({ identifier: z.string(), type: z.optional(z.string()) }))),
  sessions: z.optional(
    z.array(
      z.object({
        identifier: z.optional(z.string()),
        name: z.optional(z.string()),
        description: z.optional(z.string()),
        start: z.optional(z.string()),
      }),
    ),
  ),
  approaches: texts,
  techniques: texts,
  variables: texts,
});
export type AssetRecord = z.infer<typeof AssetRecord>;

/**
 * The line of one asset. Dates of validation and other bookkeeping are left out: they change without a change of
 * content.
 */
export function buildAssetRecord(
  { path, assetId, size, kind }: Pick<AssetRecord, 'path' | 'assetId' | 'size' | 'kind'>,
  record: unknown,
): AssetRecord {
  const digest = buildRecordDigest(record);
  const line: Record<string, unknown> = { path, assetId, size, kind };
  for (const field of ['subjects', 'samples', 'sessions', 'approaches', 'techniques', 'variables'] as const) {
    if (digest[field].length > 0) line[field] = digest[field];
  }
  return z.parse(AssetRecord, line);
}

/** Parses a line. */
export function digestOfRecord(record: AssetRecord): RecordDigest {
  const {
    subjects = [],
    samples = [],
    sessions = [],
    approaches = [],
    techniques = [],
    variables = [],
  } = record;
  return {
    subjects,
    samples,
    sessions,
    approaches,
    techniques,
    variables,
    keywords: [],
    anatomy: [],
    relatedResources: [],
  } as RecordDigest;
}
