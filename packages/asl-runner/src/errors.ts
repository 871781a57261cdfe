/** The error that the runner throws before anything runs; a failed execution is an outcome, not an error. */

/** A definition or its options that are invalid or not implemented. */
export class InvalidDefinitionError extends Error {
  override readonly name = 'InvalidDefinitionError';
  /** The path of the state and field, such as `States.Read.Retry[0]`, or the invalid option. */
  readonly field: string;
  constructor(message: string, { field }: { readonly field: string }, options?: ErrorOptions) {
    super(message, options);
    this.field = field;
  }
}
