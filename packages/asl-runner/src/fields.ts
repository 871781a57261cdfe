/**
 * Local state machine runner: reads the fields of a definition's objects. Every unknown field is
 * refused by name, so that nothing in a definition is ignored.
 */

import { InvalidDefinitionError } from './errors.ts';
import type { ExpressionScope } from './expression.ts';
import { isJsonObject } from './json.ts';
import {
  describeBounds,
  findExpressionSource,
  isWithinBounds,
  type NumberSetting,
  parseTemplate,
  type Template,
} from './template.ts';

/** The bounds of a number field. */
export type Bounds = Omit<NumberSetting, 'template' | 'path'>;

/** Fields of the JSONPath language, which occur in older examples. */
const JSONPATH_FIELDS: ReadonlySet<string> = new Set([
  'InputPath',
  'OutputPath',
  'ResultPath',
  'ResultSelector',
  'Parameters',
  'Result',
  'ItemsPath',
  'Variable',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'ErrorPath',
  'CausePath',
  'MaxConcurrencyPath',
  'MaxItemsPath',
  'MaxItemsPerBatchPath',
  'MaxInputBytesPerBatchPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
]);

/** Throws an InvalidDefinitionError for this path. */
export function refuse(path: string, reason: string): never {
  throw new InvalidDefinitionError(`${path || 'The definition'}: ${reason}`, { field: path || 'definition' });
}

/** One object of a definition, whose fields are read by name. */
export class Fields {
  readonly path: string;
  readonly #object: Readonly<Record<string, unknown>>;

  /** @throws InvalidDefinitionError if `value` is not an object, or has a field that is not in `known` */
  constructor(value: unknown, path: string, known: readonly string[], what: string) {
    if (!isJsonObject(value)) refuse(path, 'an object is expected here');
    for (const name of Object.keys(value)) {
      if (known.includes(name)) continue;
      const reason = JSONPATH_FIELDS.has(name) ? ' (it belongs to JSONPath; only JSONata is)' : '';
      refuse(path, `the field ${name} of ${what} is not implemented${reason}`);
    }
    this.#object = value;
    this.path = path;
  }

  buildPath(name: string): string {
    return this.path ? `${this.path}.${name}` : name;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object, name);
  }

  find(name: string): unknown {
    return this.has(name) ? this.#object[name] : undefined;
  }

  get(name: string): unknown {
    if (!this.has(name)) refuse(this.path, `the field ${name} is missing`);
    return this.#object[name];
  }

  /** A literal string; an expression is refused. */
  getText(name: string): string {
    const value = this.get(name);
    if (typeof value !== 'string' || value === '') refuse(this.buildPath(name), 'a string is expected here');
    if (findExpressionSource(value, this.buildPath(name)) !== undefined) {
      refuse(this.buildPath(name), 'no expression is taken here');
    }
    return value;
  }

  findText(name: string): string | undefined {
    return this.has(name) ? this.getText(name) : undefined;
  }

  getChoice<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    const value = this.get(name);
    const choice = choices.find((candidate) => candidate === value);
    return (
      choice ??
      refuse(this.buildPath(name), `${JSON.stringify(value)} is not implemented (${choices.join(', ')} are)`)
    );
  }

  getList(name: string): readonly unknown[] {
    const value = this.get(name);
    return Array.isArray(value) ? value : refuse(this.buildPath(name), 'a list is expected here');
  }

  getTemplate(name: string, scope: ExpressionScope): Template {
    return parseTemplate(this.get(name), this.buildPath(name), scope);
  }

  findTemplate(name: string, scope: ExpressionScope): Template | undefined {
    return this.has(name) ? this.getTemplate(name, scope) : undefined;
  }

  /** A string, or an expression for one. */
  getTextTemplate(name: string, scope: ExpressionScope): Template {
    const template = this.getTemplate(name, scope);
    const isText =
      template.kind === 'constant' && typeof template.value === 'string' && template.value !== '';
    return isText || template.kind === 'expression'
      ? template
      : refuse(this.buildPath(name), 'a string or an expression is expected here');
  }

  /** A literal number. */
  findNumber(name: string, bounds: Bounds): number | undefined {
    if (!this.has(name)) return undefined;
    const value = this.get(name);
    return isWithinBounds(value, bounds)
      ? value
      : refuse(this.buildPath(name), `${describeBounds(bounds)} is expected here`);
  }

  /** A number, or an expression for one. */
  findNumberSetting(name: string, bounds: Bounds, scope: ExpressionScope): NumberSetting | undefined {
    if (!this.has(name)) return undefined;
    const template = this.getTemplate(name, scope);
    if (
      template.kind !== 'expression' &&
      !(template.kind === 'constant' && isWithinBounds(template.value, bounds))
    ) {
      refuse(this.buildPath(name), `${describeBounds(bounds)}, or an expression, is expected here`);
    }
    return { ...bounds, template, path: this.buildPath(name) };
  }
}
