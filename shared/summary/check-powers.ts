/**
 * Which checks may act on a summary, by what they were measured to be worth: one that is right in at least 95 of 100
 * findings may have a sentence cut or a summary fail, every other one only flags. Pure.
 */

import { findOwn } from '../own-entry.ts';

/** Findings of a check over the labelled replies: about an error, and about none. */
export interface Measured {
  readonly right: number;
  readonly wrong: number;
}

/** Precision from which a check may act. */
export const LEAST_PRECISION = 0.95;
/** Fewer findings than this prove nothing. */
export const LEAST_FINDINGS = 5;

/** Checks of a reply's form, which a rule decides and no measure is needed for. */
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

/** Checks of what is in the facts word by word or not at all; too few errors of these kinds were labelled to measure them by. */
const LITERAL = new Set(['code-names', 'neurodata-types', 'sessions']);

/** Checks of what a sentence means or adds up to: a paraphrase of a true result, a number that follows from others, or another word for what the facts say may be beyond them, however well they do here. They only flag. */
const OF_MEANING = new Set([
  'results',
  'causes',
  'subject-counts',
  // What follows from the facts by reckoning, and what the facts say in words that no table foresaw.
  'estimates',
  'counted',
  'scopes',
  'methods',
  'strains',
  'stimuli',
  'behaviors',
  'field-units',
  'credits',
]);

/**
 * Over all labelled replies, every half of the benchmark and the earlier ones. `npm run bench -- checks powers`
 * prints it; a test holds it to what the checks do.
 */
export const MEASURED: Readonly<Record<string, Measured>> = {
  ages: { right: 21, wrong: 0 },
  behaviors: { right: 35, wrong: 0 },
  causes: { right: 28, wrong: 0 },
  'code-names': { right: 2, wrong: 0 },
  codes: { right: 4, wrong: 1 },
  counted: { right: 24, wrong: 0 },
  'data-kinds': { right: 55, wrong: 1 },
  dates: { right: 10, wrong: 0 },
  devices: { right: 37, wrong: 0 },
  estimates: { right: 35, wrong: 0 },
  'field-units': { right: 1, wrong: 0 },
  'file-counts': { right: 21, wrong: 0 },
  institutions: { right: 12, wrong: 0 },
  instructions: { right: 8, wrong: 0 },
  labs: { right: 12, wrong: 0 },
  links: { right: 5, wrong: 0 },
  methods: { right: 7, wrong: 0 },
  'neurodata-types': { right: 1, wrong: 0 },
  numbers: { right: 28, wrong: 0 },
  people: { right: 6, wrong: 0 },
  quantities: { right: 56, wrong: 0 },
  regions: { right: 39, wrong: 0 },
  results: { right: 28, wrong: 0 },
  scopes: { right: 7, wrong: 0 },
  sessions: { right: 3, wrong: 0 },
  sexes: { right: 26, wrong: 0 },
  software: { right: 27, wrong: 0 },
  species: { right: 29, wrong: 0 },
  'subject-counts': { right: 11, wrong: 0 },
  'type-labels': { right: 26, wrong: 0 },
  videos: { right: 21, wrong: 0 },
};

/** Whether a check may fail a summary, or have something cut from it. */
export function mayAct(check: string): boolean {
  if (OF_FORM.has(check) || LITERAL.has(check)) return true;
  if (OF_MEANING.has(check)) return false;
  const { right, wrong } = findOwn(MEASURED, check) ?? { right: 0, wrong: 0 };
  return right + wrong >= LEAST_FINDINGS && right / (right + wrong) >= LEAST_PRECISION;
}

/** Whether a check looks for what is not so, rather than at a reply's form. */
export function isOfContent(check: string): boolean {
  return !OF_FORM.has(check);
}

/** Whether a check's findings name words of one sentence that may be cut. */
export function mayCut(check: string): boolean {
  return isOfContent(check) && mayAct(check);
}
