/**
 * Local state machine runner: builds the results of a Distributed Map's child executions, as its state's
 * result or as the files that Step Functions writes: `<prefix>/<map run>/manifest.json` beside one file for
 * each status.
 *
 * Source: AWS Step Functions Developer Guide, "ResultWriter (Map)".
 */

import type { Transformation } from './definition.ts';
import type { Json, JsonObject } from './json.ts';
import type { Bucket } from './run-options.ts';
import { StatesError } from './states-error.ts';

/** A child execution that ended or never began. */
export interface ChildRecord {
  readonly executionArn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING';
  /** Omitted if it is not written: for a successful child of which only the output is written. */
  readonly input?: Json;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly startDate?: Date;
  readonly stopDate?: Date;
}

/** The files' names by status: failed, timed out and stopped children share one. */
const FILE_BY_STATUS = {
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  TIMED_OUT: 'FAILED',
  ABORTED: 'FAILED',
  PENDING: 'PENDING',
} as const;

function describe(record: ChildRecord): JsonObject {
  const redrivable = record.status !== 'SUCCEEDED' && record.status !== 'PENDING';
  return {
    ExecutionArn: record.executionArn,
    ...(record.input !== undefined && {
      Input: JSON.stringify(record.input),
      InputDetails: { Included: true },
    }),
    Name: record.name,
    ...(record.output !== undefined && {
      Output: JSON.stringify(record.output),
      OutputDetails: { Included: true },
    }),
    ...(record.error !== undefined && { Error: record.error }),
    ...(record.cause !== undefined && { Cause: record.cause }),
    RedriveCount: 0,
    RedriveStatus: redrivable ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(record.status === 'SUCCEEDED' && {
      RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    }),
    ...(record.startDate && { StartDate: record.startDate.toISOString() }),
    StateMachineArn: record.stateMachineArn,
    Status: record.status,
    ...(record.stopDate && { StopDate: record.stopDate.toISOString() }),
  };
}

/** The entries of one child. A child that did not succeed is described in full, with any transformation. */
export function transformRecord(record: ChildRecord, transformation: Transformation): readonly Json[] {
  if (transformation === 'NONE' || record.status !== 'SUCCEEDED') return [describe(record)];
  const output = record.output ?? null;
  return transformation === 'FLATTEN' && Array.isArray(output) ? output : [output];
}

/** Where results are written. */
export interface ResultDestination {
  readonly store: Bucket;
  readonly bucket: string;
  readonly prefix: string;
  readonly mapRunId: string;
  readonly mapRunArn: string;
  readonly outputType: 'JSON' | 'JSONL';
  readonly transformation: Transformation;
}

/** @throws StatesError States.ResultWriterFailed */
async function put(
  destination: ResultDestination,
  key: string,
  body: string,
  contentType: string,
): Promise<void> {
  try {
    await destination.store.put(key, body, { contentType });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StatesError('States.ResultWriterFailed', `${key} could not be written: ${reason}`);
  }
}

/**
 * Writes the children's files and then the manifest that names them, and returns the Map's result:
 * `{MapRunArn, ResultWriterDetails: {Bucket, Key}}`, where Key is the manifest's.
 * @param records in the order of their items
 * @throws StatesError States.ResultWriterFailed if the store rejects a file
 */
export async function writeResults(
  records: Iterable<ChildRecord>,
  destination: ResultDestination,
): Promise<JsonObject> {
  const { bucket, prefix, mapRunId, mapRunArn, outputType, transformation } = destination;
  const folder = [...(prefix === '' ? [] : [prefix.replace(/\/$/, '')]), mapRunId].join('/');
  const entries: Record<'SUCCEEDED' | 'FAILED' | 'PENDING', string[]> = {
    FAILED: [],
    PENDING: [],
    SUCCEEDED: [],
  };
  for (const record of records) {
    const lines = entries[FILE_BY_STATUS[record.status]];
    for (const entry of transformRecord(record, transformation)) lines.push(JSON.stringify(entry));
  }
  const files: Record<string, Json[]> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
  for (const [status, lines] of Object.entries(entries)) {
    if (lines.length === 0) continue;
    const [body, contentType, extension] =
      outputType === 'JSONL'
        ? [`${lines.join('\n')}\n`, 'application/jsonl', 'jsonl']
        : [`[${lines.join(',')}]`, 'application/json', 'json'];
    const key = `${folder}/${status}_0.${extension}`;
    await put(destination, key, body, contentType);
    files[status]!.push({ Key: key, Size: Buffer.byteLength(body) });
  }
  const manifest = { DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles: files };
  const key = `${folder}/manifest.json`;
  await put(destination, key, JSON.stringify(manifest), 'application/json');
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket: bucket, Key: key } };
}
