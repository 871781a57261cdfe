/**
 * The folder store with several processes: killed writers, races for one document, and locks of dead
 * processes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, stat, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreUnavailableError } from '../../shared/errors.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { catchFailure, listAll, newFolder, readText } from './stores.ts';

const JSON_TYPE = { contentType: 'application/json' };
const PUT_LOOP = fileURLToPath(new URL('./put-loop.ts', import.meta.url));

describe('FolderStore among processes', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ folder, remove } = await newFolder());
  });
  afterEach(() => remove());

  it('has only complete documents, however often writers are killed', async () => {
    const store = new FolderStore(folder);
    let checked = 0;
    for (let round = 0; round < 8; round += 1) {
      const children = ['one', 'two'].map((seed) =>
        spawn(process.execPath, [PUT_LOOP, folder, `${seed}${round}`]),
      );
      await Promise.all(children.map((child) => once(child.stdout, 'data')));
      await sleep(Math.random() * 60);
      await Promise.all(children.map(kill));
      for await (const key of store.list('')) {
        const [hash, text = ''] = (await readText(store, key))!.split('\n');
        expect(createHash('sha256').update(text).digest('hex'), key).toBe(hash);
        expect(key).toMatch(/^loop\/[a-z0-9-]+\.json$/);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(30);
    // The lock of a killed writer is taken over at once, since its process is known to be gone.
    // This waiter's clock stands still, so that it cannot take over a lock because of its age.
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    try {
      for (const key of await listAll(store)) await store.put(key, 'after', JSON_TYPE);
    } finally {
      clock.mockRestore();
    }
    for (const key of await listAll(store)) expect(await readText(store, key)).toBe('after');
  }, 60_000);

  it('loses no conditional write of several processes', async () => {
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, [PUT_LOOP, folder, 'count', '40'], { stdio: 'inherit' }),
    );
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(await readText(new FolderStore(folder), 'counter.json')).toBe('160');
    expect(await readdir(folder)).toEqual(['counter.json']);
  }, 60_000);

  it('takes over the lock of a dead process, and waits for that of a running one', async () => {
    const store = new FolderStore(folder);
    await store.put('a.json', '1', JSON_TYPE);
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'exit');
    const lock = join(folder, '.lock-a.json');
    const claim = (pid: number | undefined) => JSON.stringify({ host: hostname(), pid, token: 'another' });
    await writeFile(lock, claim(dead.pid));
    expect((await store.put('a.json', '2', JSON_TYPE)).outcome).toBe('stored');
    await expect(stat(lock)).rejects.toThrow('ENOENT');

    await writeFile(lock, claim(process.pid));
    let isDone = false;
    const put = store.put('a.json', '3', JSON_TYPE).then(() => {
      isDone = true;
    });
    await sleep(200);
    expect(isDone).toBe(false);
    expect(await readText(store, 'a.json')).toBe('2');
    await unlink(lock);
    await put;
    expect(await readText(store, 'a.json')).toBe('3');
  });

  it('takes over a lock of unknown origin after ten seconds', async () => {
    const store = new FolderStore(folder);
    // Empty files, as a killed writer leaves them on a system without symbolic links.
    await writeFile(join(folder, '.lock-a.json'), '');
    await writeFile(join(folder, '.lock-a.json.takeover'), '');
    // The waiter's clock runs fifty times as fast.
    const start = performance.now();
    const now = performance.now.bind(performance);
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => start + (now() - start) * 50);
    try {
      expect((await store.put('a.json', '1', JSON_TYPE)).outcome).toBe('stored');
      expect(performance.now() - start).toBeGreaterThan(20_000);
    } finally {
      clock.mockRestore();
    }
    expect(await readdir(folder)).toEqual(['a.json']);
  });

  it('fails with an error if a lock is not released for too long', async () => {
    const store = new FolderStore(folder);
    const lock = join(folder, '.lock-a.json');
    // A running, busy owner: its lock is a new one at every check.
    let isBusy = true;
    const holder = (async () => {
      for (let turn = 0; isBusy; turn += 1) {
        await writeFile(lock, JSON.stringify({ host: hostname(), pid: process.pid, token: turn }));
        await sleep(20);
      }
    })();
    const start = performance.now();
    const now = performance.now.bind(performance);
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => start + (now() - start) * 50);
    try {
      await sleep(30);
      const error = await catchFailure(store.put('a.json', '1', JSON_TYPE));
      expect(error).toBeInstanceOf(StoreUnavailableError);
      expect(error.message).toMatch(/\(ELOCKED\)\. Another process/);
    } finally {
      clock.mockRestore();
      isBusy = false;
      await holder;
    }
    expect(await listAll(store)).toEqual([]);
  });
});

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
