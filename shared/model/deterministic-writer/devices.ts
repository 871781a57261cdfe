/** The devices that the files name, each once, with what is said of it where that is short. Pure. */
import { flattenText } from '../plain-text.ts';
import { type FactsAtHand, isOneFile } from './facts-at-hand.ts';
import { findDescription } from './names.ts';
import { joinSome } from './phrases.ts';
import { buildSentence, type Sentence } from './sentence.ts';

/** Devices named in a sentence. */
const MOST_DEVICES = 4;
/** Names that say no more than what kind of thing it is, or a number that a maker gave it. */
const NO_NAME =
  /^(?:(?:the )?(?:device|dev|name|unnamed|unknown|none|array|probe|electrodes?|microscope|amplifier|camera|system|hardware)[_ ]?\d*|[A-Z]{0,3}\d{5,})$/i;

interface Device {
  readonly name: string;
  readonly said?: string;
  /** A maker's number in the place of the name. */
  readonly number?: string;
}

/** One sentence, or none where the files name no device. */
export function describeDevices(at: FactsAtHand): Sentence[] {
  const devices = mergeDevices(
    at.contents.all.devices.values.flatMap(({ value }) => readDevice(value) ?? []),
  );
  if (devices.length === 0) return [];
  const named = devices.map(({ name, said, count }) => {
    const notes = [...(said === undefined ? [] : [said]), ...(count > 1 ? [`${count} of them`] : [])];
    return notes.length === 0 ? name : `${name} (${notes.join('; ')})`;
  });
  return [
    buildSentence(
      `${isOneFile(at) ? 'The file names' : 'The files name'} the ${named.length === 1 ? 'device' : 'devices'} ${joinSome(named, MOST_DEVICES, 'devices')}.`,
      at.index.about('device'),
    ),
  ];
}

/** Each once: one whose name is in another's is that one; of several numbers of one name how many they are. */
function mergeDevices(devices: readonly Device[]): (Device & { count: number })[] {
  const merged = new Map<string, Device & { numbers: Set<string> }>();
  for (const { number = '', ...device } of devices) {
    const known = merged.get(fold(device.name));
    if (known === undefined) merged.set(fold(device.name), { ...device, numbers: new Set([number]) });
    else merged.set(fold(device.name), { ...device, ...known, numbers: known.numbers.add(number) });
  }
  return [...merged].flatMap(([key, { numbers, ...device }]) =>
    [...merged.keys()].some((other) => other !== key && other.includes(key))
      ? []
      : [{ ...device, count: numbers.size }],
  );
}

/** A sentence is no name of a device, nor is that there is nothing to say. */
const NO_NOTE =
  /\b(?:was|were|is|are|has|have)\b|…$|automatically generated|\bno (?:additional|further|description)\b/i;

/** `Probe (64-channel silicon probe)` as its two parts; the description alone where the name is none. */
function readDevice(value: string): Device | undefined {
  const [named, words] = splitNote(value);
  const flat = flattenText(named, 50);
  const found = words === undefined ? undefined : findDescription(words, 80);
  const said = found === undefined || NO_NOTE.test(found) ? undefined : found;
  // `device_ITC18_Dev_0` is an ITC18; `18005123392 (neuropixels 1.0)` has its description in its name as well.
  const bare = flattenText(
    (said === undefined ? flat : flat.replace(`(${said})`, '')).replace(/^device_(?=\w)|_dev_\d+$/gi, ''),
    50,
  );
  if (NO_NAME.test(bare)) {
    if (said !== undefined) return { name: said, ...(/\d{5,}/.test(bare) ? { number: bare } : {}) };
    return undefined;
  }
  const isNews = said !== undefined && !fold(bare).includes(fold(said));
  // A description that begins or ends with the name says all.
  if (isNews && (fold(said).startsWith(fold(bare)) || fold(said).endsWith(fold(bare)))) return { name: said };
  return { name: bare, ...(isNews ? { said } : {}) };
}

/** A text and what is in the parentheses at its end, whatever is nested in them. */
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

function fold(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}
