/**
 * The content of the drafts at the last sweep. It has two uses: a draft counts as settled once it has been unchanged
 * for some time, and a check that ran out of time continues where it ended. Only a cache: losing it costs one
 * more check.
 */
import * as z from 'zod/mini';
import { changeDocument } from '../store/conditional-change.ts';
import { jsonText } from '../store/json-document.ts';
import { draftsKey } from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';

const Observation = z.object({
  inputHash: z.string(),
  assets: z.int(),
  /** When this content was first seen: ISO 8601, UTC. */
  since: z.iso.datetime(),
  /** When it was last checked. */
  seenAt: z.iso.datetime(),
});

/** The content of one draft. */
export type Observation = z.infer<typeof Observation>;

const Drafts = z.object({ schemaVersion: z.literal(1), drafts: z.record(z.string(), Observation) });

/**
 * The observations by Dandiset; empty if there are none yet, or their document is damaged.
 * @throws StoreUnavailableError
 */
export async function readDrafts(store: ObjectStore): Promise<Map<string, Observation>> {
  const found = await store.get(draftsKey());
  return new Map(Object.entries(found === undefined ? {} : parseDrafts(found.body)));
}

/** Adds observations to the stored ones; the newer one of a draft wins. @throws StoreUnavailableError */
export async function putDrafts(store: ObjectStore, fresh: ReadonlyMap<string, Observation>): Promise<void> {
  if (fresh.size === 0) return;
  await changeDocument(store, draftsKey(), (current) => {
    const drafts = current === undefined ? {} : parseDrafts(current.body);
    for (const [id, observation] of fresh) {
      const existing = drafts[id];
      if (existing === undefined || existing.seenAt <= observation.seenAt) drafts[id] = observation;
    }
    const sorted = Object.fromEntries(Object.entries(drafts).sort(([a], [b]) => (a < b ? -1 : 1)));
    return jsonText({ schemaVersion: 1, drafts: sorted });
  });
}

/** The observation of a draft with this content. */
export function observe(
  existing: Observation | undefined,
  content: { readonly inputHash: string; readonly assets: number },
  now: Date,
): Observation {
  const isSame = existing?.inputHash === content.inputHash;
  const seenAt = now.toISOString();
  return { ...content, since: isSame && existing !== undefined ? existing.since : seenAt, seenAt };
}

function parseDrafts(body: Uint8Array): Record<string, Observation> {
  try {
    return z.parse(Drafts, JSON.parse(new TextDecoder().decode(body))).drafts;
  } catch {
    return {};
  }
}
