/**
 * One page of a bucket's listing, as S3 answers `ListObjectsV2` (API reference of Amazon S3, 2006-03-01),
 * read from its XML. Pure.
 */

import { XMLParser } from 'fast-xml-parser';
import { readFields } from '../json-value.ts';

/** One page of keys. */
export interface ListPage {
  /** Keys in byte order. */
  readonly keys: readonly string[];
  /** What is between the prefix and the delimiter, prefix included. */
  readonly prefixes: readonly string[];
  /** Where the next page starts; undefined on the last. */
  readonly next: string | undefined;
}

// Values stay text: a key such as `000683` is no number.
const parser = new XMLParser({ parseTagValue: false, ignoreAttributes: true });

/** Reads a page, or gives undefined where the text is not a whole one. */
export function parseListPage(xml: string): ListPage | undefined {
  const result = readFields(parseXml(xml)).ListBucketResult;
  if (result === undefined) return undefined;
  const fields = readFields(result);
  const truncated = fields.IsTruncated === 'true';
  const next = readText(fields.NextContinuationToken);
  // A page that says there is more but not where would pass for the last one.
  if (truncated && next === undefined) return undefined;
  return {
    keys: readTexts(fields.Contents, 'Key'),
    prefixes: readTexts(fields.CommonPrefixes, 'Prefix'),
    next: truncated ? next : undefined,
  };
}

function parseXml(xml: string): unknown {
  try {
    // With validation: the parser alone takes a text that stops half-way for a whole one.
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
