/** Looks names from outside up in a table of ours, where what every object inherits is no entry. */

/** The entry of `table` by `name`, for names that files, metadata and services bring: `constructor` and `__proto__` find none. */
export function findOwn<Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
