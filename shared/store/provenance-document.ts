/**
 * The parts of `summary.json` that the store itself needs: its version, its input, and which two
 * texts belong to it. The rest of the document (model, checks, coverage, file types) belongs to `shared/summary`;
 * it passes through unread.
 */
import { buildDamagedError, parseJsonObject } from './json-document.ts';
import { summaryKeys } from './keys.ts';
import { upgradeProvenance } from './upgrade-provenance.ts';

/** The fields of a summary's provenance that the store reads. */
export interface ProvenanceBase {
  readonly schemaVersion: number;
  readonly dandisetId: string;
  readonly version: string;
  /** Identifies the summary's whole input; the same input has the same hash. */
  readonly inputHash: string;
}

/** A text that belongs to a summary. */
export interface TextReference {
  /** 64 hex digits, of the text's UTF-8 bytes. */
  readonly sha256: string;
  readonly bytes: number;
}

/** A provenance as stored in `summary.json`: the argument of `putSummary`, and the texts it commits to. */
export type StoredProvenance = ProvenanceBase &
  Readonly<Record<string, unknown>> & {
    readonly documents: { readonly markdown: TextReference; readonly prompt: TextReference };
  };

/**
 * The provenance in a `summary.json` of this version, in the current names for any schema version.
 * @throws StoreUnavailableError naming the key if a field is missing, or names another Dandiset
 */
export function parseProvenance(body: Uint8Array, dandisetId: string, version: string): StoredProvenance {
  const key = summaryKeys(dandisetId, version).provenance;
  const value = parseJsonObject(body, key);
  const documents = (value.documents ?? {}) as Record<string, unknown>;
  const findings: readonly (readonly [finding: string, holds: boolean])[] = [
    ['schemaVersion is not a number', typeof value.schemaVersion === 'number'],
    [`dandisetId is not ${dandisetId}`, value.dandisetId === dandisetId],
    [`version is not ${version}`, value.version === version],
    ['inputHash is not a string', typeof value.inputHash === 'string'],
    ['documents.markdown has no hash', isReference(documents.markdown)],
    ['documents.prompt has no hash', isReference(documents.prompt)],
  ];
  const failed = findings.find(([, holds]) => !holds);
  if (failed !== undefined) throw buildDamagedError(key, failed[0]);
  return upgradeProvenance(value as StoredProvenance);
}

function isReference(value: unknown): value is TextReference {
  const { sha256, bytes } = (value ?? {}) as { sha256?: unknown; bytes?: unknown };
  return typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) && typeof bytes === 'number';
}
