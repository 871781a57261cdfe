/** Why a sentence of a structured reply is refused. Types and names only. */

/** Every reason by name. */
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
  'claim-as-fact',
  'interpretation',
  'unsupported',
  'inferences',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** One reason with the words that it is about. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** A sentence for people, which a model can act on too. */
  readonly message: string;
}
