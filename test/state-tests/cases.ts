/**
 * The suite of states: every state of both machines and every exit of it, as cases that describe the state's
 * input and events. The exits are read from the definitions, so that a new retrier, catcher or choice has its
 * cases at once; the states' inputs are written here. `run.system.test.ts` runs the cases on our runner,
 * `on-aws.ts` on AWS's TestState.
 */
import summarize from '../../functions/summarize.asl.json' with { type: 'json' };
import sweep from '../../functions/sweep.asl.json' with { type: 'json' };
import {
  applySubstitutions,
  findSubstitutionNames,
  type Json,
  type JsonObject,
  type StateTest,
} from '../../packages/asl-runner/src/index.ts';

/** A state as the definition has it; the fields that the suite reads. */
export interface StateFields {
  readonly Type: string;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts?: number }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Default?: string;
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, StateFields>> };
}

/** One state with its input and events. */
export interface StateCase extends Omit<StateTest, 'definition'> {
  readonly machine: MachineName;
  /** What the case is about, such as `retry 0 of StoreUnavailableError, again`. */
  readonly title: string;
  /** The exit that it takes: each exit is taken by at least one case. */
  readonly way: string;
  /** The context object for both sides. */
  readonly context: JsonObject;
}

/** The definitions by name. */
export const MACHINES = { summarize, sweep } as const;
export type MachineName = keyof typeof MACHINES;

/** The definition with values in place of its variables: numbers for the two that are numbers. */
export function fillDefinition(machine: MachineName, definition: unknown = MACHINES[machine]): Json {
  const names = findSubstitutionNames(definition);
  const value = (name: string) =>
    name.endsWith('AtOnce') ? '5' : name === 'ResultsBucket' ? 'results' : buildArn(name);
  return applySubstitutions(
    definition,
    Object.fromEntries([...names].map((name) => [name, value(name)])),
  ) as Json;
}

function buildArn(name: string): string {
  const kind = name.endsWith('StateMachine')
    ? 'states:us-east-2:123456789012:stateMachine'
    : 'lambda:us-east-2:123456789012:function';
  return `arn:aws:${kind}:${name}`;
}

const RUN = { dandisetId: '000026', version: '0.250101.0000', inputHash: 'a'.repeat(64) };
const LISTED = {
  status: 'listed',
  run: RUN,
  filesToRead: 43,
  filesKey: 'runs/000026/files.jsonl',
  resultsPrefix: 'runs/000026/results',
  waitSeconds: 60,
};
const FILE = { path: 'sub-1/sub-1.nwb', assetId: '0e0e0e0e-0000-4000-8000-000000000001' };
const BATCH = { BatchInput: { run: RUN }, Items: [FILE, { ...FILE, path: 'sub-2/sub-2.nwb' }] };
const DUE = { dandisetId: '000026', version: 'draft', runName: 'sweep-000026-draft', force: false };
const PLANNED = {
  sweepId: '2026-01-01t0000',
  due: 2,
  dueKey: 'sweeps/due.jsonl',
  resultsPrefix: 'sweeps/results',
};
const REPORTED = { sweepId: PLANNED.sweepId, reportKey: 'reports/1.json' };
const FAILURE = { Error: 'ModelRejectedError', Cause: 'the reply was refused' };
const VARIABLES = {
  listed: LISTED,
  force: false,
  resultsKey: 'runs/000026/results/manifest.json',
  shorter: 0,
  waits: 0,
  failure: FAILURE,
  waitSeconds: 3600,
};
const WRITER_RESULT = {
  ResultWriterDetails: { Bucket: 'results', Key: 'runs/000026/results/manifest.json' },
};
const lambda = (payload: Json): JsonObject => ({
  ExecutedVersion: '$LATEST',
  Payload: payload,
  StatusCode: 200,
});
const lines = (count: number, item: (index: number) => JsonObject): string =>
  Array.from({ length: count }, (_, index) => JSON.stringify(item(index))).join('\n');

interface Given extends Pick<StateTest, 'input' | 'variables' | 'context' | 'mapItemReaderData'> {
  /** The result of a state that succeeds; Task, Parallel and Map have one. */
  readonly result?: Json;
}

