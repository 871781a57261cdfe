/**
 * A header as a JSON document, for the store and for programs: the graph unchanged, with the numbers that
 * JSON lacks written as `{"bigint": "…"}` and `{"number": "nan"}`. Pure; reading returns an equal header.
 */
import { isObjectOrList } from '../json-value.ts';
import type { NwbHeader } from './nwb-header.ts';

/** Changes whenever equal bytes may give another header document: the cache of headers is keyed by it. */
export const READER_REVISION = 5;

/** A header's document. */
export function headerToJson(header: NwbHeader): string {
  return JSON.stringify(header, (_key, value: unknown) => {
    if (typeof value === 'bigint') return { bigint: String(value) };
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
      return { number: Object.is(value, -0) ? '-0' : String(value) };
    }
    return value;
  });
}

/** Parses the header in a document. @throws SyntaxError if it is not JSON */
export function headerFromJson(json: string): NwbHeader {
  return JSON.parse(json, (_key, value: unknown) => {
    if (!isObjectOrList(value)) return value;
    if ('bigint' in value) return BigInt(String(value.bigint));
    return 'number' in value ? Number(value.number) : value;
  }) as NwbHeader;
}
