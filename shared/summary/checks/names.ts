/**
 * Checks of names: the facts contain every path, code span, neurodata type, species, region, person, link and DOI.
 * Pure.
 */
import { escapePattern } from '../../escape-pattern.ts';
import { MODALITIES } from '../../vocabulary/modalities.ts';
import { findNeurodataType } from '../../vocabulary/neurodata-types.ts';
import { findRegionMentions } from '../../vocabulary/regions.ts';
import { findSpeciesInProse, type Species } from '../../vocabulary/species.ts';
import { findTaskMentions } from '../../vocabulary/tasks.ts';
import { findTechniqueMentions } from '../../vocabulary/techniques.ts';
import type { Check, Draft } from '../check.ts';
import { type Evidence, normalize } from '../evidence.ts';
import { isBroadRegion, isFinerRegion, knowsRegion, knowsTechnique } from '../known-terms.ts';
import { DEVICES, SOFTWARE } from '../lexicon.ts';
import { sentenceAt } from '../prose.ts';
import { containsName } from './equipment.ts';
import { isAboutField, isDenied, isSpeculation } from './sentences.ts';

/** Names of formats and types of elements that any description of NWB files may use. */
const COMMON = new Set(
  'nwb nwbn hdf5 h5 zarr dandi nwbfile float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool object string str nan true false none shape dtype x y z n t s hz v a id'.split(
    ' ',
  ),
);

/** Whether the facts contain a name as written, or all of its words. */
function isNamed(written: string, evidence: Evidence): boolean {
  const name = normalize(written)
    .replace(/^[\s"']+|[\s"'.,;:*…]+$/g, '')
    .replace(/\(\)$/, '');
  if (name === '' || evidence.text.includes(name)) return true;
  // In `…_AD0` and `data_*` only the written parts are compared.
  const parts = name.split(/…|\.{3}|\*/).filter(Boolean);
  if (parts.length > 0 && parts.join('') !== name && parts.every((part) => evidence.text.includes(part)))
    return true;
  if (
    evidence.text.includes(name.replaceAll(', ', ',')) ||
    evidence.text.includes(name.replaceAll(/s$/g, ''))
  )
    return true;
  const words = name.match(/[\p{L}\p{N}_]+/gu) ?? [];
  return words.every(
    (word) =>
      evidence.words.has(word) ||
      COMMON.has(word) ||
      evidence.words.has(word.replace(/s$/, '')) ||
      /^\d+$/.test(word),
  );
}

/** Names of extensions. By convention they begin with `ndx-`, and often are not in code type. */
const EXTENSION = /(?<![\p{L}\p{N}_/-])ndx-[a-z0-9]+(?:-[a-z0-9]+)*/giu;

/** Reports names in code type, and paths and extensions in plain text, that are not in the facts. */
export const codeNames: Check = {
  name: 'code-names',
  severity: 'warning',
  rule: 'every path, extension and name in code type is in the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ code, text, part, index }) => {
      const paths = [
        ...text.matchAll(/(?<![\p{L}\p{N}:/.<])\/[\p{L}\p{N}_.-]+(?:\/[\p{L}\p{N}_.-]+)+/gu),
      ].map(([path]) => path);
      const extensions = [...text.matchAll(EXTENSION)].map(([name]) => name);
      // Only the whole name of an extension counts: `events` is in many facts, `ndx-events` in few.
      const isKnown = (name: string): boolean =>
        extensions.includes(name) ? evidence.text.includes(normalize(name)) : isNamed(name, evidence);
      return [...new Set([...code, ...paths, ...extensions])].flatMap((name): Draft[] =>
        isKnown(name) || isGuessed(name, text, code)
          ? []
          : [
              {
                message: `The name ${name} is nowhere in the headers.`,
                excerpt: name,
                location: { part, index },
              },
            ],
      );
    }),
};

/** Whether a name is only mentioned as a possibility: `ndx-pose will probably be needed`. */
function isGuessed(name: string, text: string, code: readonly string[]): boolean {
  const places = [...text.matchAll(/␣/g)].map(({ index }) => index);
  const at = code.includes(name) ? (places[code.indexOf(name)] ?? -1) : text.indexOf(name);
  return at >= 0 && isSpeculation(sentenceAt(text, at));
}

