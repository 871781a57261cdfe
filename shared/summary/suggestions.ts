/**
 * Suggests what the owners could add to their metadata, based on the files: facts with their evidence, no opinions.
 * Pure.
 */

import type { Contents } from '../facts/contents.ts';
import { findOwn } from '../own-entry.ts';
import type { DandisetFacts } from '../prompt/facts.ts';
import { findModalities, MODALITIES } from '../vocabulary/modalities.ts';
import { findSpecies, isSpeciesName } from '../vocabulary/species.ts';
import { normalize } from './evidence.ts';

/** One suggestion. */
export interface Suggestion {
  readonly field: 'keywords' | 'species' | 'approach' | 'description' | 'assetsSummary' | 'assets' | 'files';
  /** The value to add; empty if only the owners can write it. */
  readonly value: string;
  /** A sentence about the contents of the files. */
  readonly evidence: string;
}

/** The approach of DANDI's vocabulary for each modality. */
const APPROACHES: Readonly<Record<string, string>> = {
  extracellular: 'electrophysiological approach',
  lfp: 'electrophysiological approach',
  intracellular: 'electrophysiological approach',
  'two-photon': 'microscopy approach; cell population imaging',
  'one-photon': 'microscopy approach; cell population imaging',
  position: 'behavioral approach',
  pose: 'behavioral approach',
  eye: 'behavioral approach',
  pupil: 'behavioral approach',
  behavior: 'behavioral approach',
  optogenetics: 'optogenetic approach',
};

/** Builds the suggestions for a version's metadata, each once. */
export function buildSuggestions(facts: DandisetFacts): Suggestion[] {
  return [
    ...suggestDescription(facts),
    ...suggestSpecies(facts),
    ...suggestApproaches(facts),
    ...suggestKeywords(facts),
    ...(facts.contents === undefined ? suggestAssetsSummary(facts) : suggestRepairs(facts.contents)),
  ];
}

/** Where a disagreement can be repaired: a field of the metadata, the records, or the files. */
const REPAIRED_IN: Readonly<Record<string, Suggestion['field']>> = {
  description: 'description',
  species: 'assets',
  sex: 'assets',
  subject: 'assets',
  transposed: 'files',
  'axes-unclear': 'files',
};

/** A suggestion for each disagreement between the sources, with the counted value. */
function suggestRepairs({ contradictions }: Contents): Suggestion[] {
  return contradictions.map(({ about, detail, values, isMetadata }) => {
    const isSummary = isMetadata && about !== 'description';
    const field = isSummary ? 'assetsSummary' : (findOwn(REPAIRED_IN, about) ?? 'assets');
    // Only values counted over the files can replace a claim of the metadata.
    return { field, value: isMetadata ? (values[0]?.value ?? '') : '', evidence: detail };
  });
}

/** A suggestion if the assets summary has a wrong number of files. */
function suggestAssetsSummary({ dandiset, coverage }: DandisetFacts): Suggestion[] {
  const stated = dandiset.numberOfFiles;
  if (stated === undefined || stated === coverage.assets) return [];
  const evidence = `The metadata's assetsSummary counts ${stated} files; the version has ${coverage.assets}.`;
  return [{ field: 'assetsSummary', value: String(coverage.assets), evidence }];
}

function suggestDescription({ dandiset }: DandisetFacts): Suggestion[] {
  if (dandiset.description.trim() !== '') return [];
  return [{ field: 'description', value: '', evidence: 'The metadata have no description.' }];
}

/** Suggestions for species that a header names and the metadata do not. */
function suggestSpecies({ dandiset, fileTypes }: DandisetFacts): Suggestion[] {
  const known = new Set(dandiset.species.map((name) => findSpecies(name)?.latin));
  const found = new Map<string, string>();
  for (const { subject, representative } of fileTypes) {
    const latin =
      subject?.species && isSpeciesName(subject.species) ? findSpecies(subject.species)?.latin : undefined;
    if (latin && !known.has(latin) && !found.has(latin)) found.set(latin, representative.path);
  }
  return [...found].map(([value, path]) => ({
    field: 'species',
    value,
    evidence: `The subject of ${path} is of this species.`,
  }));
}

/** The number of files that contain each kind of data. */
function countFiles({ fileTypes }: DandisetFacts): Map<string, number> {
  const counts = new Map<string, number>();
  for (const type of fileTypes) {
    for (const { id } of findModalities(type)) counts.set(id, (counts.get(id) ?? 0) + type.files);
  }
  return counts;
}

function suggestApproaches(facts: DandisetFacts): Suggestion[] {
  const known = new Set(facts.dandiset.approaches.map(normalize));
  const suggestions = new Map<string, Suggestion>();
  for (const [id, files] of countFiles(facts)) {
    const value = APPROACHES[id];
    const noun = MODALITIES.find((modality) => modality.id === id)?.noun ?? id;
    if (!value || known.has(value) || suggestions.has(value)) continue;
    suggestions.set(value, { field: 'approach', value, evidence: describeFiles(files, noun) });
  }
  return [...suggestions.values()];
}

/** Suggestions for keywords of modalities that are neither in the keywords nor in the description or name. */
function suggestKeywords(facts: DandisetFacts): Suggestion[] {
  const { dandiset } = facts;
  const said = normalize([dandiset.name, dandiset.description, ...dandiset.keywords].join(' ')).replaceAll(
    '-',
    ' ',
  );
  const counts = countFiles(facts);
  return MODALITIES.flatMap(({ id, keyword, noun }): Suggestion[] => {
    const files = counts.get(id);
    if (!files || !keyword || said.includes(keyword.replaceAll('-', ' '))) return [];
    return [{ field: 'keywords', value: keyword, evidence: describeFiles(files, noun) }];
  });
}

function describeFiles(files: number, noun: string): string {
  return `${files.toLocaleString('en-US')} ${files === 1 ? 'file holds' : 'files hold'} ${noun}.`;
}
