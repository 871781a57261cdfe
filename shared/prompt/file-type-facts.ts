/**
 * Extracts the facts of a file type from its representative's header, in terms of readers: subject, series, tables,
 * devices, regions. Pure; the writer and the checks are based on these facts.
 */

import type { DescribedObject } from '../facts/list/type-facts.ts';
import { FoldedNode } from '../file-types/fold-header.ts';
import type { JoinedType } from '../file-types/join-types.ts';
import { maskPath } from '../file-types/mask-name.ts';
import { findAttributeNumber, findNeurodataType } from '../header/attribute-text.ts';
import { shownDtype } from '../header/header-text.ts';
import type { HeaderDataset, HeaderObject, NwbHeader } from '../header/nwb-header.ts';
import { findPlainAttribute, findPlainValue, findVectorLength } from '../header/plain-value.ts';
import { type HeaderNode, hardPaths, NameIndex } from '../header/walk-header.ts';
import type { FileTypeFacts, SeriesFacts, SubjectFacts, TableFacts } from './facts.ts';

/** Distinct locations, devices and modules per type at most: enough to name, too few to flood. */
const MAX_NAMED = 40;
/** Series and tables per type at most, after folding. */
const MAX_LISTED = 200;

/** Types of datasets that are parts of tables, which describe them. */
const PARTS_OF_TABLES = new Set(['VectorData', 'VectorIndex', 'ElementIdentifiers', 'DynamicTableRegion']);

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The facts of one type from its representative's header, its extensions from all its files. `label` counts from 1. */
export function buildFileTypeFacts(header: NwbHeader, type: JoinedType, label: number): FileTypeFacts {
  const found = new Findings(header);
  const facts: Mutable<FileTypeFacts> = {
    label,
    files: type.files,
    representative: { path: type.representative.path, assetId: type.representative.assetId },
    neurodataTypes: found.neurodataTypes(),
    texts: found.texts,
    series: found.series.slice(0, MAX_LISTED),
    tables: found.tables.slice(0, MAX_LISTED),
    devices: found.devices.slice(0, MAX_NAMED),
    locations: [...found.locations].slice(0, MAX_NAMED),
    modules: found.modules.slice(0, MAX_NAMED),
  };
  if (found.objects.length > 0) facts.objects = found.objects.slice(0, MAX_NAMED);
  const version = findPlainAttribute(header.objects[0]!, 'nwb_version') ?? found.texts.nwb_version;
  if (version !== undefined) facts.nwbVersion = version;
  if (type.extensions.length > 0) facts.extensions = type.extensions;
  if (type.partialTypes !== undefined) facts.partialTypes = type.partialTypes.slice(0, MAX_NAMED);
  if (Object.keys(found.subject).length > 0) facts.subject = found.subject;
  return facts;
}

class Findings {
  readonly texts: Record<string, string> = {};
  readonly series: SeriesFacts[] = [];
  readonly tables: TableFacts[] = [];
  readonly devices: { name: string; description: string }[] = [];
  readonly modules: { name: string; description: string }[] = [];
  readonly objects: DescribedObject[] = [];
  readonly locations = new Set<string>();
  readonly subject: Mutable<SubjectFacts> = {};
  readonly #header: NwbHeader;
  readonly #names: NameIndex;
  readonly #types = new Map<string, number>();

  constructor(header: NwbHeader) {
    this.#header = header;
    this.#names = new NameIndex(header);
    const paths = hardPaths(header);
    const waiting = [FoldedNode.root(header)];
    for (let folded = waiting.pop(); folded !== undefined; folded = waiting.pop()) {
      // An object that a link shows again is described at its own path.
      const own = folded.nodes.filter(({ index, path }) => paths.get(index) === path);
      if (own.length === 0) continue;
      this.#note(folded, own);
      waiting.push(...folded.children().reverse());
    }
  }

