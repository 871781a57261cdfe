/**
 * Assembles the prompt from the metadata, the coverage and the digests of the file types, and compacts it
 * in declared stages until it fits its token budget. Pure; the grammar is the specification's.
 */
import { PromptTooLargeError } from '../errors.ts';
import type { Contents } from '../facts/contents.ts';
import type { Fact } from '../facts/list/fact.ts';
import { stripEmails } from '../facts/strip-emails.ts';
import { buildFacts } from './build-facts.ts';
import { countTokens } from './count-tokens.ts';
import type { CountedFacts, Coverage } from './facts.ts';
import {
  factsHeading,
  INSTRUCTIONS,
  INSTRUCTIONS_WITHOUT_NWB,
  indent,
  sectionHeading,
  totalLine,
  typeLine,
} from './fixed-words.ts';
import { type MetadataField, metadataFields, metadataText, parseMetadata } from './metadata-text.ts';
import type { Prompt, PromptProfile, WritingMode } from './prompt.ts';
import { requestOverhead } from './request-overhead.ts';
import { buildStructuredPrompt } from './structured-prompt.ts';
import { REPORTED_BY_TYPE, SECTION_LEVELS, type TypeDigest } from './type-digest.ts';
import type { SectionLevel } from './type-section.ts';

/** The input of a prompt. */
export interface PromptInput {
  readonly ref: { readonly id: string; readonly version: string };
  /** `dandiset.jsonld` as in the archive. */
  readonly metadataJson: string;
  readonly profile: PromptProfile;
  /** `prose` by default. */
  readonly writing?: WritingMode;
  readonly coverage: Coverage;
  /** Counts over all files. */
  readonly contents: Contents;
  /** Largest type first (`classic`: in order of appearance), labels from 1 without a gap. */
  readonly types: readonly TypeDigest[];
  /** Tokens of the whole request at most. Not applied to `classic`, which is for comparison. */
  readonly tokenBudget: number;
}

/** Characters per token beyond which a text counts as over budget without counting its tokens. */
export const MAX_CHARACTERS_PER_TOKEN = 16;
/** Unreadable files that are named at most; the rest are counted. */
const NAMED_UNREADABLE = 5;
/** Kinds of other files that are named at most. */
const NAMED_KINDS = 8;
/** Neurodata types that are named at most for a file type with one line; the rest are counted. */
const NAMED_TYPES = 12;
/** Characters of a metadata field in the last stages. */
const METADATA_CUTS = [20_000, 4_000, 1_000];
/**
 * Characters of metadata for each token of the budget beyond which long fields are cut first: about half of the
 * budget.
 */
const METADATA_CHARACTERS_PER_TOKEN = 2;
/** Characters of a full section in the last stages. */
const SECTION_CUTS = [40_000, 20_000, 12_000, 8_000, 5_600, 4_000, 2_800, 2_000, 1_400, 1_000, 500];
/** Types that keep a line in the last stages. */
const LINE_CUTS = [200, 50, 10];

/** The parameters of one attempt at the text. */
interface Draft {
  readonly level: SectionLevel;
  /** Number of types with a full section; the others get a line. */
  readonly full: number;
  /** Types reported at all. */
  readonly listed: number;
  readonly metadataCharacters: number;
  readonly sectionCharacters: number;
  /** Facts up to this rank are reported: 5 includes all. */
  readonly rank: number;
}

/**
 * The prompt of one version, in the first of the declared stages that fits the budget.
 * @throws PromptTooLargeError where the last stage does not fit; SyntaxError if the metadata are not a JSON object
 */
export function buildPrompt(input: PromptInput): Prompt {
  const metadata = parseMetadata(input.metadataJson);
  const facts = buildFacts(
    input.ref,
    metadata,
    input.coverage,
    input.types.map((type) => type.facts),
    input.contents,
  );
  if (input.writing === 'structured') return buildStructuredPrompt(facts, input.tokenBudget);
  const fields = metadataFields(metadata);
  const writer = new PromptWriter(input, fields, facts);
  if (input.profile === 'classic') {
    const written = writer.write({ ...VERBATIM, full: input.types.length, listed: input.types.length });
    const tokens = countTokens(written.text) + requestOverhead(written.quoted.length);
    return { profile: input.profile, ...written, tokens, compaction: [], facts };
  }
  let least = Number.POSITIVE_INFINITY;
  for (const draft of drafts(input, fields)) {
    const written = writer.write(draft);
    const { length } = written.text;
    const isHopeless = length > input.tokenBudget * MAX_CHARACTERS_PER_TOKEN;
    const textTokens = isHopeless ? Math.ceil(length / MAX_CHARACTERS_PER_TOKEN) : countTokens(written.text);
    const tokens = textTokens + requestOverhead(written.quoted.length);
    if (!isHopeless && tokens <= input.tokenBudget) {
      return { profile: input.profile, ...written, tokens, compaction: writer.statements(draft), facts };
    }
    least = Math.min(least, tokens);
  }
  throw new PromptTooLargeError(
    `The prompt of Dandiset ${input.ref.id} needs at least ${least} tokens even in its shortest form; the budget is ${input.tokenBudget}. Raise PROMPT_TOKEN_BUDGET.`,
    { tokens: least, budget: input.tokenBudget },
  );
}

