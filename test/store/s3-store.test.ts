import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError, StoreUnavailableError } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { createS3Client, S3Store } from '../../shared/store/s3-store.ts';
import { countRuns } from '../effort.ts';
import { type S3Error, S3Server } from '../s3-server.ts';
import { describeObjectStore } from './object-store-contract.ts';
import { catchFailure, listAll, newFolderStore, readText, s3StoreOver, TEST_CREDENTIALS } from './stores.ts';

const JSON_TYPE = { contentType: 'application/json' };

let server: S3Server;
beforeAll(async () => {
  server = await S3Server.start();
});
beforeEach(() => server.reset());
afterAll(() => server.stop());

describeObjectStore('S3Store', async () => ({
  store: s3StoreOver(server),
  another: () => s3StoreOver(server),
  remove: async () => server.reset(),
}));

describe('S3Store', () => {
  it('stays within its prefix', async () => {
    const one = s3StoreOver(server, 'stage/one');
    const two = s3StoreOver(server, 'stage/on');
    const whole = s3StoreOver(server, '');
    await one.put('a.json', '1', JSON_TYPE);
    await two.put('a.json', '2', JSON_TYPE);
    expect(await listAll(one)).toEqual(['a.json']);
    expect(await listAll(two)).toEqual(['a.json']);
    expect(await listAll(whole)).toEqual(['stage/on/a.json', 'stage/one/a.json']);
    expect(await readText(one, 'a.json')).toBe('1');
    expect(one.location).toBe('s3://results/stage/one');
    expect(whole.location).toBe('s3://results');
  });

  it('lists page by page, and requests only pages that are read', async () => {
    const store = s3StoreOver(server);
    const keys = Array.from({ length: 10 }, (_, index) => `summaries/00000${index}/latest.json`);
    for (const key of keys) await store.put(key, '{}', JSON_TYPE);
    server.pageSize = 3;
    server.requests.length = 0;
    expect(await listAll(store)).toEqual(keys);
    expect(server.count('GET')).toBe(4);
    server.requests.length = 0;
    for await (const key of store.list('summaries/')) {
      expect(key).toBe(keys[0]);
      break;
    }
    expect(server.count('GET')).toBe(1);
  });

  it('reads a range by one request, and again if its body breaks off', async () => {
    const store = s3StoreOver(server);
    await store.put('a.json', 'abcdefghij', JSON_TYPE);
    server.requests.length = 0;
    expect(Buffer.from((await store.getRange('a.json', 2, 6))!.body).toString()).toBe('cdef');
    expect(server.requests.map(({ method, status }) => [method, status])).toEqual([['GET', 206]]);
    server.fail({ fault: 'cut-body', method: 'GET' });
    expect(Buffer.from((await store.getRange('a.json', 2, 6))!.body).toString()).toBe('cdef');
  });

  it('extracts a range from the whole document if a service does not support ranges', async () => {
    const store = s3StoreOver(server);
    await store.put('a.json', 'abcdefghij', JSON_TYPE);
    server.knowsRanges = false;
    expect(Buffer.from((await store.getRange('a.json', 8, 60))!.body).toString()).toBe('ij');
    expect((await store.getRange('a.json', 8, 60))!.size).toBe(10);
    expect(await store.getRange('a.json', 10, 60)).toBeUndefined();
  });

  it('makes one request for each use', async () => {
    const store = s3StoreOver(server);
    await store.put('a.json', '1', { ...JSON_TYPE, ifAbsent: true });
    await store.get('a.json');
    await store.has('a.json');
    await store.remove('a.json');
    expect(server.requests.map(({ method }) => method)).toEqual(['PUT', 'GET', 'HEAD', 'DELETE']);
  });

  const faults: readonly (readonly [fault: S3Error, says: RegExp, tries: number])[] = [
    ['slow-down', /SlowDown, HTTP 503.*fewer requests/, 4],
    ['internal-error', /InternalError, HTTP 500/, 4],
    ['access-denied', /AccessDenied, HTTP 403.*permission/, 1],
    ['reset', /ECONNRESET/, 4],
    ['silence', /ETIMEDOUT.*did not respond in time/, 4],
  ];
  for (const [fault, says, tries] of faults) {
    it(`throws StoreUnavailableError after ${tries} attempts: ${fault}`, async () => {
      // Short if a timeout is awaited, and long if a late response must not count as one.
      const store = s3StoreOver(server, 'stage', fault === 'silence' ? 150 : 30_000);
      const uses: readonly (readonly [key: string, use: () => Promise<unknown>])[] = [
        ['a.json', () => store.get('a.json')],
        ['a.json', () => store.getRange('a.json', 0, 9)],
        ['a.json', () => store.put('a.json', '1', JSON_TYPE)],
        ['a.json', () => store.remove('a.json')],
        ['summaries/', () => listAll(store, 'summaries/')],
      ];
      for (const [key, use] of uses) {
        server.fail({ fault, times: tries });
        const error = await catchFailure(use());
        expect(error).toBeInstanceOf(StoreUnavailableError);
        expect(error.message).toContain(`s3://results/stage/${key}`);
        expect(error.message).toMatch(says);
        expect(error.key).toBe(key);
        expect(error.cause).toBeInstanceOf(Error);
      }
      // The errors each was planned for met all its attempts: one more would have gone through.
      expect(server.objects.size).toBe(0);
      expect(await s3StoreOver(server, 'stage').get('a.json')).toBeUndefined();
    });
  }

  it('reports an error of HEAD too, which has no body with details', async () => {
    server.fail({ fault: 'access-denied' });
    const error = await catchFailure(s3StoreOver(server).has('a.json'));
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toContain('HTTP 403');
  });

  it('returns no part of a body that breaks off', async () => {
    const store = s3StoreOver(server);
    await store.put('a.json', 'x'.repeat(50_000), JSON_TYPE);
    server.fail({ fault: 'cut-body', method: 'GET', times: 4 });
    expect(await catchFailure(store.get('a.json'))).toBeInstanceOf(StoreUnavailableError);
    server.fail({ fault: 'cut-body', method: 'GET', times: 3 });
    expect((await store.get('a.json'))!.body).toHaveLength(50_000);
  });

  describe.each([true, false])(
    'a conditional write whose response is lost, with metadata: %s',
    (keepsMetadata) => {
      beforeEach(() => {
        server.keepsMetadata = keepsMetadata;
      });

      it.each([1, 4])('is recognized by its result, after %i lost responses', async (times) => {
        const store = s3StoreOver(server);
        server.fail({ fault: 'lost-response', method: 'PUT', times });
        const claimed = await store.put('claim.json', '1', { ...JSON_TYPE, ifAbsent: true });
        expect(claimed).toEqual({ outcome: 'stored', etag: (await store.get('claim.json'))!.etag });
        server.fail({ fault: 'lost-response', method: 'PUT', times });
        const ifMatch = (claimed as { etag: string }).etag;
        const changed = await store.put('claim.json', '2', { ...JSON_TYPE, ifMatch });
        expect(changed).toEqual({ outcome: 'stored', etag: (await store.get('claim.json'))!.etag });
        expect(await readText(store, 'claim.json')).toBe('2');
        server.fail({ fault: 'lost-response', method: 'PUT', times });
        for (const condition of [{ ifAbsent: true }, { ifMatch }])
          expect(await store.put('claim.json', '3', { ...JSON_TYPE, ...condition })).toEqual({
            outcome: 'conflict',
          });
      });

      it('is a failure if it was not performed', async () => {
        const store = s3StoreOver(server);
        server.fail({ fault: 'reset', method: 'PUT', times: 4 });
        const put = store.put('claim.json', '1', { ...JSON_TYPE, ifAbsent: true });
        expect(await catchFailure(put)).toBeInstanceOf(StoreUnavailableError);
        expect(server.objects.size).toBe(0);
        const { etag } = (await store.put('claim.json', '1', JSON_TYPE)) as { etag: string };
        server.fail({ fault: 'internal-error', method: 'PUT', times: 4 });
        expect(
          await catchFailure(store.put('claim.json', '2', { ...JSON_TYPE, ifMatch: etag })),
        ).toBeInstanceOf(StoreUnavailableError);
        expect(await readText(store, 'claim.json')).toBe('1');
      });

      it('is read back only if a response was lost', async () => {
        const store = s3StoreOver(server);
        await store.put('claim.json', '1', { ...JSON_TYPE, ifAbsent: true });
        await store.put('claim.json', '2', { ...JSON_TYPE, ifAbsent: true });
        expect(server.requests.map(({ method }) => method)).toEqual(['PUT', 'PUT']);
      });
    },
  );

  it('a claim with the same text belongs to another writer: one of two has it, responses lost or not', async () => {
    for (let round = 0; round < 4; round += 1) {
      server.reset();
      server.latencyMs = 2;
      server.fail({ fault: 'lost-response', method: 'PUT', times: 1 + (round % 3) });
      const claims = await Promise.all(
        [1, 2, 3].map(() => s3StoreOver(server).put('claim.json', 'same', { ...JSON_TYPE, ifAbsent: true })),
      );
      expect(claims.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
    }
  });

  it('does the same as a folder through any errors that leave one of four tries', async () => {
    const kinds: readonly S3Error[] = ['slow-down', 'internal-error', 'reset', 'lost-response', 'cut-body'];
    const step = fc.record({
      use: fc.constantFrom('put', 'claim', 'change', 'get', 'has', 'list', 'remove'),
      key: fc.constantFrom('a.json', 'b/c.json'),
      text: fc.constantFrom('1', '2', 'three'),
      faults: fc.array(fc.constantFrom(...kinds), { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        server.reset();
        const bucket = s3StoreOver(server);
        const { store: folder, remove } = await newFolderStore();
        try {
          for (const { use, key, text, faults } of steps) {
            const due = [...faults];
            const calm = await useStore(folder, use, key, text);
            server.misbehave = () => due.shift();
            expect(await useStore(bucket, use, key, text)).toEqual(calm);
            server.misbehave = () => undefined;
          }
        } finally {
          await remove();
        }
      }),
      { numRuns: countRuns(15) },
    );
  });

  it('repeats a write while S3 cannot decide its condition, six times at most', async () => {
    const store = s3StoreOver(server);
    server.fail({ fault: 'undecided', method: 'PUT', times: 2 });
    expect((await store.put('a.json', '1', { ...JSON_TYPE, ifAbsent: true })).outcome).toBe('stored');
    expect(server.count('PUT')).toBe(3);

    server.requests.length = 0;
    server.fail({ fault: 'undecided', method: 'PUT', times: 1 });
    expect(await store.put('a.json', '2', { ...JSON_TYPE, ifAbsent: true })).toEqual({ outcome: 'conflict' });
    expect(server.count('PUT')).toBe(2);

    server.requests.length = 0;
    server.fail({ fault: 'undecided', method: 'PUT', times: 100 });
    const error = await catchFailure(store.put('b.json', '1', { ...JSON_TYPE, ifAbsent: true }));
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toContain('ConditionalRequestConflict');
    expect(server.count('PUT')).toBe(6);
  });

  it('distinguishes a missing bucket from a missing document', async () => {
    const client = createS3Client({
      region: 'us-east-2',
      endpoint: server.endpoint,
      credentials: TEST_CREDENTIALS,
    });
    const store = new S3Store({ client, bucket: 'another-bucket' });
    for (const use of [
      () => store.get('a.json'),
      () => store.put('a.json', '', { ...JSON_TYPE, ifMatch: '"0"' }),
      () => listAll(store),
    ]) {
      const error = await catchFailure(use());
      expect(error).toBeInstanceOf(StoreUnavailableError);
      expect(error.message).toMatch(/NoSuchBucket.*SUMMARY_STORE/);
    }
  });

  it('reports an unreachable service', async () => {
    const client = createS3Client({
      region: 'x',
      endpoint: 'http://127.0.0.1:9',
      credentials: TEST_CREDENTIALS,
    });
    const error = await catchFailure(new S3Store({ client, bucket: 'results' }).get('a.json'));
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('refuses invalid buckets and prefixes', () => {
    const client = createS3Client({ region: 'us-east-2', credentials: TEST_CREDENTIALS });
    for (const bucket of ['', 'ab', 'Results', 'a_b', '../x', '-ab', 'x'.repeat(64)]) {
      expect(() => new S3Store({ client, bucket }), bucket).toThrow(InvalidInputError);
    }
    for (const prefix of ['/', 'a/', '/a', 'a//b', '..', 'a/../b']) {
      expect(() => new S3Store({ client, bucket: 'results', prefix }), prefix).toThrow(InvalidInputError);
    }
  });
});

/** One use of a store, with what does not depend on its kind. */
async function useStore(store: ObjectStore, use: string, key: string, text: string): Promise<unknown> {
  const found = await store.get(key);
  const body = found === undefined ? undefined : new TextDecoder().decode(found.body);
  switch (use) {
    case 'put':
      return (await store.put(key, text, JSON_TYPE)).outcome;
    case 'claim':
      return (await store.put(key, text, { ...JSON_TYPE, ifAbsent: true })).outcome;
    case 'change':
      return (await store.put(key, `${body}${text}`, { ...JSON_TYPE, ifMatch: found?.etag ?? '"none"' }))
        .outcome;
    case 'has':
      return await store.has(key);
    case 'list':
      return await listAll(store);
    case 'remove':
      return await store.remove(key);
    default:
      return body;
  }
}
