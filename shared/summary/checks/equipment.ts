/** Checks of equipment: the facts name every device, program and video recording. Pure. */
import { findOwn } from '../../own-entry.ts';
import type { Check, Draft } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { normalize } from '../evidence.ts';
import { DEVICES, type NamedThing, SOFTWARE } from '../lexicon.ts';
import { sentenceAt } from '../prose.ts';
import { isDenied, isSpeculation } from './sentences.ts';

/** A name found in a text. */
interface Found {
  readonly excerpt: string;
  readonly offset: number;
}

/** Finds names of a table that are in a text and not in the facts. */
export function findUnknown(text: string, table: readonly NamedThing[], evidence: Evidence): Found[] {
  const said = text.toLowerCase();
  return table.flatMap(({ claim, support }): Found[] => {
    const match = claim.exec(said);
    if (match === null) return [];
    const isKnown = support ? support.test(evidence.splitText) : containsName(match[0], evidence);
    const excerpt = text.slice(match.index, match.index + match[0].length);
    return isKnown ? [] : [{ excerpt, offset: match.index }];
  });
}

/** Whether the facts contain a name, however it is spaced, or its singular. */
export function containsName(written: string, { text, splitText }: Evidence): boolean {
  const bare = (words: string) => normalize(words).replace(/[\s_-]+/g, '');
  const name = bare(written).replace(/[.,;:]+$/, '');
  const singular = name.replace(/s$/, '');
  return [text, splitText].some((known) => {
    const squeezed = SQUEEZED.get(known) ?? remember(known, bare(known));
    return squeezed.includes(name) || (singular.length > 3 && squeezed.includes(singular));
  });
}

/** Whether the facts contain a name, or all of its capitalized parts: `MIES-controlled`. */
function containsParts(name: string, evidence: Evidence): boolean {
  if (containsName(name, evidence)) return true;
  const parts = name.split('-').filter((part) => /[A-Z0-9]/.test(part));
  return parts.length > 0 && name.includes('-') && parts.every((part) => containsName(part, evidence));
}

/** Cache of texts without spaces, for the latest evidence. */
const SQUEEZED = new Map<string, string>();

function remember(text: string, squeezed: string): string {
  if (SQUEEZED.size > 4) SQUEEZED.clear();
  SQUEEZED.set(text, squeezed);
  return squeezed;
}

/** A capitalized name: `IPFX`, `Ti2`, `Doric Lenses`, `FooSort 2.5`. */
const NAME = '(?:[A-Z][\\w.+-]*[\\w+](?:[ -](?:[A-Z0-9][\\w.+-]*[\\w+]|\\d+))*)';

/** Phrases that name the program that did something. */
const BY_SOFTWARE = new RegExp(
  `\\b(?:sorted|tracked|segmented|processed|analy[sz]ed|detected|registered|stitched|extracted|curated|counted|deconvolved|aligned|preprocessed|estimated|annotated|written|exported|converted|scored|simulated|model(?:l)?ed|fitted|reconstructed|decoded|trained|rendered)\\s+(?:\\w+\\s+){0,3}?(?:with|using|by|in|via|through)\\s+(?:the\\s+)?(${NAME})`,
  'g',
);
/** `ROIs from CaImAn`, `Foo segmentation`, `the Foo software`. */
const OF_SOFTWARE = new RegExp(
  `\\b(?:ROIs|[Uu]nits|[Ss]pikes|[Tt]racks|[Pp]oses?|[Kk]eypoints|[Mm]asks)\\s+(?:\\w+\\s+)?(?:from|by)\\s+(${NAME})|(${NAME})\\s+(?:software|toolbox|toolkit|package|library|framework|simulator|pipeline|plug-?in|spike sorter|segmentation|scripts?)\\b`,
  'g',
);
/** `a Leica microscope`, `Light-sheet microscope by Leica`, `the Hamamatsu camera`. */
const OF_DEVICE = new RegExp(
  `(${NAME})\\s+(?:(?:\\w|-)+\\s+){0,2}?(?:microscopes?|macroscopes?|cameras?|amplifiers?|probes?|digiti[sz]ers?|lasers?|electrodes?|sensors?|headstages?|acquisition systems?|recording systems?|eye trackers?|objectives?|instruments?|potentiostats?|stimulators?|transducers?|goggles|scanners?|analy[sz]ers?|generators?)\\b|\\b(?:microscopes?|cameras?|amplifiers?|probes?|lasers?|fib(?:er|re)s|electrodes|arrays?|headstages?)\\s+(?:by|from|made by|of)\\s+(${NAME})`,
  'g',
);

