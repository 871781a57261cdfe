import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseListPage } from '../../shared/archive/asset-listing.ts';
import {
  BrokenManifestError,
  RECORD_LIMIT,
  readObjectText,
  readRecords,
} from '../../shared/archive/manifest.ts';
import { catchFailure, collect } from './small-archive.ts';

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const records = (text: string, size = 65_536) => collect(readRecords(inChunks(Buffer.from(text), size)));

describe('readRecords', () => {
  it('returns the same as JSON.parse, however the text is split into chunks', async () => {
    const lists = fc.array(fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(lists, fc.integer({ min: 1, max: 40 }), fc.boolean(), async (list, size, indented) => {
        const text = JSON.stringify(list, null, indented ? 1 : 0);
        expect(await records(text, size)).toEqual(JSON.parse(text));
        expect(await records(`\uFEFF \n${text}\r\n`, size)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('never treats a part as the whole', async () => {
    const lists = fc.array(fc.jsonValue(), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(lists, fc.nat(), fc.integer({ min: 1, max: 40 }), async (list, at, size) => {
        const text = JSON.stringify(list);
        const part = text.slice(0, at % text.length);
        expect(await catchFailure(records(part, size))).toBeInstanceOf(BrokenManifestError);
      }),
    );
  });

  it.each(['', ' ', '{}', '{"a":1}', '"[]"', '1', 'null', '[]]', '[1,]', '[1] x', '<html>'])(
    'refuses %j',
    async (text) => {
      expect(await catchFailure(records(text))).toBeInstanceOf(BrokenManifestError);
    },
  );

  it('refuses bytes that are not UTF-8', async () => {
    const bytes = Buffer.from([0x5b, 0x22, 0xc3, 0x28, 0x22, 0x5d]);
    expect(await catchFailure(collect(readRecords(inChunks(bytes, 10))))).toBeInstanceOf(BrokenManifestError);
    expect(() => readObjectText(bytes)).toThrow(BrokenManifestError);
  });

  it('does not buffer a record without limit', async () => {
    let given = 0;
    async function* endless() {
      yield Buffer.from('["');
      for (;;) {
        given += 1_000_000;
        yield Buffer.alloc(1_000_000, 'a');
      }
    }
    expect(await catchFailure(collect(readRecords(endless())))).toBeInstanceOf(BrokenManifestError);
    expect(given).toBeLessThan(RECORD_LIMIT + 2_000_000);
  });
});

describe('readObjectText', () => {
  it('returns the text unchanged', () => {
    const text = '{ "b": 1.0, "a": 12345678901234567890, "é": "\\u00e9" }\n';
    expect(readObjectText(Buffer.from(text))).toBe(text);
    expect(readObjectText(Buffer.from(`\uFEFF${text}`))).toBe(text);
  });
});

describe('parseListPage', () => {
  it('reads a full page as S3 writes it: ids stay text, entities are read', () => {
    const contents = Array.from(
      { length: 1000 },
      (_, at) => `<Contents><Key>a&amp;b/000${at}</Key><ETag>&quot;0-1&quot;</ETag><Size>1</Size></Contents>`,
    );
    const page = parseListPage(
      `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>true</IsTruncated><NextContinuationToken>1/a==</NextContinuationToken>${contents.join('')}<CommonPrefixes><Prefix>000683</Prefix></CommonPrefixes></ListBucketResult>`,
    );
    expect(page?.keys).toHaveLength(1000);
    expect(page?.keys.at(-1)).toBe('a&b/000999');
    expect(page?.prefixes).toEqual(['000683']);
    expect(page?.next).toBe('1/a==');
  });
});
