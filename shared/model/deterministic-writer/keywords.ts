/**
 * Writes the deterministic writer's keywords: regions, techniques, species and tasks, then the owners' keywords; never
 * a format, a session or a person. Pure.
 */
import { foldWords } from '../../fold-text.ts';
import {
  findRegion,
  findRegionById,
  findRegionMentions,
  findRegions,
  isWithin,
  regionAncestors,
} from '../../vocabulary/regions.ts';
import { findSpecies } from '../../vocabulary/species.ts';
import { findTaskMentions, taskAncestors } from '../../vocabulary/tasks.ts';
import {
  expandTechnique,
  findTechnique,
  findTechniqueById,
  findTechniqueMentions,
  findTechniquesByType,
  techniqueAncestors,
} from '../../vocabulary/techniques.ts';
import { MAX_KEYWORDS } from '../headings.ts';
import { writeOut } from './acronyms.ts';
import {
  type FactsAtHand,
  listLocations,
  listOwnersRegions,
  listStatedRegions,
  lowerTitle,
} from './facts-at-hand.ts';
import { cleanKeyword, nameMethod, splitKeywords } from './keyword-candidates.ts';
import { isDoubtfulMention } from './modalities.ts';
import { nameKeyword } from './modality-names.ts';
import { findInformativeSentences } from './owners.ts';
import { listOwnersSpecies, listSpecies } from './subjects.ts';
import { findWhere } from './where.ts';

/** Most keywords of each kind before the other kinds follow. */
const MOST_REGIONS = 3;
const MOST_TECHNIQUES = 4;
const MOST_SPECIES = 2;
const MOST_TASKS = 2;
/** Most lines and strains. */
const MOST_LINES = 2;

/** Writes one to ten distinct keywords. */
export function writeKeywords(at: FactsAtHand): string[] {
  const regions = listRegions(at);
  const techniques = listTechniques(at);
  const tasks = listTasks(at);
  const { dandiset } = at.facts;
  const { all } = at.contents;
  const species = listRelevantSpecies(at);
  const evidence = listEvidence(at);
  const candidates = [
    ...regions.slice(0, MOST_REGIONS),
    ...techniques.slice(0, MOST_TECHNIQUES),
    ...species.slice(0, MOST_SPECIES),
    ...tasks.slice(0, MOST_TASKS),
    ...dandiset.keywords
      .flatMap(splitKeywords)
      .filter((keyword) => !STATES.test(keyword) || isBorneOut(keyword, evidence)),
    ...all.keywords.values
      .flatMap(({ value }) => splitKeywords(value))
      .filter((keyword) => isBorneOut(keyword, evidence)),
    ...all.disorders.values.map(({ value }) => value),
    ...techniques.slice(MOST_TECHNIQUES),
    // A stain of two letters in a file name is meaningless to others.
    ...(at.contents.entities.stain?.values ?? [])
      .map(({ value }) => value)
      .filter(({ length }) => length > 2),
    ...regions.slice(MOST_REGIONS),
    ...tasks.slice(MOST_TASKS),
    ...listStatedMethods(at),
    ...listOfTypes(at),
    ...listThemes(at),
    ...listLines(at),
  ];
  const people = findPeople(at);
  const found = new Map<string, string>();
  const isIn = (phrase: string): boolean =>
    [...found.keys()].some((known) => ` ${phrase}`.includes(` ${known}`));
  const ofOthers = (phrase: string): boolean =>
    listOwnersSpecies(phrase).some((name) => !species.includes(name));
  const phrases = [
    ...listTitlePhrases(at.facts.dandiset.name).filter((phrase) => !ofOthers(phrase)),
    ...listDevices(at),
  ];
  for (const candidate of [...candidates, ...phrases]) {
    // A phrase that contains a keyword repeats it.
    if (
      phrases.includes(candidate) &&
      (isIn(foldWords(candidate)) || isOfKnownWords(foldWords(candidate), found))
    )
      continue;
    const cleaned = cleanKeyword(candidate);
    if (cleaned === undefined) continue;
    const keyword = writeTerm(writeOut(cleaned));
    const key = foldWords(keyword);
    if (
      NO_KEYWORD.test(keyword) ||
      people.has(buildNameKey(keyword)) ||
      isOfLab(keyword, at) ||
      isOfOneSession(keyword, at)
    )
      continue;
    if ([...found.keys()].some((known) => known === key || known === `${key}s` || `${known}s` === key))
      continue;
    if (isLessExact(keyword, [...found.values()])) continue;
    found.set(key, keyword);
  }
  const exact = [...found].filter(([key, keyword]) => !isBroader(key, keyword, found));
  const keywords = exact.map(([, keyword]) => keyword).slice(0, MAX_KEYWORDS);
  for (const broader of listBroader(at, keywords, regions)) {
    if (keywords.length >= MAX_KEYWORDS) break;
    if (!keywords.some((keyword) => isCoveredBy(broader, keyword))) keywords.push(broader);
  }
  return keywords.length > 0 ? keywords : ['neurophysiology'];
}

