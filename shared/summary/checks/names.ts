/** Checks of names: paths, code spans, neurodata types, species, regions, people, links and DOIs stand in the facts. Pure. */
import { findModalities, MODALITIES } from '../../model/writer/modalities.ts';
import { SPECIES } from '../../vocabulary/species.ts';
import type { Check, Draft } from '../check.ts';
import { type Evidence, normalize } from '../evidence.ts';
import { sentenceAt } from '../prose.ts';

/** Names of formats and types of elements that any description of NWB files may use. */
const COMMON = new Set(
  'nwb nwbn hdf5 h5 zarr dandi nwbfile float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool object string str nan true false none shape dtype x y z n t s hz v a id'.split(
    ' ',
  ),
);

/** Whether the facts hold a name as it is written, or all of its words. */
function isNamed(written: string, evidence: Evidence): boolean {
  const name = normalize(written)
    .replace(/^[\s"']+|[\s"'.,;:*…]+$/g, '')
    .replace(/\(\)$/, '');
  if (name === '' || evidence.text.includes(name)) return true;
  // `…_AD0`, `data_*`: the parts that are told.
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

/** Names of extensions, which by custom begin so and are written without code type as often as with it. */
const EXTENSION = /(?<![\p{L}\p{N}_/-])ndx-[a-z0-9]+(?:-[a-z0-9]+)*/giu;

/** Every name in code type stands in the facts, and every path and extension in plain text. */
export const codeNames: Check = {
  name: 'code-names',
  severity: 'minor',
  holds: 'every path, extension and name in code type stands in the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ code, text, part, index }) => {
      const paths = [
        ...text.matchAll(/(?<![\p{L}\p{N}:/.<])\/[\p{L}\p{N}_.-]+(?:\/[\p{L}\p{N}_.-]+)+/gu),
      ].map(([path]) => path);
      const extensions = [...text.matchAll(EXTENSION)].map(([name]) => name);
      // The words of an extension's name prove nothing: `events` stands in many facts, `ndx-events` in few.
      const isKnown = (name: string): boolean =>
        extensions.includes(name) ? evidence.text.includes(normalize(name)) : isNamed(name, evidence);
      return [...new Set([...code, ...paths, ...extensions])].flatMap((name): Draft[] =>
        isKnown(name)
          ? []
          : [
              {
                message: `The name ${name} stands nowhere in the headers.`,
                excerpt: name,
                place: { part, index },
              },
            ],
      );
    }),
};

/** Types of NWB and of common extensions, which prose would otherwise not write in camel case. */
const NEURODATA_TYPES = new Set([
  ...MODALITIES.flatMap(({ types }) => types).filter((type) => /[a-z][A-Z]/.test(type)),
  ...'DynamicTable DynamicTableRegion VectorData VectorIndex ElementIdentifiers ElectrodeGroup ImagingPlane OpticalChannel ProcessingModule IntracellularElectrode SweepTable IntracellularRecordingsTable SimultaneousRecordingsTable SequentialRecordingsTable RepetitionsTable ExperimentalConditionsTable ScratchData NWBFile NWBDataInterface TimeSeriesReferenceVectorData LabMetaData EventDetection FeatureExtraction'.split(
    ' ',
  ),
]);

/** Every neurodata type that is named is in a file. */
export const neurodataTypes: Check = {
  name: 'neurodata-types',
  severity: 'minor',
  holds: 'every neurodata type that is named is in a file',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      [...text.matchAll(/(?<![\p{L}\p{N}_])[A-Z][A-Za-z]*[a-z][A-Z][A-Za-z]*/gu)].flatMap(
        ([word]): Draft[] => {
          const type = NEURODATA_TYPES.has(word) ? word : word.replace(/(?<=[a-z])s$/, '');
          if (!NEURODATA_TYPES.has(type) || isNamed(type, evidence)) return [];
          return [
            { message: `No file holds the neurodata type ${type}.`, excerpt: word, place: { part, index } },
          ];
        },
      ),
    ),
};

