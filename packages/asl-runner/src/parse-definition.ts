/**
 * Local state machine runner: parses a complete Amazon States Language definition before anything runs.
 * Everything that the runner does not implement is refused here by name.
 *
 * Source: Amazon States Language (states-language.net) with QueryLanguage JSONata; AWS Step Functions
 * Developer Guide for the fields of each state.
 */

import type {
  Assignments,
  Catcher,
  ChoiceState,
  Exit,
  FailState,
  ParallelState,
  PassState,
  State,
  StateMachine,
  SucceedState,
  TaskCall,
  TaskState,
  WaitState,
  Workflow,
} from './definition.ts';
import { type ExpressionScope, parseExpression, type StatesField } from './expression.ts';
import { Fields, refuse } from './fields.ts';
import { isJsonObject } from './json.ts';
import { parseMap } from './parse-map.ts';
import { RETRIER_DEFAULTS, type Retrier } from './retry.ts';
import { STATES_ERROR_NAMES } from './states-error.ts';
import { applySubstitutions } from './substitution.ts';
import { findExpressionSource } from './template.ts';

/** The context of a workflow during parsing. */
export interface WorkflowScope {
  /** Variables that can be read here. */
  readonly variables: ReadonlySet<string>;
  /** Whether an enclosing inline Map provides `$states.context.Map.Item`. */
  readonly mapItem: boolean;
  /** Every state name met so far in the whole machine: none may occur twice. */
  readonly names: Set<string>;
}

/** The longest time that a field may name, in seconds: about three years, as in AWS. */
const LONGEST_SECONDS = 99_999_999;
const SECONDS = { minimum: 1, maximum: LONGEST_SECONDS, integer: true } as const;
/** AWS: MaxDelaySeconds is below a leap year. */
const LONGEST_DELAY = 31_622_400;

const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const FLOW = [...COMMON, 'Next', 'End', 'Output', 'Assign'];
const RECOVERY = [...FLOW, 'Retry', 'Catch'];

/** The scope of an expression in a state, with the fields of `$states` that it may read. */
export function buildScope(scope: WorkflowScope, ...states: StatesField[]): ExpressionScope {
  return { states: ['input', 'context', ...states], variables: scope.variables, mapItem: scope.mapItem };
}

function parseAssign(fields: Fields, scope: ExpressionScope): Assignments {
  const template = fields.findTemplate('Assign', scope);
  if (!template) return [];
  if (template.kind !== 'object') refuse(fields.buildPath('Assign'), 'an object is expected here');
  for (const [name] of template.entries) {
    if (name === 'states' || !/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name) || name.length > 80) {
      refuse(fields.buildPath('Assign'), `${JSON.stringify(name)} cannot be the name of a variable`);
    }
  }
  return template.entries;
}

function parseExit(fields: Fields, scope: ExpressionScope, next: string | undefined): Exit {
  return { output: fields.findTemplate('Output', scope), assign: parseAssign(fields, scope), next };
}

/** Next or End, exactly one of them. */
function parseNext(fields: Fields): string | undefined {
  if (fields.has('End') && fields.get('End') !== true)
    refuse(fields.buildPath('End'), 'only true is taken here');
  if (fields.has('End') === fields.has('Next')) refuse(fields.path, 'a state has either Next or End');
  return fields.findText('Next');
}

function parseErrorEquals(fields: Fields, isLast: boolean): string[] {
  const path = fields.buildPath('ErrorEquals');
  const names = fields.getList('ErrorEquals').map((name) => {
    if (typeof name !== 'string' || name === '') refuse(path, 'names of errors are expected here');
    if (name.startsWith('States.') && !STATES_ERROR_NAMES.has(name))
      refuse(path, `there is no error ${name}`);
    return name;
  });
  if (names.length === 0) refuse(path, 'at least one error is expected here');
  if (names.includes('States.ALL') && (names.length > 1 || !isLast)) {
    refuse(path, 'States.ALL must appear alone, and in the last entry');
  }
  return names;
}

