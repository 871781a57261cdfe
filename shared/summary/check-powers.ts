/**
 * Which checks may act on a summary, by what they were measured to be worth: one that is right in at least 95 of 100
 * findings, over all labelled replies and over those by other hands when it saw them first, may have a sentence cut or a
 * summary fail; every other one only flags. Pure.
 */

import { findOwn } from '../own-entry.ts';

/** Findings of a check: about an error, and about none. */
export interface Figures {
  readonly right: number;
  readonly wrong: number;
}

/** Findings of a check over the labelled replies, by which it was mended or may have been. */
export interface Measured extends Figures {
  /** Over replies by other hands when the checks were run over them first, before anybody mended one over them; absent where it found nothing there. */
  readonly atFirst?: Figures;
}

/** Precision from which a check may act. */
export const LEAST_PRECISION = 0.95;
/** Fewer findings than this prove nothing. */
export const LEAST_FINDINGS = 5;
/** Fewer findings than this at first sight prove nothing. */
export const LEAST_FIRST_FINDINGS = 3;

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

/** Checks of what is in the facts word by word or not at all, and of words that no summary may have; too few errors of these kinds were labelled to measure them by. */
const LITERAL = new Set(['code-names', 'neurodata-types', 'links', 'people', 'instructions']);

/** Checks that look at what may well follow from the facts in another way than theirs: they flag, whatever they measure. */
const OF_MEANING = new Set(['results', 'causes', 'estimates', 'finer-regions']);

/**
 * Over all labelled replies, every set of the benchmark and the earlier ones, with what was found at first sight.
 * `npm run bench -- checks powers` prints it; a test holds it to what the checks do.
 */
export const MEASURED: Readonly<Record<string, Measured>> = {
  ages: { right: 30, wrong: 0, atFirst: { right: 8, wrong: 0 } },
  behaviors: { right: 49, wrong: 2, atFirst: { right: 11, wrong: 2 } },
  causes: { right: 41, wrong: 2, atFirst: { right: 8, wrong: 4 } },
  'code-names': { right: 2, wrong: 0 },
  codes: { right: 8, wrong: 0, atFirst: { right: 5, wrong: 0 } },
  counted: { right: 28, wrong: 1, atFirst: { right: 4, wrong: 5 } },
  credits: { right: 1, wrong: 0 },
  'data-kinds': { right: 71, wrong: 2, atFirst: { right: 12, wrong: 2 } },
  dates: { right: 21, wrong: 0, atFirst: { right: 11, wrong: 0 } },
  devices: { right: 50, wrong: 0, atFirst: { right: 11, wrong: 0 } },
  estimates: { right: 51, wrong: 5, atFirst: { right: 10, wrong: 7 } },
  'field-units': { right: 3, wrong: 0, atFirst: { right: 1, wrong: 0 } },
  'file-counts': { right: 26, wrong: 1, atFirst: { right: 7, wrong: 1 } },
  'finer-regions': { right: 1, wrong: 0, atFirst: { right: 1, wrong: 0 } },
  holdings: { right: 18, wrong: 2, atFirst: { right: 2, wrong: 1 } },
  institutions: { right: 25, wrong: 2, atFirst: { right: 7, wrong: 3 } },
  instructions: { right: 8, wrong: 0 },
  labs: { right: 21, wrong: 0, atFirst: { right: 9, wrong: 0 } },
  licences: { right: 9, wrong: 1, atFirst: { right: 6, wrong: 0 } },
  links: { right: 5, wrong: 0 },
  methods: { right: 18, wrong: 0, atFirst: { right: 2, wrong: 0 } },
  'neurodata-types': { right: 1, wrong: 0 },
  numbers: { right: 45, wrong: 1, atFirst: { right: 9, wrong: 2 } },
  'partial-counts': { right: 6, wrong: 1, atFirst: { right: 3, wrong: 1 } },
  people: { right: 6, wrong: 0 },
  quantities: { right: 81, wrong: 2, atFirst: { right: 8, wrong: 2 } },
  regions: { right: 56, wrong: 1, atFirst: { right: 11, wrong: 3 } },
  results: { right: 39, wrong: 1, atFirst: { right: 6, wrong: 8 } },
  scopes: { right: 13, wrong: 1, atFirst: { right: 4, wrong: 1 } },
  sessions: { right: 3, wrong: 0 },
  sexes: { right: 37, wrong: 0, atFirst: { right: 11, wrong: 0 } },
  software: { right: 36, wrong: 0, atFirst: { right: 9, wrong: 0 } },
  species: { right: 39, wrong: 0, atFirst: { right: 10, wrong: 0 } },
  stimuli: { right: 8, wrong: 0, atFirst: { right: 5, wrong: 1 } },
  strains: { right: 1, wrong: 0 },
  'subject-counts': { right: 17, wrong: 0, atFirst: { right: 1, wrong: 0 } },
  'type-labels': { right: 30, wrong: 0, atFirst: { right: 4, wrong: 0 } },
  videos: { right: 28, wrong: 1, atFirst: { right: 7, wrong: 1 } },
};

function isPrecise({ right, wrong }: Figures, leastFindings: number): boolean {
  return right + wrong >= leastFindings && right / (right + wrong) >= LEAST_PRECISION;
}

/** Whether a check may fail a summary, or have something cut from it; by the given measures, for tests. */
export function mayAct(check: string, measured: Readonly<Record<string, Measured>> = MEASURED): boolean {
  if (OF_FORM.has(check) || LITERAL.has(check)) return true;
  if (OF_MEANING.has(check)) return false;
  const own = findOwn(measured, check);
  return (
    own?.atFirst !== undefined &&
    isPrecise(own, LEAST_FINDINGS) &&
    isPrecise(own.atFirst, LEAST_FIRST_FINDINGS)
  );
}

/** Whether a check looks for what is not so, rather than at a reply's form. */
export function isOfContent(check: string): boolean {
  return !OF_FORM.has(check);
}

/** Whether a check's findings name words of one sentence that may be cut. */
export function mayCut(check: string): boolean {
  return isOfContent(check) && mayAct(check);
}
