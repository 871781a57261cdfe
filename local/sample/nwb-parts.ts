/**
 * The building blocks of the sample's NWB files: typed groups, tables, time series, the root
 * with its session texts. Follows the NWB schema 2.8.0 and hdmf-common 1.8.0.
 */
import type {
  Attributes,
  DatasetNode,
  DatasetValue,
  GroupNode,
  LinkNode,
  Numbers,
  NumberType,
  TreeNode,
} from './nwb-writer.ts';
import { buildUuid } from './seeds.ts';

/** The schema version of the files. */
const CORE_VERSION = '2.8.0';

/** The tables and columns of hdmf-common; every other type is NWB's own. */
const COMMON_TYPES: ReadonlySet<string> = new Set([
  'DynamicTable',
  'DynamicTableRegion',
  'ElementIdentifiers',
  'VectorData',
  'VectorIndex',
]);

type Members = Readonly<Record<string, TreeNode>>;

/** A float64. */
export const float64 = (data: number | readonly number[]): Numbers => ({ type: 'd', data });
/** A float32. */
export const float32 = (data: number | readonly number[]): Numbers => ({ type: 'f', data });
/** An int64. */
export const int64 = (data: number | readonly number[]): Numbers => ({ type: 'q', data });
/** An int8, which h5wasm can write where h5py would write a boolean. */
export const int8 = (data: readonly number[]): Numbers => ({ type: 'b', data });
/** A uint32. */
export const uint32 = (data: number | readonly number[]): Numbers => ({ type: 'I', data });

/** The integers from 0 to `length - 1`. */
export const countTo = (length: number): number[] => Array.from({ length }, (_, index) => index);

/** A list of `length` items, each built from its index. */
export const buildList = <Item>(length: number, make: (index: number) => Item): Item[] =>
  Array.from({ length }, (_, index) => make(index));

/** A plain group. */
export const group = (members: Members = {}, attributes: Attributes = {}): GroupNode => ({
  kind: 'group',
  attributes,
  members,
});

/** A plain dataset. */
export const dataset = (value: DatasetValue, attributes: Attributes = {}): DatasetNode => ({
  kind: 'dataset',
  value,
  attributes,
});

/** A soft link. */
export const link = (target: string): LinkNode => ({ kind: 'link', target });

/** The attributes of a typed object; its `object_id` is set by `identifyObjects`. */
function typeAttributes(type: string): Attributes {
  return { namespace: COMMON_TYPES.has(type) ? 'hdmf-common' : 'core', neurodata_type: type, object_id: '' };
}

/** A group of an NWB type. */
export const typedGroup = (type: string, members: Members = {}, attributes: Attributes = {}): GroupNode =>
  group(members, { ...attributes, ...typeAttributes(type) });

/** A dataset of an NWB type. */
export const typedDataset = (type: string, value: DatasetValue, attributes: Attributes = {}): DatasetNode =>
  dataset(value, { ...attributes, ...typeAttributes(type) });

/** A column of a table. */
export const column = (description: string, value: DatasetValue, attributes: Attributes = {}): DatasetNode =>
  typedDataset('VectorData', value, { description, ...attributes });

/**
 * The spike times and their index, as columns of `/units`, for `ends`: for each unit, the end of its spikes in the
 * list of all. The times are declared at a resolution of 1 / 30,000 s; the index is real, so each unit has its
 * number of spikes.
 */
export const spikeTimes = (ends: readonly number[]): Record<string, DatasetNode> => ({
  spike_times: column('Spike times of each unit, in seconds', declared('d', [ends.at(-1)!], [8192]), {
    resolution: float64(1 / 30_000),
  }),
  spike_times_index: columnIndex('/units/spike_times', ends),
});

/** The index of a ragged column at `target`: for each row, the end of its elements. */
export const columnIndex = (target: string, ends: readonly number[]): DatasetNode =>
  typedDataset('VectorIndex', uint32(ends), {
    description: `Index for VectorData '${target.slice(target.lastIndexOf('/') + 1)}'`,
    target: { references: target },
  });

/** Rows of another table. */
export const tableRegion = (table: string, description: string, rows: readonly number[]): DatasetNode =>
  typedDataset('DynamicTableRegion', int64(rows), { description, table: { references: table } });

/** A table of `rows` rows. The columns' order is that of `columns`. */
export function table(
  type: string,
  description: string,
  rows: number,
  columns: Readonly<Record<string, DatasetNode>>,
  extra: { members?: Members; attributes?: Attributes } = {},
): GroupNode {
  const names = Object.keys(columns).filter((name) => !name.endsWith('_index'));
  return typedGroup(
    type,
    { ...columns, id: typedDataset('ElementIdentifiers', int64(countTo(rows))), ...extra.members },
    { colnames: names, description, ...extra.attributes },
  );
}

/** The parts of a time series. */
export interface SeriesFacts {
  readonly description: string;
  readonly data: DatasetValue;
  readonly unit: string;
  /** Units per stored number. */
  readonly conversion?: number;
  /** Samples per second, for a regularly sampled series; otherwise `timestamps` is given. */
  readonly rate?: number;
  /** Seconds from the session's start to the first sample; 0 unless given. */
  readonly start?: number;
  /** Seconds from the session's start, one per sample. */
  readonly timestamps?: DatasetValue;
  readonly comments?: string;
  readonly members?: Members;
  readonly attributes?: Attributes;
}

