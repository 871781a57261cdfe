/**
 * The conditions of a query: `species:mouse`, `created_after:2024-01-01`, `units>=500`, `at least 10 sessions`, taken out
 * of its text. The operators are those of DANDI's own search and what the files' contents add. Pure.
 */
import { findOwn } from '../own-entry.ts';
import { findNeurodataType } from '../vocabulary/neurodata-types.ts';
import { findRegion } from '../vocabulary/regions.ts';
import { expandSpecies, findSpecies } from '../vocabulary/species.ts';
import { findTask } from '../vocabulary/tasks.ts';
import { findTechnique } from '../vocabulary/techniques.ts';
import { findUnit, parseQuantity, type Quantity } from '../vocabulary/units.ts';
import type { SearchNumbers } from './search-document.ts';
import { MARKS } from './topics.ts';

/** A condition that a result must meet. */
export type Condition = {
  /** As the query has it. */
  readonly written: string;
  readonly isNegated: boolean;
} & (
  | { readonly kind: 'marks'; readonly marks: readonly string[]; readonly isExact: boolean }
  | { readonly kind: 'words'; readonly text: string; readonly of: 'topics' | 'names' | 'title' | 'any' }
  | {
      readonly kind: 'number';
      /** One of them is enough: `cells` may be units or regions of interest. */
      readonly names: readonly (keyof SearchNumbers)[];
      readonly atLeast?: number;
      readonly atMost?: number;
      /** Whether the bounds themselves are meant. */
      readonly isStrict: boolean;
    }
  | {
      readonly kind: 'date';
      readonly of: 'created' | 'published' | 'updated';
      readonly after?: string;
      readonly before?: string;
    }
  | { readonly kind: 'license'; readonly license: string }
  | { readonly kind: 'contributor'; readonly name: string }
  | { readonly kind: 'state'; readonly isPublished: boolean }
  | { readonly kind: 'id'; readonly id: string }
);

type Meaning = Condition extends infer C
  ? C extends Condition
    ? Omit<C, 'written' | 'isNegated'>
    : never
  : never;

/** A query without its conditions, and these. */
export interface SplitQuery {
  readonly text: string;
  readonly conditions: readonly Condition[];
  /** What looks like a condition but cannot be read, each as a sentence. */
  readonly unread: readonly string[];
}

/** Numbers by the words that people use for them. */
const NUMBER_WORDS: Readonly<Record<string, readonly (keyof SearchNumbers)[]>> = {
  subject: ['subjects'],
  animal: ['subjects'],
  participant: ['subjects'],
  patient: ['subjects'],
  individual: ['subjects'],
  session: ['sessions'],
  file: ['files'],
  unit: ['units'],
  neuron: ['units', 'rois'],
  cell: ['units', 'rois'],
  roi: ['rois'],
  electrode: ['electrodes'],
  channel: ['electrodes'],
  contact: ['electrodes'],
  size: ['bytes'],
  byte: ['bytes'],
  rate: ['rate'],
  duration: ['duration'],
  length: ['duration'],
};

/** The number that a unit of measure speaks of. */
const BY_QUANTITY: Partial<Record<Quantity, keyof SearchNumbers>> = {
  size: 'bytes',
  time: 'duration',
  frequency: 'rate',
};
const QUANTITY_OF: Partial<Record<keyof SearchNumbers, Quantity>> = {
  bytes: 'size',
  duration: 'time',
  rate: 'frequency',
};

