/**
 * The corpus's Dandisets as a store of summaries, for the retrieval benchmark: those with files are run
 * through the whole state machine with the deterministic writer, those with only manifests have their
 * metadata and file paths.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startArchiveServer } from '../../local/archive-server.ts';
import { LocalMachine } from '../../local/machine.ts';
import { readConfig } from '../../shared/config.ts';
import { describeMetadata } from '../../shared/facts/dandiset-metadata.ts';
import { describeDandiset } from '../../shared/prompt/build-facts.ts';
import { parsePythonJson } from '../../shared/python/python-json.ts';
import { buildSearchDocument, type SummaryForSearch } from '../../shared/search/build-document.ts';
import type { SearchDocument } from '../../shared/search/search-document.ts';
import { openStore } from '../../shared/store/open-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import type { Provenance } from '../../shared/summary/provenance.ts';
import { corpusArchiveFiles, corpusDandisets } from '../../test/corpus-archive.ts';

/** A Dandiset of the corpus: its search document, and its catalog entry's text for the earlier rule. */
export interface CorpusDocument {
  readonly document: SearchDocument;
  /** The text of the fields that the earlier search used. */
  readonly oldText: string;
}

/**
 * Reads all Dandisets of the corpus, by id; if one is in both folders, the one with files. The summaries are
 * stored in `folder`.
 */
export async function readCorpusDocuments(corpus: string, folder: string): Promise<CorpusDocument[]> {
  const withFiles = corpusDandisets(corpus);
  const server = await startArchiveServer({ files: corpusArchiveFiles(corpus) });
  const config = {
    ...readConfig({ SUMMARY_STORE: folder }),
    dandiApiUrl: server.apiUrl,
    dandiBucketUrl: server.bucketUrl,
  };
  const summaries = new SummaryStore(openStore(folder));
  const found = new Map<string, CorpusDocument>();
  try {
    const machine = new LocalMachine(config);
    for (const { id, version } of withFiles) {
      await machine.summarize({ dandisetId: id, version, force: false });
      const reading = await summaries.readSummary(id, version);
      if (reading.state !== 'whole') throw new Error(`${id}/${version} has no whole summary`);
      const provenance = reading.provenance as unknown as Provenance;
      found.set(id, corpusDocument({ provenance, markdown: reading.markdown }));
    }
  } finally {
    await server.close();
  }
  for (const id of readdirSync(join(corpus, 'manifests'))) {
    if (!found.has(id)) found.set(id, corpusDocument(readManifest(join(corpus, 'manifests', id), id)));
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each);
}

function corpusDocument(summary: SummaryForSearch): CorpusDocument {
  const { provenance } = summary;
  const { dandiset, fileTypes, keywords } = provenance;
  const document = buildSearchDocument(summary);
  // The corpus keeps some files of each type, without their bulk data: the size of a Dandiset is taken from
  // its metadata.
  const bytes = dandiset.numberOfBytes;
  const types = fileTypes.flatMap((type) => type.neurodataTypes.map(({ name }) => name));
  return {
    document: bytes === undefined ? document : { ...document, numbers: { ...document.numbers, bytes } },
    oldText: [
      `DANDI:${dandiset.id}/${dandiset.version}`,
      dandiset.name,
      ...dandiset.species,
      ...dandiset.approaches,
      ...types,
      ...keywords,
    ].join('\n'),
  };
}

/** Builds a summary only from the metadata and the list of files. */
function readManifest(folder: string, id: string): SummaryForSearch {
  const metadata = parsePythonJson(readFileSync(join(folder, 'dandiset.jsonld'), 'utf8')) as Map<
    string,
    never
  >;
  const assets = JSON.parse(readFileSync(join(folder, 'assets.jsonld'), 'utf8')) as {
    path: string;
    variableMeasured?: { value?: string }[];
  }[];
  const version = String(metadata.get('version') ?? 'draft');
  const dandiset = describeDandiset({ id, version }, metadata);
  const described = describeMetadata(metadata);
  const nwb = assets.filter(({ path }) => path.endsWith('.nwb'));
  const types = new Set(
    assets.flatMap(({ variableMeasured = [] }) => variableMeasured.flatMap(({ value }) => value ?? [])),
  );
  const fileType = {
    label: 1,
    files: nwb.length,
    representative: { path: nwb[0]?.path ?? '', assetId: '' },
    neurodataTypes: [...types].map((name) => ({ name, count: 1 })),
    texts: {},
    series: [],
    tables: [],
    devices: [],
    locations: [],
    modules: [],
  };
  const provenance = {
    dandisetId: id,
    version,
    generatedAt: '2026-01-01T00:00:00.000Z',
    model: { id: 'deterministic', isLanguageModel: false, parameters: {} },
    dandiset,
    coverage: { assets: assets.length, nwb: nwb.length },
    fileTypes: nwb.length === 0 ? [] : [fileType],
    keywords: dandiset.keywords,
    metadata: described,
  } as unknown as SummaryForSearch['provenance'];
  return { provenance, markdown: '' };
}