/** What a text may claim to be in the files, and the words or types in the facts that bear it out. */
const DATA_KINDS: readonly (readonly [claim: RegExp, bornOut: RegExp, name: string])[] = [
  [/\blocal field potentials?\b|\blfps?\b/i, /lfp|local.?field|field potential/, 'local field potentials'],
  [
    /\bspike[- ]sort(ed|ing)\b|\bsorted (single )?units?\b/i,
    /spike|units?\b|sorted|sorting/,
    'sorted spikes',
  ],
  [
    /\bcalcium imaging\b|\bcalcium (signals?|traces?|activity)\b/i,
    /calcium|gcamp|geci|fluo|photon|ca2\+|\bophys|dff|df_f|jrgeco|oregon|\bimaging/,
    'calcium imaging',
  ],
  [/\btwo[- ]photon\b|\b2[- ]?photon\b/i, /two.?photon|2.?photon|2p\b|multi.?photon/, 'two-photon imaging'],
  [
    /\bpatch[- ]clamp\b|\bwhole[- ]cell recordings?\b/i,
    /patch|clamp|whole.?cell|intracellular/,
    'patch-clamp recordings',
  ],
  // Where the facts name one kind of clamp, the other one must be named too.
  [
    /\bcurrent[- ]clamp\b/i,
    /current.?clamp|\bccs|^(?!.*voltage.?clamp).*(patch|intracellular)/,
    'current-clamp recordings',
  ],
  [
    /\bvoltage[- ]clamp\b/i,
    /voltage.?clamp|\bvcs|^(?!.*current.?clamp).*(patch|intracellular)/,
    'voltage-clamp recordings',
  ],
  [/\boptogenetic/i, /optogen|opto|\bogen|channelrhodopsin|chr2|laser/, 'optogenetic stimulation'],
  [/\beye[- ]tracking\b|\bpupil(lometry| (size|diameter|tracking))/i, /\beye|pupil|gaze/, 'eye tracking'],
  [/\bfib(er|re) photometry\b/i, /photometry|fib(er|re)/, 'fiber photometry'],
  [/\bneuropixels?\b/i, /neuropixel|npx|imec/, 'Neuropixels recordings'],
  [/\btetrodes?\b/i, /tetrode|ntrode/, 'tetrode recordings'],
  [/\belectroencephalograph|\beeg\b/i, /\bi?eeg|eeg\b|electroencephalo/, 'EEG'],
  [/\belectrocorticograph|\becog\b/i, /\becog|electrocortico/, 'ECoG'],
  [/\belectromyograph|\bemg\b/i, /\bemg|emg\b|electromyo/, 'EMG'],
  [/\bfmri\b|\bfunctional magnetic resonance/i, /\bf?mri\b|magnetic resonance/, 'fMRI'],
  [/\bpose estimation\b|\bdeeplabcut\b/i, /\bpose|deeplabcut|dlc|sleap|keypoint|skeleton/, 'pose estimation'],
  [/\brna[- ]?seq|\btranscriptom/i, /rna\b|rna.?seq|transcript|patch.?seq|\bgenes?\b/, 'transcriptomics'],
];

/** Sentences that deny or only compare claim nothing. */
const DENIAL =
  /\b(no|not|without|lacks?|lacking|absent|none|neither|nor|unlike|rather than|instead of|could|may|might|future)\b/i;

/** Modalities whose holders the headers' types tell for certain, as prose names them. */
const HELD_KINDS: readonly (readonly [claim: RegExp, id: string])[] = [
  [/\bsegment(ed|ation)\b|\bregions of interest\b|\bROIs?\b/i, 'segmentation'],
  [/\boptogenetic\b/i, 'optogenetics'],
  [/\bspike times\b|\bsorted (single )?units\b/i, 'spikes'],
  [/\bphotometry\b/i, 'photometry'],
];

/** `All 12 files contain …`, to the end of what they are said to contain. */
const OF_ALL_FILES =
  /\b(?:all|every|each)\b(?: of)?(?: the| these)?(?: [\d,]+| [a-z]+)?(?: nwb)? files? (?:contains?|holds?|includes?|has|have|provides?)\b((?:(?!\b(?:some|most|many|several|where|while|whereas|except|but|or|only|\d+ (?:of|files|also|include|hold|contain)|and [a-z\d-]+ (?:of (?:them|these) |files )?(?:also |further )?(?:contain|hold|include|have|provide))\b)[^.;])*)/gi;

