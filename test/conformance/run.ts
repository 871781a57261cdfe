/**
 * The conformance run: runs every file and every Dandiset of the corpus through the real system, compared
 * with the exact text to produce. Ends with the plain line `N passed, N failed`. Run by `npm run
 * conformance`.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeStore } from '../../functions/compose.ts';
import { startArchiveServer } from '../../local/archive-server.ts';
import { LocalMachine } from '../../local/machine.ts';
import { type Config, readConfig } from '../../shared/config.ts';
import { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import { headerText } from '../../shared/header/header-text.ts';
import { getRunDocument } from '../../shared/pipeline/run-documents.ts';
import type { PromptProfile } from '../../shared/prompt/prompt.ts';
import { openFileSource } from '../../shared/source/file-source.ts';
import { CORPUS_ABSENT, corpusFolder } from '../corpus.ts';
import { corpusArchiveFiles, corpusDandisets } from '../corpus-archive.ts';

let passed = 0;
let failed = 0;

/** Runs one comparison; prints the first line that differs. */
async function compareTexts(
  name: string,
  expected: () => Promise<string>,
  actual: () => Promise<string>,
): Promise<void> {
  try {
    const difference = firstDifference(await expected(), await actual());
    if (difference === undefined) {
      passed += 1;
      return;
    }
    process.stdout.write(`FAIL ${name}: ${difference}\n`);
  } catch (error) {
    process.stdout.write(
      `FAIL ${name}: ${error instanceof Error ? `${error.name}: ${error.message}` : error}\n`,
    );
  }
  failed += 1;
}

function firstDifference(expected: string, actual: string): string | undefined {
  if (expected === actual) return undefined;
  const [wanted, given] = [expected.split('\n'), actual.split('\n')];
  const at = wanted.findIndex((line, index) => line !== given[index]);
  const line = at === -1 ? wanted.length : at;
  return `line ${line + 1} is ${JSON.stringify(given[line])?.slice(0, 200)}, not ${JSON.stringify(wanted[line])?.slice(0, 200)}`;
}

/** Compares each file's header by each engine. */
async function compareHeaders(folder: string): Promise<void> {
  const { readLimits } = readConfig({});
  const files = (await readdir(join(folder, 'files'))).filter((file) => file.endsWith('.nwb')).sort();
  for (const engine of ['auto', 'libhdf5'] as const) {
    const reader = new Hdf5HeaderReader({ engine });
    const before = passed;
    for (const file of files) {
      const path = join(folder, 'files', file);
      const expected = () => readFile(`${path}.header.txt`, 'utf8');
      await compareTexts(`header ${file} (${engine})`, expected, async () => {
        await using source = await openFileSource(path);
        const { header } = await reader.readHeader(source, readLimits);
        return headerText(header);
      });
    }
    process.stdout.write(`headers, engine ${engine}: ${passed - before} of ${files.length} exact\n`);
    await reader.close();
  }
}

/**
 * Compares each Dandiset's classic prompt and the specification's own complete prompt, and stores a summary
 * of each.
 */
async function compareDandisets(folder: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'conformance-'));
  const server = await startArchiveServer({ files: corpusArchiveFiles(folder) });
  const config: Config = {
    ...readConfig({ SUMMARY_STORE: scratch }),
    dandiApiUrl: server.apiUrl,
    dandiBucketUrl: server.bucketUrl,
  };
  const buildPromptText = async (
    promptProfile: PromptProfile,
    dandisetId: string,
    version: string,
  ): Promise<string> => {
    const machine = new LocalMachine({ ...config, promptProfile });
    const { run } = await machine.prompt({ dandisetId, version });
    return getRunDocument(composeStore(config), run, 'prompt.md');
  };
  try {
    const dandisets = corpusDandisets(folder);
    for (const { id, version, folder: location } of dandisets) {
      const expected = () => readFile(join(location, 'prompt.md'), 'utf8');
      await compareTexts(`classic prompt ${id}`, expected, () => buildPromptText('classic', id, version));
    }
    process.stdout.write(`classic prompts: ${dandisets.length} Dandisets\n`);
    const specification = dandisets.find(({ id }) => id === '000683');
    if (specification !== undefined) {
      const expected = () => readFile(join(specification.folder, 'prompt.md'), 'utf8');
      await compareTexts('complete prompt 000683', expected, () =>
        buildPromptText('complete', '000683', specification.version),
      );
    }
    const machine = new LocalMachine(config);
    for (const { id, version } of dandisets) {
      const outcome = async () => (await machine.summarize({ dandisetId: id, version })).status;
      await compareTexts(`summary ${id}`, async () => 'stored', outcome);
      await compareTexts(`summary ${id} again`, async () => 'unchanged', outcome);
    }
    process.stdout.write(`summaries stored and found unchanged: ${dandisets.length} Dandisets\n`);
  } finally {
    await server.close();
    await rm(scratch, { recursive: true, force: true, maxRetries: 10 });
  }
}

const folder = corpusFolder();
if (folder === undefined) {
  process.stdout.write(`Conformance skipped: it ${CORPUS_ABSENT}.\n`);
} else {
  await compareHeaders(folder);
  await compareDandisets(folder);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
