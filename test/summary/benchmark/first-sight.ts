/**
 * Findings of the checks on their first run over each set of replies by other authors, before any check was improved
 * with it. Recorded once and never measured again: only these show how a check performs on unseen text. Where a check
 * was split later, its findings are listed under the new check.
 */
import type { Figures } from '../../../shared/summary/check-powers.ts';

/** One set of replies, with the findings of the first run. */
export interface FirstSight {
  /** Its folder here, or its name if the replies are stored elsewhere. */
  readonly set: string;
  readonly replies: number;
  /** When it was measured. */
  readonly on: string;
  /** Findings by check; checks without findings are omitted. */
  readonly checks: Readonly<Record<string, Figures>>;
}

function figures(right: number, wrong = 0): Figures {
  return { right, wrong };
}

/** Oldest first. A new set is added at the end, with the first output of `npm run bench -- checks SET`. */
export const FIRST_SIGHT: readonly FirstSight[] = [
  {
    set: 'independent',
    replies: 9,
    on: '2026-11-27',
    checks: {
      ages: figures(2),
      behaviors: figures(1),
      causes: figures(1),
      codes: figures(3),
      counted: figures(2, 1),
      'data-kinds': figures(2),
      dates: figures(4),
      devices: figures(6),
      'file-counts': figures(2),
      institutions: figures(5),
      labs: figures(2),
      numbers: figures(9, 2),
      quantities: figures(5, 1),
      regions: figures(6, 2),
      results: figures(1),
      sexes: figures(3),
      software: figures(2),
      species: figures(2),
      'type-labels': figures(2),
      videos: figures(2, 1),
    },
  },
  {
    set: 'independent-unseen',
    replies: 14,
    on: '2026-11-27',
    checks: {
      ages: figures(2),
      causes: figures(2, 1),
      counted: figures(1, 2),
      'data-kinds': figures(7, 1),
      dates: figures(1),
      devices: figures(1),
      'file-counts': figures(1),
      'partial-counts': figures(0, 1),
      institutions: figures(2, 1),
      labs: figures(1),
      numbers: figures(3, 1),
      quantities: figures(3, 6),
      regions: figures(4, 1),
      results: figures(1, 1),
      sexes: figures(2),
      software: figures(2),
      species: figures(2),
      'type-labels': figures(2),
      videos: figures(2),
    },
  },
  {
    set: 'read-twice-mending',
    replies: 22,
    on: '2026-11-27',
    checks: {
      ages: figures(3),
      behaviors: figures(4),
      causes: figures(3, 2),
      codes: figures(1),
      'data-kinds': figures(3),
      dates: figures(3),
      devices: figures(2),
      estimates: figures(8, 3),
      'field-units': figures(1),
      'file-counts': figures(2),
      'finer-regions': figures(1),
      holdings: figures(2),
      institutions: figures(2),
      labs: figures(3),
      licences: figures(3),
      numbers: figures(4, 1),
      'partial-counts': figures(1),
      quantities: figures(9, 2),
      regions: figures(3, 2),
      results: figures(4, 7),
      scopes: figures(2),
      sexes: figures(3),
      software: figures(2),
      species: figures(3),
      stimuli: figures(2, 1),
      videos: figures(3),
    },
  },
  {
    set: 'read-twice-unseen',
    replies: 22,
    on: '2026-11-27',
    checks: {
      ages: figures(1),
      behaviors: figures(7, 2),
      causes: figures(5, 2),
      codes: figures(1),
      counted: figures(1, 2),
      'data-kinds': figures(2, 1),
      dates: figures(3),
      devices: figures(2),
      estimates: figures(2, 4),
      'file-counts': figures(2, 1),
      holdings: figures(0, 1),
      institutions: figures(3, 2),
      labs: figures(3),
      licences: figures(3),
      methods: figures(2),
      numbers: figures(5, 1),
      'partial-counts': figures(2),
      quantities: figures(8, 2),
      regions: figures(4),
      results: figures(2, 1),
      scopes: figures(2, 1),
      sexes: figures(3),
      software: figures(3),
      species: figures(3),
      stimuli: figures(3),
      'subject-counts': figures(1),
    },
  },
  {
    set: 'third-mending',
    replies: 48,
    on: '2026-11-27',
    checks: {
      ages: figures(6),
      behaviors: figures(7, 1),
      causes: figures(3, 5),
      'code-names': figures(1),
      codes: figures(2, 1),
      counted: figures(2, 2),
      credits: figures(1),
      'data-kinds': figures(11, 2),
      dates: figures(6),
      devices: figures(9, 1),
      estimates: figures(10, 12),
      'file-counts': figures(5),
      holdings: figures(5, 1),
      institutions: figures(7, 2),
      labs: figures(4, 1),
      licences: figures(6),
      methods: figures(6),
      numbers: figures(5, 6),
      quantities: figures(13, 1),
      regions: figures(11),
      results: figures(9, 6),
      scopes: figures(3),
      sexes: figures(7),
      software: figures(6),
      species: figures(6),
      stimuli: figures(6, 2),
      strains: figures(3),
      'subject-counts': figures(3, 1),
      'type-labels': figures(0, 1),
      videos: figures(4),
    },
  },
  {
    set: 'third-unseen',
    replies: 30,
    on: '2026-11-27',
    checks: {
      ages: figures(2),
      behaviors: figures(5, 1),
      causes: figures(5, 2),
      codes: figures(2),
      counted: figures(4, 2),
      'data-kinds': figures(6, 3),
      dates: figures(4),
      devices: figures(3),
      estimates: figures(8, 4),
      'file-counts': figures(2),
      'finer-regions': figures(1),
      holdings: figures(3),
      institutions: figures(4, 1),
      labs: figures(3),
      licences: figures(2),
      methods: figures(3, 1),
      numbers: figures(4),
      quantities: figures(15, 1),
      regions: figures(8, 1),
      results: figures(8, 3),
      scopes: figures(0, 2),
      sexes: figures(3),
      software: figures(4),
      species: figures(3),
      stimuli: figures(3),
      strains: figures(3, 1),
      videos: figures(2, 2),
    },
  },
  {
    set: 'sound-unseen',
    replies: 30,
    on: '2026-11-27',
    checks: {
      causes: figures(0, 5),
      counted: figures(0, 1),
      'data-kinds': figures(0, 4),
      dates: figures(0, 1),
      estimates: figures(0, 1),
      'file-counts': figures(0, 1),
      holdings: figures(0, 3),
      links: figures(0, 1),
      methods: figures(0, 2),
      numbers: figures(0, 3),
      quantities: figures(0, 2),
      results: figures(0, 2),
      sessions: figures(0, 1),
      strains: figures(0, 1),
      'type-labels': figures(0, 1),
    },
  },
];

/** Number of findings from which older sets are ignored, since the check was improved after them. */
const ENOUGH_FINDINGS = 10;

/** Sums a check's findings of first runs, over the newest sets that together have ten; undefined if there are none. */
export function sumFirstSight(
  check: string,
  records: readonly FirstSight[] = FIRST_SIGHT,
): Figures | undefined {
  let sum: Figures | undefined;
  for (const { checks } of records.toReversed()) {
    const found = Object.hasOwn(checks, check) ? checks[check] : undefined;
    if (found === undefined) continue;
    if (sum !== undefined && sum.right + sum.wrong >= ENOUGH_FINDINGS) break;
    sum = { right: (sum?.right ?? 0) + found.right, wrong: (sum?.wrong ?? 0) + found.wrong };
  }
  return sum;
}
