/**
 * The whole machine over an archive of which 1 in 100 responses is a 503 and 1 in 100 connections is reset:
 * every file is read, with at most 5 % more requests, and the state machine repeats nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ArchiveServerOptions, startArchiveServer } from '../../local/archive-server.ts';
import { LocalMachine } from '../../local/machine.ts';
import { systemClock } from '../../packages/asl-runner/src/index.ts';
import { readConfig } from '../../shared/config.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import type { Provenance } from '../../shared/summary/provenance.ts';
import { buildArchive, sampleFile, type TestAsset } from './archive.ts';

vi.mock('../../shared/retry/pause.ts', () => import('../no-pauses.ts'));

const ID = '123456';
const FILES = 150;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faulty-bucket-'));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));

const body = sampleFile('900002/0.250204.1626', 'sub-');
const assets = Array.from({ length: FILES }, (_, at): TestAsset => ({ path: `sub-${at}/a.nwb`, body }));

/** Runs the machine with a new store, and counts. */
async function summarizeOver(name: string, onRequest: NonNullable<ArchiveServerOptions['onRequest']>) {
  const waits: number[] = [];
  const clock = { ...systemClock, sleep: async (milliseconds: number) => void waits.push(milliseconds) };
  let requests = 0;
  const server = await startArchiveServer({
    files: buildArchive(ID, 'draft', assets),
    onRequest: (request) => {
      requests += 1;
      return onRequest(request);
    },
  });
  try {
    const store = join(folder, name);
    const machine = new LocalMachine({
      ...readConfig({ SUMMARY_STORE: store }),
      dandiApiUrl: server.apiUrl,
      dandiBucketUrl: server.bucketUrl,
    });
    const { status } = await machine.summarize({ dandisetId: ID }, { clock });
    const reading = await new SummaryStore(new FolderStore(store)).readSummary(ID, 'draft');
    if (reading.state !== 'whole') throw new Error(`The summary is ${reading.state}`);
    const { coverage } = reading.provenance as unknown as Provenance;
    return { status, requests, retries: waits.length, read: coverage.read, unreadable: coverage.unreadable };
  } finally {
    await server.close();
  }
}

it('reads every file, with at most 5 % more requests', async () => {
  const right = await summarizeOver('right', () => undefined);
  expect(right).toMatchObject({ status: 'stored', read: FILES, unreadable: [], retries: 0 });
  const faulty = await summarizeOver('faulty', ({ number }) => {
    if (number % 100 === 30) return { status: 503 };
    return number % 100 === 80 ? { reset: true } : undefined;
  });
  expect(faulty).toMatchObject({ status: 'stored', read: FILES, unreadable: [], retries: 0 });
  expect(faulty.requests).toBeGreaterThan(right.requests);
  expect(faulty.requests).toBeLessThanOrEqual(Math.ceil(right.requests * 1.05));
});
