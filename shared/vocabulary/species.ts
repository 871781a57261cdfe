/**
 * Finds species by taxon id, Latin and common names, as the archive's metadata, files and people write them. Taxon ids
 * are from the NCBI Taxonomy (public domain). Pure.
 */
import { foldTerm, splitWords } from './words.ts';

/** One species, with its names in metadata and prose. */
export interface Species {
  /** NCBI's taxon id of the species. */
  readonly taxonId: number;
  readonly latin: string;
  /** In prose and as a keyword. */
  readonly singular: string;
  readonly plural: string;
  /** Further words for it, in lower case; one word may mean several species. */
  readonly alike: readonly string[];
  /** Strains and lines of only this species, in lower case. */
  readonly strains: readonly string[];
  /** Taxon ids of subspecies and obsolete entries that also mean it. */
  readonly taxaAlike: readonly number[];
}

/** A species as documents state it. */
export interface SpeciesName {
  readonly taxonId: number;
  /** Latin: `Mus musculus`. */
  readonly name: string;
  /** `mouse`. */
  readonly commonName: string;
}

const MONKEYS = ['monkey', 'monkeys', 'macaque', 'macaques', 'macaca'];

/** The species in archives of neurophysiology. `alike` contains words that a reader would accept for it. */
export const SPECIES: readonly Species[] = [
  species(10090, 'Mus musculus', 'mouse', 'mice', ['house mouse', 'murine', 'mus', 'laboratory mouse'], {
    strains:
      'c57bl/6j c57bl/6 c57bl6 c57bl6/j c57bl/6n balb/c dba/2j cd1 swiss webster 129s1/svimj fvb/n cba/caj pv-cre sst-cre vip-cre'.split(
        ' ',
      ),
    taxaAlike: [10091, 10092, 39442],
  }),
  species(
    10116,
    'Rattus norvegicus',
    'rat',
    'rats',
    ['norway rat', 'brown rat', 'laboratory rat', 'long-evans', 'long evans', 'sprague dawley', 'rattus'],
    {
      strains: ['wistar', 'lister hooded', 'fischer 344', 'sprague-dawley', 'brown norway'],
      taxaAlike: [10114],
    },
  ),
  species(9606, 'Homo sapiens', 'human', 'humans', [
    'person',
    'people',
    'patient',
    'patients',
    'participant',
    'participants',
  ]),
  species(9544, 'Macaca mulatta', 'rhesus macaque', 'rhesus macaques', [
    'rhesus monkey',
    ...MONKEYS,
    'nonhuman primate',
    'nonhuman primates',
    'non-human primate',
    'non-human primates',
    'rhesus',
  ]),
  species(9545, 'Macaca nemestrina', 'pig-tailed macaque', 'pig-tailed macaques', MONKEYS),
  species(9541, 'Macaca fascicularis', 'cynomolgus macaque', 'cynomolgus macaques', [
    ...MONKEYS,
    'crab-eating macaque',
    'long-tailed macaque',
  ]),
  species(9548, 'Macaca radiata', 'bonnet macaque', 'bonnet macaques', MONKEYS),
  species(9542, 'Macaca fuscata', 'Japanese macaque', 'Japanese macaques', MONKEYS),
  species(9483, 'Callithrix jacchus', 'marmoset', 'marmosets', ['common marmoset', 'monkey', 'monkeys']),
  species(9521, 'Saimiri sciureus', 'squirrel monkey', 'squirrel monkeys', ['monkey', 'monkeys']),
  species(9598, 'Pan troglodytes', 'chimpanzee', 'chimpanzees', ['chimp', 'chimps']),
  species(9555, 'Papio anubis', 'olive baboon', 'olive baboons', ['baboon', 'baboons']),
  species(30608, 'Microcebus murinus', 'mouse lemur', 'mouse lemurs', ['lemur', 'lemurs']),
  species(7955, 'Danio rerio', 'zebrafish', 'zebrafish', ['zebra fish', 'fish', 'larva', 'larvae', 'danio']),
  species(8090, 'Oryzias latipes', 'medaka', 'medaka', ['japanese rice fish']),
  species(7227, 'Drosophila melanogaster', 'fruit fly', 'fruit flies', [
    'fly',
    'flies',
    'drosophila',
    'fruitfly',
    'vinegar fly',
  ]),
  species(6239, 'Caenorhabditis elegans', 'nematode worm', 'nematode worms', [
    'worm',
    'worms',
    'nematode',
    'nematodes',
    'c. elegans',
    'celegans',
    'roundworm',
  ]),
  species(9986, 'Oryctolagus cuniculus', 'rabbit', 'rabbits', ['european rabbit']),
  species(9913, 'Bos taurus', 'cow', 'cattle', ['bovine', 'cows']),
  species(9823, 'Sus scrofa', 'pig', 'pigs', ['swine', 'porcine', 'minipig', 'minipigs', 'domestic pig'], {
    taxaAlike: [9825],
  }),
  species(9940, 'Ovis aries', 'sheep', 'sheep', ['ovine']),
  species(9685, 'Felis catus', 'cat', 'cats', ['feline', 'domestic cat']),
  species(9615, 'Canis lupus familiaris', 'dog', 'dogs', ['canine']),
  species(9669, 'Mustela putorius furo', 'ferret', 'ferrets', []),
  species(59729, 'Taeniopygia guttata', 'zebra finch', 'zebra finches', [
    'finch',
    'finches',
    'songbird',
    'songbirds',
    'bird',
    'birds',
  ]),
  species(40157, 'Lonchura striata', 'Bengalese finch', 'Bengalese finches', [
    'finch',
    'finches',
    'society finch',
    'songbird',
    'songbirds',
    'bird',
    'birds',
  ]),
  species(9135, 'Serinus canaria', 'canary', 'canaries', ['songbird', 'songbirds', 'bird', 'birds']),
  species(10047, 'Meriones unguiculatus', 'Mongolian gerbil', 'Mongolian gerbils', ['gerbil', 'gerbils']),
  species(10141, 'Cavia porcellus', 'guinea pig', 'guinea pigs', []),
  species(10036, 'Mesocricetus auratus', 'golden hamster', 'golden hamsters', [
    'hamster',
    'hamsters',
    'syrian hamster',
  ]),
  species(10029, 'Cricetulus griseus', 'Chinese hamster', 'Chinese hamsters', ['hamster', 'hamsters', 'cho']),
  species(10042, 'Peromyscus maniculatus', 'deer mouse', 'deer mice', ['peromyscus']),
  species(79684, 'Microtus ochrogaster', 'prairie vole', 'prairie voles', ['vole', 'voles']),
  species(10181, 'Heterocephalus glaber', 'naked mole-rat', 'naked mole-rats', ['naked mole rat']),
  species(10160, 'Octodon degus', 'degu', 'degus', []),
  species(37347, 'Tupaia belangeri', 'tree shrew', 'tree shrews', ['northern tree shrew']),
  species(8355, 'Xenopus laevis', 'clawed frog', 'clawed frogs', [
    'xenopus',
    'frog',
    'frogs',
    'tadpole',
    'tadpoles',
  ]),
  species(56313, 'Tyto alba', 'barn owl', 'barn owls', ['owl', 'owls']),
  species(9031, 'Gallus gallus', 'chicken', 'chickens', ['chick', 'chicks']),
  species(8932, 'Columba livia', 'pigeon', 'pigeons', []),
  species(93934, 'Coturnix japonica', 'Japanese quail', 'Japanese quails', ['quail', 'quails']),
  species(40233, 'Carollia perspicillata', 'short-tailed fruit bat', 'short-tailed fruit bats', [
    'bat',
    'bats',
  ]),
  species(9407, 'Rousettus aegyptiacus', 'Egyptian fruit bat', 'Egyptian fruit bats', ['bat', 'bats']),
  species(29078, 'Eptesicus fuscus', 'big brown bat', 'big brown bats', ['bat', 'bats']),
  species(103695, 'Pogona vitticeps', 'bearded dragon', 'bearded dragons', ['lizard', 'lizards']),
  species(6087, 'Hydra vulgaris', 'hydra', 'hydras', []),
  species(6500, 'Aplysia californica', 'sea slug', 'sea slugs', ['aplysia']),
  species(6421, 'Hirudo medicinalis', 'medicinal leech', 'medicinal leeches', ['leech', 'leeches']),
  species(7009, 'Schistocerca americana', 'American locust', 'American locusts', ['locust', 'locusts']),
  species(7460, 'Apis mellifera', 'honey bee', 'honey bees', ['honeybee', 'honeybees', 'bee', 'bees']),
  species(7159, 'Aedes aegypti', 'yellow fever mosquito', 'yellow fever mosquitoes', [
    'mosquito',
    'mosquitoes',
  ]),
  species(39395, 'Cancer borealis', 'Jonah crab', 'Jonah crabs', ['crab', 'crabs']),
  species(6706, 'Homarus americanus', 'American lobster', 'American lobsters', ['lobster', 'lobsters']),
  species(6999, 'Gryllus bimaculatus', 'two-spotted cricket', 'two-spotted crickets', [
    'cricket',
    'crickets',
  ]),
  species(37653, 'Octopus bimaculoides', 'octopus', 'octopuses', ['octopi']),
  species(6610, 'Sepia officinalis', 'common cuttlefish', 'common cuttlefish', ['cuttlefish']),
  species(1051067, 'Doryteuthis pealeii', 'longfin squid', 'longfin squid', ['squid', 'squids']),
  species(79327, 'Schmidtea mediterranea', 'planarian', 'planarians', []),
  species(7757, 'Petromyzon marinus', 'sea lamprey', 'sea lampreys', ['lamprey', 'lampreys']),
  species(105023, 'Nothobranchius furzeri', 'turquoise killifish', 'turquoise killifish', ['killifish']),
  species(7957, 'Carassius auratus', 'goldfish', 'goldfish', []),
  species(8153, 'Astatotilapia burtoni', "Burton's cichlid", "Burton's cichlids", ['cichlid', 'cichlids']),
  species(2873325, 'Danionella cerebrum', 'danionella', 'danionella', []),
  species(8296, 'Ambystoma mexicanum', 'axolotl', 'axolotls', []),
  species(8319, 'Pleurodeles waltl', 'Iberian ribbed newt', 'Iberian ribbed newts', ['newt', 'newts']),
  species(34903, 'Trachemys scripta', 'red-eared slider', 'red-eared sliders', ['turtle', 'turtles']),
];

