/**
 * The name of a run: a hash of its summary's whole input. The same input twice is the same run.
 * Pure.
 */
import { createHash } from 'node:crypto';
import { describeMetadata } from '../facts/dandiset-metadata.ts';
import { READER_REVISION } from '../header/header-json.ts';
import { DETERMINISTIC_WRITER_ID } from '../model/deterministic-writer.ts';
import { describeDandiset } from '../prompt/build-facts.ts';
import { PROMPT_REVISION } from '../prompt/fixed-words.ts';
import { metadataFields, parseMetadata } from '../prompt/metadata-text.ts';
import type { PromptProfile, WritingMode } from '../prompt/prompt.ts';
import { REQUEST_REVISION } from '../prompt/request.ts';
import { STRUCTURED_REVISION } from '../prompt/structured-words.ts';
import { DIGEST_REVISION } from './header-digest.ts';
import type { Listing } from './run-listing.ts';

/** The settings that affect a summary's text. */
export interface RunSettings {
  readonly promptProfile: PromptProfile;
  readonly promptTokenBudget: number;
  readonly modelId: string;
  /** `prose` if absent, as in runs from before other modes existed. */
  readonly writing?: WritingMode;
}

/**
 * 64 hexadecimal digits. Of the metadata only the fields that the prompt or the facts use count, so that a draft
 * which was merely validated again keeps its name.
 * @throws SyntaxError if the metadata are not a JSON object
 */
export function buildInputHash(
  ref: { readonly id: string; readonly version: string },
  metadataJson: string,
  listing: Listing,
  settings: RunSettings,
): string {
  const metadata = parseMetadata(metadataJson);
  const hash = createHash('sha256');
  hash.update(JSON.stringify([ref.id, ref.version, PROMPT_REVISION, READER_REVISION, DIGEST_REVISION]));
  // The deterministic writer gets no request: the writing mode does not affect it.
  if (settings.modelId !== DETERMINISTIC_WRITER_ID) hash.update(JSON.stringify([REQUEST_REVISION]));
  hash.update(JSON.stringify([settings.promptProfile, settings.promptTokenBudget, settings.modelId]));
  // Runs that write prose keep the names from before other modes existed.
  if (settings.writing === 'structured') hash.update(JSON.stringify(['structured', STRUCTURED_REVISION]));
  // The time of the last change of the metadata is not part of their content.
  const { modified: _, ...described } = describeMetadata(metadata);
  hash.update(JSON.stringify([metadataFields(metadata), describeDandiset(ref, metadata), described]));
  hash.update(JSON.stringify([listing.assets, listing.other, listing.unreadable]));
  for (const { path, contentId } of listing.files) hash.update(JSON.stringify([path, contentId]));
  for (const { assetId: _, ...record } of listing.records) hash.update(JSON.stringify(record));
  return hash.digest('hex');
}
