/** Chooses the form of a document by the `Accept` header or `?format=`. Pure. */
import { InvalidInputError } from '../errors.ts';
import type { ApiRequest } from './http.ts';
import { HttpError } from './problem.ts';

/** Names that `?format=` takes, with the media type of each. */
export const FORMATS = {
  markdown: 'text/markdown',
  json: 'application/json',
  html: 'text/html',
} as const;

/** A form of a document. */
export type Format = keyof typeof FORMATS;

/** The `content-type` of a form. */
export function findContentType(format: Format): string {
  return format === 'json' ? 'application/json' : `${FORMATS[format]}; charset=utf-8`;
}

/** One entry of an `Accept` header. */
interface Range {
  readonly type: string;
  readonly subtype: string;
  /** 0 to 1; 0 means never. */
  readonly quality: number;
}

/** Entries of an `Accept` header that are read at most: browsers send about ten. */
const MAX_RANGES = 64;

/**
 * The form of the response: the one that the client prefers, and among equals the first of `offered`, which
 * is also the default. `?format=` takes precedence over the header, since a link cannot set
 * a header.
 * @throws InvalidInputError where `?format=` names none of `offered`; HttpError (406) where none is accepted
 */
export function chooseFormat<F extends Format>(request: ApiRequest, offered: readonly F[]): F {
  const named = request.query.get('format');
  if (named !== null) {
    const format = offered.find((each) => each === named);
    if (format !== undefined) return format;
    throw new InvalidInputError(`format must be one of ${offered.join(', ')}.`, { field: 'format' });
  }
  const ranges = parseAccept(request.headers.accept ?? '*/*');
  let best: { readonly format: F; readonly quality: number } | undefined;
  for (const format of offered) {
    const quality = findQuality(FORMATS[format], ranges);
    if (quality > (best?.quality ?? 0)) best = { format, quality };
  }
  if (best !== undefined) return best.format;
  const types = offered.map((format) => FORMATS[format]).join(', ');
  throw new HttpError('not-acceptable', `This document is available as ${types}.`);
}

/** Whether the client is a browser that shows a page: it accepts HTML by name and prefers it to JSON. */
export function prefersPage({ headers, query }: ApiRequest): boolean {
  if (query.get('format') === 'html') return true;
  if (headers.accept === undefined) return false;
  const ranges = parseAccept(headers.accept);
  const page = ranges.find(({ type, subtype }) => type === 'text' && subtype === 'html')?.quality ?? 0;
  return page > 0 && page >= findQuality('application/json', ranges);
}

/** Unreadable entries are left out; a header without a readable one accepts everything (RFC 9110, 12.5.1). */
function parseAccept(header: string): Range[] {
  const ranges: Range[] = [];
  for (const entry of header.split(',').slice(0, MAX_RANGES)) {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const [, type, subtype] = /^([^\s/]+)\/([^\s/]+)$/.exec(range) ?? [];
    if (type === undefined || subtype === undefined) continue;
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))?.replace(/^q\s*=\s*/, '');
    const quality = weight === undefined ? 1 : Number(weight);
    if (quality >= 0 && quality <= 1) ranges.push({ type, subtype, quality });
  }
  return ranges.length === 0 ? [{ type: '*', subtype: '*', quality: 1 }] : ranges;
}

/** The quality that the most specific matching entry gives a media type. */
function findQuality(mediaType: string, ranges: readonly Range[]): number {
  const [type, subtype] = mediaType.split('/');
  const fitting = [
    ranges.find((range) => range.type === type && range.subtype === subtype),
    ranges.find((range) => range.type === type && range.subtype === '*'),
    ranges.find((range) => range.type === '*' && range.subtype === '*'),
  ];
  return fitting.find((range) => range !== undefined)?.quality ?? 0;
}
