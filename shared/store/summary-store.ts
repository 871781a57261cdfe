/**
 * Summaries in the store: the last step of the flow for WriteSummary, the first for the API and the sweep.
 *
 * A summary is three documents, and no store writes three at once. `summary.json` is the commit: it contains
 * the hashes of the two texts, and a summary consists of the texts that it names. The order of a put:
 *
 * 1. both texts under their own hashes (`kept/…`), where they replace nothing;
 * 2. `summary_prompt.md` and `summary.md`, where people and plain readers look;
 * 3. `summary.json`, on condition that it is unchanged since it was read.
 *
 * If a writer is killed before the third step, the earlier summary stays valid: a reader whose `summary.md`
 * does not have the hash that `summary.json` names takes the text from `kept/`. The next put or `confirm`
 * repairs the copies. Concurrent writers are serialized by the condition, the last one writing all
 * three; one that finds its own input committed meanwhile changes nothing. Texts in `kept/` stay, as a history
 * of all served texts; removal by age could remove a current one.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { InvalidInputError } from '../errors.ts';
import { type ChangeOutcome, changeDocument } from './conditional-change.ts';
import { buildDamagedError, jsonText, parseJsonDocument } from './json-document.ts';
import { findContentType, keptKey, latestKey, runPrefix, summaryKeys } from './keys.ts';
import type { ObjectStore } from './object-store.ts';
import {
  type ProvenanceBase,
  parseProvenance,
  type StoredProvenance,
  type TextReference,
} from './provenance-document.ts';
import { mayReplace } from './version-order.ts';

/** A summary to be put. */
export interface SummaryToPut<P extends ProvenanceBase = ProvenanceBase> {
  readonly id: string;
  readonly version: string;
  readonly markdown: string;
  readonly promptText: string;
  /** All but `documents`, which the store adds. Must be of this id and version. */
  readonly provenance: P;
}

/** A summary whose three documents belong together. */
export interface WholeSummary {
  readonly state: 'whole';
  readonly markdown: string;
  readonly promptText: string;
  readonly provenance: StoredProvenance;
  /** Of `summary.json`: changes with the summary. */
  readonly etag: string;
  readonly lastModified?: Date;
}

/** The result of reading a summary; `torn` counts as absent, never as a summary. */
export type SummaryReading =
  | WholeSummary
  | { readonly state: 'absent' }
  | {
      readonly state: 'torn';
      readonly provenance: StoredProvenance;
      /** The texts that are not stored with the hash that `summary.json` names. */
      readonly missing: readonly ('markdown' | 'prompt')[];
    };

/** A Dandiset's default version. */
export interface LatestDocument {
  readonly schemaVersion: 1;
  readonly dandisetId: string;
  readonly version: string;
}

const LatestSchema: z.ZodMiniType<LatestDocument> = z.object({
  schemaVersion: z.literal(1),
  dandisetId: z.string(),
  version: z.string(),
});

/** How often a read starts again because a writer replaced the summary meanwhile. */
const READINGS = 3;

/** Summaries in one store. Stateless: any number of instances may use one store at a time. */
export class SummaryStore {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /**
   * The provenance of a version's summary, from one document. It reports what was committed, not that the
   * texts exist: see `readSummary` and `confirm`.
   * @throws StoreUnavailableError, also where the document is damaged; InvalidInputError
   */
  async findProvenance(id: string, version: string): Promise<StoredProvenance | undefined> {
    const found = await this.#store.get(summaryKeys(id, version).provenance);
    return found && parseProvenance(found.body, id, version);
  }

  /**
   * The version's summary, checked by its hashes.
   * @throws StoreUnavailableError, also where `summary.json` is damaged; InvalidInputError
   */
  async readSummary(id: string, version: string): Promise<SummaryReading> {
    const keys = summaryKeys(id, version);
    for (let reading = 1; ; reading += 1) {
      const found = await this.#store.get(keys.provenance);
      if (found === undefined) return { state: 'absent' };
      const provenance = parseProvenance(found.body, id, version);
      const [markdown, promptText] = await Promise.all([
        this.#findText(provenance, 'markdown'),
        this.#findText(provenance, 'prompt'),
      ]);
      if (markdown !== undefined && promptText !== undefined) {
        const { etag, lastModified } = found;
        return {
          state: 'whole',
          markdown,
          promptText,
          provenance,
          etag,
          ...(lastModified && { lastModified }),
        };
      }
      // If summary.json was replaced meanwhile, its texts may have been removed: read the newer one.
      const after = await this.#store.get(keys.provenance);
      if (reading < READINGS && after?.etag !== found.etag) continue;
      const missing: ('markdown' | 'prompt')[] = [];
      if (markdown === undefined) missing.push('markdown');
      if (promptText === undefined) missing.push('prompt');
      return { state: 'torn', provenance, missing };
    }
  }

