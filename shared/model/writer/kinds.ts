/**
 * The file types gathered for telling: types whose files hold the same kinds of data are reported once, by the
 * largest of them, since readers look for data and not for differences of structure. Pure.
 */
import type { DandisetFacts, FileTypeFacts } from '../../prompt/facts.ts';
import { findModalities, type Modality } from '../../vocabulary/modalities.ts';

/** File types that hold the same kinds of data. */
export interface FileKind {
  /** In the order of telling; empty where the headers hold no data that the table knows. */
  readonly modalities: readonly Modality[];
  readonly files: number;
  /** Largest first. */
  readonly types: readonly [FileTypeFacts, ...FileTypeFacts[]];
}

/** The kinds of a version, most files first. */
export function buildKinds(facts: DandisetFacts): FileKind[] {
  const kinds = new Map<string, { modalities: readonly Modality[]; types: FileTypeFacts[] }>();
  for (const type of facts.fileTypes) {
    const modalities = findModalities(type);
    const key = modalities.map(({ id }) => id).join(' ');
    const kind = kinds.get(key);
    if (kind) kind.types.push(type);
    else kinds.set(key, { modalities, types: [type] });
  }
  return [...kinds.values()]
    .map(({ modalities, types }): FileKind => {
      const [first, ...others] = types.toSorted((a, b) => b.files - a.files);
      return {
        modalities,
        files: types.reduce((sum, type) => sum + type.files, 0),
        types: [first!, ...others],
      };
    })
    .sort((a, b) => b.files - a.files);
}

/** How many files hold each kind of data, in the order of telling. */
export function countModalities(kinds: readonly FileKind[]): { modality: Modality; files: number }[] {
  const counts = new Map<Modality, number>();
  for (const kind of kinds) {
    for (const modality of kind.modalities) counts.set(modality, (counts.get(modality) ?? 0) + kind.files);
  }
  return [...counts].map(([modality, files]) => ({ modality, files }));
}

/**
 * A modality's noun as these facts allow it: photon imaging is calcium imaging only where the metadata or the
 * headers say so, and patch-clamp recordings tell their clamp.
 */
export function nameModality(modality: Modality, facts: DandisetFacts): string {
  if (modality.id === 'two-photon' || modality.id === 'one-photon') {
    return saysCalcium(facts) ? modality.noun.replace('imaging', 'calcium imaging') : modality.noun;
  }
  if (modality.id === 'time-series' && isOnlyKind(modality, facts)) return 'time series';
  return modality.noun;
}

/** Whether no file holds anything but this, and intervals of time, which are no series. */
function isOnlyKind(modality: Modality, facts: DandisetFacts): boolean {
  return facts.fileTypes.every((type) =>
    findModalities(type).every((found) => found === modality || found.id === 'intervals'),
  );
}

/** The same as a label, where there is no sentence round it. */
export function titleModality(modality: Modality, facts: DandisetFacts): string {
  if (modality.id === 'time-series' && isOnlyKind(modality, facts)) return 'time series';
  return modality.title ?? nameModality(modality, facts);
}

/** The same for its keyword; undefined where it has none. */
export function nameKeyword(modality: Modality, facts: DandisetFacts): string | undefined {
  if (modality.id === 'two-photon' || modality.id === 'one-photon') return nameModality(modality, facts);
  return modality.keyword;
}

function saysCalcium({ dandiset, fileTypes }: DandisetFacts): boolean {
  const said = [
    dandiset.name,
    dandiset.description.slice(0, 20_000),
    ...dandiset.keywords,
    ...dandiset.techniques,
    ...dandiset.approaches,
    ...fileTypes.flatMap((type) => [
      ...Object.values(type.texts),
      ...type.series.map((series) => series.description),
      ...type.modules.map((module) => module.description),
    ]),
  ];
  return said.some((text) =>
    /\bcalcium[- ](imaging|indicator|signal|activity|level|dynamic|transient|response)|\bgcamp|\bgecis?\b/i.test(
      text,
    ),
  );
}
