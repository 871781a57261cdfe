/**
 * The deterministic writer's abstract: what the owners say, and what the files hold. Pure.
 */
import type { BlockContent } from 'mdast';
import type { DandisetFacts, FileTypeFacts } from '../../prompt/facts.ts';
import { MODALITIES } from '../../vocabulary/modalities.ts';
import { countModalities, type FileKind, nameModality } from './kinds.ts';
import { capitalize, formatNumber, joinSome, joinWords } from './phrases.ts';
import { cutAtWord, flattenText, readSentences, stripHtml } from './plain-text.ts';
import { findDescription, joinNames } from './series.ts';
import { describeSubjects } from './subjects.ts';
import { paragraph } from './tree.ts';

/** What such a text is, said plainly. */
const LIMITS = 'This note rests on metadata and on the structure of the files, so it reports no results.';

/** Most characters taken over from the owners' description. */
const MAX_QUOTE = 480;

/** Three paragraphs, or two where the files tell nothing. */
export function buildAbstract(facts: DandisetFacts, kinds: readonly FileKind[]): BlockContent[] {
  const recorded = describeRecorded(facts, kinds);
  return [
    paragraph(joinSentences([introduce(facts, kinds), quoteOwners(facts)])),
    ...(recorded ? [paragraph(recorded)] : []),
    paragraph(LIMITS),
  ];
}

/** What the Dandiset is, in one sentence. */
function introduce(facts: DandisetFacts, kinds: readonly FileKind[]): string {
  const { dandiset, coverage } = facts;
  const name = flattenText(stripHtml(dandiset.name.slice(0, 2000)), 200).replace(/[\s.]+$/, '');
  const opening = name ? `The Dandiset “${name}”` : `Dandiset ${dandiset.id}`;
  const subjects = describeSubjects(facts);
  const from = subjects ? ` from ${subjects}` : '';
  const counted = countModalities(kinds).map(({ modality }) => modality);
  const informative = counted.filter(({ keyword }) => keyword);
  const nouns = (informative.length ? informative : counted).map((modality) => nameModality(modality, facts));
  if (nouns.length) {
    // In the order of telling, whatever order the kinds brought them in.
    const ordered = MODALITIES.map((modality) => nameModality(modality, facts)).filter((noun) =>
      nouns.includes(noun),
    );
    return `${opening} holds ${joinSome(ordered, 5)}${from}.`;
  }
  if (coverage.assets === 0) {
    const counted = dandiset.numberOfFiles ?? 0;
    const beside = counted > 0 ? `, while its metadata count ${formatNumber(counted)}` : '';
    return `${opening} holds no files yet${beside}.`;
  }
  if (coverage.nwb === 0) return `${opening} holds no NWB files, only files in other formats.`;
  if (coverage.read === 0) return `${opening} holds NWB files, none of whose headers could be read.`;
  return `${opening} holds neurophysiology files in the NWB format${from}.`;
}

/** The owners' own first sentences, as a quotation. */
function quoteOwners({ dandiset }: DandisetFacts): string {
  const sentences = readSentences(dandiset.description);
  const withoutLinks = sentences.filter((sentence) => !/:$|https?:|www\.|\bdoi\b|\S@\S/i.test(sentence));
  const usable = withoutLinks.length ? withoutLinks : sentences;
  const taken: string[] = [];
  for (const sentence of usable) {
    const length = taken.join(' ').length + sentence.length;
    if (taken.length && (length > MAX_QUOTE || taken.length === 3)) break;
    taken.push(cutAtWord(sentence, MAX_QUOTE));
  }
  const quote = taken
    .join(' ')
    .replace(/[“”]/g, '"')
    .replace(/\s*[:;,]$/, '');
  if (!quote) return 'Its owners have given it no description.';
  return `Its owners describe it as follows: “${quote}”${/[.?!…]$/.test(quote) ? '' : '.'}`;
}

/** Which files hold what, where it was recorded, and with what. */
function describeRecorded(facts: DandisetFacts, kinds: readonly FileKind[]): string {
  const [main] = kinds;
  if (!main) return '';
  const [example] = main.types;
  const types = kinds.flatMap((kind) => kind.types);
  const locations = distinct(types.flatMap((type) => type.locations));
  const devices = nameDevices(types.flatMap((type) => type.devices));
  const methods = distinct([...facts.dandiset.approaches, ...facts.dandiset.techniques].map(lastPart));
  const isOneFile = kinds.length === 1 && main.files === 1;
  return joinSentences([
    kinds.length > 1 ? countFiles(facts, kinds) : '',
    locations.length
      ? `The headers name ${joinNames(locations, 5)} as ${locations.length === 1 ? 'the location' : 'locations'} of recording.`
      : '',
    devices.length === 1
      ? `${locations.length ? 'They' : 'The headers'} name one device, ${devices[0]}.`
      : '',
    devices.length > 1 ? `Devices named in the headers are ${joinSome(devices, 3)}.` : '',
    quoteHeader(example, facts, isOneFile ? 'The file' : 'A representative file'),
    methods.length === 1 ? `The metadata name one method, ${methods[0]}.` : '',
    methods.length > 1 ? `Methods named in the metadata are ${joinNames(methods, 5)}.` : '',
  ]);
}

