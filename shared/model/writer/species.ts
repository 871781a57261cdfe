/**
 * Species by their Latin and their common names, as metadata, headers and people use them. Pure.
 */

/** One species: what the metadata call it, and what prose does. */
export interface Species {
  readonly latin: string;
  /** In prose and as a keyword. */
  readonly singular: string;
  readonly plural: string;
  /** Further words that a text may use for it, in lower case. */
  readonly alike: readonly string[];
}

/** The species of neurophysiology's archives. `alike` holds what a reader would accept for it. */
export const SPECIES: readonly Species[] = [
  species('Mus musculus', 'mouse', 'mice', ['house mouse', 'murine', 'mus']),
  species('Rattus norvegicus', 'rat', 'rats', [
    'norway rat',
    'brown rat',
    'long-evans',
    'long evans',
    'sprague dawley',
    'rattus',
  ]),
  species('Homo sapiens', 'human', 'humans', [
    'person',
    'people',
    'patient',
    'patients',
    'participant',
    'participants',
  ]),
  species('Macaca mulatta', 'rhesus macaque', 'rhesus macaques', [
    'rhesus monkey',
    'monkey',
    'monkeys',
    'macaque',
    'macaques',
    'macaca',
    'nonhuman primate',
    'nonhuman primates',
    'non-human primate',
    'non-human primates',
    'rhesus',
  ]),
  species('Macaca nemestrina', 'pig-tailed macaque', 'pig-tailed macaques', [
    'monkey',
    'monkeys',
    'macaque',
    'macaques',
    'macaca',
  ]),
  species('Macaca fascicularis', 'cynomolgus macaque', 'cynomolgus macaques', [
    'monkey',
    'monkeys',
    'macaque',
    'macaques',
    'macaca',
  ]),
  species('Callithrix jacchus', 'marmoset', 'marmosets', ['common marmoset', 'monkey', 'monkeys']),
  species('Danio rerio', 'zebrafish', 'zebrafish', ['zebra fish', 'fish', 'larva', 'larvae']),
  species('Drosophila melanogaster', 'fruit fly', 'fruit flies', ['fly', 'flies', 'drosophila']),
  species('Caenorhabditis elegans', 'nematode worm', 'nematode worms', [
    'worm',
    'worms',
    'nematode',
    'nematodes',
    'c. elegans',
    'roundworm',
  ]),
  species('Oryctolagus cuniculus', 'rabbit', 'rabbits', ['european rabbit']),
  species('Bos taurus', 'cow', 'cattle', ['bovine', 'cows']),
  species('Sus scrofa', 'pig', 'pigs', ['swine', 'porcine', 'minipig', 'minipigs']),
  species('Ovis aries', 'sheep', 'sheep', ['ovine']),
  species('Felis catus', 'cat', 'cats', ['feline']),
  species('Canis lupus familiaris', 'dog', 'dogs', ['canine']),
  species('Mustela putorius furo', 'ferret', 'ferrets', []),
  species('Taeniopygia guttata', 'zebra finch', 'zebra finches', [
    'finch',
    'finches',
    'songbird',
    'songbirds',
    'bird',
    'birds',
  ]),
  species('Meriones unguiculatus', 'Mongolian gerbil', 'Mongolian gerbils', ['gerbil', 'gerbils']),
  species('Cavia porcellus', 'guinea pig', 'guinea pigs', []),
  species('Mesocricetus auratus', 'golden hamster', 'golden hamsters', ['hamster', 'hamsters']),
  species('Cricetulus griseus', 'Chinese hamster', 'Chinese hamsters', ['hamster', 'hamsters', 'cho']),
  species('Xenopus laevis', 'clawed frog', 'clawed frogs', [
    'xenopus',
    'frog',
    'frogs',
    'tadpole',
    'tadpoles',
  ]),
  species('Tyto alba', 'barn owl', 'barn owls', ['owl', 'owls']),
  species('Gallus gallus', 'chicken', 'chickens', ['chick', 'chicks']),
  species('Columba livia', 'pigeon', 'pigeons', []),
  species('Carollia perspicillata', 'short-tailed fruit bat', 'short-tailed fruit bats', ['bat', 'bats']),
  species('Rousettus aegyptiacus', 'Egyptian fruit bat', 'Egyptian fruit bats', ['bat', 'bats']),
  species('Eptesicus fuscus', 'big brown bat', 'big brown bats', ['bat', 'bats']),
  species('Pogona vitticeps', 'bearded dragon', 'bearded dragons', ['lizard', 'lizards']),
  species('Octodon degus', 'degu', 'degus', []),
  species('Hydra vulgaris', 'hydra', 'hydras', []),
  species('Aplysia californica', 'sea slug', 'sea slugs', ['aplysia']),
  species('Schistocerca americana', 'American locust', 'American locusts', ['locust', 'locusts']),
  species('Cancer borealis', 'Jonah crab', 'Jonah crabs', ['crab', 'crabs']),
];

function species(latin: string, singular: string, plural: string, alike: readonly string[]): Species {
  return { latin, singular, plural, alike };
}

/** Names that metadata put in place of a species. */
const NO_SPECIES = /^(unidentified|unknown|n\/?a|none|other|test|tbd)?$/i;

/** The species that a name in the metadata or a file means, or undefined where the table does not hold it. */
export function findSpecies(name: string): Species | undefined {
  const words = ` ${name
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim()} `;
  const has = (term: string) => words.includes(` ${term.toLowerCase().replace(/[^a-z]+/g, ' ')} `);
  return (
    SPECIES.find((entry) => has(entry.latin)) ??
    SPECIES.find((entry) => has(entry.singular) || has(entry.plural)) ??
    SPECIES.find((entry) => entry.alike.some(has))
  );
}

/** Whether a name in the metadata says which species at all. */
export function isSpeciesName(name: string): boolean {
  return !NO_SPECIES.test(name.trim());
}
