import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError, StoreUnavailableError } from '../../shared/errors.ts';
import { createS3Client, S3Store } from '../../shared/store/s3-store.ts';
import { type S3Fault, S3Server } from '../s3-server.ts';
import { describeObjectStore } from './object-store-contract.ts';
import { failureOf, listAll, s3StoreOver, TEST_CREDENTIALS, textOf } from './stores.ts';

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
  it('keeps to its prefix', async () => {
    const one = s3StoreOver(server, 'stage/one');
    const two = s3StoreOver(server, 'stage/on');
    const whole = s3StoreOver(server, '');
    await one.put('a.json', '1', JSON_TYPE);
    await two.put('a.json', '2', JSON_TYPE);
    expect(await listAll(one)).toEqual(['a.json']);
    expect(await listAll(two)).toEqual(['a.json']);
    expect(await listAll(whole)).toEqual(['stage/on/a.json', 'stage/one/a.json']);
    expect(await textOf(one, 'a.json')).toBe('1');
    expect(one.location).toBe('s3://results/stage/one');
    expect(whole.location).toBe('s3://results');
  });

  it('lists page by page, and asks for no page that nobody reads', async () => {
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

  it('makes one request for each use', async () => {
    const store = s3StoreOver(server);
    await store.put('a.json', '1', { ...JSON_TYPE, ifAbsent: true });
    await store.get('a.json');
    await store.has('a.json');
    await store.remove('a.json');
    expect(server.requests.map(({ method }) => method)).toEqual(['PUT', 'GET', 'HEAD', 'DELETE']);
  });

  const faults: readonly (readonly [fault: S3Fault, says: RegExp])[] = [
    ['slow-down', /SlowDown, HTTP 503.*fewer requests/],
    ['internal-error', /InternalError, HTTP 500/],
    ['access-denied', /AccessDenied, HTTP 403.*permission/],
    ['reset', /ECONNRESET/],
    ['silence', /ETIMEDOUT.*did not answer in time/],
  ];
  for (const [fault, says] of faults) {
    it(`gives StoreUnavailableError after one attempt: ${fault}`, async () => {
      const store = s3StoreOver(server, 'stage', 300);
      const uses: readonly (readonly [key: string, use: () => Promise<unknown>])[] = [
        ['a.json', () => store.get('a.json')],
        ['a.json', () => store.put('a.json', '1', JSON_TYPE)],
        ['a.json', () => store.remove('a.json')],
        ['summaries/', () => listAll(store, 'summaries/')],
      ];
      for (const [key, use] of uses) {
        server.fail({ fault, times: 1 });
        const error = await failureOf(use());
        expect(error).toBeInstanceOf(StoreUnavailableError);
        expect(error.message).toContain(`s3://results/stage/${key}`);
        expect(error.message).toMatch(says);
        expect(error.key).toBe(key);
        expect(error.cause).toBeInstanceOf(Error);
      }
      // The one fault each was planned for met the only attempt: a second one would have gone through.
      expect(server.objects.size).toBe(0);
      expect(await store.get('a.json')).toBeUndefined();
    });
  }

  it('reports a fault of HEAD too, which has no body to say more', async () => {
    server.fail({ fault: 'access-denied' });
    const error = await failureOf(s3StoreOver(server).has('a.json'));
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toContain('HTTP 403');
  });

  it('gives no part of a body that breaks off', async () => {
    const store = s3StoreOver(server);
    await store.put('a.json', 'x'.repeat(50_000), JSON_TYPE);
    server.fail({ fault: 'cut-body', method: 'GET' });
    expect(await failureOf(store.get('a.json'))).toBeInstanceOf(StoreUnavailableError);
    expect((await store.get('a.json'))!.body).toHaveLength(50_000);
  });

  it('reports a lost answer as a failure, and the condition then tells that the write was done', async () => {
    const store = s3StoreOver(server);
    server.fail({ fault: 'lost-answer', method: 'PUT' });
    const put = store.put('claim.json', '1', { ...JSON_TYPE, ifAbsent: true });
    expect(await failureOf(put)).toBeInstanceOf(StoreUnavailableError);
    expect(await store.put('claim.json', '2', { ...JSON_TYPE, ifAbsent: true })).toEqual({
      outcome: 'conflict',
    });
    expect(await textOf(store, 'claim.json')).toBe('1');
  });

  it('asks again while S3 cannot decide a condition, six times at most', async () => {
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
    const error = await failureOf(store.put('b.json', '1', { ...JSON_TYPE, ifAbsent: true }));
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toContain('ConditionalRequestConflict');
    expect(server.count('PUT')).toBe(6);
  });

  it('tells a bucket that is not there from a document that is not there', async () => {
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
      const error = await failureOf(use());
      expect(error).toBeInstanceOf(StoreUnavailableError);
      expect(error.message).toMatch(/NoSuchBucket.*SUMMARY_STORE/);
    }
  });

  it('reports a service that is not there', async () => {
    const client = createS3Client({
      region: 'x',
      endpoint: 'http://127.0.0.1:9',
      credentials: TEST_CREDENTIALS,
    });
    const error = await failureOf(new S3Store({ client, bucket: 'results' }).get('a.json'));
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('refuses what cannot be a bucket or a prefix', () => {
    const client = createS3Client({ region: 'us-east-2', credentials: TEST_CREDENTIALS });
    for (const bucket of ['', 'ab', 'Results', 'a_b', '../x', '-ab', 'x'.repeat(64)]) {
      expect(() => new S3Store({ client, bucket }), bucket).toThrow(InvalidInputError);
    }
    for (const prefix of ['/', 'a/', '/a', 'a//b', '..', 'a/../b']) {
      expect(() => new S3Store({ client, bucket: 'results', prefix }), prefix).toThrow(InvalidInputError);
    }
  });
});
