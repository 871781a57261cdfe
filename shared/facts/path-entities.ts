/**
 * Parses the path of a file by the conventions of DANDI and BIDS: subject, session, sample, stain and any
 * other `key-value`, modalities, suffix, data type, and which part of a BIDS dataset it is in. Pure. Where a
 * Dandiset has no NWB file, most facts about it come from here.
 */
import { findAssetKind } from '../archive/asset.ts';
import { distinct, limitText } from './loose-fields.ts';
import { stripEmails } from './strip-emails.ts';

/** One `key-value` of a path. */
export interface PathEntity {
  /** Without the hyphen: `sub`, `ses`, `stain`. */
  readonly key: string;
  /** As written, hyphens included. */
  readonly value: string;
}

/** The parts of a path. Missing fields are absent; lists may be empty. */
export interface PathEntities {
  /** The kind of file by its extension, such as `.nwb` or `.ome.zarr`; `unknown` without one. */
  readonly kind: string;
  /** Each key once: the file name's own entities first, in its order, then those of folders, nearest first. */
  readonly entities: readonly PathEntity[];
  /** The value of `sub`. */
  readonly subject?: string;
  /** The value of `ses`. */
  readonly session?: string;
  /** DANDI's list of modalities at the end of the name, such as `behavior` and `ecephys`. */
  readonly modalities: readonly string[];
  /** BIDS's suffix, such as `SPIM`, `T2w`, `events`. */
  readonly suffix?: string;
  /** BIDS's folder of a kind of data, such as `micr`, `anat`, `func`. */
  readonly datatype?: string;
  /** The part of a BIDS dataset other than its raw data, such as `derivatives`, `sourcedata`, `code`. */
  readonly area?: string;
  /** The processing that produced it: the folder below `derivatives`. */
  readonly pipeline?: string;
  /**
   * Whether it describes a dataset rather than containing its data: `README`, `participants.tsv`,
   * `dataset_description.json`.
   */
  readonly isDescription: boolean;
}

/**
 * Keys that open a name of either convention. A name that begins with one of them has entities of any key; of
 * other names only these are taken, so that `to-do_list.txt` has none (bids-specification, entities.yaml;
 * dandi-cli, dandi_layout_fields).
 */
const OPENING_KEYS: ReadonlySet<string> = new Set(
  'sub ses sample tpl atlas task run acq stain chunk desc probe obj space hemi tis slice cell rec dir recording'.split(
    ' ',
  ),
);
/** Keys one of which must come first for a name to follow the conventions. */
const FIRST_KEYS: ReadonlySet<string> = new Set('sub ses sample tpl atlas task acq desc space'.split(' '));
/** Modalities as written by dandi-cli: the modules of PyNWB that define a file's types. */
const MODALITIES: ReadonlySet<string> = new Set(
  'base behavior device ecephys epoch event events file fiber icephys image misc ogen ophys photometry retinotopy'.split(
    ' ',
  ),
);
/**
 * Folders of a kind of data (bids-specification, datatypes.yaml, and names from its drafts that occur in the
 * archive).
 */
const DATATYPES: ReadonlySet<string> = new Set(
  'anat beh dwi eeg emg fmap func ieeg meg micr microscopy microsc motion mrs nirs perf pet phenotype'.split(
    ' ',
  ),
);
/** Parts of a BIDS dataset besides its raw data. */
const AREAS: ReadonlySet<string> = new Set(
  'code derivatives docs logs phenotype rawdata sourcedata stimuli'.split(' '),
);
/** Files that describe a dataset or its parts. */
const DESCRIPTIONS =
  /^(?:readme|changes|changelog|licen[cs]e|citation|authors|dataset_description|participants|samples|genetic_info|scans|[^/]*_scans|sessions|[^/]*_sessions|dandiset|\.bidsignore|\.bids[^/]*)(?:\.[a-z]{1,5})?$/i;

/** `key-value`: a key is letters and digits, a value any non-empty text. */
const ENTITY = /^([A-Za-z][A-Za-z0-9]{0,30})-(.+)$/s;
const SUFFIX = /^[A-Za-z][A-Za-z0-9]{0,40}$/;
const MODALITY_LIST = /^[A-Za-z][A-Za-z0-9]{0,30}(?:\+[A-Za-z][A-Za-z0-9]{0,30}){1,20}$/;

