/** Describes the contents of a type of files in words that researchers use. Pure. */
import { findModalities, findModality, MODALITIES, type Modality } from '../../vocabulary/modalities.ts';
import type { DandisetView } from './dandiset-view.ts';

/** Labels of every type of a version, in their order; `records without data of a known kind` where no type is known. */
export function typeWords({ fileTypes, facts }: DandisetView): string[] {
  return fileTypes.map(({ neurodataTypes }, at) => {
    const whole = facts?.fileTypes[at];
    const found: readonly Modality[] =
      whole === undefined ? listTypeModalities(neurodataTypes) : findModalities(whole);
    const nouns = found
      .filter(({ unless = [] }) => !found.some(({ id }) => unless.includes(id)))
      .map(({ noun }) => noun);
    return capitalize(nouns.length === 0 ? 'records without data of a known kind' : joinWithAnd(nouns));
  });
}

function listTypeModalities(types: readonly { readonly name: string }[]): Modality[] {
  const found = new Set(types.map(({ name }) => findModality(name)));
  return MODALITIES.filter((modality) => found.has(modality));
}

function joinWithAnd(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

function capitalize(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
