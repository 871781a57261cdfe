/** Numbers and dates as the pages write them. Pure. */

/** `1 NWB file`, `1,251 NWB files`. */
export function counted(count: number, singular: string): string {
  return `${count.toLocaleString('en-US')} ${singular}${count === 1 ? '' : 's'}`;
}

const DATE = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** `22 November 2026`, of an ISO 8601 moment, by UTC. */
export function dateText(moment: string): string {
  return DATE.format(new Date(moment));
}
