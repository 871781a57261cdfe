/** Cleans texts of headers and records: meaningful text on one line and of bounded length. Pure. */

/** Placeholder texts in files and records. */
const PLACEHOLDER =
  /^(?:[-–—_.?*#/\s]*|unknown|unspecified|undefined|not (?:known|provided|available|applicable|specified|recorded|set)|no[ _](?:description|comments?|name)(?: provided)?|none|null|nil|nan|n\.?\/?a\.?|tbd|todo|add ?me|fill ?me(?: in)?|change ?me|placeholder|missing|void)$/i;

/** Control characters, line ends among them, and runs of white space. */
const BLANK = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g;

/** Whether a text is empty of meaning: blank, a dash, or a word such as `unknown` or `n/a`. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text.trim());
}

/** A text on one line, at most so many characters long, cut after a word with `…`. */
export function shortenText(text: string, most: number): string {
  const flat = text
    .slice(0, most * 8)
    .replaceAll(BLANK, ' ')
    .trim();
  if (flat.length <= most) return flat;
  const cut = flat.slice(0, most);
  const end = cut.lastIndexOf(' ');
  return `${(end > most * 0.6 ? cut.slice(0, end) : cut).trimEnd()}…`;
}

/** The same, or undefined if it is empty of meaning. */
export function findWords(text: string | undefined, most: number): string | undefined {
  if (text === undefined) return undefined;
  const flat = shortenText(text, most);
  return isPlaceholder(flat) ? undefined : flat;
}