/** The default input of each state. */
const GIVEN: Readonly<Record<MachineName, Readonly<Record<string, Given>>>> = {
  summarize: {
    ListAssets: { input: { dandisetId: '000026' }, result: lambda(LISTED) },
    WhatIsToDo: { input: {}, variables: VARIABLES },
    WaitForTurn: { input: {}, variables: { ...VARIABLES, listed: { ...LISTED, waitSeconds: 0 } } },
    ReadHeaderBatches: {
      input: {},
      variables: VARIABLES,
      result: WRITER_RESULT,
      mapItemReaderData: lines(43, (index) => ({ ...FILE, path: `sub-${index}/sub-${index}.nwb` })),
    },
    ReadHeaders: { input: BATCH, result: lambda([{ status: 'read', path: FILE.path }]) },
    ReadWhatCanBeHad: { input: BATCH, result: lambda([{ status: 'read', path: FILE.path }]) },
    ReadOneByOne: { input: BATCH, result: [{ status: 'read', path: FILE.path }] },
    ReadFile: { input: { ...BATCH, Items: [FILE] }, result: lambda([{ status: 'read', path: FILE.path }]) },
    FileRecorded: { input: { status: 'unreadable', path: FILE.path } },
    BuildPrompt: { input: {}, variables: VARIABLES, result: lambda({ promptKey: 'runs/000026/prompt.md' }) },
    WriteSummary: { input: {}, variables: VARIABLES, result: lambda({ status: 'stored', ...RUN }) },
    IsWritten: { input: { status: 'stored', ...RUN }, variables: VARIABLES },
    WaitForOtherRun: { input: { status: 'in-progress' }, variables: VARIABLES },
    WaitForNextDay: { input: { status: 'waiting' }, variables: { ...VARIABLES, waitSeconds: 0 } },
    Written: { input: { status: 'stored', ...RUN } },
    CanPromptBeShorter: { input: {}, variables: VARIABLES },
    EndTurn: { input: {}, variables: VARIABLES, result: lambda({}) },
    Failed: { input: {}, variables: VARIABLES },
    Unchanged: { input: {}, variables: VARIABLES },
  },
  sweep: {
    FindStale: { input: { limit: 2 }, result: lambda(PLANNED) },
    IsAnythingDue: { input: {}, variables: { planned: PLANNED } },
    SummarizeDueVersions: {
      input: {},
      variables: { planned: PLANNED },
      result: WRITER_RESULT,
      mapItemReaderData: lines(2, (index) => ({ ...DUE, runName: `sweep-${index}` })),
    },
    Summarize: { input: DUE, result: { Status: 'SUCCEEDED', Output: { status: 'stored' } } },
    RecordFailure: { input: { ...DUE, failure: FAILURE }, result: lambda({ status: 'failed' }) },
    ReportSweep: { input: { sweepId: PLANNED.sweepId }, result: lambda({ report: 'reports/1.json' }) },
    ExportTables: {
      input: {},
      variables: { reported: REPORTED, exported: { isWhole: false, from: { shard: '7', after: '7a' } } },
      result: lambda({ isWhole: true }),
    },
    IsAllExported: { input: REPORTED, variables: { reported: REPORTED, exported: { isWhole: false } } },
    Swept: { input: REPORTED, variables: { reported: REPORTED } },
  },
};

/** For each Choice, inputs that match its rules, in order; the default input takes the default exit. */
const CHOSEN: Readonly<Record<string, readonly Partial<Given>[]>> = {
  WhatIsToDo: [
    { variables: { ...VARIABLES, listed: { ...LISTED, status: 'waiting' } } },
    { variables: { ...VARIABLES, listed: { ...LISTED, status: 'unchanged' } } },
    { variables: { ...VARIABLES, listed: { ...LISTED, filesToRead: 0 } } },
  ],
  IsWritten: [{ input: { status: 'in-progress' } }, { input: { status: 'waiting', waitSeconds: 900 } }],
  CanPromptBeShorter: [{ variables: { ...VARIABLES, shorter: 4 } }],
  IsAllExported: [{ variables: { reported: REPORTED, exported: { isWhole: true } } }],
  IsAnythingDue: [{ variables: { planned: { ...PLANNED, due: 0 } } }],
};

