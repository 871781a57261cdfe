/** How a run's failure reaches the command line and the pages: by the name that the state machine saw. */

/** A run that failed, by the name that the state machine saw. */
export class RunFailedError extends Error {
  override readonly name = 'RunFailedError';
  /** The error's name, such as `NotFoundError`. */
  readonly error: string;
  constructor(message: string, fields: { error: string }) {
    super(message);
    this.error = fields.error;
  }
}
