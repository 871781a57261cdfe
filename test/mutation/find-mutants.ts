/**
 * Finds the small changes in one source file that a test should notice, for mutation testing. Types are
 * blanked out first, which keeps every offset, so that a JavaScript parser reads TypeScript. Pure.
 */
import { stripTypeScriptTypes } from 'node:module';
import { type AnyNode, type Node, type Program, parse } from 'acorn';

/** One change: the characters from `start` to `end` of the source become `text`. */
export interface Mutant {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The kind of change, such as `boundary`. */
  readonly operator: string;
}

const BINARY: Readonly<Record<string, readonly [text: string, operator: string]>> = {
  '<': ['<=', 'boundary'],
  '<=': ['<', 'boundary'],
  '>': ['>=', 'boundary'],
  '>=': ['>', 'boundary'],
  '===': ['!==', 'equality'],
  '!==': ['===', 'equality'],
  '-': ['+', 'arithmetic'],
  '*': ['/', 'arithmetic'],
  '/': ['*', 'arithmetic'],
  '&&': ['||', 'logic'],
  '||': ['&&', 'logic'],
  '<<': ['>>', 'bits'],
  '>>>': ['<<', 'bits'],
  '&': ['|', 'bits'],
};

const METHODS: Readonly<Record<string, string>> = {
  every: 'some',
  some: 'every',
  min: 'max',
  max: 'min',
  ceil: 'floor',
  floor: 'ceil',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  trimStart: 'trimEnd',
};

/** Methods whose call is removed: the list is unchanged. */
const ORDERINGS: ReadonlySet<string> = new Set(['sort', 'toSorted', 'reverse', 'toReversed', 'filter']);

/**
 * All mutants of a source, in the order of the file. Messages, docstrings and types have none: a test that
 * compares every word of an error would prevent better wording.
 * @throws SyntaxError if the source is not TypeScript with erasable types
 */
export function findMutants(source: string): Mutant[] {
  const code = stripTypeScriptTypes(source, { mode: 'strip' });
  const program: Program = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  const mutants: Mutant[] = [];
  walk(program, (node) => mutants.push(...mutate(node as AnyNode, code)));
  return mutants.sort((a, b) => a.start - b.start || a.end - b.end);
}

function mutate(node: AnyNode, code: string): Mutant[] {
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression': {
      const change = BINARY[node.operator];
      if (change === undefined) return [];
      const start = code.indexOf(node.operator, node.left.end);
      return [{ start, end: start + node.operator.length, text: change[0], operator: change[1] }];
    }
    case 'IfStatement':
    case 'ConditionalExpression':
      return ['true', 'false'].map((text) => ({ ...span(node.test), text, operator: 'condition' }));
    case 'UnaryExpression':
      return node.operator === '!'
        ? [{ ...span(node), text: slice(code, node.argument), operator: 'negation' }]
        : [];
    case 'Literal':
      if (typeof node.value === 'boolean') {
        return [{ ...span(node), text: String(!node.value), operator: 'boolean' }];
      }
      return typeof node.value === 'number'
        ? [{ ...span(node), text: `(${code.slice(node.start, node.end)} + 1)`, operator: 'number' }]
        : [];
    case 'CallExpression':
      return mutateCall(node, code);
    case 'ExpressionStatement':
      return isCall(node.expression) ? [{ ...span(node), text: ';', operator: 'statement' }] : [];
    default:
      return [];
  }
}

function mutateCall(node: AnyNode & { type: 'CallExpression' }, code: string): Mutant[] {
  const { callee } = node;
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return [];
  const { name } = callee.property;
  if (ORDERINGS.has(name)) return [{ ...span(node), text: slice(code, callee.object), operator: 'call' }];
  const other = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  return other === undefined ? [] : [{ ...span(callee.property), text: other, operator: 'method' }];
}

function isCall(node: AnyNode): boolean {
  return node.type === 'CallExpression' || (node.type === 'AwaitExpression' && isCall(node.argument));
}

function span({ start, end }: Node): { start: number; end: number } {
  return { start, end };
}

function slice(code: string, { start, end }: Node): string {
  return code.slice(start, end);
}

/** Every node, parents first; thrown values are skipped, since they are messages. */
function walk(node: Node, visit: (node: Node) => void): void {
  if (node.type === 'ThrowStatement' || node.type === 'ImportDeclaration') return;
  visit(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof (child as Node | null)?.type === 'string') walk(child as Node, visit);
    }
  }
}

/** The source with one mutant applied. */
export function applyMutant(source: string, { start, end, text }: Mutant): string {
  return `${source.slice(0, start)}${text}${source.slice(end)}`;
}