/** Kinds of data that are told of all files, where the headers of some hold them and those of others do not. */
function findOverstated(text: string, { facts }: Evidence): { message: string; excerpt: string }[] {
  if (facts === undefined) return [];
  const total = facts.fileTypes.reduce((sum, { files }) => sum + files, 0);
  return [...text.matchAll(OF_ALL_FILES)].flatMap(([sentence, told = '']) =>
    HELD_KINDS.flatMap(([claim, id]) => {
      const match = claim.exec(told);
      if (match === null) return [];
      const holders = facts.fileTypes
        .filter((type) => findModalities(type).some((modality) => modality.id === id))
        .reduce((sum, { files }) => sum + files, 0);
      if (holders === 0 || holders === total) return [];
      const excerpt = sentence.slice(0, sentence.indexOf(told) + match.index + match[0].length);
      return [{ message: `Not all files hold ${match[0]}: ${holders} of ${total} do.`, excerpt }];
    }),
  );
}

/** No kind of data is claimed that no file holds, nor of all files what some hold. */
export const dataKinds: Check = {
  name: 'data-kinds',
  severity: 'minor',
  holds: 'no kind of data is claimed that neither metadata nor headers know, or of all files what some hold',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) => [
      ...DATA_KINDS.flatMap(([claim, bornOut, name]): Draft[] => {
        const match = claim.exec(text);
        if (!match || bornOut.test(evidence.text) || DENIAL.test(sentenceAt(text, match.index))) return [];
        return [
          { message: `Nothing in the facts speaks of ${name}.`, excerpt: match[0], place: { part, index } },
        ];
      }),
      ...findOverstated(text, evidence).map((draft): Draft => ({ ...draft, place: { part, index } })),
    ]),
};

/** Whether a text in lower case holds one of some terms as words. */
function findTerm(text: string, terms: readonly string[]): string | undefined {
  return terms.find((term) =>
    new RegExp(
      `(?<![\\p{L}\\p{N}])${term.replaceAll('.', '\\.').replaceAll(/[ -]/g, '[ -]')}(?![\\p{L}\\p{N}])`,
      'u',
    ).test(text),
  );
}

/** Sentences in which a species stands for a field of use and not for a subject. */
const IN_GENERAL =
  /\b(disease|disorder|health|clinical|therap|translat|relevan|model of|models of|such as|compar|homolog|brain[- ]computer)\w*/i;

/** Every species that is named is in the metadata or the headers. */
export const species: Check = {
  name: 'species',
  severity: 'minor',
  holds: 'every species that is named stands in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) => {
      const said = text.toLowerCase();
      return SPECIES.flatMap(({ latin, singular, plural, alike }): Draft[] => {
        const own = [latin.toLowerCase(), singular.toLowerCase(), plural.toLowerCase()];
        const term = findTerm(said, own);
        if (!term) return [];
        if (
          term.startsWith('human') &&
          !/\bhumans?\s+(subjects?|participants?|patients?|cort|neuron|brain slice|neurosurg|volunteer)/.test(
            said,
          )
        )
          return [];
        const isKnown =
          findTerm(evidence.text, [...own, ...GENERA(latin)]) !== undefined ||
          isNamedAlike(alike, latin, evidence.text);
        if (isKnown || IN_GENERAL.test(sentenceAt(text, said.indexOf(term)))) return [];
        return [{ message: `The facts do not speak of ${plural}.`, excerpt: term, place: { part, index } }];
      });
    }),
};

/**
 * Whether a text calls a species by another word: `monkeys` bears out marmosets, unless the text tells that
 * its monkeys are of another species.
 */
