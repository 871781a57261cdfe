/**
 * One poll of the archive: finds new versions, claims each, and announces it once. The work of the
 * function PollPublications. Drafts are not polled, since a sweep tracks their content.
 *
 * A version goes `found → claimed → announced`. The claim is a conditional put, so that one poller has it; the
 * receipt follows the event. A poller that dies between the two leaves a claim without a receipt, which the
 * first poll after `claimMs` takes over: an event may be sent twice, but is never lost. Both runs have the same
 * name, from their input, so that the second one finds the summary stored.
 */

import type { ArchiveClient } from '../archive/archive-client.ts';
import { formatVersionRef, isPublishedVersion, type VersionRef } from '../archive/version-ref.ts';
import { mapAtMost } from '../concurrency.ts';
import { ArchiveUnavailableError, EventBusUnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EventBus } from './event-bus.ts';
import {
  type Announcement,
  type Claim,
  type Manifests,
  type Patience,
  planPoll,
  type SeenVersion,
  type StoredClaim,
} from './plan-poll.ts';
import type { PublicationStore, StoredBaseline } from './publication-store.ts';
import { EVENT_SCHEMA_VERSION, type VersionPublished } from './version-published.ts';

/**
 * How long a version's manifests may be late, in hours, before it is announced without them: the archive
 * writes them within minutes, and if they are missing after that, their job has timed out and they will not appear.
 * The run then reads the API.
 */
export const MANIFEST_PATIENCE_HOURS = 6;

/** Seconds after which a claim without a receipt is taken over: three times the time limit of a poller. */
export const CLAIM_PATIENCE_SECONDS = 900;

/**
 * Events of one poll at most, so that a flood reaches the state machine in waves; the others follow with the next
 * poll.
 */
export const MAX_EVENTS_PER_POLL = 500;

/** Claims that are read concurrently. */
const READS_AT_ONCE = 16;

/** The input of a poll. */
export interface PollRequest {
  /** `reconcile` also pages the API, for versions that have no manifest in the bucket at all. */
  readonly mode: 'poll' | 'reconcile';
  /** Whether the first poll of a store only records the existing versions, or announces them all. */
  readonly existing: 'remember' | 'announce';
  /** In place of `CLAIM_PATIENCE_SECONDS`; 0 takes over the claims of an interrupted poller at once. */
  readonly claimPatienceSeconds?: number;
  /** In place of `MANIFEST_PATIENCE_HOURS`. */
  readonly manifestPatienceHours?: number;
  /** In place of `MAX_EVENTS_PER_POLL`. */
  readonly events?: number;
}

/** The report of a poll. All are counts of published versions. */
export interface PollReport {
  readonly mode: PollRequest['mode'];
  /** Whether this poll was the first of its store, which sets the baseline. */
  readonly first: boolean;
  /** Versions in the archive. */
  readonly listed: number;
  readonly announced: number;
  /** Versions that wait for their manifests. */
  readonly waiting: number;
  /** Due, but claimed by another poller. */
  readonly inOtherHands: number;
  /** Due, but over the limit of one poll. */
  readonly deferred: number;
}

/** Dependencies of a poll. */
export interface PollDependencies {
  readonly archive: Pick<ArchiveClient, 'listDandisets' | 'listDandisetsInApi' | 'listVersionsInApi'>;
  readonly publications: PublicationStore;
  readonly bus: EventBus;
  readonly now: () => Date;
  readonly log: Log;
}

/**
 * Polls once. Nothing is claimed before the archive's listing is complete, so that a listing that breaks off
 * only costs the poll.
 * @throws ArchiveUnavailableError, StoreUnavailableError
 * @throws EventBusUnavailableError where events were rejected; those announced before stay announced
 */