/** Types of NWB and of common extensions whose names are in camel case, so that prose does not use them by chance. */
const NEURODATA_TYPES = new Set([
  ...MODALITIES.flatMap(({ types }) => types).filter((type) => /[a-z][A-Z]/.test(type)),
  ...'DynamicTable DynamicTableRegion VectorData VectorIndex ElementIdentifiers ElectrodeGroup ImagingPlane OpticalChannel ProcessingModule IntracellularElectrode SweepTable IntracellularRecordingsTable SimultaneousRecordingsTable SequentialRecordingsTable RepetitionsTable ExperimentalConditionsTable ScratchData NWBFile NWBDataInterface TimeSeriesReferenceVectorData LabMetaData EventDetection FeatureExtraction'.split(
    ' ',
  ),
]);

/** Reports neurodata types that no file contains. */
export const neurodataTypes: Check = {
  name: 'neurodata-types',
  severity: 'warning',
  rule: 'every neurodata type that is named is in a file',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      [...text.matchAll(/(?<![\p{L}\p{N}_])[A-Z][A-Za-z]*[a-z][A-Z][A-Za-z]*/gu)].flatMap(
        ([word]): Draft[] => {
          const type = NEURODATA_TYPES.has(word) ? word : word.replace(/(?<=[a-z])s$/, '');
          if (!NEURODATA_TYPES.has(type) || isNamed(type, evidence)) return [];
          return [
            {
              message: `No file holds the neurodata type ${type}.`,
              excerpt: word,
              location: { part, index },
            },
          ];
        },
      ),
    ),
};

/**
 * Whether a word names a technique in its context: not so in `ndx-pose`, `intracellular calcium` and `rapid eye
 * movement`.
 */
function isTechnique(text: string, written: string, at: number): boolean {
  if (/^eye movements?$/i.test(written) && /\brapid[- ]$/i.test(text.slice(0, at))) return false;
  // A verb: `Primates pose a challenge`.
  if (
    /^pose$/i.test(written) &&
    /^\s(?:an?|the|particular|new|special|further|serious|no)\b/i.test(text.slice(at + written.length))
  )
    return false;
  if (/ndx-$/i.test(text.slice(0, at))) return false;
  // `The activity of whole cell classes`.
  if (
    /^whole[- ]cell$/i.test(written) &&
    /^\s(?:class|type|population|group|bod|line)/i.test(text.slice(at + written.length))
  )
    return false;
  if (!/^(?:intra|extra)cellular$/i.test(written)) return true;
  return /^\s(?:\w+\s)?(?:electro|ephys|record|unit|spik|physiolog)/i.test(text.slice(at + written.length));
}

/** Techniques that any text may mention, or that other checks cover. */
const LOOSE_TECHNIQUES = new Set(
  'stimulation sensory-stimulation visual-stimulation auditory-stimulation olfactory-stimulation somatosensory-stimulation behavior surgery analysis chronic benchmark signal-filtering pharmacology lesion bci simulation segmentation spectral-analysis morphology motion-capture neuromodulator-sensing blood-flow volumetric-imaging dendritic-imaging single-unit multi-unit video-tracking histology multipatch in-vitro-slice electrical-stimulation impedance electrophysiology imaging'.split(
    ' ',
  ),
);

/** Finds mentions of sorted spikes where the facts mention neither units nor spikes. */
function findSpikes(text: string, { splitText }: Evidence): string[] {
  const match = /\bspike (?:times|trains|sorting)\b|\bspike[- ]sorted\b|\bsorted (?:single )?units\b/i.exec(
    text,
  );
  if (match === null || /\bspik|\bunits\b|action potential|\bcluster waveforms\b/.test(splitText)) return [];
  return isDenied(text, match.index) || isSpeculation(sentenceAt(text, match.index)) ? [] : [match[0]];
}

