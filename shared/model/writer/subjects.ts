/**
 * Who was recorded: the subjects as the metadata count and name them, else the species that a header names. Pure.
 */
import type { DandisetFacts, SubjectFacts } from '../../prompt/facts.ts';
import { findSpecies, isSpeciesName } from '../../vocabulary/species.ts';
import { findAge, findSex, formatNumber, joinWords, withArticle } from './phrases.ts';
import { flattenText } from './plain-text.ts';

/** A species name for prose: the table's word, or the name as it was given. */
interface SpeciesWords {
  readonly singular: string;
  readonly plural: string;
}

/** The species of a version, distinct, in the metadata's order; those of the headers where the metadata name none. */
export function findSpeciesWords({ dandiset, fileTypes }: DandisetFacts): SpeciesWords[] {
  const named = dandiset.species.filter(isSpeciesName);
  const names = named.length
    ? named
    : fileTypes.flatMap(({ subject }) =>
        subject?.species && isSpeciesName(subject.species) ? [subject.species] : [],
      );
  const words = new Map<string, SpeciesWords>();
  for (const name of names) {
    const species = findSpecies(name);
    const given = flattenText(name, 60);
    const entry = species ?? { singular: given, plural: given };
    if (given && !words.has(entry.singular)) words.set(entry.singular, entry);
  }
  return [...words.values()];
}

/** `266 mice`, `1 mouse`, `173 subjects (humans and mice)`, `mice`; undefined where nothing is known. */
export function describeSubjects(facts: DandisetFacts): string | undefined {
  const species = findSpeciesWords(facts);
  const count = facts.dandiset.numberOfSubjects;
  const known = count !== undefined && count > 0;
  const [only] = species;
  // A name that the table does not hold has no plural that can be trusted.
  const isInTable = only !== undefined && findSpecies(only.singular) !== undefined;
  if (!known) return species.length ? joinWords(species.slice(0, 4).map(({ plural }) => plural)) : undefined;
  if (species.length === 1 && only && isInTable) {
    return count === 1 ? `a single ${only.singular}` : `${formatNumber(count)} ${only.plural}`;
  }
  const subjects = count === 1 ? 'a single subject' : `${formatNumber(count)} subjects`;
  return species.length
    ? `${subjects} (${joinWords(species.slice(0, 4).map(({ plural }) => plural))})`
    : subjects;
}

/** One file's subject: `a male mouse, 90 days old, of genotype …`; undefined where the header tells nothing that is of use. */
export function describeSubject(subject: SubjectFacts | undefined): string | undefined {
  if (!subject) return undefined;
  const { species } = subject;
  const isNamed = species !== undefined && isSpeciesName(species);
  const noun = isNamed ? (findSpecies(species)?.singular ?? 'subject') : 'subject';
  const sex = findSex(subject.sex);
  const details = [
    findAge(subject.age),
    describeValue('of genotype', subject.genotype),
    describeValue('of strain', subject.strain),
  ].filter((detail) => detail !== undefined);
  if (!sex && !details.length) return undefined;
  return [withArticle(sex ? `${sex} ${noun}` : noun), ...details].join(', ');
}

function describeValue(label: string, value: string | undefined): string | undefined {
  const text = flattenText(value ?? '', 80);
  return text && !/^(unknown|n\/?a|none|null|-+)$/i.test(text) ? `${label} ${text}` : undefined;
}
