/**
 * Facets of the catalog: the values by which entries can be filtered, with counts. Choices of one kind are
 * alternatives; choices of several kinds must all match. Pure.
 */
import { InvalidInputError } from '../errors.ts';
import type { SearchRow } from '../search/index-file.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { CatalogEntry } from '../store/catalog.ts';
import { findModality, MODALITIES } from '../vocabulary/modalities.ts';
import { findRegionById, regionAncestors } from '../vocabulary/regions.ts';
import { SPECIES } from '../vocabulary/species.ts';
import { findTechniqueById, techniqueAncestors } from '../vocabulary/techniques.ts';

/** Choices of a kind that are offered at most; chosen ones are always shown. */
const OFFERED = 12;
/** Facets that one query may choose at most. */
const MAX_CHOSEN = 40;
const GB = 1_000_000_000;

/** An entry with its facts from the index. */
interface Described {
  readonly entry: CatalogEntry;
  readonly row: SearchRow | undefined;
}

/** One kind of facet. */
interface Kind {
  readonly id: string;
  readonly heading: string;
  readonly listValues: (described: Described) => readonly string[];
  readonly nameValue: (value: string) => string;
  /** Values in a fixed order, instead of the most frequent first. */
  readonly order?: readonly string[];
}

/** Steps of a number: the value in the URL, its label, and its lower bound. */
type Step = readonly [value: string, words: string, from: number];

const SUBJECT_STEPS: readonly Step[] = [
  ['1', '1 subject', 1],
  ['2', '2 to 9 subjects', 2],
  ['10', '10 to 49 subjects', 10],
  ['50', '50 subjects or more', 50],
];
const SIZE_STEPS: readonly Step[] = [
  ['0', 'below 1 GB', 0],
  ['1GB', '1 to 100 GB', GB],
  ['100GB', '100 GB to 1 TB', 100 * GB],
  ['1TB', '1 TB or more', 1_000 * GB],
];

function stepFacet(
  id: string,
  heading: string,
  steps: readonly Step[],
  readNumber: (row: SearchRow) => number | undefined,
): Kind {
  return {
    id,
    heading,
    order: steps.map(([value]) => value),
    nameValue: (value) => steps.find(([each]) => each === value)?.[1] ?? value,
    listValues: ({ row }) => {
      const number = row === undefined ? undefined : readNumber(row);
      const step = number === undefined ? undefined : steps.findLast(([, , from]) => number >= from);
      return step === undefined ? [] : [step[0]];
    },
  };
}

/**
 * Parents of regions that are not offered, since nearly every entry has them: the nervous system, the brain, its grey
 * matter, the cerebrum.
 */
const LEVELS_FOR_ALL = 4;

/**
 * The terms with all that they are part or kind of, so that a choice of the visual cortex finds entries that name
 * only V1.
 */
function withWholes(
  ids: readonly string[],
  findAncestors: (id: string) => readonly string[],
  levelsForAll = 0,
): string[] {
  const wholes = ids.flatMap(findAncestors).filter((id) => findAncestors(id).length >= levelsForAll);
  return [...new Set([...ids, ...wholes])];
}

const KINDS: readonly Kind[] = [
  {
    id: 'species',
    heading: 'Species',
    listValues: ({ row }) => (row?.topics.species ?? []).map(String),
    nameValue: (value) =>
      SPECIES.find(({ taxonId }) => String(taxonId) === value)?.singular ?? `taxon ${value}`,
  },
  {
    id: 'modality',
    heading: 'Data',
    listValues: ({ entry }) => [
      ...new Set(entry.neurodataTypes.flatMap((type) => findModality(type)?.id ?? [])),
    ],
    nameValue: (value) => {
      const modality = MODALITIES.find(({ id }) => id === value);
      return modality?.title ?? modality?.noun ?? value;
    },
  },
  {
    id: 'region',
    heading: 'Region',
    listValues: ({ row }) => withWholes(row?.topics.regions ?? [], regionAncestors, LEVELS_FOR_ALL),
    nameValue: (value) => findRegionById(value)?.name ?? value,
  },
  {
    id: 'technique',
    heading: 'Technique',
    listValues: ({ row }) => withWholes(row?.topics.techniques ?? [], techniqueAncestors),
    nameValue: (value) => findTechniqueById(value)?.name ?? value,
  },
  {
    id: 'approach',
    heading: 'Approach',
    listValues: ({ entry }) => entry.approaches,
    nameValue: (value) => value.replaceAll(/ approach(?=;|$)/g, ''),
  },
  stepFacet('subjects', 'Subjects', SUBJECT_STEPS, ({ numbers }) => numbers.subjects),
  stepFacet('size', 'Size', SIZE_STEPS, ({ numbers }) => numbers.bytes),
  {
    id: 'licence',
    heading: 'Licence',
    listValues: ({ row }) => row?.licenses ?? [],
    nameValue: (value) => value,
  },
  {
    id: 'state',
    heading: 'State',
    listValues: ({ entry }) => [entry.version === 'draft' ? 'draft' : 'published'],
    nameValue: (value) => value,
  },
];

