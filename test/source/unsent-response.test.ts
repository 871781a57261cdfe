/** The response that no server sent: that undici's parser reads it, once in a process, and that nothing is left open by it. */
import { expect, it } from 'vitest';
import { warmParser } from '../../shared/source/http-pool.ts';

it('has undici parse a response without a connection, once', async () => {
  const first = warmParser();
  expect(warmParser()).toBe(first);
  await expect(first).resolves.toBe(true);
  expect(process.getActiveResourcesInfo().filter((kind) => /TCP|TLS/.test(kind))).toEqual([]);
});
