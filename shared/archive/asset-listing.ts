/**
 * One page of a bucket's listing, as returned by `ListObjectsV2` of S3 (API reference of Amazon S3, 2006-03-01),
 * read from its XML. Pure.
 */

import { XMLParser } from 'fast-xml-parser';
import { readFields } from '../json-value.ts';

/** One page of keys. */
export interface ListPage {
  /** Keys in byte order. */
  readonly keys: readonly string[];
  /** Keys up to the delimiter, prefix included. */
  readonly prefixes: readonly string[];
  /** Token of the next page; undefined on the last page. */
  readonly next: string | undefined;
}

// Values stay text: a key such as `000683` is no number.
const parser = new XMLParser({ parseTagValue: false, ignoreAttributes: true });

/** Parses a page; undefined where the text is not a complete one. */
export function parseListPage(xml: string): ListPage | undefined {
  const result = readFields(parseXml(xml)).ListBucketResult;
  if (result === undefined) return undefined;
  const fields = readFields(result);
  const truncated = fields.IsTruncated === 'true';
  const next = readText(fields.NextContinuationToken);
  // A truncated page without a token would count as the last one.
  if (truncated && next === undefined) return undefined;
  return {
    keys: readTexts(fields.Contents, 'Key'),
    prefixes: readTexts(fields.CommonPrefixes, 'Prefix'),
    next: truncated ? next : undefined,
  };
}

function parseXml(xml: string): unknown {
  try {
    // With validation: the parser alone accepts a text that stops half-way.
    return parser.parse(xml, true);
  } catch {
    return undefined;
  }
}

function readTexts(value: unknown, field: string): string[] {
  const list = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return list.map((one) => readText(readFields(one)[field])).filter((text) => text !== undefined);
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
