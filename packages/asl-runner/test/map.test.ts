// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${Name} is the definition's own notation.
import { describe, expect, it } from 'vitest';
import type { MapCounts } from '../src/index.ts';
import {
  buildDistributed,
  catchFailure,
  FakeClock,
  getOutput,
  machine,
  namedError,
  pass,
  processor,
  type Ran,
  run,
  task,
} from './machine.ts';
import { MemoryBucket } from './memory-bucket.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const buildStore = (key: string, body: string): MemoryBucket => {
  const store = new MemoryBucket();
  store.objects.set(key, { body: new TextEncoder().encode(body), contentType: 'application/json' });
  return store;
};

const reader = (config: object = {}) => ({
  Resource: 'arn:aws:states:::s3:getObject',
  ReaderConfig: { InputType: 'JSONL', ...config },
  Arguments: { Bucket: '${ResultsBucket}', Key: '{% $states.input.key %}' },
});

/** Runs a machine of one Distributed Map over an object of a store. */
const runOver = (body: string, fields: object, options: Parameters<typeof run>[1] = {}): Promise<Ran> =>
  run(machine({ Each: buildDistributed({ ItemReader: reader(), ...fields }) }), {
    input: { key: 'assets.jsonl' },
    substitutions: { ResultsBucket: 'results' },
    buckets: { results: buildStore('assets.jsonl', body) },
    ...options,
  });

/** A function that counts its concurrent calls. */
const counting = () => {
  const seen = { now: 0, most: 0 };
  const work = async (_name: string, payload: unknown) => {
    seen.most = Math.max(seen.most, ++seen.now);
    await new Promise((resolve) => setTimeout(resolve, 1));
    seen.now--;
    return payload;
  };
  return { seen, work };
};

describe('an inline Map', () => {
  const inline = (fields: object = {}) => ({
    Type: 'Map',
    ItemProcessor: processor('INLINE', { Work: task() }),
    End: true,
    ...fields,
  });

  it('runs its processor over the input or the Items, in order', async () => {
    expect(getOutput(await run(machine({ Each: inline() }), { input: [3, 1, 2] }))).toEqual([3, 1, 2]);
    const given = inline({ Items: '{% $states.input.list %}' });
    expect(getOutput(await run(machine({ Each: given }), { input: { list: ['a'] } }))).toEqual(['a']);
    expect(getOutput(await run(machine({ Each: inline({ Items: [] }) })))).toEqual([]);
  });

  it('is inline by default', async () => {
    const ItemProcessor = {
      StartAt: 'Only',
      States: { Only: pass({ Output: '{% $states.context.Map.Item.Index %}' }) },
    };
    expect(getOutput(await run(machine({ Each: inline({ ItemProcessor }) }), { input: ['a', 'b'] }))).toEqual(
      [0, 1],
    );
  });

  it("selects each item's input with the item, its index, the input and the variables", async () => {
    const ItemSelector = {
      n: '{% $states.context.Map.Item.Value * $factor %}',
      at: '{% $states.context.Map.Item.Index %}',
      of: '{% $count($states.input) %}',
    };
    const states = { Set: pass({ Assign: { factor: 10 }, Next: 'Each' }), Each: inline({ ItemSelector }) };
    expect(getOutput(await run(machine(states), { input: [5, 6] }))).toEqual([
      { n: 50, at: 0, of: 2 },
      { n: 60, at: 1, of: 2 },
    ]);
  });

  it('runs at most MaxConcurrency iterations at once, and 40 by default', async () => {
    for (const [given, most] of [
      [3, 3],
      ['{% 5 %}', 5],
      [0, 40],
      [100, 40],
    ]) {
      const { seen, work } = counting();
      await run(machine({ Each: inline({ MaxConcurrency: given }) }), { input: numbers(60), work });
      expect(seen.most).toBe(most);
    }
  });

  it('fails with the first failed iteration, and starts no more', async () => {
    const ran = await run(machine({ Each: inline({ MaxConcurrency: 2 }) }), {
      input: numbers(50),
      work: async (_name, payload) => {
        if (payload === 3) throw namedError('Broken');
        return payload;
      },
    });
    expect(catchFailure(ran).error).toBe('Broken');
    expect(ran.calls.length).toBeLessThan(8);
  });

  it('fails if the items are not an array', async () => {
    expect(catchFailure(await run(machine({ Each: inline() }), { input: { a: 1 } })).error).toBe(
      'States.QueryEvaluationError',
    );
  });
});

