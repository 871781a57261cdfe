/**
 * Collects facts, and orders them for the list: the common parts of all topics' facts (their share of the
 * files, their slots, their evidence) are built here. Pure except for its own list.
 */
import { countText, numberText, scopeText } from '../fact-words.ts';
import type { Evidence, TalliedValue, Tally } from '../tally.ts';
import { FACT_TOPICS, type Fact, type FactTopic } from './fact.ts';

/** Values named in one fact at most; the rest are counted. */
export const NAMED = 12;
/** Descriptions quoted in one fact at most. */
export const QUOTED = 8;
/** Most series, and most tables, that get a separate fact each. */
export const LISTED = 24;

/** A device's name with its description in parentheses. Prose may use the name alone. */
const DESCRIBED = /^(\S.{0,60}?) \(.+\)$/s;

type Draft = Omit<Fact, 'id'>;

/** The facts so far, each with its topic. */
export class FactDrafts {
  readonly #read: number;
  readonly #drafts: Draft[] = [];

  /** `read`: files whose headers were read, of which shares are reported. */
  constructor(read: number) {
    this.#read = read;
  }

  /** All facts, numbered in the order of the list. */
  build(): Fact[] {
    const order = new Map(FACT_TOPICS.map((topic, at) => [topic, at]));
    return this.#drafts
      .map((draft, at) => ({ draft, at }))
      .sort((a, b) => order.get(a.draft.topic)! - order.get(b.draft.topic)! || a.at - b.at)
      .map(({ draft }, at) => ({ id: `F${at + 1}`, ...draft }));
  }

  /** The values of a tally as one fact, the most frequent first; no fact if it has no values. */
  tally(
    topic: FactTopic,
    label: string,
    tally: Tally,
    rank: number,
    say: (value: string) => string = (value) => value,
    most = NAMED,
    of = this.#read,
  ): void {
    if (tally.values.length === 0) return;
    const isOne = tally.values.length === 1 && tally.more === 0;
    const named = tally.values
      .slice(0, most)
      .map((each) => `${say(each.value)}${this.#shareText(each, isOne, of)}`);
    const rest = tally.values.length - named.length + tally.more;
    const slots: Record<string, string> = {};
    for (const [at, { value, files }] of tally.values.slice(0, most).entries()) {
      slots[`value${at + 1}`] = value;
      const name = topic === 'device' ? DESCRIBED.exec(value)?.[1] : undefined;
      if (name !== undefined) slots[`name${at + 1}`] = name;
      slots[`files${at + 1}`] = numberText(files);
    }
    this.push(
      topic,
      `${label}: ${named.join(', ')}${rest > 0 ? `, and ${numberText(rest)} more` : ''}`,
      slots,
      this.scope(tally.files, of),
      describeSource(tally),
      tally.values.slice(0, 3).map(({ example }) => example),
      rank,
    );
  }

  /** The scope of a fact that holds for a number of files, or for at least as many. */
  scope(files: number, of = this.#read, isLeast = false): Fact['scope'] {
    if (files >= of) return { kind: 'dandiset' };
    return { kind: 'files', files, of, ...(isLeast ? { isLeast: true } : {}) };
  }

  /** A claim of the owners. */
  claim(topic: FactTopic, text: string, slots: Record<string, string>, location: string, rank: number): void {
    this.push(topic, text, slots, { kind: 'claim' }, 'metadata', [{ file: '', location }], rank);
  }

  /** Any other fact, with its share of the files at the end of its text. */
  push(
    topic: FactTopic,
    text: string,
    slots: Record<string, string>,
    scope: Fact['scope'],
    source: string,
    evidence: Evidence[],
    rank: number,
  ): void {
    const share = scope.kind === 'files' ? ` [${scopeText(scope)}]` : '';
    this.#drafts.push({ topic, text: `${text}${share}`, scope, source, slots, evidence, rank });
  }

  /** ` in 6 files (3 subjects)`; for all files only the subjects, if there are several. */
  #shareText({ files, subjects }: TalliedValue, isOne: boolean, of: number): string {
    const whose = subjects === undefined || subjects === files ? '' : ` (${countText(subjects, 'subject')})`;
    if (files >= of) return isOne ? '' : ` in all files`;
    return ` in ${countText(files, 'file')}${whose}`;
  }
}

function describeSource({ values }: Tally): string {
  const locations = values.map(({ example }) => example.location);
  if (locations.every((location) => location === 'path')) return 'paths';
  const isHeader = (location: string): boolean =>
    location.startsWith('/') || location === 'neurodata_type' || location === 'nwb_version';
  if (locations.every(isHeader)) return 'headers';
  return locations.some(isHeader) ? 'records and headers' : 'records';
}

/** Examples of the first tallies. */
export function firstEvidence(...tallies: readonly Tally[]): Evidence[] {
  return tallies.flatMap(({ values }) => values.slice(0, 1).map(({ example }) => example)).slice(0, 1);
}