function isNamedAlike(alike: readonly string[], latin: string, text: string): boolean {
  const term = findTerm(text, alike);
  if (term === undefined) return false;
  const others = SPECIES.filter((other) => other.latin !== latin && other.alike.includes(term));
  const isAnother = others.some((other) =>
    findTerm(text, [
      other.latin.toLowerCase(),
      other.singular.toLowerCase(),
      other.plural.toLowerCase(),
      ...other.alike.filter(
        (word) => !SPECIES.some((third) => third !== other && third.alike.includes(word)),
      ),
    ]),
  );
  const isItself = findTerm(
    text,
    alike.filter((word) => !others.some((other) => other.alike.includes(word))),
  );
  return isItself !== undefined || !isAnother;
}

/** `m. musculus`, and the strains and lines that only one species has. */
const GENERA = (latin: string): string[] => {
  const [genus = '', ...rest] = latin.toLowerCase().split(' ');
  return [genus, `${genus[0]}. ${rest.join(' ')}`, ...(STRAINS[latin] ?? [])];
};

const STRAINS: Readonly<Record<string, readonly string[]>> = {
  'Mus musculus': ['c57bl/6j', 'c57bl/6', 'c57bl6', 'balb/c', 'gcamp6s', 'gcamp6f', 'ai32', 'ai14', 'cre'],
  'Rattus norvegicus': ['wistar', 'lister hooded', 'fischer 344'],
  'Caenorhabditis elegans': ['neuropal', 'elegans'],
};

/** Brain regions in prose, and the words and abbreviations that bear them out. */
const REGIONS: readonly (readonly [region: RegExp, bornOut: RegExp])[] = [
  [/\bhippocamp(us|al|i)\b/i, /hippocamp|\bca[1-4]\b|\bdg\b|dentate|subicul|hpc|\bhc\b|hpf/],
  [/\bvisual cort(ex|ical|ices)\b|\bv1\b/i, /visual|\bv1\b|\bvis[a-z]*\b|occipital/],
  [/\bmotor cort(ex|ical|ices)\b/i, /motor|\bm1\b|\bm2\b|\bmop\b|\bmos\b|\bpmd\b|\balm\b/],
  [/\bsomatosensory cort(ex|ical)\b/i, /somatosens|\bs1\b|\bssp|barrel/],
  [/\bbarrel cort(ex|ical)\b/i, /barrel|\bs1\b|ssp|whisker/],
  [/\bauditory cort(ex|ical)\b/i, /auditory|\ba1\b|\baud/],
  [/\bprefrontal\b/i, /prefrontal|\bm?pfc\b|prelimbic|infralimbic|\bpl\b|\bil\b|cingulate|frontal/],
  [/\borbitofrontal\b/i, /orbitofrontal|\bofc\b|\borb/],
  [/\bparietal\b/i, /parietal|\bppc\b|\blip\b/],
  [/\bentorhinal\b/i, /entorhinal|\bm?l?ec\b/],
  [/\bamygdala/i, /amygdal|\bbla\b|\bcea\b/],
  [/\bstriat(um|al)\b/i, /striat|caudate|putamen|\bcp\b|\bdms\b|\bdls\b/],
  [/\bnucleus accumbens\b/i, /accumbens|\bnac+\b|\bacb\b/],
  [/\bthalam(us|ic)\b/i, /thalam|\bth\b|\blgn?d?\b|\blp\b|\bvpm\b|\badn\b/],
  [/\bhypothalam(us|ic)\b/i, /hypothal|\blh\b|\bvmh\b|\barc\b/],
  [/\bcerebell(um|ar)\b/i, /cerebell|purkinje|\bcrus\b|vermis|\bcb\b/],
  [/\bolfactory bulb\b/i, /olfactory|\bm?ob\b/],
  [/\bsuperior colliculus\b/i, /collicul|\bsc\b/],
  [/\bretina(l)?\b/i, /retin/],
  [/\bspinal cord\b/i, /spinal/],
  [/\bventral tegmental\b|\bvta\b/i, /tegmental|\bvta\b/],
  [/\bsubstantia nigra\b/i, /nigra|\bsnc?r?\b/],
  [/\bCA1\b/, /\bca1/],
  [/\bCA2\b/, /\bca2|ca1\W+(ca)?[34]/],
  [/\bCA3\b/, /\bca[123]?\W?(ca)?3/],
  [/\bdentate gyrus\b/i, /dentate|\bdg\b/],
  [/\b(pre|post|para)?subicul(um|ar)\b/i, /subicul|\bsub\b/],
  [/\bpremotor\b/i, /premotor|\bpm[dv]?\b|\bm2\b|\bmos\b|\balm\b/],
  [/\bretrosplenial\b/i, /retrosplen|\brsc\b|\brsp/],
  [/\bcingulate\b/i, /cingul|\bacc\b|\baca\b/],
  [/\binsula(r)?\b/i, /insul|\bai\b/],
  [/\bpiriform\b/i, /piriform|\bpir\b/],
  [/\bhabenula(r)?\b/i, /habenul|\b[lm]hb?\b/],
  [/\blocus coeruleus\b/i, /coeruleus|\blc\b/],
  [/\binferior colliculus\b/i, /collicul|\bic\b/],
  [/\bbasal ganglia\b/i, /basal gang|striat|pallid|subthalam|nigra|caudate|putamen/],
];

