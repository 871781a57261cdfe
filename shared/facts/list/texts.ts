/** Text functions for facts of all kinds: lists of names, and the comparison of a name with its description. Pure. */
import { numberText } from '../fact-words.ts';

/** The first `most` values, and the number of others. */
export function listText(values: readonly string[], most: number): string {
  const rest = values.length - most;
  return `${values.slice(0, most).join('; ')}${rest > 0 ? `; and ${numberText(rest)} more` : ''}`;
}

/** One number, or a range. */
export function rangeText(min: number, most: number): string {
  return min === most ? numberText(most) : `${numberText(min)} to ${numberText(most)}`;
}

/** The text with a capital first letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Whether a description only repeats the name. */
export function isSameWords(name: string, description: string): boolean {
  const fold = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return fold(name) === fold(description);
}
