/** What pages and lists need of a stored `summary.json`. Read leniently: the rest of it passes through as it is. */
import * as z from 'zod/mini';
import type { VersionRef } from '../archive/version-ref.ts';
import { damaged } from '../store/json-document.ts';
import { summaryKeys } from '../store/keys.ts';
import type { StoredProvenance } from '../store/provenance-document.ts';

const count = z.int().check(z.nonnegative());

const View = z.object({
  dandiset: z.object({ id: z.string(), version: z.string(), name: z.string() }),
  generatedAt: z.string(),
  model: z.object({ id: z.string(), isLanguageModel: z.boolean() }),
  checks: z.object({ findings: z.array(z.object({ message: z.string() })) }),
  warnings: z.array(z.string()),
  coverage: z.object({
    assets: count,
    nwb: count,
    read: count,
    cutShort: count,
    notLookedAt: count,
    unreadable: z.array(z.object({ path: z.string(), reason: z.string(), detail: z.string() })),
    other: z.array(z.object({ kind: z.string(), count })),
  }),
  fileTypes: z.array(
    z.looseObject({
      files: count,
      representative: z.object({ path: z.string(), assetId: z.string() }),
      neurodataTypes: z.array(z.object({ name: z.string(), count })),
    }),
  ),
});

/** A stored summary as the API shows it. */
export type SummaryView = z.infer<typeof View>;

/** The view of a stored document. @throws StoreUnavailableError where it lacks what every summary has */
export function viewOf({ id, version }: VersionRef, provenance: StoredProvenance): SummaryView {
  const result = z.safeParse(View, provenance);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw damaged(summaryKeys(id, version).provenance, `${issue?.path.join('.')}: ${issue?.message}`);
}
