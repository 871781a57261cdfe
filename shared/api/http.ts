/**
 * A request and its response, independent of Lambda and node:http. `functions/http-handler.ts`
 * translates both ways.
 */

/** Bytes that a request's body may have; the only one accepted, `{"force": true}`, takes a few. */
export const MAX_BODY_BYTES = 4_096;
/** Characters that a query may have: enough for every filter at its longest with each character escaped. */
export const MAX_QUERY_CHARACTERS = 8_192;

/** A request. */
export interface ApiRequest {
  /** In capitals. */
  readonly method: string;
  /** As sent, without the query, percent-decoded. */
  readonly path: string;
  /** The parameters of the route's path, such as `id`. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  /** Names in lower case; repeated ones are joined by a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** Identifies the request in the logs. */
  readonly requestId: string;
}

/** A response; header names in lower case. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | BodyChunks;
}

/** A body that is too long to hold in memory. */
export interface BodyChunks {
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Whether a body comes in chunks. */
export function isChunked(body: ApiResponse['body']): body is BodyChunks {
  return typeof body === 'object' && 'chunks' in body;
}

/** Handles one method of one route. */
export type HttpReply = (request: ApiRequest) => Promise<ApiResponse>;