export async function pollPublications(
  request: PollRequest,
  dependencies: PollDependencies,
  signal?: AbortSignal,
): Promise<PollReport> {
  const { publications, now, log } = dependencies;
  const inBucket = await listBucket(dependencies.archive, signal);
  const { baseline, first } = await openBaseline(request, inBucket, dependencies);
  const announced = await publications.listNames('announced');
  const settled = new Set([...baseline.versions.map(formatVersionRef), ...announced]);
  const inApi =
    request.mode === 'reconcile' ? await listApiOnly(dependencies.archive, inBucket, settled, signal) : [];
  const open = await readOpenClaims(publications, announced);
  const plan = planPoll({
    seen: [...inBucket, ...inApi],
    settled,
    open,
    now: now(),
    patience: planPatience(request),
  });

  for (const version of plan.remember) {
    const claim = { state: 'waiting', claims: 0 } as const;
    await publications.putClaim({ ...claim, ...foundNow(version, version.manifests, now()) }, undefined);
  }
  const failed: string[] = [];
  let delivered = 0;
  for (let at = 0; at < plan.announce.length; at += dependencies.bus.batchSize) {
    signal?.throwIfAborted();
    const outcome = await announceBatch(
      plan.announce.slice(at, at + dependencies.bus.batchSize),
      dependencies,
      signal,
    );
    delivered += outcome.delivered;
    failed.push(...outcome.failed);
  }
  const { waiting, inOtherHands, deferred } = plan;
  const listed = inBucket.length + inApi.length;
  const report: PollReport = {
    mode: request.mode,
    first,
    listed,
    announced: delivered,
    waiting,
    inOtherHands,
    deferred,
  };
  log.info('polled', { ...report, undelivered: failed.length });
  if (failed.length > 0) {
    throw new EventBusUnavailableError(
      `${failed.length} of ${failed.length + delivered} events were rejected by ${dependencies.bus.name}: ${failed[0]}. They stay claimed and are announced again.`,
      { bus: dependencies.bus.name },
    );
  }
  return report;
}

/** Every published version in the bucket. @throws ArchiveUnavailableError, also if there is none */
async function listBucket(
  archive: PollDependencies['archive'],
  signal: AbortSignal | undefined,
): Promise<SeenVersion[]> {
  const seen: SeenVersion[] = [];
  let dandisets = 0;
  for await (const { id, versions } of archive.listDandisets(signal)) {
    dandisets += 1;
    for (const { version, complete } of versions) {
      if (isPublishedVersion(version))
        seen.push({ id, version, manifests: complete ? 'complete' : 'incomplete' });
    }
  }
  // If an empty response were believed, the next poll would announce the whole archive as new.
  if (dandisets === 0) {
    throw new ArchiveUnavailableError('The bucket lists no Dandiset at all.', {
      url: 'dandisets/',
      status: 200,
    });
  }
  return seen;
}

/** The versions that existed before the first poll; this poll's own listing if it is the first. */
async function openBaseline(
  { existing }: PollRequest,
  inBucket: readonly SeenVersion[],
  { publications, now, log }: PollDependencies,
): Promise<{ baseline: StoredBaseline; first: boolean }> {
  const before = await publications.findBaseline();
  const mustForget = existing === 'announce' && before !== undefined && before.versions.length > 0;
  if (before !== undefined && !mustForget) return { baseline: before, first: false };
  // A version whose manifests are still being written was published just now: it is not part of the baseline.
  const past = existing === 'announce' ? [] : inBucket.filter(({ manifests }) => manifests === 'complete');
  const isSet = await publications.putBaseline(past, now(), before);
  const baseline = await publications.findBaseline();
  if (isSet) log.info('baseline set', { versions: past.length });
  return { baseline: baseline ?? { versions: past, etag: '' }, first: isSet && before === undefined };
}

