/**
 * Structured writing through the whole machine with a fake service: what is stored, what is requested again,
 * what is paid once, and how an unusable reply ends.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ArchiveServer, startArchiveServer } from '../../local/archive-server.ts';
import { type Config, readConfig } from '../../shared/config.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import type { Provenance } from '../../shared/summary/provenance.ts';
import { buildArchiveFiles } from '../corpus-archive.ts';
import { type OpenAiServer, reply, startOpenAiServer } from '../openai-server.ts';
import { summarizeOver } from '../sweep/machine.ts';
import { GOOD_NWB, versionEntries } from './archive.ts';

const ID = '123456';

let folder: string;
let archive: ArchiveServer;
let service: OpenAiServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'structured-'));
  service = await startOpenAiServer();
  const assets = [1, 2, 3].map((number) => ({ path: `sub-${number}/a.nwb`, body: GOOD_NWB }));
  archive = await startArchiveServer({
    files: buildArchiveFiles(new Map(versionEntries(ID, 'draft', assets))),
  });
});
afterEach(async () => {
  await Promise.all([archive.close(), service.close()]);
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

function summarize(settings: Partial<Config> = {}, input: object = {}): Promise<unknown> {
  const config = {
    ...readConfig({ OPENAI_BASE_URL: service.baseUrl, LLM_MODEL: 'gpt-4o', WRITING: 'structured' }),
    dandiApiUrl: archive.apiUrl,
    dandiBucketUrl: archive.bucketUrl,
    ...settings,
  };
  return summarizeOver({ store: new FolderStore(folder), config }, { dandisetId: ID, ...input });
}

async function readStored(): Promise<{ markdown: string; provenance: Provenance }> {
  const reading = await new SummaryStore(new FolderStore(folder)).readSummary(ID, 'draft');
  if (reading.state !== 'whole') throw new Error(`The summary is ${reading.state}`);
  return { markdown: reading.markdown, provenance: reading.provenance as unknown as Provenance };
}

/** The user's part of a request. */
function readContent(at: number): string {
  const messages = service.requests[at]?.body.messages as { content: string }[] | undefined;
  return messages?.at(-1)?.content ?? '';
}

/** The id of the fact that starts with this text, as the request prints it. */
function idIn(content: string, start: string): string {
  const found = new RegExp(`^(F\\d+)(?: \\(the owners say\\))?: ${start}`, 'm').exec(content)?.[1];
  if (found === undefined) throw new Error(`No fact begins “${start}”: ${content}`);
  return found;
}

/** Responds after the request, which contains the ids. */
function respondWith(...builds: ((content: string) => unknown)[]): void {
  service.play(
    ...builds.map((build): Parameters<OpenAiServer['play']>[0] => (request, response) => {
      const content = (request.body.messages as { content: string }[]).at(-1)!.content;
      const built = build(content);
      reply(typeof built === 'string' ? built : JSON.stringify(built))(request, response);
    }),
  );
}

const written = (content: string, files: string) => {
  const id = idIn(content, 'Files: ');
  const say = (text: string, starts: string) => ({ starts, text, facts: [id], kind: 'fact' });
  return {
    abstract: [
      say(`The Dandiset holds ${files} files of {${id}.size} in all.`, 'paragraph'),
      say(`There are {${id}.files} files in the NWB format.`, 'paragraph'),
    ],
    data: [say(`The ${files} files take {${id}.size} in all, as listed.`, 'item')],
    keywords: [{ text: 'nwb', facts: [id] }],
  };
};
const good = (content: string) => written(content, '3');

