/** The reasons to refuse a sentence of a structured reply. Types and names only. */

/** The names of all reasons. */
export const REFUSAL_REASONS = [
  'unknown-fact',
  'no-fact',
  'unknown-slot',
  'empty',
  'length',
  'number',
  'quantity',
  'noun',
  'date',
  'name',
  'region',
  'technique',
  'task',
  'species',
  'sex',
  'device',
  'scope',
  'exchanged',
  'claim-as-fact',
  'interpretation',
  'unsupported',
  'inferences',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** One reason, with a message about the words in question. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** A sentence for people, on which a model can act too. */
  readonly message: string;
}
