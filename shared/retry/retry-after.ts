/**
 * Parses the `Retry-After` header, in one place for the
 * archive, its bucket and the model's service. `with-retries.ts` waits accordingly.
 */

/** Maximum of a stated wait, in seconds. */
const LONGEST_STATED_SECONDS = 86_400;

/**
 * Seconds to wait by a `Retry-After` header, given as seconds or as a date (RFC 9110, section 10.2.3), at most
 * a day; undefined for none and for anything else. A date is compared with `now` in milliseconds.
 */
export function readRetryAfter(
  value: string | null | undefined,
  now: number = Date.now(),
): number | undefined {
  const stated = value?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(stated)) return Math.min(Number(stated), LONGEST_STATED_SECONDS);
  // Every form of a date begins with the day's name; Date.parse alone accepts much else.
  const date = /^[A-Z][a-z]+,? /.test(stated) ? Date.parse(stated) : Number.NaN;
  if (Number.isNaN(date)) return undefined;
  return Math.min(Math.max(0, Math.ceil((date - now) / 1000)), LONGEST_STATED_SECONDS);
}
