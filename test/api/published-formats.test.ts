/**
 * Feeds and fixed documents by the rules of their formats: Atom (RFC 4287), JSON Feed 1.1, sitemaps.org 0.9,
 * robots (RFC 9309), OpenSearch 1.1, llms.txt; of an empty store, of all, and of a saved search with signs in
 * it.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { putTestSummary, startTestApi, type TestApi } from './api-server.ts';

/** RFC 3339, with its zone. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

const address = z
  .string()
  .check(
    z.refine(
      (text) => /^https?:\/\/[^\s<>"{}|\\^`]+$/.test(text) && URL.canParse(text),
      'not an absolute URL',
    ),
  );
const moment = z
  .string()
  .check(
    z.refine((text) => MOMENT.test(text) && !Number.isNaN(Date.parse(text)), 'not an RFC 3339 timestamp'),
  );
const words = z.string().check(z.refine((text) => text.trim() !== '', 'empty'));

const link = z.strictObject({
  '@href': address,
  '@rel': z.optional(z.enum(['self', 'alternate'])),
  '@type': z.optional(words),
});
/** An entry without content must have an alternate link (4.1.2): that of no `rel`. */
const isAlternate = (each: z.infer<typeof link>) => (each['@rel'] ?? 'alternate') === 'alternate';
const links = z
  .array(link)
  .check(z.refine((all) => all.filter(isAlternate).length === 1, 'not one alternate'));
const AtomEntry = z.strictObject({ id: address, title: words, updated: moment, link: links, summary: words });
const AtomFeed = z.strictObject({
  '@xmlns': z.literal('http://www.w3.org/2005/Atom'),
  id: address,
  title: words,
  updated: moment,
  author: z.strictObject({ name: words }),
  link: links.check(z.refine((all) => all.some((each) => each['@rel'] === 'self'), 'no self')),
  entry: z.array(AtomEntry),
});

const JsonFeed = z.strictObject({
  version: z.literal('https://jsonfeed.org/version/1.1'),
  title: words,
  home_page_url: address,
  feed_url: address,
  items: z.array(
    z.strictObject({
      id: words,
      url: address,
      title: words,
      content_text: words,
      date_modified: moment,
      tags: z.array(words),
    }),
  ),
});

const Sitemap = z.strictObject({
  '@xmlns': z.literal('http://www.sitemaps.org/schemas/sitemap/0.9'),
  url: z.array(z.strictObject({ loc: address, lastmod: z.optional(moment) })).check(z.minLength(1)),
});

const OpenSearch = z.strictObject({
  '@xmlns': z.literal('http://a9.com/-/spec/opensearch/1.1/'),
  ShortName: words.check(z.maxLength(16)),
  Description: words.check(z.maxLength(1024)),
  InputEncoding: z.literal('UTF-8'),
  Url: z.array(z.strictObject({ '@type': words, '@template': words })).check(z.minLength(1)),
});

const LISTS = new Set([
  'feed.link',
  'feed.entry',
  'feed.entry.link',
  'urlset.url',
  'OpenSearchDescription.Url',
]);

/** The document as a value, attributes with `@`; must be well formed. */
function readXml(text: string): Record<string, unknown> {
  expect(XMLValidator.validate(text)).toBe(true);
  expect(text).toMatch(/^<\?xml version="1\.0" encoding="utf-8"\?>/i);
  const { '?xml': _declaration, ...root } = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    isArray: (_name, path) => LISTS.has(String(path)),
  }).parse(text) as Record<string, unknown>;
  return root;
}

let api: TestApi;
let empty: TestApi;
const readText = async (at: TestApi, path: string, type: string): Promise<string> => {
  const response = await at.get(path);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain(type);
  return response.text();
};

beforeAll(async () => {
  [api, empty] = await Promise.all([startTestApi(), startTestApi()]);
  await putTestSummary(api.store, { name: 'Silicon probes & <b>CA1</b>\u0007 "]]>"' });
  await putTestSummary(api.store, { id: '900003', name: '', keywords: [], version: 'draft' });
  await putTestSummary(api.store, { id: '900004', updated: '2026-11-21T10:00:00.000Z' });
  await putTestSummary(api.store, {
    id: '900004',
    version: '0.260101.0000',
    updated: '2026-11-22T10:00:00.000Z',
  });
});
afterAll(async () => {
  await Promise.all([api.close(), empty.close()]);
});

/** Searches of feeds, with the number of entries of each. */
const SEARCHES: readonly (readonly [query: string, entries: number])[] = [
  ['', 3],
  ['?q=spike', 2],
  ['?facet=state%3Adraft', 1],
  ['?q=%22Six%20rats%22%20%26%20%3Cb%3E', 0],
  ['?q=units%3E%3D500000', 0],
  ['?q=%C3%A9lectrode%20%E6%B5%B7', 0],
  ['?sort=newest&species=rat', 3],
];

