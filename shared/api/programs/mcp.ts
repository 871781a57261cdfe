/**
 * The Model Context Protocol at `POST /mcp`: read-only tools, by the official SDK. Stateless: each request
 * gets a server of its own and one complete JSON response.
 */

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import * as z from 'zod';
import { DANDISET_ID, VERSION_NAME } from '../../archive/version-ref.ts';
import type { NotFoundError } from '../../errors.ts';
import { TOOL } from '../../tool.ts';
import type { ApiRequest, ApiResponse, HttpReply } from '../http.ts';
import { publicReason } from '../problem.ts';

/** Results of a search at most. */
const MAX_RESULTS = 50;

/** The tools' access to the API: the same documents that its routes return. */
export interface McpDocuments {
  /** The JSON of a path of this API. @throws the errors of its route */
  readonly read: (
    path: string,
    params: Readonly<Record<string, string | undefined>>,
    query: URLSearchParams,
  ) => Promise<string>;
}

const ID = z.string().regex(DANDISET_ID).describe('Six digits, such as 000003.');
const VERSION = z
  .string()
  .regex(VERSION_NAME)
  .optional()
  .describe('draft or 0.YYMMDD.HHMM; the default version of the Dandiset if omitted.');
const READ_ONLY = { readOnlyHint: true, idempotentHint: true, openWorldHint: false } as const;

/** Tools that read one document of a Dandiset: name, description, and the document. */
const DOCUMENT_TOOLS = [
  [
    'get_summary',
    'The summary of a Dandiset as markdown: what was done, what data there are, keywords.',
    'summary',
    'markdown',
  ],
  [
    'get_facts',
    'Facts counted over all NWB files of a Dandiset, each with its source and scope.',
    'facts',
    'json',
  ],
  [
    'get_file_types',
    'The types of files that a Dandiset holds: counts, examples, neurodata types, series and tables.',
    'file-types',
    'json',
  ],
  [
    'get_snippets',
    'How to cite, download and stream a Dandiset: BibTeX, shell, Python and MATLAB for each type of file.',
    'snippets',
    'json',
  ],
] as const;

function buildServer(documents: McpDocuments): McpServer {
  const server = new McpServer(
    { name: TOOL.name, version: TOOL.version },
    {
      instructions:
        'Finds Dandisets (neurophysiology data of the DANDI Archive) by the contents of their files. Search first, then read a summary, facts, sessions, file types or snippets by id.',
    },
  );
  server.registerTool(
    'search_dandisets',
    {
      description:
        'Searches summaries of Dandisets by words, phrases and conditions such as species:mouse, units>=500, sessions>=10. Lists the best first, with the words found.',
      inputSchema: {
        query: z.string().min(1).max(200).describe('Words, "phrases", -excluded words, and conditions.'),
        limit: z
          .int()
          .min(1)
          .max(MAX_RESULTS)
          .optional()
          .describe('Maximum number of results; 10 if omitted.'),
      },
      annotations: READ_ONLY,
    },
    async ({ query, limit = 10 }) =>
      respondToTool(() =>
        documents.read('search', {}, new URLSearchParams({ q: query, limit: String(limit), format: 'json' })),
      ),
  );
  for (const [name, description, document, format] of DOCUMENT_TOOLS) {
    server.registerTool(
      name,
      { description, inputSchema: { id: ID, version: VERSION }, annotations: READ_ONLY },
      async ({ id, version }) =>
        respondToTool(() => documents.read(document, { id, version }, new URLSearchParams({ format }))),
    );
  }
  server.registerTool(
    'get_sessions',
    {
      description:
        'The table of sessions of a Dandiset, one row per file: subject, session, species, regions, counts, duration. In pages.',
      inputSchema: { id: ID, version: VERSION, page: z.int().min(1).optional().describe('From 1 on.') },
      annotations: READ_ONLY,
    },
    async ({ id, version, page = 1 }) =>
      respondToTool(() =>
        documents.read(
          'sessions',
          { id, version },
          new URLSearchParams({ page: String(page), format: 'json' }),
        ),
      ),
  );
  return server;
}

/** A document as a tool's result; a missing document is a result too, which the agent may act on. */
async function respondToTool(read: () => Promise<string>) {
  try {
    return { content: [{ type: 'text' as const, text: await read() }] };
  } catch (error) {
    const reason = publicReason(error as NotFoundError);
    if (reason === undefined)
      throw new Error('The service does not respond. Try again later.', { cause: error });
    return { content: [{ type: 'text' as const, text: reason }], isError: true };
  }
}

/** The response of `POST /mcp`. */
export function serveMcp(documents: McpDocuments): HttpReply {
  return async (request) => {
    const server = buildServer(documents);
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    try {
      // The SDK's own types are not written for exactOptionalPropertyTypes.
      await server.connect(transport as never);
      return await toResponse(await transport.handleRequest(toWebRequest(request)));
    } finally {
      await server.close();
    }
  };
}

function toWebRequest({ path, method, headers, body }: ApiRequest): Request {
  const sent = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || /^(?:host|connection|content-length)$/.test(name) ? [] : [[name, value]],
  );
  return new Request(new URL(path, 'http://localhost'), { method, headers: sent, body: Buffer.from(body) });
}

async function toResponse(response: Response): Promise<ApiResponse> {
  return {
    status: response.status,
    headers: { ...Object.fromEntries(response.headers), 'cache-control': 'no-store' },
    body: await response.text(),
  };
}
