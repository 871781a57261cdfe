/**
 * Local state machine runner: a state machine as the runner executes it, with every default filled in and every
 * expression read. `parse-definition.ts` makes it from the JSON.
 */

import type { Expression } from './expression.ts';
import type { Json } from './json.ts';
import type { Retrier } from './retry.ts';
import type { NumberSetting, Template } from './template.ts';

/** The variables that a state sets when it ends, all computed before any is set. */
export type Assignments = readonly (readonly [string, Template])[];

/** Where the flow goes, with what: a state's end, a choice's rule, a catcher. */
export interface Exit {
  /** Left out: what the state passes on by itself. */
  readonly output: Template | undefined;
  readonly assign: Assignments;
  /** Left out: the workflow ends here. */
  readonly next: string | undefined;
}

/** One entry of a state's Catch. */
export interface Catcher extends Exit {
  readonly errorEquals: readonly string[];
  readonly next: string;
}

interface StateBase {
  readonly name: string;
  /** Where it stands in the definition, such as `States.ReadHeaders.ItemProcessor.States.ReadBatch`. */
  readonly path: string;
}

/** What the states that can fail and be tried again have in common. */
interface Recovery {
  readonly exit: Exit;
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

/** What a Task calls, with its arguments. */
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

/** A Choice state; without a default its last way out is States.NoChoiceMatched. */
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
  /** The branches' input; left out: the state's own. */
  readonly arguments: Template | undefined;
}

/** What both kinds of Map have in common. */
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

/** Where a Distributed Map reads its items. */
export interface ItemReader {
  readonly inputType: 'JSON' | 'JSONL';
  readonly bucket: Template;
  readonly key: Template;
  readonly maxItems: NumberSetting | undefined;
}

/** How a Distributed Map gathers items for one child execution. */
export interface ItemBatcher {
  readonly maxItems: NumberSetting | undefined;
  readonly maxBytes: NumberSetting | undefined;
  readonly batchInput: Template | undefined;
}

/** Where and how a Distributed Map leaves its results. */
export interface ResultWriter {
  /** Left out: the results are the state's result. */
  readonly destination: { readonly bucket: Template; readonly prefix: Template | undefined } | undefined;
  readonly outputType: 'JSON' | 'JSONL';
  readonly transformation: Transformation;
}

/** What of a child execution is kept: all that is known of it, its output, or its output with arrays opened. */
export type Transformation = 'NONE' | 'COMPACT' | 'FLATTEN';

/** A Map whose iterations are executions of their own. */
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

/** States with a beginning: a whole machine, a branch, an item's processor. */
export interface Workflow {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

/** A whole state machine. */
export interface StateMachine extends Workflow {
  /** How long an execution may take, in seconds. */
  readonly timeoutSeconds: number | undefined;
  /** Whether some Task starts another state machine. */
  readonly startsExecutions: boolean;
}

/** What a running expression can see: the functions, the variables and `$states`. */
export type Bindings = Readonly<Record<string, unknown>>;

/** What a state passes on. */
export interface Outcome {
  readonly output: Json;
  readonly next: string | undefined;
}