/** Every brain region that is named stands in the metadata or the headers. */
export const regions: Check = {
  name: 'regions',
  severity: 'minor',
  holds: 'every brain region that is named stands in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      REGIONS.flatMap(([region, bornOut]): Draft[] => {
        const match = region.exec(text);
        if (!match || bornOut.test(evidence.text)) return [];
        return [
          {
            message: `The facts do not name the region “${match[0]}”.`,
            excerpt: match[0],
            place: { part, index },
          },
        ];
      }),
    ),
};

/** People as prose names them; only an initial has a full stop inside a name. */
const PEOPLE =
  /(?:\b(?:Dr|Prof|Professor)\.?\s+(?:(?:[A-Z]\.|[A-Z][\p{L}'-]+)\s+)*([A-Z][\p{L}'-]{2,}))|(\b[A-Z][\p{L}'-]{2,})(?=\s+(?:et al|and colleagues))|(?<=\b(?:conducted|collected|led|recorded|contributed|performed|shared|uploaded) by (?:[A-Z][\p{L}.'-]*\s+){1,2})([A-Z][\p{L}'-]{2,})/gu;

/** Every person who is named stands in the metadata or the headers. */
export const people: Check = {
  name: 'people',
  severity: 'minor',
  holds: 'every person who is named stands in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      [...text.matchAll(PEOPLE)].flatMap((match): Draft[] => {
        const name = match[1] ?? match[2] ?? match[3] ?? '';
        return isNamed(name, evidence)
          ? []
          : [{ message: `The facts do not name ${name}.`, excerpt: name, place: { part, index } }];
      }),
    ),
};

/** Whether a text holds an address as a whole: the beginning of another one leads elsewhere. */
function holdsAddress(text: string, address: string): boolean {
  const whole = address.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(
    `(?<![\\p{L}\\p{N}])${whole}/?(?![\\p{L}\\p{N}_~%=&#?+-]|[./:@][\\p{L}\\p{N}_~-])`,
    'u',
  ).test(text);
}

const DOI = /\b10\.\d{4,9}\/[^\s"'<>”’)\]]+/g;

/** Every link and DOI stands in the metadata or the headers, and leads to the web. */
export const links: Check = {
  name: 'links',
  severity: 'grave',
  holds: 'every link and DOI stands in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, links: urls, part, index }) => {
      const dois = [...text.matchAll(DOI)].map(([doi]) => doi.replace(/[.,;:]+$/, ''));
      return [...new Set([...urls, ...dois])].flatMap((written): Draft[] => {
        const address = normalize(written)
          .replace(/[.,;:]+$/, '')
          .replace(/\/$/, '');
        const isOpen = /^(https?:\/\/|www\.|10\.)/.test(address);
        if (isOpen && holdsAddress(evidence.text, address)) return [];
        return [
          {
            message: `The facts do not hold the address ${written}.`,
            excerpt: written,
            place: { part, index },
          },
        ];
      });
    }),
};