/** Reports kinds of data that the facts do not mention. */
export const dataKinds: Check = {
  name: 'data-kinds',
  severity: 'warning',
  rule: 'every kind of data that is named is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) => [
      ...findTechniqueMentions(text).flatMap(({ term, written, at }): Draft[] => {
        const sentence = sentenceAt(text, at);
        if (LOOSE_TECHNIQUES.has(term.id) || knowsTechnique(evidence.terms, term.id)) return [];
        // A keyword may name what extracellular recordings are for.
        if (
          part === 'keywords' &&
          term.id === 'spike-sorting' &&
          knowsTechnique(evidence.terms, 'extracellular')
        )
          return [];
        if (isDenied(text, at) || isSpeculation(sentence) || !isTechnique(text, written, at)) return [];
        if (isAboutField(sentence)) return [];
        return [
          {
            message: `Nothing in the facts speaks of ${term.name}.`,
            excerpt: written,
            location: { part, index },
          },
        ];
      }),
      ...findSpikes(text, evidence).map(
        (excerpt): Draft => ({
          message: 'Nothing in the facts speaks of spikes of units.',
          excerpt,
          location: { part, index },
        }),
      ),
    ]),
};

/** Words of sentences in which a species is not a subject: medical relevance, comparisons. */
const IN_GENERAL =
  /\b(disease|disorder|health|clinical|therap|translat|relevan|model of|models of|such as|compar|homolog|brain[- ]computer)\w*|\bpeople who\b/i;

/** Names of species that prose also uses for other things. */
const LOOSE_SPECIES = new Set(['cho', 'larva', 'larvae', 'fly', 'person', 'people', 'model']);

/** Reports species that are not in the facts. */
export const species: Check = {
  name: 'species',
  severity: 'warning',
  rule: 'every species that is named is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      findSpeciesInProse(text).flatMap((entry): Draft[] => {
        const named = findName(text, entry);
        if (named === undefined || isKnownSpecies(entry, named.word, evidence)) return [];
        if (entry.latin === 'Homo sapiens' && !IS_SUBJECT.test(text)) return [];
        const sentence = sentenceAt(text, named.at);
        if (IN_GENERAL.test(sentence) || isSpeculation(sentence) || isDenied(text, named.at)) return [];
        return [
          {
            message: `The facts do not speak of ${entry.plural}.`,
            excerpt: named.word,
            location: { part, index },
          },
        ];
      }),
    ),
};

/** Mentions of humans as subjects or as the source of tissue. */
const IS_SUBJECT =
  /\b(?:humans?\s+(?:subjects?|participants?|patients?|cort|neocort|hippocamp|neuron|cells?|induced|stem[- ]cell|ipsc|tissue|brain|donors?|neurosurg|volunteer)|(?:patients|participants|volunteers)\b)|^\s*humans?\s*$/i;

/** Finds the word by which a text names a species. */
function findName(text: string, { latin, singular, plural, alike, strains }: Species) {
  for (const name of [latin, plural, singular, ...strains, ...alike]) {
    if (LOOSE_SPECIES.has(name)) continue;
    const words = escapePattern(name).replace(/[ -]/g, '[ -]');
    const match = new RegExp(`(?<![\\p{L}\\p{N}-])${words}(?![\\p{L}\\p{N}])`, 'iu').exec(text);
    if (match) return { word: match[0], at: match.index };
  }
  return undefined;
}

/** Whether the facts name a species, or the text uses a word that also names a species of the facts. */
function isKnownSpecies(entry: Species, word: string, { species: known }: Evidence): boolean {
  if (known.some(({ latin }) => latin === entry.latin)) return true;
  const said = word.toLowerCase();
  return known.some(({ alike, latin, singular, plural }) =>
    [...alike, singular, plural, latin.split(' ')[0]!].some((other) => other.toLowerCase() === said),
  );
}

/** Finds mentions of regions that the facts do not name, nor any part of them. */
function findUnknownRegions(text: string, evidence: Evidence) {
  return findRegionMentions(text).filter(({ term, written, at }) => {
    if (isBroadRegion(term.id) || knowsRegion(evidence.terms, term.id)) return false;
    if (isDenied(text, at) || isSpeculation(sentenceAt(text, at)) || !isRegion(text, written, at))
      return false;
    if (isSpelledOut(written, evidence)) return false;
    // Neurons from an embryo or in a dish are cultured.
    if (/\bcultured?\b/i.test(written) && /\be1\d\b|embry|in vitro|brainbits|\bdish/.test(evidence.text))
      return false;
    // An abbreviation that the facts also use may have another meaning there.
    return !(
      /^[A-Z]{2,5}$/.test(written) &&
      new RegExp(`(?<![a-z])${written.toLowerCase()}(?![a-z])`).test(evidence.text)
    );
  });
}

