/**
 * Reads the facts of one file from its header: the only place where attributes and values are interpreted as
 * NWB defines them. Builds the digests of all files and the facts of file types. Pure.
 */
import { FoldedNode } from '../file-types/fold-header.ts';
import { findAttribute, findAttributeNumber } from '../header/attribute-text.ts';
import { shownDtype } from '../header/header-text.ts';
import type { HeaderDataset, HeaderGroup, HeaderObject, NwbHeader } from '../header/nwb-header.ts';
import { findPlainAttribute, findPlainValue, findVectorLength, listStrings } from '../header/plain-value.ts';
import { type HeaderNode, hardPaths, NameIndex } from '../header/walk-header.ts';
import { findEffectiveType } from './effective-type.ts';
import type { Counted, FileFacts, FileSeries, FileSession, FileSubject, FileTable } from './file-facts.ts';
import { findWords, shortenText } from './plain-words.ts';
import { type Extent, findExtent } from './series-extent.ts';

/** Limits on the facts of a file. */
export interface FactLimits {
  /** Series, tables, devices, regions, modules, stimuli and types, each. */
  readonly listed: number;
  readonly columns: number;
  /** Characters of a description. */
  readonly description: number;
  /** Characters of a session's texts. */
  readonly text: number;
  /** Distinct descriptions of one pattern of series. */
  readonly variants: number;
}

/** Limits of a digest, which is stored for every file: some kilobytes at most. */
export const DIGEST_LIMITS: FactLimits = {
  listed: 40,
  columns: 40,
  description: 160,
  text: 400,
  variants: 4,
};

/**
 * Limits for files with more. Columns are left out first: a series or table that is not listed cannot be counted over
 * the files, and a description that is shortened differently in another file would count as another one.
 */
const TIGHTER_LIMITS: readonly FactLimits[] = [
  { listed: 40, columns: 20, description: 160, text: 400, variants: 4 },
  { listed: 40, columns: 10, description: 160, text: 400, variants: 2 },
  { listed: 40, columns: 5, description: 160, text: 400, variants: 2 },
  { listed: 40, columns: 2, description: 160, text: 400, variants: 1 },
  { listed: 40, columns: 2, description: 80, text: 200, variants: 1 },
  { listed: 20, columns: 2, description: 80, text: 200, variants: 1 },
  { listed: 10, columns: 2, description: 80, text: 200, variants: 1 },
  { listed: 5, columns: 2, description: 80, text: 200, variants: 1 },
];

/** Neurodata types and regions of a file that are kept in any case, as the ones that readers search for. */
const MOST_TYPES = 80;
const MOST_REGIONS = 60;

/** Bytes of JSON of a digest; beyond it, tighter limits apply. */
export const MOST_DIGEST_BYTES = 12_000;

/** The digest of one file, bounded in size. */
export function buildFileFacts(header: NwbHeader): FileFacts {
  let facts = findFileFacts(header, DIGEST_LIMITS);
  for (const limits of TIGHTER_LIMITS) {
    if (JSON.stringify(facts).length <= MOST_DIGEST_BYTES) break;
    facts = findFileFacts(header, limits);
  }
  return facts;
}