function species(
  taxonId: number,
  latin: string,
  singular: string,
  plural: string,
  alike: readonly string[],
  { strains = [], taxaAlike = [] }: Partial<Pick<Species, 'strains' | 'taxaAlike'>> = {},
): Species {
  return { taxonId, latin, singular, plural, alike, strains, taxaAlike };
}

/** Groups that a query or a text may name; they mean all of their species. */
const GROUPS: Readonly<Record<string, readonly number[]>> = Object.fromEntries(
  (
    [
      ['rodent', [10090, 10116, 10047, 10141, 10036, 10029, 10042, 79684, 10181, 10160]],
      ['primate', [9606, 9544, 9545, 9541, 9548, 9542, 9483, 9521, 9598, 9555, 30608]],
      ['nonhuman primate', [9544, 9545, 9541, 9548, 9542, 9483, 9521, 9598, 9555, 30608]],
      ['non human primate', [9544, 9545, 9541, 9548, 9542, 9483, 9521, 9598, 9555, 30608]],
      ['nhp', [9544, 9545, 9541, 9548, 9542, 9483, 9521, 9598, 9555, 30608]],
      ['insect', [7227, 7009, 7460, 7159, 6999]],
      [
        'invertebrate',
        [7227, 7009, 7460, 7159, 6999, 6239, 6087, 6500, 6421, 39395, 6706, 37653, 6610, 1051067, 79327],
      ],
      ['mammal', [10090, 10116, 9606, 9544, 9545, 9541, 9483, 9986, 9913, 9823, 9940, 9685, 9615, 9669]],
    ] as const
  ).map(([name, taxa]) => [foldTerm(name), taxa]),
);

