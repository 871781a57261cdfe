/** Counts and prints precision and recall for the tests of the checks. */

/** Groups of checks for one kind of error, by their common name in the labels. */
const FORMS: Readonly<Record<string, string>> = {
  quantities: 'numbers',
  counted: 'numbers',
  ages: 'numbers',
  estimates: 'numbers',
  'subject-counts': 'numbers',
  'finer-regions': 'regions',
  'partial-counts': 'file-counts',
};

/** The name of a check in the labels. */
export function findLabel(check: string): string {
  return FORMS[check] ?? check;
}

interface Counts {
  hits: number;
  misses: number;
  falseAlarms: number;
}

/** Counts by check, and totals. */
export class Measure {
  readonly #rows = new Map<string, Counts>();

  /** Counts one label that was found or missed, or one finding without a label. */
  count(check: string, outcome: keyof Counts): void {
    const counts = this.#rows.get(check) ?? { hits: 0, misses: 0, falseAlarms: 0 };
    counts[outcome] += 1;
    this.#rows.set(check, counts);
  }

  /** Over all checks; 1 if nothing was found. */
  get precision(): number {
    const { hits, falseAlarms } = this.#all;
    return hits + falseAlarms === 0 ? 1 : hits / (hits + falseAlarms);
  }

  /** Over all checks; 1 if there was nothing to find. */
  get recall(): number {
    const { hits, misses } = this.#all;
    return hits + misses === 0 ? 1 : hits / (hits + misses);
  }

  /** A markdown table by name, with the sum last. */
  table(title: string): string {
    const rows = [...this.#rows].sort(([one], [other]) => (one < other ? -1 : 1));
    const lines = [...rows, ['all', this.#all] as const].map(
      ([name, { hits, misses, falseAlarms }]) =>
        `| ${name} | ${hits} | ${misses} | ${falseAlarms} | ${share(hits, hits + falseAlarms)} | ${share(hits, hits + misses)} |\n`,
    );
    return `| ${title} | found | missed | false alarms | precision | recall |\n| --- | --- | --- | --- | --- | --- |\n${lines.join('')}`;
  }

  get #all(): Counts {
    const sum: Counts = { hits: 0, misses: 0, falseAlarms: 0 };
    for (const counts of this.#rows.values()) {
      sum.hits += counts.hits;
      sum.misses += counts.misses;
      sum.falseAlarms += counts.falseAlarms;
    }
    return sum;
  }
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : (part / whole).toFixed(2);
}
