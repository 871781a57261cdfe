/**
 * Ways of recording and states of which the facts tell one where a text tells the other: as long as nothing in the
 * facts speaks of the other one, it is told in error. Written for this project. Pure data.
 */

/** Two that exclude each other, as prose and names have them. */
export interface ExclusivePair {
  readonly one: RegExp;
  readonly other: RegExp;
}

/** Pairs of techniques, preparations and states. */
export const EXCLUSIVE_PAIRS: readonly ExclusivePair[] = [
  {
    // A series' type may be that of the other technique: files keep one-photon movies in it.
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

/** Words that say of an action that it was not the other way: looked at beside the action alone. */
export const EXCLUSIVE_MANNERS: readonly (readonly [one: string, other: string])[] = [
  ['online', 'offline'],
  ['manually', 'automatically'],
  ['simultaneously', 'sequentially'],
  ['passively', 'actively'],
  ['orally', 'intravenously'],
  ['bilaterally', 'unilaterally'],
  ['acutely', 'chronically'],
];
