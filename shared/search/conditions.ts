/**
 * Extracts the conditions of a query: `species:mouse`, `created_after:2024-01-01`, `units>=500`, `at least 10
 * sessions`, from its text. The operators are those of DANDI's own search, and more for the files' contents. Pure.
 */
import { findOwn } from '../own-entry.ts';
import { findNeurodataType } from '../vocabulary/neurodata-types.ts';
import { findRegion, findRegionMentions } from '../vocabulary/regions.ts';
import { expandSpecies, findSpecies, findSpeciesMentions } from '../vocabulary/species.ts';
import { findTask, findTaskMentions } from '../vocabulary/tasks.ts';
import { findTechnique, findTechniqueMentions } from '../vocabulary/techniques.ts';
import { findUnit, parseQuantity, type Quantity } from '../vocabulary/units.ts';
import type { SearchNumbers } from './search-document.ts';
import { MARKS } from './topics.ts';

/** A condition that a result must meet. */
export type Condition = Meaning & {
  /** As written in the query. */
  readonly written: string;
  readonly isNegated: boolean;
};

/** The meaning of a condition. */
export type Meaning =
  /** Any of several: `species:mouse OR species:rat`, `species:mouse,rat`. */
  | { readonly kind: 'any'; readonly of: readonly Meaning[] }
  | { readonly kind: 'marks'; readonly marks: readonly string[]; readonly isExact: boolean }
  | { readonly kind: 'words'; readonly text: string; readonly of: 'topics' | 'names' | 'title' | 'any' }
  | {
      readonly kind: 'number';
      /** One of them has to match: `cells` may be units or regions of interest. */
      readonly names: readonly (keyof SearchNumbers)[];
      readonly atLeast?: number;
      readonly atMost?: number;
      /** Whether the bounds themselves are excluded. */
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
  | { readonly kind: 'id'; readonly id: string };

/** A query split into its conditions and the rest. */
export interface SplitQuery {
  readonly text: string;
  readonly conditions: readonly Condition[];
  /** Parts that look like a condition but cannot be read, each described in a sentence. */
  readonly unread: readonly string[];
}

/** Quantities by the words that people use for them. */
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

/** The quantity that a unit of measure belongs to. */
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
/** A number with an optional unit: not the `sessions` of `units>=50 sessions>=2`. */
const VALUE = String.raw`\d[\d,]*(?:\.\d+)?(?:\s*[a-zA-Zµ]+(?![a-zA-Zµ_])(?:/s)?(?!\s*[<>=≥≤:]))?`;
/** `units >= 500`, `size<10GB`, `subjects:10..20`, `rate:>=30kHz`. */
const COMPARISON = new RegExp(
  String.raw`(?<![\p{L}\p{N}_-])(-?)(?:(?:sampling|frame|imaging)[ _])?(${NAMES})s?\s*(?::\s*)?(>=|=>|≥|<=|=<|≤|>|<|=|:|(?<=:)\s*(?=\d))\s*(${VALUE})(?:\s*\.\.\s*(${VALUE}))?(?![\p{L}\p{N}])`,
  'giu',
);
const MORE = `at least|no (?:less|fewer) than|more than|greater than|larger than|bigger than|longer than|higher than|faster than|over|above|minimum(?: of)?|>=|=>|≥|>`;
const LESS = `at most|no more than|less than|fewer than|smaller than|shorter than|lower than|slower than|under|below|up to|maximum(?: of)?|<=|=<|≤|<`;
/** Numbers that people write as words. */
const WORDED_NUMBERS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  'a dozen': 12,
  twenty: 20,
  thirty: 30,
  fifty: 50,
  'a hundred': 100,
  'a thousand': 1_000,
};
const NUMBER = String.raw`\d[\d,]*(?:\.\d+)?(?:[kKM](?=\s))?|(?:${Object.keys(WORDED_NUMBERS).join('|')})(?=\s)`;
/** `at least 10 sessions`, `more than 1 TB`, `fewer than five mice`, `>100 units`. */
const WORDED = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(${MORE}|${LESS})(?:(?<=[<>=≤≥])\s*|\s+)(${NUMBER})\s*(?:(?:single|sorted|recording|isolated|nwb|imaged)\s+)?([\p{L}µ]+)`,
  'giu',
);
/** `between 5 and 10 mice`. */
const BETWEEN = new RegExp(
  String.raw`(?<![\p{L}\p{N}])between\s+(${NUMBER})\s+and\s+(${NUMBER})\s*([\p{L}µ]+)`,
  'giu',
);
/** `500+ units`, `20 or more animals`. */
const PLUS = new RegExp(
  String.raw`(?<![\p{L}\p{N}.])(${NUMBER})\s*(?:\+|or more)\s+(?:(?:single|sorted|recording|nwb)\s+)?(\p{L}+)`,
  'giu',
);
/** A comparison without a number: `units >= many`. */
const UNREAD = new RegExp(
  String.raw`(?<![\p{L}\p{N}_-])-?(?:${NAMES})s?\s*:?\s*(?:>=|=>|≥|<=|=<|≤|>|<|=)\s*(?:[^\s"\uE000]+)?`,
  'giu',
);

/** Signs and words that include the bound itself. */
const INCLUSIVE = /^(?:at|no|minimum|maximum|up|>=|=>|≥|<=|=<|≤|=|:)/i;

/** The meaning of each operator's value; undefined if it cannot be read. */
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
  variable: (value) => {
    const type = findNeurodataType(value);
    // A lab's own type is found by its name.
    return type === undefined
      ? { kind: 'words', text: value, of: 'names' }
      : { kind: 'marks', marks: [MARKS.type + type], isExact: false };
  },
  task: (value) => {
    const found = findTask(value);
    return marksOr(value, found === undefined ? [] : [MARKS.task + found.id]);
  },
  behavior: (value) => OPERATORS.task!(value),
  keyword: (value) => ({ kind: 'words', text: value, of: 'topics' }),
  device: (value) => ({ kind: 'words', text: value, of: 'names' }),
  title: (value) => ({ kind: 'words', text: value, of: 'title' }),
  name: (value) => ({ kind: 'words', text: value, of: 'title' }),
  license: (value) => ({ kind: 'license', license: value.replace(/\s+/g, '-') }),
  licence: (value) => OPERATORS.license!(value),
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

/** `species:mouse`, `-anatomy:"visual cortex"`. */
const OPERATOR = new RegExp(
  String.raw`(?<![\p{L}\p{N}_])(-?)((?:${OPERATOR_NAMES.join('|')}):\s*(?:"[^"]*"|[^\s"\uE000]+))`,
  'giu',
);
/** Conditions with OR between them, each as the placeholder used while the query is read. */
const ALTERNATIVES = /\uE000\d+\uE001(?:\s+OR\s+\uE000\d+\uE001)+/gu;
const PLACE_HOLDER = /\uE000(\d+)\uE001/gu;

/** Finds names that the operators of a vocabulary take: `sapiens` belongs to `species:Homo sapiens`. */
const NAMED: Readonly<
  Record<string, (text: string) => readonly { readonly at: number; readonly written: string }[]>
> = {
  species: findSpeciesMentions,
  approach: (text) => findTechniqueMentions(text, { anyCase: true }),
  technique: (text) => findTechniqueMentions(text, { anyCase: true }),
  anatomy: (text) => findRegionMentions(text, { anyCase: true }),
  region: (text) => findRegionMentions(text, { anyCase: true }),
  anatomy_exact: (text) => findRegionMentions(text, { anyCase: true }),
  task: (text) => findTaskMentions(text, { anyCase: true }),
  behavior: (text) => findTaskMentions(text, { anyCase: true }),
};
const NAMED_VALUE = new RegExp(
  String.raw`(?<![\p{L}\p{N}_])(${Object.keys(NAMED).join('|')}):\s*([^\s":]+(?:[ ][\p{L}\p{N}.-]+(?![\p{L}\p{N}.:_-]))*)`,
  'giu',
);

/** Quotes values of several words that are one name in the vocabulary. */
function quoteNames(query: string): string {
  return query.replace(NAMED_VALUE, (written, operator: string, text: string) => {
    const [first] = findOwn(NAMED, operator.toLowerCase())!(text);
    if (first === undefined || first.at > 0 || !first.written.includes(' ')) return written;
    return `${operator}:"${first.written}"${text.slice(first.written.length)}`;
  });
}

/** One operator with its value; undefined where the value cannot be read. */
function readOperator(text: string): Meaning | undefined {
  const colon = text.indexOf(':');
  const name = text.slice(0, colon).toLowerCase();
  const value = text.slice(colon + 1).trim();
  const read = findOwn(OPERATORS, name)!;
  const bare = value.replace(/^"|"$/g, '').trim();
  const several =
    value.startsWith('"') || !Object.hasOwn(NAMED, name) ? [bare] : bare.split(',').filter(Boolean);
  const meanings = several.map(read).filter((meaning) => meaning !== undefined);
  if (meanings.length === 0 || meanings.length < several.length) return undefined;
  return meanings.length === 1 ? meanings[0] : { kind: 'any', of: meanings };
}

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
  const match = /^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?$/.exec(value);
  if (match === null) return undefined;
  // A year or a month alone means its first day.
  const [, year, month = '1', ofMonth = '1'] = match;
  const day = `${year}-${month.padStart(2, '0')}-${ofMonth.padStart(2, '0')}`;
  const time = Date.parse(day);
  // JavaScript reads 30 February as 2 March.
  const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
  return isDay ? { kind: 'date', of, [side]: day } : undefined;
}

