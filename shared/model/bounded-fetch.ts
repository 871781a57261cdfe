/**
 * `fetch` for the model's adapter: returns the whole body or throws, with a limit on its size. The openai client's own
 * timeout ends when the headers arrive, so a stalled body would block it forever.
 */

/**
 * Most bytes of one response, 8 MiB: two hundred times the longest summary, so that a broken server cannot fill the
 * memory.
 */
const MAX_RESPONSE_BYTES = 8 * 1024 * 1024;

/** A response larger than any summary. */
export class OversizedResponseError extends Error {
  override readonly name = 'OversizedResponseError';
}

/**
 * Sends one request and reads the whole body before it returns. Redirects are returned and never followed: the prompt
 * and the key are sent only to the configured URL.
 * @throws OversizedResponseError, and the errors of `fetch` for a broken or aborted connection
 */
export async function boundedFetch(
  url: string | URL | Request,
  init: RequestInit | undefined,
  deadline: AbortSignal,
): Promise<Response> {
  const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
  const response = await fetch(url, { ...init, signal, redirect: 'manual' });
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  if (response.body) {
    for await (const chunk of response.body) {
      length += chunk.byteLength;
      if (length > MAX_RESPONSE_BYTES)
        throw new OversizedResponseError(`more than ${MAX_RESPONSE_BYTES} bytes`);
      chunks.push(chunk);
    }
  }
  const body = length === 0 ? null : new Blob(chunks);
  return new Response(body, {
    status: response.status === 0 ? 502 : response.status,
    headers: dropFraming(response.headers),
  });
}

/** Drops the headers about length and encoding, which no longer apply to a body that has been read. */
function dropFraming(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) kept.delete(name);
  return kept;
}
