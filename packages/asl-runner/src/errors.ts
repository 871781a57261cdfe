/** What the runner throws before anything runs; how an execution fails is an outcome and no error. */

/** A definition, or what it is run with, that is not sound or not implemented. */
export class InvalidDefinitionError extends Error {
  override readonly name = 'InvalidDefinitionError';
  /** The path of the state and field, such as `States.Read.Retry[0]`, or what of the options is wrong. */
  readonly field: string;
  constructor(message: string, { field }: { readonly field: string }, options?: ErrorOptions) {
    super(message, options);
    this.field = field;
  }
}
