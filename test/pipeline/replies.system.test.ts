/** A run that is resumed after more of its files became readable: replies belong to their own prompt. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ArchiveServer, startArchiveServer } from '../../local/archive-server.ts';
import { readConfig } from '../../shared/config.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import type { Provenance } from '../../shared/summary/provenance.ts';
import { buildArchiveFiles } from '../corpus-archive.ts';
import { type OpenAiServer, reply, startOpenAiServer } from '../openai-server.ts';
import { EITHER_STORE, listAll, readText } from '../store/stores.ts';
import { summarizeOver } from '../sweep/machine.ts';
import { GOOD_NWB, nameBlob, versionEntries } from './archive.ts';

const ID = '123456';
const ASSETS = Array.from({ length: 10 }, (_, index) => ({ path: `sub-${index}/a.nwb`, body: GOOD_NWB }));

const GOOD = `## Abstract

Sounds were played while neurons of auditory cortex were recorded. Tuning to tones was the aim.

The recordings show how cells answer to pure tones.

## Data

The files hold spike times of units and the trials.

## Keywords

- auditory cortex
`;
/** A reply with an error, for any prompt. */
const BAD = GOOD.replace('The files hold', 'Type 1 files hold').replace(
  'spike times',
  'spike times (type 2)',
);

/** An archive from which one file's blob may be missing. */
function startArchive(missing: boolean): Promise<ArchiveServer> {
  const entries = versionEntries(ID, 'draft', ASSETS);
  const blob = nameBlob(ASSETS[0] as (typeof ASSETS)[number]);
  return startArchiveServer({
    files: buildArchiveFiles(new Map(entries.filter(([key]) => !(missing && key.includes(blob))))),
  });
}

describe.each(EITHER_STORE)('over %s', (_name, openStore) => {
  let model: OpenAiServer;
  let store: ObjectStore;
  let close: () => Promise<void>;
  beforeEach(async () => {
    model = await startOpenAiServer();
    ({ store, close } = await openStore());
  });
  afterEach(async () => {
    await model.close();
    await close();
  });

  async function summarize(missing: boolean): Promise<unknown> {
    const archive = await startArchive(missing);
    const config = {
      ...readConfig({ OPENAI_BASE_URL: model.baseUrl, LLM_MODEL: 'gpt-4o' }),
      dandiApiUrl: archive.apiUrl,
      dandiBucketUrl: archive.bucketUrl,
    };
    try {
      return await summarizeOver({ store, config }, { dandisetId: ID });
    } finally {
      await archive.close();
    }
  }

  async function keptReplies(): Promise<{ promptHash: string; text: string }[]> {
    const key = (await listAll(store, 'runs/')).find((each) => each.endsWith('/replies.json'));
    return JSON.parse((await readText(store, key ?? '')) ?? '[]');
  }

  it.each<[string, string]>([
    ['is not JSON', '[{"text": "a'],
    ['lacks fields of a reply', '[{"text": "a reply without its prompt"}]'],
    ['is not a list', '{}'],
  ])('stored replies whose document %s are reported, and none is paid for again', async (_what, damaged) => {
    model.play(reply(BAD));
    await summarize(true);
    const key = (await listAll(store, 'runs/')).find((each) => each.endsWith('/replies.json'))!;
    await store.put(key, damaged, { contentType: 'application/json' });
    const before = model.requests.length;
    expect(await summarize(true)).toMatchObject({
      error: 'StoreUnavailableError',
      cause: expect.stringContaining('replies.json is damaged'),
    });
    expect(model.requests).toHaveLength(before);
  });

  it('an earlier reply is neither checked against newer facts nor lost, and counts as paid', async () => {
    model.play(reply(BAD));
    expect(await summarize(true)).toMatchObject({ error: 'SummaryIncompleteError' });
    expect(model.requests).toHaveLength(2);

    // A later run does not fail on the same words forever: it makes a new request, and the error names the
    // replies and the command for another.
    expect(await summarize(true)).toMatchObject({
      error: 'SummaryIncompleteError',
      cause: expect.stringMatching(
        /The replies are in runs\/.*replies\.json and cost \$0\.0002\. To request another: dandiset-summarizer summarize \d{6}\/draft/,
      ),
    });
    expect(model.requests).toHaveLength(4);

    model.play(reply(GOOD));
    expect(await summarize(false)).toMatchObject({ status: 'SUCCEEDED', output: { status: 'stored' } });
    expect(model.requests).toHaveLength(5);
    const reading = await new SummaryStore(store).readSummary(ID, 'draft');
    if (reading.state !== 'whole') throw new Error(`The summary is ${reading.state}`);
    const provenance = reading.provenance as unknown as Provenance;
    expect(provenance.coverage).toMatchObject({ read: 10, unreadable: [] });
    expect(provenance.attempts).toHaveLength(1);
    expect(provenance.attempts[0]?.request).toMatchObject({ revision: 1 });
    expect(provenance.cost).toBeCloseTo((11 * 2.5 + 7 * 10) / 1e6, 9);
    expect(provenance.warnings).toEqual([
      'The model named no facts for its sentences, so that only the checks compared the text with the facts.',
      '4 earlier replies of this run were not used, at $0.0004 that its cost leaves out.',
    ]);
    const promptHash = createHash('sha256').update(reading.promptText).digest('hex');
    expect(provenance.prompt.hash).toBe(promptHash);
    const kept = await keptReplies();
    expect(kept.map(({ text }) => text)).toEqual([BAD, BAD, BAD, BAD, GOOD]);
    expect(kept.map((each) => each.promptHash === promptHash)).toEqual([false, false, false, false, true]);
  });
});
