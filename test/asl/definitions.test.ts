/**
 * Checks every state machine of the project against the language, the runner and the project's error names.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import {
  checkStateMachine,
  findSubstitutionNames,
  STATES_ERROR_NAMES,
} from '../../packages/asl-runner/src/index.ts';
import * as errors from '../../shared/errors.ts';
import { findFailureScope } from '../../shared/retry/failure-scope.ts';

const folder = new URL('../../functions/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.asl.json'));

/** asl-validator is CommonJS and has no types. It changes its argument. */
const validate = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => {
  readonly isValid: boolean;
  errorsText(separator?: string): string;
};

/** What Step Functions reports of Lambda itself, apart from what a function throws. */
const LAMBDA_ERROR_NAMES: ReadonlySet<string> = new Set([
  'Lambda.AWSLambdaException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.SdkClientException',
  'Lambda.ServiceException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'Sandbox.Timedout',
]);

/** The names of the project's own errors, read from instances. */
const OWN_ERROR_NAMES: ReadonlySet<string> = new Set(
  Object.entries(errors).map(([exported, ErrorClass]) => {
    const instance: Error = new (ErrorClass as new (message: string, fields: object) => Error)('', {});
    expect(instance.name).toBe(exported);
    return instance.name;
  }),
);

function* listErrorNames(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === 'ErrorEquals') yield* member as string[];
    else yield* listErrorNames(member);
  }
}

/** The states that call a function, each with the errors that it retries. */
function* listTasks(value: unknown): Generator<[name: string, retried: string[]]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (member?.Type === 'Task' && /:lambda:/.test(member.Resource)) {
      yield [key, (member.Retry ?? []).flatMap((one: { ErrorEquals: string[] }) => one.ErrorEquals)];
    } else yield* listTasks(member);
  }
}

it('retries every error that is worth a retry in some machine, except for the bus, which none uses', () => {
  const retried = files.flatMap((file) =>
    [...listTasks(JSON.parse(readFileSync(new URL(file, folder), 'utf8')))].flatMap(([, names]) => names),
  );
  const worth = [...OWN_ERROR_NAMES].filter((name) => findFailureScope(name) === 'service');
  expect(worth.length).toBeGreaterThan(3);
  expect(worth.filter((name) => !retried.includes(name))).toEqual(['EventBusUnavailableError']);
});

it('there is at least one state machine', () => {
  expect(files).not.toEqual([]);
});

describe.each(files)('%s', (file) => {
  const definition: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));

  it('passes asl-validator', () => {
    // As Step Functions gets it: a placeholder in an expression is filled before anything reads it.
    const filledIn = JSON.stringify(definition).replaceAll(/\$\{\w+\}/g, '1');
    const verdict = validate(JSON.parse(filledIn));
    expect(verdict.isValid, verdict.errorsText('\n')).toBe(true);
  });

  it('contains nothing that the runner does not implement', () => {
    // A number replaces every value, since it may be part of an expression.
    const names = findSubstitutionNames(definition).map((name) => [name, '1']);
    expect(() => checkStateMachine(definition, Object.fromEntries(names))).not.toThrow();
  });

  it('retries and catches only errors that something throws', () => {
    const known = (name: string) =>
      STATES_ERROR_NAMES.has(name) || LAMBDA_ERROR_NAMES.has(name) || OWN_ERROR_NAMES.has(name);
    expect([...listErrorNames(definition)].filter((name) => !known(name))).toEqual([]);
  });

  it('retries those of our errors that are worth it, and the store’s in every function', () => {
    const tasks = [...listTasks(definition)];
    expect(tasks.length).toBeGreaterThan(2);
    for (const [name, retried] of tasks) {
      const own = retried.filter((error) => OWN_ERROR_NAMES.has(error));
      const futile = own.filter((error) => findFailureScope(error) !== 'service');
      expect([name, futile]).toEqual([name, []]);
      expect([name, own]).toEqual([name, expect.arrayContaining(['StoreUnavailableError'])]);
    }
  });
});
