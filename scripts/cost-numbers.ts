/**
 * All numbers of `scripts/cost.ts` that were not measured: list prices, the archive's size, choices of the
 * template and the settings, and assumptions. Each has its meaning and its source, and can be replaced.
 */
import summarize from '../functions/summarize.asl.json' with { type: 'json' };
import { readConfig } from '../shared/config.ts';
import { findPrice } from '../shared/model/prices.ts';

const CONFIG = readConfig({});
const MODEL_PRICE = findPrice(CONFIG.model.modelId) ?? { input: 0, output: 0 };

const AWS = 'list price';
const MODEL = 'shared/model/prices.ts';
const ARCHIVE = 'the archive, 2026-10';
const TEMPLATE = 'serverless.yml and resources/';
const SETTINGS = 'the settings';
const BOUND = 'a bound';
const GUESS = 'a guess, on the high side';

/** Number, meaning, source. Prices are US dollars in us-east-2, with no free tier. */
export const NUMBERS = {
  lambdaGbSecond: [0.0000133334, 'a GB-second of Lambda on arm64', AWS],
  lambdaMillionCalls: [0.2, 'a million calls of functions', AWS],
  s3ThousandPuts: [0.005, 'a thousand PUT or LIST requests', AWS],
  s3ThousandGets: [0.0004, 'a thousand GET requests', AWS],
  s3GbMonth: [0.023, 'a GB kept for a month', AWS],
  thousandTransitions: [0.025, 'a thousand state transitions of STANDARD executions', AWS],
  millionExpress: [1, 'a million EXPRESS executions', AWS],
  expressGbSecond: [0.00001667, 'a GB-second of EXPRESS executions', AWS],
  alarmMonth: [0.1, 'a metric that an alarm watches, for a month', AWS],
  metricMonth: [0.3, 'a metric of our own for a month', AWS],
  dashboardMonth: [3, 'a dashboard for a month, after the first three of an account', AWS],
  logGb: [0.5, 'a GB of log lines', AWS],
  traceMillion: [5, 'a million traces that X-Ray records', AWS],
  gatewayMillion: [1, 'a million requests at an HTTP API', AWS],
  egressGb: [0.09, 'a GB to the Internet', AWS],
  eventMillion: [1, 'a million events, or calls of schedules', AWS],
  promptMillionTokens: [MODEL_PRICE.input, `a million prompt tokens of ${CONFIG.model.modelId}`, MODEL],
  replyMillionTokens: [MODEL_PRICE.output, `a million reply tokens of ${CONFIG.model.modelId}`, MODEL],
  embeddingMillionTokens: [
    0,
    'a million tokens of embeddings: none are made, search goes by words',
    SETTINGS,
  ],
  dandisets: [1251, 'Dandisets', ARCHIVE],
  dandisetsWithFiles: [659, 'Dandisets with files: runs of the first sweep', ARCHIVE],
  assets: [436_643, 'assets', ARCHIVE],
  contents: [232_000, 'distinct NWB files, each read once', ARCHIVE],
  medianFiles: [50, 'files of a median Dandiset, all taken for NWB', ARCHIVE],
  mostFiles: [73_048, 'files of the largest one, all taken for NWB', ARCHIVE],
  shareA: [0.75, 'share of files like a', 'the archive’s files by the number of their objects'],
  shareB: [0.2, 'share of files like b', 'the same'],
  shareE: [0.04, 'share of files like e', 'the same'],
  shareC: [0.01, 'share of files like c', 'the same'],
  readMb: [3008, 'memory of ReadHeaders, MB', TEMPLATE],
  apiMb: [1024, 'memory of the API, MB', TEMPLATE],
  batch: [summarize.States.ReadHeaderBatches.ItemBatcher.MaxItemsPerBatch, 'files a batch', TEMPLATE],
  pollsDay: [97, 'polls a day, and 96 checks for withdrawn Dandisets', TEMPLATE],
  oldVersionDays: [90, 'days for which the bucket keeps a replaced document', TEMPLATE],
  runDays: [30, 'days for which it keeps what the steps of a run leave', TEMPLATE],
  alarms: [13, 'metrics that alarms watch', TEMPLATE],
  metrics: [11, 'metrics of our own', TEMPLATE],
  readsAtOnce: [CONFIG.readConcurrency, 'files read at the same time', SETTINGS],
  slowdown: [1.5, 'a virtual core of Lambda against one of the machine that measured', GUESS],
  fullCoreMb: [1769, 'memory that comes with one whole core, MB', 'AWS’s documentation'],
  startSeconds: [0.5, 'start of a function, counted for every call', '`npm run bench -- cold`'],
  listSeconds: [10, 'ListAssets (1,024 MB) for a median Dandiset', BOUND],
  promptSeconds: [10, 'BuildPrompt (1,769 MB)', BOUND],
  replySeconds: [30, 'one reply of the model, WriteSummary (512 MB) waiting', GUESS],
  replies: [1.3, 'replies a run: one in three is asked for again', GUESS],
  replyTokens: [1_000, 'tokens of a reply', GUESS],
  edges: [2, 'transitions that start and end of an execution are counted for', BOUND],
  retried: [
    0.02,
    'share of requests and of states that is tried again',
    '`npm run bench -- faults`: 1 % of 503s and 1 % of resets',
  ],
  waits: [
    2,
    'times that a run waits for its turn: three transitions, one call, a look and a write each',
    GUESS,
  ],
  traces: [
    1,
    'share of executions and calls that X-Ray records',
    `${BOUND}: it records one a second and 5 %`,
  ],
  lookSeconds: [900, 'FindStale (1,769 MB) at night: all the time that it has', BOUND],
  pollSeconds: [20, 'a poll (512 MB), and a check for withdrawn Dandisets (1,769 MB)', BOUND],
  logBytesFile: [700, 'bytes of log lines a file', 'lines of a run'],
  logBytesCall: [
    1_500,
    'bytes of log lines a call of the API: the gateway’s line and the function’s',
    'the format in serverless.yml',
  ],
  readersMonth: [300_000, 'requests to the API in a month, ten thousand a day', GUESS],
  apiSeconds: [0.1, 'a request to the API', GUESS],
  publishedMonth: [25, 'versions published in a month', GUESS],
  draftsMonth: [60, 'drafts that change and settle in a month', GUESS],
  changedShare: [0.1, 'share of a changed version’s files that are new', GUESS],
} as const satisfies Readonly<Record<string, readonly [number, meaning: string, source: string]>>;

/** All of them by name. */
export type Numbers = Readonly<Record<keyof typeof NUMBERS, number>>;

/** The numbers, some replaced. @throws Error for an unknown name, or a value that is not a number */
export function numbersWith(changes: readonly string[] = []): Numbers {
  const numbers = Object.fromEntries(Object.entries(NUMBERS).map(([name, [value]]) => [name, value]));
  for (const change of changes) {
    const [, name = '', value = ''] = /^(\w+)=(.+)$/.exec(change) ?? [];
    if (!(name in numbers) || !Number.isFinite(Number(value))) {
      throw new Error(`${change} is not one of ${Object.keys(NUMBERS).join(', ')}, with a number.`);
    }
    numbers[name] = Number(value);
  }
  return numbers as Numbers;
}
