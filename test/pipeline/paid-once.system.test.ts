/**
 * Nothing is paid twice: concurrent runs of one input, a store that fails at the reply, and owners that died,
 * each with the model's calls counted.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ArchiveServer, startArchiveServer } from '../../local/archive-server.ts';
import { type Config, readConfig } from '../../shared/config.ts';
import { StoreUnavailableError } from '../../shared/errors.ts';
import type { ObjectStore, PutOptions } from '../../shared/store/object-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import { buildArchiveFiles } from '../corpus-archive.ts';
import { takeSample } from '../effort.ts';
import { type Behaviour, fault, type OpenAiServer, reply, startOpenAiServer } from '../openai-server.ts';
import { S3Server } from '../s3-server.ts';
import { EITHER_STORE, readText, s3StoreOver } from '../store/stores.ts';
import { runReport, summarizeOver } from '../sweep/machine.ts';
import { GOOD_NWB, goodReply, versionEntries } from './archive.ts';

vi.mock('../../shared/retry/pause.ts', () => import('../no-pauses.ts'));

const ID = '123456';
const VERSION = '0.261122.1100';
const INPUT = { dandisetId: ID, version: VERSION };
const GOOD = goodReply('One file holds');
const UNGROUNDED = GOOD.replace('Tuning to tones', 'A total of 4,711 cells took part. Tuning to tones');

let archive: ArchiveServer;
let model: OpenAiServer;
let config: Config;

beforeAll(async () => {
  archive = await startArchiveServer({
    files: buildArchiveFiles(new Map(versionEntries(ID, VERSION, [{ path: 'sub-1/a.nwb', body: GOOD_NWB }]))),
  });
});
afterAll(() => archive.close());

beforeEach(async () => {
  model = await startOpenAiServer();
  model.play(slowly(reply(GOOD)));
  config = {
    ...readConfig({ OPENAI_BASE_URL: model.baseUrl, LLM_MODEL: 'gpt-4o' }),
    dandiApiUrl: archive.apiUrl,
    dandiBucketUrl: archive.bucketUrl,
  };
});
afterEach(() => model.close());

/** Delays a response, so that concurrent runs overlap with it. */
function slowly(behaviour: Behaviour, milliseconds = 300): Behaviour {
  return (request, response) => void setTimeout(() => behaviour(request, response), milliseconds);
}

/** A store whose puts of one document fail this many times. */
function failingAt(store: ObjectStore, name: string, times: number): ObjectStore {
  let left = times;
  return {
    location: store.location,
    get: (key) => store.get(key),
    getRange: (key, start, end) => store.getRange(key, start, end),
    openDownload: (key, options) => store.openDownload(key, options),
    has: (key) => store.has(key),
    list: (prefix) => store.list(prefix),
    remove: (key) => store.remove(key),
    put: async (key: string, body: Uint8Array | string, options: PutOptions) => {
      if (!key.endsWith(name) || left === 0) return await store.put(key, body, options);
      left -= 1;
      throw new StoreUnavailableError(`${key} could not be written.`, { key });
    },
  };
}

const readOutcome = ({ output }: { output?: unknown }) => (output as { status: string }).status;

