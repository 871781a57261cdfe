/** Extracts the error's own message from the cause that a state machine caught. */
import { readFields } from '../json-value.ts';

/** The message inside a cause, which for a Lambda function's error is a JSON document. */
export function readCauseMessage(cause: string): string {
  try {
    const { errorMessage } = readFields(JSON.parse(cause));
    if (errorMessage !== undefined) return String(errorMessage);
  } catch {
    // A cause that a state wrote itself is a plain sentence.
  }
  return cause;
}
