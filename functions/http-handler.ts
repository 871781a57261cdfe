/**
 * The shell around the API's Lambda function: middy's router, and the translation between API Gateway's
 * events (HTTP API, payload 2.0) and the API's own requests and answers. No error leaves it but as a problem
 * document.
 */
import middy from '@middy/core';
import httpRouter, { type Method } from '@middy/http-router';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { type Api, type ApiDependencies, buildApi } from '../shared/api/api.ts';
import type { ApiRequest, ApiResponse, HttpReply } from '../shared/api/http.ts';
import { HttpError, problemResponse } from '../shared/api/problem.ts';
import { type EventLog, once, openLog } from './handler.ts';

/** Milliseconds before Lambda's own limit at which a request is answered with 503, in place of the gateway's bare 500. */
const TIME_RESERVE_MS = 1_000;

/** What API Gateway calls, and the server on loopback too. */
export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** The Lambda handler of the API. `compose` is called at the first request; where it throws, at the next one again. */
export function buildHttpHandler(compose: () => ApiDependencies): HttpHandler {
  const open = once(() => {
    const api = buildApi(compose());
    return { api, choose: buildRouter(api) };
  });
  return async (event, context) => {
    const log = openLog('api', context);
    const startedAt = performance.now();
    const result = await handleEvent(event, context, log, open);
    log.info('request answered', {
      method: event.requestContext.http.method,
      path: event.rawPath,
      status: result.statusCode,
      milliseconds: Math.round(performance.now() - startedAt),
    });
    return result;
  };
}

/** Finds what answers an event, and puts the places of its path into `pathParameters`. */
type Router = (event: APIGatewayProxyEventV2, context: Context) => HttpReply;

async function handleEvent(
  event: APIGatewayProxyEventV2,
  context: Context,
  log: EventLog,
  open: () => { readonly api: Api; readonly choose: Router },
): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const { api, choose } = open();
    const finish = async (answer: HttpReply) => toResult(await api.answer(toRequest(event), answer, log));
    const limited = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
      timeoutEarlyInMillis: TIME_RESERVE_MS,
      timeoutEarlyResponse: () => finish(outOfTime),
    }).handler((each, within) => finish(choose(each, within)));
    return await (limited(event, context) as Promise<APIGatewayProxyStructuredResultV2>);
  } catch (error) {
    // Wrong settings, or an error of this file: the API itself never throws.
    log.error('request failed', error);
    const hidden = new Error('The API could not start.', { cause: error });
    return toResult(problemResponse(hidden, event.requestContext.requestId));
  }
}

const outOfTime: HttpReply = async () => {
  throw new HttpError('unavailable', 'The answer took too long.');
};

/** Middy's router over the API's routes. It hands out answers in place of giving them: the rest is the same for all. */
function buildRouter(api: Api): Router {
  const routes = api.routes.flatMap(({ path, methods }) =>
    Object.entries(methods).flatMap(([method, answer]) =>
      (method === 'GET' ? ['GET', 'HEAD'] : [method]).map((each) => ({
        method: each as Method,
        path,
        handler: (() => answer) as never,
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
    // Not `queryStringParameters`, which joins what is given twice by a comma.
    query: new URLSearchParams(event.rawQueryString),
    headers: event.headers,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    requestId: event.requestContext.requestId,
  };
}

function toResult({ status, headers, body }: ApiResponse): APIGatewayProxyStructuredResultV2 {
  const isText = typeof body === 'string';
  return {
    statusCode: status,
    headers: { ...headers },
    body: isText ? body : Buffer.from(body).toString('base64'),
    isBase64Encoded: !isText,
  };
}
