/**
 * The kinds of data that all, some or no files contain, by neurodata types and by the names in their headers. For the
 * check of file contents. Pure.
 */
import type { DandisetFacts } from '../prompt/facts.ts';
import { DATA_WORDS } from '../vocabulary/data-words.ts';
import { splitNames } from './known-terms.ts';

/** A kind of data, and the number of files that contain it. */
export interface Holding {
  /** Number of files; undefined if the headers name the kind but the number is not known. */
  readonly files: number | undefined;
  readonly total: number;
  /** Whether the number is exactly that of this kind. */
  readonly isExact: boolean;
  /** Finds the words by which a text names it, and where they begin. */
  find(text: string): { readonly written: string; readonly at: number } | undefined;
}

/** A name or neurodata type and how many files have it. */
interface Named {
  readonly name: string;
  readonly files: number;
}

/** Names and descriptions of the headers' objects by file type, without those of experiments and sessions. */
function listNames({ fileTypes, contents }: DandisetFacts): Named[] {
  const ofTypes = fileTypes.flatMap(({ files, series, tables, modules, devices, neurodataTypes }) => [
    ...series.map(({ path, description }) => ({ name: `${path} ${description}`, files })),
    ...tables.map(({ path, description, columns }) => ({
      name: `${path} ${description} ${columns.map((column) => `${column.name} ${column.description}`).join(' ')}`,
      files,
    })),
    ...[...modules, ...devices].map(({ name, description }) => ({ name: `${name} ${description}`, files })),
    ...neurodataTypes.map(({ name }) => ({ name, files })),
  ]);
  const all = contents?.all;
  const ofAll = [
    ...(all?.series ?? []).map(({ pattern, files }) => ({ name: pattern, files })),
    ...(all?.tables ?? []).map(({ pattern, files }) => ({ name: pattern, files })),
    ...[all?.modules, all?.stimuli, all?.devices, all?.variables].flatMap((tally) =>
      (tally?.values ?? []).map(({ value, files }) => ({ name: value, files })),
    ),
  ];
  return [...ofTypes, ...ofAll].map(({ name, files }) => ({ name: splitNames(name).toLowerCase(), files }));
}

/** Lists every kind of data of the table with the number of files that contain it; empty without file types. */
export function listHoldings(facts: DandisetFacts): Holding[] {
  const total = facts.fileTypes.reduce((sum, { files }) => sum + files, 0);
  if (total === 0) return [];
  const names = listNames(facts);
  return DATA_WORDS.map(({ claim, types, names: pattern, isExact }): Holding => {
    const byType = facts.fileTypes
      .filter(({ neurodataTypes }) => neurodataTypes.some(({ name }) => types.test(name)))
      .reduce((sum, { files }) => sum + files, 0);
    const isNamed = names.some(({ name }) => pattern.test(name));
    const files = byType > 0 ? byType : isNamed ? undefined : 0;
    return {
      files: byType === total || !isNamed ? files : findWhole(names, pattern, total),
      total,
      isExact,
      find: (text) => {
        const match = claim.exec(text);
        return match === null ? undefined : { written: match[0], at: match.index };
      },
    };
  });
}

/** All files, if one name of the kind is in all of them; else unknown, since the files of several names may overlap. */
function findWhole(names: readonly Named[], pattern: RegExp, total: number): number | undefined {
  return names.some(({ name, files }) => files >= total && pattern.test(name)) ? total : undefined;
}