/** The facts of one file within `limits`. */
export function findFileFacts(header: NwbHeader, limits: FactLimits): FileFacts {
  return new FileReading(header, limits).read();
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const SUBJECT = '/general/subject';
const ELECTRODES = '/general/extracellular_ephys/electrodes';
const TRIALS = '/intervals/trials';
const UNITS = '/units';

/** Texts of `/general` on what was done, besides those with a field of their own. */
const NOTES = [
  'protocol',
  'pharmacology',
  'surgery',
  'virus',
  'stimulus',
  'slices',
  'notes',
  'data_collection',
];

/** Names of datasets under `/general` and of columns with the location of a site. */
const REGION_NAME =
  /^(?:location|brain_?(?:area|region|location)s?(?:_?(?:acronym|name))?|(?:anatomical_?)?(?:region|area|structure)(?:_?(?:acronym|name))?|allen_(?:location|region|name)|cortical_area|target(?:ed)?_?(?:structure|location|region))$/i;
/** Locations that are not regions: numbers, coordinates or positions in a rig. */
const NOT_A_REGION = /^[\d\s.,;:()[\]xyz=+-]*$/i;

/** Icephys responses, one per recording. */
const RESPONSES: ReadonlySet<string> = new Set([
  'CurrentClampSeries',
  'VoltageClampSeries',
  'IZeroClampSeries',
]);
/** Types that are tables even if an older file lacks their ids. */
const COLUMN_TYPES: ReadonlySet<string> = new Set([
  'VectorData',
  'DynamicTableRegion',
  'EnumData',
  'TimeSeriesReferenceVectorData',
  'ElectrodeGroupVectorData',
  'CycleTypesTable',
]);
/** Intervals that are not stimuli. */
const PLAIN_INTERVALS: ReadonlySet<string> = new Set(['trials', 'epochs', 'invalid_times']);

class FileReading {
  readonly #header: NwbHeader;
  readonly #limits: FactLimits;
  readonly #names: NameIndex;
  readonly #texts = new Map<string, HeaderDataset>();
  readonly #subject: Mutable<FileSubject> = {};
  readonly #regions = new Map<string, { name: string; path: string; sites: number }>();
  readonly #types = new Map<string, number>();
  readonly #counts: Partial<Record<Counted, number>> = {};
  readonly #more: Record<string, number> = {};
  readonly #facts: Mutable<FileFacts>;
  /** Tables of units outside `/units`. */
  #otherUnits = 0;

  constructor(header: NwbHeader, limits: FactLimits) {
    this.#header = header;
    this.#limits = limits;
    this.#names = new NameIndex(header);
    this.#facts = {
      session: { publications: [], keywords: [], notes: {} },
      regions: [],
      devices: [],
      types: [],
      series: [],
      tables: [],
      modules: [],
      stimuli: [],
      counts: {},
      contradictions: [],
      more: {},
    };
  }

  read(): FileFacts {
    this.#visit();
    const facts = this.#facts;
    const root = this.#header.objects[0]!;
    const version = findPlainAttribute(root, 'nwb_version') ?? this.#text('nwb_version', 40);
    if (version !== undefined) facts.nwbVersion = version.replace(/^NWB-/i, '');
    if (Object.keys(this.#subject).length > 0) facts.subject = this.#subject;
    facts.session = this.#session();
    facts.regions = this.#kept(
      'regions',
      [...this.#regions.values()].sort((a, b) => b.sites - a.sites),
      MOST_REGIONS,
    );
    facts.types = this.#kept(
      'types',
      [...this.#types]
        .map(([name, count]) => ({ name, count }))
        .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
      MOST_TYPES,
    );
    if (this.#counts.units === undefined && this.#otherUnits > 0) this.#counts.units = this.#otherUnits;
    facts.counts = this.#counts;
    facts.more = this.#more;
    return facts;
  }

  /**
   * Each object once, under the path along hard links: objects that a link shows again are reported at their own
   * path.
   */
  #visit(): void {
    const paths = hardPaths(this.#header);
    const waiting = [FoldedNode.root(this.#header)];
    for (let folded = waiting.pop(); folded !== undefined; folded = waiting.pop()) {
      const own = folded.nodes.filter(({ index, path }) => paths.get(index) === path);
      if (own.length === 0) continue;
      this.#note(own as [HeaderNode, ...HeaderNode[]]);
      waiting.push(...folded.children().reverse());
    }
  }

  #note(nodes: readonly [HeaderNode, ...HeaderNode[]]): void {
    const [node] = nodes;
    const { object } = node;
    if (object.kind === 'dataset') {
      for (const each of nodes) this.#noteDataset(each, each.object as HeaderDataset);
    }
    const type = findEffectiveType(node);
    if (type === undefined) return;
    this.#types.set(type, (this.#types.get(type) ?? 0) + nodes.length);
    if (object.kind === 'group') this.#noteGroup(nodes, type, object);
  }

  #noteGroup(nodes: readonly [HeaderNode, ...HeaderNode[]], type: string, group: HeaderGroup): void {
    const [node] = nodes;
    // Extensions derive devices: `DeviceModel` describes a device but is not one.
    if (/(?:^|[a-z])Device$|^(?:EcephysProbe|NWBDevice|Microscope|Camera)$/.test(type)) {
      this.#list(
        'devices',
        nodes.map((each) => this.#named(each)),
      );
    }
    if (type === 'ProcessingModule')
      this.#list(
        'modules',
        nodes.map((each) => this.#named(each)),
      );
    if (type === 'ImagingPlane') this.#add('planes', nodes.length);
    for (const each of nodes) this.#addRegion(findPlainAttribute(each.object, 'location'), each.path, 0);
    if (type === 'UnitTimes') this.#noteUnitTimes(nodes);
    if (this.#isSeries(type, node)) this.#noteSeries(nodes, type);
    else if (this.#isTable(node, group)) for (const each of nodes) this.#noteTable(each, type);
  }

  /** NWB 1.x has one group per unit, each with its `times`. */
  #noteUnitTimes(nodes: readonly HeaderNode[]): void {
    for (const { object, index } of nodes) {
      const members = object.kind === 'group' ? object.members : [];
      this.#otherUnits += members.filter((member) => {
        const unit = this.#names.findChild(index, member.name);
        return unit !== undefined && this.#names.findChild(unit, 'times') !== undefined;
      }).length;
    }
  }

  #noteDataset({ name, parentPath, path }: HeaderNode, dataset: HeaderDataset): void {
    if (parentPath === '/' || parentPath === '/general') this.#texts.set(name, dataset);
    if (parentPath === SUBJECT) this.#noteSubject(name, dataset);
    if (!path.startsWith('/general/') || !REGION_NAME.test(name)) return;
    const sites = new Map<string, number>();
    for (const value of listStrings(dataset.values)) sites.set(value, (sites.get(value) ?? 0) + 1);
    for (const [value, count] of sites) this.#addRegion(value, path, count);
  }

  #noteSubject(name: string, dataset: HeaderDataset): void {
    const words = findWords(findPlainValue(dataset), 120);
    if (words === undefined) return;
    if (name === 'subject_id') this.#subject.id = words;
    if (name === 'species' || name === 'sex' || name === 'genotype' || name === 'strain')
      this.#subject[name] = words;
    if (name !== 'age') return;
    this.#subject.age = words;
    const reference = findPlainAttribute(dataset, 'reference');
    if (reference !== undefined) this.#subject.ageReference = shortenText(reference, 40);
  }

  #addRegion(text: string | undefined, path: string, sites: number): void {
    const name = findWords(text, 100);
    if (name === undefined || NOT_A_REGION.test(name) || /^[[{]/.test(name)) return;
    const known = this.#regions.get(name);
    if (known === undefined) this.#regions.set(name, { name, path, sites });
    else known.sites += sites;
  }

  #isSeries(type: string, { index }: HeaderNode): boolean {
    if (/Series$/.test(type)) return true;
    if (/^(?:Events|LabeledEvents|TTLs)$/.test(type)) return true;
    return (
      this.#child(index, 'data')?.kind === 'dataset' && this.#child(index, 'starting_time') !== undefined
    );
  }

  #noteSeries(nodes: readonly [HeaderNode, ...HeaderNode[]], type: string): void {
    const [node] = nodes;
    if (RESPONSES.has(type)) this.#add('recordings', nodes.length);
    const parts = nodes.map((each) => this.#seriesPart(each, type));
    const contradicted = parts.find(({ extent }) => extent.contradiction !== undefined);
    if (contradicted !== undefined) this.#contradict(contradicted);
    const [first] = parts as [SeriesPart];
    const series: Mutable<FileSeries> = {
      path: node.path,
      type,
      count: nodes.length,
      descriptions: distinct(
        parts.flatMap(({ description }) => description ?? []),
        this.#limits.variants,
      ),
      axes: joinAxes(parts.map(({ extent }) => extent)),
      units: distinct(
        parts.flatMap(({ unit }) => unit ?? []),
        3,
      ),
    };
    if (first.dtype !== undefined) series.dtype = first.dtype;
    const rate = measureSpan(parts.flatMap((part) => part.rate ?? []));
    if (rate !== undefined) series.rate = rate;
    const duration = measureSpan(parts.flatMap(({ extent }) => extent.duration ?? []));
    if (duration !== undefined) series.duration = duration;
    const external = parts.find((part) => part.external !== undefined)?.external;
    if (external !== undefined) series.external = external;
    this.#list('series', [series]);
    if (node.path.startsWith('/stimulus/')) this.#list('stimuli', [this.#named(node)]);
  }

  #seriesPart(node: HeaderNode, type: string): SeriesPart {
    const { index } = node;
    const content = this.#child(index, 'data');
    const dataset = content?.kind === 'dataset' ? content : undefined;
    const start = this.#child(index, 'starting_time');
    const rate = start === undefined ? undefined : findAttributeNumber(start, 'rate');
    const files = this.#dataset(index, 'external_file');
    const isExternal =
      files !== undefined || listStrings(this.#dataset(index, 'format')?.values)[0] === 'external';
    const isTimed = rate !== undefined && Number.isFinite(rate) && rate > 0;
    const extent = findExtent({
      type,
      shape: dataset?.shape ?? null,
      isExternal,
      ...(isTimed ? { rate } : {}),
      ...ifDefined('timestamps', findVectorLength(this.#dataset(index, 'timestamps'))),
      ...ifDefined('numSamples', findNumber(this.#dataset(index, 'num_samples'))),
      ...ifDefined(
        'channels',
        findVectorLength(this.#dataset(index, 'electrodes') ?? this.#dataset(index, 'rois')),
      ),
    });
    const unit = dataset === undefined ? undefined : findWords(findPlainAttribute(dataset, 'unit'), 40);
    return {
      node,
      extent,
      ...ifDefined('shape', dataset?.shape ?? undefined),
      ...ifDefined('description', this.#description(node)),
      ...(dataset === undefined ? {} : { dtype: shownDtype(dataset) }),
      ...ifDefined('unit', unit),
      ...(isTimed ? { rate } : {}),
      ...(isExternal ? { external: shortenText(listStrings(files?.values)[0] ?? 'another file', 160) } : {}),
    };
  }

  #contradict({ node, extent, shape = [] }: SeriesPart): void {
    const { path } = node;
    const size = shape.map((length) => length.toLocaleString('en-US')).join(' × ');
    this.#facts.contradictions.push(
      extent.contradiction === 'transposed'
        ? {
            kind: 'transposed',
            path,
            detail: `The data of ${path} are ${size}: they seem to be written with time on the second axis, not on the first as NWB has it.`,
          }
        : {
            kind: 'axes-unclear',
            path,
            detail: `The data of ${path} are ${size}: which axis is time does not follow from the header, so no duration is reported.`,
          },
    );
  }

  #isTable({ index }: HeaderNode, group: HeaderGroup): boolean {
    return (
      this.#child(index, 'id')?.kind === 'dataset' ||
      group.attributes.some((attribute) => attribute.name === 'colnames')
    );
  }

  #noteTable(node: HeaderNode, type: string): void {
    const columns = this.#columns(node);
    const ids = findVectorLength(this.#dataset(node.index, 'id'));
    const rows = ids ?? columns.find((column) => !column.isRagged)?.rows ?? null;
    const shown = columns.slice(0, this.#limits.columns);
    const table: FileTable = {
      path: node.path,
      type,
      description: this.#description(node) ?? '',
      rows,
      columns: shown.map(({ name, description }) => ({ name, description })),
      moreColumns: columns.length - shown.length,
    };
    this.#list('tables', [table]);
    if (rows !== null) this.#countRows(node.path, type, rows);
    const name = node.name;
    const isStimulus = /stim|presentation|pulse|laser|light|opto|tone|sound|image|grating/i.test(name);
    if (type === 'TimeIntervals' && isStimulus && !PLAIN_INTERVALS.has(name))
      this.#list('stimuli', [this.#named(node)]);
  }

  #countRows(path: string, type: string, rows: number): void {
    if (path === UNITS) this.#counts.units = rows;
    else if (type === 'Units') this.#otherUnits += rows;
    if (path === ELECTRODES) this.#counts.electrodes = rows;
    if (path === TRIALS) this.#counts.trials = rows;
    if (type === 'PlaneSegmentation') this.#add('rois', rows);
  }

  #columns({
    object,
    index,
  }: HeaderNode): { name: string; description: string; rows: number | null; isRagged: boolean }[] {
    if (object.kind !== 'group') return [];
    const members = new Set(object.members.map((member) => member.name));
    const listed = listStrings(findAttribute(object, 'colnames')?.values).filter((name) => members.has(name));
    const isIndexed = (name: string): boolean => members.has(`${name}_index`);
    return distinct([...listed, ...members], Number.POSITIVE_INFINITY).flatMap((name) => {
      const column = this.#dataset(index, name);
      if (column === undefined || name === 'id') return [];
      const type = findEffectiveType({ object: column, name });
      if (type === 'VectorIndex' || type === 'ElementIdentifiers') return [];
      const isColumn = listed.includes(name) || (type !== undefined && COLUMN_TYPES.has(type));
      if (!isColumn) return [];
      const description =
        findWords(findPlainAttribute(column, 'description'), this.#limits.description) ?? '';
      return [{ name, description, rows: findVectorLength(column) ?? null, isRagged: isIndexed(name) }];
    });
  }

  #session(): FileSession {
    const most = this.#limits.text;
    const notes: Record<string, string> = {};
    for (const name of NOTES) {
      const words = this.#text(name, most);
      if (words !== undefined) notes[name] = words;
    }
    return {
      ...ifDefined('id', this.#text('session_id', 80)),
      ...ifDefined('start', this.#text('session_start_time', 60)),
      ...ifDefined('description', this.#text('session_description', most)),
      ...ifDefined('experiment', this.#text('experiment_description', most)),
      ...ifDefined('lab', this.#text('lab', 120)),
      ...ifDefined('institution', this.#text('institution', 120)),
      publications: this.#listed('related_publications', 10),
      keywords: this.#listed('keywords', 20),
      notes,
    };
  }

  #text(name: string, most: number): string | undefined {
    const dataset = this.#texts.get(name);
    return dataset === undefined ? undefined : findWords(findPlainValue(dataset), most);
  }

  /** Texts of a list, also if a file stores it as one string with separators. */
  #listed(name: string, most: number): string[] {
    const values = listStrings(this.#texts.get(name)?.values);
    const parts = values.length === 1 ? values[0]!.split(/[;\n]+/) : values;
    return distinct(
      parts.flatMap((part) => findWords(part, 200) ?? []),
      most,
    );
  }

  #named(node: HeaderNode): { name: string; description: string; path: string } {
    return {
      name: shortenText(node.name, 120),
      description: this.#description(node) ?? '',
      path: node.path,
    };
  }

  #description({ object }: HeaderNode): string | undefined {
    return findWords(findPlainAttribute(object, 'description'), this.#limits.description);
  }

  #child(group: number, name: string): HeaderObject | undefined {
    const index = this.#names.findChild(group, name);
    return index === undefined ? undefined : this.#header.objects[index];
  }

  #dataset(group: number, name: string): HeaderDataset | undefined {
    const child = this.#child(group, name);
    return child?.kind === 'dataset' ? child : undefined;
  }

  #add(counted: Counted, count: number): void {
    this.#counts[counted] = (this.#counts[counted] ?? 0) + count;
  }

  #list<K extends 'devices' | 'modules' | 'series' | 'tables' | 'stimuli'>(
    field: K,
    entries: FileFacts[K],
  ): void {
    const list = this.#facts[field] as unknown[];
    const room = Math.max(0, this.#limits.listed - list.length);
    list.push(...entries.slice(0, room));
    if (entries.length > room) this.#more[field] = (this.#more[field] ?? 0) + entries.length - room;
  }

  #kept<T>(field: string, entries: T[], most: number): T[] {
    const rest = entries.length - most;
    if (rest > 0) this.#more[field] = rest;
    return entries.slice(0, most);
  }
}

/** One of the series of a pattern. */
interface SeriesPart {
  readonly node: HeaderNode;
  readonly extent: Extent;
  readonly shape?: readonly number[];
  readonly description?: string;
  readonly dtype?: string;
  readonly unit?: string;
  readonly rate?: number;
  readonly external?: string;
}

/** The axes of several extents, with the minimum and maximum of each; none if their numbers of axes differ. */
function joinAxes(extents: readonly Extent[]): FileSeries['axes'] {
  const filled = extents.filter(({ axes }) => axes.length > 0);
  const [first] = filled;
  if (first === undefined || filled.some(({ axes }) => axes.length !== first.axes.length)) return [];
  return first.axes.map(({ name }, at) => {
    const lengths = filled.map(({ axes }) => axes[at]!.length);
    return { name, ...measureSpan(lengths)! };
  });
}

/** The minimum and maximum of some numbers, or undefined for none. */
function measureSpan(numbers: readonly number[]): { min: number; max: number } | undefined {
  if (numbers.length === 0) return undefined;
  let [min, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const number of numbers) {
    min = Math.min(min, number);
    most = Math.max(most, number);
  }
  return { min, max: most };
}

function findNumber(dataset: HeaderDataset | undefined): number | undefined {
  const [value] = dataset?.values ?? [];
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

function distinct(texts: readonly string[], most: number): string[] {
  return [...new Set(texts)].slice(0, most === Number.POSITIVE_INFINITY ? undefined : most);
}

/** `{ [name]: value }`, or `{}` without a value. */
function ifDefined<K extends string, T>(name: K, value: T | undefined): { [P in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]: T });
}
