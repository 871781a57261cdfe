/** Describes the devices that the files name, each once, with its description if that is short. Pure. */
import { foldLetters } from '../../fold-text.ts';
import { flattenText } from '../plain-text.ts';
import { distinct, type FactsAtHand, isOneFile } from './facts-at-hand.ts';
import { findDescription } from './names.ts';
import { joinSome, joinWords } from './phrases.ts';
import { buildSentence, type Sentence } from './sentence.ts';

/** Most devices named in a sentence. */
const MOST_DEVICES = 4;
/** Names that are only a kind of thing, or a maker's number. */
const NO_NAME =
  /^(?:(?:the )?(?:device|dev|name|unnamed|unknown|none|array|probe|electrodes?|microscope|amplifier|camera|system|hardware)[_ ]?\d*|[A-Z]{0,3}\d{5,})$/i;

interface Device {
  readonly name: string;
  readonly said?: string;
  /** A maker's number, if the file has it instead of a name. */
  readonly number?: string;
}

/** What there is by name, then what the files say of what has none: no sentence where they name no device. */
export function describeDevices(at: FactsAtHand): Sentence[] {
  const { values } = at.contents.all.devices;
  const devices = joinCounted(
    groupBySaid(mergeDevices(values.flatMap(({ value }) => readDevice(value) ?? []))),
  );
  const ids = at.index.about('device');
  const named =
    devices.length === 0
      ? []
      : [
          buildSentence(
            `The equipment ${devices.length > 1 ? 'includes' : /^(?:two|three|four|\d+-.* and \d+-)/.test(devices[0]!) ? 'consists of' : 'is'} ${joinSome(devices, MOST_DEVICES, 'devices')}.`,
            ids,
          ),
        ];
  const notes = distinct(values.flatMap(({ value }) => readSentence(value) ?? [])).slice(0, 1);
  const who = isOneFile(at) ? 'The file says' : 'The files say';
  return [...named, ...notes.map((note) => buildSentence(`${who} of the equipment: “${note}.”`, ids))];
}

/** A sentence in the place of a description, of a device whose name says no more than its kind. */
function readSentence(value: string): string | undefined {
  const [name, words] = splitNote(value);
  if (words === undefined || !NO_NAME.test(name) || !/\b(?:was|were|is|are)\b/.test(words)) return undefined;
  const said = findDescription(words, 200)?.replace(/[“”]/g, '"');
  return said === undefined || said.endsWith('…') || !/^\p{Lu}/u.test(said) ? undefined : said;
}

/** Devices with one description are named together: `Array A and Array B (each a 96-channel array)`. */
function groupBySaid(devices: readonly (Device & { count: number })[]): string[] {
  const groups = new Map<string, (Device & { count: number })[]>();
  for (const device of devices) {
    const key = device.said ?? `\n${device.name}`;
    groups.set(key, [...(groups.get(key) ?? []), device]);
  }
  return [...groups.values()].map((group) => {
    const [{ said, count, name }] = group as [Device & { count: number }];
    if (group.length > 1) return nameGroup(group, said!);
    const notes = [...(said === undefined ? [] : [said]), ...(count > 1 ? [`${count} of them`] : [])];
    const own = nameKind(/^[a-z]+(?:_[a-z]+)+$/.test(name) ? name.replaceAll('_', ' ') : name, said);
    const whole = count > 1 ? lowerStart(own) : addIndefinite(own);
    return notes.length === 0 ? whole : `${whole} (${notes.join('; ')})`;
  });
}

/** Numbers of devices in words. */
const NUMBERS: readonly string[] = ['', '', 'two', 'three', 'four'];
/** Letters of what tells one device of a group from another: `M1`, `left`. */
const MOST_OF_MARK = 12;