const NAMES = Object.keys(NUMBER_WORDS).join('|');
const VALUE = String.raw`\d[\d,]*(?:\.\d+)?(?:\s*[a-zA-Zµ]+(?:/s)?)?`;
/** `units >= 500`, `size<10GB`, `subjects:10..20`, `rate:>=30kHz`. */
const COMPARISON = new RegExp(
  String.raw`(?<![\p{L}\p{N}_-])(-?)(?:(?:sampling|frame|imaging)[ _])?(${NAMES})s?\s*(?::\s*)?(>=|=>|≥|<=|=<|≤|>|<|=|:|(?<=:)\s*(?=\d))\s*(${VALUE})(?:\s*\.\.\s*(${VALUE}))?(?![\p{L}\p{N}])`,
  'giu',
);
const MORE = `at least|no (?:less|fewer) than|more than|greater than|larger than|bigger than|longer than|higher than|faster than|over|above|minimum(?: of)?|>=|=>|≥|>`;
const LESS = `at most|no more than|less than|fewer than|smaller than|shorter than|lower than|slower than|under|below|up to|maximum(?: of)?|<=|=<|≤|<`;
/** `at least 10 sessions`, `more than 1 TB`, `fewer than 5 mice`. */
const WORDED = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(${MORE}|${LESS})\s+(\d[\d,]*(?:\.\d+)?)\s*(?:(?:single|sorted|recording|isolated|nwb|imaged)\s+)?([\p{L}µ]+)`,
  'giu',
);
/** `500+ units`, `20 or more animals`. */
const PLUS =
  /(?<![\p{L}\p{N}.])(\d[\d,]*)\s*(?:\+|or more)\s+(?:(?:single|sorted|recording|nwb)\s+)?(\p{L}+)/giu;

/** Signs and words that mean the bound itself too. */
const INCLUSIVE = /^(?:at|no|minimum|maximum|up|>=|=>|≥|<=|=<|≤|=|:)/i;

const OPERATOR = /(?<![\p{L}\p{N}_])(-?)([a-z_]+):(?:"([^"]*)"|([^\s"]+))/giu;

/** What each operator makes of its value; undefined where it cannot be read. */
const OPERATORS: Readonly<Record<string, (value: string) => Meaning | undefined>> = {
  species: (value) => {
    const named = findSpecies(value);
    const species = expandSpecies(value);
    const taxa = (species.length > 0 ? species : named === undefined ? [] : [named]).map(
      ({ taxonId }) => MARKS.species + taxonId,
    );
    return marksOr(value, taxa);
  },
  approach: (value) => technique(value),
  technique: (value) => technique(value),
  anatomy: (value) => region(value, false),
  region: (value) => region(value, false),
  anatomy_exact: (value) => region(value, true),
  variable: (value) => ({
    kind: 'marks',
    marks: [MARKS.type + (findNeurodataType(value) ?? value)],
    isExact: false,
  }),
  task: (value) => {
    const found = findTask(value);
    return marksOr(value, found === undefined ? [] : [MARKS.task + found.id]);
  },
  behavior: (value) => OPERATORS.task!(value),
  keyword: (value) => ({ kind: 'words', text: value, of: 'topics' }),
  device: (value) => ({ kind: 'words', text: value, of: 'names' }),
  title: (value) => ({ kind: 'words', text: value, of: 'title' }),
  name: (value) => ({ kind: 'words', text: value, of: 'title' }),
  license: (value) => ({ kind: 'license', license: value }),
  licence: (value) => ({ kind: 'license', license: value }),
  contributor: (value) => ({ kind: 'contributor', name: value }),
  author: (value) => ({ kind: 'contributor', name: value }),
  owner: (value) => ({ kind: 'contributor', name: value }),
  id: (value) => {
    const id = /^(?:DANDI:)?(\d{1,6})$/i.exec(value)?.[1];
    return id === undefined ? undefined : { kind: 'id', id: id.padStart(6, '0') };
  },
  is: (value) => state(value),
  status: (value) => state(value),
  created_after: (value) => date('created', 'after', value),
  created_before: (value) => date('created', 'before', value),
  published_after: (value) => date('published', 'after', value),
  published_before: (value) => date('published', 'before', value),
  modified_after: (value) => date('updated', 'after', value),
  modified_before: (value) => date('updated', 'before', value),
  updated_after: (value) => date('updated', 'after', value),
  updated_before: (value) => date('updated', 'before', value),
};

/** Every operator that a query may have, for help and for errors. */
export const OPERATOR_NAMES: readonly string[] = Object.keys(OPERATORS);

function marksOr(value: string, marks: readonly string[]): Meaning {
  return marks.length > 0
    ? { kind: 'marks', marks, isExact: false }
    : { kind: 'words', text: value, of: 'topics' };
}

function technique(value: string): Meaning {
  const found = findTechnique(value);
  return marksOr(value, found === undefined ? [] : [MARKS.technique + found.id]);
}

function region(value: string, isExact: boolean): Meaning {
  const found = findRegion(value);
  if (found === undefined) return { kind: 'words', text: value, of: 'topics' };
  return { kind: 'marks', marks: [MARKS.region + found.id], isExact };
}

function state(value: string): Meaning | undefined {
  const word = value.toLowerCase();
  return word === 'published' || word === 'draft'
    ? { kind: 'state', isPublished: word === 'published' }
    : undefined;
}

function date(
  of: 'created' | 'published' | 'updated',
  side: 'after' | 'before',
  value: string,
): Meaning | undefined {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(value);
  if (match === null || Number(match[2] ?? 1) > 12 || Number(match[3] ?? 1) > 31) return undefined;
  // A year or a month alone means its first day after and before.
  const day = `${match[1]}-${match[2] ?? '01'}-${match[3] ?? '01'}`;
  return Number.isNaN(Date.parse(day)) ? undefined : { kind: 'date', of, [side]: day };
}

/** Takes the conditions out of a query's text. */
export function splitConditions(query: string): SplitQuery {
  const conditions: Condition[] = [];
  const unread: string[] = [];
  const take = (written: string, isNegated: boolean, meaning: Meaning | undefined): string => {
    if (meaning === undefined) return written;
    conditions.push({ ...meaning, written: written.trim(), isNegated } as Condition);
    return ' ';
  };
  let text = query.replace(
    COMPARISON,
    (written, minus: string, name: string, sign: string, from: string, to?: string) =>
      take(written, minus === '-', buildComparison(name, sign, from, to)),
  );
  text = text.replace(OPERATOR, (written, minus: string, name: string, quoted?: string, bare?: string) => {
    const read = Object.hasOwn(OPERATORS, name.toLowerCase()) ? OPERATORS[name.toLowerCase()] : undefined;
    const value = (quoted ?? bare ?? '').trim();
    if (read === undefined || value === '') return written;
    const meaning = read(value);
    if (meaning === undefined) {
      unread.push(`${name}: cannot be read from ${JSON.stringify(value)}.`);
      return ' ';
    }
    return take(written, minus === '-', meaning);
  });
  text = text.replace(WORDED, (written, bound: string, number: string, noun: string) => {
    const meaning = buildBound(bound, number, noun);
    return meaning === undefined ? written : `${take(written, false, meaning)}${speciesNoun(noun)}`;
  });
  text = text.replace(PLUS, (written, number: string, noun: string) => {
    const meaning = buildBound('>=', number, noun);
    return meaning === undefined ? written : `${take(written, false, meaning)}${speciesNoun(noun)}`;
  });
  return { text, conditions, unread };
}

/** `20 mice` tells a number and a species. */
function speciesNoun(noun: string): string {
  return expandSpecies(noun).length > 0 && nounNames(noun) === undefined ? `${noun} ` : '';
}

function singular(noun: string): string {
  return noun.toLowerCase().replace(/s$/, '');
}

function nounNames(noun: string): readonly (keyof SearchNumbers)[] | undefined {
  const key = singular(noun);
  return findOwn(NUMBER_WORDS, key);
}

function buildBound(bound: string, number: string, noun: string): Meaning | undefined {
  const value = Number(number.replaceAll(',', ''));
  const isMore = new RegExp(`^(?:${MORE})$`, 'iu').test(bound);
  const side = (names: readonly (keyof SearchNumbers)[], amount: number): Meaning => ({
    kind: 'number',
    names,
    ...(isMore ? { atLeast: amount } : { atMost: amount }),
    isStrict: !INCLUSIVE.test(bound),
  });
  const names = nounNames(noun) ?? (expandSpecies(noun).length > 0 ? (['subjects'] as const) : undefined);
  if (names !== undefined) return side(names, value);
  const unit = findUnit(noun);
  const name = unit === undefined ? undefined : BY_QUANTITY[unit.quantity];
  return name === undefined || unit === undefined ? undefined : side([name], value * unit.factor);
}

function buildComparison(
  name: string,
  sign: string,
  from: string,
  to: string | undefined,
): Meaning | undefined {
  const names = nounNames(name);
  if (names === undefined) return undefined;
  const quantity = QUANTITY_OF[names[0]!] ?? 'ratio';
  const low = parseQuantity(from, quantity);
  const high = to === undefined ? undefined : parseQuantity(to, quantity);
  if (low === undefined || (to !== undefined && high === undefined)) return undefined;
  const isStrict = !INCLUSIVE.test(sign.trim() === '' ? ':' : sign);
  if (high !== undefined) return { kind: 'number', names, atLeast: low, atMost: high, isStrict: false };
  if (/>|≥/.test(sign)) return { kind: 'number', names, atLeast: low, isStrict };
  if (/<|≤/.test(sign)) return { kind: 'number', names, atMost: low, isStrict };
  return { kind: 'number', names, atLeast: low, atMost: low, isStrict: false };
}
