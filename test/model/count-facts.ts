/**
 * Counts a test's file types with the pipeline's tally, so that tests describe only file types and writers get complete
 * facts.
 */
import { describeMetadata } from '../../shared/facts/dandiset-metadata.ts';
import type { Counted, FileFacts, FileSeries } from '../../shared/facts/file-facts.ts';
import { findExtent } from '../../shared/facts/series-extent.ts';
import { VersionTally } from '../../shared/facts/version-tally.ts';
import { buildFacts } from '../../shared/prompt/build-facts.ts';
import type {
  CountedFacts,
  DandisetDescription,
  DandisetFacts,
  FileTypeFacts,
  SeriesFacts,
  TableFacts,
} from '../../shared/prompt/facts.ts';
import { parsePythonJson } from '../../shared/python/python-json.ts';
import { buildHeaderFacts, buildSession } from './counted-facts.ts';

/** Tables whose rows are counted in each file. */
const ROWS: Readonly<Record<string, Counted>> = {
  '/units': 'units',
  '/intervals/trials': 'trials',
  '/general/extracellular_ephys/electrodes': 'electrodes',
};

/** Adds the counts of contents to facts: each file of a type has the contents of the type's example. */
export function countFacts({ dandiset, coverage, fileTypes }: DandisetFacts): CountedFacts {
  const tally = new VersionTally();
  const size = Math.floor((dandiset.numberOfBytes ?? 0) / Math.max(coverage.assets, 1));
  const rest = (dandiset.numberOfBytes ?? 0) - size * coverage.assets;
  let added = 0;
  const add = (path: string, kind: string, facts?: FileFacts): void => {
    tally.add({
      path,
      kind,
      size: added === 0 ? size + rest : size,
      ...(facts === undefined ? {} : { facts }),
    });
    added += 1;
  };
  for (const type of fileTypes) {
    const facts = buildFileFacts(type);
    for (let file = 0; file < type.files; file += 1) {
      const subject = 1 + (added % (dandiset.numberOfSubjects || coverage.read));
      const path = file === 0 ? type.representative.path : `sub-${subject}/sub-${subject}_ses-${added}.nwb`;
      add(path, '.nwb', { ...facts, subject: { ...facts.subject, id: String(subject) } });
    }
  }
  for (const { path } of coverage.unreadable) add(path, '.nwb');
  for (let file = 0; file < coverage.notLookedAt; file += 1) add(`sub-x/sub-x_ses-${file}.nwb`, '.nwb');
  for (const { kind, count } of coverage.other)
    for (let file = 0; file < count; file += 1) add(`others/${file}${kind}`, kind);
  const json = parsePythonJson(JSON.stringify(buildMetadata(dandiset))) as ReadonlyMap<string, never>;
  const contents = tally.build(describeMetadata(json));
  return { ...buildFacts(dandiset, json, coverage, fileTypes, contents), dandiset };
}

/** The metadata from which the description is built. */
function buildMetadata(dandiset: DandisetDescription): Record<string, unknown> {
  const named = (names: readonly string[]) => names.map((name) => ({ name }));
  return {
    name: dandiset.name,
    description: dandiset.description,
    keywords: dandiset.keywords,
    license: dandiset.license,
    contributor: dandiset.contributors.map(({ name, kind }) => ({
      schemaKey: kind === 'person' ? 'Person' : 'Organization',
      name,
    })),
    assetsSummary: {
      species: named(dandiset.species),
      approach: named(dandiset.approaches),
      measurementTechnique: named(dandiset.techniques),
      numberOfSubjects: dandiset.numberOfSubjects,
      numberOfFiles: dandiset.numberOfFiles,
      numberOfBytes: dandiset.numberOfBytes,
    },
  };
}

function buildFileFacts({ texts, subject, ...type }: FileTypeFacts): FileFacts {
  const counts: Partial<Record<Counted, number>> = {};
  for (const { path, rows } of type.tables)
    if (Object.hasOwn(ROWS, path) && rows !== null) counts[ROWS[path]!] = rows;
  return {
    ...buildHeaderFacts({
      session: buildSession({
        ...(texts.session_id === undefined ? {} : { id: texts.session_id }),
        ...(texts.session_description === undefined ? {} : { description: texts.session_description }),
        ...(texts.experiment_description === undefined ? {} : { experiment: texts.experiment_description }),
      }),
      regions: type.locations.map((name) => ({ name, path: '/general/location', sites: 1 })),
      devices: type.devices.map((device) => ({ ...device, path: `/general/devices/${device.name}` })),
      series: type.series.map(buildFileSeries),
      tables: type.tables.map(buildFileTable),
      modules: type.modules.map((module) => ({ ...module, path: `/processing/${module.name}` })),
      counts,
    }),
    ...(subject === undefined ? {} : { subject }),
    types: [...type.neurodataTypes],
  };
}

function buildFileSeries({ path, neurodataType, ...series }: SeriesFacts): FileSeries {
  const { rate } = series;
  const extent = findExtent({
    type: neurodataType,
    shape: series.shape,
    isExternal: false,
    ...(rate === undefined ? {} : { rate }),
  });
  return {
    path,
    type: neurodataType,
    count: series.count,
    descriptions: series.description === '' ? [] : [series.description],
    axes: extent.axes.map(({ name, length }) => ({ name, min: length, max: length })),
    units: series.unit === undefined ? [] : [series.unit],
    ...(rate === undefined || !Number.isFinite(rate) ? {} : { rate: { min: rate, max: rate } }),
    ...(extent.duration === undefined ? {} : { duration: { min: extent.duration, max: extent.duration } }),
  };
}

function buildFileTable({ neurodataType, columns, ...table }: TableFacts): FileFacts['tables'][number] {
  return { ...table, type: neurodataType, columns: [...columns], moreColumns: 0 };
}
