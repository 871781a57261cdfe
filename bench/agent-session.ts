/**
 * `npm run bench -- agent [QUESTION]`: a session of an agent with `POST /mcp` through the official SDK's
 * client, from a question to three Dandisets, printed as it ran. The agent is a script, so that it costs
 * nothing and does the same each time: it searches for the question unchanged, reads the summary and the
 * facts of the results, and takes the best three that have facts on subjects or modality.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { composeApi } from '../functions/compose.ts';
import { serveApi } from '../local/serve.ts';
import { readConfig } from '../shared/config.ts';
import { storeDandisets } from './stored-dandisets.ts';

/** A question of a researcher, to which some Dandisets of the corpus are an answer. */
export const QUESTION = 'Which Dandisets hold patch clamp recordings of cortical neurons?';
const WANTED = 3;
/** The most characters of a printed line. */
const LINE = 118;

/** The result of a session. */
export interface AgentSession {
  /** Calls and their results, shortened, one per line. */
  readonly transcript: string;
  readonly calls: number;
  readonly found: readonly { readonly id: string; readonly name: string; readonly why: string }[];
}

interface SearchResult {
  readonly total: number;
  readonly dandisets: readonly {
    readonly id: string;
    readonly name: string;
    readonly found: readonly string[];
  }[];
}

interface Facts {
  readonly facts: readonly { readonly topic: string; readonly text: string }[];
}

/**
 * Runs a session with the server at `url` and finds up to three Dandisets.
 * @throws the SDK's errors; Error if a tool fails
 */
export async function askAgent(url: string, question = QUESTION): Promise<AgentSession> {
  const client = new Client({ name: 'agent-session', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)) as never);
  const lines: string[] = [`? ${question}`];
  let calls = 0;
  const call = async (name: string, given: Record<string, unknown>): Promise<string> => {
    calls += 1;
    lines.push('', `> ${name} ${JSON.stringify(given)}`);
    const result = await client.callTool({ name, arguments: given });
    const text = (result.content as readonly { text: string }[]).map((part) => part.text).join('');
    if (result.isError === true) throw new Error(`${name}: ${text}`);
    return text;
  };
  const print = (text: string): void => void lines.push(`< ${shorten(text)}`);
  try {
    const { tools } = await client.listTools();
    lines.push('', '> tools/list');
    print(tools.map(({ name }) => name).join(', '));
    const results = JSON.parse(
      await call('search_dandisets', { query: question, limit: WANTED * 2 }),
    ) as SearchResult;
    print(`${results.total} found`);
    for (const { id, name, found } of results.dandisets) print(`${id} ${name} (${found.join(', ')})`);
    const found: AgentSession['found'][number][] = [];
    for (const { id, name } of results.dandisets) {
      if (found.length === WANTED) break;
      print(findSentence(await call('get_summary', { id })));
      const { facts } = JSON.parse(await call('get_facts', { id })) as Facts;
      const stated = facts.filter(({ topic }) => topic === 'subjects' || topic === 'modality');
      for (const { text } of stated) print(text);
      if (stated.length === 0) continue;
      found.push({ id, name, why: stated.map(({ text }) => text).join(' ') });
    }
    for (const { id } of found.slice(0, 1)) {
      const { download } = JSON.parse(await call('get_snippets', { id })) as { download: string };
      print(download);
    }
    lines.push('', ...found.map(({ id, name }) => `! DANDI:${id} ${name}`));
    return { transcript: `${lines.join('\n')}\n`, calls, found };
  } finally {
    await client.close();
  }
}

/** The first sentence of a summary's abstract. */
function findSentence(markdown: string): string {
  const [, text = ''] = /## Abstract\s+(.+?)(?:\n|$)/s.exec(markdown) ?? [];
  return text;
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > LINE ? `${line.slice(0, LINE - 1)}…` : line;
}

/** Stores the Dandisets, serves them, and prints a session. */
export async function runAgent(words: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-'));
  try {
    await storeDandisets(folder);
    const server = await serveApi(composeApi(readConfig({ SUMMARY_STORE: folder })));
    try {
      const session = await askAgent(server.url, words.length === 0 ? QUESTION : words.join(' '));
      process.stdout.write(session.transcript);
    } finally {
      await server.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
