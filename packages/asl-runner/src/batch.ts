/**
 * Local state machine runner: gathers a Distributed Map's items into the inputs of its child executions. Pure.
 *
 * Source: AWS Step Functions Developer Guide, "ItemBatcher (Map)".
 */

import { type Json, measureBytes } from './json.ts';
import { StatesError } from './states-error.ts';

/** The limits of a batch. */
export interface BatchLimits {
  readonly maxItems: number;
  /** Of the child's whole input, in bytes of UTF-8. */
  readonly maxBytes: number;
}

/** The input of one child execution, and its number of items. */
export interface ChildInput {
  readonly input: Json;
  readonly itemCount: number;
}

/**
 * Fills batch after batch, each up to its limits: every item is in exactly one batch, in order.
 * @param batchInput added to every batch beside its items
 * @throws StatesError States.DataLimitExceeded if an item alone exceeds the bytes
 */
export async function* batchItems(
  items: Iterable<Json> | AsyncIterable<Json>,
  { maxItems, maxBytes }: BatchLimits,
  batchInput?: Json,
): AsyncGenerator<ChildInput> {
  const wrap = (members: readonly Json[]): Json =>
    batchInput === undefined ? { Items: members } : { BatchInput: batchInput, Items: members };
  const emptyBytes = measureBytes(wrap([]));
  let batch: Json[] = [];
  let bytes = emptyBytes;
  for await (const item of items) {
    const itemBytes = measureBytes(item);
    if (emptyBytes + itemBytes > maxBytes) {
      throw new StatesError(
        'States.DataLimitExceeded',
        `An item makes a batch of ${emptyBytes + itemBytes} bytes by itself, and ${maxBytes} are allowed`,
      );
    }
    // From the second item on, each is preceded by a comma.
    if (batch.length >= maxItems || (batch.length > 0 && bytes + 1 + itemBytes > maxBytes)) {
      yield { input: wrap(batch), itemCount: batch.length };
      batch = [];
      bytes = emptyBytes;
    }
    bytes += itemBytes + (batch.length > 0 ? 1 : 0);
    batch.push(item);
  }
  if (batch.length > 0) yield { input: wrap(batch), itemCount: batch.length };
}

/** Each item by itself as a child's input. */
export async function* singleItems(items: Iterable<Json> | AsyncIterable<Json>): AsyncGenerator<ChildInput> {
  for await (const item of items) yield { input: item, itemCount: 1 };
}
