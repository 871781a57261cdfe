/** One summary as a page: its three parts, its author and sources, and the file types that it is based on. Pure. */
import { PART_HEADINGS } from '../model/headings.ts';
import { buildClosingLines } from '../summary/build-summary.ts';
import { parseReply } from '../summary/reply-parts.ts';
import { type ShownSupport, showSupport } from '../summary/support.ts';
import { type Html, html } from './html.ts';
import { pageText } from './layout.ts';
import { markdownHtml } from './markdown-html.ts';
import { changesSection } from './page/changes.ts';
import type { DandisetView } from './page/dandiset-view.ts';
import { glanceSection } from './page/glance.ts';
import { formatSection, ownersSection } from './page/owners.ts';
import { joinAlike, timelinePicture, typesPicture } from './page/pictures.ts';
import { sessionsSection } from './page/session-table.ts';
import { similarSection } from './page/similar.ts';
import { typeWords } from './page/type-words.ts';
import { useSection } from './page/use-it.ts';
import { countNoun } from './page-words.ts';
import { versionPath } from './paths.ts';
import { buildDataset } from './programs/linked-data.ts';
import type { SummaryView } from './summary-view.ts';

/** Types that nearly every file has and that say little about what was measured: they are listed last. */
const PLUMBING: ReadonlySet<string> = new Set([
  'Device',
  'DynamicTable',
  'DynamicTableRegion',
  'ElementIdentifiers',
  'NWBFile',
  'ProcessingModule',
  'Subject',
  'TimeSeriesReferenceVectorData',
  'VectorData',
  'VectorIndex',
]);
/** Characters of the description shown by search engines. */
const DESCRIPTION_CHARACTERS = 300;

