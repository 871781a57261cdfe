/**
 * A state machine of the project, changed as far as an engine needs whose Distributed Maps know neither JSON Lines nor
 * ItemBatcher nor what a ResultWriter writes, and take a tolerance only as an expression. Everything else, each task,
 * retry, catch, choice and expression, stays as it is shipped.
 */

interface State {
  readonly [field: string]: unknown;
}

interface Definition {
  readonly States: Readonly<Record<string, State>>;
  readonly [field: string]: unknown;
}

/** The function in place of a map's ResultWriter: takes `{map, results}` and returns the Map's result. */
export const WRITE_RESULTS = 'write-map-results';

/** The document in place of a map's JSON Lines: an array of the children's inputs, beside them. */
export const ARRAY_SUFFIX = '.array.json';

/** The definition with each Distributed Map read from an array, and its results written by a task after it. */
export function adaptDefinition(definition: Definition): Definition {
  const states = Object.entries(definition.States).flatMap(([name, state]) =>
    state.Type === 'Map' ? adaptMap(name, state) : [[name, state] as const],
  );
  return { ...definition, States: Object.fromEntries(states) };
}

function adaptMap(name: string, state: State): (readonly [string, State])[] {
  const { ItemBatcher: _batcher, ResultWriter: _writer, Assign, Output, Next, ...rest } = state;
  const {
    ReaderConfig: _config,
    Arguments,
    ...reader
  } = state.ItemReader as {
    ReaderConfig: unknown;
    Arguments: { Bucket: string; Key: string };
  };
  const writing = `Write${name}`;
  const Key = Arguments.Key.replace(/ %}$/, ` & '${ARRAY_SUFFIX}' %}`);
  return [
    [
      name,
      {
        ...rest,
        // Its grammar takes a whole number here only as an expression.
        ToleratedFailurePercentage: `{% ${String(state.ToleratedFailurePercentage)} %}`,
        ItemReader: { ...reader, ReaderConfig: { InputType: 'JSON' }, Arguments: { ...Arguments, Key } },
        Output: '{% $states.result %}',
        Next: writing,
      },
    ],
    [
      writing,
      {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: {
          FunctionName: WRITE_RESULTS,
          Payload: { map: name, results: '{% $states.input %}' },
        },
        ...(Assign === undefined ? {} : { Assign: fromPayload(Assign) }),
        ...(Output === undefined ? {} : { Output: fromPayload(Output) }),
        Next,
      },
    ],
  ];
}

/** The same expressions over a task's result, which holds the Map's as its payload. */
function fromPayload(expressions: unknown): unknown {
  return JSON.parse(
    JSON.stringify(expressions).replaceAll('$states.result.', '$states.result.Payload.'),
  ) as unknown;
}
