/** Prompts of the corpus's Dandisets in the `complete` profile, built from their real headers, for tests of writers. */

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildFileFacts } from '../../shared/facts/build-file-facts.ts';
import { ContentTally, type CountedFile } from '../../shared/facts/content-tally.ts';
import type { Contents } from '../../shared/facts/contents.ts';
import { describeMetadata } from '../../shared/facts/dandiset-metadata.ts';
import type { FileFacts } from '../../shared/facts/file-facts.ts';
import { VersionTally } from '../../shared/facts/version-tally.ts';
import { groupComplete } from '../../shared/file-types/file-type.ts';
import { buildSignatures } from '../../shared/file-types/signature.ts';
import { VariationTally } from '../../shared/file-types/variation.ts';
import type { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import { findExtensions } from '../../shared/header/namespaces.ts';
import type { NwbHeader } from '../../shared/header/nwb-header.ts';
import { buildPrompt } from '../../shared/prompt/build-prompt.ts';
import type { Prompt } from '../../shared/prompt/prompt.ts';
import { buildTypeDigest, type CountedType } from '../../shared/prompt/type-digest.ts';
import { parsePythonJson } from '../../shared/python/python-json.ts';
import { openFileSource } from '../../shared/source/file-source.ts';
import type { CorpusDandiset } from '../corpus-archive.ts';
import { coverage } from '../model/example-facts.ts';

const LIMITS = { bytes: 1e9, requests: 1e6, objects: 1e6, depth: 100, milliseconds: 60_000, valueBytes: 1e6 };

/**
 * Builds the prompt of one Dandiset; every file of the corpus can be read. With `isCounted`, contents are counted too.
 */
export async function buildCorpusPrompt(
  dandiset: CorpusDandiset,
  reader: Hdf5HeaderReader,
  { isCounted = false, profile = 'complete' as 'complete' | 'rich' } = {},
): Promise<Prompt> {
  const headers = new Map<string, NwbHeader>();
  for (const file of new Set(dandiset.assets.map((asset) => asset.file))) {
    await using source = await openFileSource(join(dandiset.folder, file));
    headers.set(file, (await reader.readHeader(source, LIMITS)).header);
  }
  const getHeader = (file: string) => headers.get(file) as NwbHeader;
  const read = dandiset.assets.map(({ path, asset_id: assetId, file }) => ({
    path,
    assetId,
    contentId: file,
    signatures: buildSignatures(getHeader(file)),
    extensions: findExtensions(getHeader(file)),
  }));
  const metadataJson = readFileSync(join(dandiset.folder, 'dandiset.json'), 'utf8');
  const types = groupComplete(read);
  const counted = isCounted ? countCorpus(dandiset, getHeader, metadataJson) : undefined;
  const countType = (structures: readonly string[]): CountedType | undefined => {
    if (counted === undefined) return undefined;
    const tally = new ContentTally();
    for (const [at, { signatures }] of read.entries())
      if (structures.includes(signatures.folded)) tally.add(counted.files[at]!);
    return {
      contents: tally.build(),
      variation: new VariationTally().report(),
      reported: new Set(),
      isShared: true,
    };
  };
  return buildPrompt({
    ref: { id: dandiset.id, version: dandiset.version },
    metadataJson,
    profile,
    coverage: coverage(read.length),
    contents: counted?.contents ?? new VersionTally().build(describeMetadata(undefined)),
    types: types.map((type, index) =>
      buildTypeDigest(
        getHeader(type.representative.contentId),
        { ...type, variations: [] },
        index + 1,
        profile,
        200_000,
        countType(type.structures),
      ),
    ),
    tokenBudget: 100_000,
  });
}

/** The contents of all files, counted from their headers and paths, and those of each. */
function countCorpus(
  { assets, folder }: CorpusDandiset,
  getHeader: (file: string) => NwbHeader,
  metadataJson: string,
): { readonly contents: Contents; readonly files: readonly CountedFile[] } {
  const version = new VersionTally();
  const facts = new Map<string, FileFacts>();
  const files = assets.map(({ path, file }) => {
    if (!facts.has(file)) facts.set(file, buildFileFacts(getHeader(file)));
    return version.add({
      path,
      size: statSync(join(folder, file)).size,
      kind: '.nwb',
      facts: facts.get(file)!,
    });
  });
  return { contents: version.build(describeMetadata(parsePythonJson(metadataJson))), files };
}
