import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError, StoreUnavailableError } from '../../shared/errors.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { describeObjectStore } from './object-store-contract.ts';
import { catchFailure, listAll, newFolder, newFolderStore, readText } from './stores.ts';

const JSON_TYPE = { contentType: 'application/json' };

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

  it('uses the first 128 bits of the SHA-256 as an ETag', async () => {
    const store = new FolderStore(folder);
    const hash = createHash('sha256').update('{}').digest('hex').slice(0, 32);
    expect(await store.put('a.json', '{}', JSON_TYPE)).toEqual({ outcome: 'stored', etag: `"${hash}"` });
  });

  it('stores odd keys inside the root, different keys as different files', async () => {
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

  it('lists no foreign files', async () => {
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

  it('leaves no temporary files after a put, a conflict or a failure', async () => {
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
