/**
 * The deterministic writer's keywords: where, how, of whom and doing what, then the owners' own; never a
 * format, a session or a person. Pure.
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
import {
  type FactsAtHand,
  listLocations,
  listOwnersRegions,
  listSaidRegions,
  lowerTitle,
} from './facts-at-hand.ts';
import { cleanKeyword, nameMethod, splitKeywords } from './keyword-candidates.ts';
import { isDoubtfulMention } from './modalities.ts';
import { nameKeyword } from './modality-names.ts';
import { findInformativeSentences } from './owners.ts';
import { listOwnersSpecies, listSpecies } from './subjects.ts';

/** Most of each kind before others have had their turn. */
const MOST_REGIONS = 3;
const MOST_TECHNIQUES = 4;
const MOST_SPECIES = 2;
const MOST_TASKS = 2;
/** Most lines and strains of animals. */
const MOST_LINES = 2;

/** One to ten distinct keywords. */
export function writeKeywords(at: FactsAtHand): string[] {
  const regions = listRegions(at);
  const techniques = listTechniques(at);
  const tasks = listTasks(at);
  const { dandiset } = at.facts;
  const { all } = at.contents;
  const species = listKeptSpecies(at);
  const candidates = [
    ...regions.slice(0, MOST_REGIONS),
    ...techniques.slice(0, MOST_TECHNIQUES),
    ...species.slice(0, MOST_SPECIES),
    ...tasks.slice(0, MOST_TASKS),
    ...dandiset.keywords.flatMap(splitKeywords),
    ...all.keywords.values.flatMap(({ value }) => splitKeywords(value)),
    ...all.disorders.values.map(({ value }) => value),
    ...techniques.slice(MOST_TECHNIQUES),
    // Two letters of a file's name stand for a stain to those alone who named it.
    ...(at.contents.entities.stain?.values ?? [])
      .map(({ value }) => value)
      .filter(({ length }) => length > 2),
    ...regions.slice(MOST_REGIONS),
    ...tasks.slice(MOST_TASKS),
    ...listSaidOfMethods(at),
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
    // A phrase around a keyword says it again.
    if (
      phrases.includes(candidate) &&
      (isIn(foldWords(candidate)) || isOfKnownWords(foldWords(candidate), found))
    )
      continue;
    const cleaned = cleanKeyword(candidate);
    if (cleaned === undefined) continue;
    const keyword = writeTerm(cleaned);
    const key = foldWords(keyword);
    if (NO_KEYWORD.test(keyword) || people.has(nameKey(keyword)) || isOfOneSession(keyword, at)) continue;
    if ([...found.keys()].some((known) => known === key || known === `${key}s` || `${known}s` === key))
      continue;
    if (isLessExact(keyword, [...found.values()])) continue;
    found.set(key, keyword);
  }
  const exact = [...found].filter(([key, keyword]) => !isBroader(key, keyword, found));
  const keywords = exact.map(([, keyword]) => keyword).slice(0, MAX_KEYWORDS);
  for (const broader of listBroader(at, keywords, regions)) {
    if (keywords.length >= MAX_KEYWORDS) break;
    if (!keywords.some((keyword) => isSaidBy(broader, keyword))) keywords.push(broader);
  }
  return keywords.length > 0 ? keywords : ['neurophysiology'];
}

/** Whether a keyword has the words of a broader one in it, or those of one of its words: `hippocampal formation` beside `hippocampus`. */
function isSaidBy(broader: string, keyword: string): boolean {
  const words = foldWords(keyword).split(' ');
  const own = foldWords(broader).split(' ');
  return (
    own.every((word) => words.includes(word)) ||
    (own[0]!.length > STEM && own[0]!.slice(0, STEM) === words[0]!.slice(0, STEM))
  );
}

/** Letters by which two words are of one stem. */
const STEM = 7;

/** Lines and strains by short names of their own, that tell which cells could be reached. */
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

/** What is no line. */
const NO_LINE = /^(?:wt|wild[- ]?type|unknown|none|n\/a|mixed|other|not \w+|[\d\W]+)\b/i;

