import { describe, expect, it } from 'vitest';
import { checkStateMachine, InvalidDefinitionError } from '../src/index.ts';
import { buildDistributed, machine, pass, processor, task } from './machine.ts';

/** The parser's error for a definition. */
const catchRefusal = (definition: unknown): string => {
  try {
    checkStateMachine(definition);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidDefinitionError);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
};

/** The parser's error for a machine with only this state. */
const ofState = (state: object) => catchRefusal(machine({ S: state as never }));

const inline = (fields: object = {}) => ({
  Type: 'Map',
  ItemProcessor: processor('INLINE', { Inner: pass() }),
  End: true,
  ...fields,
});

const choice = (fields: object) => ({
  Type: 'Choice',
  Choices: [{ Condition: '{% true %}', Next: 'S' }],
  ...fields,
});

const reader = (fields: object, config: object = {}) =>
  buildDistributed({
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      Arguments: { Bucket: 'b', Key: 'k' },
      ReaderConfig: { InputType: 'JSON', ...config },
      ...fields,
    },
  });

const writer = (fields: object) =>
  buildDistributed({
    ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'b' }, ...fields },
  });

const retry = (fields: object) => task({ Retry: [{ ErrorEquals: ['A'], ...fields }] });

describe('the whole machine', () => {
  it.each([
    ['no object', 'text', 'object is expected'],
    ['JSONPath by default', { ...machine({ S: pass() }), QueryLanguage: undefined }, 'QueryLanguage'],
    ['no QueryLanguage', { StartAt: 'S', States: { S: pass() } }, 'QueryLanguage is missing'],
    [
      'JSONPath by name',
      machine({ S: pass() }, { QueryLanguage: 'JSONPath' }),
      '"JSONPath" is not implemented',
    ],
    ['another version', machine({ S: pass() }, { Version: '2.0' }), 'Version: "2.0"'],
    ['an unknown field', machine({ S: pass() }, { Logging: true }), 'the field Logging'],
    ['no states', { QueryLanguage: 'JSONata', StartAt: 'S', States: {} }, 'States: at least one state'],
    [
      'a start state that does not exist',
      machine({ S: pass() }, { StartAt: 'T' }),
      'StartAt: there is no state T',
    ],
    ['a limit that is not a number', machine({ S: pass() }, { TimeoutSeconds: '{% 1 %}' }), 'TimeoutSeconds'],
  ])('%s', (_name, definition, words) => {
    expect(catchRefusal(definition)).toContain(words);
  });
});

