/**
 * The effect of compaction on the prompts of the corpus: file types before and after folding, tokens of each
 * stage, and what the smallest stage keeps. Run by `npm run bench -- prompts`.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMetadata } from '../shared/facts/dandiset-metadata.ts';
import { VersionTally } from '../shared/facts/version-tally.ts';
import { groupComplete } from '../shared/file-types/file-type.ts';
import { bySize, FEW_TYPES, joinTypes } from '../shared/file-types/join-types.ts';
import { buildPatterns } from '../shared/file-types/patterns.ts';
import { buildSignatures } from '../shared/file-types/signature.ts';
import { Hdf5HeaderReader } from '../shared/hdf5/hdf5-header-reader.ts';
import { findExtensions } from '../shared/header/namespaces.ts';
import type { NwbHeader } from '../shared/header/nwb-header.ts';
import { buildPrompt } from '../shared/prompt/build-prompt.ts';
import { countTokens } from '../shared/prompt/count-tokens.ts';
import type { Coverage } from '../shared/prompt/facts.ts';
import { buildTypeDigest, SECTION_LEVELS } from '../shared/prompt/type-digest.ts';
import { openFileSource } from '../shared/source/file-source.ts';
import { CORPUS_ABSENT, corpusFolder } from '../test/corpus.ts';
import { type CorpusDandiset, corpusDandisets } from '../test/corpus-archive.ts';

const LIMITS = { bytes: 1e9, requests: 1e6, objects: 1e6, depth: 100, milliseconds: 60_000, valueBytes: 1e6 };
const UNBOUNDED = 10_000_000;

async function readHeaders(
  dandiset: CorpusDandiset,
  reader: Hdf5HeaderReader,
): Promise<Map<string, NwbHeader>> {
  const headers = new Map<string, NwbHeader>();
  for (const file of new Set(dandiset.assets.map((asset) => asset.file))) {
    await using source = await openFileSource(join(dandiset.folder, file));
    headers.set(file, (await reader.readHeader(source, LIMITS)).header);
  }
  return headers;
}

/**
 * One row: counts of types, tokens by stage, and the tokens and kept types of a prompt limited to `tight`
 * tokens.
 */
async function measure(dandiset: CorpusDandiset, reader: Hdf5HeaderReader, tight: number): Promise<string[]> {
  const headers = await readHeaders(dandiset, reader);
  const getHeader = (contentId: string): NwbHeader => headers.get(contentId) as NwbHeader;
  const read = dandiset.assets.map(({ path, asset_id: assetId, file }) => ({
    path,
    assetId,
    contentId: file,
    signatures: buildSignatures(getHeader(file)),
    extensions: findExtensions(getHeader(file)),
  }));
  const exact = new Set(read.map((file) => file.signatures.exact)).size;
  const folded = groupComplete(read);
  const patterned = folded.map((type) => ({
    type,
    patterns: buildPatterns(getHeader(type.representative.contentId)),
  }));
  const types =
    folded.length <= FEW_TYPES ? folded.map((type) => ({ ...type, variations: [] })) : joinTypes(patterned);
  const digests = types
    .sort(bySize)
    .map((type, at) =>
      buildTypeDigest(getHeader(type.representative.contentId), type, at + 1, 'complete', UNBOUNDED),
    );
  const tokens = SECTION_LEVELS.map((level) =>
    digests.reduce((sum, digest) => sum + countTokens(digest.sections[level] ?? ''), 0),
  );
  const nwb = read.length;
  const coverage: Coverage = {
    assets: nwb,
    nwb,
    read: nwb,
    cutShort: 0,
    notLookedAt: 0,
    unreadable: [],
    other: [],
  };
  const input = {
    ref: { id: dandiset.id, version: dandiset.version },
    metadataJson: readFileSync(join(dandiset.folder, 'dandiset.json'), 'utf8'),
    profile: 'complete' as const,
    coverage,
    contents: new VersionTally().build(describeMetadata(undefined)),
    types: digests,
  };
  const whole = buildPrompt({ ...input, tokenBudget: 100_000 });
  const small = buildPrompt({ ...input, tokenBudget: Math.max(tight, 2_000) });
  const names = new Set(digests.flatMap((digest) => digest.facts.neurodataTypes.map(({ name }) => name)));
  const kept = [...names].filter((name) => small.text.includes(name)).length;
  return [
    dandiset.id,
    nwb,
    exact,
    folded.length,
    types.length,
    ...tokens,
    whole.tokens,
    small.tokens,
    `${kept} of ${names.size}`,
  ].map(String);
}

/** Prints the table. */
export async function prompts(): Promise<void> {
  const folder = corpusFolder();
  if (folder === undefined) {
    process.stdout.write(`Skipped: it ${CORPUS_ABSENT}.\n`);
    return;
  }
  const reader = new Hdf5HeaderReader();
  const head = [
    'id',
    'files',
    'exact',
    'folded',
    'joined',
    ...SECTION_LEVELS,
    'as sent',
    'at 4,000',
    'neurodata types kept',
  ];
  process.stdout.write(`File types, and tokens of the sections by stage:\n${row(head)}`);
  for (const dandiset of corpusDandisets(folder))
    process.stdout.write(row(await measure(dandiset, reader, 4_000)));
  await reader.close();
}

function row(cells: readonly string[]): string {
  return `${cells.map((cell) => cell.padStart(8)).join(' ')}\n`;
}