/** Placeholders in metadata for a missing species. */
const NO_SPECIES = /^(unidentified|unknown|n\/?a|none|other|test|tbd)?$/i;

/** NCBI's taxon id for `unidentified`, which the archive writes if a file states no species. */
const UNIDENTIFIED = 32_644;

const BY_TAXON = new Map(
  SPECIES.flatMap((entry) => [entry.taxonId, ...entry.taxaAlike].map((id) => [id, entry] as const)),
);

/** Names by priority: a word shared by two species means the one with the name of higher priority, then the first. */
const NAMES: readonly ((entry: Species) => readonly string[])[] = [
  ({ latin }) => [latin, shortLatin(latin)],
  ({ singular, plural }) => [singular, plural],
  ({ alike, strains, latin }) => [...alike, ...strains, latin.split(' ')[0]!],
];

const BY_NAME = NAMES.map((names) => {
  const found = new Map<string, Species>();
  for (const entry of SPECIES) {
    for (const name of names(entry)) if (!found.has(foldTerm(name))) found.set(foldTerm(name), entry);
  }
  return found;
});

/** All species that a word may mean. */
const BY_WORD = new Map<string, Set<Species>>();
for (const entry of SPECIES) {
  for (const name of NAMES.flatMap((names) => names(entry))) {
    const key = foldTerm(name);
    BY_WORD.set(key, (BY_WORD.get(key) ?? new Set()).add(entry));
  }
}

/** The number of words of the longest name that begins with a word. */
const STARTS = new Map<string, number>();
for (const key of [...BY_WORD.keys(), ...Object.keys(GROUPS)]) {
  const words = key.split(' ');
  STARTS.set(words[0]!, Math.max(STARTS.get(words[0]!) ?? 0, words.length));
}

const LONGEST = Math.max(
  ...BY_NAME.flatMap((names) => [...names.keys()].map((key) => key.split(' ').length)),
);