describe('structured writing', () => {
  it('stores a page whose sentences name their facts, after one request of the schema', async () => {
    respondWith(good);
    expect(await summarize()).toMatchObject({ output: { status: 'stored' } });
    expect(service.requests).toHaveLength(1);
    expect(service.requests[0]?.body.response_format).toMatchObject({ type: 'json_schema' });
    expect(readContent(0)).toMatch(/^<archive-[0-9a-f]{16}>$/m);
    const { markdown, provenance } = await readStored();
    expect(markdown).toContain('There are 3 files in the NWB format.');
    expect(provenance.prompt.writing).toBe('structured');
    expect(provenance.model.parameters).toMatchObject({ responseFormat: 'json_schema' });
    const [ending, ...written] = (provenance.sentences ?? []).toReversed();
    expect(written).toHaveLength(3);
    for (const { facts } of written) expect(facts).toEqual([idIn(readContent(0), 'Files: ')]);
    // Code adds how to cite, with its facts.
    expect(ending?.text).toMatch(/^This version has no DOI; cite as DANDI:\d{6}\//);
    expect(ending?.facts).not.toEqual([]);
    expect(provenance.warnings).toEqual([]);
    // The same input again costs nothing; prose is another run.
    expect(await summarize()).toMatchObject({ output: { status: 'unchanged' } });
    expect(service.requests).toHaveLength(1);
  });

  it('requests only the refused parts again, pays both replies once, and replays them', async () => {
    respondWith(
      (content) => written(content, '4,711'),
      (content) => ({
        corrections: ['R1', 'R2'].map((refused) => ({
          refused,
          text: refused === 'R1' ? 'There are 3 files to read.' : 'The 4,712 files are many.',
          facts: [idIn(content, 'Files: ')],
          kind: 'fact',
        })),
        abstract: [],
        data: [],
        keywords: [],
      }),
      good,
    );
    // The part of which every sentence is refused again is missing: nothing is stored, and the reason is
    // reported.
    expect(await summarize()).toMatchObject({
      error: 'SummaryIncompleteError',
      cause: expect.stringContaining('The part “Data” is missing.'),
    });
    expect(service.requests).toHaveLength(2);
    expect(readContent(1)).toContain('R1: The Dandiset holds 4,711 files');
    expect(readContent(1)).toContain('refused: The number 4,711 is in none of its facts.');
    expect(readContent(1)).not.toContain('There are {');
    // A later run makes a new request, and earlier costs stay counted.
    expect(await summarize()).toMatchObject({ output: { status: 'stored' } });
    expect(service.requests).toHaveLength(3);
    expect((await readStored()).provenance.warnings).toEqual([
      expect.stringContaining('2 earlier replies of this run were not used'),
    ]);
  });

  it('requests a sentence once more in which a check of the page finds something', async () => {
    const filmed = (content: string) => {
      const { data, ...rest } = good(content);
      const facts = [idIn(content, 'Files: ')];
      return {
        ...rest,
        data: [...data, { starts: 'item', text: 'The 3 files have a video each.', facts, kind: 'fact' }],
      };
    };
    respondWith(filmed, () => ({
      corrections: [{ refused: 'R1', text: '', facts: [], kind: 'fact' }],
      abstract: [],
      data: [],
      keywords: [],
    }));
    expect(await summarize()).toMatchObject({ output: { status: 'stored' } });
    expect(service.requests).toHaveLength(2);
    expect(readContent(1)).toContain('R1: The 3 files have a video each.');
    expect(readContent(1)).toContain('Nothing in the facts speaks of video.');
    expect((await readStored()).markdown).not.toContain('video');
  });

  it('omits parts that are refused twice, and reports it', async () => {
    const extra = (content: string) => {
      const id = idIn(content, 'Files: ');
      const { data, ...rest } = good(content);
      return {
        ...rest,
        data: [...data, { starts: 'item', text: 'There are 99 files.', facts: [id], kind: 'fact' }],
      };
    };
    respondWith(extra, () => 'no JSON at all');
    expect(await summarize()).toMatchObject({ output: { status: 'stored' } });
    const { markdown, provenance } = await readStored();
    expect(markdown).not.toContain('99');
    expect(provenance.warnings).toEqual([expect.stringMatching(/^Left out, .*“There are 99 files\.”/)]);
    expect(provenance.attempts).toHaveLength(2);
    expect(provenance.attempts[1]?.request?.repair).toEqual([expect.stringContaining('There are 99 files.')]);
    expect(provenance.tokens).toEqual({ prompt: 22, completion: 14 });
  });

  it('requests the whole again after a reply in another form', async () => {
    respondWith(() => '## Abstract\n\nNo JSON.', good);
    expect(await summarize()).toMatchObject({ output: { status: 'stored' } });
    expect(readContent(1)).toContain('The response contained no JSON object of the requested form');
  });

  const freeText = (content: string) => {
    const id = idIn(content, 'Files: ');
    return `## Abstract\n\nThe Dandiset holds 3 files (${id}).\n\nThey are NWB files of {${id}.size} in all.\n\n## Data\n\n- The 3 files follow the NWB standard, with one header each.\n\n## Keywords\n\n- neurophysiology\n`;
  };

  it('accepts free text without findings, without a further call, and records it', async () => {
    respondWith(freeText);
    expect(await summarize()).toMatchObject({ output: { status: 'stored' } });
    expect(service.requests).toHaveLength(1);
    const { markdown, provenance } = await readStored();
    expect(markdown).toMatch(/The Dandiset holds 3 files\.\n\nThey are NWB files of [\d.]+ \w+ in all\./);
    expect(provenance).not.toHaveProperty('sentences');
    expect(provenance.warnings).toEqual([expect.stringContaining('named no facts for its sentences')]);
    // What was paid for is not paid for again.
    expect(await summarize()).toMatchObject({ output: { status: 'unchanged' } });
    expect(service.requests).toHaveLength(1);
  });

  it('requests a repair of free text with findings, and takes the better one of a model that returns nothing else', async () => {
    const wrong = (content: string) => freeText(content).replace('holds 3 files', 'holds 4,711 files');
    respondWith(wrong, freeText);
    expect(await summarize()).toMatchObject({ output: { status: 'stored' } });
    expect(service.requests).toHaveLength(2);
    expect(readContent(1)).toContain('The response contained no JSON object of the requested form');
    expect((await readStored()).markdown).not.toContain('4,711');
  });

  it('prefers sentences with their facts to free text, whichever has fewer findings', async () => {
    const doubtful = (content: string) => {
      const { abstract, ...rest } = good(content);
      return { ...rest, abstract: abstract.slice(0, 1) };
    };
    respondWith((content) => freeText(content).replace('3 files', '4,711 files'), doubtful);
    expect(await summarize()).toMatchObject({ output: { status: 'stored' } });
    const { provenance } = await readStored();
    expect(provenance.sentences).toHaveLength(3);
  });

  it('stores no free text with errors, and reports what to do', async () => {
    respondWith(
      () => 'I cannot help with that.',
      () => 'I cannot help with that.',
    );
    expect(await summarize()).toMatchObject({ error: 'SummaryIncompleteError' });
    expect(service.requests).toHaveLength(2);
  });

  it('takes keywords from the facts if none of the model’s is based on them, without a further call', async () => {
    respondWith((content) => ({ ...good(content), keywords: [] }));
    expect(await summarize()).toMatchObject({ output: { status: 'stored' } });
    expect(service.requests).toHaveLength(1);
    const { provenance } = await readStored();
    expect(provenance.keywords.length).toBeGreaterThan(0);
    expect(provenance.warnings).toEqual([expect.stringContaining('The keywords follow from the facts')]);
  });

  it('ends with a page though its keywords are refused twice', async () => {
    const invented = { text: 'Neuropixels in the amygdala', facts: ['F1'] };
    respondWith(
      (content) => ({ ...good(content), keywords: [invented] }),
      () => ({
        corrections: [{ refused: 'R1', ...invented, kind: 'fact' }],
        abstract: [],
        data: [],
        keywords: [],
      }),
    );
    expect(await summarize()).toMatchObject({ output: { status: 'stored' } });
    expect(service.requests).toHaveLength(2);
    const { provenance } = await readStored();
    expect(provenance.keywords).not.toContain(invented.text);
    expect(provenance.keywords.length).toBeGreaterThan(0);
  });

  it('is another run than prose, and changing it writes again', async () => {
    respondWith(good);
    await summarize();
    expect(service.requests).toHaveLength(1);
    service.play(reply('## Abstract'));
    const output = await summarize({ writing: 'prose' });
    expect(output).not.toMatchObject({ output: { status: 'unchanged' } });
    expect(service.requests.length).toBeGreaterThan(1);
    expect(service.requests.at(-1)?.body).not.toHaveProperty('response_format');
  });

  it('is not for the specification’s own prompts nor for fixed rules', async () => {
    service.play(reply('no'));
    await summarize({ promptProfile: 'complete' });
    expect(service.requests[0]?.body).not.toHaveProperty('response_format');
  });
});

describe('the setting', () => {
  it('names its choices', () => {
    expect(() => readConfig({ WRITING: 'verse' })).toThrow(
      'WRITING must be one of structured, prose, not "verse".',
    );
  });
});
