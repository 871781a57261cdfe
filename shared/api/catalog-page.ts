/** The catalog as a page: a search form and what it found. Pure. */
import type { Catalog, CatalogEntry } from '../store/catalog.ts';
import { type CatalogPage, type CatalogQuery, catalogQueryText } from './catalog-query.ts';
import { type Html, html } from './html.ts';
import { pageText } from './layout.ts';
import { counted, dateText } from './words.ts';

/** Names that a field of the form offers at most. */
const MAX_CHOICES = 200;

/** The page of a query; `catalog` gives the names that the form offers. */
export function catalogPageText(catalog: Catalog, query: CatalogQuery, page: CatalogPage): string {
  const { after: _after, ...first } = query;
  const isSearch = catalogQueryText(first) !== '';
  return pageText({
    title: query.q === undefined ? 'Dandiset summaries' : `${query.q} – Dandiset summaries`,
    description: `Summaries of ${counted(catalog.entries.length, 'Dandiset')} of the DANDI Archive, by what their NWB files hold.`,
    canonical: `/dandisets${catalogQueryText(query)}`,
    alternates: [
      { type: 'application/json', href: `/dandisets${catalogQueryText(query, { format: 'json' })}` },
    ],
    main: html`<h1>Dandiset summaries</h1>
<p>What the Dandisets of the DANDI Archive hold, told from their metadata and from the headers of their NWB files.</p>
${searchForm(catalog, query)}
<p class="soft" role="status">${foundText(page.total, catalog.entries.length, isSearch)}${isSearch && html` · <a href="/dandisets">Show all</a>`}</p>
<ol class="entries">
${page.entries.map(entryItem)}</ol>
${pageLinks(query, page)}`,
  });
}

function searchForm(catalog: Catalog, query: CatalogQuery): Html {
  const choices = choicesOf(catalog);
  const { species, approach, neurodataType, updatedSince } = query;
  const isNarrowed = [species, approach, neurodataType, updatedSince].some((value) => value !== undefined);
  return html`<form class="search" action="/dandisets" method="get" role="search">
<div class="words"><label for="q">Search for</label><input id="q" name="q" type="search" maxlength="200" value="${query.q}" placeholder="hippocampus spike times"><button type="submit">Search</button></div>
<details${isNarrowed && html` open`}><summary>Filters</summary><div class="filters">
${field('species', 'Species', 'mouse', species, choices.species)}
${field('approach', 'Approach', 'electrophysiological', approach, choices.approaches)}
${field('neurodataType', 'Neurodata type', 'ElectricalSeries', neurodataType, choices.neurodataTypes)}
<div><label for="updatedSince">Summarized since</label><input id="updatedSince" name="updatedSince" type="date" value="${updatedSince?.slice(0, 10)}"></div>
</div></details>
</form>`;
}

function field(
  name: string,
  label: string,
  example: string,
  value: string | undefined,
  choices: readonly string[],
): Html {
  return html`<div><label for="${name}">${label}</label><input id="${name}" name="${name}" maxlength="200" list="${name}-choices" autocomplete="off" placeholder="${example}" value="${value}"><datalist id="${name}-choices">${choices.map((choice) => html`<option value="${choice}"></option>`)}</datalist></div>`;
}

/** The names that the fields of the form offer. */
interface Choices {
  readonly species: readonly string[];
  readonly approaches: readonly string[];
  readonly neurodataTypes: readonly string[];
}

/** Choices of catalogs: one stays in memory for many requests, and so do they. */
const CHOICES = new WeakMap<Catalog, Choices>();

function choicesOf(catalog: Catalog): Choices {
  const { entries } = catalog;
  const choices = CHOICES.get(catalog) ?? {
    species: mostFrequent(entries.flatMap(({ species }) => species)),
    approaches: mostFrequent(entries.flatMap(({ approaches }) => approaches)),
    neurodataTypes: mostFrequent(entries.flatMap(({ neurodataTypes }) => neurodataTypes)),
  };
  CHOICES.set(catalog, choices);
  return choices;
}

function mostFrequent(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1))
    .slice(0, MAX_CHOICES)
    .map(([name]) => name);
}

function foundText(total: number, all: number, isSearch: boolean): string {
  if (all === 0) return 'No summary is stored yet.';
  if (!isSearch) return counted(total, 'Dandiset');
  if (total === 0) return 'No Dandiset fits. Fewer words or filters may find more.';
  return `${counted(total, 'Dandiset')} of ${all.toLocaleString('en-US')}`;
}

function entryItem({ id, version, name, species, approaches, files, updated }: CatalogEntry): Html {
  const facts = [counted(files, 'NWB file'), ...species.map(shortName), ...approaches.map(shortName)];
  return html`<li>
<p class="eyebrow">DANDI:${id}/${version}</p>
<h2><a href="/dandisets/${id}/summary">${name || `DANDI:${id}`}</a></h2>
<p class="soft">${facts.join(' · ')} · summarized on <time datetime="${updated}">${dateText(updated)}</time></p>
</li>
`;
}

/** `Mus musculus - House mouse` and `electrophysiological approach` in few words. */
function shortName(name: string): string {
  return name.replace(/^.* - (?=\S)/, '').replace(/ approach(?=;|$)/g, '');
}

function pageLinks(query: CatalogQuery, { next }: CatalogPage): Html {
  const { after, ...first } = query;
  if (after === undefined && next === undefined) return html``;
  return html`<nav class="pages" aria-label="Pages">
<span>${after !== undefined && html`<a href="/dandisets${catalogQueryText(first)}">First page</a>`}</span>
<span>${next !== undefined && html`<a rel="next" href="/dandisets${catalogQueryText(first, { after: next })}">Next page</a>`}</span>
</nav>`;
}