const VERBATIM: Omit<Draft, 'full' | 'listed'> = {
  level: 'verbatim',
  metadataCharacters: Number.POSITIVE_INFINITY,
  sectionCharacters: Number.POSITIVE_INFINITY,
  rank: 5,
};

/**
 * The stages of compaction, each shorter than the one before; a stage that changes nothing is left out.
 * Metadata that would take half of the budget are cut before anything about the files is left out: otherwise one long
 * description would cost all types but one their section.
 */
function* drafts(input: PromptInput, fields: readonly MetadataField[]): Generator<Draft> {
  const { types, tokenBudget, profile } = input;
  const whole = { ...VERBATIM, full: types.length, listed: types.length };
  // After the facts over all files, the types need no repetition: they are folded from the start.
  const levels = profile === 'rich' ? SECTION_LEVELS.slice(1) : SECTION_LEVELS;
  if (profile !== 'rich' && types.every((type) => type.sections.verbatim !== undefined)) yield whole;
  const cut = firstCut(fields, tokenBudget * METADATA_CHARACTERS_PER_TOKEN);
  const bounded: Draft = { ...whole, metadataCharacters: cut };
  for (const level of levels) {
    const isWhole = level === 'verbatim' && cut === Number.POSITIVE_INFINITY;
    if (!isWhole && types.every((type) => type.sections[level] !== undefined)) yield { ...bounded, level };
  }
  const brief: Draft = { ...bounded, level: 'tables' };
  for (let full = Math.floor(types.length / 2); full >= 1; full = Math.floor(full / 2))
    yield { ...brief, full };
  const least: Draft = { ...brief, full: Math.min(1, types.length) };
  if (profile === 'rich') for (const rank of [4, 3]) yield { ...least, rank };
  const few: Draft = { ...least, rank: profile === 'rich' ? 3 : 5 };
  for (const metadataCharacters of METADATA_CUTS)
    if (metadataCharacters < cut) yield { ...few, metadataCharacters };
  const [, , metadataCharacters = 1_000] = METADATA_CUTS;
  for (const listed of LINE_CUTS) {
    if (listed < types.length) yield { ...few, metadataCharacters, listed };
  }
  const last: Draft = {
    ...few,
    metadataCharacters,
    listed: Math.min(types.length, LINE_CUTS.at(-1) as number),
  };
  for (const sectionCharacters of SECTION_CUTS)
    yield { ...last, sectionCharacters, rank: Math.min(2, last.rank) };
  if (profile === 'rich') yield { ...last, sectionCharacters: SECTION_CUTS.at(-1) as number, rank: 1 };
}

/** The mildest cut of fields after which the metadata have no more than `characters`, or else the hardest cut. */
function firstCut(fields: readonly MetadataField[], characters: number): number {
  const cuts = [Number.POSITIVE_INFINITY, ...METADATA_CUTS];
  const fits = (cut: number): boolean =>
    sum(fields.map(({ text }) => Math.min(text.length, cut))) <= characters;
  return cuts.find(fits) ?? (cuts.at(-1) as number);
}

class PromptWriter {
  readonly #input: PromptInput;
  readonly #metadata: readonly MetadataField[];
  readonly #facts: readonly Fact[];

  constructor(input: PromptInput, metadata: readonly MetadataField[], facts: CountedFacts) {
    this.#input = input;
    this.#metadata =
      input.profile === 'rich'
        ? metadata.map(({ name, text }) => ({ name, text: stripEmails(text) }))
        : metadata;
    // The sections of the types describe them.
    this.#facts = input.profile === 'rich' ? facts.list.filter(({ topic }) => topic !== 'type') : [];
  }

