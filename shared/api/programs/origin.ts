/** Where this API is reached, for documents that need whole addresses: feeds, the sitemap, Croissant. Pure. */
import type { ApiRequest } from '../http.ts';

/** A host and perhaps a port: nothing else may come into an address. */
const HOST = /^[A-Za-z0-9.-]{1,253}(?::\d{1,5})?$/;
const LOOPBACK = /^(?:localhost|127\.0\.0\.1)(?::|$)/;

/** `https://HOST` as the client asked for it, without a slash at its end. */
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