describe('states', () => {
  it.each([
    ['an unknown type', { Type: 'Activity', End: true }, 'States.S.Type: the state type "Activity"'],
    ['a type from the prototype', { Type: 'toString', End: true }, '"toString"'],
    ['no type', { End: true }, 'States.S.Type'],
    ['a JSONPath state', pass({ QueryLanguage: 'JSONPath' }), 'States.S.QueryLanguage: "JSONPath"'],
    [
      'InputPath',
      pass({ InputPath: '$.a' }),
      'States.S: the field InputPath of a Pass state is not implemented (it belongs to JSONPath',
    ],
    ['OutputPath', pass({ OutputPath: '$' }), 'OutputPath'],
    ['ResultPath', task({ ResultPath: '$' }), 'ResultPath'],
    ['ResultSelector', task({ ResultSelector: {} }), 'ResultSelector'],
    ['Parameters', task({ Parameters: {} }), 'Parameters'],
    ['Result', pass({ Result: 1 }), 'Result'],
    ['a JSONPath key', pass({ Output: { 'a.$': '$.b' } }), 'a.$ is JSONPath'],
    ['a misspelled field', pass({ Ouput: 1 }), 'Ouput'],
    ['Next and End', pass({ Next: 'S', End: true }), 'either Next or End'],
    ['neither Next nor End', { Type: 'Pass' }, 'either Next or End'],
    ['End false', { Type: 'Pass', End: false }, 'States.S.End'],
    ['a target that does not exist', pass({ Next: 'T' }), 'no state T'],
    ['a variable named states', pass({ Assign: { states: 1 } }), '"states" cannot be the name'],
    ['an invalid variable name', pass({ Assign: { 'a-b': 1 } }), '"a-b" cannot be the name'],
    ['assignments that are not an object', pass({ Assign: '{% 1 %}' }), 'States.S.Assign: an object'],
    ['Retry of a Pass', pass({ Retry: [] }), 'the field Retry of a Pass state'],
    ['Assign of a Succeed', { Type: 'Succeed', Assign: {} }, 'the field Assign of a Succeed state'],
    ['Next of a Fail', { Type: 'Fail', Next: 'S' }, 'the field Next of a Fail state'],
    ['ErrorPath', { Type: 'Fail', ErrorPath: '$.e' }, 'ErrorPath'],
    [
      'Seconds and Timestamp',
      { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true },
      'either Seconds or Timestamp',
    ],
    ['neither', { Type: 'Wait', End: true }, 'either Seconds or Timestamp'],
    ['negative seconds', { Type: 'Wait', Seconds: -1, End: true }, 'Seconds: an integer from 0'],
    ['SecondsPath', { Type: 'Wait', SecondsPath: '$.s', End: true }, 'SecondsPath'],
    ['no choices', choice({ Choices: [] }), 'Choices: at least one'],
    [
      'a JSONPath choice',
      choice({ Choices: [{ Variable: '$.a', IsNull: true, Next: 'S' }] }),
      'Choices[0]: the field Variable',
    ],
    [
      'a condition that is not an expression',
      choice({ Choices: [{ Condition: 'true', Next: 'S' }] }),
      'Choices[0].Condition',
    ],
    [
      'a choice without an existing target',
      choice({ Choices: [{ Condition: '{% true %}', Next: 'T' }] }),
      'no state T',
    ],
    ['a default without an existing target', choice({ Default: 'T' }), 'no state T'],
    ['an output without a default', choice({ Output: 1 }), 'States.S.Output: it needs a Default'],
    ['End of a Choice', choice({ End: true }), 'the field End of a Choice state'],
    ['no branches', { Type: 'Parallel', Branches: [], End: true }, 'Branches: at least one'],
    [
      'an unknown field of a branch',
      { Type: 'Parallel', Branches: [{ StartAt: 'A', States: { A: pass() }, Retry: [] }], End: true },
      'Branches[0]: the field Retry',
    ],
    [
      'a target outside its branch',
      { Type: 'Parallel', Branches: [{ StartAt: 'A', States: { A: pass({ Next: 'S' }) } }], End: true },
      'States.S.Branches[0].States.A: there is no state S',
    ],
    [
      'a name that occurs twice',
      { Type: 'Parallel', Branches: [{ StartAt: 'S', States: { S: pass() } }], End: true },
      'the name S occurs twice',
    ],
  ])('%s', (_name, state, words) => {
    expect(ofState(state)).toContain(words);
  });

  it('refuses to assign a variable of an enclosing workflow', () => {
    const branch = { StartAt: 'A', States: { A: pass({ Assign: { v: 2 } }) } };
    const states = {
      S: pass({ Assign: { v: 1 }, Next: 'P' }),
      P: { Type: 'Parallel', Branches: [branch], End: true },
    };
    expect(catchRefusal(machine(states))).toContain('the variable v is already assigned');
  });
});

