/**
 * A state machine of the project, adapted to an engine whose Distributed Maps support neither JSON Lines nor
 * ItemBatcher nor the files of a ResultWriter, and accept a tolerance only as an expression. Everything else,
 * each task, retry, catch, choice and expression, is unchanged.
 */

interface State {
  readonly [field: string]: unknown;
}

interface Definition {
  readonly States: Readonly<Record<string, State>>;
  readonly [field: string]: unknown;
}

/** The function that replaces a map's ResultWriter: takes `{map, results}` and returns the Map's result. */
export const WRITE_RESULTS = 'write-map-results';

/** The suffix of the document that replaces a map's JSON Lines: an array of the children's inputs. */
export const ARRAY_SUFFIX = '.array.json';

/**
 * The definition with each Distributed Map reading from an array, and a task after it that writes its
 * results.
 */
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
        // The engine's grammar accepts a whole number here only as an expression.
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

/** The same expressions on a task's result, whose payload is the Map's result. */
function fromPayload(expressions: unknown): unknown {
  return JSON.parse(
    JSON.stringify(expressions).replaceAll('$states.result.', '$states.result.Payload.'),
  ) as unknown;
}
