/** Whether a URL is signed as S3 requires (Signature Version 4 in the query), computed here without the SDK. */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The secret that signs links for the stand-in: the secret of the suite's credentials. */
const SECRET = 'test';

/** Undefined if the signature is of this request and still valid, else S3's error code. */
export function findSignatureFault(
  { method = '', headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  url: URL,
  now = Date.now(),
): 'SignatureDoesNotMatch' | 'AccessDenied' | undefined {
  const query = [...url.searchParams].filter(([name]) => name !== 'X-Amz-Signature');
  const find = (name: string): string => url.searchParams.get(name) ?? '';
  const moment = find('X-Amz-Date');
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(moment) ?? [];
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (!(now < signedAt + Number(find('X-Amz-Expires')) * 1000)) return 'AccessDenied';
  const [, ...scope] = find('X-Amz-Credential').split('/');
  const signed = find('X-Amz-SignedHeaders').split(';');
  const canonical = [
    method,
    url.pathname,
    query
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join('&'),
    ...signed.map((name) => `${name}:${headers[name]}`),
    '',
    signed.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', moment, scope.join('/'), sha256(canonical)].join('\n');
  const key = scope.reduce<Buffer | string>((last, part) => hmac(last, part), `AWS4${SECRET}`);
  return hmac(key, text).toString('hex') === find('X-Amz-Signature') ? undefined : 'SignatureDoesNotMatch';
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