function parseRetrier(value: unknown, path: string, isLast: boolean): Retrier {
  const known = [
    'ErrorEquals',
    'IntervalSeconds',
    'MaxAttempts',
    'BackoffRate',
    'MaxDelaySeconds',
    'JitterStrategy',
  ];
  const fields = new Fields(value, path, [...known, 'Comment'], 'a retrier');
  const attempts = { minimum: 0, maximum: LONGEST_SECONDS, integer: true };
  const rate = { minimum: 1, maximum: Number.MAX_VALUE, integer: false };
  const intervalSeconds = fields.findNumber('IntervalSeconds', SECONDS) ?? RETRIER_DEFAULTS.intervalSeconds;
  const maxDelaySeconds = fields.findNumber('MaxDelaySeconds', { ...SECONDS, maximum: LONGEST_DELAY - 1 });
  if (maxDelaySeconds !== undefined && maxDelaySeconds <= intervalSeconds) {
    refuse(fields.buildPath('MaxDelaySeconds'), 'it must be longer than IntervalSeconds');
  }
  return {
    errorEquals: parseErrorEquals(fields, isLast),
    intervalSeconds,
    maxAttempts: fields.findNumber('MaxAttempts', attempts) ?? RETRIER_DEFAULTS.maxAttempts,
    backoffRate: fields.findNumber('BackoffRate', rate) ?? RETRIER_DEFAULTS.backoffRate,
    maxDelaySeconds,
    jitter: fields.has('JitterStrategy') ? fields.getChoice('JitterStrategy', ['NONE', 'FULL']) : 'NONE',
  };
}

function parseCatcher(value: unknown, path: string, scope: WorkflowScope, isLast: boolean): Catcher {
  const fields = new Fields(value, path, ['ErrorEquals', 'Next', 'Output', 'Assign', 'Comment'], 'a catcher');
  const next = fields.getText('Next');
  return {
    ...parseExit(fields, buildScope(scope, 'errorOutput'), next),
    next,
    errorEquals: parseErrorEquals(fields, isLast),
  };
}

/** Retry, Catch and the exit of a state with a result. */
function parseRecovery(fields: Fields, scope: WorkflowScope): Pick<TaskState, 'exit' | 'retry' | 'catch'> {
  const list = <Entry>(
    name: string,
    parse: (value: unknown, path: string, isLast: boolean) => Entry,
  ): Entry[] => {
    if (!fields.has(name)) return [];
    const values = fields.getList(name);
    return values.map((value, index) =>
      parse(value, `${fields.buildPath(name)}[${index}]`, index === values.length - 1),
    );
  };
  return {
    exit: parseExit(fields, buildScope(scope, 'result'), parseNext(fields)),
    retry: list('Retry', parseRetrier),
    catch: list('Catch', (value, path, isLast) => parseCatcher(value, path, scope, isLast)),
  };
}

/** The resources that a Task may call, each with the parser of its arguments. */
const RESOURCES: Readonly<
  Record<string, (value: unknown, path: string, scope: ExpressionScope) => TaskCall>
> = {
  'arn:aws:states:::lambda:invoke': (value, path, scope) => {
    const fields = new Fields(value, path, ['FunctionName', 'Payload'], 'lambda:invoke');
    return {
      resource: 'lambda:invoke',
      functionName: fields.getTextTemplate('FunctionName', scope),
      payload: fields.getTemplate('Payload', scope),
    };
  },
  'arn:aws:states:::states:startExecution.sync:2': (value, path, scope) => {
    const fields = new Fields(
      value,
      path,
      ['StateMachineArn', 'Name', 'Input'],
      'states:startExecution.sync:2',
    );
    return {
      resource: 'states:startExecution.sync:2',
      stateMachineArn: fields.getTextTemplate('StateMachineArn', scope),
      name: fields.has('Name') ? fields.getTextTemplate('Name', scope) : undefined,
      input: fields.getTemplate('Input', scope),
    };
  },
};

function parseTask(name: string, value: unknown, path: string, scope: WorkflowScope): TaskState {
  const fields = new Fields(
    value,
    path,
    [...RECOVERY, 'Resource', 'Arguments', 'TimeoutSeconds'],
    'a Task state',
  );
  const resource = fields.getText('Resource');
  if (!Object.hasOwn(RESOURCES, resource)) {
    refuse(
      fields.buildPath('Resource'),
      `${resource} is not implemented (${Object.keys(RESOURCES).join(', ')} are)`,
    );
  }
  return {
    type: 'Task',
    name,
    path,
    call: RESOURCES[resource]!(fields.get('Arguments'), fields.buildPath('Arguments'), buildScope(scope)),
    timeoutSeconds: fields.findNumberSetting('TimeoutSeconds', SECONDS, buildScope(scope)),
    ...parseRecovery(fields, scope),
  };
}

function parsePass(name: string, value: unknown, path: string, scope: WorkflowScope): PassState {
  const fields = new Fields(value, path, FLOW, 'a Pass state');
  return { type: 'Pass', name, path, exit: parseExit(fields, buildScope(scope), parseNext(fields)) };
}

