/**
 * Which questions of a researcher who looks for data a prompt of each profile answers; how many tokens it
 * takes; and how many of its lines are true only of the representative file. Run by `npm run bench --
 * questions [FOLDER …]` on the corpus, its manifests (which have no files, only records) and the sample;
 * folders in the layout of DANDI's bucket are added.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findAssetKind } from '../shared/archive/asset.ts';
import { ContentTally } from '../shared/facts/content-tally.ts';
import { describeMetadata } from '../shared/facts/dandiset-metadata.ts';
import { buildRecordDigest } from '../shared/facts/record-digest.ts';
import { VersionTally } from '../shared/facts/version-tally.ts';
import { groupComplete } from '../shared/file-types/file-type.ts';
import { bySize, FEW_TYPES, type JoinedType, joinTypes } from '../shared/file-types/join-types.ts';
import { buildPatterns } from '../shared/file-types/patterns.ts';
import { VariationTally } from '../shared/file-types/variation.ts';
import { Hdf5HeaderReader } from '../shared/hdf5/hdf5-header-reader.ts';
import type { NwbHeader } from '../shared/header/nwb-header.ts';
import { buildDigest, type HeaderDigest } from '../shared/pipeline/header-digest.ts';
import { buildPrompt } from '../shared/prompt/build-prompt.ts';
import { INSTRUCTIONS, INSTRUCTIONS_WITHOUT_NWB } from '../shared/prompt/fixed-words.ts';
import type { Prompt } from '../shared/prompt/prompt.ts';
import { buildTypeDigest, findReportedAbove } from '../shared/prompt/type-digest.ts';
import { type SectionLevel, sectionText } from '../shared/prompt/type-section.ts';
import { openFileSource } from '../shared/source/file-source.ts';
import { corpusFolder } from '../test/corpus.ts';
import { corpusDandisets } from '../test/corpus-archive.ts';
import { isAnswered, QUESTIONS } from './question-list.ts';

const LIMITS = { bytes: 1e9, requests: 1e6, objects: 1e6, depth: 100, milliseconds: 60_000, valueBytes: 1e6 };
const PROFILES = ['complete', 'rich'] as const;

/** One file of a loaded Dandiset. */
export interface LoadedFile {
  readonly path: string;
  readonly assetId: string;
  readonly size: number;
  readonly record: Readonly<Record<string, unknown>> | undefined;
  /** Path of the local file; undefined if it is not available. */
  readonly source: string | undefined;
}

/** A Dandiset on this machine. */
export interface Loaded {
  readonly name: string;
  readonly id: string;
  readonly metadataJson: string;
  readonly files: readonly LoadedFile[];
}

/** Prints the table, and the questions that each profile does not answer. */
export async function questions(folders: readonly string[]): Promise<void> {
  const reader = new Hdf5HeaderReader({ engine: 'auto' });
  const rows: Row[] = [];
  for (const loaded of load(folders)) {
    const row = await ask(loaded, reader);
    rows.push(row);
    process.stdout.write(`${rowText(row)}\n`);
  }
  process.stdout.write(`\n${totals(rows)}\n`);
}

interface Row {
  readonly name: string;
  readonly requested: number;
  readonly of: Readonly<
    Record<
      (typeof PROFILES)[number],
      { tokens: number; answered: readonly string[]; open: readonly string[]; alone: number }
    >
  >;
}

async function ask(loaded: Loaded, reader: Hdf5HeaderReader): Promise<Row> {
  const headers = await readHeaders(loaded, reader);
  const digests = new Map<string, HeaderDigest>(
    [...headers].map(([source, header]) => [source, buildDigest(header)]),
  );
  const requested = {
    metadata: JSON.parse(loaded.metadataJson),
    files: loaded.files.map((file) => ({
      ...file,
      header: file.source === undefined ? undefined : headers.get(file.source),
    })),
  };
  const truths = QUESTIONS.flatMap(({ name, truth }) => {
    const found = truth(requested);
    return found === undefined ? [] : [{ name, found }];
  });
  const of = Object.fromEntries(
    PROFILES.map((profile) => {
      const { prompt, types } = buildPromptText(loaded, headers, digests, profile);
      const text = prompt.text.replace(INSTRUCTIONS, '').replace(INSTRUCTIONS_WITHOUT_NWB, '');
      const answered = truths.filter(({ found }) => isAnswered(found, text)).map(({ name }) => name);
      const open = truths.map(({ name }) => name).filter((name) => !answered.includes(name));
      return [
        profile,
        {
          tokens: prompt.tokens,
          answered,
          open,
          alone: countAlone(loaded, headers, digests, prompt, types, profile),
        },
      ];
    }),
  ) as unknown as Row['of'];
  return { name: loaded.name, requested: truths.length, of };
}

