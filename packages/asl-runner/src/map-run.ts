/**
 * Local state machine runner: runs a Map. An inline one runs its iterations within the execution and fails
 * with the first of them; a distributed one runs a child execution for each item or batch, tolerates a number of
 * failures, and writes their results.
 *
 * Source: AWS Step Functions Developer Guide, "Using Map state in Inline mode" and "in Distributed mode",
 * "Setting failure thresholds for Distributed Map states".
 */

import { randomUUID } from 'node:crypto';
import { type BatchLimits, batchItems, type ChildInput, singleItems } from './batch.ts';
import type {
  Bindings,
  DistributedMapState,
  InlineMapState,
  MapState,
  Transformation,
} from './definition.ts';
import {
  buildArn,
  buildBindings,
  checkSize,
  type Engine,
  type Evaluated,
  EXPRESS_SECONDS,
  evaluateText,
  type Frame,
  type Visit,
  withTimeLimit,
} from './engine.ts';
import { type ItemSource, listItems, readJsonArray, readJsonLines } from './items.ts';
import { isJsonObject, type Json } from './json.ts';
import { MOST_AT_ONCE } from './parse-map.ts';
import { type ChildRecord, type ResultDestination, transformRecord, writeResults } from './result-writer.ts';
import type { Bucket, MapCounts } from './run-options.ts';
import { Scope } from './scope.ts';
import { forEachLimited } from './signal.ts';
import { StatesError } from './states-error.ts';
import { evaluateNumber, evaluateTemplate, type NumberSetting } from './template.ts';

async function findNumber(
  setting: NumberSetting | undefined,
  bindings: Bindings,
): Promise<number | undefined> {
  return setting && evaluateNumber(setting, bindings);
}

async function evaluateConcurrency(state: MapState, bindings: Bindings): Promise<number> {
  const most = MOST_AT_ONCE[state.mode];
  return Math.min((await evaluateNumber(state.maxConcurrency, bindings)) || most, most);
}

/** The state's Items, or its input. @throws StatesError States.QueryEvaluationError if it is not an array */
async function evaluateItems(state: MapState, visit: Visit, bindings: Bindings): Promise<readonly Json[]> {
  const items = state.items ? await evaluateTemplate(state.items, bindings) : visit.input;
  if (Array.isArray(items)) return items;
  const what = state.items ? `The field '${state.path}.Items'` : `The input of ${state.name}`;
  throw new StatesError(
    'States.QueryEvaluationError',
    `${what} must be an array (objects are not implemented here)`,
  );
}

/** Applies the ItemSelector to one item. */
async function selectItem(
  engine: Engine,
  state: MapState,
  visit: Visit,
  mapItem: { Index: number; Value: Json },
) {
  if (!state.itemSelector) return mapItem.Value;
  return evaluateTemplate(state.itemSelector, buildBindings(engine, visit, { mapItem }));
}

/**
 * Runs an inline Map; its result is the array of the iterations' outputs.
 * @throws StatesError of the first iteration that fails
 */
export async function runInlineMap(engine: Engine, state: InlineMapState, visit: Visit): Promise<Json> {
  const bindings = buildBindings(engine, visit);
  const items = await evaluateItems(state, visit, bindings);
  const limit = await evaluateConcurrency(state, bindings);
  if (engine.mock) {
    const afterItemSelector: Json[] = [];
    for (const [index, item] of items.entries()) {
      afterItemSelector.push(await selectItem(engine, state, visit, { Index: index, Value: item }));
    }
    return engine.mock({ afterItemSelector, maxConcurrency: limit });
  }
  const outputs: Json[] = new Array(items.length);
  await forEachLimited(items[Symbol.iterator](), limit, visit.frame.signal, async (item, index, signal) => {
    const mapItem = { Index: index, Value: item };
    const input = await selectItem(engine, state, visit, mapItem);
    checkSize(engine, input, `The input of iteration ${index} of ${state.name}`);
    const prefix = `${visit.path}[${index}]/`;
    const frame = { ...visit.frame, scope: new Scope(visit.frame.scope), signal, prefix, mapItem };
    outputs[index] = await engine.runWorkflow(state.processor, input, frame);
  });
  return outputs;
}

