/**
 * What a reply may say: the words and numbers of the prompt and of the facts, in the forms in which a check
 * looks for them. Pure.
 */
import type { DandisetFacts } from '../prompt/facts.ts';
import { INSTRUCTIONS } from '../prompt/fixed-words.ts';

/** What the checks hold a reply to. */
export interface Evidence {
  /** Absent where only the prompt's text is at hand. */
  readonly facts?: DandisetFacts;
  /** All that metadata and headers say, on one line in lower case; the instructions and the internal labels are not in it. */
  readonly text: string;
  /** The words of the text, of letters, digits and underscores. */
  readonly words: ReadonlySet<string>;
  /** All numbers of the text and the facts, ascending, with what follows from them by counting. */
  readonly numbers: Float64Array;
  /** Numbers that the text holds with a unit after them, and those units, as `MEASURES` names them. */
  readonly measures: ReadonlyMap<number, readonly string[]>;
  /** Numbers that stand somewhere without a unit of that table. */
  readonly bare: ReadonlySet<number>;
  /** Numbers of files that a sentence may state for the whole version. */
  readonly totals: ReadonlySet<number>;
  /** Numbers of files that a sentence may state for some of them. */
  readonly counts: ReadonlySet<number>;
  /** Ids and times of single sessions, in lower case; empty where there is one file only. */
  readonly sessions: ReadonlySet<string>;
}

/** Lines that the prompt adds to what metadata and headers say: counts by internal label. */
const LABEL_LINES =
  /^(\d+ of these NWB files are of type \d+\.|Here is a summary of the type \d+ NWB files:|\s*type \d+: .*)$/gm;

/** Evidence from the prompt's text and, where they are at hand, the facts. */
export function buildEvidence(input: {
  readonly promptText?: string;
  readonly facts?: DandisetFacts;
}): Evidence {
  const { promptText = '', facts } = input;
  const own = promptText.replace(INSTRUCTIONS.trim(), '').replaceAll(LABEL_LINES, '');
  const strings = facts ? collectStrings(facts) : [];
  const text = normalize([own, ...strings].join('\n'));
  const types = facts ? facts.fileTypes.map(({ files }) => files) : readTypeCounts(promptText);
  const totals = facts ? coverageTotals(facts) : readTotals(promptText);
  const sum = types.reduce((total, files) => total + files, 0);
  if (sum) totals.add(sum);
  const counts = new Set([...totals, ...subsetSums(types), ...(facts ? contentCounts(facts) : [])]);
  const numbers = [
    ...readNumbers(text),
    ...countAlike(promptText),
    ...(facts ? collectNumbers(facts) : []),
    ...counts,
    ...range(types.length),
  ];
  return {
    ...(facts ? { facts } : {}),
    text,
    words: new Set(text.match(/[\p{L}\p{N}_]+/gu)),
    ...readMeasures(text, facts ? collectNumbers(facts) : []),
    numbers: Float64Array.from(new Set([...numbers, ...(facts ? durations(facts) : [])])).sort(),
    totals,
    counts,
    sessions: Math.max(0, ...totals) > 1 ? findSessions(promptText, facts) : new Set(),
  };
}

/** One line, one kind of dash, quote and micro sign, lower case: the form in which texts are compared. */
export function normalize(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/\u03bc/g, 'µ')
    .replace(/\s+/g, ' ')
    .toLowerCase();
}

/** Every number of a text: `1,276` as 1276 and as its parts, `1e-05`, digits inside names and dates. */
export function readNumbers(text: string): number[] {
  const plain = text.match(/\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi) ?? [];
  const grouped = text.match(/\d{1,3}(?:,\d{3})+(?:\.\d+)?/g) ?? [];
  return [...plain.map(Number), ...grouped.map((number) => Number(number.replaceAll(',', '')))].filter(
    Number.isFinite,
  );
}

/** Units by name: what they measure, and their size in its base unit. */
export const MEASURES: Readonly<Record<string, readonly [of: string, size: number]>> = {
  nm: ['length', 1e-9],
  µm: ['length', 1e-6],
  um: ['length', 1e-6],
  microns: ['length', 1e-6],
  mm: ['length', 1e-3],
  cm: ['length', 1e-2],
  hz: ['frequency', 1],
  khz: ['frequency', 1e3],
  mhz: ['frequency', 1e6],
  ms: ['time', 1e-3],
  msec: ['time', 1e-3],
  milliseconds: ['time', 1e-3],
  s: ['time', 1],
  seconds: ['time', 1],
  min: ['time', 60],
  minutes: ['time', 60],
  hours: ['time', 3600],
  µv: ['voltage', 1e-6],
  uv: ['voltage', 1e-6],
  mv: ['voltage', 1e-3],
  pa: ['current', 1e-12],
  na: ['current', 1e-9],
};

/** The numbers of a text in lower case with their units; `others` are known without one. */
function readMeasures(text: string, others: readonly number[]): Pick<Evidence, 'measures' | 'bare'> {
  const measures = new Map<number, string[]>();
  const bare = new Set(others);
  for (const [, digits, unit] of text.matchAll(/(\d+(?:\.\d+)?)(?:[\s-]?([a-zµ]+)(?![a-zµ\d_]))?/g)) {
    const value = Number(digits);
    if (unit === undefined || !Object.hasOwn(MEASURES, unit)) bare.add(value);
    else measures.set(value, [...new Set([...(measures.get(value) ?? []), unit])]);
  }
  return { measures, bare };
}