/**
 * Whether the facts contain the same words, even if the vocabulary reads them as another region there: `dorsal
 * presubiculum`.
 */
function isSpelledOut(written: string, { splitText }: Evidence): boolean {
  if (!/^\p{L}{5,}/u.test(written) || /^\p{Lu}+$/u.test(written)) return false;
  return new RegExp(`(?<!\\p{L})${escapePattern(normalize(written))}(?!\\p{L})`, 'u').test(splitText);
}

function describeRegion(excerpt: string, location: Draft['location']): Draft {
  return { message: `The facts do not name the region “${excerpt}”.`, excerpt, location };
}

/**
 * Reports brain regions, layers and sides that are not in the facts. A region is known if the facts name it or a part
 * of it.
 */
export const regions: Check = {
  name: 'regions',
  severity: 'warning',
  rule: 'every brain region that is named is in the metadata or the headers, or contains one that is',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) => [
      ...[...findLayers(text, evidence), ...findSides(text, evidence)].map(
        (excerpt): Draft => ({
          message: `The facts do not name “${excerpt}”.`,
          excerpt,
          location: { part, index },
        }),
      ),
      ...findUnknownRegions(text, evidence)
        .filter(({ term }) => !isFinerRegion(evidence.terms, term.id))
        .map(({ written }) => describeRegion(written, { part, index })),
    ]),
};

/**
 * Reports regions named more specifically than in the facts. It only flags, since `motor cortex` may mean the primary
 * one.
 */
export const finerRegions: Check = {
  name: 'finer-regions',
  severity: 'warning',
  rule: 'no brain region is named more specifically than in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      findUnknownRegions(text, evidence)
        .filter(({ term }) => isFinerRegion(evidence.terms, term.id))
        .map(({ written }) => describeRegion(written, { part, index })),
    ),
};

/** Sides and their opposites. */
const OPPOSITES: Readonly<Record<string, string>> = {
  left: 'right',
  right: 'left',
  dorsal: 'ventral',
  ventral: 'dorsal',
};
const SIDED =
  /\b(left|right|dorsal|ventral)(?:[- ](?:hemispher\w+|sided?))?\s(?=((?:[\p{L}\d]+\s){0,3}[\p{L}\d]+))/giu;

/** Finds regions on the opposite side of that in the facts. Where the facts have both sides, nothing is reported. */
function findSides(text: string, { text: known }: Evidence): string[] {
  return [...text.matchAll(SIDED)].flatMap((match): string[] => {
    const [, side = '', after = ''] = match;
    const region = findRegionMentions(after)[0];
    if (region === undefined || region.at !== 0 || isDenied(text, match.index)) return [];
    const named = new RegExp(
      `\\b(left|right|bilateral\\w*|both|dorsal|ventral)\\b[^.;]{0,30}${escapePattern(region.written.toLowerCase())}`,
      'g',
    );
    const sides = [...known.matchAll(named)].map(([, found = '']) => found);
    const opposite = OPPOSITES[side.toLowerCase()]!;
    if (
      !sides.includes(opposite) ||
      sides.some((found) => found !== opposite && /^(?:bilat|both|left|right)/.test(found))
    )
      return [];
    return sides.includes(side.toLowerCase()) ? [] : [`${match[0]}${region.written}`];
  });
}

/** Cortical layers in prose: `layer 5`, `layers 2/3 and 5`. */
const LAYERS = /\blayers?\s(\d[ab]?(?:(?:\/|\s?[-–]\s?|,\s?|,?\s(?:and|or|to)\s)\d[ab]?)*)(?!\d)/gi;

