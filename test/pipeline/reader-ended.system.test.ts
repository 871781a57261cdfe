/**
 * A file that ends the function which reads it, by its memory or its time: the state machine reads the files
 * of that batch one by one, so that this file is reported with its reason and all others are read.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import summarize from '../../functions/summarize.asl.json' with { type: 'json' };
import { type ArchiveServer, startArchiveServer } from '../../local/archive-server.ts';
import type { ExecutionResult } from '../../packages/asl-runner/src/index.ts';
import { readConfig } from '../../shared/config.ts';
import { READER_ENDED } from '../../shared/pipeline/build-prompt-step.ts';
import type { ReadHeadersInput } from '../../shared/pipeline/run-payloads.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import type { Provenance } from '../../shared/summary/provenance.ts';
import { buildArchiveFiles } from '../corpus-archive.ts';
import { MemoryStore } from '../memory-store.ts';
import { summarizeOver } from '../sweep/machine.ts';
import { GOOD_NWB, versionEntries } from './archive.ts';

/** The Dandisets of this test, by how many files they have. */
const SIZES = [1, 2, 3, 20, 60] as const;
const formatId = (files: number): string => `1234${String(files).padStart(2, '0')}`;
const formatPath = (at: number): string => `sub-${String(at).padStart(2, '0')}/a.nwb`;

/**
 * How Lambda reports the crash of a function: AWS Step Functions Developer Guide, "Handle Lambda service
 * exceptions".
 */
const ENDS = {
  memory: ['Runtime.ExitError', 'RequestId: 1b2c Error: Runtime exited with error: signal: killed'],
  'memory, reported by name': ['Runtime.OutOfMemory', 'RequestId: 1b2c Error: Runtime out of memory'],
  time: ['Sandbox.Timedout', 'RequestId: 1b2c Error: Task timed out after 900.00 seconds'],
  'time, of the state': ['States.Timeout', ''],
  'time, without a name': ['Lambda.Unknown', '2026-11-22T10:00:00Z 1b2c Task timed out after 900.00 seconds'],
  'a fault of the engine': [
    'Runtime.ExitError',
    'RequestId: 1b2c Error: Runtime exited with error: exit status 134',
  ],
} as const satisfies Record<string, readonly [string, string]>;

const REASONS: Readonly<Record<keyof typeof ENDS, string>> = {
  memory: 'reader-out-of-memory',
  'memory, reported by name': 'reader-out-of-memory',
  time: 'reader-out-of-time',
  'time, of the state': 'reader-out-of-time',
  'time, without a name': 'reader-out-of-time',
  'a fault of the engine': 'reader-crashed',
};

let archive: ArchiveServer;

beforeAll(async () => {
  const entries = SIZES.flatMap((files) =>
    versionEntries(
      formatId(files),
      'draft',
      Array.from({ length: files }, (_, at) => ({ path: formatPath(at), body: GOOD_NWB })),
    ),
  );
  archive = await startArchiveServer({ files: buildArchiveFiles(new Map(entries)) });
});

afterAll(() => archive.close());

/** The batches that the function was called with, by their paths. */
let calls: string[][];
let store: MemoryStore;

beforeEach(() => {
  calls = [];
  store = new MemoryStore();
});

/** The error of a function that ended, as Step Functions reports it. */
function endOfFunction(how: keyof typeof ENDS): Error {
  const [name, message] = ENDS[how];
  return Object.assign(new Error(message), { name });
}

/** Runs a Dandiset whose reader ends at every batch for which `isEnded` is true. */
function runWith(
  files: (typeof SIZES)[number],
  isEnded: (paths: readonly string[], call: number) => keyof typeof ENDS | Error | undefined,
): Promise<ExecutionResult> {
  const config = {
    ...readConfig({}),
    dandiApiUrl: archive.apiUrl,
    dandiBucketUrl: archive.bucketUrl,
  };
  const beforeReading = ({ Items }: ReadHeadersInput): void => {
    const paths = Items.map(({ path }) => path);
    calls.push(paths);
    const end = isEnded(paths, calls.length);
    if (end !== undefined) throw typeof end === 'string' ? endOfFunction(end) : end;
  };
  return summarizeOver({ store, config, beforeReading }, { dandisetId: formatId(files) });
}

async function readCoverageAfter(files: number): Promise<Provenance['coverage']> {
  const reading = await new SummaryStore(store).readSummary(formatId(files), 'draft');
  if (reading.state !== 'whole') throw new Error(`The summary is ${reading.state}`);
  return (reading.provenance as unknown as Provenance).coverage;
}

