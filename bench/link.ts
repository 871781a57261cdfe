/** Controls the benchmark's range server: starts it, reads its counts, stops it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ServedCounts } from './range-server.ts';

/** Milliseconds until a request's first byte: S3 from a machine in its region. */
export const LATENCY_MS = 25;
/** Bandwidth of all responses together. */
export const MEGABYTES_PER_SECOND = 80;

/** A running range server. */
export class BenchServer implements Disposable {
  readonly #process: ChildProcess;
  readonly #base: string;

  private constructor(process: ChildProcess, port: string) {
    this.#process = process;
    this.#base = `http://127.0.0.1:${port}`;
  }

  static async start(folder: string): Promise<BenchServer> {
    const script = join(import.meta.dirname, 'range-server.ts');
    const child = spawn(
      process.execPath,
      [script, folder, String(LATENCY_MS), String(MEGABYTES_PER_SECOND)],
      {
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      },
    );
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    return new BenchServer(child, line.toString().trim());
  }

  /** The URL of a file; with a number, that of one of many copies. */
  url(name: string, copy?: number): string {
    return `${this.#base}/${copy === undefined ? '' : `${copy}/`}${name}`;
  }

  async reset(): Promise<void> {
    await fetch(`${this.#base}/__reset`);
  }

  async counts(): Promise<ServedCounts> {
    return (await fetch(`${this.#base}/__counts`)).json() as Promise<ServedCounts>;
  }

  [Symbol.dispose](): void {
    this.#process.kill();
  }
}