/** @throws StatesError `error` if there is no store for the bucket */
function getStore(engine: Engine, bucket: string, error: string): Bucket {
  const buckets = engine.options.buckets ?? {};
  if (Object.hasOwn(buckets, bucket)) return buckets[bucket]!;
  throw new StatesError(error, `There is no store for the bucket ${bucket}`);
}

/** Reads the items' object. @throws StatesError States.ItemReaderFailed */
async function readItems(
  engine: Engine,
  reader: NonNullable<DistributedMapState['itemReader']>,
  path: string,
  bindings: Bindings,
): Promise<ItemSource> {
  const bucket = await evaluateText(reader.bucket, bindings, `${path}.ItemReader.Arguments.Bucket`);
  const key = await evaluateText(reader.key, bindings, `${path}.ItemReader.Arguments.Key`);
  const maxItems = await findNumber(reader.maxItems, bindings);
  const store = getStore(engine, bucket, 'States.ItemReaderFailed');
  const object = await store.get(key).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StatesError('States.ItemReaderFailed', `${key} could not be read: ${reason}`);
  });
  if (!object) throw new StatesError('States.ItemReaderFailed', `There is no ${key} in the bucket ${bucket}`);
  return reader.inputType === 'JSONL'
    ? readJsonLines(object.body, key, maxItems)
    : readJsonArray(object.body, key, maxItems);
}

/** The children's inputs, one at a time: each item selected, then gathered into batches. */
async function planChildren(
  engine: Engine,
  state: DistributedMapState,
  visit: Visit,
  source: ItemSource,
  bindings: Bindings,
): Promise<AsyncGenerator<ChildInput>> {
  async function* selectItems(): AsyncGenerator<Json> {
    let index = 0;
    for (const item of source.read())
      yield await selectItem(engine, state, visit, { Index: index++, Value: item });
  }
  const { itemBatcher: batcher } = state;
  if (!batcher) return singleItems(selectItems());
  const limits: BatchLimits = {
    maxItems: (await findNumber(batcher.maxItems, bindings)) ?? Number.POSITIVE_INFINITY,
    maxBytes: Math.min(
      (await findNumber(batcher.maxBytes, bindings)) ?? engine.payloadLimitBytes,
      engine.payloadLimitBytes,
    ),
  };
  const batchInput = batcher.batchInput && (await evaluateTemplate(batcher.batchInput, bindings));
  if (batchInput !== undefined && !isJsonObject(batchInput)) {
    throw new StatesError(
      'States.QueryEvaluationError',
      `The field '${state.path}.ItemBatcher.BatchInput' must be an object`,
    );
  }
  return batchItems(selectItems(), limits, batchInput);
}

/** Whether the number of failed items exceeds the state's tolerance. */
type IsExceeded = (failed: number, total: number) => boolean;

async function readTolerance(state: DistributedMapState, bindings: Bindings): Promise<IsExceeded> {
  const count = await findNumber(state.toleratedFailureCount, bindings);
  const percentage = await findNumber(state.toleratedFailurePercentage, bindings);
  if (count === undefined && percentage === undefined) return (failed) => failed > 0;
  return (failed, total) =>
    failed > (count ?? Number.POSITIVE_INFINITY) || failed * 100 > (percentage ?? 100) * total;
}

async function findDestination(
  engine: Engine,
  state: DistributedMapState,
  bindings: Bindings,
  run: { readonly mapRunId: string; readonly mapRunArn: string },
): Promise<ResultDestination | undefined> {
  const { resultWriter: writer, path } = state;
  if (!writer?.destination) return undefined;
  const bucket = await evaluateText(
    writer.destination.bucket,
    bindings,
    `${path}.ResultWriter.Arguments.Bucket`,
  );
  const prefix = writer.destination.prefix
    ? await evaluateText(writer.destination.prefix, bindings, `${path}.ResultWriter.Arguments.Prefix`)
    : '';
  const { outputType, transformation } = writer;
  const store = getStore(engine, bucket, 'States.ResultWriterFailed');
  return { ...run, store, bucket, prefix, outputType, transformation };
}