/** Inputs that take the default exit, if the default input matches a rule. */
const DEFAULTS: Readonly<Record<string, Partial<Given>>> = {
  CanPromptBeShorter: { variables: { ...VARIABLES, shorter: 5 } },
};

/** Further edge cases of the definitions' expressions. */
const EDGES: readonly (Omit<StateTest, 'definition'> & {
  readonly machine: MachineName;
  readonly edge: string;
})[] = [
  {
    machine: 'summarize',
    stateName: 'IsWritten',
    edge: 'the fortieth wait was the last',
    input: { status: 'in-progress' },
    variables: { ...VARIABLES, waits: 40 },
  },
  {
    machine: 'summarize',
    stateName: 'ListAssets',
    edge: 'a run that is forced',
    input: {},
    context: { Execution: { Input: { dandisetId: '000026', force: true }, Name: 'forced' } },
    mock: { result: lambda(LISTED) },
  },
  {
    machine: 'summarize',
    stateName: 'ReadHeaderBatches',
    edge: 'one file',
    input: {},
    variables: VARIABLES,
    mock: { result: WRITER_RESULT },
    mapItemReaderData: lines(1, () => FILE),
  },
  {
    machine: 'summarize',
    stateName: 'ReadHeaderBatches',
    edge: 'batches that bytes end before items do',
    input: {},
    variables: VARIABLES,
    mock: { result: WRITER_RESULT },
    mapItemReaderData: lines(20, (index) => ({ ...FILE, path: `${index}-${'x'.repeat(12_000)}` })),
  },
  {
    machine: 'summarize',
    stateName: 'ReadHeaderBatches',
    edge: 'more failures than are tolerated',
    input: {},
    variables: VARIABLES,
    mock: {
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    },
    mapItemReaderData: lines(43, () => FILE),
  },
  {
    machine: 'summarize',
    stateName: 'ReadHeaderBatches',
    edge: 'a list that is gone',
    input: {},
    variables: VARIABLES,
    mock: { error: 'States.ItemReaderFailed', cause: 'no such key' },
    mapItemReaderData: lines(1, () => FILE),
  },
  {
    machine: 'summarize',
    stateName: 'ReadHeaderBatches',
    edge: 'results that cannot be written',
    input: {},
    variables: VARIABLES,
    mock: { error: 'States.ResultWriterFailed', cause: 'access denied' },
    mapItemReaderData: lines(1, () => FILE),
  },
  {
    machine: 'summarize',
    stateName: 'ReadFile',
    edge: 'a reader that was killed',
    input: { Items: [FILE] },
    mock: {
      error: 'Runtime.ExitError',
      cause: 'RequestId: 1 Error: Runtime exited with error: signal: killed',
    },
    retrierRetryCount: 1,
  },
  {
    machine: 'summarize',
    stateName: 'ReadFile',
    edge: 'a reader that took too long',
    input: { Items: [FILE] },
    mock: { error: 'Lambda.Unknown', cause: 'Task timed out after 900.00 seconds' },
    retrierRetryCount: 1,
  },
  {
    machine: 'summarize',
    stateName: 'ReadFile',
    edge: 'an archive that stays away, with the message of its error',
    input: { Items: [FILE] },
    mock: {
      error: 'ArchiveUnavailableError',
      cause: '{"errorType":"ArchiveUnavailableError","errorMessage":"it answered 503","trace":[]}',
    },
    retrierRetryCount: 3,
  },
  {
    machine: 'sweep',
    stateName: 'SummarizeDueVersions',
    edge: 'a map that fails as a whole',
    input: {},
    variables: { planned: PLANNED },
    mock: { error: 'States.ItemReaderFailed', cause: 'no such key' },
    mapItemReaderData: lines(1, () => DUE),
  },
];

/** The states of a machine, those inside its maps too. */
export function listStates(definition: unknown): [name: string, state: StateFields][] {
  const { States } = definition as { readonly States: Readonly<Record<string, StateFields>> };
  return Object.entries(States).flatMap(([name, state]) => [
    [name, state] as [string, StateFields],
    ...(state.ItemProcessor === undefined ? [] : listStates(state.ItemProcessor)),
  ]);
}

