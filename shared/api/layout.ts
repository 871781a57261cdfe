/** What every page has around its content. Pure. */
import { type Html, html, trustHtml } from './html.ts';
import { STYLE } from './style.ts';

/** The parts of one page. */
export interface Page {
  readonly title: string;
  readonly description: string;
  /** The page's canonical path, from the root. */
  readonly canonical: string;
  /** Other forms of the same document. */
  readonly alternates: readonly { readonly type: string; readonly href: string }[];
  readonly main: Html;
  /** False for a page that search engines must not index, such as an error's. */
  readonly isIndexed?: boolean;
  /** Linked data about the page, as JSON-LD; its text is escaped here. */
  readonly linkedData?: unknown;
}

/** The icon: a small spike train. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='7' fill='%230b6470'/%3E%3Cpath d='M4 20h6l3-12 4 18 3-11 2 5h6' fill='none' stroke='%23fff' stroke-width='2.6' stroke-linejoin='round' stroke-linecap='round'/%3E%3C/svg%3E";

/** The whole page as text. */
export function pageText(parts: Page): string {
  const { title, description, canonical, alternates, main, isIndexed = true, linkedData } = parts;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${description}">
<meta name="color-scheme" content="light dark">
<link rel="canonical" href="${canonical}">
${alternates.map(({ type, href }) => html`<link rel="alternate" type="${type}" href="${href}">\n`)}${!isIndexed && html`<meta name="robots" content="noindex">\n`}${linkedData !== undefined && html`<script type="application/ld+json">${trustHtml(jsonForHtml(linkedData))}</script>\n`}<link rel="search" type="application/opensearchdescription+xml" title="Dandiset summaries" href="/opensearch.xml">
<link rel="icon" href="${trustHtml(ICON)}">
<style>${trustHtml(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="bar"><div>
<a class="home" href="/dandisets">Dandiset summaries</a>
<span class="aside">neurophysiology data of the <a href="https://dandiarchive.org">DANDI Archive</a></span>
</div></header>
<main id="main">
${main}
</main>
<footer class="foot"><div>
Summaries are made by a program from the archive’s metadata and the headers of its NWB files; no measured data are read. For programs: <a href="/openapi.json">the API’s description</a>.
</div></footer>
</body>
</html>
`;
  return page.text;
}

/** Escapes JSON for a script element, so that no character of it can end the element or begin a comment. */
function jsonForHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
