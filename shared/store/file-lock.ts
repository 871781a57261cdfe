/**
 * Mutual exclusion of processes that write into one folder: a lock file beside the document, made by
 * exclusive create, which on every file system succeeds for exactly one of several processes. Only
 * `folder-store.ts` uses it.
 *
 * A lock outlives a killed holder, so waiters take over the lock of a dead holder: at once where
 * its process is dead on this machine, otherwise when the same lock has existed for `STALE_MS` by the
 * waiter's own clock (clocks of two machines are never compared). The take-over itself needs an
 * exclusive create, so that two waiters cannot remove each other's new lock. A holder that was suspended during
 * the take-over detects it by `assertHeld` before it writes.
 */
import { randomUUID } from 'node:crypto';
import { readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Age in milliseconds at which a lock is stale: holders keep one only for a read and a rename. */
const STALE_MS = 10_000;
/** Milliseconds that a writer waits for its turn; longer than a stale lock remains. */
const WAIT_MS = 30_000;
/**
 * Milliseconds between two checks of an existing lock, with as much again at random so that waiters do not
 * synchronize.
 */
const POLL_MS = 5;

/** Error codes of systems without symbolic links, or without the right to create them. */
const LINKLESS = new Set(['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

/** The queue of this process's writers per lock: only the first of each queue checks the lock file. */
const queues = new Map<string, Promise<unknown>>();

/** A lock could not be acquired, or was lost. Has a `code` like the file system's own errors. */
export class LockError extends Error {
  override readonly name = 'LockError';
  readonly code = 'ELOCKED';
}

/**
 * Runs `work` while no other writer holds `path`'s lock. `work` calls `assertHeld` right before a step that must
 * not be done twice. Errors of `work` pass through.
 * @throws LockError if the lock cannot be acquired within 30 seconds, or was lost
 */
export async function withLock<T>(
  path: string,
  work: (assertLocked: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const lockPath = join(dirname(path), `.lock-${basename(path)}`);
  const turn = (queues.get(path) ?? Promise.resolve()).then(() => holdLock(lockPath, work));
  const settled = turn.catch(() => undefined);
  queues.set(path, settled);
  try {
    return await turn;
  } finally {
    if (queues.get(path) === settled) queues.delete(path);
  }
}

async function holdLock<T>(
  lockPath: string,
  work: (assertLocked: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const claim = newClaim();
  await takeLock(lockPath, claim);
  const assertLocked = async () => {
    if ((await readClaim(lockPath)) !== claim) throw new LockError(`The lock ${lockPath} was taken over.`);
  };
  try {
    return await work(assertLocked);
  } finally {
    if ((await readClaim(lockPath)) === claim) await rm(lockPath, { force: true });
  }
}

async function takeLock(lockPath: string, claim: string): Promise<void> {
  const start = performance.now();
  const lock = new Watch();
  const guard = new Watch();
  while (!(await createExclusively(lockPath, claim))) {
    const holder = await readClaim(lockPath);
    if (holder !== undefined && lock.isStale(holder)) await removeStale(lockPath, holder, guard);
    else await sleep(POLL_MS * (1 + Math.random()));
    if (performance.now() - start > WAIT_MS) {
      throw new LockError(`The lock ${lockPath} was held by other processes for ${WAIT_MS / 1000} seconds.`);
    }
  }
}

/** Removes the lock if it is still the stale one. */
async function removeStale(lockPath: string, stale: string, guard: Watch): Promise<void> {
  const guardPath = `${lockPath}.takeover`;
  if (!(await createExclusively(guardPath, newClaim()))) {
    // Another waiter is removing it, unless it was killed within these few lines.
    const other = await readClaim(guardPath);
    if (other !== undefined && guard.isStale(other)) await rm(guardPath, { force: true });
    await sleep(POLL_MS);
    return;
  }
  try {
    if ((await readClaim(lockPath)) === stale) await rm(lockPath, { force: true });
  } finally {
    await rm(guardPath, { force: true });
  }
}

/** What one waiter has observed of one lock file. */
class Watch {
  #claim: string | undefined;
  #since = 0;

  /** Whether the lock's holder is dead, or the lock has been unchanged too long since it was first seen. */
  isStale(claim: string): boolean {
    const now = performance.now();
    if (claim !== this.#claim) {
      this.#claim = claim;
      this.#since = now;
    }
    return isDead(claim) || now - this.#since > STALE_MS;
  }
}

function newClaim(): string {
  return JSON.stringify({ host: hostname(), pid: process.pid, token: randomUUID() });
}

/**
 * Creates a lock that contains `claim`, unless there is one. A symbolic link whose target is the claim: unlike a
 * file it is created together with its content, so that one left by a killed process always names its owner. Where
 * there are no symbolic links, a file.
 */
async function createExclusively(path: string, claim: string): Promise<boolean> {
  try {
    await symlink(claim, path).catch((error) => {
      if (!LINKLESS.has(readErrorCode(error))) throw error;
      return writeFile(path, claim, { flag: 'wx' });
    });
    return true;
  } catch (error) {
    if (readErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The lock's claim: empty while its holder is about to write it into a file; undefined where there is no lock. */
async function readClaim(path: string): Promise<string | undefined> {
  try {
    return await readlink(path).catch((error) => {
      // A lock file instead of a link.
      if (readErrorCode(error) !== 'ENOENT') return readFile(path, 'utf8');
      throw error;
    });
  } catch (error) {
    if (readErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether the claim's process has certainly ended: it ran on this machine, and no process has its id. */
function isDead(claim: string): boolean {
  try {
    const { host, pid } = JSON.parse(claim) as { host?: unknown; pid?: unknown };
    if (host !== hostname() || typeof pid !== 'number') return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return readErrorCode(error) === 'ESRCH';
  }
}

function readErrorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}