/** The prompt that the pipeline would build. */
export function buildPromptText(
  loaded: Loaded,
  headers: ReadonlyMap<string, NwbHeader>,
  digests: ReadonlyMap<string, HeaderDigest>,
  profile: (typeof PROFILES)[number],
  nwbFiles?: number,
): { prompt: Prompt; types: readonly JoinedType[] } {
  const read = loaded.files.flatMap(({ path, assetId, source }) => {
    const digest = source === undefined ? undefined : digests.get(source);
    return digest === undefined
      ? []
      : [{ path, assetId, contentId: source!, signatures: digest.signatures, extensions: digest.extensions }];
  });
  const folded = groupComplete(read);
  const getHeader = (contentId: string): NwbHeader => headers.get(contentId)!;
  const types = (
    folded.length <= FEW_TYPES
      ? folded.map((type) => ({ ...type, variations: [] }))
      : joinTypes(
          folded.map((type) => ({ type, patterns: buildPatterns(getHeader(type.representative.contentId)) })),
        )
  ).sort(bySize);
  const version = new VersionTally();
  const ofTypes = types.map(() => ({ contents: new ContentTally(), variation: new VariationTally() }));
  for (const { path, size, record, source } of loaded.files) {
    const digest = source === undefined ? undefined : digests.get(source);
    const counted = version.add({
      path,
      size,
      kind: findAssetKind({ path, encodingFormat: '' }),
      record: buildRecordDigest(record),
      ...(digest === undefined ? {} : { facts: digest.facts }),
    });
    const at = types.findIndex(
      (type) => digest !== undefined && type.structures.includes(digest.signatures.folded),
    );
    ofTypes[at]?.contents.add(counted);
    if (digest !== undefined) ofTypes[at]?.variation.add(digest.variants);
  }
  const contents = version.build(describeMetadata(JSON.parse(loaded.metadataJson)));
  const reported = findReportedAbove(contents.all, types.length);
  const nwb = nwbFiles ?? read.length;
  const coverage = {
    assets: loaded.files.length,
    nwb,
    read: read.length,
    cutShort: 0,
    notLookedAt: nwb - read.length,
    unreadable: [],
    other: [],
  };
  const prompt = buildPrompt({
    ref: { id: loaded.id, version: 'draft' },
    metadataJson: loaded.metadataJson,
    profile,
    coverage,
    contents,
    types: types.map((type, at) =>
      buildTypeDigest(getHeader(type.representative.contentId), type, at + 1, profile, 2_000_000, {
        contents: ofTypes[at]!.contents.build(),
        variation: ofTypes[at]!.variation.report(),
        reported,
        isShared: nwb > 1,
      }),
    ),
    tokenBudget: 100_000,
  });
  return { prompt, types };
}

/**
 * Counts the lines of the types' sections that would be missing with another file of the type as
 * representative.
 */
function countAlone(
  loaded: Loaded,
  headers: ReadonlyMap<string, NwbHeader>,
  digests: ReadonlyMap<string, HeaderDigest>,
  prompt: Prompt,
  types: readonly JoinedType[],
  profile: (typeof PROFILES)[number],
): number {
  const promptLines = new Set(prompt.text.split('\n'));
  const level: SectionLevel = profile === 'rich' || prompt.compaction.length > 0 ? 'folded' : 'verbatim';
  let alone = 0;
  for (const type of types) {
    const sources = new Set(
      loaded.files.flatMap(({ source }) =>
        source !== undefined && type.structures.includes(digests.get(source)?.signatures.folded ?? '')
          ? [source]
          : [],
      ),
    );
    if (type.files < 2) continue;
    const quiet = profile === 'rich' ? { isShared: true } : undefined;
    const listLines = (source: string): Set<string> =>
      new Set(sectionText(headers.get(source)!, level, quiet).split('\n'));
    const others = [...sources].map(listLines);
    for (const line of listLines(type.representative.contentId)) {
      if (line !== '' && promptLines.has(line) && others.some((lines) => !lines.has(line))) alone += 1;
    }
  }
  return alone;
}

/** Headers of the available files, by path. */
export async function readHeaders(loaded: Loaded, reader: Hdf5HeaderReader): Promise<Map<string, NwbHeader>> {
  const headers = new Map<string, NwbHeader>();
  for (const source of new Set(loaded.files.flatMap((file) => file.source ?? []))) {
    // A file that cannot be read is not in the prompt either.
    const header = await readOne(source, reader).catch(() => undefined);
    if (header !== undefined) headers.set(source, header);
  }
  return headers;
}

