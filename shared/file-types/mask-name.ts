/**
 * Names with what numbers them taken out, so that `sweep_00001` and `sweep_00002`, or two groups named by
 * date, count as one name. Pure; the first step of folding.
 */

/** Stands for a number, a date or an identifier. No HDF5 name of the archive holds it by itself. */
export const MASK = '*';

/** UUIDs; runs of eight or more hexadecimal digits with both a digit and a letter; numbers with their separators, as in dates. */
const NUMBERED =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-z])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}(?![0-9a-z])|\d+(?:[-_:.T+]\d+)*Z?(?![a-z])|\d+/gi;

/** The name with each number, date and identifier replaced by `*`. Two names that differ only in those have one mask. */
export function maskName(name: string): string {
  return name.replaceAll(NUMBERED, MASK);
}
