import { describe, expect, it } from 'vitest';
import {
  buildDistributed,
  catchFailure,
  getOutput,
  machine,
  namedError,
  pass,
  processor,
  run,
} from './machine.ts';
import { MemoryBucket } from './memory-bucket.ts';

const writer = (config?: object) => ({
  Resource: 'arn:aws:states:::s3:putObject',
  Arguments: { Bucket: 'results', Prefix: '{% "runs/" & $states.context.Execution.Name %}' },
  ...(config && { WriterConfig: config }),
});

const runInto = async (fields: object, options: Parameters<typeof run>[1] = {}) => {
  const store = new MemoryBucket();
  const ran = await run(machine({ Each: buildDistributed({ MaxConcurrency: 1, ...fields }) }), {
    name: 'run-1',
    stateMachineName: 'summarize',
    buckets: { results: store },
    work: async (_name, payload) => {
      if (payload === 'bad') throw namedError('Bad');
      return payload;
    },
    ...options,
  });
  const manifestKey = [...store.objects.keys()].find((key) => key.endsWith('/manifest.json'));
  return {
    ran,
    store,
    manifestKey,
    manifest: manifestKey === undefined ? undefined : store.json(manifestKey),
  };
};

describe('ResultWriter', () => {
  it('writes a manifest that names one file for each status, and returns its location', async () => {
    const { ran, store, manifestKey, manifest } = await runInto(
      { ResultWriter: writer({ OutputType: 'JSONL', Transformation: 'COMPACT' }), ToleratedFailureCount: 1 },
      { input: [{ a: 1 }, 'bad', [2, 3]] },
    );
    expect(manifestKey).toMatch(/^runs\/run-1\/[0-9a-f-]{36}\/manifest\.json$/);
    const folder = manifestKey!.slice(0, -'/manifest.json'.length);
    const arn = `arn:aws:states:local:000000000000:mapRun:summarize/Each:${folder.slice('runs/run-1/'.length)}`;
    expect(getOutput(ran)).toEqual({
      MapRunArn: arn,
      ResultWriterDetails: { Bucket: 'results', Key: manifestKey },
    });
    const measureSize = (name: string) => store.objects.get(`${folder}/${name}`)!.body.byteLength;
    expect(manifest).toEqual({
      DestinationBucket: 'results',
      MapRunArn: arn,
      ResultFiles: {
        FAILED: [{ Key: `${folder}/FAILED_0.jsonl`, Size: measureSize('FAILED_0.jsonl') }],
        PENDING: [],
        SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.jsonl`, Size: measureSize('SUCCEEDED_0.jsonl') }],
      },
    });
    expect(store.text(`${folder}/SUCCEEDED_0.jsonl`)).toBe('{"a":1}\n[2,3]\n');
    expect(store.json(`${folder}/FAILED_0.jsonl`)).toEqual({
      ExecutionArn: expect.stringContaining(':execution:summarize/Each:'),
      Name: expect.any(String),
      StateMachineArn: expect.stringContaining(':stateMachine:summarize/Each'),
      Input: '"bad"',
      InputDetails: { Included: true },
      Status: 'FAILED',
      Error: 'Bad',
      Cause: expect.stringContaining('Bad happened'),
      RedriveCount: 0,
      RedriveStatus: 'REDRIVABLE',
      StartDate: '2026-11-22T12:00:00.000Z',
      StopDate: '2026-11-22T12:00:00.000Z',
    });
  });

  it('describes each child in a JSON array by default', async () => {
    const { store, manifest } = await runInto({ ResultWriter: writer() }, { input: [{ n: 1 }] });
    expect(store.json(manifest.ResultFiles.SUCCEEDED[0].Key)).toEqual([
      {
        ExecutionArn: expect.any(String),
        Input: '{"n":1}',
        InputDetails: { Included: true },
        Name: expect.any(String),
        Output: '{"n":1}',
        OutputDetails: { Included: true },
        RedriveCount: 0,
        RedriveStatus: 'NOT_REDRIVABLE',
        RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
        StartDate: '2026-11-22T12:00:00.000Z',
        StateMachineArn: expect.any(String),
        Status: 'SUCCEEDED',
        StopDate: '2026-11-22T12:00:00.000Z',
      },
    ]);
  });

  it('flattens arrays by one level with FLATTEN', async () => {
    const config = { OutputType: 'JSONL', Transformation: 'FLATTEN' };
    const { store, manifest } = await runInto({ ResultWriter: writer(config) }, { input: [[1, [2]], 3, []] });
    expect(store.text(manifest.ResultFiles.SUCCEEDED[0].Key)).toBe('1\n[2]\n3\n');
  });

  it('names no file if no child has a result', async () => {
    const { store, manifest } = await runInto({ ResultWriter: writer() }, { input: [] });
    expect(manifest.ResultFiles).toEqual({ FAILED: [], PENDING: [], SUCCEEDED: [] });
    expect(store.objects.size).toBe(1);
  });

  it('writes children that succeeded, failed, were stopped or never started before the Map fails', async () => {
    const started = Promise.withResolvers<void>();
    const { ran, store, manifest } = await runInto(
      { ResultWriter: writer(), MaxConcurrency: 2, ToleratedFailureCount: 0 },
      {
        input: ['good', 'slow', 'bad', 'never', 'never either'],
        work: async (_name, payload) => {
          if (payload === 'slow') {
            started.resolve();
            return new Promise<never>(() => {});
          }
          if (payload === 'bad') {
            await started.promise;
            throw namedError('Bad');
          }
          return payload;
        },
      },
    );
    expect(catchFailure(ran).error).toBe('States.ExceedToleratedFailureThreshold');
    const entries = (status: string) =>
      store
        .json(manifest.ResultFiles[status][0].Key)
        .map((entry: { Status: string; Input: string }) => [entry.Status, JSON.parse(entry.Input)]);
    expect(entries('SUCCEEDED')).toEqual([['SUCCEEDED', 'good']]);
    expect(entries('FAILED')).toEqual([
      ['ABORTED', 'slow'],
      ['FAILED', 'bad'],
    ]);
    expect(entries('PENDING')).toEqual([
      ['PENDING', 'never'],
      ['PENDING', 'never either'],
    ]);
  });

  it("only transforms the state's result if it has no Resource", async () => {
    const fields = {
      ResultWriter: { WriterConfig: { Transformation: 'FLATTEN' } },
      ToleratedFailureCount: 1,
    };
    const { ran, store } = await runInto(fields, { input: [[1, 2], 'bad', 3] });
    expect(getOutput(ran)).toEqual([1, 2, expect.objectContaining({ Status: 'FAILED', Error: 'Bad' }), 3]);
    expect(store.objects.size).toBe(0);
  });

  it('keeps a result beyond the payload limit out of the state', async () => {
    const big = Array.from({ length: 40 }, () => 'x'.repeat(100));
    const without = await runInto({}, { input: big, payloadLimitBytes: 4500 });
    // The whole input is about 4,100 bytes and so is the result: both pass; the limit below stops both.
    expect(getOutput(without.ran)).toEqual(big);
    const states = {
      ItemProcessor: processor('DISTRIBUTED', {
        Grow: pass({ Output: '{% $states.input & $states.input %}' }),
      }),
    };
    expect(catchFailure((await runInto(states, { input: big, payloadLimitBytes: 4500 })).ran).error).toBe(
      'States.DataLimitExceeded',
    );
    const written = await runInto(
      { ...states, ResultWriter: writer() },
      { input: big, payloadLimitBytes: 4500 },
    );
    expect(written.ran.result.status).toBe('SUCCEEDED');
  });

  it('fails with States.ResultWriterFailed if the store rejects it, or there is none for the bucket', async () => {
    const store = new MemoryBucket();
    store.failure = new Error('the disk is full');
    const full = await runInto({ ResultWriter: writer() }, { input: [1], buckets: { results: store } });
    expect(catchFailure(full.ran)).toEqual({
      error: 'States.ResultWriterFailed',
      cause: expect.stringContaining('the disk is full'),
    });
    const none = await runInto({ ResultWriter: writer() }, { input: [1], buckets: {} });
    expect(catchFailure(none.ran).error).toBe('States.ResultWriterFailed');
    // The bucket is looked up before the first child starts.
    expect(none.ran.calls).toEqual([]);
  });
});
