/**
 * A small local OpenAI-compatible server: simulates providers' behavior, good and bad, in the order in which
 * a test queues it, and records what it was sent.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the server saw it. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

/** What the server does with one request. */
export type Behaviour = (request: RecordedRequest, response: ServerResponse) => void;

/** A running server. */
export interface OpenAiServer {
  /** The value for `OPENAI_BASE_URL`. */
  readonly baseUrl: string;
  readonly requests: readonly RecordedRequest[];
  /** The next responses, in order; the last one is repeated. */
  play(...behaviours: Behaviour[]): void;
  close(): Promise<void>;
}

/** Starts a server that returns good replies by default. */
export async function startOpenAiServer(): Promise<OpenAiServer> {
  const requests: RecordedRequest[] = [];
  let queue: Behaviour[] = [reply('ok')];
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const request: RecordedRequest = {
      method: message.method ?? '',
      path: message.url ?? '',
      headers: message.headers,
      body: chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : {},
    };
    requests.push(request);
    const behaviour = queue.length > 1 ? queue.shift() : queue[0];
    behaviour?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    play: (...behaviours) => {
      queue = behaviours;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A JSON response with any status. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Behaviour {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** A completion in OpenAI's form. */
export function completion(message: Record<string, unknown>, finishReason: string | null = 'stop') {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'a-model',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finishReason }],
    usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
  };
}

/** A good reply, or one that ended in another way. */
export function reply(content: string, finishReason: string | null = 'stop'): Behaviour {
  return json(200, completion({ content }, finishReason));
}

/** An error in OpenAI's form. */
export function fault(
  status: number,
  error: { message: string; type?: string; code?: string | null; param?: string | null },
  headers: Record<string, string> = {},
): Behaviour {
  return json(
    status,
    { error: { type: 'invalid_request_error', code: null, param: null, ...error } },
    headers,
  );
}

/** An error that quotes the key and the prompt back, as some services do. */
export function indiscreetFault(status: number): Behaviour {
  return (request, response) =>
    fault(status, {
      message: `Incorrect API key ${request.headers.authorization}; you said: ${JSON.stringify(request.body)}`,
      code: String(request.headers.authorization),
      param: JSON.stringify(request.body),
    })(request, response);
}

/** Any text of any type. */
export function text(status: number, type: string, body: string): Behaviour {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': type });
    response.end(body);
  };
}

/** Headers and half a body, then silence. */
export const stall: Behaviour = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"choices": [{"message": {"content": "half of');
};

/** Nothing at all. */
export const silence: Behaviour = () => {};

/** Headers and half a body, then the connection is cut. */
export const reset: Behaviour = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"choices": [{"message": {"content": "half of', () => response.destroy());
};

/** A response larger than any reply may be. */
export const flood: Behaviour = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = 'x'.repeat(1 << 20);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', more);
  };
  response.on('error', () => {});
  more();
};

/** Responds like a service that accepts only these parameters besides the model and the messages. */
export function strictAbout(allowed: readonly string[], good: Behaviour): Behaviour {
  return (request, response) => {
    const refused = Object.keys(request.body).find(
      (name) => !['model', 'messages', ...allowed].includes(name),
    );
    const behaviour = refused
      ? fault(400, {
          message: `Unsupported parameter: '${refused}' is not supported with this model.`,
          code: 'unsupported_parameter',
          param: refused,
        })
      : good;
    behaviour(request, response);
  };
}