function parseRule(value: unknown, path: string, scope: WorkflowScope): ChoiceState['rules'][number] {
  const fields = new Fields(value, path, ['Condition', 'Next', 'Output', 'Assign', 'Comment'], 'a choice');
  const condition = fields.get('Condition');
  const source =
    typeof condition === 'string'
      ? findExpressionSource(condition, fields.buildPath('Condition'))
      : undefined;
  if (source === undefined && typeof condition !== 'boolean') {
    refuse(fields.buildPath('Condition'), 'an expression is expected here');
  }
  return {
    ...parseExit(fields, buildScope(scope), fields.getText('Next')),
    condition:
      source === undefined
        ? (condition as boolean)
        : parseExpression(source, fields.buildPath('Condition'), buildScope(scope)),
  };
}

function parseChoice(name: string, value: unknown, path: string, scope: WorkflowScope): ChoiceState {
  const fields = new Fields(
    value,
    path,
    [...COMMON, 'Choices', 'Default', 'Output', 'Assign'],
    'a Choice state',
  );
  const rules = fields.getList('Choices');
  if (rules.length === 0) refuse(fields.buildPath('Choices'), 'at least one choice is expected here');
  const otherwise = parseExit(fields, buildScope(scope), fields.findText('Default'));
  for (const field of ['Output', 'Assign']) {
    if (fields.has(field) && !fields.has('Default'))
      refuse(fields.buildPath(field), 'it needs a Default, to whose exit it belongs');
  }
  return {
    type: 'Choice',
    name,
    path,
    rules: rules.map((rule, index) => parseRule(rule, `${fields.buildPath('Choices')}[${index}]`, scope)),
    otherwise: otherwise.next === undefined ? undefined : otherwise,
  };
}

function parseWait(name: string, value: unknown, path: string, scope: WorkflowScope): WaitState {
  const fields = new Fields(value, path, [...FLOW, 'Seconds', 'Timestamp'], 'a Wait state');
  if (fields.has('Seconds') === fields.has('Timestamp'))
    refuse(path, 'a Wait state has either Seconds or Timestamp');
  const seconds = fields.findNumberSetting('Seconds', { ...SECONDS, minimum: 0 }, buildScope(scope));
  return {
    type: 'Wait',
    name,
    path,
    until: seconds ? { seconds } : { timestamp: fields.getTextTemplate('Timestamp', buildScope(scope)) },
    exit: parseExit(fields, buildScope(scope), parseNext(fields)),
  };
}

function parseSucceed(name: string, value: unknown, path: string, scope: WorkflowScope): SucceedState {
  const fields = new Fields(value, path, [...COMMON, 'Output'], 'a Succeed state');
  return { type: 'Succeed', name, path, exit: parseExit(fields, buildScope(scope), undefined) };
}

function parseFail(name: string, value: unknown, path: string, scope: WorkflowScope): FailState {
  const fields = new Fields(value, path, [...COMMON, 'Error', 'Cause'], 'a Fail state');
  return {
    type: 'Fail',
    name,
    path,
    error: fields.has('Error') ? fields.getTextTemplate('Error', buildScope(scope)) : undefined,
    cause: fields.has('Cause') ? fields.getTextTemplate('Cause', buildScope(scope)) : undefined,
  };
}

function parseParallel(name: string, value: unknown, path: string, scope: WorkflowScope): ParallelState {
  const fields = new Fields(value, path, [...RECOVERY, 'Branches', 'Arguments'], 'a Parallel state');
  const branches = fields.getList('Branches');
  if (branches.length === 0) refuse(fields.buildPath('Branches'), 'at least one branch is expected here');
  return {
    type: 'Parallel',
    name,
    path,
    branches: branches.map((branch, index) => {
      const branchFields = new Fields(
        branch,
        `${fields.buildPath('Branches')}[${index}]`,
        ['StartAt', 'States', 'Comment'],
        'a branch',
      );
      return parseWorkflow(branchFields, scope);
    }),
    arguments: fields.findTemplate('Arguments', buildScope(scope)),
    ...parseRecovery(fields, scope),
  };
}

type StateParser = (name: string, value: unknown, path: string, scope: WorkflowScope) => State;

const STATE_PARSERS: Readonly<Record<string, StateParser>> = {
  Task: parseTask,
  Pass: parsePass,
  Choice: parseChoice,
  Wait: parseWait,
  Succeed: parseSucceed,
  Fail: parseFail,
  Parallel: parseParallel,
  Map: (name, value, path, scope) =>
    parseMap({ name, value, path, scope, known: RECOVERY, buildScope, parseRecovery, parseWorkflow }),
};