/** Finds layers that the facts do not name. Acronyms of the Allen atlas end in the layer. */
function findLayers(text: string, { text: known, facts }: Evidence): string[] {
  const reported = [...known.matchAll(/(?:layers?[\s_-]?|(?<![a-z])l)(\d[^a-z.;]*)/g)].flatMap(
    ([, digits = '']) => digits.match(/\d/g) ?? [],
  );
  const ofLocations = (facts?.fileTypes ?? []).flatMap(({ locations }) =>
    locations.flatMap((location) => location.match(/\d/g) ?? []),
  );
  const digits = new Set([...reported, ...ofLocations]);
  return [...text.matchAll(LAYERS)].flatMap(({ 0: excerpt, 1: named = '', index }) => {
    const isKnown = (named.match(/\d/g) ?? []).every((digit) => digits.has(digit));
    return isKnown || isDenied(text, index) ? [] : [excerpt];
  });
}

/** Adjectives that name a region only before a few nouns: `temporal lobe`, not `temporal resolution`. */
const ADJECTIVES =
  /^(?:frontal|parietal|temporal|occipital|limbic|insular?|septal|motor|visual|auditory|olfactory|cortical|thalamic|spinal|retinal)$/i;

function isRegion(text: string, written: string, at: number): boolean {
  if (!ADJECTIVES.test(written)) return true;
  return /^[\s-](?:\w+\s)?(?:cort|lobe|area|region|nucle|neuron|cell|record|gyrus|pole|feedback)/i.test(
    text.slice(at + written.length),
  );
}

/** Names that mix cases or contain digits: indicators, lines, viruses, models of devices. */
const CODE_LIKE =
  /(?<![\p{L}\p{N}_./@#-])(?:\p{L}*\p{Ll}\p{Lu}[\p{L}\p{N}]*|\p{L}{2,}\d[\p{L}\p{N}]*|\p{Lu}\d{2,}[\p{L}\p{N}]*)(?![\p{L}\p{N}_])/gu;

/** Names of this form that any text may use. */
const ANY_TEXT =
  /^(?:eLife|PLoS|bioRxiv|medRxiv|arXiv|iEEG|fMRI|sMRI|mRNA|scRNA|PyNWB|MatNWB|HDF5|GitHub|OpenNeuro|NeuroData|BrainMap|dF|mV|kHz|MHz|GHz|mM|kB|MB|GB|TB|mW|[µunp]M|pH|kPa|MPa|mmHg|mL|NWBs?|NWB2|LFPs|ROIs|FOVs|EEGs|IDs?|TTLs|DoF|mAh|pA|nA|IPSCs|EPSCs|mPSP|PhD|McGill|MacOS|JavaScript|JSON|ISO8601|CC0|BY4|[RUPKT]\d{2}|UF1|RF1|DP[125])$/;

/** Reports names of this form that are not in the facts. */
export const codes: Check = {
  name: 'codes',
  severity: 'warning',
  rule: 'every name that mixes cases or contains digits is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      [...text.matchAll(CODE_LIKE)].flatMap(([name]): Draft[] => {
        const isTerm = [findTechniqueMentions, findRegionMentions, findTaskMentions].some((find) =>
          find(name).some(({ written }) => written === name),
        );
        // Known programs and devices are left to the checks `software` and `devices`.
        if ([...SOFTWARE, ...DEVICES].some(({ claim }) => claim.test(name.toLowerCase()))) return [];
        if (
          ANY_TEXT.test(name) ||
          isTerm ||
          findNeurodataType(name.replace(/s$/, '')) ||
          findNeurodataType(name)
        )
          return [];
        if (/[a-z][A-Z]/.test(name) && NEURODATA_TYPES.has(name.replace(/s$/, ''))) return [];
        return containsName(name, evidence) || containsName(name.replace(/s$/, ''), evidence)
          ? []
          : [
              {
                message: `The name ${name} is nowhere in the facts.`,
                excerpt: name,
                location: { part, index },
              },
            ];
      }),
    ),
};

