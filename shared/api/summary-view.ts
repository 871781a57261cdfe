/**
 * The parts of a stored `summary.json` that pages and lists need. Read leniently: the rest passes through unchanged.
 */
import * as z from 'zod/mini';
import type { VersionRef } from '../archive/version-ref.ts';
import { Fact } from '../facts/list/fact.ts';
import { buildDamagedError } from '../store/json-document.ts';
import { summaryKeys } from '../store/keys.ts';
import type { StoredProvenance } from '../store/provenance-document.ts';
import { CoverageSchema, DandisetSchema, FileTypeSchema } from '../summary/facts-schema.ts';
import { Provenance } from '../summary/provenance.ts';

const { files, representative, neurodataTypes } = FileTypeSchema.shape;

const View = z.object({
  dandiset: z.pick(DandisetSchema, { id: true, version: true, name: true }),
  generatedAt: z.string(),
  model: z.object({ id: z.string(), isLanguageModel: z.boolean() }),
  checks: z.object({ findings: z.array(z.object({ message: z.string() })) }),
  warnings: z.array(z.string()),
  coverage: CoverageSchema,
  list: z.optional(z.array(Fact)),
  sentences: Provenance.shape.sentences,
  fileTypes: z.array(z.looseObject({ files, representative, neurodataTypes })),
});

/** A stored summary as shown by the API. */
export type SummaryView = z.infer<typeof View>;

/** The view of a stored document. @throws StoreUnavailableError if it lacks a part that every summary has */
export function buildView({ id, version }: VersionRef, provenance: StoredProvenance): SummaryView {
  const result = z.safeParse(View, provenance);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw buildDamagedError(summaryKeys(id, version).provenance, `${issue?.path.join('.')}: ${issue?.message}`);
}
