/** What went wrong in a run, in the words of the error itself. */
import { isObject } from '../shared/json-value.ts';

/** The sentence inside a Lambda error's cause, which is a JSON document of its own. */
export function messageOfCause(cause: string): string {
  try {
    const document: unknown = JSON.parse(cause);
    if (isObject(document) && 'errorMessage' in document) return String(document.errorMessage);
  } catch {
    // A cause that a state wrote itself is a plain sentence.
  }
  return cause;
}
