import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError, StoreUnavailableError } from '../../shared/errors.ts';
import { keptKey, latestKey, summaryKeys } from '../../shared/store/keys.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { SummaryStore, type SummaryToPut, type WholeSummary } from '../../shared/store/summary-store.ts';
import { mayReplace } from '../../shared/store/version-order.ts';
import { S3Server } from '../s3-server.ts';
import { MortalStore } from './mortal-store.ts';
import { catchFailure, listAll, newFolderStore, readText, s3StoreOver } from './stores.ts';

const ID = '000683';
const KEYS = summaryKeys(ID, 'draft');
const JSON_TYPE = { contentType: 'application/json' };

/** A summary each part of which names the input that it was made from. */
function buildSummary(input: number, version = 'draft'): SummaryToPut {
  return {
    id: ID,
    version,
    markdown: `# Summary ${input}\n`,
    promptText: `Prompt ${input}\n`,
    provenance: {
      schemaVersion: 2,
      dandisetId: ID,
      version,
      inputHash: String(input).padStart(64, '0'),
      model: { id: `model ${input}` },
    } as SummaryToPut['provenance'],
  };
}

const buildHash = (input: number) => String(input).padStart(64, '0');

function expectWhole(reading: unknown, input: number): void {
  const summary = buildSummary(input);
  expect(reading).toMatchObject({
    state: 'whole',
    markdown: summary.markdown,
    promptText: summary.promptText,
    provenance: summary.provenance,
  });
}

