/** A text as the source of a regular expression that matches just it. Pure. */

/** Escapes the characters with a meaning in regular expressions. */
export function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
