/**
 * Describes the subjects, as counted over the files: number, species, sex, age and genotype. Values that only the
 * metadata state are attributed to them. Pure.
 */
import { formatAge } from '../../facts/age.ts';
import type { FileContents } from '../../facts/contents.ts';
import type { MetadataDescription } from '../../facts/dandiset-metadata.ts';
import { countText, numberText } from '../../facts/fact-words.ts';
import type { TalliedValue, Tally } from '../../facts/tally.ts';
import { findSpecies, findSpeciesInProse, isSpeciesName } from '../../vocabulary/species.ts';
import { flattenText } from '../plain-text.ts';
import { joinWords } from './phrases.ts';

/** Singular and plural of a species' name. */
interface SpeciesWords {
  readonly singular: string;
  readonly plural: string;
}

/** Most species reported by name. */
const MOST_SPECIES = 4;
/** Most values reported of genotype, strain and disorder. */
const MOST_VALUES = 4;

/**
 * Names the subjects: `12 mice`, `10 subjects (6 mice and 4 rats)`, `83 subjects (mice, by the metadata)`, `mice`;
 * undefined if neither files nor metadata name any.
 */
export function nameSubjects(all: FileContents, { claims }: MetadataDescription): string | undefined {
  const counted = all.species.values.filter(({ value }) => isSpeciesName(value)).slice(0, MOST_SPECIES);
  const [only] = counted;
  const count = all.subjects;
  if (counted.length === 1 && only !== undefined && all.species.more === 0) {
    const { singular, plural } = findWords(only.value);
    if (count === 0) return plural;
    const stated = only.subjects ?? only.files;
    if (stated >= count || all.species.files >= all.read)
      return count === 1 ? `one ${singular}` : `${numberText(count)} ${plural}`;
  }
  if (counted.length > 0) {
    const reported = counted.map(({ value, subjects }) => {
      const { singular, plural } = findWords(value);
      return subjects === undefined ? plural : countText(subjects, singular, plural);
    });
    if (count === 0) return joinWords(reported);
    return `${subjectsText(count)} (${joinWords(reported)})`;
  }
  const isOne = (count > 0 ? count : claims.subjects) === 1;
  const claimed = claims.species
    .filter(isSpeciesName)
    .slice(0, MOST_SPECIES)
    .map((name) => (isOne ? `a ${findWords(name).singular}` : findWords(name).plural));
  const of = claimed.length === 0 ? '' : ` (${joinWords(claimed)}, by the metadata)`;
  if (count > 0) return `${subjectsText(count)}${of}`;
  if (claims.subjects !== undefined && claims.subjects > 0)
    return `${subjectsText(claims.subjects)}${claimed.length === 0 ? ' (by the metadata)' : of}`;
  return claimed.length === 0 ? undefined : `${joinWords(claimed)} (by the metadata)`;
}

function subjectsText(count: number): string {
  return count === 1 ? 'one subject' : countText(count, 'subject');
}

function findWords(name: string): SpeciesWords {
  const given = flattenText(name, 60);
  return findSpecies(name) ?? { singular: given, plural: given };
}

/** The species in the singular, for keywords. */
export function listSpecies(all: FileContents, { claims }: MetadataDescription): string[] {
  const counted = all.species.values.map(({ value }) => value);
  return [
    ...new Set(
      (counted.length > 0 ? counted : claims.species)
        .filter(isSpeciesName)
        .map((name) => findWords(name).singular),
    ),
  ];
}

/** Species that title and description name. */
export function listOwnersSpecies(text: string): string[] {
  return findSpeciesInProse(text.slice(0, 20_000)).map(({ singular }) => singular);
}

/**
 * The sexes of subjects: `are 7 female and 5 male`, with the number of those of unstated sex; undefined if none is
 * stated.
 */
function describeSexes({ sexes, subjects }: FileContents): string | undefined {
  const known = sexes.values.filter(({ value }) => /^(?:fe)?male$/.test(value));
  if (known.length === 0) return undefined;
  const counts = known.map(({ value, subjects: having, files }) => ({ value, count: having ?? files }));
  const [first] = counts;
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (counts.length === 1 && first !== undefined && total >= subjects && subjects > 0)
    return subjects === 1
      ? `is ${first.value}`
      : subjects === 2
        ? `are both ${first.value}`
        : `are all ${first.value}`;
  if (total < subjects && total > 0)
    return `are ${joinWords([
      ...counts.map(({ value, count }) => `${numberText(count)} ${value}`),
      subjects - total === 1 ? 'one of unstated sex' : 'the rest of unstated sex',
    ])}`;
  const isOfFiles = known.some(({ subjects: having }) => having === undefined);
  const reported = joinWords(counts.map(({ value, count }) => `${numberText(count)} ${value}`));
  return isOfFiles ? undefined : `are ${reported}`;
}

/** Writes a sentence about sex and age; undefined if the files state neither. */
export function describeSexAndAge(all: FileContents): string | undefined {
  const isOne = all.subjects === 1;
  const sexes = describeSexes(all);
  const ages = [
    ...(all.ages === undefined ? [] : [describeAges(all.ages, 'birth', all.subjects)]),
    ...(all.gestationalAges === undefined
      ? []
      : [describeAges(all.gestationalAges, 'gestational', all.subjects)]),
  ];
  const who = isOne ? 'The subject' : 'The subjects';
  if (sexes !== undefined) return `${who} ${sexes}${ages.length === 0 ? '' : `, ${joinWords(ages)}`}.`;
  return ages.length === 0 ? undefined : `${who} ${isOne ? 'is' : 'are'} ${joinWords(ages)}.`;
}

/** Lists genotype, strain and disorder, if stated, each with its values and the number of subjects with them. */
export function describeTraits(all: FileContents): { label: string; values: string }[] {
  return (
    [
      ['Genotype', all.genotypes],
      ['Strain', all.strains],
      ['Disorder', all.disorders],
    ] as const
  ).flatMap(([label, tally]) => {
    const values = describeTrait(tally, all);
    return values === undefined ? [] : [{ label, values }];
  });
}

function describeAges(
  { min: least, median: middle, max: most, files }: NonNullable<FileContents['ages']>,
  reference: 'birth' | 'gestational',
  subjects: number,
): string {
  const range = formatAge({ min: least, max: most, reference });
  const old = reference === 'birth' ? ' old' : '';
  const median = least === most ? '' : `, median ${formatAge({ min: middle, max: middle, reference })}`;
  const stated = files < subjects ? `stated for ${numberText(files)}` : '';
  const beside = [median.slice(2), stated].filter(Boolean).join('; ');
  return `${range}${old}${beside === '' ? '' : ` (${beside})`}`;
}

/** The values of a trait: `wt (5 subjects) and Pvalb-Cre (5 subjects)`. */
function describeTrait(tally: Tally, { read, subjects }: FileContents): string | undefined {
  if (tally.values.length === 0) return undefined;
  const isOne = tally.values.length === 1 && tally.more === 0;
  const reported = tally.values.slice(0, MOST_VALUES).map((each) => {
    const value = flattenText(each.value, 90);
    return isOne && (each.files >= read || each.subjects === subjects)
      ? value
      : `${value} (${shareText(each)})`;
  });
  const rest = tally.values.length - reported.length + tally.more;
  return joinWords(rest > 0 ? [...reported, `${numberText(rest)} more`] : reported);
}

/** `5 subjects`, or a number of files if subjects were not distinguished. */
export function shareText({ subjects, files }: TalliedValue): string {
  return subjects === undefined ? countText(files, 'file') : countText(subjects, 'subject');
}
