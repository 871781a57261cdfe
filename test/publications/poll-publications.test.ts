import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArchiveUnavailableError, EventBusUnavailableError } from '../../shared/errors.ts';
import {
  CLAIM_PATIENCE_SECONDS,
  MANIFEST_PATIENCE_HOURS,
  MAX_EVENTS_PER_POLL,
} from '../../shared/publications/poll-publications-step.ts';
import { publicationKey } from '../../shared/store/keys.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { S3Server } from '../s3-server.ts';
import { MortalStore } from '../store/mortal-store.ts';
import { listAll, newFolderStore, readText, s3StoreOver } from '../store/stores.ts';
import { ChangingArchive, pollerOver, TestBus, TestClock } from './archive.ts';

const OLD = ['000001/draft', '000001/0.230101.1200', '000002/0.230202.0800', '000003/draft'];

/** Both stores, each opened as by any number of pollers. */
const STORES: readonly (readonly [
  name: string,
  open: () => Promise<{ another: () => ObjectStore; close: () => Promise<void> }>,
])[] = [
  [
    'a folder',
    async () => {
      const { store, remove } = await newFolderStore();
      return { another: () => store, close: remove };
    },
  ],
  [
    'S3',
    async () => {
      const server = await S3Server.start();
      server.latencyMs = 1;
      return { another: () => s3StoreOver(server), close: () => server.stop() };
    },
  ],
];

