/**
 * The shell around the API's Lambda function: middy's router, and the translation between API Gateway's
 * events (HTTP API, payload 2.0) and the API's own requests and responses. Every error leaves it as a problem
 * document.
 */
import middy from '@middy/core';
import httpRouter, { type Method } from '@middy/http-router';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { type Api, type ApiDependencies, buildApi } from '../shared/api/api.ts';
import {
  type ApiRequest,
  type ApiResponse,
  type BodyChunks,
  type HttpReply,
  isChunked,
} from '../shared/api/http.ts';
import { HttpError, problemResponse } from '../shared/api/problem.ts';
import { type EventLog, once, openLog } from './handler.ts';

/** Milliseconds before Lambda's own limit at which a request gets a 503, instead of the gateway's bare 500. */
const TIME_RESERVE_MS = 1_000;

/**
 * Bytes of a result that Lambda returns: 6 MB by its documentation, less some for its additions. A longer one
 * would become a bare 500 of the gateway.
 */
const MAX_RESULT_BYTES = 6_000_000;

/** The function that API Gateway calls. */
export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Handles an event and returns the response before it becomes a result of Lambda, for the loopback server. */
export type HttpResponder = (event: APIGatewayProxyEventV2, context: Context) => Promise<ApiResponse>;

/** The Lambda handler of the API. */
export function buildHttpHandler(compose: () => ApiDependencies): HttpHandler {
  const respond = buildHttpResponder(compose);
  return async (event, context) => {
    const result = await toResult(await respond(event, context));
    if (result !== undefined) return result;
    openLog('api', context).error(
      'response too large',
      new Error(`${event.rawPath} passes ${MAX_RESULT_BYTES} bytes`),
    );
    const error = new HttpError(
      'response-too-large',
      'The document is too large for one response. Read lists in pages, by `limit` and `next`.',
    );
    return (await toResult(problemResponse(error, event.requestContext.requestId)))!;
  };
}

/** The API behind its router. `compose` is called at the first request; if it throws, again at the next one. */
export function buildHttpResponder(compose: () => ApiDependencies): HttpResponder {
  const open = once(() => {
    const api = buildApi(compose());
    return { api, choose: buildRouter(api) };
  });
  return async (event, context) => {
    const log = openLog('api', context);
    const startedAt = performance.now();
    const response = await handleEvent(event, context, log, open);
    log.info('request handled', {
      method: event.requestContext.http.method,
      path: event.rawPath,
      status: response.status,
      milliseconds: Math.round(performance.now() - startedAt),
    });
    return response;
  };
}

/** Finds the handler of an event, and puts the parameters of its path into `pathParameters`. */
type Router = (event: APIGatewayProxyEventV2, context: Context) => HttpReply;

async function handleEvent(
  event: APIGatewayProxyEventV2,
  context: Context,
  log: EventLog,
  open: () => { readonly api: Api; readonly choose: Router },
): Promise<ApiResponse> {
  try {
    const { api, choose } = open();
    const finish = (handler: HttpReply) => api.handle(toRequest(event), handler, log);
    const limited = middy<APIGatewayProxyEventV2, ApiResponse>({
      timeoutEarlyInMillis: TIME_RESERVE_MS,
      timeoutEarlyResponse: () => finish(outOfTime),
    }).handler((each, within) => finish(choose(each, within)));
    return await (limited(event, context) as Promise<ApiResponse>);
  } catch (error) {
    // Wrong settings, or an error of this file: the API itself never throws.
    log.error('request failed', error);
    const hidden = new Error('The API could not start.', { cause: error });
    return problemResponse(hidden, event.requestContext.requestId);
  }
}

const outOfTime: HttpReply = async () => {
  throw new HttpError('unavailable', 'The response took too long.');
};

/**
 * Middy's router over the API's routes. It returns handlers instead of responses, so that everything else is the same
 * for all.
 */
function buildRouter(api: Api): Router {
  const routes = api.routes.flatMap(({ path, methods }) =>
    Object.entries(methods).flatMap(([method, reply]) =>
      (method === 'GET' ? ['GET', 'HEAD'] : [method]).map((each) => ({
        method: each as Method,
        path,
        handler: (() => reply) as never,
      })),
    ),
  );
  return httpRouter({ routes, notFoundResponse: () => api.unrouted }) as unknown as Router;
}

function toRequest(event: APIGatewayProxyEventV2): ApiRequest {
  return {
    method: event.requestContext.http.method,
    path: event.requestContext.http.path,
    params: event.pathParameters ?? {},
    // Not `queryStringParameters`, which joins repeated parameters by a comma.
    query: new URLSearchParams(event.rawQueryString),
    headers: event.headers,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    requestId: event.requestContext.requestId,
  };
}

/** The result for Lambda, or undefined if it would be too long. */
async function toResult({
  status,
  headers,
  body,
}: ApiResponse): Promise<APIGatewayProxyStructuredResultV2 | undefined> {
  const whole = isChunked(body) ? await joinChunks(body) : body;
  if (whole === undefined) return undefined;
  const isText = typeof whole === 'string';
  const result = {
    statusCode: status,
    headers: { ...headers },
    body: isText ? whole : Buffer.from(whole).toString('base64'),
    isBase64Encoded: !isText,
  };
  // At most six bytes of JSON for each character.
  const isLong =
    result.body.length * 6 > MAX_RESULT_BYTES && Buffer.byteLength(JSON.stringify(result)) > MAX_RESULT_BYTES;
  return isLong ? undefined : result;
}

/**
 * The chunks joined; undefined if they are too many. Only a store in a folder has chunks, and no Lambda function uses
 * one.
 */
async function joinChunks({ size, chunks }: BodyChunks): Promise<Buffer | undefined> {
  if (size > MAX_RESULT_BYTES) return undefined;
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
