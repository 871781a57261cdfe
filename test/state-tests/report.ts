/**
 * The outcome of a case of the suite, in one form for our runner and for AWS's TestState, so that both can be
 * compared.
 */
import { type Json, type JsonObject, testState } from '../../packages/asl-runner/src/index.ts';
import { fillDefinition, type StateCase } from './cases.ts';

/** The outcome of a state. Fields that do not apply are omitted. */
export interface StateReport {
  readonly status: string;
  readonly output?: Json;
  readonly nextState?: string;
  readonly error?: string;
  readonly variables?: JsonObject;
  readonly retryIndex?: number;
  /** Seconds until the next attempt; the maximum, if they are random. */
  readonly retryBackoffIntervalSeconds?: number;
  readonly catchIndex?: number;
  readonly afterItemSelector?: Json;
  readonly afterItemBatcher?: Json;
  readonly maxConcurrency?: number;
  readonly toleratedFailurePercentage?: number;
}

/** Runs a case on our runner. `definition` replaces the machine's own. @throws InvalidDefinitionError */
export async function runCase(
  { machine, title: _, way: __, ...test }: StateCase,
  definition?: unknown,
): Promise<StateReport> {
  const result = await testState({ ...test, definition: fillDefinition(machine, definition) });
  const { evaluated = {}, cause: ___, variables, ...rest } = result;
  const { toleratedFailureCount: ____, afterItemSelector, afterItemBatcher, ...numbers } = evaluated;
  const changed = findChanges(test.variables ?? {}, variables ?? {});
  return {
    ...rest,
    ...(Object.keys(changed).length > 0 && { variables: changed }),
    ...(afterItemSelector && { afterItemSelector: shorten(afterItemSelector) }),
    ...(afterItemBatcher && { afterItemBatcher: shorten(afterItemBatcher) }),
    ...numbers,
  };
}

/** The variables that the state has set, without those that it did not change. */
export function findChanges(before: JsonObject, after: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value)),
  );
}

/** A list as its length, its first and its last member; those between only differ in a number. */
export function shorten(list: readonly Json[]): Json {
  const sizes = list.map((each) => {
    const { Items } = each as { readonly Items?: readonly Json[] };
    return Items === undefined ? 1 : Items.length;
  });
  const brief = (each: Json | undefined): Json => (JSON.stringify(each) ?? 'null').slice(0, 200);
  return { count: list.length, sizes, first: brief(list[0]), last: brief(list.at(-1)) };
}
