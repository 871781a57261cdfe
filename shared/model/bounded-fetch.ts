/**
 * `fetch` as the model's adapter wants it: the whole body or an error, under a limit of size. The openai
 * client stops its own clock when the headers come, so a body that stalls would hold it forever.
 */

/** Most bytes of one answer, 8 MiB: two hundred times the longest summary, so that a broken server cannot fill the memory. */
const MAX_RESPONSE_BYTES = 8 * 1024 * 1024;

/** An answer larger than any summary. */
export class OversizedResponseError extends Error {
  override readonly name = 'OversizedResponseError';
}

/**
 * One request, its body read to the end before it returns. Redirects are answered as they are and never
 * followed: the prompt and the key go to the configured address only.
 * @throws OversizedResponseError, and what `fetch` throws for a broken or aborted connection
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
    headers: withoutFraming(response.headers),
  });
}

/** The headers that still hold of a body that has been read: its length and encoding do not. */
function withoutFraming(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) kept.delete(name);
  return kept;
}
