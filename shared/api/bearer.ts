/** Who may start runs: whoever has the token. Reading asks nobody. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiRequest } from './http.ts';
import { HttpError } from './problem.ts';

/**
 * Lets a request with the right token pass.
 * @throws HttpError 403 where no token is set up, 401 where the request has none or another
 */
export function requireToken({ headers }: ApiRequest, token: string | undefined): void {
  if (token === undefined) {
    throw new HttpError(
      'runs-disabled',
      'No token is set up, so runs cannot be started over HTTP. Set API_TOKEN, or in AWS API_TOKEN_PARAMETER, and send it as a bearer token.',
    );
  }
  const given = /^Bearer +([^\s]+) *$/i.exec(headers.authorization ?? '')?.[1];
  if (given === undefined) throw refusal('Send the token as "Authorization: Bearer TOKEN".', '');
  if (!timingSafeEqual(digest(given), digest(token)))
    throw refusal('The token is not the right one.', ', error="invalid_token"');
}

function refusal(message: string, error: string): HttpError {
  return new HttpError('unauthorized', message, { 'www-authenticate': `Bearer realm="runs"${error}` });
}

/** Digests have one length, so that comparing them says nothing about the token's. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
