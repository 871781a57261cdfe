/**
 * Local state machine runner: reads a Map state, inline or distributed.
 *
 * Source: AWS Step Functions Developer Guide, "Map workflow state", ItemReader, ItemBatcher and ResultWriter.
 */

import type {
  DistributedMapState,
  ItemBatcher,
  ItemReader,
  MapState,
  ResultWriter,
  TaskState,
  Workflow,
} from './definition.ts';
import type { ExpressionScope, StatesField } from './expression.ts';
import { Fields, refuse } from './fields.ts';
import type { Template } from './template.ts';

/** The functions of the parser that Maps need, passed in since that file imports this one. */
interface MapParsing<Scope extends { variables: ReadonlySet<string>; mapItem: boolean; names: Set<string> }> {
  readonly name: string;
  readonly value: unknown;
  readonly path: string;
  readonly scope: Scope;
  /** The fields of every state with Retry and Catch. */
  readonly known: readonly string[];
  buildScope(scope: Scope, ...states: StatesField[]): ExpressionScope;
  parseRecovery(fields: Fields, scope: Scope): Pick<TaskState, 'exit' | 'retry' | 'catch'>;
  parseWorkflow(fields: Fields, scope: Scope): Workflow;
}

const COUNT = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER, integer: true } as const;
const POSITIVE = { ...COUNT, minimum: 1 } as const;
const PERCENTAGE = { minimum: 0, maximum: 100, integer: false } as const;
/** The largest batch in bytes: Step Functions' limit of a payload. */
const LARGEST_BATCH = 262_144;

/**
 * The number of concurrent iterations if MaxConcurrency is 0 or omitted. AWS: 40 inline, 10,000 distributed.
 */
export const MOST_AT_ONCE = { INLINE: 40, DISTRIBUTED: 10_000 } as const;

function parseReader(value: unknown, path: string, scope: ExpressionScope): ItemReader {
  const fields = new Fields(value, path, ['Resource', 'Arguments', 'ReaderConfig'], 'an ItemReader');
  fields.getChoice('Resource', ['arn:aws:states:::s3:getObject']);
  const location = new Fields(
    fields.get('Arguments'),
    fields.buildPath('Arguments'),
    ['Bucket', 'Key'],
    's3:getObject',
  );
  const config = new Fields(
    fields.get('ReaderConfig'),
    fields.buildPath('ReaderConfig'),
    ['InputType', 'MaxItems'],
    'a ReaderConfig',
  );
  return {
    inputType: config.getChoice('InputType', ['JSON', 'JSONL']),
    bucket: location.getTextTemplate('Bucket', scope),
    key: location.getTextTemplate('Key', scope),
    maxItems: config.findNumberSetting('MaxItems', POSITIVE, scope),
  };
}

function parseBatcher(value: unknown, path: string, scope: ExpressionScope): ItemBatcher {
  const known = ['MaxItemsPerBatch', 'MaxInputBytesPerBatch', 'BatchInput'];
  const fields = new Fields(value, path, known, 'an ItemBatcher');
  const maxItems = fields.findNumberSetting('MaxItemsPerBatch', POSITIVE, scope);
  const maxBytes = fields.findNumberSetting(
    'MaxInputBytesPerBatch',
    { ...POSITIVE, maximum: LARGEST_BATCH },
    scope,
  );
  if (!maxItems && !maxBytes) refuse(path, 'MaxItemsPerBatch or MaxInputBytesPerBatch is expected here');
  const batchInput = fields.findTemplate('BatchInput', scope);
  if (batchInput && batchInput.kind !== 'object' && batchInput.kind !== 'expression') {
    refuse(fields.buildPath('BatchInput'), 'an object is expected here');
  }
  return { maxItems, maxBytes, batchInput };
}

function parseWriter(value: unknown, path: string, scope: ExpressionScope): ResultWriter {
  const fields = new Fields(value, path, ['Resource', 'Arguments', 'WriterConfig'], 'a ResultWriter');
  if (!fields.has('Resource') && !fields.has('WriterConfig'))
    refuse(path, 'a Resource or a WriterConfig is expected here');
  if (fields.has('Resource') !== fields.has('Arguments'))
    refuse(path, 'Resource and Arguments must be given together');
  const config = fields.has('WriterConfig')
    ? new Fields(
        fields.get('WriterConfig'),
        fields.buildPath('WriterConfig'),
        ['OutputType', 'Transformation'],
        'a WriterConfig',
      )
    : undefined;
  const outputType = config?.has('OutputType') ? config.getChoice('OutputType', ['JSON', 'JSONL']) : 'JSON';
  const exports = fields.has('Resource');
  if (!exports && outputType === 'JSONL') {
    refuse(path, 'OutputType JSONL is implemented only with a Resource to write to');
  }
  let destination: { bucket: Template; prefix: Template | undefined } | undefined;
  if (exports) {
    fields.getChoice('Resource', ['arn:aws:states:::s3:putObject']);
    const location = new Fields(
      fields.get('Arguments'),
      fields.buildPath('Arguments'),
      ['Bucket', 'Prefix'],
      's3:putObject',
    );
    destination = {
      bucket: location.getTextTemplate('Bucket', scope),
      prefix: location.has('Prefix') ? location.getTextTemplate('Prefix', scope) : undefined,
    };
  }
  const transformation = config?.has('Transformation')
    ? config.getChoice('Transformation', ['NONE', 'COMPACT', 'FLATTEN'])
    : exports
      ? 'NONE'
      : 'COMPACT';
  return { destination, outputType, transformation };
}

