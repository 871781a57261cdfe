/** Describes the devices that the files name, each once, with its description if that is short. Pure. */
import { foldLetters } from '../../fold-text.ts';
import { flattenText } from '../plain-text.ts';
import { type FactsAtHand, isOneFile } from './facts-at-hand.ts';
import { findDescription } from './names.ts';
import { joinSome } from './phrases.ts';
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

/** Writes one sentence, or none if the files name no device. */
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
  // A description that begins or ends with the name replaces it.
  if (
    isNews &&
    (foldLetters(said).startsWith(foldLetters(bare)) || foldLetters(said).endsWith(foldLetters(bare)))
  )
    return { name: said };
  return { name: bare, ...(isNews ? { said } : {}) };
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