/** A TimeSeries or one of its kinds. */
export function timeSeries(type: string, facts: SeriesFacts): GroupNode {
  const data = dataset(facts.data, {
    unit: facts.unit,
    conversion: float32(facts.conversion ?? 1),
    resolution: float32(-1),
  });
  const time =
    facts.timestamps === undefined
      ? {
          starting_time: dataset(float64(facts.start ?? 0), {
            rate: float32(facts.rate ?? 1),
            unit: 'seconds',
          }),
        }
      : {
          timestamps: dataset(facts.timestamps, { interval: { type: 'i', data: 1 }, unit: 'seconds' }),
        };
  return typedGroup(
    type,
    { data, ...time, ...facts.members },
    {
      description: facts.description,
      ...(facts.comments === undefined ? {} : { comments: facts.comments }),
      ...facts.attributes,
    },
  );
}

/** Numbers of a shape that the file declares but does not contain. */
export const declared = (
  type: NumberType,
  shape: readonly number[],
  chunks: readonly number[],
): DatasetValue => ({ type, declared: shape, chunks });

/** The animal, as in the file and the asset's metadata. */
export interface SubjectFacts {
  readonly id: string;
  readonly species: { readonly latin: string; readonly common: string; readonly taxon: string };
  readonly sex: 'F' | 'M';
  /** ISO 8601 duration, such as `P90D`. */
  readonly age: string;
  readonly genotype: string;
  readonly strain: string;
  readonly weight?: string;
  readonly description?: string;
}

/** The session's texts under `/general`, by their NWB names. */
export interface SessionTexts {
  readonly experimenter: readonly string[];
  readonly institution: string;
  readonly lab: string;
  readonly experiment_description: string;
  readonly keywords: readonly string[];
  readonly [name: string]: string | readonly string[];
}

/** The content of a file. */
export interface NwbFacts {
  /** The seed of the file's identifiers. */
  readonly seed: string;
  readonly sessionId: string;
  readonly sessionDescription: string;
  /** ISO 8601 with offset. */
  readonly startTime: string;
  /** ISO 8601 with offset. */
  readonly createdAt: string;
  readonly texts: SessionTexts;
  readonly subject: SubjectFacts;
  readonly devices: Readonly<Record<string, { description: string; manufacturer: string }>>;
  /** Members of `/general` beyond texts, subject and devices. */
  readonly general?: Members;
  readonly acquisition?: Members;
  readonly presentation?: Members;
  readonly processing?: Members;
  /** `intervals` and `units`, if there are any. */
  readonly tables?: Members;
}

/** The whole tree of an NWB file. */
export function buildNwbTree(facts: NwbFacts): GroupNode {
  const tree = typedGroup(
    'NWBFile',
    {
      acquisition: group(facts.acquisition),
      analysis: group(),
      general: buildGeneral(facts),
      processing: group(facts.processing),
      stimulus: group({ presentation: group(facts.presentation), templates: group() }),
      ...facts.tables,
      specifications: buildSpecifications(),
      file_create_date: dataset({ growing: [facts.createdAt] }),
      identifier: dataset(buildUuid(`${facts.seed} identifier`)),
      session_description: dataset(facts.sessionDescription),
      session_start_time: dataset(facts.startTime),
      timestamps_reference_time: dataset(facts.startTime),
    },
    { nwb_version: CORE_VERSION, '.specloc': { references: '/specifications' } },
  );
  return identifyObjects(tree, facts.seed, '/');
}

function buildGeneral(facts: NwbFacts): GroupNode {
  const { subject } = facts;
  const texts = Object.entries({ ...facts.texts, session_id: facts.sessionId });
  const subjectTexts: Record<string, string | undefined> = {
    age: subject.age,
    description: subject.description,
    genotype: subject.genotype,
    sex: subject.sex,
    species: subject.species.latin,
    strain: subject.strain,
    subject_id: subject.id,
    weight: subject.weight,
  };
  const known = Object.entries(subjectTexts).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return group({
    devices: group(mapValues(facts.devices, (device) => typedGroup('Device', {}, { ...device }))),
    ...facts.general,
    subject: typedGroup(
      'Subject',
      mapValues(Object.fromEntries(known), (text) => dataset(text)),
    ),
    ...mapValues(Object.fromEntries(texts), (text) => dataset(text)),
  });
}

/**
 * The cached schema, cut down to its name: real files have some hundred kilobytes here, and no reader of headers
 * reads them.
 */
function buildSpecifications(): GroupNode {
  const namespace = {
    namespaces: [
      {
        name: 'core',
        version: CORE_VERSION,
        doc: 'The NWB schema, shortened.',
        schema: [{ namespace: 'hdmf-common' }],
      },
    ],
  };
  return group({
    core: group({ [CORE_VERSION]: group({ namespace: dataset(JSON.stringify(namespace)) }) }),
  });
}

/** The tree with each empty `object_id` filled in, built from the file's seed and the object's path. */
function identifyObjects(node: GroupNode, seed: string, path: string): GroupNode {
  return {
    ...withIdentity(node, seed, path),
    members: Object.fromEntries(
      Object.entries(node.members).map(([name, member]) => {
        const memberPath = `${path === '/' ? '' : path}/${name}`;
        if (member.kind === 'link') return [name, member];
        if (member.kind === 'group') return [name, identifyObjects(member, seed, memberPath)];
        return [name, withIdentity(member, seed, memberPath)];
      }),
    ),
  };
}

function withIdentity<Node extends GroupNode | DatasetNode>(node: Node, seed: string, path: string): Node {
  if (!('object_id' in node.attributes)) return node;
  return { ...node, attributes: { ...node.attributes, object_id: buildUuid(`${seed} ${path}`) } };
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