/** Devices by their names, each once, with what the header says of it where that is short; generic names give way to that. */
function nameDevices(devices: FileTypeFacts['devices']): string[] {
  const named = new Map<string, string>();
  const names = distinct(devices.map(({ name }) => name));
  // What is said of every one of several is said once, after the last.
  const shared = new Set(devices.map(({ description }) => findDescription(description, 60)));
  const common = names.length > 1 && names.length < 4 && shared.size === 1 ? [...shared][0] : undefined;
  if (common !== undefined && !names.some((name) => sameWords(common, name)))
    return names.map((name, index) =>
      index === names.length - 1 ? `${flattenText(name, 40)} (each: ${common})` : flattenText(name, 40),
    );
  for (const { name, description } of devices) {
    const flat = flattenText(name, 40);
    const said = findDescription(description, 60);
    const reported = said?.endsWith('…') || (said && sameWords(said, flat)) ? undefined : said;
    const isGeneric = /^(device|unnamed|device_?\d*)$/i.test(flat);
    const phrase = isGeneric ? (reported ?? '') : reported ? `${flat} (${reported})` : flat;
    const key = (isGeneric ? phrase : flat).toLowerCase();
    if (phrase && !named.has(key)) named.set(key, phrase);
  }
  return [...named.values()];
}

/** What the file says of its experiment, else of its session, unless the owners' description said it already. */
function quoteHeader(type: FileTypeFacts, { dandiset }: DandisetFacts, who: string): string {
  for (const [name, noun, most] of [
    ['experiment_description', 'experiment', 240],
    ['session_description', 'session', 200],
  ] as const) {
    const said = findDescription(type.texts[name] ?? '', most);
    const isInformative = said !== undefined && said.split(' ').length >= 3;
    const start = said?.slice(0, 50) ?? '';
    // What a session's description says with a number is that session's alone.
    const isShared = name === 'experiment_description' || type.files === 1 || !/\d/.test(said ?? '');
    if (isInformative && isShared && !flattenText(dandiset.description, 20_000).includes(start)) {
      return `${who} describes its ${noun} as “${said.replace(/[“”]/g, '"')}”.`;
    }
  }
  return '';
}

/** Approaches come as `microscopy approach; cell population imaging`: the last part is the most precise. */
function lastPart(name: string): string {
  return flattenText(name.split(';').at(-1) ?? '', 80);
}

function sameWords(one: string, other: string): boolean {
  const words = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  return words(other).includes(words(one)) || words(one) === words(other);
}

/** `All 31 NWB files that were read hold A; 20 of them also hold B.` Said only where the files differ. */
function countFiles(facts: DandisetFacts, kinds: readonly FileKind[]): string {
  const total = kinds.reduce((sum, kind) => sum + kind.files, 0);
  // Modalities are reported together only where they are held by the very same kinds of files.
  const groups = new Map<string, { files: number; nouns: string[] }>();
  for (const { modality, files } of countModalities(kinds)) {
    if (modality.id === 'time-series' && kinds.every((kind) => kind.modalities.length > 1)) continue;
    const holders = kinds.map((kind) => (kind.modalities.includes(modality) ? '1' : '0')).join('');
    const group = groups.get(holders) ?? { files, nouns: [] };
    group.nouns.push(nameModality(modality, facts));
    groups.set(holders, group);
  }
  if (!groups.size) return '';
  const reported = [...groups.values()].sort((a, b) => b.files - a.files).slice(0, 6);
  const [first] = reported;
  const inAll = first?.files === total ? first : undefined;
  const clauses = reported
    .filter((group) => group !== inAll)
    .map(({ files, nouns }, index) => {
      const who = inAll && index === 0 ? `${formatNumber(files)} of them also` : formatNumber(files);
      return `${who} ${files === 1 ? 'holds' : 'hold'} ${joinWords(nouns)}`;
    });
  return inAll
    ? `${[`All ${formatNumber(total)} NWB files that were read hold ${joinWords(inAll.nouns)}`, ...clauses].join('; ')}.`
    : `Of the ${formatNumber(total)} NWB files that were read, ${clauses.join('; ')}.`;
}

function distinct(texts: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const text of texts) {
    const flat = flattenText(text, 120);
    const key = flat.toLowerCase();
    if (
      flat &&
      !/^(unknown|n\/?a|none|null|no description|not specified|unspecified|-+)$/i.test(flat) &&
      !seen.has(key)
    )
      seen.set(key, flat);
  }
  return [...seen.values()];
}

function joinSentences(sentences: readonly string[]): string {
  return sentences.filter(Boolean).map(capitalize).join(' ');
}
