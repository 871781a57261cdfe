/**
 * HTTP statuses by what they say of a repeated request: one table for the archive, the pool of connections and the
 * model. Pure.
 */

/** Statuses returned when the server, or a proxy before it, is briefly overloaded or broken. */
export const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Statuses by which a host reports overload (Amazon S3 API Reference, "Error responses": SlowDown). */
export const OVERLOAD_STATUSES: ReadonlySet<number> = new Set([429, 503]);
