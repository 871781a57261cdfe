/** Atom (RFC 4287) and JSON Feed 1.1 of all summaries or of a saved search, the newest first. Pure. */
import type { CatalogEntry } from '../../store/catalog.ts';
import { countNoun } from '../page-words.ts';
import { xmlText } from './origin.ts';

/** Entries of a feed: enough that a reader that polls once a day misses none. */
export const FEED_ENTRIES = 20;

/** One entry. */
export interface FeedEntry {
  readonly entry: CatalogEntry;
  /** Changes since the previous version, as sentences; empty for a first version. */
  readonly changes: readonly string[];
}

/** A feed. */
export interface Feed {
  readonly title: string;
  readonly origin: string;
  /** Paths of the feed and of the same list as a page, from the root. */
  readonly self: string;
  readonly page: string;
  readonly entries: readonly FeedEntry[];
}

/** The content of one entry: its changes, else its description. */
function formatLine({ entry, changes }: FeedEntry): string {
  if (changes.length > 0) return changes.join(' ');
  return `${[countNoun(entry.files, 'NWB file'), ...entry.species, ...entry.approaches].join(', ')}.`;
}

function findUpdated(entries: readonly FeedEntry[]): string {
  return entries
    .map(({ entry }) => entry.updated)
    .reduce((one, other) => (one > other ? one : other), '1970-01-01T00:00:00.000Z');
}

/** The feed as Atom. */
export function atomText({ title, origin, self, page, entries }: Feed): string {
  const items = entries.map((each) => {
    const { id, version, name, updated } = each.entry;
    const url = `${origin}/dandisets/${id}`;
    return `<entry><id>${xmlText(`${url}/versions/${version}#${updated}`)}</id><title>${xmlText(name || `DANDI:${id}`)}</title><updated>${xmlText(updated)}</updated><link href="${xmlText(url)}"/><summary>${xmlText(formatLine(each))}</summary></entry>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>${xmlText(origin + self)}</id><title>${xmlText(title)}</title><updated>${xmlText(findUpdated(entries))}</updated><author><name>dandiset-summarizer</name></author><link rel="self" href="${xmlText(origin + self)}"/><link href="${xmlText(origin + page)}"/>
${items.join('\n')}
</feed>
`;
}

/** The feed as JSON Feed. */
export function jsonFeedText({ title, origin, self, page, entries }: Feed): string {
  return `${JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title,
    home_page_url: origin + page,
    feed_url: origin + self,
    items: entries.map((each) => {
      const { id, version, name, updated, keywords } = each.entry;
      const url = `${origin}/dandisets/${id}`;
      return {
        id: `${url}/versions/${version}#${updated}`,
        url,
        title: name || `DANDI:${id}`,
        content_text: formatLine(each),
        date_modified: updated,
        tags: keywords,
      };
    }),
  })}\n`;
}
