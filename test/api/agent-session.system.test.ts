/**
 * An agent's session with the MCP server: from a question to three Dandisets, by the official SDK's client.
 */
import { expect, it } from 'vitest';
import { askAgent, QUESTION } from '../../bench/agent-session.ts';
import { storeDandisets } from '../../bench/stored-dandisets.ts';
import { composeApi } from '../../functions/compose.ts';
import { serveApi } from '../../local/serve.ts';
import { readConfig } from '../../shared/config.ts';
import { requireCorpus } from '../corpus.ts';
import { newFolder } from '../store/stores.ts';

it('finds the three Dandisets of the corpus that answer a question, among others', async (test) => {
  requireCorpus(test);
  const { folder, remove } = await newFolder();
  try {
    // Patch-clamp recordings of cortex: three. The others are of other techniques, species and regions.
    const right = ['000023', '000292', '000570'];
    await storeDandisets(folder, [...right, '000147', '000217', '000447', '000939', '001258']);
    const server = await serveApi(composeApi(readConfig({ SUMMARY_STORE: folder })));
    try {
      const { found, calls, transcript } = await askAgent(server.url);
      expect(found.map(({ id }) => id).sort()).toEqual(right);
      for (const { why } of found) expect(why).toMatch(/ClampSeries|intracellular/i);
      // One search; of each a summary and its facts; one snippet.
      expect(calls).toBe(8);
      expect(transcript.split('\n')[0]).toBe(`? ${QUESTION}`);
      expect(transcript).toContain('dandi download DANDI:');
    } finally {
      await server.close();
    }
  } finally {
    await remove();
  }
}, 120_000);
