/** Looks up external names in a table, ignoring inherited properties. */

/**
 * The entry of `table` by `name`, for names from files, metadata and services: `constructor` and `__proto__` find
 * none.
 */
export function findOwn<Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
