/**
 * How long a server asks to be left alone: the one place that takes the `Retry-After` header apart, for the
 * archive, its bucket and the model's service alike. What it gives is honoured by `with-retries.ts`.
 */

/** Seconds past which a stated wait says no more than "not today". */
const LONGEST_STATED_SECONDS = 86_400;

/**
 * Seconds to wait by a `Retry-After` header, given as seconds or as a date (RFC 9110, section 10.2.3), at most
 * a day; undefined for none and for anything else. `now` in milliseconds is what a date is held to.
 */
export function readRetryAfter(
  value: string | null | undefined,
  now: number = Date.now(),
): number | undefined {
  const stated = value?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(stated)) return Math.min(Number(stated), LONGEST_STATED_SECONDS);
  // Every form of a date begins with the day's name; Date.parse alone takes much that is none.
  const date = /^[A-Z][a-z]+,? /.test(stated) ? Date.parse(stated) : Number.NaN;
  if (Number.isNaN(date)) return undefined;
  return Math.min(Math.max(0, Math.ceil((date - now) / 1000)), LONGEST_STATED_SECONDS);
}
