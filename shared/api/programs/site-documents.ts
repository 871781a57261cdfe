/**
 * Documents that crawlers, agents and browsers expect at fixed paths: sitemap, robots, OpenSearch, `llms.txt`. Pure.
 */
import type { CatalogEntry } from '../../store/catalog.ts';
import { xmlText } from './origin.ts';

/** Addresses that one sitemap may hold (sitemaps.org). */
const MAX_URLS = 50_000;

/** `sitemap.xml`: the catalog and every Dandiset's page. */
export function sitemapText(origin: string, entries: readonly CatalogEntry[]): string {
  const urls = entries
    .slice(0, MAX_URLS - 1)
    .map(
      ({ id, updated }) =>
        `<url><loc>${xmlText(`${origin}/dandisets/${id}`)}</loc><lastmod>${xmlText(updated)}</lastmod></url>`,
    );
  return `<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>${xmlText(`${origin}/dandisets`)}</loc></url>
${urls.join('\n')}
</urlset>
`;
}

/** `robots.txt`: all may read pages; search results are excluded, since there is no end of them. */
export function robotsText(origin: string): string {
  return `User-agent: *\nDisallow: /dandisets?\nDisallow: /runs/\nAllow: /\nSitemap: ${origin}/sitemap.xml\n`;
}

/** The OpenSearch description (1.1), which lets browsers offer the search. */
export function openSearchText(origin: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/"><ShortName>Dandisets</ShortName><Description>Search the contents of Dandisets</Description><InputEncoding>UTF-8</InputEncoding>
<Url type="text/html" template="${xmlText(origin)}/dandisets?q={searchTerms}&amp;format=html"/>
<Url type="application/json" template="${xmlText(origin)}/dandisets?q={searchTerms}&amp;format=json"/>
<Url type="application/atom+xml" template="${xmlText(origin)}/feed.atom?q={searchTerms}"/>
</OpenSearchDescription>
`;
}

/** `llms.txt` (llmstxt.org): what is available to an agent and where; every item of a section is one link. */
export function llmsText(origin: string, total: number): string {
  return `# Dandiset summaries

> Contents of ${total.toLocaleString('en-US')} Dandisets of the DANDI Archive: summaries, facts counted over all NWB files, file types and sessions. Made from metadata and file headers; reading is public.

Every page has a machine-readable form: append \`.md\` or \`.json\` to a Dandiset's URL, or send \`Accept\`.

URLs of a Dandiset, where \`{id}\` is its six digits:

- \`${origin}/dandisets/{id}.md\`: the summary
- \`${origin}/dandisets/{id}.json\`: the summary with facts and provenance
- \`${origin}/dandisets/{id}/file-types\`: the contents of each type of file
- \`${origin}/dandisets/{id}/sessions.csv\`: one row per file
- \`${origin}/dandisets/{id}/croissant.json\`: Croissant 1.0

## Find

- [Search](${origin}/dandisets?q=hippocampus&format=json): words, phrases and conditions such as \`species:mouse units>=500\`
- [Everything as JSON Lines](${origin}/dandisets.jsonl.gz): one line a Dandiset, gzipped
- [MCP](${origin}/mcp): \`POST\`, stateless; tools to search and to read summaries, facts, sessions, file types and snippets
- [The API's description](${origin}/openapi.json): OpenAPI 3.1

## Follow

- [Atom](${origin}/feed.atom): the newest; takes the search's parameters
- [JSON Feed](${origin}/feed.json): the same as JSON
`;
}