describe('a Distributed Map', () => {
  it('runs a child execution for each item, with its own context', async () => {
    const ItemProcessor = processor('DISTRIBUTED', {
      Tell: pass({
        Output: { mine: '{% $states.context.Execution.Input %}', id: '{% $states.context.Execution.Id %}' },
      }),
    });
    const states = { Each: buildDistributed({ ItemProcessor, Label: 'Headers' }) };
    const output = getOutput(
      await run(machine(states), { input: ['a', 'b'], stateMachineName: 'summarize' }),
    );
    expect(output).toEqual(
      ['a', 'b'].map((mine) => ({
        mine,
        id: expect.stringMatching(/^arn:aws:states:local:0+:execution:summarize\/Headers:[0-9a-f-]{36}$/),
      })),
    );
  });

  it('respects MaxConcurrency', async () => {
    const { seen, work } = counting();
    const states = { Each: buildDistributed({ MaxConcurrency: 7 }) };
    const ran = await run(machine(states), { input: numbers(100), work });
    expect(getOutput(ran)).toEqual(numbers(100));
    expect(seen.most).toBe(7);
  });

  it('retries children by their own Retry', async () => {
    const ItemProcessor = processor('DISTRIBUTED', { Work: task({ Retry: [{ ErrorEquals: ['Busy'] }] }) });
    const failed = new Set<unknown>();
    const ran = await run(machine({ Each: buildDistributed({ ItemProcessor }) }), {
      input: numbers(3),
      work: async (_name, payload) => {
        if (failed.has(payload)) return payload;
        failed.add(payload);
        throw namedError('Busy');
      },
    });
    expect(getOutput(ran)).toEqual([0, 1, 2]);
    expect(ran.clock.sleeps).toEqual([1000, 1000, 1000]);
    const retry = ran.events.find(({ type }) => type === 'retry-scheduled');
    expect(retry?.path).toMatch(/^Each\[\d\]\/Work$/);
  });

  it('ends an EXPRESS child after five minutes', async () => {
    const ItemProcessor = {
      ...processor('DISTRIBUTED', { Work: task() }),
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
    };
    const states = { Each: buildDistributed({ ItemProcessor, ToleratedFailureCount: 1 }) };
    const clock = new FakeClock();
    const ran = await run(machine(states), {
      input: ['slow'],
      clock,
      work: () => {
        clock.expire(300_000);
        return new Promise(() => {});
      },
    });
    expect(getOutput(ran)).toMatchObject([{ Status: 'TIMED_OUT', Error: 'States.Timeout' }]);
  });

  it('runs 20,000 items', async () => {
    const ran = await runOver(
      numbers(20_000).join('\n'),
      { MaxConcurrency: 100, ItemBatcher: { MaxItemsPerBatch: 1 }, Output: '{% $count($states.result) %}' },
      { payloadLimitBytes: 10_000_000 },
    );
    expect(getOutput(ran)).toBe(20_000);
    expect(ran.calls).toHaveLength(20_000);
  });
});

