/** Checks the documents of a run by their schemas: damaged ones are reported, intact ones are read back unchanged. */
import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../shared/errors.ts';
import { getRunJson, getRunPrompt, putRunDocument } from '../../shared/pipeline/run-documents.ts';
import { MemoryStore } from '../memory-store.ts';

const run = { dandisetId: '000001', version: 'draft', inputHash: 'a'.repeat(64) };
const listing = {
  assets: 2,
  nwb: 1,
  unreadable: [{ path: 'a.nwb', reason: 'truncated', detail: 'It ends early.' }],
  other: [{ kind: '.txt', count: 1 }],
  settings: { promptProfile: 'rich', promptTokenBudget: 1000, modelId: 'm', writing: 'prose' },
};
const coverage = { assets: 2, nwb: 1, read: 1, cutShort: 0, notLookedAt: 0, unreadable: [], other: [] };
const facts = {
  dandiset: { id: '000001' },
  coverage,
  fileTypes: [],
  contents: {},
  metadata: {},
  list: [{ id: 'f1' }],
};
const prompt = { profile: 'rich', quoted: [[0, 3]], tokens: 10, compaction: [] };

describe('a document of a run', () => {
  it('is read back unchanged', async () => {
    const store = new MemoryStore();
    await putRunDocument(store, run, 'listing.json', JSON.stringify(listing));
    expect(await getRunJson(store, run, 'listing.json')).toEqual(listing);
    await putRunDocument(store, run, 'prompt.json', JSON.stringify(prompt));
    await putRunDocument(store, run, 'facts.json', JSON.stringify(facts));
    await putRunDocument(store, run, 'prompt.md', 'the text');
    expect(await getRunPrompt(store, run)).toEqual({ ...prompt, facts, text: 'the text' });
  });

  it.each([
    ['listing.json', { ...listing, assets: '2' }],
    ['listing.json', { ...listing, settings: { ...listing.settings, promptProfile: 'none' } }],
    ['listing.json', { ...listing, other: [{ kind: '.txt' }] }],
    ['prompt.json', { ...prompt, quoted: [[0]] }],
    ['prompt.json', null],
    ['facts.json', { ...facts, coverage: { ...coverage, read: -1 } }],
    ['facts.json', { ...facts, fileTypes: {} }],
    ['facts.json', { dandiset: facts.dandiset, coverage, fileTypes: [] }],
    ['reading.json', { from: { walker: 'one' }, requests: 1, bytes: 1 }],
    ['reading.json', []],
  ] as const)('%s that is damaged is named, with what to do: %j', async (name, document) => {
    const store = new MemoryStore();
    await putRunDocument(store, run, name, JSON.stringify(document));
    const reading = getRunJson(store, run, name);
    await expect(reading).rejects.toThrow(StoreUnavailableError);
    await expect(reading).rejects.toThrow(`The run's ${name} is damaged. Start the run again.`);
  });
});
