/** What every ObjectStore must do: one suite, run on each adapter. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { catchFailure, listAll, readText } from './stores.ts';

const JSON_TYPE = { contentType: 'application/json' };
const RACERS = 20;

/** A segment of a key: anything printable, with a tail that keeps every key a document and no folder. */
const segments = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .map((text) => text.replace(/[/\p{Cc}\p{Cs}\ufffe\uffff]/gu, '-'));
const keys = fc
  .array(segments, { minLength: 1, maxLength: 3 })
  .map((parts) => `${parts.map((part) => `${part}+`).join('/')}.json`);

/** A store with nothing in it; `another` is a second user of the same documents. */
export interface ContractSubject {
  readonly store: ObjectStore;
  readonly another: () => ObjectStore;
  readonly remove: () => Promise<void>;
}

export function describeObjectStore(name: string, open: () => Promise<ContractSubject>): void {
  describe(`${name} fulfils the contract`, () => {
    let subject: ContractSubject;
    let store: ObjectStore;
    beforeEach(async () => {
      subject = await open();
      store = subject.store;
    });
    afterEach(() => subject.remove());

    it('returns any body under any key', async () => {
      await fc.assert(
        fc.asyncProperty(keys, fc.uint8Array({ maxLength: 3000 }), async (key, body) => {
          const put = await store.put(key, body, JSON_TYPE);
          const found = await store.get(key);
          expect(Buffer.from(found!.body).equals(body)).toBe(true);
          expect(put).toEqual({ outcome: 'stored', etag: found!.etag });
          expect(found!.contentType).toBe('application/json');
          expect(Math.abs(found!.lastModified!.getTime() - Date.now())).toBeLessThan(60_000);
          expect(await store.has(key)).toBe(true);
          expect(await listAll(store, key)).toContain(key);
        }),
        { numRuns: 60 },
      );
    });

    it('returns any range of a body, cut at its end, with the size of the whole', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ minLength: 1, maxLength: 300 }),
          fc.nat(400),
          fc.integer({ min: 1, max: 400 }),
          async (body, start, length) => {
            await store.put('range.json', body, JSON_TYPE);
            const found = await store.getRange('range.json', start, start + length);
            if (start >= body.length) expect(found).toBeUndefined();
            else {
              expect(found!.size).toBe(body.length);
              expect(Buffer.from(found!.body).equals(body.slice(start, start + length))).toBe(true);
            }
          },
        ),
        { numRuns: 60 },
      );
    });

    it('has no range of a missing document, and refuses invalid ranges', async () => {
      expect(await store.getRange('none.json', 0, 10)).toBeUndefined();
      await store.put('empty.json', '', JSON_TYPE);
      expect(await store.getRange('empty.json', 0, 10)).toBeUndefined();
      expect(await store.getRange('empty.json/b.json', 0, 10)).toBeUndefined();
      for (const [start, end] of [
        [0, 0],
        [5, 4],
        [-1, 4],
        [0.5, 4],
        [0, Number.NaN],
      ] as const)
        expect(await catchFailure(store.getRange('empty.json', start, end))).toBeInstanceOf(
          InvalidInputError,
        );
    });

    it('offers a document of any length for download under its name, and nothing for a missing one', async () => {
      const options = { fileName: 'table.csv', contentType: 'text/csv; charset=utf-8', isHead: false };
      expect(await store.openDownload('none.csv', options)).toBeUndefined();
      for (const length of [0, 1, 262_144, 700_001]) {
        const body = Buffer.alloc(length, 'dandi');
        await store.put('a/table+1.csv', body, { contentType: 'text/csv; charset=utf-8' });
        const download = (await store.openDownload('a/table+1.csv', options))!;
        if (download.kind === 'chunks') {
          expect(download.size).toBe(length);
          const chunks: Uint8Array[] = [];
          for await (const chunk of download.chunks) chunks.push(chunk);
          expect(Buffer.concat(chunks).equals(body)).toBe(true);
        } else {
          // No credentials except those in the URL.
          const response = await fetch(download.url);
          expect(response.status).toBe(200);
          expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
          expect(response.headers.get('content-disposition')).toBe('attachment; filename="table.csv"');
          expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
        }
      }
      expect(await store.openDownload('a', options)).toBeUndefined();
    });

    it('stores text as UTF-8 and a body of some megabytes whole', async () => {
      await store.put('a/summary.md', 'Größe µm, 海馬\n', { contentType: 'text/markdown; charset=utf-8' });
      expect(await readText(store, 'a/summary.md')).toBe('Größe µm, 海馬\n');
      const large = Buffer.alloc(3_000_000, 'dandi');
      await store.put('a/large.json', large, JSON_TYPE);
      expect(large.equals((await store.get('a/large.json'))!.body)).toBe(true);
    });

    it('reports a missing document as undefined', async () => {
      expect(await store.get('none.json')).toBeUndefined();
      expect(await store.has('none.json')).toBe(false);
      expect(await listAll(store)).toEqual([]);
      await store.remove('none.json');
      await store.put('a/b.json', '{}', JSON_TYPE);
      expect(await store.get('a')).toBeUndefined();
      expect(await store.has('a')).toBe(false);
      expect(await store.get('a/b.json/c.json')).toBeUndefined();
      expect(await store.has('a/b.json/c.json')).toBe(false);
    });

    it('treats an unmet condition as a conflict, even if the text is the same', async () => {
      const first = await store.put('claim.json', 'same', { ...JSON_TYPE, ifAbsent: true });
      expect(first.outcome).toBe('stored');
      const again = await store.put('claim.json', 'same', { ...JSON_TYPE, ifAbsent: true });
      expect(again).toEqual({ outcome: 'conflict' });
    });

    it('removes a document and nothing else', async () => {
      await store.put('a/b.json', '1', JSON_TYPE);
      await store.put('a/b.jsonl', '2', JSON_TYPE);
      await store.remove('a/b.json');
      expect(await store.get('a/b.json')).toBeUndefined();
      expect(await listAll(store)).toEqual(['a/b.jsonl']);
    });

    it('lists by any prefix in byte order', async () => {
      // By UTF-16 units the emoji would sort before the fullwidth letter; by bytes it sorts after.
      const names = [
        'a-b.json',
        'a.json',
        'a/b.json',
        'a/B.json',
        'ab/c.json',
        'Ａ.json',
        '😀.json',
        'Z.json',
        'a/b-c/d.json',
      ];
      for (const key of names) await store.put(key, key, JSON_TYPE);
      const sorted = names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
      for (const prefix of ['', 'a', 'a/', 'a/b', 'a-', 'zz', 'a/b-c/d.json', 'a/b.json/', '../', '/']) {
        expect(await listAll(store, prefix), `prefix ${prefix}`).toEqual(
          sorted.filter((key) => key.startsWith(prefix)),
        );
      }
    });

    it('lists what was put and not removed, for any keys', async () => {
      const existing = new Set<string>();
      await fc.assert(
        fc.asyncProperty(keys, fc.boolean(), async (key, isRemoved) => {
          await store.put(key, 'x', JSON_TYPE);
          existing.add(key);
          if (isRemoved) {
            await store.remove(key);
            existing.delete(key);
          }
        }),
        { numRuns: 80 },
      );
      const expected = [...existing].sort((one, other) =>
        Buffer.compare(Buffer.from(one), Buffer.from(other)),
      );
      expect(await listAll(store)).toEqual(expected);
    });

    it('changes the ETag with the body', async () => {
      const etags = new Set<string>();
      for (const body of ['', 'a', 'b', 'ab']) {
        const put = await store.put('e.json', body, JSON_TYPE);
        etags.add(put.outcome === 'stored' ? put.etag : 'conflict');
      }
      expect(etags.size).toBe(4);
      expect(etags).not.toContain('conflict');
    });

    it('puts conditionally only if the condition is met', async () => {
      expect(await store.put('c.json', '1', { ...JSON_TYPE, ifMatch: '"0"' })).toEqual({
        outcome: 'conflict',
      });
      expect(await store.has('c.json')).toBe(false);
      const first = await store.put('c.json', '1', { ...JSON_TYPE, ifAbsent: true });
      expect(first.outcome).toBe('stored');
      expect(await store.put('c.json', '2', { ...JSON_TYPE, ifAbsent: true })).toEqual({
        outcome: 'conflict',
      });
      expect(await store.put('c.json', '2', { ...JSON_TYPE, ifMatch: '"0"' })).toEqual({
        outcome: 'conflict',
      });
      expect(await readText(store, 'c.json')).toBe('1');
      const etag = first.outcome === 'stored' ? first.etag : '';
      expect((await store.put('c.json', '2', { ...JSON_TYPE, ifMatch: etag })).outcome).toBe('stored');
      expect(await store.put('c.json', '3', { ...JSON_TYPE, ifMatch: etag })).toEqual({
        outcome: 'conflict',
      });
      expect(await readText(store, 'c.json')).toBe('2');
    });

    it(`lets exactly one of ${RACERS} racers create a document`, async () => {
      for (let round = 0; round < 5; round += 1) {
        const key = `claims/${round}.json`;
        const outcomes = await Promise.all(
          Array.from({ length: RACERS }, (_, racer) =>
            subject.another().put(key, `racer ${racer}`, { ...JSON_TYPE, ifAbsent: true }),
          ),
        );
        const winners = outcomes.flatMap(({ outcome }, racer) => (outcome === 'stored' ? [racer] : []));
        expect(winners).toHaveLength(1);
        expect(await readText(store, key)).toBe(`racer ${winners[0]}`);
      }
    });

    it(`lets exactly one of ${RACERS} racers replace a document`, async () => {
      for (let round = 0; round < 5; round += 1) {
        const put = await store.put('state.json', `round ${round}`, JSON_TYPE);
        const etag = put.outcome === 'stored' ? put.etag : '';
        const outcomes = await Promise.all(
          Array.from({ length: RACERS }, (_, racer) =>
            subject
              .another()
              .put('state.json', `round ${round}, racer ${racer}`, { ...JSON_TYPE, ifMatch: etag }),
          ),
        );
        const winners = outcomes.flatMap(({ outcome }, racer) => (outcome === 'stored' ? [racer] : []));
        expect(winners).toHaveLength(1);
        expect(await readText(store, 'state.json')).toBe(`round ${round}, racer ${winners[0]}`);
      }
    });

    it('shows a reader whole documents while writers replace them', async () => {
      const body = (letter: string) => letter.repeat(100_000);
      await store.put('torn.json', body('a'), JSON_TYPE);
      let isWriting = true;
      const writers = ['b', 'c', 'd'].map(async (letter) => {
        for (let turn = 0; turn < 15; turn += 1)
          await subject.another().put('torn.json', body(letter), JSON_TYPE);
      });
      const done = Promise.all(writers).then(() => {
        isWriting = false;
      });
      let readings = 0;
      while (isWriting) {
        const text = (await readText(store, 'torn.json'))!;
        expect(text === body(text[0]!)).toBe(true);
        expect(await listAll(store)).toEqual(['torn.json']);
        readings += 1;
      }
      await done;
      expect(readings).toBeGreaterThan(5);
    });

    it('refuses keys that could lead elsewhere', async () => {
      for (const key of [
        '',
        '/',
        '/etc/passwd',
        '../x.json',
        'a/../../x',
        'a//b',
        'a/',
        './a',
        'a/.',
        'a\0b',
        'a\nb',
        '\ud800',
        'x'.repeat(1025),
      ]) {
        for (const use of [
          () => store.get(key),
          () => store.has(key),
          () => store.put(key, '', JSON_TYPE),
          () => store.remove(key),
        ]) {
          const error = await catchFailure(use());
          expect(error, JSON.stringify(key)).toBeInstanceOf(InvalidInputError);
          expect(error.field).toBe('key');
        }
      }
    });

    it('refuses two conditions at once', async () => {
      const put = store.put('a.json', '', { ...JSON_TYPE, ifAbsent: true, ifMatch: '"0"' });
      expect(await catchFailure(put)).toBeInstanceOf(InvalidInputError);
    });
  });
}
