/**
 * Local state machine runner: the variables that states assign. A branch or an iteration reads those of enclosing
 * workflows and has its own, which end with it.
 *
 * Source: AWS Step Functions Developer Guide, "Passing data between states with variables".
 */

import { type Json, measureBytes } from './json.ts';
import { StatesError } from './states-error.ts';

/** Maximum size of all variables of an execution, in bytes. */
const ALL_VARIABLES = 10 * 1024 * 1024;

/** The variables of one workflow, on top of those of the enclosing workflow. */
export class Scope {
  readonly #outer: Scope | undefined;
  readonly #values = new Map<string, { readonly value: Json; readonly bytes: number }>();

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  /** Every variable that can be read here. */
  get values(): Record<string, Json> {
    const own = [...this.#values].map(([name, { value }]) => [name, value]);
    return { ...this.#outer?.values, ...Object.fromEntries(own) };
  }

  get #bytes(): number {
    let sum = this.#outer ? this.#outer.#bytes : 0;
    for (const { bytes } of this.#values.values()) sum += bytes;
    return sum;
  }

  /** Sets variables, all at once. @throws StatesError States.DataLimitExceeded beyond 10 MiB in all */
  assign(values: readonly (readonly [string, Json])[]): void {
    for (const [name, value] of values) this.#values.set(name, { value, bytes: measureBytes(value) });
    if (values.length > 0 && this.#bytes > ALL_VARIABLES) {
      throw new StatesError(
        'States.DataLimitExceeded',
        `The variables together exceed ${ALL_VARIABLES} bytes`,
      );
    }
  }
}