/** Devices with one description: `two 96-channel Utah arrays (M1 and PMd)`, where their names differ in a mark alone. */
function nameGroup(group: readonly Device[], said: string): string {
  const names = group.map((each) => each.name);
  const marks = names.map((name) => /^(.*?)[\s_]?\(([^()]+)\)$/.exec(name) ?? /^(.*)[\s_](\S+)$/.exec(name));
  const [first] = marks;
  const isMarked =
    first != null &&
    marks.every((mark) => mark != null && mark[1] === first[1] && mark[2]!.length <= MOST_OF_MARK) &&
    foldLetters(said).includes(foldLetters(first[1]!));
  const number = NUMBERS[group.length];
  if (!isMarked || number === undefined || !COUNTABLE.test(said))
    return `${joinWords(names)} (each ${addIndefinite(said)})`;
  const written = said.replace(/^(\d+)[ -](?=channel\b)/i, '$1-').replace(/\butah\b/i, 'Utah');
  return `${number} ${lowerStart(written)}s (${joinWords(marks.map((mark) => mark![2]!))})`;
}

/** `a 32 Tetrode array` and `a 64 Tetrode array` as `32- and 64-tetrode arrays`: what differs in its first number alone. */
function joinCounted(devices: readonly string[]): string[] {
  const read = devices.map((device) => /^(?:an? )?(\d+)[ -](\p{L}+) (\p{L}[^(]*)$/u.exec(device));
  const [first] = read;
  const isOne =
    first != null &&
    devices.length > 1 &&
    read.every((each) => each != null && each[2] === first[2] && each[3] === first[3]) &&
    COUNTABLE.test(first[3]!);
  if (!isOne) return [...devices];
  const numbers = read.map((each) => Number(each![1])).toSorted((a, b) => a - b);
  const counts = joinWords(
    numbers.map((number, at) => (at === numbers.length - 1 ? String(number) : `${number}-`)),
  );
  return [`${counts}-${first[2]!.toLowerCase()} ${first[3]}s`];
}

/** What devices are that their names alone do not say, by makers' names. */
const KINDS: readonly (readonly [name: RegExp, kind: string])[] = [
  [/^multiclamp\b|^axopatch\b|^axoclamp\b|^epc[- ]?\d+/i, 'amplifier'],
  [/^digidata \S+$|\bITC-?1[68]\w*$/i, 'digitizer'],
  [/^clampex\b|^pclamp\b|^scanimage\b|^patchmaster\b/i, 'software'],
  [/^myomatrix\b/i, 'electrode array'],
  // NeuroNexus: type, shanks and sites, layout, length, spacing, area, package.
  [/^[AB]\d+x\d+-\S+$/i, 'probe'],
];

/** A device with the kind of thing that it is, where its name is a maker's alone: `MultiClamp 700B amplifier`. */
function nameKind(name: string, said: string | undefined): string {
  // `Some Lab, Chamber 1` is its lab and its name; a comma before a code is none.
  const plain = name.replace(/^([^,]+ Lab), ([^,]+)$/, '$2 of the $1').replace(/, (?=[A-Z]+\d+$)/, ' ');
  const kind = KINDS.find(([known]) => known.test(plain))?.[1];
  if (
    kind === undefined ||
    foldLetters(`${name} ${said ?? ''}`).includes(foldLetters(kind.split(' ').at(-1)!))
  )
    return plain;
  if (kind === 'software') return `${plain} software`;
  return kind === 'probe' ? `a ${kind}, model ${plain}` : addIndefinite(`${plain} ${kind}`);
}

/** Words of which one is one of several: they take an article. */
const COUNTABLE =
  /\b(?:microscope|macroscope|mesoscope|miniscope|probe|array|camera|amplifier|system|headstage|laser|electrode|chamber|microdrive|tracker|rig|tetrode|scope|microdrive array|photometer|projector|monitor|treadmill|wheel|scanner|transducer)$/i;

/** `a Bruker 2-p microscope`, but MultiClamp 700B. */
function addIndefinite(name: string): string {
  const written = lowerStart(name);
  if (!COUNTABLE.test(written) || /^(?:an?|the|\d+)\b/i.test(written)) {
    return /^\d+[- ](?:channel|tetrode|electrode|shank|site)\b/i.test(written) && COUNTABLE.test(written)
      ? `${/^(?:8|11|18)/.test(written) ? 'an' : 'a'} ${written}`
      : written;
  }
  return `${/^[aeiou]/i.test(written) && !/^(?:u(?:ni|ta)|one)/i.test(written) ? 'an' : 'a'} ${written}`;
}

/** `Two photon microscope` as it is in a sentence; names keep their capital. */
function lowerStart(name: string): string {
  return name.replace(
    /^(?:Two|One|Silicon|Fiber|Custom|Dual|Confocal|Mesoscale|Multi|Linear|High|Extracellular|Array|Electrode|Microscope|Light|Wide)(?=[- ]\p{L})/u,
    (word) => word.toLowerCase(),
  );
}

/**
 * Merges devices: one whose name is part of another's is dropped, and devices of one name with several numbers are
 * counted.
 */
function mergeDevices(devices: readonly Device[]): (Device & { count: number })[] {
  const merged = new Map<string, Device & { numbers: Set<string> }>();
  for (const { number = '', ...device } of devices) {
    const known = merged.get(foldLetters(device.name));
    if (known === undefined) merged.set(foldLetters(device.name), { ...device, numbers: new Set([number]) });
    else merged.set(foldLetters(device.name), { ...device, ...known, numbers: known.numbers.add(number) });
  }
  return [...merged].flatMap(([key, { numbers, ...device }]) =>
    [...merged.keys()].some((other) => other !== key && other.includes(key))
      ? []
      : [{ ...device, count: numbers.size }],
  );
}

/** Descriptions that are sentences or say nothing. */
const NO_NOTE =
  /\b(?:was|were|is|are|has|have)\b|…$|automatically generated|\bno (?:additional|further|description)\b/i;

/**
 * Splits `Probe (64-channel silicon probe)` into name and description. If the name says nothing, the description is the
 * name.
 */
function readDevice(value: string): Device | undefined {
  const [named, words] = splitNote(value);
  const flat = flattenText(named, 50);
  const found = words === undefined ? undefined : findDescription(words, 80);
  const said = found === undefined || NO_NOTE.test(found) ? undefined : found;
  // `device_ITC18_Dev_0` is an ITC18; in `18005123392 (neuropixels 1.0)` the name contains the description.
  const bare = flattenText(
    (said === undefined ? flat : flat.replace(`(${said})`, '')).replace(/^device_(?=\w)|_dev_\d+$/gi, ''),
    50,
  );
  if (NO_NAME.test(bare)) {
    if (said !== undefined) return { name: said, ...(/\d{5,}/.test(bare) ? { number: bare } : {}) };
    return undefined;
  }
  const isNews = said !== undefined && !foldLetters(bare).includes(foldLetters(said));
  if (!isNews) return { name: bare };
  // A name for programs says less than its description, a description in the words of the name no more than it.
  const isCode = /^\S*(?:_|\p{Ll}\p{Lu})\S*$|^\p{Lu}{2,6}\d?$/u.test(bare) && said.includes(' ');
  const chosen = isCode ? 'description' : compareWords(bare, said);
  if (chosen === 'description') return { name: said };
  return { name: bare, ...(chosen === 'name' ? {} : { said }) };
}

/** Which of name and description says what the other does; both where each says something of its own. */
function compareWords(name: string, said: string): 'name' | 'description' | 'both' {
  const folded = foldLetters(said);
  if (folded.startsWith(foldLetters(name)) || folded.endsWith(foldLetters(name))) return 'description';
  const words = name
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const missing = words.filter((word) => !folded.includes(foldLetters(word)));
  const shared = words.length - missing.length;
  if (shared < 2 || shared < words.length / 2) return 'both';
  // A part number or a proper name is not given up, nor is what a description counts.
  if (!missing.some((word) => /[\p{Lu}\d]/u.test(word))) return 'description';
  return /\d/.test(said) ? 'both' : 'name';
}

/** Splits a text from the parentheses at its end, which may be nested. */
function splitNote(value: string): [text: string, note?: string] {
  if (!value.endsWith(')')) return [value];
  let depth = 0;
  for (let at = value.length - 1; at > 0; at -= 1) {
    if (value[at] === ')') depth += 1;
    if (value[at] === '(') depth -= 1;
    if (depth === 0)
      return value[at - 1] === ' ' ? [value.slice(0, at - 1), value.slice(at + 1, -1)] : [value];
  }
  return [value];
}
