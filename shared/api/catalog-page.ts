/** The catalog as a page: a search form and its results. Pure. */

import { bytesText } from '../facts/fact-words.ts';
import type { SearchRow } from '../search/index-file.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { Catalog, CatalogEntry } from '../store/catalog.ts';
import { findRegionById, isWithin } from '../vocabulary/regions.ts';
import { SPECIES } from '../vocabulary/species.ts';
import { countFacets, nameFacet, rankByFits, rowsById } from './catalog-facets.ts';
import { type CatalogPage, type CatalogQuery, catalogQueryText, SORTS, type Sort } from './catalog-query.ts';
import { type Html, html } from './html.ts';
import { pageText } from './layout.ts';
import { countNoun, dateText } from './page-words.ts';

/** Characters of a result's sentence at most. */
const SENTENCE_CHARACTERS = 260;
/** Regions that a result names at most. */
const SHOWN_REGIONS = 3;
/** Searches suggested where nothing matches. */
const NEAREST = 5;

/** The page of a query over a catalog and its index. */
export function catalogPageText(
  catalog: Catalog,
  query: CatalogQuery,
  page: CatalogPage,
  index: SearchIndex,
): string {
  const { after: _after, ...first } = query;
  const isSearch = catalogQueryText(first) !== '';
  const isEmpty = page.total === 0 && page.beforeFacets.length > 0;
  const self = catalogQueryText(first);
  return pageText({
    title: query.q === undefined ? 'Dandiset summaries' : `${query.q} – Dandiset summaries`,
    description: `Summaries of ${countNoun(catalog.entries.length, 'Dandiset')} of the DANDI Archive, by the contents of their NWB files.`,
    canonical: `/dandisets${catalogQueryText(query)}`,
    alternates: [
      { type: 'application/json', href: `/dandisets${catalogQueryText(query, { format: 'json' })}` },
      { type: 'application/atom+xml', href: `/feed.atom${self}` },
      { type: 'application/feed+json', href: `/feed.json${self}` },
    ],
    main: html`<h1>Dandiset summaries</h1>
<p>What the Dandisets of the DANDI Archive hold, from their metadata and from the headers of their NWB files.</p>
<form class="search" action="/dandisets" method="get" role="search">
<div class="words"><label for="q">Search for</label><input id="q" name="q" type="search" maxlength="200" value="${query.q}" placeholder="hippocampus spike times"><button type="submit">Search</button></div>
${keptFields(query)}
<div class="order"><label for="sort">Order</label><select id="sort" name="sort">${SORTS.map((sort) => html`<option value="${sort}"${(query.sort ?? 'relevance') === sort && html` selected`}>${SORT_NAMES[sort]}</option>`)}</select></div>
${facetFields(page, query, index)}
</form>
${chosenList(query)}
<p class="soft" role="status">${foundText(page, catalog.entries.length, isSearch)}${isSearch && html` · <a href="/dandisets">Show all</a>`}</p>
${understoodNote(page)}
<ol class="entries">
${page.entries.map((entry) => entryItem(entry, page, index))}</ol>
${
  isEmpty &&
  html`<h2>Nearest</h2><ol class="entries">${rankByFits(page.beforeFacets, query.facets ?? [], index)
    .slice(0, NEAREST)
    .map((entry) => entryItem(entry, page, index))}</ol>`
}
${pageLinks(query, page)}`,
  });
}

const SORT_NAMES: Readonly<Record<Sort, string>> = {
  relevance: 'Relevance',
  newest: 'Newest first',
  size: 'Largest first',
  subjects: 'Most subjects first',
};

/** Filters of the URL without a field in the form: kept in the next search as hidden fields. */
const KEPT = ['species', 'approach', 'neurodataType', 'updatedSince'] as const;

function keptFields(query: CatalogQuery): Html {
  return html`${KEPT.map((name) => query[name] !== undefined && html`<input type="hidden" name="${name}" value="${query[name]}">`)}`;
}

function facetFields(page: CatalogPage, { facets = [] }: CatalogQuery, index: SearchIndex): Html {
  const groups = countFacets(page.beforeFacets, facets, index);
  return html`<details${facets.length > 0 && html` open`}><summary>Narrow by species, data, region and more</summary>
<div class="facets">${groups.map(
    ({ heading, choices }) =>
      html`<fieldset><legend>${heading}</legend>${choices.map(
        ({ facet, name, count, isChosen }) =>
          html`<label><input type="checkbox" name="facet" value="${facet}"${isChosen && html` checked`}> <span>${name}</span> <span class="count">${count.toLocaleString('en-US')}</span></label>`,
      )}</fieldset>`,
  )}</div>
<button type="submit">Apply</button></details>`;
}