/** One choice as the page offers it. */
export interface FacetChoice {
  /** As in the URL: `species:10090`. */
  readonly facet: string;
  readonly name: string;
  /** Number of entries that match it together with the choices of the other kinds. */
  readonly count: number;
  readonly isChosen: boolean;
}

/** The choices of one kind. */
export interface FacetGroup {
  readonly id: string;
  readonly heading: string;
  readonly choices: readonly FacetChoice[];
}

/** The facets of a query, each once. @throws InvalidInputError */
export function readFacets(query: URLSearchParams): string[] {
  const facets = [...new Set(query.getAll('facet').filter((each) => each !== ''))];
  if (facets.length > MAX_CHOSEN) {
    throw new InvalidInputError(`facet may be given at most ${MAX_CHOSEN} times.`, { field: 'facet' });
  }
  for (const facet of facets) {
    const isKnown = KINDS.some(({ id }) => facet.startsWith(`${id}:`));
    if (!isKnown || facet.length > 200 || /\p{Cc}/u.test(facet)) {
      throw new InvalidInputError(
        `facet must be KIND:VALUE, with one of ${KINDS.map(({ id }) => id).join(', ')}.`,
        { field: 'facet' },
      );
    }
  }
  return facets;
}

/** The words of a facet for people: `mouse`. */
export function nameFacet(facet: string): string {
  const [kind, value] = splitFacet(facet);
  return kind?.nameValue(value) ?? facet;
}

function splitFacet(facet: string): [Kind | undefined, string] {
  const at = facet.indexOf(':');
  return [KINDS.find(({ id }) => id === facet.slice(0, at)), facet.slice(at + 1)];
}

/** The entries that have a chosen value of every kind with a choice. */
export function narrow(
  entries: readonly CatalogEntry[],
  facets: readonly string[],
  index: SearchIndex,
): CatalogEntry[] {
  const tests = KINDS.flatMap((kind) => buildTest(kind, facets) ?? []);
  return describe(entries, index)
    .filter((described) => tests.every((test) => test(described)))
    .map(({ entry }) => entry);
}

/** The entries ordered by how many chosen kinds they match, the most first; ties keep their order. */
export function rankByFits(
  entries: readonly CatalogEntry[],
  facets: readonly string[],
  index: SearchIndex,
): CatalogEntry[] {
  const tests = KINDS.flatMap((kind) => buildTest(kind, facets) ?? []);
  return describe(entries, index)
    .map((described) => ({
      entry: described.entry,
      fits: tests.filter((test) => test(described)).length,
    }))
    .sort((one, other) => other.fits - one.fits)
    .map(({ entry }) => entry);
}

function buildTest(kind: Kind, facets: readonly string[]): ((described: Described) => boolean) | undefined {
  const chosen = new Set(
    facets.flatMap((facet) => (splitFacet(facet)[0] === kind ? [splitFacet(facet)[1]] : [])),
  );
  if (chosen.size === 0) return undefined;
  return (described) => kind.listValues(described).some((value) => chosen.has(value));
}

/** Rows by id, cached per index, which serves many requests. */
const ROWS = new WeakMap<SearchIndex, ReadonlyMap<string, SearchRow>>();

/** The facts of each Dandiset in the index, by id. */
export function rowsById(index: SearchIndex): ReadonlyMap<string, SearchRow> {
  const rows = ROWS.get(index) ?? new Map(index.rows.map((row) => [row.id, row]));
  ROWS.set(index, rows);
  return rows;
}

function describe(entries: readonly CatalogEntry[], index: SearchIndex): Described[] {
  const rows = rowsById(index);
  return entries.map((entry) => ({ entry, row: rows.get(entry.id) }));
}

/** The choices over the entries that match the rest of the query. */
export function countFacets(
  entries: readonly CatalogEntry[],
  facets: readonly string[],
  index: SearchIndex,
): FacetGroup[] {
  const described = describe(entries, index);
  const tests = new Map(KINDS.map((kind) => [kind, buildTest(kind, facets)]));
  return KINDS.flatMap((kind) => {
    const others = [...tests].flatMap(([each, test]) => (each === kind || test === undefined ? [] : [test]));
    const counts = new Map<string, number>();
    for (const each of described) {
      if (!others.every((test) => test(each))) continue;
      for (const value of new Set(kind.listValues(each))) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const chosen = new Set(
      facets.flatMap((facet) => (splitFacet(facet)[0] === kind ? [splitFacet(facet)[1]] : [])),
    );
    for (const value of chosen) if (!counts.has(value)) counts.set(value, 0);
    const sorted = [...counts].sort(
      ([one, many], [other, more]) =>
        (kind.order === undefined ? more - many : kind.order.indexOf(one) - kind.order.indexOf(other)) ||
        (one < other ? -1 : 1),
    );
    const choices = sorted
      .filter(([value], at) => at < OFFERED || chosen.has(value))
      .map(([value, count]) => ({
        facet: `${kind.id}:${value}`,
        name: kind.nameValue(value),
        count,
        isChosen: chosen.has(value),
      }));
    return choices.length === 0 ? [] : [{ id: kind.id, heading: kind.heading, choices }];
  });
}
