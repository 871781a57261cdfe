/** What went wrong in a run, in the words of the error itself, from what a state machine caught. */
import { readFields } from '../json-value.ts';

/** The sentence inside a cause, which for a Lambda function's error is a JSON document of its own. */
export function readCauseMessage(cause: string): string {
  try {
    const { errorMessage } = readFields(JSON.parse(cause));
    if (errorMessage !== undefined) return String(errorMessage);
  } catch {
    // A cause that a state wrote itself is a plain sentence.
  }
  return cause;
}