/** The active filters, each with a link to the list without it. */
function chosenList(query: CatalogQuery): Html | undefined {
  const { after: _after, ...first } = query;
  const chosen = [
    ...KEPT.flatMap((name) => {
      const { [name]: value, ...without } = first;
      return value === undefined ? [] : [{ name: value, without }];
    }),
    ...(query.facets ?? []).map((facet) => ({
      name: nameFacet(facet),
      without: { ...first, facets: (first.facets ?? []).filter((each) => each !== facet) },
    })),
  ];
  if (chosen.length === 0) return undefined;
  return html`<ul class="chips chosen" aria-label="Narrowed by">${chosen.map(({ name, without }) => html`<li><a href="/dandisets${catalogQueryText(without)}" aria-label="Remove ${name}">${name} <span aria-hidden="true">×</span></a></li>`)}</ul>`;
}

function foundText({ total, beforeFacets, understood }: CatalogPage, all: number, isSearch: boolean): string {
  if (all === 0) return 'No summary is stored yet.';
  if (!isSearch) return countNoun(total, 'Dandiset');
  if (total === 0)
    return beforeFacets.length > 0
      ? 'No Dandiset matches all filters.'
      : 'No Dandiset matches. Fewer words may find more.';
  if (understood?.isNearest)
    return `No Dandiset matches the whole query. ${countNoun(total, 'Dandiset')} come${total === 1 ? 's' : ''} nearest.`;
  return `${countNoun(total, 'Dandiset')} of ${all.toLocaleString('en-US')}`;
}

/** How the words were understood, where that differs from how they were written. */
function understoodNote({ understood }: CatalogPage): Html | undefined {
  if (understood === undefined) return undefined;
  const lines = [
    ...understood.corrections.map(({ from, to }) => `“${from}” was read as “${to}”.`),
    ...understood.unread,
  ];
  return lines.length === 0 ? undefined : html`<p class="note">${lines.join(' ')}</p>`;
}

function entryItem(entry: CatalogEntry, { hits }: CatalogPage, index: SearchIndex): Html {
  const { id, version, name, files, updated } = entry;
  const row = rowsById(index).get(id);
  const sentence = row === undefined ? '' : firstSentence(index.listTexts(index.rows.indexOf(row)).summary);
  const existing = row?.topics.regions ?? [];
  // “brain” adds nothing to “visual areas”.
  const regions = existing
    .filter((each) => !existing.some((other) => other !== each && isWithin(other, each)))
    .slice(0, SHOWN_REGIONS)
    .map((each) => findRegionById(each)?.name ?? each);
  const { subjects, bytes } = row?.numbers ?? {};
  // A number and its unit stay on one line.
  const facts = [
    ...speciesNames(entry, row),
    ...(subjects ? [countNoun(subjects, 'subject')] : []),
    ...regions,
    countNoun(files, 'NWB file'),
    ...(bytes ? [bytesText(bytes)] : []),
  ].map((fact) => (/^\d/.test(fact) ? fact.replaceAll(' ', '\u00a0') : fact));
  const snippets = hits?.get(id)?.snippets ?? [];
  return html`<li>
<p class="eyebrow">DANDI:${id}${version !== 'draft' && `/${version}`} <span class="badge">${version === 'draft' ? 'draft' : 'published'}</span></p>
<h2><a href="/dandisets/${id}">${name || `DANDI:${id}`}</a></h2>
${sentence !== '' && html`<p>${sentence}</p>`}
<p class="soft">${facts.join(' · ')} · summarized on <time datetime="${updated}">${dateText(updated)}</time></p>
${snippets.map(({ from, parts }) => html`<p class="found"><span class="soft">${from}:</span> ${parts.map(({ text, isFound }) => (isFound ? html`<mark>${text}</mark>` : text))}</p>`)}
</li>
`;
}

/** The species by its common name, once; as written in the metadata where the vocabulary does not have it. */
function speciesNames({ species }: CatalogEntry, row: SearchRow | undefined): string[] {
  const taxa = row?.topics.species ?? [];
  const known = SPECIES.filter(({ taxonId }) => taxa.includes(taxonId)).map(({ singular }) => singular);
  return known.length > 0 ? known : species.map((name) => name.replace(/^.* - (?=\S)/, ''));
}

function firstSentence(text: string): string {
  const sentence = /^.*?[.!?](?=\s+\p{Lu}|\s*$)/su.exec(text.slice(0, 4 * SENTENCE_CHARACTERS))?.[0] ?? text;
  return sentence.length > SENTENCE_CHARACTERS
    ? `${sentence.slice(0, SENTENCE_CHARACTERS).replace(/\s+\S*$/, '')}…`
    : sentence;
}

function pageLinks(query: CatalogQuery, { next }: CatalogPage): Html {
  const { after, ...first } = query;
  if (after === undefined && next === undefined) return html``;
  return html`<nav class="pages" aria-label="Pages">
<span>${after !== undefined && html`<a href="/dandisets${catalogQueryText(first)}">First page</a>`}</span>
<span>${next !== undefined && html`<a rel="next" href="/dandisets${catalogQueryText(first, { after: next })}">Next page</a>`}</span>
</nav>`;
}