/** States of an animal, which are in the data or are not. */
const STATES = /\b(?:sleep|NREM|REM|an(?:a?e)sthesia|wakefulness)\b/i;

/** Letters of a word by which it is found in another form: `learned` for `learning`. */
const LEAST_STEM = 5;

/** All that title, description, accounts and names of the data say, in lower case; without the files' own keywords. */
export function listEvidence({
  facts: { dandiset },
  contents: { all },
  existing,
  metadata,
}: FactsAtHand): string {
  const tallies = [
    all.experimentDescriptions,
    all.sessionDescriptions,
    all.modules,
    all.stimuli,
    all.devices,
    all.regions,
    all.genotypes,
    all.strains,
    all.species,
    ...Object.values(all.notes),
  ];
  return [
    dandiset.name,
    dandiset.description.slice(0, 20_000),
    ...dandiset.keywords,
    ...metadata.about.flatMap(({ name }) => name ?? []),
    ...metadata.claims.species,
    ...existing.map(({ modality: { noun, keyword = '' } }) => `${noun} ${keyword}`),
    ...tallies.flatMap(({ values }) => values.slice(0, 20).map(({ value }) => value.slice(0, 2000))),
    ...all.series.flatMap(({ pattern, descriptions }) => [
      // `SpatialSeries` is a type, and no word on space.
      pattern.replace(/\w+Series\b/g, ' '),
      ...descriptions.values.map(({ value }) => value),
    ]),
    ...all.tables.flatMap(({ pattern, columns, descriptions }) => [
      pattern,
      ...columns.map(({ name, description }) => `${name} ${description}`),
      ...descriptions.values.map(({ value }) => value),
    ]),
  ]
    .join(' ')
    .toLowerCase();
}

/** Whether anything but a list of keywords speaks of this: a word of it, in any form, or a synonym. */
export function isBorneOut(keyword: string, evidence: string): boolean {
  const words = keyword.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
  const isSaid = (word: string): boolean =>
    evidence.includes(
      word.length > LEAST_STEM + 1 ? word.slice(0, Math.max(LEAST_STEM, word.length - 3)) : word,
    );
  const technique = findTechnique(keyword);
  const region = findRegion(keyword);
  const isMeant =
    (technique !== undefined &&
      findTechniqueMentions(evidence).some(({ term }) => term.id === technique.id)) ||
    (region !== undefined && findRegionMentions(evidence).some(({ term }) => isWithin(term.id, region.id)));
  return isMeant || (words.length > 0 && words.every(isSaid));
}

/**
 * Whether a keyword contains the words of a broader one, or begins with the same stem: `hippocampal formation`,
 * `hippocampus`.
 */
function isCoveredBy(broader: string, keyword: string): boolean {
  const words = foldWords(keyword).split(' ');
  const own = foldWords(broader).split(' ');
  return (
    own.every((word) => words.includes(word)) ||
    (own[0]!.length > STEM && own[0]!.slice(0, STEM) === words[0]!.slice(0, STEM))
  );
}

/** Number of first letters that words with the same stem share. */
const STEM = 7;

/** Lines and strains with short names, which identify the labeled cells. */
function listLines({ contents: { all } }: FactsAtHand): string[] {
  return [...all.genotypes.values, ...all.strains.values]
    .map(({ value }) =>
      value
        .split(/[;:]/)[0]!
        .replace(/\/(?:wt|\+)$/i, '')
        .trim(),
    )
    .filter((value) => /^[\p{L}\p{N}][\p{L}\p{N}/ -]{3,24}$/u.test(value) && !NO_LINE.test(value))
    .slice(0, MOST_LINES);
}

/** Values that are not lines or strains. */
const NO_LINE = /^(?:wt|wild[- ]?type|unknown|none|n\/a|mixed|other|not \w+|[\d\W]+)\b/i;

/**
 * Broader keywords implied by the specific ones: techniques of the files' types, kinds of techniques, and wholes of
 * regions.
 */