type Mode =
  | { readonly mode: 'INLINE' }
  | { readonly mode: 'DISTRIBUTED'; readonly executionType: 'STANDARD' | 'EXPRESS' };

function parseMode(processor: Fields): Mode {
  if (!processor.has('ProcessorConfig')) return { mode: 'INLINE' };
  const config = new Fields(
    processor.get('ProcessorConfig'),
    processor.buildPath('ProcessorConfig'),
    ['Mode', 'ExecutionType'],
    'a ProcessorConfig',
  );
  const mode = config.has('Mode') ? config.getChoice('Mode', ['INLINE', 'DISTRIBUTED']) : 'INLINE';
  if (mode === 'DISTRIBUTED') {
    return { mode, executionType: config.getChoice('ExecutionType', ['STANDARD', 'EXPRESS']) };
  }
  if (config.has('ExecutionType')) refuse(config.buildPath('ExecutionType'), 'only a DISTRIBUTED Map has it');
  return { mode };
}

/** The fields that only a Distributed Map has. */
const DISTRIBUTED_ONLY = [
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
  'Label',
];

function parseDistributed(
  fields: Fields,
  name: string,
  scope: ExpressionScope,
): Omit<DistributedMapState, 'mode' | 'executionType' | keyof SharedMap> {
  const sub = <Part>(field: string, parse: (value: unknown, path: string, scope: ExpressionScope) => Part) =>
    fields.has(field) ? parse(fields.get(field), fields.buildPath(field), scope) : undefined;
  const label = fields.findText('Label');
  if (label !== undefined && (label.length > 40 || /[\s?*<>{}[\]:;,\\|^~$#%&`"\p{Cc}]/u.test(label))) {
    refuse(
      fields.buildPath('Label'),
      'a label has up to 40 characters, without spaces, wildcards, brackets or special ones',
    );
  }
  if (fields.has('Items') && fields.has('ItemReader'))
    refuse(fields.path, 'a Map has either Items or an ItemReader');
  return {
    label: label ?? name,
    itemReader: sub('ItemReader', parseReader),
    itemBatcher: sub('ItemBatcher', parseBatcher),
    resultWriter: sub('ResultWriter', parseWriter),
    toleratedFailureCount: fields.findNumberSetting('ToleratedFailureCount', COUNT, scope),
    toleratedFailurePercentage: fields.findNumberSetting('ToleratedFailurePercentage', PERCENTAGE, scope),
  };
}

type SharedMap = Omit<Extract<MapState, { mode: 'INLINE' }>, 'mode'>;

/** Reads a Map state. @throws InvalidDefinitionError, with the path, for all that is not implemented */
export function parseMap<
  Scope extends { variables: ReadonlySet<string>; mapItem: boolean; names: Set<string> },
>(parsing: MapParsing<Scope>): MapState {
  const { name, value, path, scope, buildScope } = parsing;
  const known = [
    ...parsing.known,
    'Items',
    'ItemSelector',
    'ItemProcessor',
    'MaxConcurrency',
    ...DISTRIBUTED_ONLY,
  ];
  const fields = new Fields(value, path, known, 'a Map state');
  const processor = new Fields(
    fields.get('ItemProcessor'),
    fields.buildPath('ItemProcessor'),
    ['ProcessorConfig', 'StartAt', 'States', 'Comment'],
    'an ItemProcessor',
  );
  const mode = parseMode(processor);
  const items = fields.findTemplate('Items', buildScope(scope));
  if (items && items.kind !== 'array' && items.kind !== 'expression') {
    refuse(fields.buildPath('Items'), 'a list or an expression is expected here');
  }
  // A child execution starts without variables and without the item of an enclosing Map; an iteration has
  // both.
  const inner =
    mode.mode === 'DISTRIBUTED'
      ? { ...scope, variables: new Set<string>(), mapItem: false }
      : { ...scope, mapItem: true };
  const shared: SharedMap = {
    type: 'Map',
    name,
    path,
    items,
    itemSelector: fields.findTemplate('ItemSelector', buildScope({ ...scope, mapItem: true })),
    maxConcurrency: fields.findNumberSetting('MaxConcurrency', COUNT, buildScope(scope)) ?? {
      ...COUNT,
      template: { kind: 'constant', value: 0 },
      path: fields.buildPath('MaxConcurrency'),
    },
    processor: parsing.parseWorkflow(processor, inner),
    ...parsing.parseRecovery(fields, scope),
  };
  if (mode.mode === 'DISTRIBUTED')
    return { ...shared, ...mode, ...parseDistributed(fields, name, buildScope(scope)) };
  const misplaced = DISTRIBUTED_ONLY.find((field) => fields.has(field));
  if (misplaced)
    refuse(fields.path, `the field ${misplaced} belongs to a DISTRIBUTED Map, and this one is INLINE`);
  return { ...shared, ...mode };
}