/** What holds of the data where the exact keywords hold: techniques of the files' types, and what regions and methods are kinds or parts of. */
function listBroader(
  { contents: { all }, existing }: FactsAtHand,
  keywords: readonly string[],
  regions: readonly string[],
): string[] {
  // What these signals and images are, their own names tell better than their types.
  const ofTypes = all.types.values.flatMap(({ value }) =>
    findTechniquesByType(value).filter(({ id }) => !TOLD_BY_NAMES.has(id)),
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

const TOLD_BY_NAMES: ReadonlySet<string> = new Set(['lfp', 'one-photon', 'two-photon', 'behavior']);

/** Wholes of a region added. */
const MOST_WHOLES = 1;
/** Regions that name no more than a brain or a lobe, or that nobody looks for. */
const NO_WHOLE: ReadonlySet<string> = new Set(
  'NS root grey CH BS Isocortex FL PLo OL TL LIMB CA HPF CNU BG'.split(' '),
);
/** Kinds of techniques that are too general to be looked for, or that need not hold of these files. */
const NO_KIND: ReadonlySet<string> = new Set([
  'stimulation',
  'transcriptomics',
  'analysis',
  'sensory-stimulation',
  'behavior',
  'eye-tracking',
]);

/** Formats, archives and words that say nothing of these data in particular. */
const NO_KEYWORD =
  /^(?:abstract|keywords|extracellular|intracellular|freely-moving|.*\b(?:nwb|hdf5|bids|dandi(?:set|sets)?|zarr|nifti|neurodata without borders|json|csv|matlab|ome|tiff?)\b.*|neuroscience|neurobiology|brain|benchmark|big data|data|dataset|research|test|crafted|analytical|surgical|surgery|other|unidentified|open data|task|electrode|recording)$/i;

/** A region, technique or task without the capitals of a title; other words as somebody wrote them. */
function writeTerm(keyword: string): string {
  const technique = findTechnique(keyword);
  if (technique !== undefined)
    return foldWords(technique.name) === foldWords(keyword) ? technique.name : keyword;
  const isTask = findTaskMentions(keyword).some(({ written }) => written.length >= keyword.length - 1);
  const region = findWholeRegion(keyword);
  // `neocortical` is a word of the region, not its name.
  if (region !== undefined && /^\p{L}+al$/u.test(keyword)) return region.name;
  return isTask || region !== undefined ? lowerTitle(keyword) : keyword;
}

/** `mouse motor cortex` beside `mouse` and `motor cortex`. */
function isOfKnownWords(key: string, found: ReadonlyMap<string, string>): boolean {
  const words = key.split(' ');
  const known = new Set(
    [...found.keys()].flatMap((each) => each.split(' ').flatMap((word) => [word, `${word}s`])),
  );
  return words.length > 1 && words.every((word) => known.has(word));
}

/** A name's words in any order: `Doe, Jane` and `Jane Doe`. */
function nameKey(name: string): string {
  return foldWords(name).split(' ').sort().join(' ');
}

function findPeople({ facts }: FactsAtHand): ReadonlySet<string> {
  return new Set(facts.dandiset.contributors.map(({ name }) => nameKey(name)));
}

/** Names of subjects, sessions and dates have their digits; those of methods, genes and regions are short. */
function isOfOneSession(keyword: string, { facts }: FactsAtHand): boolean {
  if (/\d{4}-?\d{2}-?\d{2}|(?:sub|ses|session|subject)[-_ ]?\w*\d|^\W*\d[\d\W]*$|\d{5,}/i.test(keyword))
    return true;
  const ids = facts.fileTypes.flatMap(({ texts }) => [texts.session_id, texts.identifier, texts.subject_id]);
  return ids.some((id) => id !== undefined && id.toLowerCase() === keyword.toLowerCase());
}

/** Electrophysiology beside extracellular electrophysiology adds nothing. */
function isLessExact(keyword: string, known: readonly string[]): boolean {
  const technique = findTechnique(keyword);
  const mentions = findTechniqueMentions(keyword);
  // `odor learning` names more than the odors in it.
  if (technique === undefined || mentions.length !== 1 || isOfMore(keyword, mentions[0]!.written))
    return false;
  // `GCaMP6s` and `NeuroPAL` name what `calcium imaging` does not.
  if (isProperName(keyword) && foldWords(keyword) !== foldWords(technique.name)) return false;
  const kinds = expandTechnique(technique.id);
  return known.some((other) => {
    const id = findTechnique(other)?.id;
    return id !== undefined && kinds.includes(id);
  });
}

/** A name with capitals or digits inside, as makers and authors give them. */
function isProperName(keyword: string): boolean {
  return !keyword.includes(' ') && /\p{Ll}.*[\p{Lu}\d]/u.test(keyword);
}

const MONKEY = /monkey|macaque|marmoset/i;

/** Whether another keyword says the same more exactly: `calcium imaging` beside `one-photon calcium imaging`, `visual cortex` beside V1, `monkey` beside rhesus macaque. */
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
    // Of two names of one region the first stays.
    const keys = [...found.keys()];
    return location.id === region.id
      ? keys.indexOf(otherKey) < keys.indexOf(key)
      : isWithin(location.id, region.id);
  });
}

