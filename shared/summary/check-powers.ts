/**
 * Which checks may act on a summary, by their measured precision. A check may have a sentence cut or a summary rejected
 * if its precision is at least 0.95 over all labelled replies, and at least 0.975 over replies by other authors on the
 * check's first run over them. Every other check only flags. Pure.
 */

import { findOwn } from '../own-entry.ts';

/** Numbers of true and of false findings of a check. */
export interface Figures {
  readonly right: number;
  readonly wrong: number;
}

/** Findings of a check over all labelled replies, including those used to improve it. */
export interface Measured extends Figures {
  /**
   * Over replies by other authors on the first run, before any check was improved with them; absent where it found
   * nothing there.
   */
  readonly atFirst?: Figures;
}

/** Lowest precision at which a check may act. */
export const LEAST_PRECISION = 0.95;
/** Lowest precision on the first run. Higher, since few findings were measured: the true precision may be lower. */
export const LEAST_FIRST_PRECISION = 0.975;
/** Fewer findings than this are too few to measure precision. */
export const LEAST_FINDINGS = 5;
/** Fewer findings than this on the first run are too few to measure precision. */
export const LEAST_FIRST_FINDINGS = 3;

/** Checks of a reply's form. Exact rules decide them, so their precision need not be measured. */
const OF_FORM = new Set([
  'finish',
  'parts',
  'paragraphs',
  'keywords',
  'markup',
  'length',
  'language',
  'size',
]);

/** Checks that protect readers: text that a page must not contain, however seldom a finding is right. */
const PROTECTIVE = new Set(['instructions', 'links', 'type-labels']);

/**
 * Checks of names that the facts contain literally or not at all. Too few errors of these kinds were labelled to
 * measure them, so they may act until a first run shows that they are not precise.
 */
const LITERAL = new Set(['code-names', 'neurodata-types', 'people']);

/**
 * Checks of statements that may follow from the facts in ways the check does not recognize: they only flag, whatever
 * their precision.
 */
const OF_MEANING = new Set(['results', 'causes', 'estimates', 'finer-regions']);

/**
 * Findings over all labelled replies (every set of the benchmark and the earlier ones), and on the first run.
 * Printed by `npm run bench -- checks powers`; a test compares it with what the checks find.
 */
export const MEASURED: Readonly<Record<string, Measured>> = {
  ages: { right: 53, wrong: 0, atFirst: { right: 15, wrong: 0 } },
  behaviors: { right: 81, wrong: 7, atFirst: { right: 7, wrong: 3 } },
  causes: { right: 70, wrong: 17, atFirst: { right: 10, wrong: 2 } },
  'code-names': { right: 3, wrong: 0, atFirst: { right: 1, wrong: 1 } },
  codes: { right: 22, wrong: 0, atFirst: { right: 11, wrong: 0 } },
  counted: { right: 45, wrong: 19, atFirst: { right: 5, wrong: 7 } },
  credits: { right: 4, wrong: 0, atFirst: { right: 3, wrong: 0 } },
  'data-kinds': { right: 113, wrong: 24, atFirst: { right: 8, wrong: 6 } },
  dates: { right: 48, wrong: 0, atFirst: { right: 10, wrong: 1 } },
  devices: { right: 86, wrong: 4, atFirst: { right: 10, wrong: 3 } },
  'disguised-labels': { right: 14, wrong: 1 },
  estimates: { right: 106, wrong: 16, atFirst: { right: 12, wrong: 3 } },
  'field-units': { right: 14, wrong: 0, atFirst: { right: 3, wrong: 0 } },
  'file-counts': { right: 43, wrong: 4, atFirst: { right: 10, wrong: 3 } },
  'finer-regions': { right: 6, wrong: 1, atFirst: { right: 5, wrong: 1 } },
  holdings: { right: 68, wrong: 14, atFirst: { right: 9, wrong: 5 } },
  institutions: { right: 49, wrong: 4, atFirst: { right: 11, wrong: 1 } },
  instructions: { right: 8, wrong: 0 },
  labs: { right: 41, wrong: 0, atFirst: { right: 13, wrong: 0 } },
  licences: { right: 32, wrong: 1, atFirst: { right: 10, wrong: 0 } },
  links: { right: 8, wrong: 0, atFirst: { right: 3, wrong: 1 } },
  methods: { right: 39, wrong: 6, atFirst: { right: 5, wrong: 6 } },
  'neurodata-types': { right: 4, wrong: 0, atFirst: { right: 3, wrong: 0 } },
  numbers: { right: 77, wrong: 10, atFirst: { right: 10, wrong: 3 } },
  'partial-counts': { right: 5, wrong: 1, atFirst: { right: 3, wrong: 1 } },
  people: { right: 6, wrong: 1, atFirst: { right: 0, wrong: 1 } },
  quantities: { right: 149, wrong: 18, atFirst: { right: 9, wrong: 6 } },
  regions: { right: 99, wrong: 7, atFirst: { right: 6, wrong: 4 } },
  results: { right: 86, wrong: 17, atFirst: { right: 6, wrong: 7 } },
  scopes: { right: 25, wrong: 5, atFirst: { right: 7, wrong: 4 } },
  sessions: { right: 3, wrong: 3, atFirst: { right: 0, wrong: 10 } },
  sexes: { right: 64, wrong: 0, atFirst: { right: 10, wrong: 0 } },
  software: { right: 63, wrong: 1, atFirst: { right: 8, wrong: 2 } },
  species: { right: 59, wrong: 0, atFirst: { right: 12, wrong: 0 } },
  stimuli: { right: 28, wrong: 2, atFirst: { right: 11, wrong: 2 } },
  strains: { right: 14, wrong: 3, atFirst: { right: 8, wrong: 3 } },
  'subject-counts': { right: 22, wrong: 0, atFirst: { right: 7, wrong: 1 } },
  'type-labels': { right: 16, wrong: 0, atFirst: { right: 4, wrong: 2 } },
  videos: { right: 47, wrong: 4, atFirst: { right: 7, wrong: 4 } },
};

function isPrecise({ right, wrong }: Figures, leastFindings: number, least: number): boolean {
  return right + wrong >= leastFindings && right / (right + wrong) >= least;
}

/** Whether a check may have a summary rejected or a sentence cut. Tests pass their own measurements. */
export function mayAct(check: string, measured: Readonly<Record<string, Measured>> = MEASURED): boolean {
  if (OF_FORM.has(check) || PROTECTIVE.has(check)) return true;
  if (OF_MEANING.has(check)) return false;
  const own = findOwn(measured, check);
  if (LITERAL.has(check))
    return own?.atFirst === undefined || isPrecise(own.atFirst, 0, LEAST_FIRST_PRECISION);
  return (
    own?.atFirst !== undefined &&
    isPrecise(own, LEAST_FINDINGS, LEAST_PRECISION) &&
    isPrecise(own.atFirst, LEAST_FIRST_FINDINGS, LEAST_FIRST_PRECISION)
  );
}

/** Whether a check looks for false statements, rather than at a reply's form. */
export function isOfContent(check: string): boolean {
  return !OF_FORM.has(check);
}

/** Whether sentences in which a check finds something may be cut. */
export function mayCut(check: string): boolean {
  return isOfContent(check) && mayAct(check);
}
