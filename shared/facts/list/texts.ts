/** Words that facts of all kinds share: names listed and cut, and a name that says what its description says. Pure. */
import { numberText } from '../fact-words.ts';

/** The first `most` values, and how many more there are. */
export function listText(values: readonly string[], most: number): string {
  const rest = values.length - most;
  return `${values.slice(0, most).join('; ')}${rest > 0 ? `; and ${numberText(rest)} more` : ''}`;
}

/** One number, or from the least to the greatest. */
export function rangeText(min: number, most: number): string {
  return min === most ? numberText(most) : `${numberText(min)} to ${numberText(most)}`;
}

/** With a capital letter in front. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Whether a description says no more than the name. */
export function isSameWords(name: string, description: string): boolean {
  const fold = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return fold(name) === fold(description);
}
