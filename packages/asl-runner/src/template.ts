/**
 * Local state machine runner: a JSON value of a definition in which strings may be expressions, such as
 * Arguments, Output or Assign.
 */

import { InvalidDefinitionError } from './errors.ts';
import { type Expression, type ExpressionScope, parseExpression } from './expression.ts';
import { isJsonObject, type Json } from './json.ts';
import { StatesError } from './states-error.ts';

/** A value of a definition, ready to be evaluated. */
export type Template =
  | { readonly kind: 'constant'; readonly value: Json }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'array'; readonly members: readonly Template[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Template])[] };

/** A number of a definition that may be an expression, with the bounds of its value. */
export interface NumberSetting {
  readonly template: Template;
  readonly path: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly integer: boolean;
}

/**
 * The expression in a string between `{%` and `%}`, or undefined for a plain string.
 * @throws InvalidDefinitionError for half a pair
 */
export function findExpressionSource(text: string, path: string): string | undefined {
  const opens = text.startsWith('{%');
  if (opens !== text.endsWith('%}') || (opens && text.length < 4)) {
    throw new InvalidDefinitionError(
      `${path}: an expression must be enclosed in {% and %}, as the whole string`,
      {
        field: path,
      },
    );
  }
  return opens ? text.slice(2, -2).trim() : undefined;
}

/**
 * Reads a value with its expressions.
 * @throws InvalidDefinitionError, with the path, for a refused expression and for a JSONPath key (`name.$`)
 */
export function parseTemplate(value: unknown, path: string, scope: ExpressionScope): Template {
  if (typeof value === 'string') {
    const source = findExpressionSource(value, path);
    return source === undefined
      ? { kind: 'constant', value }
      : { kind: 'expression', expression: parseExpression(source, path, scope) };
  }
  if (Array.isArray(value)) {
    return {
      kind: 'array',
      members: value.map((member, index) => parseTemplate(member, `${path}[${index}]`, scope)),
    };
  }
  if (isJsonObject(value)) {
    const entries = Object.entries(value).map(([key, member]) => {
      if (key.endsWith('.$')) {
        throw new InvalidDefinitionError(`${path}: the key ${key} is JSONPath, which is not implemented`, {
          field: path,
        });
      }
      return [key, parseTemplate(member, `${path}.${key}`, scope)] as const;
    });
    return { kind: 'object', entries };
  }
  return { kind: 'constant', value: value as Json };
}

/** The value of a template. @throws StatesError States.QueryEvaluationError */
export async function evaluateTemplate(
  template: Template,
  bindings: Readonly<Record<string, unknown>>,
): Promise<Json> {
  switch (template.kind) {
    case 'constant':
      return template.value;
    case 'expression':
      return template.expression.evaluate(bindings);
    case 'array': {
      const members: Json[] = [];
      for (const member of template.members) members.push(await evaluateTemplate(member, bindings));
      return members;
    }
    case 'object': {
      const entries: [string, Json][] = [];
      for (const [key, member] of template.entries)
        entries.push([key, await evaluateTemplate(member, bindings)]);
      return Object.fromEntries(entries);
    }
  }
}

/** Whether a number is within a setting's bounds. */
export function isWithinBounds(
  value: unknown,
  setting: Omit<NumberSetting, 'template' | 'path'>,
): value is number {
  return (
    typeof value === 'number' &&
    value >= setting.minimum &&
    value <= setting.maximum &&
    (!setting.integer || Number.isInteger(value))
  );
}

/** A setting's bounds in words. */
export function describeBounds({
  integer,
  minimum,
  maximum,
}: Omit<NumberSetting, 'template' | 'path'>): string {
  return `${integer ? 'an integer' : 'a number'} from ${minimum} to ${maximum}`;
}

/**
 * The value of a number setting.
 * @throws StatesError States.QueryEvaluationError, also if the value is out of bounds
 */
export async function evaluateNumber(
  setting: NumberSetting,
  bindings: Readonly<Record<string, unknown>>,
): Promise<number> {
  const value = await evaluateTemplate(setting.template, bindings);
  if (isWithinBounds(value, setting)) return value;
  throw new StatesError(
    'States.QueryEvaluationError',
    `The field '${setting.path}' must be ${describeBounds(setting)}, and its expression gave ${JSON.stringify(value)}`,
  );
}
