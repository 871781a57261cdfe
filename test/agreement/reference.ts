/**
 * h5py and zarr-python for comparison: one Python process that reads file by file, restarted if a file
 * crashes it.
 */
import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { TheirFact } from './compare.ts';

const SCRIPT = join(import.meta.dirname, 'read_headers.py');

/** A file on which the reference takes longer is skipped. */
const MOST_MILLISECONDS = 60_000;

/** The reference's result for a file. */
export type Response = { readonly facts: Readonly<Record<string, TheirFact>> } | { readonly error: string };

/** Versions of what is installed, null for what is missing; undefined without a Python of this name. */
export async function findInstalled(python: string): Promise<Record<string, string | null> | undefined> {
  try {
    const { stdout } = await promisify(execFile)(python, [SCRIPT, '--check']);
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}

/** The Python process. */
export class Reference {
  readonly #python: string;
  #child: ChildProcessWithoutNullStreams | undefined;
  #lines: AsyncIterator<string> | undefined;

  constructor(python: string) {
    this.#python = python;
  }

  /** The reference's result for a file or a Zarr folder; an error if it crashes or takes too long. */
  async read(path: string): Promise<Response> {
    if (this.#child === undefined) {
      this.#child = spawn(this.#python, [SCRIPT]);
      this.#child.stderr.resume();
      // A write to a process that ended is detected by the end of its lines.
      this.#child.stdin.on('error', () => undefined);
      this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    }
    const child = this.#child;
    child.stdin.write(`${path}\n`);
    const timer = setTimeout(() => child.kill('SIGKILL'), MOST_MILLISECONDS);
    const { value, done } = await this.#lines!.next();
    clearTimeout(timer);
    if (!done) return JSON.parse(value);
    this.#child = undefined;
    return { error: 'Python crashed on it, or took more than a minute' };
  }

  close(): void {
    this.#child?.stdin.end();
  }
}