function listBroader(
  { contents: { all }, existing }: FactsAtHand,
  keywords: readonly string[],
  regions: readonly string[],
): string[] {
  // For these, the names of series are more reliable than their types.
  const ofTypes = all.types.values.flatMap(({ value }) =>
    // What was given to a cell is no way of recording it.
    /Stimulus/.test(value) ? [] : findTechniquesByType(value).filter(({ id }) => !KNOWN_BY_NAME.has(id)),
  );
  const techniques = keywords.flatMap((keyword) => findExactTechnique(keyword) ?? []);
  const kinds = [...ofTypes, ...techniques].flatMap(({ id }) =>
    techniqueAncestors(id).flatMap((each) => findTechniqueById(each) ?? []),
  );
  const wholes = regions.slice(0, 1).flatMap((name) => {
    const region = findWholeRegion(name);
    return region === undefined ? [] : regionAncestors(region.id).filter((id) => !NO_WHOLE.has(id));
  });
  return [
    ...(all.counts.units === undefined ? [] : ['spike sorting']),
    ...[...ofTypes, ...kinds].flatMap(({ id, name }) =>
      NO_KIND.has(id) || isOfOtherPhotons(name, existing) ? [] : [name],
    ),
    ...wholes.slice(0, MOST_WHOLES).flatMap((id) => {
      const region = findRegionById(id);
      return region === undefined ? [] : [writeRegionName(region)];
    }),
  ];
}

function findExactTechnique(keyword: string): ReturnType<typeof findTechnique> {
  const technique = findTechnique(keyword);
  const isExact =
    technique !== undefined && (foldWords(technique.name) === foldWords(keyword) || /imaging$/.test(keyword));
  return isExact ? technique : undefined;
}

const KNOWN_BY_NAME: ReadonlySet<string> = new Set(['lfp', 'one-photon', 'two-photon', 'behavior']);

/** Most wholes of a region that are added. */
const MOST_WHOLES = 1;
/** Regions that are no more specific than a brain or a lobe, or that nobody searches for. */
const NO_WHOLE: ReadonlySet<string> = new Set(
  'NS root grey CH BS Isocortex FL PLo OL TL LIMB CA HPF CNU BG'.split(' '),
);
/** Kinds of techniques that are too general for a search, or that need not apply to these files. */
const NO_KIND: ReadonlySet<string> = new Set([
  'stimulation',
  'transcriptomics',
  'analysis',
  'sensory-stimulation',
  'behavior',
  'eye-tracking',
]);

/** Formats, archives, and words that are not specific to these data. */
const NO_KEYWORD =
  /^(?:abstract|keywords|extracellular|intracellular|freely-moving|.*\b(?:nwb|hdf5|bids|dandi(?:set|sets)?|zarr|nifti|neurodata without borders|json|csv|matlab|ome|tiff?)\b.*|neuroscience|neurobiology|brain|benchmark|big data|data|dataset|research|test|crafted|analytical|surgical|surgery|other|unidentified|open data|task|electrode|recording)$/i;

/** Writes a region, technique or task without title case; other words stay as written. */
function writeTerm(keyword: string): string {
  const technique = findTechnique(keyword);
  if (technique !== undefined)
    return foldWords(technique.name) === foldWords(keyword) ? technique.name : keyword;
  const isTask = findTaskMentions(keyword).some(({ written }) => written.length >= keyword.length - 1);
  const region = findWholeRegion(keyword);
  // `neocortical` is an adjective of the region, not its name.
  if (region !== undefined && /^\p{L}+al$/u.test(keyword)) return region.name;
  return isTask || region !== undefined ? lowerTitle(keyword) : keyword;
}

/** Whether all words of a phrase are in known keywords: `mouse motor cortex` with `mouse` and `motor cortex`. */
function isOfKnownWords(key: string, found: ReadonlyMap<string, string>): boolean {
  const words = key.split(' ');
  const known = new Set(
    [...found.keys()].flatMap((each) => each.split(' ').flatMap((word) => [word, `${word}s`])),
  );
  return words.length > 1 && words.every((word) => known.has(word));
}

/** A key for names of people, independent of word order: `Doe, Jane` and `Jane Doe`. */
function buildNameKey(name: string): string {
  return foldWords(name).split(' ').sort().join(' ');
}

/** The name of the lab itself, by which nobody looks for data. */
function isOfLab(keyword: string, { contents: { all } }: FactsAtHand): boolean {
  const words = all.labs.values.flatMap(({ value }) => value.split(/[^\p{L}\p{N}]+/u));
  return /^\p{Lu}{2,}$/u.test(keyword) && words.includes(keyword);
}