describe.each(Object.keys(ENDS) as (keyof typeof ENDS)[])('one file that ends the reader by %s', (how) => {
  it.each([3, 60] as const)(
    'among %i: the others are read, and it is reported with its reason',
    async (files) => {
      const bad = formatPath(1);
      const result = await runWith(files, (paths) => (paths.includes(bad) ? how : undefined));
      expect(result).toMatchObject({ status: 'SUCCEEDED', output: { status: 'stored' } });
      const coverage = await readCoverageAfter(files);
      expect(coverage).toMatchObject({ assets: files, nwb: files, read: files - 1 });
      expect(coverage.unreadable).toEqual([
        {
          path: bad,
          reason: REASONS[how],
          detail: expect.stringMatching(/^Read by itself, the file [a-z ]+\.$/),
        },
      ]);
      // Alone once, or twice if a second try could succeed: never more.
      const alone = calls.filter((paths) => paths.length === 1 && paths[0] === bad);
      expect(alone).toHaveLength(
        REASONS[how] === 'reader-out-of-time' && how !== 'time, without a name' ? 1 : 2,
      );
      // The batches without it are called once.
      const batches = calls.filter((paths) => paths.length > 1);
      expect(batches).toHaveLength(Math.ceil(files / 20));
    },
  );

  it.each([3, 60] as const)('once, among %i: every file is read', async (files) => {
    const bad = formatPath(1);
    let ended = false;
    const result = await runWith(files, (paths) => {
      if (ended || !paths.includes(bad)) return undefined;
      ended = true;
      return how;
    });
    expect(result.status).toBe('SUCCEEDED');
    expect(await readCoverageAfter(files)).toMatchObject({ nwb: files, read: files, unreadable: [] });
  });
});

describe('files that end the reader', () => {
  it('only together, such as by the sum of their memory, are all read', async () => {
    const result = await runWith(20, (paths) => (paths.length > 1 ? 'memory' : undefined));
    expect(result.status).toBe('SUCCEEDED');
    expect(await readCoverageAfter(20)).toMatchObject({ read: 20, unreadable: [] });
    expect(calls).toHaveLength(21);
  });

  it('are each reported, up to half of all; more fail the run with a named error', async () => {
    const subset = fc.subarray(Array.from({ length: 20 }, (_, at) => formatPath(at)));
    await fc.assert(
      fc.asyncProperty(subset, async (bad) => {
        store = new MemoryStore();
        const result = await runWith(20, (paths) =>
          paths.some((path) => bad.includes(path)) ? 'memory' : undefined,
        );
        if (bad.length > 10) {
          expect(result).toMatchObject({ status: 'FAILED', error: 'ReaderFailingError' });
          return;
        }
        expect(result.status).toBe('SUCCEEDED');
        const { read, unreadable } = await readCoverageAfter(20);
        expect(read).toBe(20 - bad.length);
        expect(unreadable.map(({ path }) => path)).toEqual(bad);
      }),
      { numRuns: 12, examples: [[[]], [Array.from({ length: 10 }, (_, at) => formatPath(at))]] },
    );
  }, 60_000);

  it.each([1, 2, 3, 60] as const)(
    'when all %i do, fail the run with a named error; nothing is stored',
    async (files) => {
      const result = await runWith(files, () => 'memory');
      expect(result).toMatchObject({
        status: 'FAILED',
        error: 'ReaderFailingError',
        cause: expect.stringContaining(`${files} of the ${files} NWB files`),
      });
      expect([...store.objects.keys()].filter((key) => key.startsWith('summaries/'))).toEqual([]);
    },
  );
});

describe('an error that is not caused by a file', () => {
  const buildThrown = (name: string): Error => Object.assign(new Error('not now'), { name });

  it.each(['StoreUnavailableError', 'Lambda.AccessDeniedException', 'Runtime.ImportModuleError'])(
    '%s at every call fails the run, and no file is read by itself',
    async (name) => {
      const result = await runWith(3, () => buildThrown(name));
      expect(result).toMatchObject({
        status: 'FAILED',
        error: 'States.ExceedToleratedFailureThreshold',
      });
      expect(calls.every((paths) => paths.length === 3)).toBe(true);
    },
  );

  it('being throttled five times does not reduce the attempts at the archive', async () => {
    const result = await runWith(3, (_paths, call) => {
      if (call <= 5) return buildThrown('Lambda.TooManyRequestsException');
      return call <= 8 ? buildThrown('ArchiveUnavailableError') : undefined;
    });
    expect(result.status).toBe('SUCCEEDED');
    expect(await readCoverageAfter(3)).toMatchObject({ read: 3, unreadable: [] });
  });

  it('an archive that fails while a batch is read one by one is retried, and then reported as unavailable', async () => {
    const left = new Map([
      [formatPath(0), 3],
      [formatPath(2), Number.POSITIVE_INFINITY],
    ]);
    const result = await runWith(20, (paths) => {
      if (paths.length > 1) return 'time';
      const [path = ''] = paths;
      const times = left.get(path) ?? 0;
      left.set(path, times - 1);
      return times > 0 ? buildThrown('ArchiveUnavailableError') : undefined;
    });
    expect(result.status).toBe('SUCCEEDED');
    const { read, unreadable } = await readCoverageAfter(20);
    expect([read, unreadable]).toEqual([
      19,
      [{ path: formatPath(2), reason: 'unavailable', detail: 'not now' }],
    ]);
  });
});

it('the machine’s reasons are those that BuildPrompt counts', () => {
  const reported = JSON.stringify(summarize).match(/reader-[a-z-]+/g) ?? [];
  expect(new Set(reported)).toEqual(READER_ENDED);
});
