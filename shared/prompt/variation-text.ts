/**
 * The differences among the files of a type as lines of its section: labels in their paths, then each pattern
 * with its names, numbers, descriptions and shapes. Pure.
 */
import type { Extent } from '../file-types/variants.ts';
import type { PatternVariation, TypeVariation, VaryingValues } from '../file-types/variation.ts';
import { pythonTuple } from '../python/numpy-dtype.ts';

/** Lines of patterns at most; further ones are counted. */
const MOST_LINES = 30;
/** Characters of one line at most: further values are counted. */
const LINE_CHARACTERS = 600;

/** The lines, without indent; none if nothing differs. */
export function variationLines(variation: TypeVariation, most = MOST_LINES): string[] {
  const { files, labels, patterns } = variation;
  const named = patterns.slice(0, most).map(patternLine);
  const rest = patterns.length - named.length + variation.more;
  const lines = [
    ...labels.map(({ key, ...values }) => `${key} in names of files: ${valuesText(values, 'none')}`),
    ...named,
    ...(rest === 0 ? [] : [`and ${count(rest)} more`]),
  ];
  return lines.length === 0 ? [] : [`What differs among these ${count(files)} files:`, ...lines];
}

/** `Group /acquisition/sweep_* (CurrentClampSeries): 2 to 32 in a file; descriptions: “…” in 3 files, “…” in 4` */
function patternLine({ pattern, names, descriptions, counts, shapes, dtypes }: PatternVariation): string {
  const parts = [
    ...(counts === undefined ? [] : [`${extentText(counts)} in a file`]),
    ...(names === undefined ? [] : [`names: ${valuesText(names)}`]),
    ...(descriptions === undefined ? [] : [`descriptions: ${valuesText(descriptions, 'none')}`]),
    ...(shapes === undefined ? [] : [`shapes: ${shapes.map(shapeText).join('; ')}`]),
    ...(dtypes === undefined ? [] : [`dtypes: ${valuesText(dtypes)}`]),
  ];
  return `${pattern}: ${parts.join('; ')}`;
}

function valuesText({ values, more }: VaryingValues, empty = ''): string {
  const reported: string[] = [];
  let room = LINE_CHARACTERS;
  for (const { value, files } of values) {
    const text = `${value === '' ? empty : value} in ${count(files)} ${files === 1 ? 'file' : 'files'}`;
    room -= text.length;
    if (room < 0 && reported.length > 0) break;
    reported.push(text);
  }
  const rest = values.length - reported.length + more;
  return [...reported, ...(rest === 0 ? [] : [`and ${count(rest)} more`])].join(' | ');
}

function shapeText({ extents, files }: { extents: readonly Extent[]; files: number }): string {
  const isOne = extents.every(([least, most]) => least === most);
  const text = isOne
    ? pythonTuple(extents.map(([least]) => least))
    : `(${extents.map(extentText).join(', ')}${extents.length === 1 ? ',' : ''})`;
  return `${text} in ${count(files)} ${files === 1 ? 'file' : 'files'}`;
}

function extentText([least, most]: Extent): string {
  return least === most ? String(least) : `${least} to ${most}`;
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
