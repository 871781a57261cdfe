/**
 * The work while waiting for the first response: a walk through a built-in file, which both engines read
 * alike.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { readBuiltinFile } from '../../shared/hdf5/walker/builtin-file.ts';
import { warmWalk } from '../../shared/hdf5/walker/warm-walk.ts';
import { HttpPool, whileWaiting } from '../../shared/source/http-pool.ts';
import { openHttpSource } from '../../shared/source/http-source.ts';
import { TwoEngines } from './two-engines.ts';

it('reads the header of the file, once', async () => {
  const first = warmWalk();
  expect(warmWalk()).toBe(first);
  await expect(first).resolves.toBe(true);
});

it('uses a file that both engines read alike, each object with its attributes and values', async () => {
  const engines = new TwoEngines();
  try {
    const { header } = await engines.byWalker(readBuiltinFile());
    expect(header).toEqual(await engines.byLibhdf5(readBuiltinFile()));
    expect(header.objects.map(({ kind }) => kind)).not.toContain('unread');
    expect(JSON.stringify(header)).toContain('TimeSeries');
  } finally {
    engines.close();
  }
});

it('works once, after a request was sent and before its response, and sees that the response arrived', async () => {
  let count = 0;
  let mayWait = (): boolean => false;
  const waited: boolean[] = [];
  const { promise: done, resolve } = Promise.withResolvers<void>();
  whileWaiting((isWaiting) => {
    count += 1;
    mayWait = isWaiting;
    waited.push(isWaiting());
    resolve();
  });
  const server = createServer((_, response) => {
    // No response is sent before the work is done.
    void done.then(() => response.writeHead(206, { 'content-range': 'bytes 0-0/1' }).end('x'));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const pool = new HttpPool();
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`;
    for (let times = 0; times < 2; times += 1) await openHttpSource(url, { openingBytes: 1, pool });
    expect(count).toBe(1);
    expect([...waited, mayWait()]).toEqual([true, false]);
  } finally {
    pool.close();
    server.close();
  }
});
