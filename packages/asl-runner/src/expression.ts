/**
 * Local state machine runner: one JSONata expression of a definition, checked against Step Functions' subset when
 * it is read, and evaluated while the machine runs. The only user of jsonata.
 *
 * Step Functions implements JSONata 2.0.6; additions of later versions are refused here. Source: AWS Step Functions
 * Developer Guide, "Transforming data with JSONata"; Amazon States Language, "Using JSONata".
 */

import jsonata from 'jsonata';
import { InvalidDefinitionError } from './errors.ts';
import { type Json, toPlainJson } from './json.ts';
import { StatesError } from './states-error.ts';
import { STATES_FUNCTION_NAMES } from './states-functions.ts';

/** A field of the reserved variable `$states`. */
export type StatesField = 'input' | 'result' | 'errorOutput' | 'context';

/** The names that an expression may refer to at its place. */
export interface ExpressionScope {
  /** The fields of `$states` that have a value there. */
  readonly states: readonly StatesField[];
  /** The variables that some state of this workflow, or of one around it, assigns. */
  readonly variables: ReadonlySet<string>;
  /** Whether `$states.context.Map.Item` has a value there. */
  readonly mapItem: boolean;
}

/** A parsed and checked expression. */
export interface Expression {
  readonly source: string;
  /** Its path in the definition, for messages. */
  readonly path: string;
  /** @throws StatesError States.QueryEvaluationError if it fails or its result is not JSON */
  evaluate(bindings: Readonly<Record<string, unknown>>): Promise<Json>;
}

/** The functions of JSONata 2.0.6, without `$eval`, which Step Functions excludes. */
const JSONATA_FUNCTIONS: ReadonlySet<string> = new Set(
  `abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl
  decodeUrlComponent distinct each encodeUrl encodeUrlComponent error exists filter floor formatBase
  formatInteger formatNumber fromMillis join keys length lookup lowercase map match max merge millis min not now
  number pad parseInteger power random reduce replace reverse round shuffle sift single sort split spread
  sqrt string substring substringAfter substringBefore sum toMillis trim type uppercase zip`.split(/\s+/),
);

/** The parts of the context object that the runner fills, by their first two names. */
const CONTEXT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Execution: ['Id', 'Input', 'Name', 'StartTime', 'RedriveCount'],
  State: ['EnteredTime', 'Name', 'RetryCount'],
  StateMachine: ['Id', 'Name'],
  Map: ['Item'],
};

/** The fields of `$states.context.Map.Item`. */
const ITEM_FIELDS: readonly string[] = ['Index', 'Value'];

/**
 * Limits of an expression's recursion depth and time (milliseconds), after which it fails instead of blocking the
 * runner.
 */
const GUARDRAILS = { stack: 1000, timeout: 30_000 };

/** A node of jsonata's syntax tree; its published type lacks half of the members. */
interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly focus?: string;
  readonly index?: string;
  readonly steps?: readonly Node[];
  readonly arguments?: readonly Node[];
  readonly expressions?: readonly Node[];
  readonly lhs?: Node | readonly (readonly Node[])[];
  readonly [member: string]: unknown;
}

function* walkNodes(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return;
  if (!Array.isArray(value)) yield value as Node;
  for (const member of Object.values(value)) yield* walkNodes(member);
}

const isVariable = (node: Node | undefined): boolean => node?.type === 'variable';

/** The names that an expression binds itself: bindings, parameters, `@$focus` and `#$index`. */
function findLocalNames(tree: Node): Set<string> {
  const names = new Set<string>();
  for (const node of walkNodes(tree)) {
    if (node.type === 'bind') names.add(String((node.lhs as Node).value));
    if (node.type === 'lambda')
      for (const parameter of node.arguments ?? []) names.add(String(parameter.value));
    if (node.type === 'index') names.add(String(node.value));
    if (typeof node.focus === 'string') names.add(node.focus);
    if (typeof node.index === 'string') names.add(node.index);
  }
  return names;
}

