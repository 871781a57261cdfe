/**
 * The API on this machine: node:http in place of API Gateway, in front of the same API as Lambda's handler. Long
 * downloads are sent in chunks, which Lambda cannot do: there they are links to S3.
 * On loopback only.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { buildHttpResponder, type HttpResponder } from '../functions/http-handler.ts';
import type { ApiDependencies } from '../shared/api/api.ts';
import { isChunked, MAX_BODY_BYTES } from '../shared/api/http.ts';
import { localContext } from './run-machine.ts';

/** A running server. */
export interface ApiServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Finishes current responses, accepts no new requests. */
  close(): Promise<void>;
}

/** Milliseconds for a client to send its request, as at the gateway. */
const REQUEST_TIMEOUT_MS = 30_000;
/**
 * Milliseconds that a connection may be idle: longer than clients allow, so that the client closes it. On a
 * machine so busy that a turn takes seconds, Node's five would cut off the next request that is already in flight.
 */
const KEEP_ALIVE_MS = 65_000;

/** Serves the API on 127.0.0.1. @throws the system's error if the port is not available */
export async function serveApi(dependencies: ApiDependencies, port = 0): Promise<ApiServer> {
  const respond = buildHttpResponder(() => dependencies);
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      handle(respond, request, response).catch(() => response.destroy());
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        // For connections still in use: once idle, they are closed without waiting.
        server.keepAliveTimeout = 1;
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

async function handle(
  respond: HttpResponder,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const event = buildEvent(request, await readBody(request));
  const { status, headers, body } = await respond(event, localContext('api'));
  // An unread rest of a body would block the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  response.writeHead(status, headers);
  if (isChunked(body)) await pipeline(Readable.from(body.chunks), response);
  else response.end(body);
}

/** The body, or one byte more than allowed: enough for the handler to refuse it. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop must not destroy the connection for the refusal.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES + 1);
}

/** The event that API Gateway builds from such a request (HTTP API, payload 2.0). */
function buildEvent(request: IncomingMessage, body: Buffer): APIGatewayProxyEventV2 {
  const [rawPath = '/', ...query] = (request.url ?? '/').split('?');
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value.join(',') : value;
  const now = new Date();
  const path = decodePath(rawPath);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query.join('?'),
    headers,
    requestContext: {
      accountId: 'local',
      apiId: 'local',
      domainName: headers.host ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 ? { body: body.toString('base64') } : {}),
    isBase64Encoded: body.length > 0,
  };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
