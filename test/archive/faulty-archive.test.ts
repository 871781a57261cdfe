/**
 * The archive's client with a bucket and an API that fail occasionally: a transient error costs a request,
 * not the result.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ArchiveError, ArchiveRequest } from '../../local/archive-server.ts';
import type { ArchiveClient } from '../../shared/archive/archive-client.ts';
import { collect, paths, record, startSmallArchive, versionEntries } from './small-archive.ts';

const DRAFT = { id: '000001', version: 'draft' };
const entries = [
  ...versionEntries('000001', 'draft', paths(60).map(record)),
  ...versionEntries('000001', '0.230101.1200', ['a.nwb', 'b.nwb'].map(record)),
  ...versionEntries('000002', 'draft', []),
];

const READS: Readonly<Record<string, (client: ArchiveClient) => Promise<unknown>>> = {
  'a listing of versions': (client) => client.findVersion({ id: '000001' }),
  'a listing of the archive': (client) => collect(client.listDandisets()),
  metadata: (client) => client.readMetadata(DRAFT),
  'assets of a manifest': (client) => collect(client.readAssets(DRAFT)),
  'assets of the API': (client) => collect(client.readAssets(DRAFT)),
  'whether a Dandiset is open': (client) => client.isOpenInApi('000001'),
  'whether a version is open': (client) => client.isOpenInBucket(DRAFT),
  'the list of the API': (client) => collect(client.listDandisetsInApi()),
  'versions of the API': (client) => client.listVersionsInApi('000001'),
};

const FAULTS: Readonly<Record<string, ArchiveError>> = {
  '500': { status: 500 },
  '502': { status: 502 },
  '503': { status: 503 },
  '504': { status: 504 },
  '429': { status: 429 },
  'a reset': { reset: true },
  'a truncated body': { cutAfter: 30 },
  'a body that stalls': { stallAfter: 30 },
  silence: { neverRespond: true },
};

/**
 * Milliseconds after which a request counts as failed. The fake clock advances only while the archive is
 * silent.
 */
const TIMEOUT_MS = 60_000;
/** The errors after which nothing is sent. */
const SILENT: ReadonlySet<string> = new Set(['a body that stalls', 'silence']);
const { setTimeout: later, clearTimeout: never } = globalThis;
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

async function readOver(read: string, misbehave: (request: ArchiveRequest) => ArchiveError | undefined) {
  const hasNoManifest = read === 'assets of the API';
  await using archive = await startSmallArchive(
    entries,
    (request) =>
      misbehave(request) ??
      (hasNoManifest && request.path.endsWith('assets.jsonld') ? { status: 404 } : undefined),
    { requestTimeoutMs: TIMEOUT_MS },
  );
  const outcome = await READS[read]!(archive.client).then(
    (value) => ({ value }),
    (error: Error) => ({ error: error.name, text: error.message.replaceAll(/:\d+/g, '') }),
  );
  return { outcome, requests: archive.log.length };
}

describe.each(Object.keys(READS))('%s', (read) => {
  it.each(Object.keys(FAULTS))('is the same through one error at each of its requests: %s', async (kind) => {
    const right = await readOver(read, () => undefined);
    for (let at = 1; at <= right.requests; at += 1) {
      let passing: NodeJS.Timeout | undefined;
      const through = await readOver(read, ({ number }) => {
        if (number !== at) return undefined;
        // A moment later, so that everything sent before the silence has arrived.
        if (SILENT.has(kind)) passing = later(() => vi.advanceTimersByTime(TIMEOUT_MS), 30);
        return FAULTS[kind];
      });
      // If nobody waited for the silent response, the timeout of the next one does not expire.
      never(passing);
      expect(through.outcome).toEqual(right.outcome);
      // The body of a manifest that is not read cannot break off.
      const isUnread =
        read === 'whether a version is open' &&
        (kind === 'a truncated body' || kind === 'a body that stalls');
      expect(through.requests).toBe(right.requests + (isUnread ? 0 : 1));
    }
  });
});

describe('a manifest that breaks off', () => {
  it('is continued from there, if its ETag is the same', async () => {
    const requested: string[] = [];
    await using archive = await startSmallArchive(entries, ({ number, headers }) => {
      requested.push(`${headers.range ?? 'all'} ${headers['if-match'] === undefined ? '' : 'if-match'}`);
      return number === 1 ? { cutAfter: 5_000 } : undefined;
    });
    expect(await collect(archive.client.readAssets(DRAFT))).toHaveLength(60);
    expect(requested).toEqual(['all ', 'bytes=5000- if-match']);
  });

  it.each([
    ['has another ETag by then', { status: 412 }],
    ['returns the whole again', { ignoreRange: true }],
  ])('is left to the API where the bucket %s', async (_, second: ArchiveError) => {
    await using archive = await startSmallArchive(entries, ({ number, part }) => {
      if (part === 'api') return undefined;
      return number === 1 ? { cutAfter: 5_000 } : second;
    });
    expect(await collect(archive.client.readAssets(DRAFT))).toHaveLength(60);
    expect(archive.server.requests).toEqual({ bucket: 2, api: 1 });
  });

  it('is not requested by range if the bucket sends no strong ETag', async () => {
    await using archive = await startSmallArchive(entries, ({ part }) =>
      part === 'api' ? undefined : { cutAfter: 5_000, headers: { etag: 'W/"weak"' } },
    );
    expect(await collect(archive.client.readAssets(DRAFT))).toHaveLength(60);
    expect(archive.server.requests).toEqual({ bucket: 1, api: 1 });
  });
});