function parseState(name: string, value: unknown, path: string, scope: WorkflowScope): State {
  if (!isJsonObject(value)) refuse(path, 'an object is expected here');
  const { Type: type, QueryLanguage: language } = value;
  if (language !== undefined && language !== 'JSONata') {
    refuse(`${path}.QueryLanguage`, `${JSON.stringify(language)} is not implemented (only JSONata is)`);
  }
  if (typeof type !== 'string' || !Object.hasOwn(STATE_PARSERS, type)) {
    refuse(`${path}.Type`, `the state type ${JSON.stringify(type)} is not implemented`);
  }
  if (name === '' || name.length > 80) refuse(path, "a state's name has 1 to 80 characters");
  if (scope.names.has(name)) refuse(path, `the name ${name} occurs twice in this machine`);
  scope.names.add(name);
  return STATE_PARSERS[type]!(name, value, path, scope);
}

/** The names that the states of one workflow assign, not counting the workflows within them. */
function findAssignedNames(states: Readonly<Record<string, unknown>>): Set<string> {
  const names = new Set<string>();
  const take = (holder: unknown): void => {
    if (!isJsonObject(holder)) return;
    if (isJsonObject(holder.Assign)) for (const name of Object.keys(holder.Assign)) names.add(name);
    for (const list of [holder.Choices, holder.Catch]) if (Array.isArray(list)) list.forEach(take);
  };
  Object.values(states).forEach(take);
  return names;
}

/** Every possible next state of a state. */
function listTargets(state: State): (string | undefined)[] {
  if (state.type === 'Choice') return [...state.rules, state.otherwise].map((exit) => exit?.next);
  const exits = 'exit' in state ? [state.exit.next] : [];
  return 'catch' in state ? [...exits, ...state.catch.map(({ next }) => next)] : exits;
}

/**
 * Reads the states of a machine, a branch or a processor.
 * @throws InvalidDefinitionError for unimplemented parts, for a target that does not exist, and for a
 * variable of an outer workflow that an inner one would assign
 */
export function parseWorkflow(fields: Fields, outer: WorkflowScope): Workflow {
  const startAt = fields.getText('StartAt');
  const source = fields.get('States');
  if (!isJsonObject(source) || Object.keys(source).length === 0) {
    refuse(fields.buildPath('States'), 'at least one state is expected here');
  }
  const assigned = findAssignedNames(source);
  for (const name of assigned) {
    if (outer.variables.has(name))
      refuse(fields.path, `the variable ${name} is already assigned by a workflow around this one`);
  }
  const scope = { ...outer, variables: new Set([...outer.variables, ...assigned]) };
  const states = new Map(
    Object.entries(source).map(([name, state]) => {
      const path = `${fields.buildPath('States')}.${name}`;
      return [name, parseState(name, state, path, scope)] as const;
    }),
  );
  if (!states.has(startAt)) refuse(fields.buildPath('StartAt'), `there is no state ${startAt}`);
  for (const state of states.values()) {
    for (const target of listTargets(state)) {
      if (target !== undefined && !states.has(target))
        refuse(state.path, `there is no state ${target} to go to`);
    }
  }
  return { startAt, states };
}

function* allStates(workflow: Workflow): Generator<State> {
  for (const state of workflow.states.values()) {
    yield state;
    if (state.type === 'Parallel') for (const branch of state.branches) yield* allStates(branch);
    if (state.type === 'Map') yield* allStates(state.processor);
  }
}

/**
 * Parses a definition with its variables filled in, before every run.
 * @param definition parsed JSON, as in the file
 * @throws InvalidDefinitionError, with the state's path, for an invalid definition and for everything that
 * the runner does not implement
 */
export function parseStateMachine(
  definition: unknown,
  substitutions: Readonly<Record<string, string>> = {},
): StateMachine {
  const known = ['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds', 'QueryLanguage'];
  const fields = new Fields(applySubstitutions(definition, substitutions), '', known, 'a state machine');
  // Without the field a machine is JSONPath.
  fields.getChoice('QueryLanguage', ['JSONata']);
  if (fields.has('Version')) fields.getChoice('Version', ['1.0']);
  const workflow = parseWorkflow(fields, { variables: new Set(), mapItem: false, names: new Set() });
  return {
    ...workflow,
    timeoutSeconds: fields.findNumber('TimeoutSeconds', SECONDS),
    startsExecutions: [...allStates(workflow)].some(
      (state) => state.type === 'Task' && state.call.resource === 'states:startExecution.sync:2',
    ),
  };
}