  write(draft: Draft): Pick<Prompt, 'text' | 'quoted'> {
    const { profile, ref, types } = this.#input;
    const isClassic = profile === 'classic';
    const fields = this.#metadata.map((field) => cutField(field, draft.metadataCharacters));
    const total = isClassic ? sum(types.map((type) => type.facts.files)) : this.#input.coverage.nwb;
    const text = new QuotingText();
    text.say(total === 0 && !isClassic ? INSTRUCTIONS_WITHOUT_NWB : INSTRUCTIONS);
    text.quote(metadataText(fields));
    text.say(`\n${totalLine(ref.id, total)}`);
    for (const { facts } of types.slice(0, draft.listed)) text.say(typeLine(facts.files, facts.label));
    if (!isClassic) this.#plainStatements(draft, text);
    this.#factsOver(draft, text);
    const said = new Set<string>();
    for (const type of types.slice(0, draft.full)) {
      text.say(sectionHeading(type.facts.label));
      const section = sectionText(type, draft);
      text.quote(profile === 'rich' ? withoutRepeats(section, said) : section);
    }
    const brief = types.slice(draft.full, draft.listed);
    if (brief.length > 0) {
      text.say(BRIEF_HEADING);
      text.quote(briefText(brief));
    }
    return { text: text.written, quoted: text.quoted };
  }

  /** The facts over all files, one per line. The title and the owners' description already precede them. */
  #factsOver({ rank }: Draft, text: QuotingText): void {
    // If there are several types, each lists its own series and tables.
    const { types } = this.#input;
    const isByType = types.length > 1 && types.every((type) => type.facts.contents !== undefined);
    const reported = this.#facts.filter(
      (fact) =>
        fact.rank <= rank &&
        !REPORTED_ABOVE.has(fact.topic) &&
        !(isByType && REPORTED_BY_TYPE.has(fact.topic)),
    );
    if (reported.length === 0) return;
    text.say(factsHeading(this.#input.contents.all.read, this.#input.contents.assets));
    text.quote(reported.map((fact) => indent(fact.text)).join(''));
  }

  /** Notes on what this draft left out or shortened, one sentence each. */
  statements(draft: Draft): string[] {
    const { types } = this.#input;
    const found: [boolean, string][] = [
      [
        draft.level !== 'verbatim' && types.length > 0,
        'Groups and datasets that differ only in a number of their name are given once, with their count; * stands for the number.',
      ],
      [
        (draft.level === 'brief' || draft.level === 'tables') && types.length > 0,
        'A long description is given once, and elsewhere as (as PLACE); long values are cut.',
      ],
      [draft.level === 'tables' && types.length > 0, 'The columns of a table are reported on one line.'],
      [
        draft.full < types.length,
        `Only the ${draft.full === 1 ? 'largest type is' : `${draft.full} largest types are`} described in full, the others in a line each.`,
      ],
      [
        this.#input.profile === 'rich' && draft.full > 1,
        'What is in an earlier section of the same words is not repeated in a later one, which says how many lines it has in common.',
      ],
      [draft.listed < types.length, unlistedText(types.slice(draft.listed))],
      [
        this.#metadata.some((field) => field.text.length > draft.metadataCharacters),
        'Long metadata fields are cut.',
      ],
      [this.#facts.some(({ rank }) => rank > draft.rank), 'Facts of less weight are left out.'],
      [draft.sectionCharacters < Number.POSITIVE_INFINITY, 'Sections are cut after their first lines.'],
    ];
    return found.filter(([applies]) => applies).map(([, statement]) => statement);
  }

  /** Notes on unread files that belong beside the counts of types; empty if there are none. */
  #plainStatements(draft: Draft, text: QuotingText): void {
    const { coverage } = this.#input;
    const kinds = coverage.other;
    const others = sum(kinds.map((kind) => kind.count));
    // Paths and kinds of files are quoted from the archive.
    if (coverage.unreadable.length > 0) text.quote(`${unreadableText(coverage)}\n`);
    if (coverage.cutShort > 0)
      text.say(`${coverage.cutShort} of these NWB files were read in part, up to a limit of size.\n`);
    if (others > 0) text.quote(`The Dandiset also has ${othersText(others)}: ${kindsText(kinds)}.\n`);
    for (const statement of this.statements(draft)) text.say(`${statement}\n`);
  }
}

/** A text that records which of its parts are quoted from the archive. */
class QuotingText {
  readonly quoted: [start: number, end: number][] = [];
  #written = '';

  /** All parts so far. */
  get written(): string {
    return this.#written;
  }

  say(words: string): void {
    this.#written += words;
  }