  neurodataTypes(): { name: string; count: number }[] {
    return [...this.#types]
      .map(([name, count]) => ({ name, count }))
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  }

  #note(folded: FoldedNode, nodes: readonly HeaderNode[]): void {
    const [node] = nodes as readonly [HeaderNode];
    const { type } = folded;
    if (type !== undefined) this.#types.set(type, (this.#types.get(type) ?? 0) + nodes.length);
    if (node.object.kind === 'dataset') this.#noteDataset(node, node.object);
    if (node.object.kind === 'dataset' && type !== undefined && !PARTS_OF_TABLES.has(type))
      this.objects.push({
        path: nodes.length > 1 ? maskPath(node.path) : node.path,
        neurodataType: type,
        count: nodes.length,
        description: findPlainAttribute(node.object, 'description') ?? '',
      });
    if (node.object.kind !== 'group' || type === undefined) return;
    if (type === 'Device') this.devices.push(...nodes.map((device) => nameNode(device)));
    if (type === 'ProcessingModule') this.modules.push(nameNode(node));
    for (const each of nodes.slice(0, MAX_NAMED))
      this.#addLocation(findPlainAttribute(each.object, 'location'));
    if (isSeries(type, this.#child(node, 'data')))
      this.series.push(this.#seriesFacts(folded, node, nodes.length));
    if (this.#typeOfChild(node, 'id') === 'ElementIdentifiers')
      this.tables.push(this.#tableFacts(folded, node));
  }

  #noteDataset(node: HeaderNode, dataset: HeaderDataset): void {
    const text = findPlainValue(dataset);
    if (node.name === 'location' && node.path.startsWith('/general/')) {
      for (const value of dataset.values ?? []) if (typeof value === 'string') this.#addLocation(value);
    }
    if (text === undefined) return;
    if (node.parentPath === '/' || node.parentPath === '/general') this.texts[node.name] = text;
    if (node.parentPath === '/general/subject' && isSubjectField(node.name)) this.subject[node.name] = text;
  }

  #addLocation(location: string | undefined): void {
    const text = location?.trim();
    if (text === undefined || text === '' || /^(unknown|none|n\/?a|null)$/i.test(text)) return;
    if (this.locations.size < MAX_NAMED) this.locations.add(text);
  }

  #seriesFacts(folded: FoldedNode, node: HeaderNode, count: number): SeriesFacts {
    const content = this.#child(node, 'data');
    const isDataset = content?.kind === 'dataset';
    const facts: Mutable<SeriesFacts> = {
      path: node.path,
      neurodataType: folded.type as string,
      description: findPlainAttribute(node.object, 'description') ?? '',
      count,
      shape: isDataset ? content.shape : null,
      dtype: isDataset ? shownDtype(content) : null,
    };
    const unit = content === undefined ? undefined : findPlainAttribute(content, 'unit');
    const start = this.#child(node, 'starting_time');
    const rate = start === undefined ? undefined : findAttributeNumber(start, 'rate');
    if (unit !== undefined && unit !== '') facts.unit = unit;
    if (rate !== undefined && Number.isFinite(rate) && rate > 0) facts.rate = rate;
    return facts;
  }

  #tableFacts(folded: FoldedNode, node: HeaderNode): TableFacts {
    const members = node.object.kind === 'group' ? node.object.members : [];
    const columns = members.flatMap((member) => {
      const column = this.#child(node, member.name);
      const isColumn = column?.kind === 'dataset' && member.name !== 'id' && !member.name.endsWith('_index');
      return isColumn
        ? [{ name: member.name, description: findPlainAttribute(column, 'description') ?? '' }]
        : [];
    });
    const ids = this.#child(node, 'id');
    return {
      path: node.path,
      neurodataType: folded.type as string,
      description: findPlainAttribute(node.object, 'description') ?? '',
      rows: (ids?.kind === 'dataset' ? findVectorLength(ids) : undefined) ?? null,
      columns,
    };
  }

  #child({ index }: HeaderNode, name: string): HeaderObject | undefined {
    const child = this.#names.findChild(index, name);
    return child === undefined ? undefined : this.#header.objects[child];
  }

  #typeOfChild(node: HeaderNode, name: string): string | undefined {
    const child = this.#child(node, name);
    return child === undefined ? undefined : findNeurodataType(child);
  }
}

const SUBJECT_FIELDS = ['species', 'sex', 'age', 'genotype', 'strain'] as const;

function isSubjectField(name: string): name is (typeof SUBJECT_FIELDS)[number] {
  return (SUBJECT_FIELDS as readonly string[]).includes(name);
}

function isSeries(type: string, content: HeaderObject | undefined): boolean {
  return /Series$/.test(type) || content?.kind === 'dataset';
}

function nameNode(node: HeaderNode): { name: string; description: string } {
  return { name: node.name, description: findPlainAttribute(node.object, 'description') ?? '' };
}
