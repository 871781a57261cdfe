/**
 * The shell around every Lambda function: the only user of middy. It parses the event, aborts the work just
 * before Lambda would, and writes structured logs and metrics. The state machine matches errors by `name`,
 * so a step's errors pass through unchanged.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics as MetricsOfAnEvent } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { type Log, type LogFields, SILENT_LOG } from '../shared/log.ts';
import { METRICS } from '../shared/metrics.ts';

/**
 * Milliseconds before Lambda's own limit at which the work is aborted: enough to throw a named error and flush logs.
 */
const TIME_RESERVE_MS = 5_000;

/** One function of the state machine. */
export interface Step<Input, Output> {
  /** The file's name: `read-headers`. */
  readonly name: string;
  /** Parses the event for the step. @throws InvalidInputError */
  readonly parse: (event: unknown) => Input;
  /** Fields of every log line of this event. */
  readonly logFields: (input: Input) => LogFields;
  readonly run: (input: Input, signal: AbortSignal, log: Log) => Promise<Output>;
  /** The error for the state machine when the time is up. */
  readonly outOfTime: () => Error;
}

/** The function that Lambda and the local runner call. */
export type StepHandler<Output> = (event: unknown, context: Context) => Promise<Output>;

/** The Lambda handler of a step. */
export function buildHandler<Input, Output>(step: Step<Input, Output>): StepHandler<Output> {
  return async (event, context) => {
    const log = openLog(step.name, context);
    const limited = middy<unknown, Output>({
      timeoutEarlyInMillis: TIME_RESERVE_MS,
      timeoutEarlyResponse: () => {
        throw step.outOfTime();
      },
    }).handler(async (given, _context, { signal }) => {
      const input = step.parse(given);
      log.append(step.logFields(input));
      return await step.run(input, signal, log);
    });
    try {
      return await (limited(event, context) as Promise<Output>);
    } catch (error) {
      log.error('step failed', error);
      throw error;
    } finally {
      // Also when the time is up: the costs until then are reported.
      log.flush();
    }
  };
}

/** A log of one event. */
export interface EventLog extends Log {
  /** Adds fields to all lines that follow. */
  append(fields: LogFields): void;
  error(message: string, error: unknown): void;
}

/**
 * Logs and metrics go to standard output only inside Lambda; on one machine the command line reports what people
 * need. Metrics are lines in CloudWatch's embedded metric format, which CloudWatch extracts from the log: they
 * need no call and no permission. Their namespace is `POWERTOOLS_METRICS_NAMESPACE`, their dimension the service.
 */
export function openLog(service: string, context: Context): EventLog {
  if (context.invokedFunctionArn === '')
    return { ...SILENT_LOG, append: () => {}, error: () => {}, flush: () => {} };
  const logger = new Logger({ serviceName: service });
  logger.addContext(context);
  // The API measures nothing, and does not wait for this.
  let metrics: MetricsOfAnEvent | undefined;
  return {
    info: (message, fields = {}) => logger.info(message, { ...fields }),
    warn: (message, fields = {}) => logger.warn(message, { ...fields }),
    measure: (name, value) => {
      metrics ??= new MetricsOfAnEvent({ serviceName: service });
      metrics.addMetric(name, METRICS[name], value);
    },
    append: (fields) => logger.appendKeys({ ...fields }),
    error: (message, error) =>
      logger.error(message, error instanceof Error ? error : new Error(String(error))),
    flush: () => {
      metrics?.publishStoredMetrics();
      metrics = undefined;
    },
  };
}

/** Builds a value when it is first needed, and caches it for the life of the container; a failure is not cached. */
export function once<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}