for (const kind of ['FolderStore', 'S3Store'] as const) {
  describe(`SummaryStore over ${kind}`, () => {
    let server: S3Server;
    let store: ObjectStore;
    let clear: () => Promise<void>;
    beforeAll(async () => {
      server = await S3Server.start();
    });
    afterAll(() => server.stop());
    beforeEach(async () => {
      if (kind === 'S3Store') {
        store = s3StoreOver(server);
        clear = async () => server.reset();
      } else {
        ({ store, remove: clear } = await newFolderStore());
      }
    });
    afterEach(() => clear());

    it('returns a stored summary, and writes the three documents', async () => {
      const summaries = new SummaryStore(store);
      expect(await summaries.readSummary(ID, 'draft')).toEqual({ state: 'absent' });
      expect(await summaries.findProvenance(ID, 'draft')).toBeUndefined();
      expect(await summaries.putSummary(buildSummary(1))).toBe('stored');
      expectWhole(await summaries.readSummary(ID, 'draft'), 1);
      expect(await readText(store, KEYS.markdown)).toBe('# Summary 1\n');
      expect(await readText(store, KEYS.prompt)).toBe('Prompt 1\n');
      const stored = JSON.parse((await readText(store, KEYS.provenance))!);
      expect(stored).toMatchObject(buildSummary(1).provenance);
      expect(stored.documents.markdown.bytes).toBe(12);
      expect(await summaries.findProvenance(ID, 'draft')).toEqual(stored);
      expect((await store.get(KEYS.markdown))!.contentType).toBe('text/markdown; charset=utf-8');
      expect((await store.get(KEYS.provenance))!.contentType).toBe('application/json');
    });

    it('confirms a summary of the same input and no other, with no write', async () => {
      await new SummaryStore(store).putSummary(buildSummary(1));
      const counted = new MortalStore(store);
      const summaries = new SummaryStore(counted);
      expectWhole(await summaries.confirm(ID, 'draft', buildHash(1)), 1);
      expect(await summaries.confirm(ID, 'draft', buildHash(2))).toBeUndefined();
      expect(await summaries.confirm(ID, '0.240101.1200', buildHash(1))).toBeUndefined();
      expect(counted.writes).toBe(0);
    });

    it('has one valid summary at every moment, at whatever point the next writer is killed', async () => {
      const summaries = new SummaryStore(store);
      await summaries.putSummary(buildSummary(1));
      const whole = new MortalStore(store);
      await new SummaryStore(whole).putSummary(buildSummary(2));
      expect(whole.writes).toBe(5);
      await summaries.putSummary(buildSummary(1));

      for (let writes = 0; writes < whole.writes; writes += 1) {
        const dying = new SummaryStore(new MortalStore(store, writes));
        expect((await catchFailure(dying.putSummary(buildSummary(3 + writes)))).message).toBe('killed');
        expectWhole(await summaries.readSummary(ID, 'draft'), 1);
        // The valid input is put again: the copies of the killed writer are repaired.
        expectWhole(await summaries.confirm(ID, 'draft', buildHash(1)), 1);
        expect(await readText(store, KEYS.markdown)).toBe('# Summary 1\n');
        expect(await readText(store, KEYS.prompt)).toBe('Prompt 1\n');
      }
      // Or the new one is written: then it is put as usual.
      expect(
        await catchFailure(new SummaryStore(new MortalStore(store, 4)).putSummary(buildSummary(9))),
      ).toBeDefined();
      expect(await summaries.confirm(ID, 'draft', buildHash(9))).toBeUndefined();
      expect(await summaries.putSummary(buildSummary(9))).toBe('stored');
      expectWhole(await summaries.readSummary(ID, 'draft'), 9);
    });

    it('has nothing if the first writer dies before its commit', async () => {
      for (let writes = 0; writes < 5; writes += 1) {
        await catchFailure(new SummaryStore(new MortalStore(store, writes)).putSummary(buildSummary(1)));
        expect(await new SummaryStore(store).readSummary(ID, 'draft')).toEqual({ state: 'absent' });
      }
    });

    it('reports a set as torn if its texts are not the committed ones', async () => {
      const summaries = new SummaryStore(store);
      await summaries.putSummary(buildSummary(1));
      const { provenance } = (await summaries.readSummary(ID, 'draft')) as WholeSummary;
      await store.put(KEYS.markdown, '# By hand\n', { contentType: 'text/markdown' });
      expectWhole(await summaries.readSummary(ID, 'draft'), 1);
      await store.remove(keptKey(ID, 'draft', provenance.documents.markdown.sha256));
      expect(await summaries.readSummary(ID, 'draft')).toEqual({
        state: 'torn',
        provenance,
        missing: ['markdown'],
      });
      expect(await summaries.confirm(ID, 'draft', buildHash(1))).toBeUndefined();
      await store.remove(KEYS.prompt);
      await store.put(keptKey(ID, 'draft', provenance.documents.prompt.sha256), 'rotten', {
        contentType: 'text/markdown',
      });
      expect(await summaries.readSummary(ID, 'draft')).toMatchObject({
        state: 'torn',
        missing: ['markdown', 'prompt'],
      });
      // A put of the same input repairs it, including the damaged text.
      expect(await summaries.putSummary(buildSummary(1))).toBe('stored');
      await store.remove(KEYS.prompt);
      expectWhole(await summaries.readSummary(ID, 'draft'), 1);
    });

    it('names a damaged summary.json, and writes over it', async () => {
      const summaries = new SummaryStore(store);
      await summaries.putSummary(buildSummary(1));
      const good = JSON.parse((await readText(store, KEYS.provenance))!);
      const bodies = [
        '',
        '{"schemaVersion": 1',
        '[]',
        'null',
        '{}',
        Uint8Array.of(0x7b, 0xff, 0x7d),
        JSON.stringify({ ...good, dandisetId: '000001' }),
        JSON.stringify({ ...good, documents: { ...good.documents, markdown: { sha256: '../x', bytes: 1 } } }),
      ];
      for (const body of bodies) {
        await store.put(KEYS.provenance, body, JSON_TYPE);
        for (const use of [
          () => summaries.findProvenance(ID, 'draft'),
          () => summaries.readSummary(ID, 'draft'),
        ]) {
          const error = await catchFailure(use());
          expect(error).toBeInstanceOf(StoreUnavailableError);
          expect(error.key).toBe(KEYS.provenance);
          expect(error.message).toContain(KEYS.provenance);
        }
      }
      expect(await summaries.putSummary(buildSummary(2))).toBe('stored');
      expectWhole(await summaries.readSummary(ID, 'draft'), 2);
    });

    it('leaves one complete summary, including copies, after racing writers', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, input) => new SummaryStore(store).putSummary(buildSummary(input))),
      );
      expect(outcomes).toEqual(Array(8).fill('stored'));
      const reading = (await new SummaryStore(store).readSummary(ID, 'draft')) as WholeSummary;
      expectWhole(reading, Number(reading.provenance.inputHash));
      expect(await readText(store, KEYS.markdown)).toBe(reading.markdown);
      expect(await readText(store, KEYS.prompt)).toBe(reading.promptText);
    });

    it('stores one summary of one input, however many write it', async () => {
      if (kind === 'S3Store') server.latencyMs = 3;
      const outcomes = await Promise.all(
        Array.from({ length: 6 }, (_, writer) => {
          const summary = buildSummary(1);
          const provenance = { ...summary.provenance, writer };
          return new SummaryStore(store).putSummary({ ...summary, provenance });
        }),
      );
      // A writer that only starts after the first is done writes again; the others leave it unchanged.
      expect(outcomes).toContain('unchanged');
      expectWhole(await new SummaryStore(store).readSummary(ID, 'draft'), 1);
    });

    it('returns only complete summaries to readers, while writers replace them', async () => {
      const summaries = new SummaryStore(store);
      await summaries.putSummary(buildSummary(0));
      let isWriting = true;
      const writing = (async () => {
        for (let input = 1; input <= 20; input += 1)
          await new SummaryStore(store).putSummary(buildSummary(input));
        isWriting = false;
      })();
      while (isWriting) {
        const reading = (await summaries.readSummary(ID, 'draft')) as WholeSummary;
        expectWhole(reading, Number(reading.provenance.inputHash));
      }
      await writing;
      expectWhole(await summaries.readSummary(ID, 'draft'), 20);
    });

    it('uses the newest published version as a Dandiset’s default, in any order', async () => {
      const summaries = new SummaryStore(store);
      expect(await summaries.findLatest(ID)).toBeUndefined();
      const steps: readonly (readonly [put: string, outcome: string, latest: string])[] = [
        ['draft', 'stored', 'draft'],
        ['draft', 'unchanged', 'draft'],
        ['0.240101.1200', 'stored', '0.240101.1200'],
        ['draft', 'unchanged', '0.240101.1200'],
        ['0.250101.0000', 'stored', '0.250101.0000'],
        ['0.240101.1200', 'unchanged', '0.250101.0000'],
      ];
      for (const [version, outcome, latest] of steps) {
        expect(await summaries.putLatest(ID, version)).toBe(outcome);
        expect(await summaries.findLatest(ID)).toEqual({ schemaVersion: 1, dandisetId: ID, version: latest });
      }
      await store.remove(latestKey(ID));
      const versions = ['draft', '0.230101.0000', '0.260101.0001', '0.260101.0000', '0.250505.1212'];
      await Promise.all(versions.map((version) => new SummaryStore(store).putLatest(ID, version)));
      expect((await summaries.findLatest(ID))?.version).toBe('0.260101.0001');
      await store.put(latestKey(ID), '{}', JSON_TYPE);
      expect((await catchFailure(summaries.findLatest(ID))).key).toBe(latestKey(ID));
    });
  });
}