describe('tasks', () => {
  it.each([
    [
      "a function's own ARN",
      { Resource: 'arn:aws:lambda:us-east-1:123456789012:function:work' },
      'States.S.Resource: arn:aws:lambda',
    ],
    [
      'waiting for a token',
      { Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' },
      'waitForTaskToken is not implemented',
    ],
    ['another service', { Resource: 'arn:aws:states:::sqs:sendMessage' }, 'sqs:sendMessage'],
    ['an SDK call', { Resource: 'arn:aws:states:::aws-sdk:s3:getObject' }, 'aws-sdk:s3'],
    [
      'starting without waiting',
      { Resource: 'arn:aws:states:::states:startExecution' },
      'startExecution is not',
    ],
    [
      'waiting for text',
      { Resource: 'arn:aws:states:::states:startExecution.sync' },
      'startExecution.sync is not',
    ],
    ['no arguments', { Arguments: undefined }, 'Arguments'],
    [
      'arguments that are an expression',
      { Arguments: '{% $states.input %}' },
      'States.S.Arguments: an object',
    ],
    [
      'a qualifier',
      { Arguments: { FunctionName: 'f', Payload: {}, Qualifier: '1' } },
      'the field Qualifier of lambda:invoke',
    ],
    [
      'another kind of invocation',
      { Arguments: { FunctionName: 'f', Payload: {}, InvocationType: 'Event' } },
      'InvocationType',
    ],
    ['no payload', { Arguments: { FunctionName: 'f' } }, 'Payload is missing'],
    ['no function', { Arguments: { Payload: {} } }, 'FunctionName is missing'],
    ['HeartbeatSeconds', { HeartbeatSeconds: 5 }, 'HeartbeatSeconds'],
    ['Credentials', { Credentials: {} }, 'Credentials'],
    ['TimeoutSecondsPath', { TimeoutSecondsPath: '$.t' }, 'TimeoutSecondsPath'],
    ['a limit of 0 seconds', { TimeoutSeconds: 0 }, 'TimeoutSeconds: an integer from 1'],
  ])('%s', (_name, fields, words) => {
    expect(ofState(task(fields))).toContain(words);
  });

  it('refuses fields that startExecution does not support', () => {
    const Resource = 'arn:aws:states:::states:startExecution.sync:2';
    expect(
      ofState(task({ Resource, Arguments: { StateMachineArn: 'a', Input: {}, TraceHeader: 't' } })),
    ).toContain('TraceHeader');
    expect(ofState(task({ Resource, Arguments: { Input: {} } }))).toContain('StateMachineArn is missing');
  });
});

describe('the item of a Map', () => {
  it('is refused by the name of the missing field', () => {
    const ItemSelector = '{% $states.context.Map.Item.Key %}';
    expect(ofState(inline({ ItemSelector }))).toContain('$states.context.Map.Item.Key has no value here');
  });
});

describe('Retry and Catch', () => {
  it.each([
    ['an unknown field', retry({ MaxAttempt: 1 }), 'States.S.Retry[0]: the field MaxAttempt of a retrier'],
    ['an interval of 0', retry({ IntervalSeconds: 0 }), 'IntervalSeconds'],
    ['an expression', retry({ IntervalSeconds: '{% 1 %}' }), 'IntervalSeconds'],
    ['a shrinking rate', retry({ BackoffRate: 0.5 }), 'BackoffRate'],
    ['negative attempts', retry({ MaxAttempts: -1 }), 'MaxAttempts'],
    [
      'a cap below the interval',
      retry({ IntervalSeconds: 5, MaxDelaySeconds: 5 }),
      'longer than IntervalSeconds',
    ],
    ['a cap of a year', retry({ MaxDelaySeconds: 31_622_400 }), 'MaxDelaySeconds'],
    ['another jitter', retry({ JitterStrategy: 'HALF' }), '"HALF" is not implemented'],
    ['no errors', retry({ ErrorEquals: [] }), 'at least one error'],
    ['an error that is not a name', retry({ ErrorEquals: [1] }), 'names of errors'],
    [
      'a misspelled error',
      retry({ ErrorEquals: ['States.TaskFaild'] }),
      'there is no error States.TaskFaild',
    ],
    ['States.ALL with another name', retry({ ErrorEquals: ['States.ALL', 'A'] }), 'must appear alone'],
    [
      'States.ALL before the last',
      task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] }),
      'Retry[0].ErrorEquals: States.ALL must appear alone',
    ],
    ['a catcher without Next', task({ Catch: [{ ErrorEquals: ['A'] }] }), 'Next is missing'],
    [
      'a catcher without an existing target',
      task({ Catch: [{ ErrorEquals: ['A'], Next: 'T' }] }),
      'no state T',
    ],
    [
      'ResultPath of a catcher',
      task({ Catch: [{ ErrorEquals: ['A'], Next: 'S', ResultPath: '$' }] }),
      'Catch[0]: the field ResultPath',
    ],
    [
      'the result in a catcher',
      task({ Catch: [{ ErrorEquals: ['A'], Next: 'S', Output: '{% $states.result %}' }] }),
      '$states.result has no value here',
    ],
    ['a Retry that is not a list', task({ Retry: {} }), 'a list is expected'],
  ])('%s', (_name, state, words) => {
    expect(ofState(state)).toContain(words);
  });
});