function collectStrings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(collectStrings);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(/^[a-z][A-Za-z]+$/.test(key) ? [] : [key]),
    ...collectStrings(inner),
  ]);
}

function collectNumbers(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'label' ? [] : collectNumbers(inner)));
}

/** Durations that a reader works out from a series' length and rate, and times between slow samples: in seconds, minutes and hours, whole and to a tenth. */
function durations({ fileTypes }: DandisetFacts): number[] {
  return fileTypes.flatMap(({ series }) =>
    series.flatMap(({ shape, rate }) => {
      const seconds = shape?.[0] !== undefined && rate ? shape[0] / rate : 0;
      const between = rate && rate < 1 ? 1 / rate : 0;
      return [seconds, seconds / 60, seconds / 3600, between].flatMap((time) => [
        time,
        Math.round(time),
        Math.round(time * 10) / 10,
        Math.round(time * 100) / 100,
      ]);
    }),
  );
}

/** How many files hold each thing that was counted over all of them, and how many do not. */
function contentCounts({ contents, coverage }: DandisetFacts): number[] {
  if (contents === undefined) return [];
  const found = new Set<number>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === 'number' && (key === 'files' || key === 'external')) {
        found.add(inner);
        if (inner < coverage.read) found.add(coverage.read - inner);
      } else visit(inner);
    }
  };
  visit(contents);
  return [...found];
}

function coverageTotals({ coverage }: DandisetFacts): Set<number> {
  const { assets, nwb, read, cutShort, notLookedAt, unreadable, other } = coverage;
  const others = other.map(({ count }) => count);
  return new Set([
    assets,
    nwb,
    read,
    cutShort,
    notLookedAt,
    unreadable.length,
    assets - nwb,
    nwb - notLookedAt,
    ...others,
    ...reasonCounts(unreadable),
  ]);
}

function reasonCounts(unreadable: DandisetFacts['coverage']['unreadable']): number[] {
  const counts = new Map<string, number>();
  for (const { reason } of unreadable) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts.values()];
}

function readTypeCounts(promptText: string): number[] {
  return [...promptText.matchAll(/^(\d+) of these NWB files are of type \d+\.$/gm)].map((match) =>
    Number(match[1]),
  );
}

/** How many objects of a kind the prompt lists: of each neurodata type, and of each path but for its digits. */
function countAlike(promptText: string): number[] {
  const counts = new Map<string, number>();
  const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const line of promptText.split('\n')) {
    const match = /^ {2}(?:Group|Dataset) (\/.*?) \((\w+)\)/.exec(line);
    if (!match) continue;
    add(`type ${match[2]}`);
    add(`path ${match[1]?.replace(/\d+/g, '*')} ${match[2]}`);
  }
  return [...counts.values()];
}

/** The totals that the prompt states: of its NWB files, the unreadable ones, those of other formats. */
function readTotals(promptText: string): Set<number> {
  const totals = new Set<number>();
  for (const match of promptText.matchAll(/^Dandiset \d{6} has (\d+) NWB files\.$/gm))
    totals.add(Number(match[1]));
  for (const match of promptText.matchAll(/^(\d+) of these NWB files (?:could|were)\b/gm))
    totals.add(Number(match[1]));
  for (const [line] of promptText.matchAll(/^The Dandiset also has .*$/gm)) {
    for (const number of readNumbers(line)) totals.add(number);
  }
  return totals;
}

/** Most steps of the search for sums, about a tenth of a second. */
const MAX_STEPS = 20_000_000;

/** All sums of some of the counts; beyond the bound the running sums, largest first. */
function subsetSums(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total * counts.length > MAX_STEPS) {
    const sums = counts.map((_, index) => counts.slice(0, index + 1).reduce((sum, count) => sum + count, 0));
    return counts.flatMap((count, index) => [
      count,
      sums[index] ?? 0,
      total - count,
      total - (sums[index] ?? 0),
    ]);
  }
  const reachable = new Uint8Array(total + 1);
  reachable[0] = 1;
  for (const count of counts) {
    for (let sum = total; sum >= count; sum--) if (reachable[sum - count]) reachable[sum] = 1;
  }
  return [...reachable.keys()].filter((sum) => sum > 0 && reachable[sum] === 1);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Values that belong to one file: its session's id, its identifier, its times. Short or plain ones could be anything. */
function findSessions(promptText: string, facts: DandisetFacts | undefined): Set<string> {
  const names = [
    'session_id',
    'identifier',
    'session_start_time',
    'timestamps_reference_time',
    'file_create_date',
  ];
  const lines = [...promptText.matchAll(/^ {2}(\w+): (.*)$/gm)]
    .filter((match) => names.includes(match[1] ?? ''))
    .map((match) => match[2] ?? '');
  const texts = facts?.fileTypes.flatMap((type) => names.flatMap((name) => type.texts[name] ?? [])) ?? [];
  const values = [...lines, ...texts].flatMap((value) => {
    const dates = value.match(/\d{4}-\d{2}-\d{2}/g);
    return dates ?? [value.trim().toLowerCase()];
  });
  return new Set(values.filter((value) => value.length >= 5 && /\d/.test(value)));
}