/** Versions that are in the API but not in the bucket. */
async function listApiOnly(
  archive: PollDependencies['archive'],
  inBucket: readonly SeenVersion[],
  settled: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<SeenVersion[]> {
  const known = new Set([...inBucket.map(formatVersionRef), ...settled]);
  const found: SeenVersion[] = [];
  const isNew = (id: string, version: string): boolean =>
    isPublishedVersion(version) && !known.has(formatVersionRef({ id, version }));
  for await (const { id, versions } of archive.listDandisetsInApi(signal)) {
    if (!versions.some((version) => isNew(id, version))) continue;
    // The list names only the newest version: if that one lacks its manifests, earlier ones may as well.
    for (const version of await archive.listVersionsInApi(id, signal)) {
      if (isNew(id, version)) found.push({ id, version, manifests: 'absent' });
    }
  }
  return found;
}

/** Claims without a receipt. */
async function readOpenClaims(
  publications: PublicationStore,
  announced: ReadonlySet<string>,
): Promise<Map<string, StoredClaim>> {
  const names = [...(await publications.listNames('claims'))].filter((name) => !announced.has(name));
  const open = new Map<string, StoredClaim>();
  const claims = await mapAtMost(READS_AT_ONCE, names, (name) => publications.findClaim(parseRef(name)));
  for (const [index, name] of names.entries()) {
    const claim = claims[index];
    if (claim !== undefined) open.set(name, claim);
  }
  return open;
}

/** Claims a few versions, puts their events on the bus, and stores a receipt for those that it accepted. */
async function announceBatch(
  batch: readonly Announcement[],
  dependencies: PollDependencies,
  signal: AbortSignal | undefined,
): Promise<{ delivered: number; failed: string[] }> {
  const { publications, now } = dependencies;
  const claims = await Promise.allSettled(
    batch.map(async ({ ref, manifests, replaces }) => {
      const at = now();
      const found = foundNow(ref, manifests, replaces === undefined ? at : new Date(replaces.claim.foundAt));
      const claims = (replaces?.claim.claims ?? 0) + 1;
      const claim = { ...found, state: 'claimed', claimedAt: at.toISOString(), claims } as const;
      return (await publications.putClaim(claim, replaces)) ? { ref, claim } : undefined;
    }),
  );
  // Claimed versions are announced even if the store then fails: otherwise they would wait until the claim expires.
  const won = claims.flatMap((one) =>
    one.status === 'fulfilled' && one.value !== undefined ? [one.value] : [],
  );
  const error = claims.find((one) => one.status === 'rejected');
  const outcome = await putEvents(won, dependencies, signal);
  if (error !== undefined) throw error.reason;
  return outcome;
}

/** Puts the events of claimed versions on the bus, and stores a receipt for each accepted one. */
async function putEvents(
  won: readonly { readonly ref: VersionRef; readonly claim: Claim }[],
  { publications, bus, now, log }: PollDependencies,
  signal: AbortSignal | undefined,
): Promise<{ delivered: number; failed: string[] }> {
  if (won.length === 0) return { delivered: 0, failed: [] };
  const events = won.map(
    ({ claim: { dandisetId, version, manifests, foundAt } }): VersionPublished => ({
      schemaVersion: EVENT_SCHEMA_VERSION,
      dandisetId,
      version,
      manifests,
      foundAt,
    }),
  );
  const outcomes = await bus.put(events, signal);
  const failed: string[] = [];
  let delivered = 0;
  for (const [at, { ref }] of won.entries()) {
    const outcome = outcomes[at];
    const name = formatVersionRef(ref);
    if (outcome?.delivered === true) {
      await publications.putReceipt(ref, now());
      delivered += 1;
      log.info('version announced', { dandisetId: ref.id, version: ref.version });
    } else failed.push(`${name}: ${outcome?.reason ?? 'no response'}`);
  }
  return { delivered, failed };
}

function foundNow(ref: VersionRef, manifests: Manifests, at: Date) {
  return {
    schemaVersion: 1,
    dandisetId: ref.id,
    version: ref.version,
    manifests,
    foundAt: at.toISOString(),
  } as const;
}

function planPatience(request: PollRequest): Patience {
  return {
    manifestsMs: (request.manifestPatienceHours ?? MANIFEST_PATIENCE_HOURS) * 3_600_000,
    claimMs: (request.claimPatienceSeconds ?? CLAIM_PATIENCE_SECONDS) * 1000,
    events: request.events ?? MAX_EVENTS_PER_POLL,
  };
}

function parseRef(name: string): VersionRef {
  const [id = '', version = ''] = name.split('/');
  return { id, version };
}
