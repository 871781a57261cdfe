/**
 * HTML templates that escape every value put into them, unless it is already HTML.
 * Pure.
 */

/** Text that is HTML. Created only by `html` and `trusted`. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Values of a template; false and undefined are left out, lists are joined. */
export type HtmlValue = Html | string | number | false | undefined | readonly HtmlValue[];

/** A template of HTML. Values inside attributes need quotes around them. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.reduce((text, part, index) => `${text}${renderValue(values[index - 1])}${part}`));
}

/** Marks text as HTML: a constant, or the output of a renderer that escapes. */
export function trustHtml(text: string): Html {
  return new Html(text);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function renderValue(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(renderValue).join('');
  return String(value).replaceAll(/[&<>"']/g, (character) => ESCAPES[character] as string);
}
