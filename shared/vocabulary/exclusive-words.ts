/**
 * Mutually exclusive methods and states: if the facts mention only one of a pair, a text that states the other is
 * wrong. Written for this project. Pure data.
 */

/** Two mutually exclusive methods or states, by their words in prose and names. */
export interface ExclusivePair {
  readonly one: RegExp;
  readonly other: RegExp;
}

/** Pairs of techniques, preparations and states. */
export const EXCLUSIVE_PAIRS: readonly ExclusivePair[] = [
  {
    // The type of a series may be that of the other technique: some files store one-photon movies in it.
    one: /\b(?:two|2)[- ]?photon(?! microscopy technique| ?series)|\b2p\b|multi-?photon/i,
    other: /\b(?:one|1|single)[- ]?photon|\b1p\b|wide-?field|epifluorescence/i,
  },
  { one: /\bin vivo\b/i, other: /\bin vitro\b|\bex vivo\b|\bslices?\b/i },
  {
    one: /\bhead[- ]?(?:fixed|restrained|fixation)\b/i,
    other: /\bfreely[- ](?:moving|behaving)\b|\bunrestrained\b/i,
  },
  { one: /\bunilateral(?:ly)?\b/i, other: /\bbilateral(?:ly)?\b/i },
  { one: /\bmonopolar\b/i, other: /\bbipolar\b/i },
  { one: /\bclosed[- ]loop\b/i, other: /\bopen[- ]loop\b/i },
  { one: /\bmono-?synaptic\b/i, other: /\bpoly-?synaptic\b/i },
  { one: /\bbinocular(?:ly)?\b/i, other: /\bmonocular(?:ly)?\b/i },
];

/** Mutually exclusive manners of an action, which count only next to the action. */
export const EXCLUSIVE_MANNERS: readonly (readonly [one: string, other: string])[] = [
  ['online', 'offline'],
  ['manually', 'automatically'],
  ['simultaneously', 'sequentially'],
  ['passively', 'actively'],
  ['orally', 'intravenously'],
  ['bilaterally', 'unilaterally'],
  ['acutely', 'chronically'],
];