describe.each(STORES)('a poller over %s', (_name, openStores) => {
  let archive: ChangingArchive;
  let stores: Awaited<ReturnType<typeof openStores>>;
  let bus: TestBus;
  let clock: TestClock;
  let poll: ReturnType<typeof pollerOver>;

  beforeEach(async () => {
    archive = await ChangingArchive.start(...OLD);
    stores = await openStores();
    bus = new TestBus();
    clock = new TestClock();
    poll = pollerOver(archive, stores.another(), bus, clock);
  });

  afterEach(async () => {
    await archive[Symbol.asyncDispose]();
    await stores.close();
  });

  it('records the versions from before its first poll, and announces none of them', async () => {
    expect(await poll()).toMatchObject({ first: true, listed: 2, announced: 0 });
    expect(await poll()).toMatchObject({ first: false, listed: 2, announced: 0 });
    expect(bus.names).toEqual([]);
  });

  it('announces all existing versions on request, also later, and each once', async () => {
    await poll();
    await poll({ existing: 'announce' });
    await poll({ existing: 'announce' });
    await poll();
    expect(bus.names).toEqual(['000001/0.230101.1200', '000002/0.230202.0800']);
  });

  it('announces a new version once, in the form of the schema', async () => {
    await poll();
    archive.publish('000002/0.261122.1100');
    expect(await poll()).toMatchObject({ announced: 1 });
    expect(await poll()).toMatchObject({ announced: 0 });
    expect(bus.events).toEqual([
      {
        schemaVersion: 1,
        dandisetId: '000002',
        version: '0.261122.1100',
        manifests: 'complete',
        foundAt: '2026-11-22T12:00:00.000Z',
      },
    ]);
  });

  it('finds versions named for a time long past, as after the end of an embargo', async () => {
    await poll();
    archive.publish('000004/0.190101.0000');
    await poll();
    expect(bus.names).toEqual(['000004/0.190101.0000']);
  });

  it('leaves drafts to the sweeps', async () => {
    await poll();
    archive.publish('000005/draft');
    expect(await poll()).toMatchObject({ announced: 0, waiting: 0 });
  });

  it('announces each of 300 new versions once, however many pollers find them together', async () => {
    await poll();
    const names = Array.from(
      { length: 300 },
      (_, at) => `${String(100 + at).padStart(6, '0')}/0.261122.1100`,
    );
    for (const name of names) archive.publish(name);
    const pollers = [1, 2, 3].map(() => pollerOver(archive, stores.another(), bus, clock));
    const reports = await Promise.all(pollers.map((each) => each()));
    expect(bus.names.toSorted()).toEqual(names);
    expect(reports.reduce((sum, { announced }) => sum + announced, 0)).toBe(300);
    expect(Math.max(...bus.batches)).toBeLessThanOrEqual(10);
    expect(await poll()).toMatchObject({ announced: 0, inOtherHands: 0 });
  });

  it('announces no more at once than its limit, and the rest at the next poll', async () => {
    await poll();
    const count = 12;
    for (let at = 0; at < count; at += 1)
      archive.publish(`${String(200 + at).padStart(6, '0')}/0.261122.1100`);
    expect(await poll({ events: 5 })).toMatchObject({ announced: 5, deferred: 7 });
    expect(await poll({ events: 5 })).toMatchObject({ announced: 5, deferred: 2 });
    expect(await poll({ events: 5 })).toMatchObject({ announced: 2, deferred: 0 });
    expect(new Set(bus.names).size).toBe(count);
    expect(MAX_EVENTS_PER_POLL).toBeGreaterThanOrEqual(300);
  });

  it('waits for late manifests, and announces the version when the last one is there', async () => {
    await poll();
    archive.begin('000002/0.261122.1100');
    expect(await poll()).toMatchObject({ announced: 0, waiting: 1 });
    clock.pass(15);
    expect(await poll()).toMatchObject({ announced: 0, waiting: 1 });
    archive.publish('000002/0.261122.1100');
    clock.pass(15);
    expect(await poll()).toMatchObject({ announced: 1, waiting: 0 });
    expect(bus.events).toMatchObject([{ manifests: 'complete', foundAt: '2026-11-22T12:00:00.000Z' }]);
  });

  it('announces a version whose last manifest stays missing after the time limit, and logs it', async () => {
    await poll();
    archive.begin('000002/0.261122.1100');
    await poll();
    clock.pass(MANIFEST_PATIENCE_HOURS * 60 - 1);
    expect(await poll()).toMatchObject({ announced: 0, waiting: 1 });
    clock.pass(1);
    expect(await poll()).toMatchObject({ announced: 1, waiting: 0 });
    expect(bus.events).toMatchObject([{ version: '0.261122.1100', manifests: 'incomplete' }]);
  });

  it('finds versions without any manifest in the API, and announces them after the time limit', async () => {
    await poll();
    archive.publish('000002/0.261122.1100');
    // The bucket has nothing of it yet, the API has.
    archive.misbehave = ({ part, path, query }) =>
      part === 'bucket' && path === '' && query.get('prefix') === 'dandisets/'
        ? { body: listingWithout(['000001/draft', '000002/0.230202.0800', '000003/draft']) }
        : undefined;
    expect(await poll()).toMatchObject({ announced: 0, waiting: 0 });
    expect(await poll({ mode: 'reconcile' })).toMatchObject({ announced: 0, waiting: 1 });
    clock.pass(MANIFEST_PATIENCE_HOURS * 60);
    expect(await poll()).toMatchObject({ announced: 1 });
    expect(bus.events).toMatchObject([
      { dandisetId: '000002', version: '0.261122.1100', manifests: 'absent' },
    ]);
    expect(await poll({ mode: 'reconcile' })).toMatchObject({ announced: 0, waiting: 0 });
  });

  it('loses nothing to a crash between claim and event: a later poller takes over', async () => {
    await poll();
    archive.publish('000002/0.261122.1100');
    const crashing = new TestBus();
    crashing.put = () => Promise.reject(new Error('killed'));
    await expect(pollerOver(archive, stores.another(), crashing, clock)()).rejects.toThrow('killed');
    expect(await poll()).toMatchObject({ announced: 0, inOtherHands: 1 });
    clock.pass(CLAIM_PATIENCE_SECONDS / 60 - 1);
    expect(await poll()).toMatchObject({ announced: 0, inOtherHands: 1 });
    clock.pass(1);
    const others = [1, 2, 3].map(() => pollerOver(archive, stores.another(), bus, clock));
    await Promise.all(others.map((each) => each()));
    expect(bus.names).toEqual(['000002/0.261122.1100']);
  });

  it('takes over at once with --resume', async () => {
    await poll();
    archive.publish('000002/0.261122.1100');
    const crashing = new TestBus();
    crashing.put = () => Promise.reject(new Error('killed'));
    await expect(pollerOver(archive, stores.another(), crashing, clock)()).rejects.toThrow('killed');
    expect(await poll({ claimPatienceSeconds: 0 })).toMatchObject({ announced: 1 });
  });

  it('misses nothing and announces at most twice, at whatever point a poller is killed', async () => {
    await poll();
    const names = ['000001/0.261122.1100', '000002/0.261122.1100', '000004/0.261122.1100'];
    for (const name of names) archive.publish(name);
    archive.begin('000005/0.261122.1100');
    let deaths = 0;
    for (let writes = 0; ; writes += 1) {
      const { store, remove } = await newFolderStore();
      const heard = new TestBus();
      archive.withdraw('000005/0.261122.1100');
      await pollerOver(archive, store, heard, clock)({ existing: 'announce', events: 0 });
      archive.begin('000005/0.261122.1100');
      const mortal = new MortalStore(store, writes);
      const died = await pollerOver(archive, mortal, heard, clock)().then(
        () => false,
        () => true,
      );
      clock.pass(CLAIM_PATIENCE_SECONDS / 60);
      await pollerOver(archive, store, heard, clock)();
      await remove();
      for (const name of [...names, '000001/0.230101.1200', '000002/0.230202.0800']) {
        const times = heard.names.filter((each) => each === name).length;
        expect([1, 2], `${name} after ${writes} writes`).toContain(times);
      }
      if (!died) break;
      deaths += 1;
    }
    expect(deaths).toBeGreaterThan(8);
  });

  it('announces rejected events again, and fails so that an alarm reports it', async () => {
    await poll();
    for (const id of ['000001', '000002', '000003']) archive.publish(`${id}/0.261122.1100`);
    bus.refuse = ({ dandisetId }) => (dandisetId === '000002' ? 'ThrottlingException: too fast' : undefined);
    await expect(poll()).rejects.toThrow(EventBusUnavailableError);
    expect(bus.names).toEqual(['000001/0.261122.1100', '000003/0.261122.1100']);
    bus.refuse = () => undefined;
    clock.pass(CLAIM_PATIENCE_SECONDS / 60);
    expect(await poll()).toMatchObject({ announced: 1 });
    expect(bus.names).toEqual(['000001/0.261122.1100', '000003/0.261122.1100', '000002/0.261122.1100']);
  });

  it.each([
    ['does not respond', { status: 503 }],
    ['breaks off', { cutAfter: 40 }],
    ['refuses', { status: 403 }],
    ['responds with something else', { body: '<html>maintenance</html>' }],
  ])('changes nothing where the bucket %s, and catches up later', async (_what, error) => {
    await poll();
    archive.publish('000002/0.261122.1100');
    const before = await listAll(stores.another());
    archive.misbehave = ({ part }) => (part === 'bucket' ? error : undefined);
    await expect(poll()).rejects.toThrow(ArchiveUnavailableError);
    expect(await listAll(stores.another())).toEqual(before);
    archive.misbehave = () => undefined;
    expect(await poll()).toMatchObject({ announced: 1 });
  });

  it('sets no baseline over an archive that lists nothing', async () => {
    for (const name of OLD) archive.withdraw(name);
    await expect(poll()).rejects.toThrow(ArchiveUnavailableError);
    expect(await listAll(stores.another())).toEqual([]);
  });

  it('does not treat a failing API as an empty one', async () => {
    await poll();
    archive.publish('000002/0.261122.1100');
    archive.misbehave = ({ part }) => (part === 'api' ? { status: 500 } : undefined);
    await expect(poll({ mode: 'reconcile' })).rejects.toThrow(ArchiveUnavailableError);
    expect(await poll()).toMatchObject({ announced: 1 });
  });

  it('stores a claim and a receipt for each version', async () => {
    await poll();
    archive.publish('000002/0.261122.1100');
    await poll();
    const store = stores.another();
    const claim = await readText(store, publicationKey('claims', '000002', '0.261122.1100'));
    const receipt = await readText(store, publicationKey('announced', '000002', '0.261122.1100'));
    expect(JSON.parse(claim ?? '')).toMatchObject({ state: 'claimed', claims: 1, manifests: 'complete' });
    expect(JSON.parse(receipt ?? '')).toMatchObject({ announcedAt: '2026-11-22T12:00:00.000Z' });
  });
});

/** An S3 listing with only these versions, complete. */
function listingWithout(names: readonly string[]): string {
  const contents = names
    .map((name) => `<Contents><Key>dandisets/${name}/collection.jsonld</Key></Contents>`)
    .join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`;
}
