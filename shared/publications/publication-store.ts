/**
 * Documents of pollers in the store: the baseline of the first poll, a claim for each version found, a
 * receipt for each event on the bus. A claim is created and changed only by conditional puts, so that of
 * any number of pollers one announces a version.
 */
import * as z from 'zod/mini';
import type { VersionRef } from '../archive/version-ref.ts';
import { formatVersionRef } from '../archive/version-ref.ts';
import { jsonText, parseJsonDocument } from '../store/json-document.ts';
import {
  findContentType,
  parsePublicationKey,
  publicationBaselineKey,
  publicationKey,
  publicationPrefix,
} from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { Claim, StoredClaim } from './plan-poll.ts';

const Baseline = z.object({
  schemaVersion: z.literal(1),
  /** Time of the first poll. */
  at: z.iso.datetime(),
  /** Versions by Dandiset. */
  versions: z.record(z.string(), z.array(z.string())),
});

const ClaimDocument = z.object({
  schemaVersion: z.literal(1),
  dandisetId: z.string(),
  version: z.string(),
  state: z.enum(['waiting', 'claimed']),
  manifests: z.enum(['complete', 'incomplete', 'absent']),
  foundAt: z.iso.datetime(),
  claimedAt: z.optional(z.iso.datetime()),
  claims: z.int(),
});

/** The versions that existed before the first poll, and the document's ETag. */
export interface StoredBaseline {
  readonly versions: readonly VersionRef[];
  readonly etag: string;
}

/** Claims and receipts in one store. Stateless. */
export class PublicationStore {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** The baseline, or undefined before the first poll. @throws StoreUnavailableError, also where it is damaged */
  async findBaseline(): Promise<StoredBaseline | undefined> {
    const key = publicationBaselineKey();
    const found = await this.#store.get(key);
    if (found === undefined) return undefined;
    const { versions } = parseJsonDocument(Baseline, found.body, key);
    const refs = Object.entries(versions).flatMap(([id, list]) => list.map((version) => ({ id, version })));
    return { versions: refs, etag: found.etag };
  }

  /**
   * Sets the baseline, in place of `replaces` or if there is none. False if another poller was first.
   * @throws StoreUnavailableError
   */
  async putBaseline(refs: readonly VersionRef[], at: Date, replaces?: StoredBaseline): Promise<boolean> {
    const versions: Record<string, string[]> = {};
    for (const { id, version } of refs) versions[id] = [...(versions[id] ?? []), version];
    const key = publicationBaselineKey();
    const { outcome } = await this.#store.put(
      key,
      jsonText({ schemaVersion: 1, at: at.toISOString(), versions } satisfies z.infer<typeof Baseline>),
      {
        contentType: findContentType(key),
        ...(replaces === undefined ? { ifAbsent: true } : { ifMatch: replaces.etag }),
      },
    );
    return outcome === 'stored';
  }

  /**
   * The names (`000683/0.230101.1200`) of all versions that have a claim, or a receipt.
   * @throws StoreUnavailableError
   */
  async listNames(document: 'claims' | 'announced'): Promise<Set<string>> {
    const names = new Set<string>();
    for await (const key of this.#store.list(publicationPrefix(document))) {
      const ref = parsePublicationKey(key);
      if (ref !== undefined) names.add(formatVersionRef({ id: ref.dandisetId, version: ref.version }));
    }
    return names;
  }

  /** A claim. @throws StoreUnavailableError, also where it is damaged */
  async findClaim({ id, version }: VersionRef): Promise<StoredClaim | undefined> {
    const key = publicationKey('claims', id, version);
    const found = await this.#store.get(key);
    if (found === undefined) return undefined;
    const { claimedAt, ...claim } = parseJsonDocument(ClaimDocument, found.body, key);
    return { claim: { ...claim, ...(claimedAt === undefined ? {} : { claimedAt }) }, etag: found.etag };
  }

  /**
   * Creates a claim, in place of `replaces` or if there is none. False if another poller was first.
   * @throws StoreUnavailableError
   */
  async putClaim(claim: Claim, replaces: StoredClaim | undefined): Promise<boolean> {
    const key = publicationKey('claims', claim.dandisetId, claim.version);
    const { outcome } = await this.#store.put(key, jsonText(claim), {
      contentType: findContentType(key),
      ...(replaces === undefined ? { ifAbsent: true } : { ifMatch: replaces.etag }),
    });
    return outcome === 'stored';
  }

  /** Records that a version's event is on the bus: it will not be announced again. @throws StoreUnavailableError */
  async putReceipt({ id, version }: VersionRef, at: Date): Promise<void> {
    const key = publicationKey('announced', id, version);
    const receipt = { schemaVersion: 1, dandisetId: id, version, announcedAt: at.toISOString() };
    await this.#store.put(key, jsonText(receipt), { contentType: findContentType(key), ifAbsent: true });
  }
}