describe('ItemReader', () => {
  it('reads JSON Lines, ignoring blank lines and carriage returns, with or without a final newline', async () => {
    expect(getOutput(await runOver('{"a":1}\r\n\n  \n"ü"\n[3]', {}))).toEqual([{ a: 1 }, 'ü', [3]]);
    expect(getOutput(await runOver('', {}))).toEqual([]);
  });

  it('reads a JSON array', async () => {
    expect(getOutput(await runOver('[1, {"b": 2}]', { ItemReader: reader({ InputType: 'JSON' }) }))).toEqual([
      1,
      { b: 2 },
    ]);
  });

  it('stops at MaxItems, given or computed', async () => {
    expect(getOutput(await runOver('1\n2\n3', { ItemReader: reader({ MaxItems: 2 }) }))).toEqual([1, 2]);
    const json = reader({ InputType: 'JSON', MaxItems: '{% $length($states.input.key) - 11 %}' });
    expect(getOutput(await runOver('[1,2,3]', { ItemReader: json }))).toEqual([1]);
  });

  it('parses an item only when it is needed', async () => {
    const ran = await runOver('1\n2\nno json\n4', { MaxConcurrency: 1 });
    expect(catchFailure(ran)).toEqual({
      error: 'States.ItemReaderFailed',
      cause: expect.stringContaining('Item 3 of assets.jsonl'),
    });
    expect(ran.calls.map(([, payload]) => payload)).toEqual([1, 2]);
  });

  it('fails with States.ItemReaderFailed, which can be caught, for every error of an object', async () => {
    const broken = new MemoryBucket();
    broken.failure = new Error('the disk is gone');
    const cases: [string, Parameters<typeof runOver>][] = [
      ['There is no other.jsonl', ['1', {}, { input: { key: 'other.jsonl' } }]],
      [
        'There is no store for the bucket elsewhere',
        ['1', {}, { substitutions: { ResultsBucket: 'elsewhere' } }],
      ],
      ['the disk is gone', ['1', {}, { buckets: { results: broken } }]],
      ['is not a JSON array', ['{}', { ItemReader: reader({ InputType: 'JSON' }) }]],
      ['is not JSON', ['[1', { ItemReader: reader({ InputType: 'JSON' }) }]],
    ];
    for (const [sentence, args] of cases) {
      const { error, cause } = catchFailure(await runOver(...args));
      expect(error).toBe('States.ItemReaderFailed');
      expect(cause).toContain(sentence);
    }
    const states = {
      Each: buildDistributed({
        ItemReader: reader(),
        Catch: [{ ErrorEquals: ['States.ItemReaderFailed'], Next: 'Rescue' }],
      }),
      Rescue: pass({ Output: 'rescued' }),
    };
    const ran = await run(machine(states), { input: { key: 'x' }, substitutions: { ResultsBucket: 'no' } });
    expect(getOutput(ran)).toBe('rescued');
  });
});

describe('ItemBatcher', () => {
  it('gives each child its Items and the BatchInput, after the ItemSelector', async () => {
    const ran = await runOver('1\n2\n3', {
      ItemSelector: { n: '{% $states.context.Map.Item.Value %}', i: '{% $states.context.Map.Item.Index %}' },
      ItemBatcher: { MaxItemsPerBatch: '{% 1 + 1 %}', BatchInput: { key: '{% $states.input.key %}' } },
    });
    expect(ran.calls.map(([, payload]) => payload)).toEqual([
      {
        BatchInput: { key: 'assets.jsonl' },
        Items: [
          { n: 1, i: 0 },
          { n: 2, i: 1 },
        ],
      },
      { BatchInput: { key: 'assets.jsonl' }, Items: [{ n: 3, i: 2 }] },
    ]);
  });

  it('cuts a batch before it grows past the payload limit', async () => {
    const lines = numbers(10)
      .map((n) => JSON.stringify(String(n).repeat(100)))
      .join('\n');
    const ran = await runOver(
      lines,
      { ItemBatcher: { MaxItemsPerBatch: 10 }, Output: 'done' },
      { payloadLimitBytes: 500 },
    );
    expect(ran.calls.map(([, payload]) => (payload as { Items: unknown[] }).Items.length)).toEqual([4, 4, 2]);
  });
});

