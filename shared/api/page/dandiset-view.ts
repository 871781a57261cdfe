/** The data of a Dandiset's page, gathered from its summary, its table of sessions and similar Dandisets. Pure. */
import * as z from 'zod/mini';
import { Contents } from '../../facts/contents.ts';
import type { DandisetFacts } from '../../prompt/facts.ts';
import type { StoredProvenance } from '../../store/provenance-document.ts';
import { findFacts, MetadataSchema } from '../../summary/facts-schema.ts';
import type { SummaryView } from '../summary-view.ts';
import type { VersionChange } from './changes.ts';
import type { SessionPreview } from './session-table.ts';
import type { SimilarDandiset } from './similar.ts';

const Suggestions = z.array(z.object({ field: z.string(), value: z.string(), evidence: z.string() }));
const Licenses = z.object({ license: z.array(z.string()) });

/** The facts of a summary that the page shows; those that an older summary lacks are absent. */
export interface PageFacts {
  readonly facts?: DandisetFacts;
  readonly contents?: Contents;
  readonly metadata?: z.infer<typeof MetadataSchema>;
  readonly suggestions: z.infer<typeof Suggestions>;
  /** SPDX identifiers. */
  readonly licenses: readonly string[];
}

/** The data of the page. */
export interface DandisetView extends SummaryView, PageFacts {
  /** Absent where the summary has no table, or the table has no row. */
  readonly sessions?: SessionPreview;
  readonly similar: readonly SimilarDandiset[];
  readonly change?: VersionChange;
  /** The Dandiset's default version, where it is a different one. */
  readonly newer?: string;
}

/** The facts of a stored document; each part is read separately, so that an unreadable one leaves out only itself. */
export function readPageFacts(provenance: StoredProvenance): PageFacts {
  const facts = findFacts(provenance);
  const contents = z.safeParse(Contents, provenance.contents);
  const metadata = z.safeParse(MetadataSchema, provenance.metadata);
  const suggestions = z.safeParse(Suggestions, provenance.suggestions);
  const dandiset = z.safeParse(Licenses, provenance.dandiset);
  const stated = metadata.success ? metadata.data.licenses : [];
  const licenses = stated.length > 0 ? stated : dandiset.success ? dandiset.data.license : [];
  return {
    ...(facts === undefined ? {} : { facts }),
    ...(contents.success ? { contents: contents.data } : {}),
    ...(metadata.success ? { metadata: metadata.data } : {}),
    suggestions: suggestions.success ? suggestions.data : [],
    licenses: licenses.map((each) => each.replace(/^spdx:/i, '')),
  };
}
