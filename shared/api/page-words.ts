/** Numbers and dates as written on the pages. Pure. */

/** `1 NWB file`, `1,251 NWB files`. */
export function countNoun(count: number, singular: string): string {
  return `${count.toLocaleString('en-US')} ${singular}${count === 1 ? '' : 's'}`;
}

const DATE = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** `22 November 2026`, from an ISO 8601 date and time, in UTC. */
export function dateText(moment: string): string {
  return DATE.format(new Date(moment));
}