/** Length of a path that is parsed at most, in UTF-16 units; longer ones are read from their end. */
const PATH_LIMIT = 4_096;
/** Entities of one path at most: real ones have ten. */
const ENTITY_LIMIT = 30;
/** Length of a value at most, in UTF-16 units. */
const VALUE_LIMIT = 200;

/** Parses a path. Never throws; a path without conventions gives few fields. */
export function parsePathEntities(path: string): PathEntities {
  const parts = path
    .slice(-PATH_LIMIT)
    .split('/')
    .filter((part) => part !== '');
  const fileName = parts.pop() ?? '';
  const kind = findAssetKind({ path: fileName, encodingFormat: '' });
  const own = parseName(withoutExtension(fileName, kind));
  const folders = parts.toReversed();
  const entities = distinct(
    [...own.entities, ...folders.flatMap((folder) => parseName(folder).entities)],
    ({ key }) => key,
  ).slice(0, ENTITY_LIMIT);
  const area = parts.find((part) => AREAS.has(part));
  const derivatives = parts.indexOf('derivatives');
  const pipeline = derivatives < 0 ? undefined : parts[derivatives + 1];
  const datatype = folders.find((folder) => DATATYPES.has(folder));
  const modalities = findModalities(own.ending, kind);
  const suffix =
    own.ending !== undefined && modalities.length === 0 && SUFFIX.test(own.ending) ? own.ending : undefined;
  const subject = entities.find(({ key }) => key === 'sub')?.value;
  const session = entities.find(({ key }) => key === 'ses')?.value;
  return {
    kind,
    entities,
    ...(subject === undefined ? {} : { subject }),
    ...(session === undefined ? {} : { session }),
    modalities,
    ...(suffix === undefined ? {} : { suffix }),
    ...(datatype === undefined ? {} : { datatype }),
    ...(area === undefined ? {} : { area }),
    ...(pipeline === undefined || (ENTITY.test(pipeline) && FIRST_KEYS.has(pipeline.split('-', 1)[0]!))
      ? {}
      : { pipeline: tidy(pipeline) }),
    isDescription: DESCRIPTIONS.test(fileName),
  };
}

/**
 * An identifier in a form that can be compared with one in a path, which dandi-cli writes with hyphens
 * in place of all characters but letters and digits: `115.273` and `115_273` are `115-273`.
 */
export function comparableIdentifier(identifier: string): string {
  return identifier.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '');
}

function withoutExtension(fileName: string, kind: string): string {
  return fileName.toLowerCase().endsWith(kind) ? fileName.slice(0, -kind.length) : fileName;
}

/**
 * Entities of one name, and the text after the last of them; a piece between two entities belongs to the value before
 * it.
 */
function parseName(name: string): { entities: PathEntity[]; ending?: string } {
  const pieces = name.split('_').filter((piece) => piece !== '');
  const isBuilt = FIRST_KEYS.has(ENTITY.exec(pieces[0] ?? '')?.[1] ?? '');
  const entities: { key: string; value: string }[] = [];
  let loose: string[] = [];
  for (const piece of pieces) {
    const match = ENTITY.exec(piece);
    if (match === null || (!isBuilt && !OPENING_KEYS.has(match[1]!))) {
      loose.push(piece);
      continue;
    }
    const before = entities.at(-1);
    if (before !== undefined && loose.length > 0) before.value = [before.value, ...loose].join('_');
    loose = [];
    if (entities.length < ENTITY_LIMIT) entities.push({ key: match[1]!, value: match[2]! });
  }
  // `sub-A_B_ecephys`: all but the last of the pieces at the end belong to the last value.
  const last = entities.at(-1);
  if (last !== undefined && loose.length > 1) last.value = [last.value, ...loose.slice(0, -1)].join('_');
  const ending = entities.length === 0 ? undefined : loose.at(-1);
  return {
    entities: entities.map(({ key, value }) => ({ key, value: tidy(value) })),
    ...(ending === undefined ? {} : { ending }),
  };
}

function tidy(value: string): string {
  return limitText(stripEmails(value.toWellFormed()), VALUE_LIMIT);
}

/** DANDI's list of modalities: several joined by `+`, or a single one at the end of an NWB file's name. */
function findModalities(ending: string | undefined, kind: string): string[] {
  if (ending === undefined) return [];
  if (MODALITY_LIST.test(ending)) return distinct(ending.split('+'));
  return (kind === '.nwb' || kind === '.nwb.zarr') && MODALITIES.has(ending) ? [ending] : [];
}