/** Capitalized words that name no maker. */
const COMMON_NAMES =
  /^(?:The|A|An|This|These|Each|All|Some|Two|Three|Four|One|Data|Dandiset|NWB|In|For|Raw|LFP|EEG|EMG|Recordings?|Signals?|Electrodes?|Imaging|Neural|Multi|High|Low|Single|Dual|CMOS|CCD|sCMOS|LED|USB|OB|FOV\d*|ROI|ROIs|Olfactory|Behaviou?ral|Spikes?|Units?|Image|Calcium|Automatic|Manual|Custom|Electrophysiolog\w+|HDF5|Python|DANDI|JSON|Zarr|Two-photon|One-photon|Extracellular|Intracellular|Wide-?field|[Ll]ight-sheet|Confocal|Fluorescence|Silicon|Linear|Optical|Infrared)$/;

function findByForm(text: string, forms: readonly RegExp[], evidence: Evidence): Found[] {
  return forms.flatMap((form) =>
    [...text.matchAll(form)].flatMap((match): Found[] => {
      const name = match.slice(1).find((group) => group !== undefined) ?? '';
      const words = name.split(/\s+/).filter((word) => !COMMON_NAMES.test(word));
      const isStart = /(?:^|[.!?:]\s+|\n)$/.test(text.slice(0, match.index)) && match[0].startsWith(name);
      // The first word of a sentence is capitalized anyway.
      const informative =
        isStart && !/\d|[a-z][A-Z]|^[A-Z]{3,}/.test(words[0] ?? '') ? words.slice(1) : words;
      if (informative.length === 0 || informative.every((word) => containsParts(word, evidence))) return [];
      return [{ excerpt: name, offset: match.index + match[0].indexOf(name) }];
    }),
  );
}

/** Names with a version: `Neuropixels 2.0`, `Kilosort 4`. */
const VERSIONED =
  /\b(neuropixels?|kilosort|multiclamp|digidata|axopatch|clampex|spikeglx|suite2p|deeplabcut|scanimage|iron ?clust|mountainsort)\s?(?:version\s|v\.?\s?)?(\d+(?:\.\d+)*[a-z]?)(?![\d\p{L}]| ?(?:probes?|electrodes?|units?|channels?|hz))/giu;

/** Abbreviations of these names in headers. */
const VERSIONED_AS: Readonly<Record<string, string>> = {
  neuropixels: '(?:neuropixels?|npx?|imec)',
  neuropixel: '(?:neuropixels?|npx?|imec)',
};

/** Finds versions of a device or program that the facts do not have. */
function findVersions(text: string, { text: known }: Evidence): Found[] {
  return [...text.matchAll(VERSIONED)].flatMap((match): Found[] => {
    const [excerpt, name = '', version = ''] = match;
    const names = findOwn(VERSIONED_AS, name.toLowerCase()) ?? name.toLowerCase();
    const isKnown = new RegExp(
      `${names}[\\s_-]*(?:version\\s|v\\.?\\s?)?${version.toLowerCase().replaceAll('.', '\\.')}(?!\\d)`,
    ).test(known);
    return isKnown ? [] : [{ excerpt, offset: match.index }];
  });
}

/** The magnification of an objective: `a 16x objective`, `25× water-immersion objective`. */
const MAGNIFIED = /(?<![\p{L}\d.])(\d+(?:\.\d+)?)\s?[x×] (?:[\p{L}-]+,? ){0,3}objectives?\b/giu;

/** Finds objectives with a magnification that the facts do not have. */
function findObjectives(text: string, { text: known }: Evidence): Found[] {
  return [...text.matchAll(MAGNIFIED)].flatMap(({ 0: excerpt, 1: factor = '', index }): Found[] => {
    const isKnown = new RegExp(
      `(?<![\\d.])${factor.replace('.', '\\.')}\\s?[x×]|[x×]\\s?${factor.replace('.', '\\.')}(?![\\d.])`,
    ).test(known);
    return isKnown ? [] : [{ excerpt, offset: index }];
  });
}

function buildDrafts(
  found: readonly Found[],
  text: string,
  location: Draft['location'],
  say: (name: string) => string,
): Draft[] {
  return found
    .filter(({ offset }) => !isDenied(text, offset) && !isSpeculation(sentenceAt(text, offset)))
    .map(({ excerpt }) => ({ message: say(excerpt), excerpt, location }));
}

