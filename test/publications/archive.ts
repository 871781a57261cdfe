/** A small archive for the poller's tests: versions appear, disappear and are late as a test defines. */
import {
  type ArchiveError,
  type ArchiveRequest,
  type ArchiveServer,
  startArchiveServer,
} from '../../local/archive-server.ts';
import { ArchiveClient } from '../../shared/archive/archive-client.ts';
import { manifestKey } from '../../shared/archive/urls.ts';
import { SILENT_LOG } from '../../shared/log.ts';
import type { EventBus, EventOutcome } from '../../shared/publications/event-bus.ts';
import {
  type PollDependencies,
  type PollRequest,
  pollPublications,
} from '../../shared/publications/poll-publications-step.ts';
import { PublicationStore } from '../../shared/publications/publication-store.ts';
import type { VersionPublished } from '../../shared/publications/version-published.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { versionEntries } from '../archive/small-archive.ts';
import { buildArchiveFiles } from '../corpus-archive.ts';

/** A version of the test's archive: `000001/0.240101.1200`. */
function parseRef(name: string): { id: string; version: string } {
  const [id = '', version = ''] = name.split('/');
  return { id, version };
}

type Entries = Map<string, ReturnType<typeof versionEntries>[number][1]>;

/** The archive, which can be changed while it is served. */
export class ChangingArchive implements AsyncDisposable {
  readonly #entries: Entries;
  readonly server: ArchiveServer;
  readonly client: ArchiveClient;
  /** Names the error of each request, until it is set again. */
  misbehave: (request: ArchiveRequest) => ArchiveError | undefined = () => undefined;

  private constructor(server: ArchiveServer, entries: Entries) {
    this.server = server;
    this.#entries = entries;
    this.client = new ArchiveClient({
      apiUrl: server.apiUrl,
      bucketUrl: server.bucketUrl,
      requestTimeoutMs: 2_000,
    });
  }

  /** Serves drafts and versions of these names. */
  static async start(...names: string[]): Promise<ChangingArchive> {
    const entries: Entries = new Map();
    let archive: ChangingArchive | undefined;
    const server = await startArchiveServer({
      files: {
        read: async (key) => entries.get(key),
        list: (prefix) => buildArchiveFiles(entries).list(prefix),
      },
      onRequest: (request) => archive?.misbehave(request),
    });
    archive = new ChangingArchive(server, entries);
    for (const name of names) archive.publish(name);
    return archive;
  }

  /** Puts all manifests of a version. */
  publish(name: string): void {
    const { id, version } = parseRef(name);
    for (const [key, file] of versionEntries(id, version, [])) this.#entries.set(key, file);
  }

  /** Puts all manifests except the last one. */
  begin(name: string): void {
    this.publish(name);
    this.#entries.delete(manifestKey(parseRef(name), 'collection.jsonld'));
  }

  /** Removes all of a version's manifests. */
  withdraw(name: string): void {
    const { id, version } = parseRef(name);
    for (const key of [...this.#entries.keys()])
      if (key.startsWith(`dandisets/${id}/${version}/`)) this.#entries.delete(key);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server.close();
  }
}

/** A bus that records events, and refuses some on demand. */
export class TestBus implements EventBus {
  readonly name = 'the test bus';
  readonly batchSize = 10;
  readonly events: VersionPublished[] = [];
  readonly batches: number[] = [];
  /** Called for each event; returns a reason to refuse it. */
  refuse: (event: VersionPublished) => string | undefined = () => undefined;

  async put(events: readonly VersionPublished[]): Promise<EventOutcome[]> {
    this.batches.push(events.length);
    return events.map((event) => {
      const reason = this.refuse(event);
      if (reason !== undefined) return { delivered: false, reason };
      this.events.push(event);
      return { delivered: true };
    });
  }

  /** What was announced, as names, in order. */
  get names(): string[] {
    return this.events.map(({ dandisetId, version }) => `${dandisetId}/${version}`);
  }
}

/** A clock that only changes when it is set. */
export class TestClock {
  time = Date.parse('2026-11-22T12:00:00.000Z');
  readonly now = (): Date => new Date(this.time);

  pass(minutes: number): void {
    this.time += minutes * 60_000;
  }
}

/** One poller over an archive, a store, a bus and a clock that others may share. */
export function pollerOver(
  archive: Pick<ChangingArchive, 'client'>,
  store: ObjectStore,
  bus: EventBus,
  clock: TestClock,
): (request?: Partial<PollRequest>) => ReturnType<typeof pollPublications> {
  const dependencies: PollDependencies = {
    archive: archive.client,
    publications: new PublicationStore(store),
    bus,
    now: clock.now,
    log: SILENT_LOG,
  };
  return (request = {}) => pollPublications({ mode: 'poll', existing: 'remember', ...request }, dependencies);
}