describe('SummaryStore', () => {
  it('returns any text, and lists no more than it contains', async () => {
    const { store, remove } = await newFolderStore();
    const summaries = new SummaryStore(store);
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('', '\ufeffwith a mark', 'a\r\nb\n', '\0'),
    );
    await fc.assert(
      fc.asyncProperty(texts, texts, async (markdown, promptText) => {
        await summaries.putSummary({ ...buildSummary(1), markdown, promptText });
        expect(await summaries.readSummary(ID, 'draft')).toMatchObject({
          state: 'whole',
          markdown,
          promptText,
        });
      }),
      { numRuns: 30 },
    );
    expect(await listAll(store, 'summaries/')).toEqual([KEYS.provenance, KEYS.markdown, KEYS.prompt]);
    await remove();
  });

  it('refuses ids, versions and provenances that do not fit, before anything is written', async () => {
    const { store, remove } = await newFolderStore();
    const summaries = new SummaryStore(store);
    const { provenance } = buildSummary(1);
    const uses = [
      () => summaries.putSummary({ ...buildSummary(1), id: '000001' }),
      () => summaries.putSummary({ ...buildSummary(1), version: '0.240101.1200' }),
      () => summaries.putSummary({ ...buildSummary(1), provenance: { ...provenance, inputHash: '../x' } }),
      () =>
        summaries.putSummary({
          ...buildSummary(1),
          id: '..',
          provenance: { ...provenance, dandisetId: '..' },
        }),
      () => summaries.readSummary('..', 'draft'),
      () => summaries.findProvenance(ID, '../..'),
      () => summaries.putLatest(ID, 'latest'),
      () => summaries.findLatest('683'),
    ];
    for (const use of uses) expect(await catchFailure(use())).toBeInstanceOf(InvalidInputError);
    expect(await listAll(store)).toEqual([]);
    await remove();
  });
});

describe('mayReplace', () => {
  it('is an order: of two versions the later published one wins, in either order', () => {
    const versions = ['draft', '0.230101.0000', '0.230101.0001', '0.230102.0000', '0.991231.2359'];
    versions.forEach((one, oneAt) => {
      versions.forEach((other, otherAt) => {
        expect(mayReplace(one, other), `${one} for ${other}`).toBe(oneAt >= otherAt);
      });
    });
  });
});