/** Extracts the conditions from a query's text. */
export function splitConditions(query: string): SplitQuery {
  const found: Condition[] = [];
  const unread: string[] = [];
  const take = (written: string, isNegated: boolean, meaning: Meaning): string => {
    found.push({ ...meaning, written: written.trim(), isNegated });
    return ` \uE000${found.length - 1}\uE001 `;
  };
  const takeBound = (written: string, bound: string, number: string, noun: string): string => {
    const meaning = buildBound(bound, number, noun);
    return meaning === undefined ? written : `${take(written, false, meaning)}${speciesNoun(noun)}`;
  };
  let text = query
    .replace(/[\uE000\uE001]/gu, ' ')
    .replace(COMPARISON, (written, minus: string, name: string, sign: string, from: string, to?: string) => {
      const { meaning, rest } = buildComparison(name, sign, from, to);
      const own = written.slice(0, written.length - rest.length);
      return meaning === undefined ? written : take(own, minus === '-', meaning) + rest;
    });
  text = text.replace(UNREAD, (written) => {
    unread.push(`${written.trim()} cannot be read: a comparison needs a number.`);
    return ' ';
  });
  text = quoteNames(text).replace(OPERATOR, (written, minus: string, operator: string) => {
    const meaning = readOperator(operator);
    if (meaning !== undefined) return take(written, minus === '-', meaning);
    const [name, value = ''] = operator.split(/:(.*)/su);
    unread.push(`${name}: cannot be read from ${JSON.stringify(value.trim().replace(/^"|"$/g, ''))}.`);
    return ' ';
  });
  text = text.replace(BETWEEN, (written, low: string, high: string, noun: string) => {
    const [least, most] = [buildBound('>=', low, noun), buildBound('<=', high, noun)];
    if (least?.kind !== 'number' || most?.kind !== 'number') return written;
    return `${take(written, false, { ...least, ...most })}${speciesNoun(noun)}`;
  });
  text = text.replace(WORDED, takeBound);
  text = text.replace(PLUS, (written, number: string, noun: string) =>
    takeBound(written, '>=', number, noun),
  );
  const { rest, conditions } = joinAlternatives(text, found);
  return { text: rest, conditions, unread };
}