/** Names, wildcards or `$` that refer to a context object, which does not exist at the top of an expression. */
function findTopLevelContext(node: unknown): string | undefined {
  if (Array.isArray(node)) {
    for (const member of node) {
      const found = findTopLevelContext(member);
      if (found) return found;
    }
    return undefined;
  }
  if (typeof node !== 'object' || node === null) return undefined;
  const { type, value, steps } = node as Node;
  if (type === 'name') return `the name ${String(value)}`;
  if (type === 'wildcard' || type === 'descendant') return `the wildcard ${type === 'wildcard' ? '*' : '**'}`;
  if (type === 'variable') return value === '' ? '$' : undefined;
  // Only a path's first step starts at the top; later ones have the previous result as their context.
  if (type === 'path') return findTopLevelContext(steps?.[0]);
  if (type === 'transform' || type === 'regex') return undefined;
  const { stages: _stages, predicate: _predicate, group: _group, ...inner } = node as Node;
  return findTopLevelContext(Object.values(inner));
}

function checkStatesPath(steps: readonly Node[], scope: ExpressionScope): string | undefined {
  const names = steps.slice(1).map((step) => (step.type === 'name' ? String(step.value) : undefined));
  const [field, part, member, detail] = names;
  if (field === undefined || steps[0]?.stages !== undefined)
    return '$states is implemented only as $states.<field>';
  if (!(scope.states as readonly string[]).includes(field)) {
    return `$states.${field} has no value here (there is ${scope.states.map((name) => `$states.${name}`).join(', ')})`;
  }
  if (field !== 'context' || part === undefined) return undefined;
  const members = Object.hasOwn(CONTEXT_FIELDS, part) ? CONTEXT_FIELDS[part]! : [];
  const known = members.length > 0 && (member === undefined || members.includes(member));
  const isItem = part === 'Map';
  const knownDetail = !isItem || detail === undefined || ITEM_FIELDS.includes(detail);
  if (known && knownDetail && (!isItem || scope.mapItem)) return undefined;
  const shown = [part, member, isItem ? detail : undefined].filter(Boolean).join('.');
  return `$states.context.${shown} has no value here`;
}

/** The error in an expression, or undefined. */
function findError(source: string, tree: Node, scope: ExpressionScope): string | undefined {
  const locals = findLocalNames(tree);
  const checkedStates = new Set<Node>();
  for (const node of walkNodes(tree)) {
    if (node.type === 'condition' && node.position !== undefined) {
      // Both operators parse into an ordinary condition; only the source text distinguishes them.
      const operator = source.slice(node.position - 2, node.position);
      if (operator === '??' || operator === '?:')
        return `the operator ${operator} is not in JSONata 2.0.6, which Step Functions implements`;
    }
    if (node.type === 'path' && isVariable(node.steps?.[0]) && node.steps?.[0]?.value === 'states') {
      checkedStates.add(node.steps[0]);
      const error = checkStatesPath(node.steps, scope);
      if (error) return error;
    }
    if (!isVariable(node) || node.value === '') continue;
    const name = String(node.value);
    if (name === '$') return '$$ has no value in Step Functions; use $states.input';
    if (name === 'eval') return '$eval does not exist in Step Functions; use $parse';
    if (name === 'states') {
      if (!checkedStates.has(node)) return '$states is implemented only as $states.<field>';
    } else if (
      !locals.has(name) &&
      !scope.variables.has(name) &&
      !JSONATA_FUNCTIONS.has(name) &&
      !STATES_FUNCTION_NAMES.has(name)
    ) {
      return `$${name} is neither assigned by a state nor a function of Step Functions`;
    }
  }
  const top = findTopLevelContext(tree);
  return top && `${top} is at the top, where there is no context; use $states.input`;
}

const findReason = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);

/**
 * Reads an expression, the text between `{%` and `%}`.
 * @throws InvalidDefinitionError, with the path, for a syntax error and for everything that Step Functions does not
 * support
 */
export function parseExpression(source: string, path: string, scope: ExpressionScope): Expression {
  const refuse = (reason: string): never => {
    throw new InvalidDefinitionError(`${path}: the expression "${source}" is refused: ${reason}`, {
      field: path,
    });
  };
  let compiled: jsonata.Expression;
  try {
    compiled = jsonata(source, GUARDRAILS);
  } catch (error) {
    return refuse(findReason(error));
  }
  const error = findError(source, compiled.ast() as unknown as Node, scope);
  if (error) return refuse(error);
  return {
    source,
    path,
    async evaluate(bindings) {
      try {
        return toPlainJson(await compiled.evaluate(undefined, bindings));
      } catch (error) {
        throw new StatesError(
          'States.QueryEvaluationError',
          `The JSONata expression '${source}' specified for the field '${path}' failed: ${findReason(error)}`,
        );
      }
    },
  };
}