/** The region that a keyword is and not only speaks of: `acute brain slice` is none. */
function findWholeRegion(keyword: string): ReturnType<typeof findRegion> {
  const isWhole = findRegionMentions(keyword).some(({ written }) => written.length >= keyword.length - 2);
  return isWhole || isAcronym(keyword) ? findRegion(keyword) : undefined;
}

/** A region by its name where somebody wrote its acronym, one of its layers by the whole. */
function nameRegion(region: NonNullable<ReturnType<typeof findRegion>>, written: string): string {
  const name = writeRegionName(region);
  if (!isAcronym(written)) return written.replace(LAYER, '') || written;
  return region.name.length > 4 && !region.name.includes(written) ? name : written;
}

/** The name that most people use: `primary visual cortex` where an atlas has areas. */
function writeRegionName({ id, name }: NonNullable<ReturnType<typeof findRegion>>): string {
  const plain = name.replace(LAYER, '').replace(/^field /i, '');
  const cortex = plain.replace(/^somatomotor areas?$/, 'motor cortex').replace(/ areas?$/, ' cortex');
  return findRegion(cortex)?.id === id ? cortex : plain;
}

/** `, pyramidal layer`, ` layer 2/3` at the end of a region's name. */
const LAYER = /,? (?:stratum \w+|(?:\p{L}+ )?layers? ?[\dab/]*)$/iu;

/** `V1`, `VISp`, `MOs2/3`. */
function isAcronym(name: string): boolean {
  return /^(?=.*(?:\d|\p{Lu}.*\p{Lu}))[A-Za-z]{1,6}[\d/]*[a-z]{0,3}$/u.test(name);
}

/** Devices by short names of their own, for where little else is named. */
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

/** Names of devices that name a kind of thing alone. */
const NO_DEVICE =
  /^(?:\p{L}+[- ])?(?:device|microscope|camera|probe|array|electrodes?|amplifier|system|scanner|laser|fiber|unknown)\w?$/iu;

/** Species of the subjects; what the metadata alone name of a dish or an assay is none of these data. */
function listKeptSpecies(at: FactsAtHand): string[] {
  const { dandiset, coverage } = at.facts;
  const { all } = at.contents;
  const said = listOwnersSpecies(`${dandiset.name}. ${dandiset.description}`);
  const listed = listSpecies(all, at.metadata);
  if (listed.length === 0) return said;
  if (all.species.values.length > 0 || coverage.read === 0) return listed;
  const isOfDish = /\b(?:organoids?|cell lines?|cell cultures?|in vitro)\b/i.test(dandiset.name);
  // Images alone, of which no type says that a subject was imaged, are of an assay as often.
  const isOfImages = at.existing.length > 0 && at.existing.every(({ modality }) => modality.id === 'video');
  return isOfDish || isOfImages ? listed.filter((name) => said.includes(name)) : listed;
}

/** What owners write of cells, indicators and stimuli, and the keyword for it; without one the words themselves. */
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