  quote(material: string): void {
    if (material === '') return;
    const start = this.#written.length;
    this.#written += material;
    this.quoted.push([start, this.#written.length]);
  }
}

/** A section without the lines of earlier sections, collected in `said`, and with the number of lines left out. */
function withoutRepeats(section: string, said: Set<string>): string {
  const lines = section.split('\n').slice(0, -1);
  const fresh = lines.filter((line) => !said.has(line) || line.endsWith(':'));
  for (const line of lines) said.add(line);
  const left = lines.length - fresh.length;
  const note = left === 0 ? [] : [indent(`(and ${count(left, 'line')} that are above)`).slice(0, -1)];
  return [...fresh, ...note].map((line) => `${line}\n`).join('');
}

function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

/** One type's lines, up to the draft's limit. */
function sectionText(type: TypeDigest, draft: Draft): string {
  const text = type.sections[draft.level] ?? '';
  if (text.length <= draft.sectionCharacters) return text;
  const end = text.lastIndexOf('\n', draft.sectionCharacters) + 1;
  const left = text.slice(end).split('\n').length - 1;
  return text.slice(0, end) + indent(`… (${left.toLocaleString('en-US')} more lines)`);
}

function cutField(field: MetadataField, characters: number): MetadataField {
  if (field.text.length <= characters) return field;
  const length = field.text.length.toLocaleString('en-US');
  return { name: field.name, text: `${field.text.slice(0, characters)}… (${length} characters in all)` };
}

/** Facts that the lines of the metadata already contain. */
const REPORTED_ABOVE: ReadonlySet<string> = new Set(['title', 'owners']);

/** The heading of the types that are reported in a line each. */
const BRIEF_HEADING = '\n\nThe other types in brief, with the neurodata types of a file:\n';

function briefText(types: readonly TypeDigest[]): string {
  const lines = types.map(({ facts }) => {
    const names = byInterest(facts.neurodataTypes)
      .slice(0, NAMED_TYPES)
      .map(({ name, count }) => (count > 1 ? `${count} × ${name}` : name));
    const rest = facts.neurodataTypes.length - names.length;
    return indent(`type ${facts.label}: ${names.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`);
  });
  return lines.join('');
}

/**
 * Types in the order of interest to readers: units and recordings, then stimuli and behavior, the format's own parts
 * last.
 */
function byInterest<T extends { readonly name: string; readonly count: number }>(types: readonly T[]): T[] {
  return [...types].sort((a, b) => rankInterest(a.name) - rankInterest(b.name) || b.count - a.count);
}

const INTEREST: readonly RegExp[] = [
  /^(?:Units|UnitTimes|PlaneSegmentation|LFP)$/,
  /^(?:ElectricalSeries|TwoPhotonSeries|OnePhotonSeries|RoiResponseSeries|Fluorescence|DfOverF|\w*ClampSeries|SpikeEventSeries|FiberPhotometry\w*|MultiChannelVolume\w*)$/,
  /Stimulus|Optogenetic|OpticalSeries|IndexSeries|TimeIntervals|Presentation/,
  /Position|Spatial|Behavior|Pose|Eye|Pupil|Ellipse|Events|TTL/,
  /Series$/,
];
/** The format's own parts: every table has them. */
const PARTS =
  /^(?:NWBFile|VectorData|VectorIndex|ElementIdentifiers|DynamicTableRegion|EnumData|TimeSeriesReferenceVectorData|ProcessingModule|DynamicTable)$/;

function rankInterest(type: string): number {
  if (PARTS.test(type)) return INTEREST.length + 1;
  const at = INTEREST.findIndex((pattern) => pattern.test(type));
  return at < 0 ? INTEREST.length : at;
}

function unlistedText(types: readonly TypeDigest[]): string {
  const files = sum(types.map((type) => type.facts.files));
  return `${countNoun(files, 'file')} of ${types.length} further types not reported here.`;
}

function unreadableText(coverage: Coverage): string {
  const { unreadable } = coverage;
  const named = unreadable.slice(0, NAMED_UNREADABLE).map(({ path, reason }) => `${path} (${reason})`);
  const rest = unreadable.length - named.length;
  const more = rest === 0 ? '' : `; and ${rest} more`;
  return `${unreadable.length} of these NWB files could not be read: ${named.join('; ')}${more}.`;
}

function othersText(count: number): string {
  return count === 1 ? '1 file that is not NWB' : `${count.toLocaleString('en-US')} files that are not NWB`;
}

function kindsText(kinds: Coverage['other']): string {
  const named = kinds
    .slice(0, NAMED_KINDS)
    .map(({ kind, count }) => `${count.toLocaleString('en-US')} ${kind}`);
  const rest = sum(kinds.slice(NAMED_KINDS).map((kind) => kind.count));
  return named.join(', ') + (rest === 0 ? '' : `, ${rest} of other kinds`);
}

/** `1 file is`, `3 files are`. */
function countNoun(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? ' is' : 's are'}`;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
