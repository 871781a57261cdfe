import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InvalidInputError, StoreUnavailableError } from '../../shared/errors.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { describeObjectStore } from './object-store-contract.ts';
import { catchFailure, listAll, newFolder, newFolderStore, readText } from './stores.ts';

const JSON_TYPE = { contentType: 'application/json' };
const PUT_LOOP = fileURLToPath(new URL('./put-loop.ts', import.meta.url));

describeObjectStore('FolderStore', async () => {
  const { store, remove } = await newFolderStore();
  return { store, another: () => new FolderStore(store.location), remove };
});

describe('FolderStore', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ folder, remove } = await newFolder());
  });
  afterEach(() => remove());

  it('lays documents out under their keys', async () => {
    const store = new FolderStore(join(folder, 'made', 'on demand'));
    await store.put('summaries/000683/draft/summary.md', '# Mice\n', { contentType: 'text/markdown' });
    const path = join(folder, 'made', 'on demand', 'summaries', '000683', 'draft', 'summary.md');
    expect(await readFile(path, 'utf8')).toBe('# Mice\n');
    expect((await store.get('summaries/000683/draft/summary.md'))!.contentType).toBe(
      'text/markdown; charset=utf-8',
    );
    expect(store.location).toBe(join(folder, 'made', 'on demand'));
  });

  it('takes the first 128 bits of the SHA-256 for an ETag', async () => {
    const store = new FolderStore(folder);
    const hash = createHash('sha256').update('{}').digest('hex').slice(0, 32);
    expect(await store.put('a.json', '{}', JSON_TYPE)).toEqual({ outcome: 'stored', etag: `"${hash}"` });
  });

  it('holds odd keys inside the root, as two files where they are two keys', async () => {
    const store = new FolderStore(join(folder, 'root'));
    const keys = [
      '.hidden.json',
      '...',
      'a/.tmp-1',
      '%2e%2e.json',
      '..%2f..',
      '~',
      'C:\\x.json',
      'A.json',
      'b=1/c=.json',
      'a.json',
      'é.json',
      'e\u0301.json',
      'con ?*<>|".json',
    ];
    for (const key of keys) await store.put(key, key, JSON_TYPE);
    for (const key of keys) expect(await readText(store, key)).toBe(key);
    expect((await listAll(store)).toSorted()).toEqual(keys.toSorted());
    expect(await readdir(folder)).toEqual(['root']);
    const names = await readdir(join(folder, 'root'), { recursive: true });
    for (const name of names) expect(name).toMatch(/^[a-z0-9%._=/-]+$/);
  });

  it('keeps the columns of a path in the form of Parquet readers, so that tables are found at the reported location', async () => {
    const key = 'files/generation=4.2/shard=a/0f.parquet';
    await new FolderStore(folder).put(key, 'PAR1', JSON_TYPE);
    expect(await readdir(join(folder, 'files/generation=4.2/shard=a'))).toEqual(['0f.parquet']);
  });

  it('refuses a key with a part that is too long for a file name', async () => {
    const error = await catchFailure(new FolderStore(folder).put('é'.repeat(60), '', JSON_TYPE));
    expect(error).toBeInstanceOf(InvalidInputError);
  });

  it('lists no file that is not its own', async () => {
    const store = new FolderStore(folder);
    await store.put('a.json', '{}', JSON_TYPE);
    await writeFile(join(folder, 'README.md'), 'by hand');
    await writeFile(join(folder, '.DS_Store'), '');
    await writeFile(join(folder, '.tmp-1'), 'half a docu');
    await symlink('/etc', join(folder, 'etc'));
    expect(await listAll(store)).toEqual(['a.json']);
  });

  it('removes files of killed writers, and none that is being written', async () => {
    await writeFile(join(folder, '.tmp-old'), 'half a docu');
    await writeFile(join(folder, '.tmp-new'), 'half a docu');
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(folder, '.tmp-old'), longAgo, longAgo);
    await new FolderStore(folder).put('a.json', '{}', JSON_TYPE);
    expect((await readdir(folder)).toSorted()).toEqual(['.tmp-new', 'a.json']);
  });

  it('leaves nothing behind after a put, a conflict or a failure', async () => {
    const store = new FolderStore(folder);
    await store.put('a.json', '1', JSON_TYPE);
    await store.put('a.json', '2', { ...JSON_TYPE, ifMatch: '"0"' });
    await mkdir(join(folder, 'b.json'));
    const error = await catchFailure(store.put('b.json', '1', JSON_TYPE));
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toMatch(/EISDIR|ENOTEMPTY|EEXIST/);
    expect((await readdir(folder)).toSorted()).toEqual(['a.json', 'b.json']);
  });

  it('reports what to do if a part of the path is a file', async () => {
    await writeFile(join(folder, 'file'), '');
    const store = new FolderStore(join(folder, 'file', 'summaries'));
    const uses = [
      () => store.put('a/b.json', '1', JSON_TYPE),
      () => store.get('a/b.json'),
      () => store.has('a/b.json'),
      () => store.remove('a/b.json'),
    ];
    for (const use of uses) {
      const error = await catchFailure(use());
      expect(error).toBeInstanceOf(StoreUnavailableError);
      expect(error.key).toBe('a/b.json');
      expect(error.message).toMatch(/a\/b\.json could not be .* \(ENOTDIR\)\. .*SUMMARY_STORE/);
      expect((error.cause as NodeJS.ErrnoException).code).toBe('ENOTDIR');
    }
    expect(await catchFailure(listAll(store))).toBeInstanceOf(StoreUnavailableError);
  });

  it('reports a file-size limit of the process, with the earlier document intact', async () => {
    const store = new FolderStore(folder);
    await store.put('a.json', 'earlier', JSON_TYPE);
    const script = `
      const { FolderStore } = await import(${JSON.stringify(new URL('../../shared/store/folder-store.ts', import.meta.url).href)});
      try { await new FolderStore(process.argv[1]).put('a.json', 'x'.repeat(100_000), { contentType: 'application/json' }); }
      catch (error) { console.log(JSON.stringify([error.name, error.key, error.message, error.cause.code])); }`;
    const said = execFileSync(
      '/bin/sh',
      ['-c', 'ulimit -f 8; exec "$0" --input-type=module -e "$1" "$2"', process.execPath, script, folder],
      { encoding: 'utf8' },
    );
    expect(JSON.parse(said)).toEqual([
      'StoreUnavailableError',
      'a.json',
      expect.stringContaining('ulimit'),
      'EFBIG',
    ]);
    expect(await readText(store, 'a.json')).toBe('earlier');
    expect(await readdir(folder)).toEqual(['a.json']);
  });

  it('reports a full disk, with the earlier document whole', async ({ skip }) => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      skip('this user cannot mount a small disk');
    }
    try {
      const store = new FolderStore(disk);
      await store.put('a.json', 'earlier', JSON_TYPE);
      for (const condition of [{}, { ifAbsent: true }]) {
        const error = await catchFailure(
          store.put('b/c.json', 'x'.repeat(100_000), { ...JSON_TYPE, ...condition }),
        );
        expect(error).toBeInstanceOf(StoreUnavailableError);
        expect(error.message).toMatch(/b\/c\.json could not be written .* \(ENOSPC\)\. The disk is full/);
      }
      expect(await catchFailure(store.put('a.json', 'x'.repeat(100_000), JSON_TYPE))).toBeInstanceOf(
        StoreUnavailableError,
      );
      expect(await readText(store, 'a.json')).toBe('earlier');
      expect(await listAll(store)).toEqual(['a.json']);
      expect(await readdir(join(disk, 'b'))).toEqual([]);
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      const error = await catchFailure(store.put('a.json', '1', JSON_TYPE));
      expect(error.message).toMatch(/\(EROFS\)\. The file system is read-only/);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('reports a folder that may not be written', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('nothing is forbidden to root');
    await chmod(folder, 0o500);
    const error = await catchFailure(new FolderStore(folder).put('a.json', '1', JSON_TYPE));
    await chmod(folder, 0o700);
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toMatch(/\(EACCES\)\. Permission is denied/);
  });
});

describe('FolderStore among processes', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ folder, remove } = await newFolder());
  });
  afterEach(() => remove());

  it('has whole documents only, however often writers are killed', async () => {
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
    // A lock that a killed writer holds is taken over at once, since its process is known to be gone.
    // For the clock of this waiter no time passes, after which it would take over any lock.
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

  it('takes over a lock whose process is dead, and waits for one that lives', async () => {
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
    // Fifty seconds pass in one, for the waiter's clock.
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

  it('fails with an error if a lock is held too long', async () => {
    const store = new FolderStore(folder);
    const lock = join(folder, '.lock-a.json');
    // A holder that is alive and busy: its lock is a new one at every look.
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