const takesMock = ({ Type }: StateFields): boolean => ['Task', 'Map', 'Parallel'].includes(Type);

/**
 * The case with a whole context object: the execution started with the state's input, unless the case defines
 * another.
 */
function withContext(each: Omit<StateCase, 'context'> & Pick<StateTest, 'context'>): StateCase {
  const { Execution, ...context } = each.context ?? {};
  return {
    ...each,
    context: {
      ...context,
      Execution: {
        Id: 'arn:aws:states:us-east-2:123456789012:execution:tested:test',
        Name: 'test',
        Input: each.input,
        StartTime: '2026-01-01T00:00:00.000Z',
        RedriveCount: 0,
        ...(Execution as JsonObject | undefined),
      },
    },
  };
}

/** An error that only a wildcard matches. */
const UNNAMED = 'UnforeseenError';
const CAUSE = '{"errorType":"Error","errorMessage":"for the test","trace":[]}';

/** Every case of one machine. @throws Error naming a state without an input */
export function buildCases(machine: MachineName, definition: unknown = MACHINES[machine]): StateCase[] {
  const cases = listStates(definition).flatMap(([name, state]): StateCase[] => {
    const given = GIVEN[machine][name];
    if (given === undefined) throw new Error(`The suite gives the state ${name} nothing: add it to GIVEN.`);
    const { result, ...fields } = given;
    const of = (title: string, way: string, more: Partial<StateCase> = {}): StateCase =>
      withContext({
        machine,
        stateName: name,
        ...fields,
        ...more,
        title: `${name}: ${title}`,
        way: `${name} ${way}`,
      });
    if (state.Choices !== undefined) {
      const rules = state.Choices.map((_, index) =>
        of(`rule ${index}`, `choice ${index}`, CHOSEN[name]?.[index]),
      );
      return state.Default === undefined ? rules : [...rules, of('default', 'default', DEFAULTS[name])];
    }
    if (!takesMock(state)) return [of('its way', 'success')];
    if (result === undefined) throw new Error(`The suite has no result for ${name}: add it to GIVEN.`);
    return [of('works', 'success', { mock: { result } }), ...errorCases(state, of)];
  });
  const edges = EDGES.filter((each) => each.machine === machine).map(({ edge, ...fields }) =>
    withContext({ ...fields, title: `${fields.stateName}: ${edge}`, way: `${fields.stateName} edge` }),
  );
  return [...cases, ...edges];
}

/**
 * Each retrier's errors at the first attempt and past the last, each catcher's errors, and one that no entry
 * names.
 */
function errorCases(
  { Retry = [], Catch = [] }: StateFields,
  of: (title: string, way: string, more: Partial<StateCase>) => StateCase,
): StateCase[] {
  const met = (error: string) => (error === 'States.ALL' ? UNNAMED : error);
  const mock = (error: string) => ({ error: met(error), cause: CAUSE });
  const retries = Retry.flatMap(({ ErrorEquals, MaxAttempts = 3 }, index) =>
    ErrorEquals.flatMap((error) => [
      of(`retry ${index} of ${error}, first`, `retry ${index} ${error}`, { mock: mock(error) }),
      of(`retry ${index} of ${error}, last`, `retry ${index} ${error} last`, {
        mock: mock(error),
        retrierRetryCount: MaxAttempts - 1,
      }),
      of(`retry ${index} of ${error}, spent`, `retry ${index} ${error} spent`, {
        mock: mock(error),
        retrierRetryCount: MaxAttempts,
      }),
    ]),
  );
  const retried = new Map(
    Retry.flatMap(({ ErrorEquals, MaxAttempts = 3 }) => ErrorEquals.map((error) => [error, MaxAttempts])),
  );
  const catches = Catch.flatMap(({ ErrorEquals }, index) =>
    ErrorEquals.map((error) =>
      of(`catch ${index} of ${error}`, `catch ${index} ${error}`, {
        mock: mock(error),
        ...(retried.has(met(error)) && { retrierRetryCount: retried.get(met(error))! }),
      }),
    ),
  );
  return [...retries, ...catches, of('an error that nobody names', 'unnamed', { mock: mock(UNNAMED) })];
}