describe('Maps', () => {
  it.each([
    ['Iterator', inline({ Iterator: {} }), 'the field Iterator of a Map state'],
    ['ItemsPath', inline({ ItemsPath: '$' }), 'ItemsPath'],
    ['items that are not a list', inline({ Items: {} }), 'States.S.Items'],
    ['no processor', { Type: 'Map', End: true }, 'ItemProcessor is missing'],
    [
      'another mode',
      inline({
        ItemProcessor: { ...processor('INLINE', { I: pass() }), ProcessorConfig: { Mode: 'REMOTE' } },
      }),
      '"REMOTE"',
    ],
    [
      'no execution type',
      inline({
        ItemProcessor: { ...processor('INLINE', { I: pass() }), ProcessorConfig: { Mode: 'DISTRIBUTED' } },
      }),
      'ExecutionType is missing',
    ],
    [
      'an execution type inline',
      inline({
        ItemProcessor: {
          ...processor('INLINE', { I: pass() }),
          ProcessorConfig: { Mode: 'INLINE', ExecutionType: 'EXPRESS' },
        },
      }),
      'only a DISTRIBUTED Map',
    ],
    ['ItemReader inline', inline({ ItemReader: {} }), 'the field ItemReader belongs to a DISTRIBUTED Map'],
    ['ItemBatcher inline', inline({ ItemBatcher: { MaxItemsPerBatch: 1 } }), 'ItemBatcher belongs'],
    ['ResultWriter inline', inline({ ResultWriter: {} }), 'ResultWriter belongs'],
    ['a tolerance inline', inline({ ToleratedFailureCount: 1 }), 'ToleratedFailureCount belongs'],
    ['negative concurrency', inline({ MaxConcurrency: -1 }), 'MaxConcurrency'],
    [
      'a percentage above 100',
      buildDistributed({ ToleratedFailurePercentage: 101 }),
      'ToleratedFailurePercentage: a number from 0 to 100',
    ],
    [
      'ToleratedFailureCountPath',
      buildDistributed({ ToleratedFailureCountPath: '$' }),
      'ToleratedFailureCountPath',
    ],
    ['a label with a space', buildDistributed({ Label: 'a b' }), 'States.S.Label'],
    ['a label of 41 characters', buildDistributed({ Label: 'a'.repeat(41) }), 'States.S.Label'],
    [
      'the item in a child',
      buildDistributed({
        ItemProcessor: processor('DISTRIBUTED', {
          I: pass({ Output: '{% $states.context.Map.Item.Value %}' }),
        }),
      }),
      'Map.Item.Value has no value here',
    ],
    ['listing a bucket', reader({ Resource: 'arn:aws:states:::s3:listObjectsV2' }), 's3:listObjectsV2'],
    ['CSV', reader({}, { InputType: 'CSV' }), '"CSV" is not implemented'],
    ['an inventory', reader({}, { InputType: 'MANIFEST' }), '"MANIFEST"'],
    ['headers of CSV', reader({}, { CSVHeaderLocation: 'FIRST_ROW' }), 'CSVHeaderLocation'],
    ['a pointer', reader({}, { ItemsPointer: '/a' }), 'ItemsPointer'],
    [
      'an owner',
      reader({ Arguments: { Bucket: 'b', Key: 'k', ExpectedBucketOwner: '1' } }),
      'ExpectedBucketOwner',
    ],
    ['no key', reader({ Arguments: { Bucket: 'b' } }), 'Key is missing'],
    ['a maximum of 0 items', reader({}, { MaxItems: 0 }), 'MaxItems'],
    ['a reader and Items', { ...reader({}), Items: [] }, 'either Items or an ItemReader'],
    [
      'a batcher without limits',
      buildDistributed({ ItemBatcher: {} }),
      'MaxItemsPerBatch or MaxInputBytesPerBatch',
    ],
    [
      'a batch above the payload limit',
      buildDistributed({ ItemBatcher: { MaxInputBytesPerBatch: 262_145 } }),
      'MaxInputBytesPerBatch',
    ],
    [
      'a batch input that is not an object',
      buildDistributed({ ItemBatcher: { MaxItemsPerBatch: 1, BatchInput: [] } }),
      'BatchInput',
    ],
    ['an empty writer', buildDistributed({ ResultWriter: {} }), 'a Resource or a WriterConfig'],
    [
      'a writer without a location',
      buildDistributed({ ResultWriter: { Resource: 'arn:aws:states:::s3:putObject' } }),
      'must be given together',
    ],
    ['another writer', writer({ Resource: 'arn:aws:states:::dynamodb:putItem' }), 'dynamodb:putItem'],
    ['Parameters of a writer', writer({ Parameters: {} }), 'the field Parameters of a ResultWriter'],
    ['another transformation', writer({ WriterConfig: { Transformation: 'ZIP' } }), '"ZIP"'],
    ['another output type', writer({ WriterConfig: { OutputType: 'CSV' } }), '"CSV"'],
    [
      'JSON Lines in a state',
      buildDistributed({ ResultWriter: { WriterConfig: { OutputType: 'JSONL' } } }),
      'JSONL is implemented only with a Resource',
    ],
  ])('%s', (_name, state, words) => {
    expect(ofState(state)).toContain(words);
  });

  it('names the state inside the processor', () => {
    const state = buildDistributed({ ItemProcessor: processor('DISTRIBUTED', { Inner: pass({ Nope: 1 }) }) });
    expect(ofState(state)).toContain('States.S.ItemProcessor.States.Inner: the field Nope');
  });
});
