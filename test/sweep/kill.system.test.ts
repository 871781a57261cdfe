/**
 * A run or a sweep that is killed at any write: stored documents stay, the next one continues, and nothing is
 * paid twice.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ArchiveServer, startArchiveServer } from '../../local/archive-server.ts';
import { type Config, readConfig } from '../../shared/config.ts';
import { readCatalog } from '../../shared/store/catalog-store.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import { buildArchiveFiles } from '../corpus-archive.ts';
import { IS_FULL, takeSample } from '../effort.ts';
import { type OpenAiServer, reply, startOpenAiServer } from '../openai-server.ts';
import { GOOD_NWB, goodReply, versionEntries } from '../pipeline/archive.ts';
import { MortalStore } from '../store/mortal-store.ts';
import { EITHER_STORE, listAll, readText } from '../store/stores.ts';
import { runReport, summarizeOver, sweepOver } from './machine.ts';

const ID = '123456';
const VERSION = '0.261122.1100';
const OTHER = '123457';

const GOOD = goodReply('The files hold');
/** So that the lease of a killed run is soon seen to have no owner. */
const leaseTimes = { lastsMs: 500, renewMs: 100, lookMs: 20, skewMs: 300_000 };

let archive: ArchiveServer;
let model: OpenAiServer;
let config: Config;

beforeAll(async () => {
  const assets = [
    { path: 'sub-1/a.nwb', body: GOOD_NWB },
    { path: 'sub-1/b.nwb', body: new TextEncoder().encode('no HDF5 at all') },
  ];
  archive = await startArchiveServer({
    files: buildArchiveFiles(
      new Map([
        ...versionEntries(ID, VERSION, assets),
        ...versionEntries(OTHER, 'draft', [{ path: 'sub-2/c.nwb', body: GOOD_NWB }]),
      ]),
    ),
  });
});

afterAll(() => archive.close());

beforeEach(async () => {
  model = await startOpenAiServer();
  model.play(reply(GOOD));
  config = {
    ...readConfig({ OPENAI_BASE_URL: model.baseUrl, LLM_MODEL: 'gpt-4o' }),
    dandiApiUrl: archive.apiUrl,
    dandiBucketUrl: archive.bucketUrl,
  };
});

afterEach(() => model.close());

/**
 * The writes after which a run over such a store is killed: before each of the writes that `use` makes when
 * undisturbed.
 */
async function listKills(
  openStore: (typeof EITHER_STORE)[number][1],
  use: (store: ObjectStore) => Promise<unknown>,
): Promise<number[]> {
  const { store, close } = await openStore();
  const counted = new MortalStore(store);
  await use(counted);
  await close();
  return [...Array(counted.writes).keys()];
}

/** Whether a reply is in the store, so that requesting it again would pay twice. */
async function hasReply(store: ObjectStore): Promise<boolean> {
  for (const key of await listAll(store, 'runs/')) {
    if (key.endsWith('/replies.json') && (await readText(store, key)) !== '[]') return true;
  }
  return false;
}

async function expectWhole(store: ObjectStore, id: string, version: string, when: string): Promise<void> {
  const summaries = new SummaryStore(store);
  const reading = await summaries.readSummary(id, version);
  expect(reading.state, when).toBe('whole');
  expect(await summaries.findLatest(id), when).toMatchObject({ version });
  const entry = (await readCatalog(store)).entries.find((each) => each.id === id);
  const generatedAt = reading.state === 'whole' ? reading.provenance.generatedAt : undefined;
  expect(entry, when).toMatchObject({ version, updated: generatedAt });
}

describe.each(EITHER_STORE)('over %s', (_name, openStore) => {
  it('a run that is killed at any write loses nothing and pays for no stored reply again', async () => {
    const run = (store: ObjectStore) =>
      summarizeOver({ store, config, leaseTimes }, { dandisetId: ID, version: VERSION });
    const kills = await listKills(openStore, run);
    expect(kills.length).toBeGreaterThan(12);
    let killsAfterReply = 0;
    for (const writes of takeSample(kills, 6)) {
      const { store, close } = await openStore();
      const when = `killed after ${writes} writes`;
      await run(new MortalStore(store, writes));
      const paid = model.requests.length;
      const kept = await hasReply(store);
      expect(await run(store), when).toMatchObject({ status: 'SUCCEEDED' });
      expect(model.requests.length - paid, when).toBe(kept ? 0 : 1);
      await expectWhole(store, ID, VERSION, when);
      expect(await run(store), when).toMatchObject({ output: { status: 'unchanged' } });
      expect(model.requests.length - paid, when).toBe(kept ? 0 : 1);
      await close();
      killsAfterReply += kept ? 1 : 0;
    }
    expect(killsAfterReply).toBeGreaterThan(IS_FULL ? 5 : 0);
  }, 600_000);

  it('a sweep that is killed at any write is finished by the next one', async () => {
    const kills = await listKills(openStore, (store) => sweepOver({ store, config, leaseTimes }));
    expect(kills.length).toBeGreaterThan(24);
    for (const writes of takeSample(kills, 5)) {
      const { store, close } = await openStore();
      const when = `killed after ${writes} writes`;
      const before = model.requests.length;
      await sweepOver({ store: new MortalStore(store, writes), config, leaseTimes });
      await runReport({ store, config, leaseTimes });
      await expectWhole(store, ID, VERSION, when);
      await expectWhole(store, OTHER, 'draft', when);
      // One call per Dandiset, and one more for each reply that could not be stored.
      expect(model.requests.length - before, when).toBeLessThanOrEqual(4);
      const after = model.requests.length;
      expect(await runReport({ store, config, leaseTimes }), when).toMatchObject({
        fresh: 2,
        stored: [],
        failed: [],
      });
      expect(model.requests.length, when).toBe(after);
      await close();
    }
  }, 600_000);
});
