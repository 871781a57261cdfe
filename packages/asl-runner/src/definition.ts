/**
 * Local state machine runner: a state machine as the runner executes it, with every default filled in and every
 * expression read. `parse-definition.ts` builds it from the JSON.
 */

import type { Expression } from './expression.ts';
import type { Json } from './json.ts';
import type { Retrier } from './retry.ts';
import type { NumberSetting, Template } from './template.ts';

/** The variables that a state sets when it ends, all computed before any is set. */
export type Assignments = readonly (readonly [string, Template])[];

/** A transition with its output: at a state's end, in a choice's rule, or in a catcher. */
export interface Exit {
  /** If omitted: the state's default output. */
  readonly output: Template | undefined;
  readonly assign: Assignments;
  /** If omitted: the workflow ends here. */
  readonly next: string | undefined;
}

/** One entry of a state's Catch. */
export interface Catcher extends Exit {
  readonly errorEquals: readonly string[];
  readonly next: string;
}

interface StateBase {
  readonly name: string;
  /** Its path in the definition, such as `States.ReadHeaders.ItemProcessor.States.ReadBatch`. */
  readonly path: string;
}

/** Common fields of the states that can fail and be retried. */
interface Recovery {
  readonly exit: Exit;
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

/** The resource that a Task calls, with its arguments. */
export type TaskCall =
  | { readonly resource: 'lambda:invoke'; readonly functionName: Template; readonly payload: Template }
  | {
      readonly resource: 'states:startExecution.sync:2';
      readonly stateMachineArn: Template;
      readonly name: Template | undefined;
      readonly input: Template;
    };

/** A Task state. */
export interface TaskState extends StateBase, Recovery {
  readonly type: 'Task';
  readonly call: TaskCall;
  readonly timeoutSeconds: NumberSetting | undefined;
}

/** A Pass state. */
export interface PassState extends StateBase {
  readonly type: 'Pass';
  readonly exit: Exit;
}

/** A Choice state; without a default it fails with States.NoChoiceMatched. */
export interface ChoiceState extends StateBase {
  readonly type: 'Choice';
  readonly rules: readonly (Exit & { readonly condition: Expression | boolean })[];
  readonly otherwise: Exit | undefined;
}

/** A Wait state, for a number of seconds or until a time. */
export interface WaitState extends StateBase {
  readonly type: 'Wait';
  readonly until: { readonly seconds: NumberSetting } | { readonly timestamp: Template };
  readonly exit: Exit;
}

/** A Succeed state. */
export interface SucceedState extends StateBase {
  readonly type: 'Succeed';
  readonly exit: Exit;
}

/** A Fail state. */
export interface FailState extends StateBase {
  readonly type: 'Fail';
  readonly error: Template | undefined;
  readonly cause: Template | undefined;
}

/** A Parallel state. */
export interface ParallelState extends StateBase, Recovery {
  readonly type: 'Parallel';
  readonly branches: readonly Workflow[];
  /** The branches' input; if omitted: the state's own. */
  readonly arguments: Template | undefined;
}

/** Common fields of both kinds of Map. */
interface MapBase extends StateBase, Recovery {
  readonly type: 'Map';
  readonly processor: Workflow;
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly maxConcurrency: NumberSetting;
}

/** A Map whose iterations are part of this execution. */
export interface InlineMapState extends MapBase {
  readonly mode: 'INLINE';
}

/** The source of a Distributed Map's items. */
export interface ItemReader {
  readonly inputType: 'JSON' | 'JSONL';
  readonly bucket: Template;
  readonly key: Template;
  readonly maxItems: NumberSetting | undefined;
}

/** How a Distributed Map batches items for one child execution. */
export interface ItemBatcher {
  readonly maxItems: NumberSetting | undefined;
  readonly maxBytes: NumberSetting | undefined;
  readonly batchInput: Template | undefined;
}

/** Where and how a Distributed Map writes its results. */
export interface ResultWriter {
  /** If omitted: the results are the state's result. */
  readonly destination: { readonly bucket: Template; readonly prefix: Template | undefined } | undefined;
  readonly outputType: 'JSON' | 'JSONL';
  readonly transformation: Transformation;
}

/**
 * The part of a child execution that is written: its full description, its output, or its output with arrays
 * flattened.
 */
export type Transformation = 'NONE' | 'COMPACT' | 'FLATTEN';

/** A Map whose iterations are separate executions. */
export interface DistributedMapState extends MapBase {
  readonly mode: 'DISTRIBUTED';
  readonly executionType: 'STANDARD' | 'EXPRESS';
  readonly label: string;
  readonly itemReader: ItemReader | undefined;
  readonly itemBatcher: ItemBatcher | undefined;
  readonly resultWriter: ResultWriter | undefined;
  readonly toleratedFailureCount: NumberSetting | undefined;
  readonly toleratedFailurePercentage: NumberSetting | undefined;
}

/** A Map state of either mode. */
export type MapState = InlineMapState | DistributedMapState;

/** A state of any type. */
export type State =
  | TaskState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

/** States with a start state: a whole machine, a branch, an item's processor. */
export interface Workflow {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

/** A whole state machine. */
export interface StateMachine extends Workflow {
  /** Time limit of an execution, in seconds. */
  readonly timeoutSeconds: number | undefined;
  /** Whether some Task starts another state machine. */
  readonly startsExecutions: boolean;
}

/** The bindings of a running expression: the functions, the variables and `$states`. */
export type Bindings = Readonly<Record<string, unknown>>;

/** The output of a state. */
export interface Outcome {
  readonly output: Json;
  readonly next: string | undefined;
}
