/** The failure of a run for the command line and the pages, by the error name that the state machine saw. */

/** A failed run, by the error name that the state machine saw. */
export class RunFailedError extends Error {
  override readonly name = 'RunFailedError';
  /** The error's name, such as `NotFoundError`. */
  readonly error: string;
  constructor(message: string, fields: { error: string }) {
    super(message);
    this.error = fields.error;
  }
}
