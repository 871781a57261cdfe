/** Stores a summary that was written, with its provenance, and lets the catalog and the search index find it. */

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
import { putSessions } from './put-sessions.ts';
import type { Run } from './run-payloads.ts';

/** Where a summary is put. */
export interface StoringDependencies {
  readonly store: ObjectStore;
  readonly summaries: SummaryStore;
}

/** Stores the summary; `unchanged` where another writer of the same input came first. @throws StoreUnavailableError */
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
  // Where another writer came first, the index points to its summary.
  const stored =
    outcome === 'stored'
      ? { markdown, provenance }
      : await dependencies.summaries
          .readSummary(dandisetId, version)
          .then((reading) => (reading.state === 'whole' ? reading : undefined));
  if (stored !== undefined) await putIndex(run, stored, dependencies);
  return outcome;
}

/** Lets `latest.json`, the catalog and the search index point to a stored summary, unless a newer version stands for the Dandiset. */
export async function putIndex(
  { dandisetId, version }: Run,
  stored: { readonly markdown: string; readonly provenance: Readonly<Record<string, unknown>> | Provenance },
  dependencies: StoringDependencies,
): Promise<void> {
  const { markdown } = stored;
  const provenance = stored.provenance as unknown as Provenance;
  const { dandiset, coverage, fileTypes, keywords, generatedAt, model } = provenance;
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

/** For readers of the page: only that an opinion is missing, since one that was had shows in its flags. */
function describeOpinionNote(opinion: Provenance['secondOpinion']): string[] {
  if (opinion === undefined || opinion.outcome === 'complete') return [];
  return [
    opinion.outcome === 'none'
      ? 'no second opinion of another model was had of this text.'
      : 'another model gave its second opinion of a part of this text only.',
  ];
}