async function readOne(source: string, reader: Hdf5HeaderReader): Promise<NwbHeader> {
  await using opened = await openFileSource(source);
  return (await reader.readHeader(opened, LIMITS)).header;
}

/** The corpus, its manifests, the sample, and the given folders. */
export function* load(folders: readonly string[]): Generator<Loaded> {
  const corpus = corpusFolder();
  if (corpus === undefined)
    process.stdout.write('The corpus is not next to the checkout: only the sample is used.\n');
  for (const { id, folder, assets } of corpus === undefined ? [] : corpusDandisets(corpus)) {
    yield {
      name: id,
      id,
      metadataJson: readFileSync(join(folder, 'dandiset.json'), 'utf8'),
      files: assets.map(({ path, asset_id: assetId, file }) => ({
        path,
        assetId,
        size: statSync(join(folder, file)).size,
        record: undefined,
        source: join(folder, file),
      })),
    };
  }
  const manifests = corpus === undefined ? undefined : join(corpus, 'manifests');
  for (const id of manifests !== undefined && existsSync(manifests) ? readdirSync(manifests).sort() : []) {
    yield loadManifest(`${id} (records)`, id, join(manifests!, id), undefined);
  }
  for (const folder of [fileURLToPath(new URL('../local/sample', import.meta.url)), ...folders]) {
    for (const id of readdirSync(join(folder, 'dandisets')).sort()) {
      const version = readdirSync(join(folder, 'dandisets', id))
        .sort()
        .at(0)!;
      yield loadManifest(
        `${id} (${folder.split('/').slice(-2).join('/')})`,
        id,
        join(folder, 'dandisets', id, version),
        folder,
      );
    }
  }
}

function loadManifest(name: string, id: string, folder: string, bucket: string | undefined): Loaded {
  const records = JSON.parse(readFileSync(join(folder, 'assets.jsonld'), 'utf8')) as Record<
    string,
    unknown
  >[];
  return {
    name,
    id,
    metadataJson: readFileSync(join(folder, 'dandiset.jsonld'), 'utf8'),
    files: records.map((record, at) => {
      const path = String(record.path ?? '');
      const blob = /blobs\/[0-9a-f]{3}\/[0-9a-f]{3}\/[0-9a-f-]{36}/.exec(
        JSON.stringify(record.contentUrl ?? ''),
      )?.[0];
      const source =
        bucket === undefined || blob === undefined || !path.endsWith('.nwb') ? undefined : join(bucket, blob);
      return {
        path,
        assetId: String(at),
        size: Number(record.contentSize ?? 0),
        record,
        source: source !== undefined && existsSync(source) ? source : undefined,
      };
    }),
  };
}

function rowText({ name, requested, of }: Row): string {
  const parts = PROFILES.map((profile) => {
    const { tokens, answered, alone } = of[profile];
    return `${profile} ${tokens} tokens, ${answered.length} of ${requested}, ${alone} alone`;
  });
  const open = of.rich.open.length === 0 ? '' : ` | rich leaves open: ${of.rich.open.join(', ')}`;
  return `${name}: ${parts.join(' | ')}${open}`;
}

function totals(rows: readonly Row[]): string {
  const lines = PROFILES.map((profile) => {
    const sum = (count: (row: Row) => number): number => rows.reduce((total, row) => total + count(row), 0);
    const requested = sum((row) => row.requested);
    const answered = sum((row) => row.of[profile].answered.length);
    const share = ((100 * answered) / requested).toFixed(1);
    return `${profile}: ${answered} of ${requested} answered (${share} %), ${sum((row) => row.of[profile].alone)} lines true of the representative alone, ${sum((row) => row.of[profile].tokens)} tokens`;
  });
  const byQuestion = QUESTIONS.map(({ name, asks }) => {
    const counts = PROFILES.map(
      (profile) => rows.filter((row) => row.of[profile].answered.includes(name)).length,
    );
    const requested = rows.filter((row) =>
      [...row.of.rich.answered, ...row.of.rich.open].includes(name),
    ).length;
    return `| ${name} | ${asks} | ${requested} | ${counts.join(' | ')} |`;
  });
  return [
    ...lines,
    '',
    `| question | | asked | ${PROFILES.join(' | ')} |`,
    '| --- | --- | --- | --- | --- |',
    ...byQuestion,
  ].join('\n');
}