/** Conditions with OR between them as one, and the text without any. */
function joinAlternatives(
  text: string,
  found: readonly Condition[],
): { readonly rest: string; readonly conditions: readonly Condition[] } {
  const conditions = new Map(found.entries());
  for (const [run] of text.matchAll(ALTERNATIVES)) {
    const locations = [...run.matchAll(PLACE_HOLDER)].map(([, location]) => Number(location));
    const several = locations.map((location) => found[location]!);
    if (several.some(({ isNegated }) => isNegated)) continue;
    const of = several.map(({ written: _written, isNegated: _isNegated, ...meaning }) => meaning as Meaning);
    const written = several.map((condition) => condition.written).join(' OR ');
    for (const location of locations) conditions.delete(location);
    conditions.set(locations[0]!, { kind: 'any', of, written, isNegated: false });
  }
  return { rest: text.replace(PLACE_HOLDER, ' '), conditions: [...conditions.values()] };
}

/** `20 mice` gives a number and a species. */
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
  const value = findOwn(WORDED_NUMBERS, number.toLowerCase()) ?? readAmount(number, 'ratio').amount;
  if (value === undefined) return undefined;
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

/** Suffixes of thousands and millions. */
const MULTIPLES: Readonly<Record<string, number>> = { k: 1e3, m: 1e6 };

/** A number with its unit, and following text that is not a unit: the `mouse` of `units>=500 mouse`. */
function readAmount(
  text: string,
  quantity: Quantity,
): { readonly amount: number | undefined; readonly rest: string } {
  const whole = parseQuantity(text, quantity);
  if (whole !== undefined) return { amount: whole, rest: '' };
  const [, digits = '', multiple = '', rest = ''] =
    /^([\d.,]*\d)(?:([km])(?![\p{L}\p{N}]))?(.*)$/isu.exec(text) ?? [];
  const amount = parseQuantity(digits, quantity);
  const times = findOwn(MULTIPLES, multiple.toLowerCase()) ?? 1;
  return { amount: amount === undefined ? undefined : amount * times, rest };
}

function buildComparison(
  name: string,
  sign: string,
  from: string,
  to: string | undefined,
): { readonly meaning: Meaning | undefined; readonly rest: string } {
  const names = nounNames(name);
  if (names === undefined) return { meaning: undefined, rest: '' };
  const quantity = QUANTITY_OF[names[0]!] ?? 'ratio';
  const low = readAmount(from, quantity);
  if (to === undefined)
    return {
      meaning: low.amount === undefined ? undefined : compare(names, sign, low.amount),
      rest: low.rest,
    };
  const high = readAmount(to, quantity);
  const isRange = low.amount !== undefined && low.rest === '' && high.amount !== undefined;
  return {
    meaning: isRange
      ? { kind: 'number', names, atLeast: low.amount, atMost: high.amount, isStrict: false }
      : undefined,
    rest: high.rest,
  };
}

function compare(names: readonly (keyof SearchNumbers)[], sign: string, amount: number): Meaning {
  const isStrict = !INCLUSIVE.test(sign.trim() === '' ? ':' : sign);
  if (/>|≥/.test(sign)) return { kind: 'number', names, atLeast: amount, isStrict };
  if (/<|≤/.test(sign)) return { kind: 'number', names, atMost: amount, isStrict };
  return { kind: 'number', names, atLeast: amount, atMost: amount, isStrict: false };
}