/** One running Distributed Map: its counts, its children's records, its failures. */
class MapRun {
  readonly id = randomUUID();
  readonly arn: string;
  readonly #engine: Engine;
  readonly #state: DistributedMapState;
  readonly #visit: Visit;
  readonly #total: number;
  readonly #isExceeded: IsExceeded;
  /** In the children's order; every started child has one. */
  readonly records: ChildRecord[] = [];
  #succeeded = 0;
  #failed = 0;
  #running = 0;

  constructor(
    engine: Engine,
    state: DistributedMapState,
    visit: Visit,
    total: number,
    isExceeded: IsExceeded,
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#visit = visit;
    this.#total = total;
    this.#isExceeded = isExceeded;
    this.arn = buildArn('mapRun', `${engine.stateMachineName}/${state.label}`, this.id);
  }

  get #transformation(): Transformation {
    return this.#state.resultWriter?.transformation ?? 'COMPACT';
  }

  /** The entries of every child, in order. */
  get results(): Json[] {
    return this.records.flatMap((record) => transformRecord(record, this.#transformation));
  }

  get counts(): MapCounts {
    return { total: this.#total, succeeded: this.#succeeded, failed: this.#failed, running: this.#running };
  }

  #begin(): Pick<ChildRecord, 'executionArn' | 'name' | 'stateMachineArn'> {
    const machine = `${this.#engine.stateMachineName}/${this.#state.label}`;
    const name = randomUUID();
    return {
      name,
      executionArn: buildArn('execution', machine, name),
      stateMachineArn: buildArn('stateMachine', machine),
    };
  }

  /** Records a child that never began. */
  leavePending({ input }: ChildInput): void {
    this.records.push({ ...this.#begin(), input, status: 'PENDING' });
  }

  /**
   * Runs one child execution and stores its record.
   * @throws StatesError States.ExceedToleratedFailureThreshold if its failure exceeds the tolerance
   */
  async runChild({ input, itemCount }: ChildInput, index: number, signal: AbortSignal): Promise<void> {
    const child = this.#begin();
    if (signal.aborted) {
      this.records[index] = { ...child, input, status: 'PENDING' };
      return;
    }
    const startDate = this.#engine.clock.now();
    this.#running += itemCount;
    try {
      const output = await this.#execute(child, input, startDate, index, signal);
      this.#running -= itemCount;
      this.#succeeded += itemCount;
      this.records[index] = {
        ...child,
        ...(this.#transformation === 'NONE' && { input }),
        status: 'SUCCEEDED',
        output,
        startDate,
        stopDate: this.#engine.clock.now(),
      };
      this.#emitProgress();
    } catch (error) {
      this.#running -= itemCount;
      const stopDate = this.#engine.clock.now();
      if (signal.aborted || !(error instanceof StatesError)) {
        this.records[index] = { ...child, input, status: 'ABORTED', startDate, stopDate };
        throw error;
      }
      this.#failed += itemCount;
      const failure = { error: error.error, cause: error.causeText };
      const status = error.error === 'States.Timeout' ? 'TIMED_OUT' : 'FAILED';
      this.records[index] = { ...child, input, status, ...failure, startDate, stopDate };
      this.#emitProgress(failure);
      if (this.#isExceeded(this.#failed, this.#total)) {
        throw new StatesError(
          'States.ExceedToleratedFailureThreshold',
          'The specified tolerated failure threshold was exceeded',
        );
      }
    }
  }

  async #execute(
    child: Pick<ChildRecord, 'executionArn' | 'name'>,
    input: Json,
    startDate: Date,
    index: number,
    parent: AbortSignal,
  ): Promise<Json> {
    checkSize(this.#engine, input, `The input of child ${index} of ${this.#state.name}`);
    const seconds = this.#state.executionType === 'EXPRESS' ? EXPRESS_SECONDS : undefined;
    return withTimeLimit(this.#engine, seconds, parent, `The EXPRESS execution ${child.name}`, (signal) => {
      const frame: Frame = {
        execution: {
          Id: child.executionArn,
          Name: child.name,
          Input: input,
          StartTime: startDate.toISOString(),
          RedriveCount: 0,
        },
        scope: new Scope(),
        signal,
        prefix: `${this.#visit.path}[${index}]/`,
        mapItem: undefined,
      };
      return this.#engine.runWorkflow(this.#state.processor, input, frame);
    });
  }

  #emitProgress(failure?: { readonly error: string; readonly cause: string }): void {
    this.#engine.emit({
      type: 'map-progress',
      path: this.#visit.path,
      state: this.#state.name,
      counts: this.counts,
      ...(failure && { failure }),
    });
  }
}