/** The page of a stored summary: what was done, figures, the text, its evidence, and how to use the data. */
export function summaryPageText(markdown: string, view: DandisetView): string {
  const { dandiset, fileTypes } = view;
  const { abstract, description, keywords } = parseReply(markdown).parts;
  const path = versionPath(dandiset.id, dandiset.version);
  const id = `DANDI:${dandiset.id}/${dandiset.version}`;
  const name = dandiset.name.trim() || id;
  const words = typeWords(view);
  return pageText({
    title: `${name} (${id})`,
    description: (abstract[0] ?? name).replaceAll(/[*_`\\]/g, '').slice(0, DESCRIPTION_CHARACTERS),
    canonical: path,
    alternates: [
      { type: 'text/markdown', href: `${path}/summary?format=markdown` },
      { type: 'application/json', href: `${path}/summary?format=json` },
      { type: 'application/ld+json', href: `${path}/croissant.json` },
    ],
    linkedData: buildDataset(view, abstract.join(' '), keywords),
    main: html`<article>
<p class="eyebrow"><strong>${id}</strong> · ${dandiset.version !== 'draft' && 'published version · '}${countNoun(view.coverage.nwb, 'NWB file')}</p>
<h1>${name}</h1>
${newerNote(view)}
<section aria-labelledby="abstract"><h2 id="abstract">${PART_HEADINGS.abstract}</h2>
${markdownHtml(abstract)}
</section>
${glanceSection(view)}
${links(view, path)}
${origin(view)}
<section aria-labelledby="data"><h2 id="data">${PART_HEADINGS.description}</h2>
${markdownHtml(description)}
</section>
<section aria-labelledby="keywords"><h2 id="keywords">${PART_HEADINGS.keywords}</h2>
<ul class="chips">${keywords.map(keywordChip)}</ul>
</section>
${supportSection(view)}
${useSection(view, words)}
${fileTypes.length > 0 && typesSection(view, words)}
${view.sessions !== undefined && sessionsSection(view.sessions, path)}
${pictures(view, words)}
${view.similar.length > 0 && similarSection(view.similar)}
${view.change !== undefined && changesSection(view.change)}
${formatSection(view)}
${view.suggestions.length > 0 && ownersSection(view)}
</article>`,
  });
}

function newerNote({ newer, dandiset }: DandisetView): Html | undefined {
  if (newer === undefined) return undefined;
  const words =
    dandiset.version === 'draft'
      ? 'The default version of this Dandiset is a published one'
      : 'There is a newer version';
  return html`<p class="note" role="note">${words}: <a href="/dandisets/${dandiset.id}">${newer}</a>.</p>`;
}

/** Pictures only show counts over all files. */
function pictures(view: DandisetView, words: readonly string[]): Html | undefined {
  const timeline = view.sessions?.timeline && timelinePicture(view.sessions.timeline);
  const types =
    view.contents === undefined
      ? undefined
      : typesPicture(joinAlike(view.fileTypes.map(({ files }, at) => ({ files, words: words[at] ?? '' }))));
  if (timeline === undefined && types === undefined) return undefined;
  return html`<section aria-labelledby="pictures"><h2 id="pictures">In pictures</h2>
${timeline}${types}</section>`;
}

function links({ dandiset: { id, version } }: SummaryView, path: string): Html {
  const locations: readonly (readonly [href: string, text: string])[] = [
    [`https://dandiarchive.org/dandiset/${id}/${version}`, 'On the DANDI Archive'],
    [`${path}/summary?format=markdown`, 'Markdown'],
    [`${path}/summary?format=json`, 'JSON with provenance'],
    [`${path}/prompt`, 'Prompt'],
    [`${path}/file-types`, 'File types'],
  ];
  return html`<ul class="links">${locations.map(([href, text]) => html`<li><a href="${href}">${text}</a></li>`)}</ul>`;
}

/** Author, date and the files behind the summary, placed before the text: a reader needs them to judge the rest. */
function origin(view: SummaryView): Html {
  const [writer, coverage] = buildClosingLines(view);
  const flagged = view.checks.findings.length;
  return html`<div class="origin">
<p>${writer}</p>
<p>${coverage}</p>
${flagged > 0 && html`<p class="note">Automatic checks flagged ${countNoun(flagged, 'statement')} of this text.</p>`}
${view.warnings.map((warning) => html`<p class="note">${warning}</p>`)}
</div>`;
}

function keywordChip(keyword: string): Html {
  return html`<li><a href="/dandisets?${new URLSearchParams({ q: keyword }).toString()}">${keyword}</a></li>`;
}

/** Facts of one sentence that are shown at most; a first sentence may be based on dozens. */
const SHOWN_FACTS = 8;
/** Characters of a fact that are shown at most: all of it is in the JSON. */
const FACT_CHARACTERS = 300;

/** Each sentence with the facts that it is based on and their sources; it opens without a script. */
function supportSection({ sentences = [], list = [] }: SummaryView): Html | false {
  const shown = showSupport(sentences, list);
  if (shown.length === 0) return false;
  return html`<section aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>
<p class="soft">Each sentence above is based on facts from the metadata and the files, and each fact has a source.</p>
<details class="evidence"><summary>${countNoun(shown.length, 'sentence')} with the evidence for each</summary>
<div>${shown.map(supportDetails)}</div></details>
</section>`;
}

function supportDetails({ text, kind, facts }: ShownSupport): Html {
  const rest = facts.length - SHOWN_FACTS;
  return html`<details><summary>${text}${KIND_NOTES[kind]}</summary>
<ul>${facts.slice(0, SHOWN_FACTS).map(factItem)}${rest > 0 && html`<li class="soft">${countNoun(rest, 'more fact')} in the JSON</li>`}</ul></details>
`;
}

/** Notes on sentences that do not state a plain fact. */
const KIND_NOTES: Readonly<Record<ShownSupport['kind'], string>> = {
  fact: '',
  claim: ' (as the owners say)',
  inference: ' (inferred)',
};

function factItem({ id, text, source, evidence }: ShownSupport['facts'][number]): Html {
  const short = text.length > FACT_CHARACTERS ? `${text.slice(0, FACT_CHARACTERS).trimEnd()}…` : text;
  const locations = evidence.map(({ file, location }) => (file === '' ? location : `${location} of ${file}`));
  return html`<li>${id}: ${short} <span class="soft">(${source}${locations.length > 0 && `: ${locations.join('; ')}`})</span></li>`;
}

/** The section of the types of a version's files. */
function typesSection(view: SummaryView, words: readonly string[]): Html {
  return html`<section aria-labelledby="types"><h2 id="types">File types</h2>
${typesTable(view, words)}
</section>`;
}

/** The types of a version's files as a table, in words before names, below a heading whose id is `types`. */
export function typesTable({ fileTypes, dandiset }: SummaryView, words: readonly string[]): Html {
  return html`<p class="soft">Files with the same structure are of one type. The example represents the others.</p>
<div class="scroll" role="region" aria-labelledby="types" tabindex="0"><table>
<thead><tr><th scope="col" class="number">Files</th><th scope="col">Holds</th><th scope="col">Example</th></tr></thead>
<tbody>
${fileTypes.map((type, at) => typeRow(type, dandiset, words[at] ?? ''))}</tbody>
</table></div>`;
}

function typeRow(
  { files, representative, neurodataTypes }: SummaryView['fileTypes'][number],
  { id, version }: SummaryView['dandiset'],
  words: string,
): Html {
  const at = representative.path.lastIndexOf('/');
  const query = new URLSearchParams({ location: representative.path.slice(0, Math.max(0, at)) });
  const location = `https://dandiarchive.org/dandiset/${id}/${version}/files?${query}`;
  const informative = neurodataTypes.filter(({ name }) => !PLUMBING.has(name));
  const plain = neurodataTypes.filter(({ name }) => PLUMBING.has(name));
  // Held together by spaces that do not break, so that no line ends on the sign.
  const names = [...informative, ...plain].map(({ name, count }) =>
    count === 1 ? name : `${name}\u00a0×\u00a0${count.toLocaleString('en-US')}`,
  );
  return html`<tr>
<td class="number">${files.toLocaleString('en-US')}</td>
<td>${words}${names.length > 0 && html`<details><summary>${countNoun(names.length, 'neurodata type')}</summary>${names.join(', ')}</details>`}</td>
<td><div class="path"><a href="${location}">${representative.path}</a></div></td>
</tr>
`;
}