function findPeople({ facts }: FactsAtHand): ReadonlySet<string> {
  return new Set(facts.dandiset.contributors.map(({ name }) => buildNameKey(name)));
}

/** Whether a keyword is the name of a subject, a session or a date, by its digits or by the facts. */
function isOfOneSession(keyword: string, { facts }: FactsAtHand): boolean {
  if (/\d{4}-?\d{2}-?\d{2}|(?:sub|ses|session|subject)[-_ ]?\w*\d|^\W*\d[\d\W]*$|\d{5,}/i.test(keyword))
    return true;
  const ids = facts.fileTypes.flatMap(({ texts }) => [texts.session_id, texts.identifier, texts.subject_id]);
  return ids.some((id) => id !== undefined && id.toLowerCase() === keyword.toLowerCase());
}

/** Whether a known keyword is a more specific technique: `electrophysiology` with `extracellular electrophysiology`. */
function isLessExact(keyword: string, known: readonly string[]): boolean {
  const technique = findTechnique(keyword);
  const mentions = findTechniqueMentions(keyword);
  // `odor learning` means more than the odors in it.
  if (technique === undefined || mentions.length !== 1 || isOfMore(keyword, mentions[0]!.written))
    return false;
  // A drug is more exact than that there was one.
  if (technique.id === 'pharmacology' && foldWords(keyword) !== foldWords(technique.name)) return false;
  // `GCaMP6s` and `NeuroPAL` name what `calcium imaging` does not.
  if (isProperName(keyword) && foldWords(keyword) !== foldWords(technique.name)) return false;
  const kinds = expandTechnique(technique.id);
  return known.some((other) => {
    const id = findTechnique(other)?.id;
    return id !== undefined && kinds.includes(id);
  });
}

/** Whether a keyword is a proper name, with capitals or digits inside. */
function isProperName(keyword: string): boolean {
  return !keyword.includes(' ') && /\p{Ll}.*[\p{Lu}\d]/u.test(keyword);
}

const MONKEY = /monkey|macaque|marmoset/i;

/**
 * Whether another keyword is more specific: `one-photon calcium imaging` than `calcium imaging`, V1 than
 * `visual cortex`, rhesus macaque than `monkey`.
 */
function isBroader(key: string, keyword: string, found: ReadonlyMap<string, string>): boolean {
  const region = findWholeRegion(keyword);
  const species = findSpecies(keyword);
  return [...found].some(([otherKey, other]) => {
    if (otherKey === key) return false;
    const kind = findSpecies(other);
    if (kind !== undefined)
      return (
        (kind.latin !== species?.latin && kind.alike.includes(key)) ||
        (MONKEY.test(kind.singular) &&
          /^(?:monkey|macaque|primate)s?$/.test(key) &&
          otherKey.length > key.length)
      );
    if (species !== undefined) return false;
    if (otherKey.startsWith(`${key} `) || otherKey.endsWith(` ${key}`)) return true;
    const location = region === undefined ? undefined : findWholeRegion(other);
    if (region === undefined || location === undefined) return false;
    // Of two names for one region, the first is kept.
    const keys = [...found.keys()];
    return location.id === region.id
      ? keys.indexOf(otherKey) < keys.indexOf(key)
      : isWithin(location.id, region.id);
  });
}

/** Finds the region that a whole keyword names: none for `acute brain slice`. */
function findWholeRegion(keyword: string): ReturnType<typeof findRegion> {
  const isWhole = findRegionMentions(keyword).some(({ written }) => written.length >= keyword.length - 2);
  return isWhole || isAcronym(keyword) ? findRegion(keyword) : undefined;
}

/** Writes a region by its name if its acronym was written, and a layer by its region. */
function nameRegion(region: NonNullable<ReturnType<typeof findRegion>>, written: string): string {
  const name = writeRegionName(region);
  if (!isAcronym(written)) return written.replace(LAYER, '') || written;
  return region.name.length > 4 && !region.name.includes(written) ? name : written;
}

/** The common name of a region: `primary visual cortex` where an atlas has areas. */
function writeRegionName({ id, name }: NonNullable<ReturnType<typeof findRegion>>): string {
  const plain = name.replace(LAYER, '').replace(/^field /i, '');
  const cortex = plain.replace(/^somatomotor areas?$/, 'motor cortex').replace(/ areas?$/, ' cortex');
  return findRegion(cortex)?.id === id ? cortex : plain;
}

/** `, pyramidal layer`, ` layer 2/3` at the end of a region's name. */
const LAYER = /,? (?:stratum \w+|(?:\p{L}+ )?layers? ?[\dab/]*)$/iu;

