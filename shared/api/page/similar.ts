/** Finds similar Dandisets with what they have in common; rare features weigh more than common ones. Pure. */

import type { Catalog, CatalogEntry } from '../../store/catalog.ts';
import { findModality } from '../../vocabulary/modalities.ts';
import { findSpecies } from '../../vocabulary/species.ts';
import { type Html, html } from '../html.ts';

/** Neighbours shown at most. */
const SHOWN = 5;
/** Shared features named for each at most. */
const NAMED = 5;
/** Weight of each kind of feature: a keyword is somebody's choice, a type follows from the files' contents. */
const WEIGHTS = { keyword: 1, species: 0.8, approach: 0.5, type: 0.6 } as const;

/** A neighbour. */
export interface SimilarDandiset {
  readonly id: string;
  readonly name: string;
  /** Features that both have, the rarest first. */
  readonly shared: readonly string[];
}

interface Feature {
  readonly key: string;
  readonly name: string;
  readonly weight: number;
}

interface Features {
  readonly byEntry: ReadonlyMap<string, readonly Feature[]>;
  readonly counts: ReadonlyMap<string, number>;
}

/** Features per catalog, cached with it: one catalog serves many requests. */
const KNOWN = new WeakMap<Catalog, Features>();

/** The nearest neighbours of a Dandiset, the nearest first; none where only common features are shared. */
export function findSimilar(catalog: Catalog, id: string): SimilarDandiset[] {
  const { byEntry, counts } = countFeatures(catalog);
  const own = new Map(byEntry.get(id)?.map((feature) => [feature.key, feature]));
  const total = catalog.entries.length;
  const rarity = (key: string): number => Math.log((total + 1) / ((counts.get(key) ?? 0) + 0.5));
  const ranked = catalog.entries.flatMap((entry) => {
    if (entry.id === id) return [];
    const shared = (byEntry.get(entry.id) ?? [])
      .filter(({ key }) => own.has(key))
      .map((feature) => ({ ...feature, score: feature.weight * rarity(feature.key) }))
      .sort((one, other) => other.score - one.score);
    const score = shared.reduce((sum, each) => sum + each.score, 0);
    return score <= 0 ? [] : [{ entry, shared, score }];
  });
  return ranked
    .sort((one, other) => other.score - one.score || (one.entry.id < other.entry.id ? -1 : 1))
    .slice(0, SHOWN)
    .map(({ entry, shared }) => ({
      id: entry.id,
      name: entry.name || `DANDI:${entry.id}`,
      shared: [...new Map(shared.map(({ name }) => [name.toLowerCase(), name])).values()].slice(0, NAMED),
    }));
}

function countFeatures(catalog: Catalog): Features {
  const known = KNOWN.get(catalog);
  if (known !== undefined) return known;
  const byEntry = new Map(catalog.entries.map((entry) => [entry.id, entryFeatures(entry)]));
  const counts = new Map<string, number>();
  for (const features of byEntry.values())
    for (const { key } of features) counts.set(key, (counts.get(key) ?? 0) + 1);
  const features = { byEntry, counts };
  KNOWN.set(catalog, features);
  return features;
}

function entryFeatures({ species, approaches, neurodataTypes, keywords }: CatalogEntry): Feature[] {
  const features = [
    ...species.map((name) => feature('species', findSpecies(name)?.singular ?? name)),
    ...approaches.map((name) => feature('approach', name)),
    ...neurodataTypes.filter((name) => findModality(name) !== undefined).map((name) => feature('type', name)),
    ...keywords.map((name) => feature('keyword', name)),
  ];
  return [...new Map(features.map((each) => [each.key, each])).values()];
}

function feature(kind: keyof typeof WEIGHTS, name: string): Feature {
  return { key: `${kind}:${name.toLowerCase()}`, name, weight: WEIGHTS[kind] };
}

/** The section of the page. */
export function similarSection(similar: readonly SimilarDandiset[]): Html {
  return html`<section aria-labelledby="similar"><h2 id="similar">Similar Dandisets</h2>
<ul class="similar">${similar.map(({ id, name, shared }) => html`<li><a href="/dandisets/${id}">${name}</a> <span class="soft">DANDI:${id}. Both: ${shared.join(', ')}.</span></li>\n`)}</ul>
</section>`;
}
