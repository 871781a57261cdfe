/** The built-in response: undici's parser reads it, once in a process, and it leaves nothing open. */
import { expect, it } from 'vitest';
import { warmParser } from '../../shared/source/http-pool.ts';

it('makes undici parse a response without a connection, once', async () => {
  const first = warmParser();
  expect(warmParser()).toBe(first);
  await expect(first).resolves.toBe(true);
  expect(process.getActiveResourcesInfo().filter((kind) => /TCP|TLS/.test(kind))).toEqual([]);
});
