/**
 * Pages by the deterministic writer, for reading: of the corpus, its manifests and the sample, one Markdown
 * file per Dandiset. Run by `npm run bench -- pages FOLDER [ID …]`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hdf5HeaderReader } from '../shared/hdf5/hdf5-header-reader.ts';
import { DeterministicWriter } from '../shared/model/deterministic-writer.ts';
import { buildDigest } from '../shared/pipeline/header-digest.ts';
import { buildSummary } from '../shared/summary/build-summary.ts';
import { parseReply } from '../shared/summary/reply-parts.ts';
import { buildPromptText, load, readHeaders } from './questions.ts';

/** Writes the pages of all that is available, or of the named ids. */
export async function pages([folder, ...ids]: readonly string[]): Promise<void> {
  if (folder === undefined) {
    process.stderr.write('Give the folder for the pages: npm run bench -- pages FOLDER [ID …]\n');
    process.exitCode = 1;
    return;
  }
  mkdirSync(folder, { recursive: true });
  const reader = new Hdf5HeaderReader({ engine: 'auto' });
  const writer = new DeterministicWriter();
  for (const loaded of load([])) {
    if (ids.length > 0 && !ids.includes(loaded.id)) continue;
    const headers = await readHeaders(loaded, reader);
    const digests = new Map([...headers].map(([source, header]) => [source, buildDigest(header)]));
    // A manifest has no files: only its records are used, as if no header could be read.
    const nwb = loaded.files.filter(({ path }) => path.endsWith('.nwb')).length;
    const { prompt } = buildPromptText(loaded, headers, digests, 'rich', nwb);
    const markdown = buildSummary(parseReply((await writer.generate(prompt)).text).parts, {
      dandiset: prompt.facts.dandiset,
      model: { id: writer.modelId, isLanguageModel: false },
      coverage: prompt.facts.coverage,
      generatedAt: new Date().toISOString(),
    });
    const name = loaded.name.includes('records') ? `${loaded.id}-records` : loaded.id;
    writeFileSync(join(folder, `${name}.md`), markdown);
    process.stdout.write(`${name}.md\n`);
  }
  await reader.close();
}
