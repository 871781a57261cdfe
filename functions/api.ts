/** The Lambda function of the HTTP API: all routes of `shared/api`, behind API Gateway. */
import { readConfig } from '../shared/config.ts';
import { composeApi } from './compose.ts';
import { buildHttpHandler } from './http-handler.ts';

export const handler = buildHttpHandler(() => composeApi(readConfig()));
