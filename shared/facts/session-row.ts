/**
 * Builds the table of sessions with one row per file: subject, date, contents and counts, for people with a
 * spreadsheet and programs with a data frame. Pure.
 */
import { type CountedFile, findSubjects, nameSex, nameSpecies, speciesText } from './content-tally.ts';
import { shortenText } from './plain-words.ts';
import { findWord } from './terms.ts';

/** A row. A field is null if neither the record nor the header has it. */
export interface SessionRow {
  readonly path: string;
  /** `read`, or why the header could not be read; empty for a file that is not NWB. */
  readonly header: string;
  /** Files with the same number have the same structure; 0 if the header was not read. */
  readonly file_type: number;
  /** Bytes. */
  readonly size: number;
  /** Several are separated by `; `. */
  readonly subject: string | null;
  readonly species: string | null;
  readonly sex: string | null;
  /** As stated, mostly an ISO 8601 duration. */
  readonly age: string | null;
  readonly genotype: string | null;
  readonly session: string | null;
  readonly session_start: string | null;
  readonly session_description: string | null;
  readonly regions: string | null;
  readonly neurodata_types: string | null;
  readonly units: number | null;
  readonly rois: number | null;
  readonly electrodes: number | null;
  /** Maximum number of channels of an electrical series. */
  readonly channels: number | null;
  readonly trials: number | null;
  readonly planes: number | null;
  readonly recordings: number | null;
  /** Samples per second of the series with the highest rate. */
  readonly rate_hz: number | null;
  /** Seconds of the longest acquired series. */
  readonly duration_s: number | null;
}

/** A column of the table. */
export interface SessionColumn {
  readonly name: keyof SessionRow;
  readonly kind: 'text' | 'integer' | 'number';
}

/** The columns, in the order of the table. */
export const SESSION_COLUMNS: readonly SessionColumn[] = [
  { name: 'path', kind: 'text' },
  { name: 'header', kind: 'text' },
  { name: 'file_type', kind: 'integer' },
  { name: 'size', kind: 'integer' },
  { name: 'subject', kind: 'text' },
  { name: 'species', kind: 'text' },
  { name: 'sex', kind: 'text' },
  { name: 'age', kind: 'text' },
  { name: 'genotype', kind: 'text' },
  { name: 'session', kind: 'text' },
  { name: 'session_start', kind: 'text' },
  { name: 'session_description', kind: 'text' },
  { name: 'regions', kind: 'text' },
  { name: 'neurodata_types', kind: 'text' },
  { name: 'units', kind: 'integer' },
  { name: 'rois', kind: 'integer' },
  { name: 'electrodes', kind: 'integer' },
  { name: 'channels', kind: 'integer' },
  { name: 'trials', kind: 'integer' },
  { name: 'planes', kind: 'integer' },
  { name: 'recordings', kind: 'integer' },
  { name: 'rate_hz', kind: 'number' },
  { name: 'duration_s', kind: 'number' },
];

/** Values joined in one cell at most; the rest are counted. */
const JOINED = 20;
/** Types that every file has. */
const PLAIN_TYPES =
  /^(?:NWBFile|Subject|VectorData|VectorIndex|ElementIdentifiers|DynamicTable|DynamicTableRegion|ProcessingModule|Device|ElectrodeGroup)$/;

/** The row of one file. */
export function buildSessionRow(file: CountedFile, header: string, fileType: number): SessionRow {
  const { facts, record, path, size, pathSession } = file;
  const [recorded] = record?.subjects ?? [];
  const [session] = record?.sessions ?? [];
  const own = facts?.subject;
  const { counts = {}, series = [] } = facts ?? {};
  const species = (record?.subjects ?? []).flatMap(
    (each) => nameSpecies(each.species && speciesText(each.species)) ?? [],
  );
  const durations = series.flatMap(({ path: where, duration }) =>
    duration === undefined || where.startsWith('/stimulus/') ? [] : [duration.max],
  );
  return {
    path,
    header,
    file_type: fileType,
    size,
    subject: joinCell(findSubjects(file).map(({ id }) => id)),
    species: joinCell(species.length > 0 ? species : [nameSpecies(own?.species) ?? '']),
    sex: nameSex(recorded?.sex && findWord(recorded.sex)) ?? nameSex(own?.sex) ?? null,
    age: recorded?.age?.value ?? own?.age ?? null,
    genotype: recorded?.genotype ?? own?.genotype ?? null,
    session: pathSession ?? facts?.session.id ?? session?.identifier ?? null,
    session_start: facts?.session.start ?? session?.start ?? null,
    session_description: cell(facts?.session.description ?? session?.description),
    regions: joinCell((facts?.regions ?? []).map(({ name }) => name)),
    neurodata_types: joinCell(
      (facts?.types ?? []).map(({ name }) => name).filter((name) => !PLAIN_TYPES.test(name)),
    ),
    units: counts.units ?? null,
    rois: counts.rois ?? null,
    electrodes: counts.electrodes ?? null,
    channels: findMost(
      series.flatMap(({ axes }) =>
        axes.flatMap(({ name, max: most }) => (name === 'channels' ? [most] : [])),
      ),
    ),
    trials: counts.trials ?? null,
    planes: counts.planes ?? null,
    recordings: counts.recordings ?? null,
    rate_hz: findMost(series.flatMap(({ rate }) => (rate === undefined ? [] : [rate.max]))),
    duration_s: findMost(durations),
  };
}

function joinCell(values: readonly string[]): string | null {
  const distinct = [...new Set(values.filter((value) => value !== ''))];
  if (distinct.length === 0) return null;
  const rest = distinct.length - JOINED;
  return `${distinct.slice(0, JOINED).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}

function cell(text: string | undefined): string | null {
  return text === undefined ? null : shortenText(text, 400);
}

function findMost(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : Math.max(...numbers);
}
