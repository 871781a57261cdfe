/**
 * Plans a poll: the set of versions in the archive, less those that were announced. Pure.
 *
 * Sets are compared, never times: a version can become visible long after the time in its name, and
 * the end of an embargo reveals old ones.
 */
import type { VersionRef } from '../archive/version-ref.ts';
import { formatVersionRef } from '../archive/version-ref.ts';

/** Which manifests of a version the archive's bucket has. */
export type Manifests = 'complete' | 'incomplete' | 'absent';

/** A published version in the archive. */
export interface SeenVersion extends VersionRef {
  readonly manifests: Manifests;
}

/** A version that was found but not announced yet. */
export interface Claim {
  readonly schemaVersion: 1;
  readonly dandisetId: string;
  readonly version: string;
  /** `waiting` for its manifests, or `claimed` by a poller that announces it. */
  readonly state: 'waiting' | 'claimed';
  readonly manifests: Manifests;
  /** When a poller first saw the version: ISO 8601, UTC. */
  readonly foundAt: string;
  /** When it was last claimed; absent while it waits. */
  readonly claimedAt?: string;
  /** How often it was claimed. */
  readonly claims: number;
}

/** A claim as stored. */
export interface StoredClaim {
  readonly claim: Claim;
  readonly etag: string;
}

/** The state at the start of a poll. */
export interface PollFacts {
  readonly seen: readonly SeenVersion[];
  /** Versions (`000683/0.230101.1200`) that existed before the first poll, or whose event has a receipt. */
  readonly settled: ReadonlySet<string>;
  /** Claims without a receipt, by version. */
  readonly open: ReadonlyMap<string, StoredClaim>;
  readonly now: Date;
  readonly patience: Patience;
}

/** Limits of waiting, in milliseconds. */
export interface Patience {
  /** Time to wait for manifests before a version is announced without them. */
  readonly manifestsMs: number;
  /** Time to wait for the poller that claimed a version before it counts as dead. */
  readonly claimMs: number;
  /** Versions that one poll announces at most. */
  readonly events: number;
}

/** One version to announce, with the claim to replace, if any. */
export interface Announcement {
  readonly ref: VersionRef;
  readonly manifests: Manifests;
  readonly replaces: StoredClaim | undefined;
}

/** The plan of a poll. */
export interface PollPlan {
  readonly announce: readonly Announcement[];
  /** New versions whose manifests are late: stored with the time at which the wait began. */
  readonly remember: readonly SeenVersion[];
  /** Versions that wait for their manifests, including those to be stored. */
  readonly waiting: number;
  /** Versions that another poller is announcing. */
  readonly inOtherHands: number;
  /** Versions that are due, but exceed the limit of one poll. */
  readonly deferred: number;
}

/** Builds the plan of one poll. Each version occurs in it at most once. */
export function planPoll({ seen, settled, open, now, patience }: PollFacts): PollPlan {
  const due: Announcement[] = [];
  const remember: SeenVersion[] = [];
  let waiting = 0;
  let inOtherHands = 0;
  const versions = new Map(seen.map((version) => [formatVersionRef(version), version]));
  // A version that was found and has disappeared since keeps its claim: its run will report what happened.
  for (const [name, { claim }] of open) {
    if (versions.has(name)) continue;
    versions.set(name, { id: claim.dandisetId, version: claim.version, manifests: 'absent' });
  }
  for (const [name, version] of versions) {
    if (settled.has(name)) continue;
    const existing = open.get(name);
    const step = planStep(version, existing?.claim, now, patience);
    if (step === 'announce') {
      const { id, version: number, manifests } = version;
      due.push({ ref: { id, version: number }, manifests, replaces: existing });
    } else if (step === 'wait') {
      waiting += 1;
      if (existing === undefined) remember.push(version);
    } else inOtherHands += 1;
  }
  due.sort((a, b) => (formatVersionRef(a.ref) < formatVersionRef(b.ref) ? -1 : 1));
  const announce = due.slice(0, patience.events);
  return { announce, remember, waiting, inOtherHands, deferred: due.length - announce.length };
}

function planStep(
  version: SeenVersion,
  claim: Claim | undefined,
  now: Date,
  { manifestsMs, claimMs }: Patience,
): 'announce' | 'wait' | 'leave' {
  if (claim?.state === 'claimed') {
    return since(claim.claimedAt ?? claim.foundAt, now) >= claimMs ? 'announce' : 'leave';
  }
  if (version.manifests === 'complete') return 'announce';
  return claim !== undefined && since(claim.foundAt, now) >= manifestsMs ? 'announce' : 'wait';
}

function since(time: string, now: Date): number {
  return now.getTime() - Date.parse(time);
}
