/**
 * The animals in a sentence: the species in plain words, with what owners and files write before its name of their
 * age, sex, strain and state. Pure.
 */
import { findSpecies, type Species } from '../../vocabulary/species.ts';
import { readSentences } from '../plain-text.ts';
import { type FactsAtHand, listSharedAccounts } from './facts-at-hand.ts';
import { listOwnersSpecies, listSpecies } from './subjects.ts';

/** Animals to be named in a sentence. */
export interface Animals {
  /** `awake mice`. */
  readonly plural: string;
  readonly singular: string;
  readonly species: string;
  /** Whether any word is the owners' own. */
  readonly isClaim: boolean;
}

/** What is said of animals before their name, one kind a line, in the order of English adjectives. */
const TRAITS: readonly (readonly [kind: string, words: string])[] = [
  [
    'state',
    'awake|an(?:a?e)sthetized|sedated|sleeping|head[- ]fixed|head[- ]restrained|freely[- ](?:moving|behaving)|behaving|paralyzed',
  ],
  ['condition', 'tetraplegic|epileptic|healthy|transgenic|wild[- ]type'],
  ['age', 'adult|juvenile|young|aged|neonatal|infant|larval'],
  ['sex', 'male and female|female and male|male|female'],
  [
    'strain',
    'Long[- ]Evans|Wistar|Sprague[- ]Dawley|Lister[- ]Hooded|Fischer 344|C57BL/6J?|Swiss Webster|CD-1',
  ],
];
const ANY = TRAITS.map(([, words]) => words).join('|');

/** The one species that was recorded, with its traits; undefined where there is none, or several. */
export function findAnimals(at: FactsAtHand): Animals | undefined {
  const { dandiset } = at.facts;
  const listed = listSpecies(at.contents.all, at.metadata);
  const claimed = listed.length > 0 ? listed : listOwnersSpecies(`${dandiset.name}. ${dandiset.description}`);
  const [name, other] = claimed;
  if (name === undefined || other !== undefined) return undefined;
  const species = findSpecies(name);
  if (species === undefined)
    return { plural: name, singular: name, species: name, isClaim: listed.length === 0 };
  const traits = findTraits(at, species);
  const before = traits.length === 0 ? '' : `${traits.join(' ')} `;
  const isPerson = species.singular === 'human' && traits.length > 0;
  return {
    plural: `${before}${isPerson ? 'human participants' : species.plural}`,
    singular: `${before}${isPerson ? 'human participant' : species.singular}`,
    species: species.singular,
    isClaim: listed.length === 0 || traits.length > 0,
  };
}

/** One value of each kind of trait; none where texts differ, or where the files state it themselves. */
function findTraits(at: FactsAtHand, { singular, plural, alike }: Species): string[] {
  const { all } = at.contents;
  const { description, name } = at.facts.dandiset;
  const accounts = listSharedAccounts(at).flatMap((text) => readSentences(text.slice(0, 2000)));
  const texts = [name.slice(0, 400), ...readSentences(description).slice(0, 40), ...accounts];
  const names = [singular, plural, ...alike].map((word) => word.replace(/[^\p{L} ]/gu, '.')).join('|');
  const before = new RegExp(`((?:\\b(?:${ANY})(?:,? and |, |\\s|-)?)+)\\s*\\b(?:${names})\\b`, 'giu');
  const behind = new RegExp(`\\b(?:${names}) were (${ANY})\\b`, 'giu');
  const found = texts.flatMap((text) =>
    [...text.matchAll(before), ...text.matchAll(behind)].map(([, words = '']) => words),
  );
  const isStated: Readonly<Record<string, boolean>> = {
    sex: all.sexes.values.length > 0,
    strain: all.strains.values.length > 0,
    age: all.ages !== undefined,
  };
  return TRAITS.flatMap(([kind, words]) => {
    if (isStated[kind] === true) return [];
    const each = new RegExp(`\\b(?:${words})\\b`, 'giu');
    const said = found.flatMap((text) => text.match(each) ?? []);
    const values = new Map(said.map((value) => [value.toLowerCase().replace(/[- ]/g, ''), value]));
    // States go together: mice may be awake and head-fixed.
    if (values.size === 0 || values.size > (kind === 'state' ? 2 : 1)) return [];
    if (values.has('awake') && [...values.keys()].some((value) => /sthetized|sleeping|sedated/.test(value)))
      return [];
    return [[...values.values()].map((value) => writeTrait(kind, value)).join(', ')];
  });
}

function writeTrait(kind: string, value: string): string {
  if (kind === 'strain') return value.replace(/^Long Evans/i, 'Long-Evans');
  return value.toLowerCase().replace(/ (?=fixed|restrained|type)/, '-');
}