describe('failure thresholds', () => {
  /** Ten items, of which these fail. */
  const failing = (failed: readonly number[], fields: object) =>
    runOver(
      numbers(10).join('\n'),
      { MaxConcurrency: 1, Output: 'through', ...fields },
      {
        work: async (_name, payload) => {
          const items = typeof payload === 'number' ? [payload] : (payload as { Items: number[] }).Items;
          if (items.some((item) => failed.includes(item))) throw namedError('HeaderUnreadableError');
          return payload;
        },
      },
    );

  it.each([
    ['none fails and nothing is tolerated', [], {}],
    ['as many as the count fail', [1, 2], { ToleratedFailureCount: 2 }],
    ['as much as the percentage fails', [1, 2, 3], { ToleratedFailurePercentage: 30 }],
    ['all may fail', numbers(10), { ToleratedFailurePercentage: 100 }],
    ['both hold', [1, 2], { ToleratedFailureCount: 2, ToleratedFailurePercentage: '{% 20 %}' }],
  ])('are kept where %s', async (_name, failed, fields) => {
    expect(getOutput(await failing(failed, fields))).toBe('through');
  });

  it.each([
    ['one fails and nothing is tolerated', [4], {}, 5],
    ['one more than the count fails', [1, 2, 3], { ToleratedFailureCount: '{% 2 %}' }, 4],
    ['more than the percentage fails', [0, 1, 2, 3], { ToleratedFailurePercentage: 30 }, 4],
    [
      'count holds and percentage does not',
      [0, 1],
      { ToleratedFailureCount: 5, ToleratedFailurePercentage: 10 },
      2,
    ],
    [
      'percentage holds and count does not',
      [0, 1],
      { ToleratedFailureCount: 1, ToleratedFailurePercentage: 90 },
      2,
    ],
    [
      'a failed batch counts with all its items',
      [0],
      { ToleratedFailureCount: 1, ItemBatcher: { MaxItemsPerBatch: 2 } },
      1,
    ],
  ])('end the Map where %s', async (_name, failed, fields, calls) => {
    const ran = await failing(failed, fields);
    expect(catchFailure(ran)).toEqual({
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    });
    expect(ran.calls).toHaveLength(calls);
  });

  it('can be caught where they are exceeded', async () => {
    const states = {
      Each: buildDistributed({
        Catch: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], Next: 'Rescue' }],
      }),
      Rescue: pass({ Output: '{% $states.input.Error %}' }),
    };
    const ran = await run(machine(states), { input: [1], work: () => Promise.reject(namedError('X')) });
    expect(getOutput(ran)).toBe('States.ExceedToleratedFailureThreshold');
  });

  it('stop running children when they are exceeded', async () => {
    const started = Promise.withResolvers<void>();
    let stopped = false;
    const ran = await run(machine({ Each: buildDistributed() }), {
      input: ['slow', 'bad'],
      work: async (_name, payload, { signal }) => {
        if (payload === 'bad') {
          await started.promise;
          throw namedError('Bad');
        }
        signal.addEventListener('abort', () => {
          stopped = true;
        });
        started.resolve();
        return new Promise<never>(() => {});
      },
    });
    expect(catchFailure(ran).error).toBe('States.ExceedToleratedFailureThreshold');
    expect(stopped).toBe(true);
  });
});

describe('progress', () => {
  it('reports the number of items, and after each child the number done', async () => {
    const ran = await runOver(
      numbers(5).join('\n'),
      {
        MaxConcurrency: 1,
        ItemBatcher: { MaxItemsPerBatch: 2 },
        ToleratedFailurePercentage: 100,
      },
      {
        work: async (_name, payload) => {
          if ((payload as { Items: number[] }).Items.includes(2)) throw namedError('Bad');
          return payload;
        },
      },
    );
    const progress = ran.events.filter(
      (event) => event.type === 'map-started' || event.type === 'map-progress',
    );
    const counts = (succeeded: number, failed: number): MapCounts => ({
      total: 5,
      succeeded,
      failed,
      running: 0,
    });
    expect(progress.map((event) => event.counts)).toEqual([
      counts(0, 0),
      counts(2, 0),
      counts(2, 2),
      counts(3, 2),
    ]);
    expect(progress[2]).toMatchObject({ path: 'Each', failure: { error: 'Bad' } });
  });
});