/** The abbreviated Latin name: `m. musculus`. */
function shortLatin(latin: string): string {
  const [genus = '', ...rest] = latin.split(' ');
  return `${genus[0]} ${rest.join(' ')}`;
}

/** An identifier of a taxon: an OBO URL, `NCBITaxon:10090`, `taxonomy/10090`, `?id=10090`. */
const TAXON = /(?:ncbitaxon|ncbi_taxon|taxonomy|taxon)\D{0,40}?[_:/=](\d{1,7})(?!\d)/i;

/**
 * Finds the species that a whole text means: a Latin or common name in any case, `Mus musculus - House mouse`,
 * `M. musculus`, `Mouse (C57BL/6J)`, a URL or id of the NCBI taxonomy. Undefined for other texts, and for species
 * that are not in the table.
 */
export function parseSpecies(text: string): SpeciesName | undefined {
  const found = findSpecies(text);
  return found && { taxonId: found.taxonId, name: found.latin, commonName: found.singular };
}

/** Like `parseSpecies`, but returns the whole entry of the table. */
export function findSpecies(name: string): Species | undefined {
  const taxon = TAXON.exec(name)?.[1];
  const byTaxon = taxon === undefined ? undefined : BY_TAXON.get(Number(taxon));
  if (byTaxon !== undefined) return byTaxon;
  const keys = listWordRuns(name);
  for (const names of BY_NAME) {
    const key = keys.find((each) => names.has(each));
    if (key !== undefined) return names.get(key);
  }
  return undefined;
}

/** A mention of species in a text: one species for `mouse`, several for `monkeys` and `rodents`. */
export interface SpeciesMention {
  readonly species: readonly Species[];
  readonly written: string;
  /** Where it begins in the text, in UTF-16 units. */
  readonly at: number;
}

/** Finds every mention of species or groups of species, in order. Longer names take precedence. */
export function findSpeciesMentions(text: string): SpeciesMention[] {
  const words = splitWords(text);
  const mentions: SpeciesMention[] = [];
  for (let at = 0; at < words.length; ) {
    let size = Math.min(STARTS.get(words[at]!.key) ?? 0, words.length - at);
    for (; size > 0; size -= 1) {
      const last = words[at + size - 1]!;
      const written = text.slice(words[at]!.at, last.at + last.written.length);
      const species = expandSpecies(written);
      if (species.length === 0) continue;
      mentions.push({ species, written, at: words[at]!.at });
      break;
    }
    at += Math.max(1, size);
  }
  return mentions;
}

/** Finds every species that prose names by Latin name, common name or strain, each once, in the table's order. */
export function findSpeciesInProse(text: string): Species[] {
  const keys = new Set(listWordRuns(text));
  const own = SPECIES.filter((entry) =>
    [...NAMES[0]!(entry), ...NAMES[1]!(entry), ...entry.strains].some((name) => keys.has(foldTerm(name))),
  );
  // A shared word (`monkeys`) adds species only if none of the species that it may mean is named by its own name.
  const shared = SPECIES.filter((entry) =>
    entry.alike.some((name) => keys.has(foldTerm(name)) && !own.some(({ alike }) => alike.includes(name))),
  ).filter((entry, index, all) => all.findIndex(({ alike }) => overlaps(alike, entry.alike)) === index);
  return SPECIES.filter((entry) => own.includes(entry) || shared.includes(entry));
}

/** Finds the species that a word of a query means: one for `mouse`, several for `monkey`, `rodent`, `songbird`. */
export function expandSpecies(word: string): Species[] {
  const key = foldTerm(word);
  const group = Object.hasOwn(GROUPS, key) ? GROUPS[key] : undefined;
  if (group !== undefined) return group.flatMap((taxon) => BY_TAXON.get(taxon) ?? []);
  const taxon = TAXON.exec(word)?.[1];
  if (taxon !== undefined) return [BY_TAXON.get(Number(taxon)) ?? []].flat();
  return [...(BY_WORD.get(key) ?? [])];
}

/** Whether a name in the metadata is the name of a species and not a placeholder. */
export function isSpeciesName(name: string): boolean {
  const taxon = TAXON.exec(name)?.[1];
  return !NO_SPECIES.test(name.trim()) && Number(taxon ?? 0) !== UNIDENTIFIED;
}

/** Lists every run of words of a text, up to the length of the longest name, longer runs first. */
function listWordRuns(text: string): string[] {
  const words = splitWords(text).map(({ key }) => key);
  const runs: string[] = [];
  for (let size = Math.min(LONGEST, words.length); size > 0; size -= 1) {
    for (let at = 0; at + size <= words.length; at += 1) runs.push(words.slice(at, at + size).join(' '));
  }
  return runs;
}

function overlaps(one: readonly string[], other: readonly string[]): boolean {
  return one.some((word) => other.includes(word));
}