/** Whether a name is an acronym of a region: `V1`, `VISp`, `MOs2/3`. */
function isAcronym(name: string): boolean {
  return /^(?=.*(?:\d|\p{Lu}.*\p{Lu}))[A-Za-z]{1,6}[\d/]*[a-z]{0,3}$/u.test(name);
}

/** Devices with short proper names, used if there are few other keywords. */
function listDevices({ contents }: FactsAtHand): string[] {
  return contents.all.devices.values
    .map(({ value }) => value.replace(/ \(.*$/s, ''))
    .filter(
      (name) =>
        /^\p{Lu}[\p{L}\d. -]{3,30}$/u.test(name) &&
        name.split(' ').length <= 4 &&
        !NO_DEVICE.test(name) &&
        !/^\S*\d$|\d+\.\d+/.test(name),
    )
    .slice(0, 2);
}

/** Names of devices that are only a kind of thing. */
const NO_DEVICE =
  /^(?:\S+[- ]){0,4}(?:device|microscope|camera|probe|array|electrodes?|amplifier|system|scanner|laser|fiber|unknown)\w?$/iu;

/**
 * Species of the subjects. Species that only the metadata of cultures or assays name are dropped, unless the owners'
 * text names them.
 */
function listRelevantSpecies(at: FactsAtHand): string[] {
  const { dandiset, coverage } = at.facts;
  const { all } = at.contents;
  const said = listOwnersSpecies(`${dandiset.name}. ${dandiset.description}`);
  const listed = listSpecies(all, at.metadata);
  if (listed.length === 0) return said;
  if (all.species.values.length > 0 || coverage.read === 0) return listed;
  const isOfDish = /\b(?:organoids?|cell lines?|cell cultures?|in vitro)\b/i.test(dandiset.name);
  // Plain images, whose type does not imply a subject, are often from an assay.
  const isOfImages = at.existing.length > 0 && at.existing.every(({ modality }) => modality.id === 'video');
  return isOfDish || isOfImages ? listed.filter((name) => said.includes(name)) : listed;
}

/** Words of owners about cells, indicators and stimuli, with their keywords; without one, the words themselves. */
const THEMES: readonly (readonly [words: RegExp, keyword?: string])[] = [
  [/\bj?R?GCaMP\d\w*|\bjRGECO1\w*/],
  [/\bpyramidal (?:cell|neuron)s?\b/i, 'pyramidal neurons'],
  [/\binterneurons?\b/i, 'interneurons'],
  [/\bhead[- ]direction cells?\b/i, 'head-direction cells'],
  [/\bplace cells?\b/i, 'place cells'],
  [/\bgrid cells?\b/i, 'grid cells'],
  [/\bpurkinje\b/i, 'Purkinje cells'],
  [/\bastrocytes?\b/i, 'astrocytes'],
  [/\bglomerul(?:i|us|ar)\b/i, 'glomeruli'],
  [/\bdopamine\b/i, 'dopamine'],
  [/\bnoradrenergic\b|\bnoradrenaline\b|\bnorepinephrine\b/i, 'noradrenaline'],
  [/\bmotor unit action potentials?\b/i, 'motor units'],
  [/\bsingle[- ]cell RNA[- ]seq\w*/i, 'single-cell RNA sequencing'],
  [/\bbiocytin\b/i, 'biocytin staining'],
  [/\bfocused ultrasound\b/i, 'focused ultrasound'],
  [/\boptogenetic\w* tag\w*|\bopto-?tagg\w+/i, 'optotagging'],
  [/\bvirtual reality\b/i, 'virtual reality'],
  [/\bthreshold crossings?\b/i, 'threshold crossings'],
  [/\b(?:drifting )?gratings?\b/i, 'gratings'],
  [/\bpure tones?\b/i, 'pure tones'],
  [/\bodou?r(?:s|ants?)?\b/i, 'odors'],
  [/\bvoltage[- ]sensitive dyes?\b/i, 'voltage-sensitive dye'],
  [/\bwhole[- ]cell\b/i, 'whole-cell recording'],
  [/\baction potentials?\b/i, 'action potentials'],
  [/\b(?:7T|3T|MR|MRI) (?:structural )?(?:images|imaging|scans?)\b/, 'magnetic resonance imaging'],
  [/\bcerebral blood flow\b/i, 'cerebral blood flow'],
  [/\bcAMP\b/, 'cAMP'],
  [/\bNeuroPAL\b/, 'NeuroPAL'],
  [
    /\b(?:ketamine|psilocybin|isoflurane|urethane|cocaine|morphine|fentanyl|scopolamine|muscimol|nicotine|clozapine|diazepam|propofol)\b/i,
  ],
  [/\bBayesian inference\b/i, 'Bayesian inference'],
  [/\blearned helplessness\b/i, 'learned helplessness'],
  [/\b(?:radial )?astrocytes?\b/i, 'astrocytes'],
  [/\bglia(?:l cells?)?\b/i, 'glia'],
  [/\bserotonin\b/i, 'serotonin'],
  [/\bacetylcholine\b/i, 'acetylcholine'],
  [/\bCaMKII\b/, 'CaMKII'],
  [/\bsharp[- ]wave ripples?\b/i, 'sharp-wave ripples'],
  [/\bnon-?human primates?\b/i, 'non-human primate'],
  [/\btetraplegi[ac]\b/i, 'tetraplegia'],
  [/\bhippocampal network\b/i, 'hippocampal network'],
  [/\bspiking band power\b/i, 'spiking band power'],
  [/\btemperature gradient\b|\bconstant temperature\b/i, 'temperature'],
  [/\bfluorescent dyes?\b/i, 'fluorescent dye'],
  [/\bswimming\b/i, 'swimming'],
  [/\bfreely[- ](?:moving|behaving)\b/i, 'freely moving animals'],
  [/\bfiber photometry\b/i, 'fiber photometry'],
  [/\bcell types?\b/i, 'cell types'],
];

/** Keywords for neurodata types, and for modalities in the archive's file names. */
const OF_TYPES: readonly (readonly [type: RegExp, keyword: string])[] = [
  [/^CurrentClampSeries$/, 'current clamp'],
  [/^VoltageClampSeries$/, 'voltage clamp'],
  [/^OptogeneticSeries$/, 'optogenetic stimulation'],
  [/^icephys$/, 'intracellular electrophysiology'],
  [/^ecephys$/, 'extracellular electrophysiology'],
  [/^ophys$/, 'optical physiology'],
  [/^ogen$/, 'optogenetics'],
];

function listOfTypes({ contents: { all, suffixes } }: FactsAtHand): string[] {
  const written = [...all.types.values, ...suffixes.values].flatMap(({ value }) => value.split('+'));
  return OF_TYPES.flatMap(([type, keyword]) => (written.some((each) => type.test(each)) ? [keyword] : []));
}

/** Themes of title, description and what the files say of their experiments. */
export function listThemes({ facts: { dandiset }, contents: { all } }: FactsAtHand): string[] {
  const said = [
    dandiset.name,
    findInformativeSentences(dandiset.description, dandiset.name).join(' '),
    ...all.experimentDescriptions.values.slice(0, 3).map(({ value }) => value.slice(0, 2000)),
    ...all.sessionDescriptions.values.slice(0, 3).map(({ value }) => value.slice(0, 2000)),
  ].join('. ');
  return THEMES.flatMap(([words, keyword]) => {
    const match = words.exec(said);
    if (match === null) return [];
    if (keyword !== undefined) return [keyword];
    // Of names, two are both told: GCaMP6s and GCaMP6f.
    return [...new Set<string>(said.match(new RegExp(words.source, `${words.flags}g`)) ?? [])].slice(0, 2);
  });
}

/** Whether a keyword says more than the term in it, apart from common words about methods. */
function isOfMore(keyword: string, term: string): boolean {
  const rest = keyword.toLowerCase().replace(term.toLowerCase(), ' ');
  return /[a-z]{3,}/.test(
    rest.replace(
      /\b(?:recordings?|techniques?|approach|data|signals?|multi|electrodes?|electrophysiology|of|with|by)\b/g,
      ' ',
    ),
  );
}

/** Regions of the files, with acronyms spelled out; else those that the owners name. */
function listRegions(at: FactsAtHand): string[] {
  // `CA1sp` and `CA1sr` are layers of CA1.
  const written = listLocations(at).map(({ name }) => name.replace(/^(CA[1-3])s(?:[opr]|lm?)$/, '$1'));
  if (written.length === 0) {
    const placed = findWhere(at).names.map((name) => name.replace(/^layers? .* of (?:the )?/, ''));
    const regions = placed[0] === 'whole brain' ? [] : placed;
    const owners = [...regions, ...listOwnersRegions(at)];
    return (owners.length > 0 ? owners : listStatedRegions(at)).map((name) => {
      const region = isAcronym(name) ? findRegion(name) : undefined;
      return region === undefined ? name : nameRegion(region, name);
    });
  }
  const named = written.flatMap((name) => {
    const regions = findRegions(name);
    if (regions.length === 0) {
      const mentions = findRegionMentions(name).map(({ term }) => writeRegionName(term));
      return mentions.length > 0 ? mentions : isOwnRegion(name) ? [name] : [];
    }
    return regions.map((region) => nameRegion(region, name));
  });
  return [...new Set(named)].filter((name) => name.length <= 60);
}

/** Whether a location that is not in the table may still be the name of a region. */
function isOwnRegion(name: string): boolean {
  return (
    !/\d{2,}|[_:;=,]/.test(name) &&
    name.split(' ').length <= 4 &&
    !/^(?:an?|the|in|on|at|of|from|near)\s/i.test(name)
  );
}

/** Techniques by the files' types, by devices and the owners' text, and by the metadata, in order of reliability. */
function listTechniques(at: FactsAtHand): string[] {
  const { contents, facts, existing } = at;
  const kinds = existing.flatMap(({ modality }) => {
    const keyword = nameKeyword(modality, facts);
    return keyword === undefined ? [] : [{ id: modality.id, keyword }];
  });
  // How data were taken comes before what was made of them.
  const byType = kinds.filter(({ id }) => !DERIVED.has(id)).map(({ keyword }) => keyword);
  const derived = kinds.filter(({ id }) => DERIVED.has(id)).map(({ keyword }) => keyword);
  const { dandiset } = facts;
  const devices = contents.all.devices.values.flatMap(({ value }) =>
    findTechniqueMentions(value).flatMap(({ term }) => (OF_DEVICES.test(term.name) ? [term.name] : [])),
  );
  const accounts = [contents.all.experimentDescriptions, contents.all.sessionDescriptions].flatMap(
    ({ values }) => values.slice(0, 3).map(({ value }) => value.slice(0, 2000)),
  );
  const said = [
    dandiset.name,
    dandiset.keywords.join('. '),
    dandiset.description.slice(0, 20_000),
    accounts.join('. '),
  ].flatMap((text) =>
    findTechniqueMentions(text).flatMap(({ term, written }) =>
      NO_METHOD.has(term.id) || isDoubtfulMention(written)
        ? []
        : // `dopamine release` says what was sensed.
          [term.id === 'neuromodulator-sensing' && / /.test(written) ? lowerTitle(written) : term.name],
    ),
  );
  const bySuffix = contents.suffixes.values.flatMap(({ value }) => findTechnique(value)?.name ?? []);
  return [
    ...byType.slice(0, 3),
    ...bySuffix.slice(0, 2),
    ...[...new Set([...devices, ...said])].slice(0, 2),
    ...byType.slice(3),
    ...derived,
    ...[...dandiset.approaches, ...dandiset.techniques].flatMap((name) =>
      nameMethod(name.split(';').at(-1) ?? name),
    ),
  ].filter((keyword) => !isOfOtherPhotons(keyword, existing));
}

/** Names of techniques that a device proves. */
const OF_DEVICES = /neuropixels|utah array|tetrode|silicon|microelectrode|microwire|miniscope|two-photon/i;

/** Kinds of data that are derived from others. */
const DERIVED: ReadonlySet<string> = new Set(['segmentation', 'fluorescence', 'position', 'behavior']);

/**
 * Whether the files' series contradict a keyword: `two-photon` with only one-photon series, `wide-field` with only
 * two-photon series.
 */
function isOfOtherPhotons(keyword: string, existing: FactsAtHand['existing']): boolean {
  const has = (id: string) => existing.some(({ modality }) => modality.id === id);
  if (has('one-photon') === has('two-photon')) return false;
  return (has('one-photon') ? /two-photon/i : /one-photon|wide-?field/i).test(keyword);
}

/** Techniques that do not describe how data were recorded, or whose words have many other meanings. */
const NO_METHOD: ReadonlySet<string> = new Set(
  'analysis benchmark chronic surgery pharmacology behavior signal-filtering segmentation stimulation sensory-stimulation electrophysiology imaging'.split(
    ' ',
  ),
);

/**
 * Techniques and tasks in the owners' informative sentences, used if there are few other keywords. Only exact names
 * count, since synonyms are too loose: `movement` does not imply a study of motor control.
 */
function listStatedMethods({ facts: { dandiset } }: FactsAtHand): string[] {
  const said = findInformativeSentences(dandiset.description, dandiset.name).join(' ');
  const techniques = findTechniqueMentions(said).filter(({ term }) => !NO_METHOD.has(term.id));
  return [...techniques, ...findTaskMentions(said)]
    .filter(({ term, written }) => written.toLowerCase() === term.name.toLowerCase())
    .map(({ term }) => term.name);
}

/** A task by the first words of its name, where they are written as one and nothing speaks of the rest: a WTrack is no alternation. */
function cutToSaid(name: string, evidence: string): string {
  const words = name.split(' ');
  const last = words.at(-1)!.toLowerCase();
  const start = words.slice(0, -1).join(' ');
  const isPlace = /(?:track|maze|arena|field|wheel)$/i.test(start);
  return isPlace && !evidence.includes(last.slice(0, Math.max(LEAST_STEM, last.length - 3))) ? start : name;
}

/** The most specific tasks that the title, the keywords and the files' descriptions name. */
function listTasks({ facts, contents, ...rest }: FactsAtHand): string[] {
  const { all } = contents;
  const texts = [
    facts.dandiset.name,
    facts.dandiset.keywords.join('. '),
    ...all.experimentDescriptions.values.slice(0, 3).map(({ value }) => value),
    ...all.sessionDescriptions.values.slice(0, 3).map(({ value }) => value),
  ];
  const terms = texts.flatMap((text) =>
    findTaskMentions(text).flatMap(({ term, written }) =>
      // What is called by an acronym is a keyword in its words.
      LOOSE_TASK.test(written) || writeOut(written) !== written ? [] : [term],
    ),
  );
  const general = new Set(terms.flatMap(({ id }) => taskAncestors(id)));
  const evidence = listEvidence({ facts, contents, ...rest });
  return [
    ...new Set(terms.filter(({ id }) => !general.has(id)).map(({ name }) => cutToSaid(name, evidence))),
  ];
}

/** Words that stand for a task or a state in its table and for other things as often: cell types are seen in any study. */
export const LOOSE_TASK =
  /^(?:cell types?|action potentials?|(?:membrane|firing|electrophysiological) propert(?:y|ies)|behaviou?ral states?|state[- ]depend\w+|temporal|timing|temperature|heat|synap\w+|plasticity|rhythms?|oscillations?|injury|paralysis|tetraplegi\w+|aging|ageing|spontaneous|resting|surprise|texture|pitch|bipolar|depression|music|ketamine|isoflurane|propofol|urethane)$/i;

/** Words that end a phrase of a title, and those of them that begin one. */
const TITLE_ENDS =
  /[^\p{L}\p{N}\s'’/+-]|\b(?:and|or|the|an?|of|in|on|at|to|for|from|with|without|by|during|across|within|between|after|before|using|via|is|are|that|which|while|as|its|their|this|under|into|over|through|towards?|versus|vs)\b/giu;
const TITLE_PHRASE = /^(?:of|in|from|with|by|during|across|within|between|after|under|through)$/i;
/** Adjectives and nouns that are not specific to these data. */
const VAGUE =
  /\b(?:multiple|different|various|novel|new|several|large|small|varying|all|each|data|dataset|datasets|recordings?|test|example|part\d*|study|analysis|experiments?|files?|set)\b/i;

/** Phrases that end in a verb: `rats responding`, but not `odor learning`. */
const ENDS_IN_VERB =
  /(?<!\b(?:imag|record|learn|process|sequenc|monitor|track|cod|train|condition|mak|mapp|tun|sens))ing$|ed$/i;

/**
 * Phrases of two or three words of the title: after a preposition (`unipolar pulses`, `instrumental learning`), or
 * before one, from the beginning or a comma on (`olfactory search by freely moving mice`).
 */
function listTitlePhrases(title: string): string[] {
  const text = title.slice(0, 400);
  const ends = [{ 0: '', index: 0 }, ...text.matchAll(TITLE_ENDS)];
  return ends.flatMap((end, at) => {
    const next = ends[at + 1];
    if (!TITLE_PHRASE.test(end[0])) {
      const isArticle = /^(?:the|an?)$/i.test(end[0]) && at > 0 && TITLE_PHRASE.test(ends[at - 1]![0]);
      const isBefore = /^[,:]?$/.test(end[0]) && next !== undefined && TITLE_PHRASE.test(next[0]);
      if (!isArticle && !isBefore) return [];
    }
    const phrase = text.slice(end.index + end[0].length, next?.index ?? text.length).trim();
    const words = phrase.split(/\s+/);
    const isUsable =
      (words.length === 2 || words.length === 3) &&
      !VAGUE.test(phrase) &&
      !/ing$/i.test(words[0]!) &&
      !ENDS_IN_VERB.test(phrase) &&
      !/\d/.test(phrase);
    return isUsable ? [lowerTitle(phrase)] : [];
  });
}