describe.each(SEARCHES)('the feeds of "%s"', (query, count) => {
  it('are Atom', async () => {
    const { feed } = readXml(await readText(api, `/feed.atom${query}`, 'application/atom+xml'));
    const parsed = z.parse(AtomFeed, { entry: [], ...(feed as object) });
    const ids = parsed.entry.map(({ id }) => id);
    expect(new Set([parsed.id, ...ids]).size).toBe(ids.length + 1);
    expect(parsed.link.find((each) => each['@rel'] === 'self')?.['@href']).toBe(parsed.id);
    const moments = parsed.entry.map(({ updated }) => updated);
    expect(moments).toEqual([...moments].sort().reverse());
    if (moments.length > 0) expect(parsed.updated).toBe(moments[0]);
    expect(ids).toHaveLength(count);
  });

  it('are JSON Feed, of the same entries', async () => {
    const feed = z.parse(
      JsonFeed,
      JSON.parse(await readText(api, `/feed.json${query}`, 'application/feed+json')),
    );
    const { feed: atom } = readXml(await readText(api, `/feed.atom${query}`, 'application/atom+xml'));
    const { entry = [] } = atom as { entry?: { id: string }[] };
    expect(feed.items.map(({ id }) => id)).toEqual(entry.map(({ id }) => id));
    expect(new Set(feed.items.map(({ id }) => id)).size).toBe(feed.items.length);
    // A feed's self link returns the feed.
    const again = await (await fetch(feed.feed_url)).json();
    expect(again).toEqual(feed);
    expect((await fetch(feed.home_page_url)).status).toBe(200);
  });
});

describe.each([
  ['a store with summaries', () => api],
  ['an empty store', () => empty],
])('the fixed documents of %s', (_name, open) => {
  it('are feeds even if nothing is stored', async () => {
    const { feed } = readXml(await readText(open(), '/feed.atom', 'application/atom+xml'));
    z.parse(AtomFeed, { entry: [], ...(feed as object) });
    z.parse(JsonFeed, JSON.parse(await readText(open(), '/feed.json', 'application/feed+json')));
  });

  it('are a sitemap, each URL once and open to crawlers', async () => {
    const { urlset } = readXml(await readText(open(), '/sitemap.xml', 'application/xml'));
    const locations = z.parse(Sitemap, urlset).url.map(({ loc }) => loc);
    expect(new Set(locations).size).toBe(locations.length);
    const robots = await readText(open(), '/robots.txt', 'text/plain');
    const closed = [...robots.matchAll(/^Disallow: (.+)$/gm)].map(([, path]) => path as string);
    for (const location of locations) {
      expect(location.startsWith(`${open().url}/`)).toBe(true);
      expect((await fetch(location, { headers: { accept: 'text/html' } })).status).toBe(200);
      expect(closed.filter((path) => location.slice(open().url.length).startsWith(path))).toEqual([]);
    }
  });

  it('are rules for robots, with the full URL of the sitemap', async () => {
    const lines = (await readText(open(), '/robots.txt', 'text/plain')).trimEnd().split('\n');
    expect(lines[0]).toMatch(/^User-agent: \S+$/);
    for (const line of lines) expect(line).toMatch(/^(?:User-agent|Allow|Disallow|Sitemap): \S+$/);
    for (const path of lines.filter((line) => /^(?:Allow|Disallow)/.test(line))) expect(path).toMatch(/: \//);
    const sitemap = lines.find((line) => line.startsWith('Sitemap: '))?.slice('Sitemap: '.length);
    expect((await fetch(z.parse(address, sitemap))).status).toBe(200);
  });

  it('are a description of the search with working URLs', async () => {
    const text = await readText(open(), '/opensearch.xml', 'application/opensearchdescription+xml');
    const { Url } = z.parse(OpenSearch, readXml(text).OpenSearchDescription);
    expect(new Set(Url.map((each) => each['@type'])).size).toBe(Url.length);
    for (const each of Url) {
      expect(each['@template'].match(/\{[^}]*\}/g)).toEqual(['{searchTerms}']);
      const url = z.parse(address, each['@template'].replace('{searchTerms}', 'spike%20%26%20times'));
      const response = await fetch(url);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain(each['@type']);
    }
  });

  it('are llms.txt: one title, a quotation, then lists of working links', async () => {
    const text = await readText(open(), '/llms.txt', 'text/plain');
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    expect(lines[0]).toMatch(/^# \S/);
    expect(lines[1]).toMatch(/^> \S/);
    expect(lines.filter((line) => /^# /.test(line))).toHaveLength(1);
    const first = lines.findIndex((line) => line.startsWith('## '));
    expect(first).toBeGreaterThan(0);
    for (const line of lines.slice(first)) {
      if (/^## \S/.test(line)) continue;
      const [, url] = /^- \[[^\]]+\]\(([^)\s]+)\)(?:: \S.*)?$/.exec(line) ?? [];
      expect(url, line).toBeDefined();
      const { status } = await fetch(z.parse(address, url));
      // MCP only supports POST.
      expect(status, line).toBe(url?.endsWith('/mcp') ? 405 : 200);
    }
  });
});

it('the URLs of one Dandiset in llms.txt exist', async () => {
  const text = await readText(api, '/llms.txt', 'text/plain');
  const named = [...text.matchAll(/`(http[^`]*\{id\}[^`]*)`/g)].map(([, url]) => url as string);
  expect(named.length).toBeGreaterThan(3);
  for (const url of named.filter((each) => !each.endsWith('.csv')))
    expect((await fetch(url.replace('{id}', '900002'))).status, url).toBe(200);
});