describe.each(EITHER_STORE)('over %s', (_name, openStore) => {
  let store: ObjectStore;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ store, close } = await openStore());
  });
  afterEach(() => close());

  it.each([2, 3, 6])('%i concurrent runs of one input make one request', async (runs) => {
    const results = await Promise.all(
      Array.from({ length: runs }, () => summarizeOver({ store, config }, INPUT)),
    );
    const outcomes = results.map((result) => readOutcome(result as { output: unknown }));
    expect(outcomes.filter((status) => status === 'stored')).toHaveLength(1);
    expect(outcomes.filter((status) => status === 'unchanged')).toHaveLength(runs - 1);
    expect(model.requests).toHaveLength(1);
  });

  it('three concurrent runs make two requests if the first reply needs a repair', async () => {
    model.play(slowly(reply(UNGROUNDED)), slowly(reply(GOOD)));
    await Promise.all([1, 2, 3].map(() => summarizeOver({ store, config }, INPUT)));
    expect(model.requests).toHaveLength(2);
  });

  it('two concurrent forced runs make one request, and both store', async () => {
    const results = await Promise.all(
      [1, 2].map(() => summarizeOver({ store, config }, { ...INPUT, force: true })),
    );
    for (const result of results) expect(result.status).toBe('SUCCEEDED');
    expect(model.requests).toHaveLength(1);
  });

  it('two sweeps, and a concurrent run that a publication started, make one request', async () => {
    const [first, second, published] = await Promise.all([
      runReport({ store, config }),
      runReport({ store, config }),
      summarizeOver({ store, config }, INPUT),
    ]);
    expect(published.status).toBe('SUCCEEDED');
    expect(first.failed).toEqual([]);
    expect(second.failed).toEqual([]);
    expect(model.requests).toHaveLength(1);
    expect((await new SummaryStore(store).readSummary(ID, VERSION)).state).toBe('whole');
  });

  it('a run ends as in progress if another has the lease for longer than it waits', async () => {
    let release: () => void = () => undefined;
    model.play((request, response) => {
      release = () => reply(GOOD)(request, response);
    });
    const leaseTimes = { lastsMs: 2_000, renewMs: 10, lookMs: 2, skewMs: 300_000 };
    const first = summarizeOver({ store, config, leaseTimes }, INPUT);
    while (model.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const second = await summarizeOver({ store, config, leaseTimes }, INPUT);
    expect(second).toMatchObject({ status: 'SUCCEEDED', output: { status: 'in-progress', dandisetId: ID } });
    const swept = await runReport({ store, config, leaseTimes });
    expect(swept).toMatchObject({
      inProgress: [{ dandisetId: ID, version: VERSION }],
      failed: [],
      stored: [],
    });
    release();
    expect(await first).toMatchObject({ output: { status: 'stored' } });
    expect(model.requests).toHaveLength(1);
    expect(await summarizeOver({ store, config }, INPUT)).toMatchObject({ output: { status: 'unchanged' } });
  }, 60_000);

  it.each([1, 3])(
    'a store that fails %i times at the reply is retried, without a request to the model',
    async (times) => {
      const result = await summarizeOver({ store: failingAt(store, 'replies.json', times), config }, INPUT);
      expect(result).toMatchObject({ output: { status: 'stored' } });
      expect(model.requests).toHaveLength(1);
    },
  );

  it.each(['summary.md', 'summary.json', 'catalog.json', 'lease.json', 'latest.json'])(
    'a store that fails once at %s costs no second reply',
    async (name) => {
      const result = await summarizeOver({ store: failingAt(store, name, 1), config }, INPUT);
      expect(result.status).toBe('SUCCEEDED');
      expect(model.requests).toHaveLength(1);
      expect((await new SummaryStore(store).readSummary(ID, VERSION)).state).toBe('whole');
    },
  );

  it('an owner that died before the reply was stored: the one call that cannot be avoided', async () => {
    model.play(() => undefined, reply(GOOD));
    const died = new AbortController();
    const first = summarizeOver(
      {
        store,
        config,
        signal: died.signal,
        leaseTimes: { lastsMs: 200, renewMs: 3_600_000, lookMs: 5, skewMs: 300_000 },
      },
      INPUT,
    ).catch(() => undefined);
    while (model.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    // The first one hangs for good, as a killed one does; its lease ends by itself.
    const leaseTimes = { lastsMs: 200, renewMs: 3_600_000, lookMs: 5, skewMs: 300_000 };
    expect(await summarizeOver({ store, config, leaseTimes }, INPUT)).toMatchObject({
      output: { status: 'stored' },
    });
    expect(model.requests).toHaveLength(2);
    died.abort(new Error('the end of the test'));
    await model.close();
    await first;
  });

  it('a run releases its turn however it ends', async () => {
    const holders = async () =>
      (JSON.parse((await readText(store, 'runs/turns.json')) ?? '{}') as { holders: unknown[] }).holders;
    model.play(reply('No summary at all.'));
    expect(await summarizeOver({ store, config }, INPUT)).toMatchObject({ error: 'SummaryIncompleteError' });
    expect(await holders()).toEqual([]);
    model.play(fault(500, { message: 'down' }));
    expect(await summarizeOver({ store, config }, { ...INPUT, force: true })).toMatchObject({
      error: 'ModelUnavailableError',
    });
    expect(await holders()).toEqual([]);
    const nowhere = { dandisetId: '999999', version: 'draft' };
    expect(await summarizeOver({ store, config }, nowhere)).toMatchObject({ error: 'NotFoundError' });
    expect(await holders()).toEqual([]);
    model.play(reply(GOOD));
    expect(await summarizeOver({ store, config }, { ...INPUT, force: true })).toMatchObject({
      output: { status: 'stored' },
    });
    expect(await summarizeOver({ store, config }, INPUT)).toMatchObject({ output: { status: 'unchanged' } });
    expect(await holders()).toEqual([]);
  });

  it('a service that states a wait gets another request after it, by the same run', async () => {
    model.play(fault(429, { message: 'slow down' }, { 'retry-after-ms': '30' }), reply(GOOD));
    expect(await summarizeOver({ store, config }, INPUT)).toMatchObject({ output: { status: 'stored' } });
    expect(model.requests).toHaveLength(2);
  });
});

describe('over a bucket that fails', () => {
  it('at each of the requests of writing, in each way: one call', async () => {
    const server = await S3Server.start();
    try {
      const kinds = ['slow-down', 'internal-error', 'reset', 'lost-response', 'cut-body'] as const;
      model.play(reply(GOOD));
      const keys = ['replies.json', 'lease.json', 'summary.json', 'prompt.md'];
      const cases = kinds.flatMap((kind) =>
        keys.flatMap((key) => ['PUT', 'GET'].map((method) => ({ fault: kind, key, method }))),
      );
      for (const planned of takeSample(cases, 12)) {
        const when = Object.values(planned).join(' ');
        server.reset();
        const before = model.requests.length;
        server.fail(planned);
        const result = await summarizeOver({ store: s3StoreOver(server), config }, INPUT);
        expect(result, when).toMatchObject({ output: { status: 'stored' } });
        expect(model.requests.length - before, when).toBe(1);
      }
    } finally {
      await server.stop();
    }
  }, 120_000);
});
