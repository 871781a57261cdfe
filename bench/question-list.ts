/**
 * Questions of a researcher who looks for data to reuse, and the rule by which a prompt answers them. The
 * correct answers come from the records and headers themselves, read here in the simplest way and without the
 * code that builds prompts, so that the two can disagree.
 *
 * A question counts for a Dandiset if its records or headers contain the answer. It is answered if the
 * prompt, without its instructions, states
 * - for values: each of the eight most frequent ones, as a whole word in any case;
 * - for numbers: the least and the greatest over all files, or the only number, in any of the usual forms;
 * - for the whole Dandiset (subjects, files, bytes, licence, publication): exactly that number or name.
 */
import { findAttribute } from '../shared/header/attribute-text.ts';
import type { HeaderObject, NwbHeader } from '../shared/header/nwb-header.ts';
import { walkHeader } from '../shared/header/walk-header.ts';

/** One file, with what the questions need. */
export interface QuestionedFile {
  readonly path: string;
  readonly size: number;
  /** The asset's metadata record, if there is one. */
  readonly record: Readonly<Record<string, unknown>> | undefined;
  readonly header: NwbHeader | undefined;
}

/** A Dandiset, with what the questions need. */
export interface QuestionedDandiset {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly files: readonly QuestionedFile[];
}

/** One question. */
export interface Question {
  readonly name: string;
  readonly asks: string;
  /**
   * The answer's parts, each as a list of its possible forms; undefined if the Dandiset does not contain it.
   */
  readonly truth: (dandiset: QuestionedDandiset) => readonly (readonly string[])[] | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** The most parts of an answer that is a list of values. */
const MOST_VALUES = 8;
const NOTHING = /^(?:|unknown|none|n\/?a|null|no description|placeholder|\['placeholder'\]|-+)$/i;

/** The fifteen questions. */
export const QUESTIONS: readonly Question[] = [
  {
    name: 'species',
    asks: 'Which animals?',
    truth: (of) => values(of, readRecorded('species'), valuesAt(/^\/general\/subject\/species$/)),
  },
  { name: 'subjects', asks: 'How many of them?', truth: subjects },
  { name: 'sex', asks: 'Of which sex?', truth: (of) => sexes(of) },
  { name: 'age', asks: 'How old?', truth: ages },
  { name: 'region', asks: 'Where in the brain?', truth: (of) => values(of, () => [], locations) },
  {
    name: 'task',
    asks: 'Doing what?',
    truth: (of) =>
      values(of, sessionTexts, valuesAt(/^\/(?:session_description|general\/experiment_description)$/)),
  },
  {
    name: 'stimulus',
    asks: 'Seeing, hearing or receiving what?',
    truth: (of) => values(of, () => [], stimuli),
  },
  {
    name: 'technique',
    asks: 'By which technique?',
    truth: (of) => values(of, names('measurementTechnique'), () => []),
  },
  { name: 'device', asks: 'With which devices?', truth: (of) => values(of, () => [], findTyped('Device')) },
  { name: 'rate', asks: 'At which rates?', truth: (of) => numbers(of, rates, rateForms) },
  {
    name: 'units',
    asks: 'How many units, ROIs or sweeps in a file?',
    truth: (of) => numbers(of, countHeader, numberForms),
  },
  { name: 'sessions', asks: 'In how many sessions?', truth: sessions },
  {
    name: 'size',
    asks: 'How much data?',
    truth: ({ files }) =>
      files.length === 0 ? undefined : [bytesForms(files.reduce((sum, { size }) => sum + size, 0))],
  },
  { name: 'publication', asks: 'Described where?', truth: publication },
  {
    name: 'licence',
    asks: 'Under which licence?',
    truth: ({ metadata }) =>
      single(
        list(metadata.license).flatMap((each) =>
          typeof each === 'string' ? [each.replace(/^spdx:/, '')] : [],
        ),
      ),
  },
];

/** Whether a prompt's text contains the answer. */
export function isAnswered(truth: readonly (readonly string[])[], prompt: string): boolean {
  const text = squeeze(prompt);
  return truth.every((forms) => forms.some((form) => hasWhole(text, squeeze(form))));
}

function hasWhole(text: string, form: string): boolean {
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
    const isWord = (character: string | undefined): boolean =>
      character !== undefined && /[\p{L}\p{N}]/u.test(character);
    if (
      !(isWord(text[at - 1]) && isWord(form[0])) &&
      !(isWord(text[at + form.length]) && isWord(form.at(-1)))
    )
      return true;
  }
  return false;
}