/** Keywords of neurodata types, and of the modalities that the archive writes into the names of files. */
const OF_TYPES: readonly (readonly [type: RegExp, keyword: string])[] = [
  [/^CurrentClamp(?:Stimulus)?Series$/, 'current clamp'],
  [/^VoltageClamp(?:Stimulus)?Series$/, 'voltage clamp'],
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
function listThemes({ facts: { dandiset }, contents: { all } }: FactsAtHand): string[] {
  const said = [
    dandiset.name,
    findInformativeSentences(dandiset.description, dandiset.name).join(' '),
    ...all.experimentDescriptions.values.slice(0, 3).map(({ value }) => value.slice(0, 2000)),
    ...all.sessionDescriptions.values.slice(0, 3).map(({ value }) => value.slice(0, 2000)),
  ].join('. ');
  return THEMES.flatMap(([words, keyword]) => {
    const match = words.exec(said);
    return match === null ? [] : [keyword ?? match[0]];
  });
}

/** Whether a keyword says more than the term in it, beside words for how something was done. */
function isOfMore(keyword: string, term: string): boolean {
  const rest = keyword.toLowerCase().replace(term.toLowerCase(), ' ');
  return /[a-z]{3,}/.test(
    rest.replace(
      /\b(?:recordings?|techniques?|approach|data|signals?|multi|electrodes?|electrophysiology|of|with|by)\b/g,
      ' ',
    ),
  );
}

/** Regions that the files name, by their names where they write acronyms; else those that the owners name. */
function listRegions(at: FactsAtHand): string[] {
  // `CA1sp` and `CA1sr` are layers of one field.
  const written = listLocations(at).map(({ name }) => name.replace(/^(CA[1-3])s(?:[opr]|lm?)$/, '$1'));
  if (written.length === 0) {
    const owners = listOwnersRegions(at);
    return (owners.length > 0 ? owners : listSaidRegions(at)).map((name) => {
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

/** Words of a location that no table knows, and that name one all the same. */
function isOwnRegion(name: string): boolean {
  return (
    !/\d{2,}|[_:;=,]/.test(name) &&
    name.split(' ').length <= 4 &&
    !/^(?:an?|the|in|on|at|of|from|near)\s/i.test(name)
  );
}

/** By the files' types first, then as the metadata name them, then what the owners' text names more exactly. */
function listTechniques(at: FactsAtHand): string[] {
  const { contents, facts, existing } = at;
  const kinds = existing.flatMap(({ modality }) => {
    const keyword = nameKeyword(modality, facts);
    return keyword === undefined ? [] : [{ id: modality.id, keyword }];
  });
  // How data were taken comes before what was made of them.
  const byType = [
    ...kinds.filter(({ id }) => !DERIVED.has(id)),
    ...kinds.filter(({ id }) => DERIVED.has(id)),
  ].map(({ keyword }) => keyword);
  const { dandiset } = facts;
  const devices = contents.all.devices.values.flatMap(({ value }) =>
    findTechniqueMentions(value).flatMap(({ term }) => (OF_DEVICES.test(term.name) ? [term.name] : [])),
  );
  const said = [dandiset.name, dandiset.keywords.join('. '), dandiset.description.slice(0, 20_000)].flatMap(
    (text) =>
      findTechniqueMentions(text).flatMap(({ term, written }) =>
        NO_METHOD.has(term.id) || isDoubtfulMention(written) ? [] : [term.name],
      ),
  );
  const bySuffix = contents.suffixes.values.flatMap(({ value }) => findTechnique(value)?.name ?? []);
  return [
    ...byType.slice(0, 3),
    ...bySuffix.slice(0, 2),
    ...[...new Set([...devices, ...said])].slice(0, 2),
    ...byType.slice(3),
    ...[...dandiset.approaches, ...dandiset.techniques].flatMap((name) =>
      nameMethod(name.split(';').at(-1) ?? name),
    ),
  ].filter((keyword) => !isOfOtherPhotons(keyword, existing));
}

/** Techniques that a device is proof of. */
const OF_DEVICES = /neuropixels|utah array|tetrode|silicon|microelectrode|microwire|miniscope|two-photon/i;

/** Kinds of data that are made of others. */
const DERIVED: ReadonlySet<string> = new Set(['segmentation', 'fluorescence', 'position', 'behavior']);

/** What the files' own series speak against: two photons beside series of one, a wide field beside series of two. */
function isOfOtherPhotons(keyword: string, existing: FactsAtHand['existing']): boolean {
  const holds = (id: string) => existing.some(({ modality }) => modality.id === id);
  if (holds('one-photon') === holds('two-photon')) return false;
  return (holds('one-photon') ? /two-photon/i : /one-photon|wide-?field/i).test(keyword);
}

/** Techniques of the table that tell nothing of how data were taken, and words of prose that mean much else. */
const NO_METHOD: ReadonlySet<string> = new Set(
  'analysis benchmark chronic surgery behavior signal-filtering segmentation stimulation sensory-stimulation electrophysiology imaging'.split(
    ' ',
  ),
);

/**
 * Techniques and tasks of the owners' sentences that say what was done, for where little else is named. Only those
 * written by their own name: a synonym of prose is too loose, `movement` no sign of a study of motor control.
 */
function listSaidOfMethods({ facts: { dandiset } }: FactsAtHand): string[] {
  const said = findInformativeSentences(dandiset.description, dandiset.name).join(' ');
  const techniques = findTechniqueMentions(said).filter(({ term }) => !NO_METHOD.has(term.id));
  return [...techniques, ...findTaskMentions(said)]
    .filter(({ term, written }) => written.toLowerCase() === term.name.toLowerCase())
    .map(({ term }) => term.name);
}

/** Tasks that title, keywords and the files' own descriptions name, the most exact ones. */
function listTasks({ facts, contents }: FactsAtHand): string[] {
  const { all } = contents;
  const texts = [
    facts.dandiset.name,
    facts.dandiset.keywords.join('. '),
    ...all.experimentDescriptions.values.slice(0, 3).map(({ value }) => value),
    ...all.sessionDescriptions.values.slice(0, 3).map(({ value }) => value),
  ];
  const terms = texts.flatMap((text) =>
    findTaskMentions(text).flatMap(({ term, written }) => (LOOSE_TASK.test(written) ? [] : [term])),
  );
  const general = new Set(terms.flatMap(({ id }) => taskAncestors(id)));
  return [...new Set(terms.filter(({ id }) => !general.has(id)).map(({ name }) => name))];
}

/** Words that stand for a task or a state in its table and for other things as often: cell types are seen in any study. */
const LOOSE_TASK =
  /^(?:cell types?|action potentials?|(?:membrane|firing|electrophysiological) propert(?:y|ies)|behaviou?ral states?|state[- ]depend\w+|temporal|timing|temperature|heat|synap\w+|plasticity|rhythms?|oscillations?|injury|paralysis|tetraplegi\w+|aging|ageing|spontaneous|resting|surprise|texture|pitch|bipolar|depression|music)$/i;

/** Words that end a phrase of a title, and those that make none by themselves. */
const TITLE_ENDS =
  /[^\p{L}\p{N}\s'’/+-]|\b(?:and|or|the|an?|of|in|on|at|to|for|from|with|without|by|during|across|within|between|after|before|using|via|is|are|that|which|while|as|its|their|this|under|into|over|through|towards?|versus|vs)\b/giu;
const TITLE_PHRASE = /^(?:of|in|from|with|by|during|across|within|between|after|under|through)$/i;
/** Adjectives and nouns that name nothing of these data in particular. */
const VAGUE =
  /\b(?:multiple|different|various|novel|new|several|large|small|varying|all|each|data|dataset|datasets|recordings?|test|example|part\d*|study|analysis|experiments?|files?|set)\b/i;

/** `rats responding`, and not `odor learning`. */
const ENDS_IN_VERB =
  /(?<!\b(?:imag|record|learn|process|sequenc|monitor|track|cod|train|condition|mak|mapp|tun|sens))ing$|ed$/i;

/**
 * Phrases of two or three words of the title, behind a preposition (`unipolar pulses`, `instrumental learning`), or
 * between its beginning or a comma and a preposition (`olfactory search by freely moving mice`).
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
