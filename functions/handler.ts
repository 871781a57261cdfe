/**
 * The shell around every Lambda function: the only user of middy. It parses the event, ends the work just
 * before Lambda would, and writes structured logs and metrics. The state machine matches errors by `name`,
 * so what a step throws passes through untouched.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics as MetricsOfAnEvent } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { type Log, type LogFields, SILENT_LOG } from '../shared/log.ts';
import { METRICS } from '../shared/metrics.ts';

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
      // Also where time ran out: what was paid for until then is reported.
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
 * Logs and metrics go to standard output only inside Lambda; on one machine the command line says what people
 * need. Metrics are lines in CloudWatch's embedded metric format, which CloudWatch takes out of the log: they
 * need no call and no permission. Their namespace is `POWERTOOLS_METRICS_NAMESPACE`, their dimension the service.
 */
export function openLog(service: string, context: Context): EventLog {
  if (context.invokedFunctionArn === '')
    return { ...SILENT_LOG, append: () => {}, error: () => {}, flush: () => {} };
  const logger = new Logger({ serviceName: service });
  logger.addContext(context);
  // The API measures nothing, and need not wait for this.
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

/** Builds a value when it is first needed, and keeps it for the life of the container; a failure is not kept. */
export function once<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}
