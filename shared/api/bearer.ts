/** Authorizes the start of runs: only with the token. Reading needs no authorization. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiRequest } from './http.ts';
import { HttpError } from './problem.ts';

/**
 * Lets a request with the right token pass.
 * @throws HttpError 403 if no token is configured, 401 if the request has no token or a different one
 */
export function requireToken({ headers }: ApiRequest, token: string | undefined): void {
  if (token === undefined) {
    throw new HttpError(
      'runs-disabled',
      'No token is configured, so runs cannot be started over HTTP. Set API_TOKEN, or in AWS API_TOKEN_PARAMETER, and send it as a bearer token.',
    );
  }
  const given = /^Bearer +([^\s]+) *$/i.exec(headers.authorization ?? '')?.[1];
  if (given === undefined) throw refusal('Send the token as "Authorization: Bearer TOKEN".', '');
  if (!timingSafeEqual(digest(given), digest(token)))
    throw refusal('The token is wrong.', ', error="invalid_token"');
}

function refusal(message: string, error: string): HttpError {
  return new HttpError('unauthorized', message, { 'www-authenticate': `Bearer realm="runs"${error}` });
}

/** Digests all have the same length, so that the comparison does not leak the token's length. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
