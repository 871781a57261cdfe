/** Stores a written summary with its provenance, and adds it to the catalog and the search index. */

import type { Prompt } from '../prompt/prompt.ts';
import { buildSearchDocument, nameSpecies } from '../search/build-document.ts';
import { updateSearchIndex } from '../search/search-store.ts';
import { updateCatalog } from '../store/catalog-store.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { SummaryStore } from '../store/summary-store.ts';
import { buildSummary } from '../summary/build-summary.ts';
import type { Finding } from '../summary/check.ts';
import type { Provenance } from '../summary/provenance.ts';
import type { Attempt } from './attempt.ts';
import { putListing } from './put-listing.ts';
import { putSessions } from './put-sessions.ts';
import type { Run } from './run-payloads.ts';

/** The destinations of a summary. */
export interface StoringDependencies {
  readonly store: ObjectStore;
  readonly summaries: SummaryStore;
}

/** Stores the summary; `unchanged` if another writer of the same input was first. @throws StoreUnavailableError */
export async function putSummary(
  run: Run,
  prompt: Prompt,
  { parsed, report }: Attempt,
  provenance: Provenance,
  dependencies: StoringDependencies,
): Promise<'stored' | 'unchanged'> {
  const { dandiset, coverage } = prompt.facts;
  const warnings = countFindings(report.findings, 'warning');
  const markdown = buildSummary(parsed.parts, {
    dandiset,
    model: provenance.model,
    coverage,
    generatedAt: provenance.generatedAt,
    notes: [
      ...(warnings === 0
        ? []
        : [
            `automatic checks flagged ${warnings} ${warnings === 1 ? 'statement' : 'statements'} of this text.`,
          ]),
      ...describeOpinionNote(provenance.secondOpinion),
    ],
  });
  const { dandisetId, version } = run;
  const sessions = await putSessions(run, dependencies.store);
  const outcome = await dependencies.summaries.putSummary({
    id: dandisetId,
    version,
    markdown,
    promptText: prompt.text,
    provenance: sessions === undefined ? provenance : { ...provenance, sessions },
  });
  // If another writer was first, the index points to its summary.
  const stored =
    outcome === 'stored'
      ? { markdown, provenance }
      : await dependencies.summaries
          .readSummary(dandisetId, version)
          .then((reading) => (reading.state === 'whole' ? reading : undefined));
  if (stored !== undefined) await putIndex(run, stored, dependencies);
  return outcome;
}

/**
 * Stores the list of files of a summary, and points `latest.json`, the catalog and the search index to it, unless a
 * newer version is the Dandiset's default.
 */
export async function putIndex(
  run: Run,
  stored: { readonly markdown: string; readonly provenance: Readonly<Record<string, unknown>> | Provenance },
  dependencies: StoringDependencies,
): Promise<void> {
  const { dandisetId, version } = run;
  const { markdown } = stored;
  const provenance = stored.provenance as unknown as Provenance;
  const { dandiset, coverage, fileTypes, keywords, generatedAt, model } = provenance;
  // The list first, so that every version in latest.json has one.
  await putListing(run, dependencies.store);
  await dependencies.summaries.putLatest(dandisetId, version);
  const latest = await dependencies.summaries.findLatest(dandisetId);
  if (latest?.version !== version) return;
  await updateCatalog(dependencies.store, {
    id: dandisetId,
    version,
    name: dandiset.name,
    species: nameSpecies(provenance),
    approaches: dandiset.approaches,
    neurodataTypes: [
      ...new Set(fileTypes.flatMap((type) => type.neurodataTypes.map(({ name }) => name))),
    ].sort(),
    keywords,
    files: coverage.nwb,
    updated: generatedAt,
    modelId: model.id,
  });
  await updateSearchIndex(dependencies.store, buildSearchDocument({ markdown, provenance }));
}

/** Findings of one severity. */
export function countFindings(findings: readonly Finding[], severity: Finding['severity']): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

/** A note for readers of the page, only if an opinion is missing: one that exists shows in its flags. */
function describeOpinionNote(opinion: Provenance['secondOpinion']): string[] {
  if (opinion === undefined || opinion.outcome === 'complete') return [];
  return [
    opinion.outcome === 'none'
      ? 'no other model gave a second opinion of this text.'
      : 'another model gave a second opinion of only a part of this text.',
  ];
}