  /**
   * The stored summary if it was made from this input and is complete: then a run has nothing to write.
   * Repairs `summary.md` and `summary_prompt.md` where a killed writer left other texts.
   * @throws StoreUnavailableError, InvalidInputError
   */
  async confirm(id: string, version: string, inputHash: string): Promise<WholeSummary | undefined> {
    const reading = await this.readSummary(id, version);
    if (reading.state !== 'whole' || reading.provenance.inputHash !== inputHash) return undefined;
    const keys = summaryKeys(id, version);
    const { documents } = reading.provenance;
    for (const part of ['prompt', 'markdown'] as const) {
      const copy = await this.#store.get(keys[part]);
      if (copy !== undefined && sha256(copy.body) === documents[part].sha256) continue;
      await this.#putText(keys[part], part === 'prompt' ? reading.promptText : reading.markdown);
    }
    return reading;
  }

  /**
   * Stores a summary; `unchanged` if another writer has committed one of the same input meanwhile.
   * Call `putLatest` and update the catalog afterwards.
   * @throws StoreUnavailableError; InvalidInputError if the provenance is of another version
   */
  async putSummary<P extends ProvenanceBase>(summary: SummaryToPut<P>): Promise<ChangeOutcome> {
    const { id, version, markdown, promptText, provenance } = summary;
    if (provenance.dandisetId !== id || provenance.version !== version) {
      throw new InvalidInputError(
        `The provenance is of ${provenance.dandisetId}/${provenance.version}, the summary of ${id}/${version}.`,
        { field: 'provenance' },
      );
    }
    // The key itself is not needed here; this refuses an input hash that cannot name a run before it is stored.
    runPrefix(id, version, provenance.inputHash);
    const keys = summaryKeys(id, version);
    const documents = { markdown: referenceTo(markdown), prompt: referenceTo(promptText) };
    await this.#keep(keptKey(id, version, documents.prompt.sha256), promptText);
    await this.#keep(keptKey(id, version, documents.markdown.sha256), markdown);
    const body = jsonText({ ...provenance, documents });

    let first: string | undefined | null = null;
    return changeDocument(this.#store, keys.provenance, async (current) => {
      if (first === null) first = current?.etag;
      const raced = current?.etag !== first;
      if (raced && current !== undefined && this.#isOfInput(current.body, summary)) return undefined;
      await this.#putText(keys.prompt, promptText);
      await this.#putText(keys.markdown, markdown);
      return body;
    });
  }

  /** A Dandiset's default version, or undefined where none is stored. @throws StoreUnavailableError */
  async findLatest(id: string): Promise<LatestDocument | undefined> {
    const key = latestKey(id);
    const found = await this.#store.get(key);
    return found && parseLatest(found.body, id);
  }

  /**
   * Sets `latest.json` to this version, unless it names a newer published one.
   * @throws StoreUnavailableError, InvalidInputError
   */
  async putLatest(id: string, version: string): Promise<ChangeOutcome> {
    summaryKeys(id, version);
    return changeDocument(this.#store, latestKey(id), (current) => {
      const existing = current && parseLatest(current.body, id).version;
      if (existing !== undefined && (existing === version || !mayReplace(version, existing)))
        return undefined;
      return jsonText({ schemaVersion: 1, dandisetId: id, version } satisfies LatestDocument);
    });
  }

  /** A text that the provenance names: the copy that people see, else the one stored under its hash. */
  async #findText(provenance: StoredProvenance, part: 'markdown' | 'prompt'): Promise<string | undefined> {
    const { dandisetId, version, documents } = provenance;
    const { sha256: expected } = documents[part];
    for (const key of [summaryKeys(dandisetId, version)[part], keptKey(dandisetId, version, expected)]) {
      const found = await this.#store.get(key);
      if (found !== undefined && sha256(found.body) === expected)
        return new TextDecoder('utf-8', { ignoreBOM: true }).decode(found.body);
    }
    return undefined;
  }

  /** Puts a text under its hash, unless it is stored intact. */
  async #keep(key: string, text: string): Promise<void> {
    const { outcome } = await this.#store.put(key, text, {
      contentType: findContentType(key),
      ifAbsent: true,
    });
    if (outcome === 'stored') return;
    // Stored, but modified or damaged: a commit must not name it.
    const found = await this.#store.get(key);
    if (found === undefined || sha256(found.body) !== referenceTo(text).sha256)
      await this.#putText(key, text);
  }

  async #putText(key: string, text: string): Promise<void> {
    await this.#store.put(key, text, { contentType: findContentType(key) });
  }

  /**
   * Whether another writer's `summary.json` was made from the same input. A damaged one counts as different and is
   * overwritten.
   */
  #isOfInput(body: Uint8Array, { id, version, provenance }: SummaryToPut): boolean {
    try {
      return parseProvenance(body, id, version).inputHash === provenance.inputHash;
    } catch {
      return false;
    }
  }
}

function parseLatest(body: Uint8Array, id: string): LatestDocument {
  const key = latestKey(id);
  const latest = parseJsonDocument(LatestSchema, body, key);
  if (latest.dandisetId === id) return latest;
  throw buildDamagedError(key, `it is of Dandiset ${latest.dandisetId}`);
}

function referenceTo(text: string): TextReference {
  const bytes = new TextEncoder().encode(text);
  return { sha256: sha256(bytes), bytes: bytes.length };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