/** Advice on opening the files: it names a program that readers may use, not one that was used. */
const AS_ADVICE =
  /\b(?:(?:load|open|read)(?:ing)? (?:them|it|(?:the|these|those|such) (?:\w+ )?(?:files|data|recordings))\b|(?:should|must) be (?:\w+ )?(?:straightforward|easy|possible|simple)|(?:is|are) (?:easily |best |readily )?(?:opened|loaded|read) (?:with|by|in))/i;

/** Reports programs that are not in the facts. */
export const software: Check = {
  name: 'software',
  severity: 'warning',
  rule: 'every program that is named is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      buildDrafts(
        [
          ...findUnknown(text, SOFTWARE, evidence),
          ...findByForm(text, [BY_SOFTWARE, OF_SOFTWARE], evidence),
        ].filter(({ offset }) => !AS_ADVICE.test(sentenceAt(text, offset))),
        text,
        { part, index },
        (name) => `The facts do not name the program ${name}.`,
      ),
    ),
};

/** Reports devices and makers that are not in the facts. */
export const devices: Check = {
  name: 'devices',
  severity: 'warning',
  rule: 'every device and maker that is named is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      buildDrafts(
        [
          ...findUnknown(text, DEVICES, evidence),
          ...findByForm(text, [OF_DEVICE], evidence),
          ...findVersions(text, evidence),
          ...findObjectives(text, evidence),
        ].filter(
          // A light sheet is an imaging technique, which the check `data-kinds` covers.
          ({ excerpt }) => !/^light[- ]?sheet$/i.test(excerpt),
        ),
        text,
        { part, index },
        (name) => `The facts do not name the device ${name}.`,
      ),
    ),
};

/** Words that claim a video of a subject. */
const VIDEO =
  /\b(?:videos?|filmed|videotaped|video ?recordings?|footage|videograph\w+|camera (?:recorded|recordings?|filmed|footage)|webcams?|(?:overhead|top-view|side-view|bottom-view|time-lapse|high-speed|infrared|bright-?field|behaviou?ral) (?:camera )?(?:movies?|films?)|(?:raw |high-speed )?movies? of (?:the |each |every )?(?:fish|mice|mouse|animals?|rats?|monkeys?|hand|face|body|tail|eyes?|paws?|larvae?|subjects?|behaviou?r|arena|track|maze|cage|chamber|task|trials?|gait|swimming|worms?|participants?))\b/gi;
const VIDEO_KNOWN =
  /\bvideos?\b|\bcam(?:era)?s?\d?\b|\bwebcam|\bfootage|\bfilm(?:ed|ing)\b|\bavi\b|\bmp4\b|\bvideograph/;

/** Things that are only tracked with cameras. */
const TRACKED = /\b(?:eye|pupil)[ -]?tracking|corneal reflection|deeplabcut|pose estimation/;

/** Cameras of microscopes, and displays, which are no video of a subject. */
const NO_VIDEO =
  /(?:physiology|imaging|scmos|ccd|emccd|cmos|photometry|back-illuminated(?: \w+)?|flash\s?\d?|ixon \w+(?: \w+)?) cam(?:era)?s?\b|cameras? (?:sensor|\()|video (?:monitor|display|game|clip)/g;

/** Reports video that the facts do not mention. */
export const videos: Check = {
  name: 'videos',
  severity: 'warning',
  rule: 'video is mentioned only where the metadata or the headers mention it',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }): Draft[] => {
      const claimed = [...text.matchAll(VIDEO)].filter(
        ({ index: at }) => !isDenied(text, at) && !isSpeculation(sentenceAt(text, at)),
      );
      // `Video: footage of the gait`: the words after a label say more than the label.
      const match = claimed.find((each) => text[each.index + each[0].length] !== ':') ?? claimed[0];
      if (match === undefined) return [];
      // Tracking with a camera implies video.
      if (
        /\b(?:track\w*|pupils?|poses?)\b/i.test(sentenceAt(text, match.index)) &&
        TRACKED.test(evidence.splitText)
      )
        return [];
      // A frame rate implies filming.
      if (/^filmed$/i.test(match[0]) && /frame rate|\bfps\b|frames? per second/.test(evidence.text))
        return [];
      // Microscope images and films shown to a subject are no video of the subject.
      const known = evidence.splitText.replace(NO_VIDEO, ' ');
      return VIDEO_KNOWN.test(known)
        ? []
        : [
            {
              message: 'Nothing in the facts speaks of video.',
              excerpt: match[0],
              location: { part, index },
            },
          ];
    }),
};