/** Names of people in prose. Only an initial has a full stop inside a name. */
const PEOPLE =
  /(?:\b(?:Dr|Prof|Professor)\.?\s+(?:(?:[A-Z]\.|[A-Z][\p{L}'-]+)\s+)*([A-Z][\p{L}'-]{2,}))|(\b[A-Z][\p{L}'-]{2,})(?=\s+(?:et al|and colleagues))|(?<=\b(?:conducted|collected|led|recorded|contributed|performed|shared|uploaded) by (?:[A-Z][\p{L}.'-]*\s+){1,2})([A-Z][\p{L}'-]{2,})/gu;

/** Reports people who are not named in the facts. */
export const people: Check = {
  name: 'people',
  severity: 'warning',
  rule: 'every person who is named is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      [...text.matchAll(PEOPLE)].flatMap((match): Draft[] => {
        const name = match[1] ?? match[2] ?? match[3] ?? '';
        return isNamed(name, evidence)
          ? []
          : [{ message: `The facts do not name ${name}.`, excerpt: name, location: { part, index } }];
      }),
    ),
};

/** Lists of people: `Eric Trautmann, Mike Shadlen and Mark Churchland`. */
const FULL_NAME = "[A-Z][\\p{L}'-]+(?: [A-Z]\\.)*(?: (?:van|von|de|der|den|la))*(?: [A-Z][\\p{L}'-]+){1,2}";
const NAME_ROW = new RegExp(`${FULL_NAME}(?:(?:, and |, & |, | and | & )${FULL_NAME})+`, 'gu');

/** Reports people who are listed with known ones but are not in the facts. */
export const credits: Check = {
  name: 'credits',
  severity: 'warning',
  rule: 'every person who is listed with known ones is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose
      .filter(({ part }) => part !== 'keywords')
      .flatMap(({ text, part, index }) =>
        [...text.matchAll(NAME_ROW)].flatMap(([row]): Draft[] => {
          const names = row.split(/, and |, & |, | and | & /);
          const isKnown = (name: string) =>
            name.split(' ').some((word) => word.length > 2 && evidence.words.has(normalize(word)));
          const unknown = names.filter((name) => !isKnown(name));
          if (unknown.length === names.length) return [];
          return unknown.map((name) => ({
            message: `The facts do not name ${name}.`,
            excerpt: name,
            location: { part, index },
          }));
        }),
      ),
};

/**
 * Whether a text contains a whole URL or DOI, not only as the beginning of a longer one. A preprint's DOI may have any
 * version.
 */
function containsAddress(text: string, address: string): boolean {
  // `10.1101/2023.11.10.566306v2`: the version of a preprint is not part of its DOI.
  const isDoi = /^(?:https?:\/\/(?:dx\.)?doi\.org\/)?10\.\d/.test(address);
  const plain = isDoi ? address.replace(/v\d{1,2}$/, '') : address;
  const whole = escapePattern(plain);
  return new RegExp(
    `(?<![\\p{L}\\p{N}])${whole}${isDoi ? '(?:v\\d{1,2})?' : ''}/?(?![\\p{L}\\p{N}_~%=&#?+-]|[./:@][\\p{L}\\p{N}_~-])`,
    'u',
  ).test(text);
}

const DOI = /\b10\.\d{4,9}\/[^\s"'<>”’)\]]+/g;

/** Reports links and DOIs that are not in the facts, or not on the web. */
export const links: Check = {
  name: 'links',
  severity: 'error',
  rule: 'every link and DOI is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, links: urls, part, index }) => {
      const dois = [...text.matchAll(DOI)].map(([doi]) => doi.replace(/[.,;:]+$/, ''));
      return [...new Set([...urls, ...dois])].flatMap((written): Draft[] => {
        const address = normalize(written)
          .replace(/[.,;:]+$/, '')
          .replace(/\/$/, '');
        const isOpen = /^(https?:\/\/|www\.|10\.)/.test(address);
        // `https://doi.org/10.1101/…` is the DOI as a link.
        const doi = address.replace(/^https?:\/\/(?:dx\.)?doi\.org\/(?=10\.)/, '');
        if (isOpen && [address, doi].some((each) => containsAddress(evidence.text, each))) return [];
        return [
          {
            message: `The facts do not hold the address ${written}.`,
            excerpt: written,
            location: { part, index },
          },
        ];
      });
    }),
};
