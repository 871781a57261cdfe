/**
 * The shell around every Lambda function: the only user of middy. It parses the event, ends the work just
 * before Lambda would, and writes structured logs. The state machine matches errors by `name`, so what a
 * step throws passes through untouched.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Log, LogFields } from '../shared/log.ts';

/** Milliseconds before Lambda's own limit at which the work is ended: enough to throw a named error and flush logs. */
const TIME_RESERVE_MS = 5_000;

/** One function of the state machine. */
export interface Step<Input, Output> {
  /** As the file is named: `read-headers`. */
  readonly name: string;
  /** The event as the step needs it. @throws InvalidInputError */
  readonly parse: (event: unknown) => Input;
  /** Fields that every log line of this event carries. */
  readonly logFields: (input: Input) => LogFields;
  readonly run: (input: Input, signal: AbortSignal, log: Log) => Promise<Output>;
  /** What running out of time means to the state machine. */
  readonly outOfTime: () => Error;
}

/** What Lambda calls, and the local runner too. */
export type StepHandler<Output> = (event: unknown, context: Context) => Promise<Output>;

/** The Lambda handler of a step. */
export function buildHandler<Input, Output>(step: Step<Input, Output>): StepHandler<Output> {
  const handler = middy<unknown, Output>({
    timeoutEarlyInMillis: TIME_RESERVE_MS,
    timeoutEarlyResponse: () => {
      throw step.outOfTime();
    },
  }).handler(async (event, context, { signal }) => {
    const log = openLog(step.name, context);
    try {
      const input = step.parse(event);
      log.append(step.logFields(input));
      return await step.run(input, signal, log);
    } catch (fault) {
      log.error('step failed', fault);
      throw fault;
    }
  });
  return (event, context) => handler(event, context) as Promise<Output>;
}

/** Logs go to standard output only inside Lambda; on one machine the command line tells what people need. */
function openLog(
  service: string,
  context: Context,
): Log & {
  append(fields: LogFields): void;
  error(message: string, fault: unknown): void;
} {
  if (context.invokedFunctionArn === '')
    return { info: () => {}, warn: () => {}, append: () => {}, error: () => {} };
  const logger = new Logger({ serviceName: service });
  logger.addContext(context);
  return {
    info: (message, fields = {}) => logger.info(message, { ...fields }),
    warn: (message, fields = {}) => logger.warn(message, { ...fields }),
    append: (fields) => logger.appendKeys({ ...fields }),
    error: (message, fault) =>
      logger.error(message, fault instanceof Error ? fault : new Error(String(fault))),
  };
}

/** Builds a value when it is first needed, and keeps it for the life of the container; a failure is not kept. */
export function once<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}