function squeeze(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/["'“”‘’\\]/g, '')
    .replaceAll(/\s+/g, ' ');
}

type OfRecord = (record: Fields) => string[];
type OfHeader = (header: NwbHeader) => string[];

function values(of: QuestionedDandiset, ofRecord: OfRecord, ofHeader: OfHeader): string[][] | undefined {
  const counts = new Map<string, number>();
  for (const { record, header } of of.files) {
    const found = new Set(
      [
        ...(record === undefined ? [] : ofRecord(record)),
        ...(header === undefined ? [] : ofHeader(header)),
      ].map((value) => value.trim()),
    );
    for (const value of found) if (!NOTHING.test(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  if (counts.size === 0) return undefined;
  const most = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_VALUES);
  return most.map(([value]) => listForms(value));
}

/**
 * A long text counts as stated by its beginning; a taxon by its Latin name, its common name or its number.
 */
function listForms(value: string): string[] {
  const flat = value.replaceAll(/\s+/g, ' ');
  const taxon = /NCBITaxon_(\d+)/.exec(flat)?.[1];
  return [
    flat.length > 100 ? flat.slice(0, 100).replace(/\S*$/, '') : flat,
    ...(flat.includes(' - ') ? flat.split(' - ') : []),
    ...(taxon === undefined ? [] : [taxon]),
  ];
}

function participants(record: Fields): Fields[] {
  return list(record.wasAttributedTo).filter(
    (each): each is Fields => isFields(each) && (each.schemaKey ?? 'Participant') === 'Participant',
  );
}

function readRecorded(field: string): OfRecord {
  return (record) => participants(record).flatMap((each) => readName(each[field]));
}

function names(field: string): OfRecord {
  return (record) => list(record[field]).flatMap(readName);
}

function sessionTexts(record: Fields): string[] {
  return list(record.wasGeneratedBy).flatMap((each) =>
    isFields(each) && each.schemaKey === 'Session' && typeof each.description === 'string'
      ? [each.description]
      : [],
  );
}

function readName(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return isFields(value) && typeof value.name === 'string' ? [value.name] : [];
}

function valuesAt(path: RegExp): OfHeader {
  return (header) =>
    [...walkHeader(header)].flatMap((node) => (path.test(node.path) ? strings(node.object) : []));
}

function locations(header: NwbHeader): string[] {
  return [...walkHeader(header)].flatMap(({ path, object }) => [
    ...(/^\/general\/.*\/location$/.test(path) ? strings(object) : []),
    ...attributeStrings(object, 'location'),
  ]);
}

function stimuli(header: NwbHeader): string[] {
  return [...walkHeader(header)].flatMap(({ path, name, object }) =>
    path.startsWith('/stimulus/presentation/') && path.split('/').length === 4 && object.kind === 'group'
      ? [name.replace(/[\d_-]+$/, '')]
      : [],
  );
}

function findTyped(type: string): OfHeader {
  return (header) =>
    [...walkHeader(header)].flatMap(({ name, path, object }) =>
      path.startsWith('/general/devices/') && attributeStrings(object, 'neurodata_type').includes(type)
        ? [name]
        : [],
    );
}

function sexes(of: QuestionedDandiset): string[][] | undefined {
  const found = values(of, readRecorded('sex'), valuesAt(/^\/general\/subject\/sex$/));
  const words = [...new Set((found ?? []).map(([value = '']) => value.toLowerCase()[0]))];
  const reported = words.flatMap((letter) =>
    letter === 'm' ? [['male']] : letter === 'f' ? [['female']] : [],
  );
  return reported.length === 0 ? undefined : reported;
}

function ages(of: QuestionedDandiset): string[][] | undefined {
  const days = of.files.flatMap(({ record, header }) => [
    ...(record === undefined ? [] : participants(record)).flatMap((each) =>
      isFields(each.age) ? readDay(each.age.value) : [],
    ),
    ...(header === undefined ? [] : valuesAt(/^\/general\/subject\/age$/)(header).flatMap(readDay)),
  ]);
  return days.length === 0 ? undefined : leastAndMost(days).map(ageForms);
}

function readDay(value: unknown): number[] {
  const [, years, months, weeks, days] =
    /^P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?$/.exec(
      String(value),
    ) ?? [];
  const sum =
    Number(years ?? 0) * 365.25 +
    (Number(months ?? 0) * 365.25) / 12 +
    Number(weeks ?? 0) * 7 +
    Number(days ?? 0);
  return sum > 0 ? [sum] : [];
}

function ageForms(days: number): string[] {
  const forms = (count: number, unit: string): string[] => {
    const short = count >= 10 ? Math.round(count) : Math.round(count * 10) / 10;
    return [`${short} ${unit}`, `${short} to`, `${count}${unit[0]}`];
  };
  return [
    ...forms(days, 'day'),
    ...forms(days / 7, 'week'),
    ...forms(days / (365.25 / 12), 'month'),
    ...forms(days / 365.25, 'year'),
  ].flatMap((form) => (form.endsWith('to') ? [form] : [form, `${form}s`]));
}

function subjects({ files }: QuestionedDandiset): string[][] | undefined {
  const found = new Set(
    files.flatMap(({ record, path }) => {
      const ids = (record === undefined ? [] : participants(record)).flatMap((each) =>
        typeof each.identifier === 'string' ? [each.identifier] : [],
      );
      return ids.length > 0 ? ids : (/(?:^|\/)sub-([^_/]+)/.exec(path)?.slice(1, 2) ?? []);
    }),
  );
  if (found.size === 0) return undefined;
  const count = numberForms(found.size);
  return [
    count.flatMap((form) => [
      `${form} subject`,
      `${form} subjects`,
      `numberOfSubjects: ${form},`,
      `numberOfSubjects: ${form}}`,
    ]),
  ];
}

function sessions({ files }: QuestionedDandiset): string[][] | undefined {
  const found = new Set(
    files.flatMap(({ path }) =>
      /\/?sub-([^_/]+).*ses-([^_/]+)/.exec(path) === null
        ? []
        : [/sub-([^_/]+).*ses-([^_/.]+)/.exec(path)!.slice(1, 3).join(' ')],
    ),
  );
  return found.size === 0
    ? undefined
    : [numberForms(found.size).flatMap((form) => [`${form} session`, `${form} sessions`])];
}

function rates(header: NwbHeader): number[] {
  return [...walkHeader(header)].flatMap(({ name, object }) =>
    name === 'starting_time' ? attributeNumbers(object, 'rate') : [],
  );
}

function countHeader(header: NwbHeader): number[] {
  const groups = new Map<string, number>();
  for (const { path, object, parentPath } of walkHeader(header)) {
    if (path === '/units/id' && object.kind === 'dataset' && object.shape?.[0] !== undefined)
      groups.set('units', object.shape[0]);
    const isRecording = attributeStrings(object, 'neurodata_type').some((type) =>
      /^(?:CurrentClamp|VoltageClamp|IZeroClamp)Series$/.test(type),
    );
    if (isRecording && parentPath === '/acquisition') groups.set('sweeps', (groups.get('sweeps') ?? 0) + 1);
  }
  return [...groups.values()];
}

function numbers(
  of: QuestionedDandiset,
  ofHeader: (header: NwbHeader) => number[],
  forms: (number: number) => string[],
): string[][] | undefined {
  const found = of.files
    .flatMap(({ header }) => (header === undefined ? [] : ofHeader(header)))
    .filter((number) => Number.isFinite(number) && number > 0);
  return found.length === 0 ? undefined : leastAndMost(found).map(forms);
}

function leastAndMost(numbers: readonly number[]): number[] {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const number of numbers) [least, most] = [Math.min(least, number), Math.max(most, number)];
  return least === most ? [most] : [least, most];
}

function numberForms(number: number): string[] {
  return [String(number), number.toLocaleString('en-US')];
}

function rateForms(hertz: number): string[] {
  const short = [hertz, Number(hertz.toPrecision(3))];
  return short.flatMap((each) => [
    `${each} hz`,
    `${each.toLocaleString('en-US')} hz`,
    `${Number((each / 1000).toPrecision(6))} khz`,
    `${Number((each / 1000).toPrecision(3))} khz`,
    `${each} to`,
    `${Number((each / 1000).toPrecision(3))} to`,
    `${each.toLocaleString('en-US')} to`,
  ]);
}

function bytesForms(bytes: number): string[] {
  const scaled = ['bytes', 'kb', 'mb', 'gb', 'tb'].flatMap((unit, at) => {
    const size = bytes / 1000 ** at;
    return size >= 1 && size < 1000 ? [`${Number(size.toPrecision(3))} ${unit}`] : [];
  });
  return [...numberForms(bytes), ...scaled];
}

function publication({ metadata }: QuestionedDandiset): string[][] | undefined {
  const dois = list(metadata.relatedResource)
    .flatMap((each) => (isFields(each) ? [each.identifier, each.url] : []))
    .flatMap((text) => (typeof text === 'string' ? (/10\.\d{4,9}\/[^\s"<>]+/.exec(text) ?? []) : []));
  return dois.length === 0 ? undefined : [...new Set(dois)].slice(0, 3).map((doi) => [doi]);
}

function single(texts: readonly string[]): string[][] | undefined {
  return texts.length === 0 ? undefined : texts.slice(0, 1).map((text) => [text]);
}

function strings(object: HeaderObject): string[] {
  return object.kind === 'dataset' ? (object.values ?? []).filter((value) => typeof value === 'string') : [];
}

function attributeStrings(object: HeaderObject, name: string): string[] {
  return (findAttribute(object, name)?.values ?? []).filter((value) => typeof value === 'string');
}

function attributeNumbers(object: HeaderObject, name: string): number[] {
  return (findAttribute(object, name)?.values ?? []).flatMap((value) =>
    typeof value === 'number' || typeof value === 'bigint' ? [Number(value)] : [],
  );
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
