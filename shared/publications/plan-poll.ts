/**
 * What a poll has to do: the set of versions that the archive shows, less those that were announced. Pure.
 *
 * Sets are compared, never times: a version can become visible long after the moment that it is named for, and
 * an embargo that ends shows old ones.
 */
import type { VersionRef } from '../archive/version-ref.ts';
import { formatVersionRef } from '../archive/version-ref.ts';

/** What the archive's bucket has of a version. */
export type Manifests = 'complete' | 'incomplete' | 'absent';

/** A published version as the archive shows it. */
export interface SeenVersion extends VersionRef {
  readonly manifests: Manifests;
}

/** A version that was found and is not announced yet. */
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

/** A claim as it is in the store. */
export interface StoredClaim {
  readonly claim: Claim;
  readonly etag: string;
}

/** All that is known at the start of a poll. */
export interface PollFacts {
  readonly seen: readonly SeenVersion[];
  /** Versions (`000683/0.230101.1200`) that were there before the first poll, or whose event has a receipt. */
  readonly settled: ReadonlySet<string>;
  /** Claims without a receipt, by version. */
  readonly open: ReadonlyMap<string, StoredClaim>;
  readonly now: Date;
  readonly patience: Patience;
}

/** How long what may be waited for, in milliseconds. */
export interface Patience {
  /** For manifests, before a version is announced without them. */
  readonly manifestsMs: number;
  /** For the poller that claimed a version, before it counts as dead. */
  readonly claimMs: number;
  /** Most versions that one poll announces. */
  readonly events: number;
}

/** One version to be announced: with the claim that it takes the place of, where there is one. */
export interface Announcement {
  readonly ref: VersionRef;
  readonly manifests: Manifests;
  readonly replaces: StoredClaim | undefined;
}

/** What a poll does. */
export interface PollPlan {
  readonly announce: readonly Announcement[];
  /** New versions whose manifests are late: remembered, so that their waiting has a beginning. */
  readonly remember: readonly SeenVersion[];
  /** Versions that wait for their manifests, those to be remembered among them. */
  readonly waiting: number;
  /** Versions that another poller is announcing. */
  readonly inOtherHands: number;
  /** Versions that are due, but past the limit of one poll. */
  readonly deferred: number;
}

/** The plan of one poll. Each version comes in it at most once. */
export function planPoll({ seen, settled, open, now, patience }: PollFacts): PollPlan {
  const due: Announcement[] = [];
  const remember: SeenVersion[] = [];
  let waiting = 0;
  let inOtherHands = 0;
  const versions = new Map(seen.map((version) => [formatVersionRef(version), version]));
  // A version that was found and shows no longer keeps its claim: the run will say what became of it.
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