/** The values that a Distributed Map evaluates before its first child, for testing the state alone. */
async function evaluateMap(
  engine: Engine,
  state: DistributedMapState,
  visit: Visit,
  source: ItemSource,
  bindings: Bindings,
  maxConcurrency: number,
  children: AsyncIterable<ChildInput>,
): Promise<Evaluated> {
  const afterItemSelector: Json[] = [];
  for (const item of source.read()) {
    const index = afterItemSelector.length;
    afterItemSelector.push(await selectItem(engine, state, visit, { Index: index, Value: item }));
  }
  const afterItemBatcher: Json[] = [];
  for await (const { input } of children) afterItemBatcher.push(input);
  const toleratedFailureCount = await findNumber(state.toleratedFailureCount, bindings);
  const toleratedFailurePercentage = await findNumber(state.toleratedFailurePercentage, bindings);
  return {
    afterItemSelector,
    ...(state.itemBatcher && { afterItemBatcher }),
    maxConcurrency,
    ...(toleratedFailureCount !== undefined && { toleratedFailureCount }),
    ...(toleratedFailurePercentage !== undefined && { toleratedFailurePercentage }),
  };
}

/**
 * Runs a Distributed Map. Its result is that of its ResultWriter, or the array of the children's outputs.
 * @throws StatesError States.ItemReaderFailed, States.ResultWriterFailed,
 *   States.ExceedToleratedFailureThreshold (after the results were written) or States.QueryEvaluationError
 */
export async function runDistributedMap(
  engine: Engine,
  state: DistributedMapState,
  visit: Visit,
): Promise<Json> {
  const bindings = buildBindings(engine, visit);
  const source = state.itemReader
    ? await readItems(engine, state.itemReader, state.path, bindings)
    : listItems(await evaluateItems(state, visit, bindings));
  const isExceeded = await readTolerance(state, bindings);
  const limit = await evaluateConcurrency(state, bindings);
  const run = new MapRun(engine, state, visit, source.count, isExceeded);
  const destination = await findDestination(engine, state, bindings, {
    mapRunId: run.id,
    mapRunArn: run.arn,
  });
  const children = await planChildren(engine, state, visit, source, bindings);
  if (engine.mock)
    return engine.mock(await evaluateMap(engine, state, visit, source, bindings, limit, children));
  engine.emit({ type: 'map-started', path: visit.path, state: state.name, counts: run.counts });
  try {
    await forEachLimited(children, limit, visit.frame.signal, (child, index, signal) =>
      run.runChild(child, index, signal),
    );
  } catch (error) {
    const isThreshold =
      error instanceof StatesError && error.error === 'States.ExceedToleratedFailureThreshold';
    if (destination && isThreshold && !visit.frame.signal.aborted) {
      for await (const child of children) run.leavePending(child);
      await writeResults(run.records, destination);
    }
    throw error;
  }
  if (destination) return writeResults(run.records, destination);
  return run.results;
}
