/**
 * HTML that cannot be broken out of: every value put into a template is escaped, unless it is HTML already.
 * Pure.
 */

/** Text that is HTML. Made only by `html` and `trusted`. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes; false and undefined give nothing, lists their members one after the other. */
export type HtmlValue = Html | string | number | false | undefined | readonly HtmlValue[];

/** A template of HTML. Values inside attributes need quotes around them. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.reduce((text, part, index) => `${text}${renderValue(values[index - 1])}${part}`));
}

/** Text that is HTML by its making: a constant, or what a renderer gave that escapes. */
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
