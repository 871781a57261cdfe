/**
 * The origin under which a client reaches this API, for documents that need absolute URLs: feeds, the sitemap,
 * Croissant. Pure.
 */
import type { ApiRequest } from '../http.ts';

/** A host with an optional port: nothing else may get into a URL. */
const HOST = /^[A-Za-z0-9.-]{1,253}(?::\d{1,5})?$/;
const LOOPBACK = /^(?:localhost|127\.0\.0\.1)(?::|$)/;

/** `https://HOST` as the client requested it, without a trailing slash. */
export function findOrigin({ headers }: ApiRequest): string {
  const { host = '' } = headers;
  if (!HOST.test(host)) return 'http://localhost';
  return `${LOOPBACK.test(host) ? 'http' : 'https'}://${host}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text for an element or a quoted attribute of XML; characters that XML 1.0 cannot hold are left out. */
export function xmlText(text: string): string {
  return [...text]
    .filter((each) => /[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(each))
    .map((each) => ESCAPES[each] ?? each)
    .join('');
}
