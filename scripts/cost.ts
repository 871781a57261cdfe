/**
 * What running the project in AWS costs, computed from what was measured (`docs/measured.json`, written by
 * `bench/measure.ts`), from list prices and from assumptions that are all named here. `npm run cost` prints the
 * tables of `docs/cost.md`, `npm run cost -- NAME=NUMBER …` with other numbers, and `npm run cost -- --write` puts
 * them into that page.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Measured, MeasuredRead } from '../bench/measure.ts';
import { markdownTable } from '../bench/table.ts';
import summarize from '../functions/summarize.asl.json' with { type: 'json' };
import { readConfig } from '../shared/config.ts';
import { findPrice } from '../shared/model/prices.ts';

const MEASURED = fileURLToPath(new URL('../docs/measured.json', import.meta.url));
const PAGE = fileURLToPath(new URL('../docs/cost.md', import.meta.url));

/** The month of which the prices below are. They change: look before relying on them. */
const PRICES_OF = '2026-11';

const CONFIG = readConfig({});
const MODEL_PRICE = findPrice(CONFIG.model.modelId) ?? { input: 0, output: 0 };

/** Every number that is not measured, with its meaning. Prices are list prices of us-east-2 in US dollars, no free tier. */
export const NUMBERS = {
  // Prices.
  lambdaGbSecond: [0.0000133334, 'a GB-second of Lambda on arm64'],
  lambdaMillionCalls: [0.2, 'a million calls of functions'],
  s3ThousandPuts: [0.005, 'a thousand PUT or LIST requests'],
  s3ThousandGets: [0.0004, 'a thousand GET requests'],
  s3GbMonth: [0.023, 'a GB kept for a month'],
  thousandTransitions: [0.025, 'a thousand state transitions of STANDARD executions'],
  millionExpress: [1, 'a million EXPRESS executions'],
  expressGbSecond: [0.00001667, 'a GB-second of EXPRESS executions'],
  alarmMonth: [0.1, 'an alarm for a month'],
  metricMonth: [0.3, 'a metric of our own for a month'],
  dashboardMonth: [3, 'a dashboard for a month, after the first three of an account'],
  logGb: [0.5, 'a GB of log lines'],
  promptMillionTokens: [MODEL_PRICE.input, `a million prompt tokens of ${CONFIG.model.modelId}`],
  replyMillionTokens: [MODEL_PRICE.output, `a million reply tokens of ${CONFIG.model.modelId}`],
  // The archive, as of October 2026.
  dandisets: [1251, 'Dandisets'],
  dandisetsWithFiles: [659, 'Dandisets with files: runs of the first sweep'],
  assets: [436_643, 'assets'],
  contents: [232_000, 'distinct NWB files, each read once'],
  medianFiles: [50, 'files of a median Dandiset, all taken for NWB'],
  mostFiles: [73_048, 'files of the largest one, all taken for NWB'],
  // How the archive’s files spread over the kinds that were measured, by the number of their objects.
  shareA: [0.75, 'share of files like a'],
  shareB: [0.2, 'share of files like b'],
  shareE: [0.04, 'share of files like e'],
  shareC: [0.01, 'share of files like c'],
  // Choices.
  readMb: [3008, 'memory of ReadHeaders, MB'],
  batch: [summarize.States.ReadHeaderBatches.ItemBatcher.MaxItemsPerBatch, 'files a batch'],
  readsAtOnce: [CONFIG.readConcurrency, 'files read at the same time'],
  // Assumptions: bounds rather than means.
  slowdown: [1.5, 'a virtual core of Lambda against one of the machine that measured'],
  fullCoreMb: [1769, 'memory that comes with one whole core, MB'],
  startSeconds: [0.5, 'start of a function, counted for every call'],
  listSeconds: [10, 'ListAssets (1,024 MB) for a median Dandiset'],
  promptSeconds: [10, 'BuildPrompt (1,769 MB)'],
  replySeconds: [30, 'one reply of the model, WriteSummary (512 MB) waiting'],
  replies: [1.3, 'replies a run: one in three is asked for again'],
  replyTokens: [1_000, 'tokens of a reply'],
  edges: [2, 'transitions that start and end of an execution are counted for'],
  lookSeconds: [900, 'FindStale (1,769 MB) at night: all the time that it has'],
  pollSeconds: [20, 'a poll (512 MB), and a look for withdrawals (1,769 MB)'],
  pollsDay: [97, 'polls a day, and 96 looks for withdrawals'],
  oldVersionDays: [90, 'days for which the bucket keeps a replaced document: resources/results.yml'],
  alarms: [13, 'alarms'],
  metrics: [11, 'metrics of our own'],
  logBytesFile: [700, 'bytes of log lines a file'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

/** All of them by name. */
export type Numbers = Readonly<Record<keyof typeof NUMBERS, number>>;

/** The numbers as they stand, some replaced. @throws Error for a name that is none, or a value that is no number */
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

/** What was measured. */
export function readMeasured(): Measured {
  return JSON.parse(readFileSync(MEASURED, 'utf8')) as Measured;
}

/** A sum of money by what it goes to, US dollars. */
interface Bill {
  readonly lambda: number;
  readonly s3: number;
  readonly stepFunctions: number;
  readonly tokens: number;
}

function totalOf(bill: Bill): number {
  return bill.lambda + bill.s3 + bill.stepFunctions + bill.tokens;
}

/** The mean of a field over the archive's files. */
function meanOf(
  field: Exclude<keyof MeasuredRead, 'kind' | 'about'>,
  measured: Measured,
  n: Numbers,
): number {
  return sharesOf(measured, n).reduce((sum, [read, share]) => sum + share * read[field], 0);
}

/** Each kind with its share. @throws Error where a kind was not measured, or the shares do not make one */
function sharesOf(measured: Measured, n: Numbers): [read: MeasuredRead, share: number][] {
  const shares = { a: n.shareA, b: n.shareB, e: n.shareE, c: n.shareC };
  const sum = Object.values(shares).reduce((one, other) => one + other, 0);
  if (Math.abs(sum - 1) > 1e-9) throw new Error(`The shares make ${sum}, not 1.`);
  return Object.entries(shares).map(([kind, share]) => {
    const read = measured.reads.find((each) => each.kind === kind);
    if (read === undefined) throw new Error(`Files of kind ${kind} were not measured.`);
    return [read, share];
  });
}

/**
 * Seconds that one call of ReadHeaders takes for so many files. A bound: computing, waiting and the slowest
 * file are added up, though they overlap.
 */
export function batchSeconds(files: number, measured: Measured, n: Numbers): number {
  const slowdown = n.slowdown / Math.min(1, n.readMb / n.fullCoreMb);
  const computing = (files * meanOf('cpuMs', measured, n) * slowdown) / 1000;
  const waiting = (files * meanOf('waitingMs', measured, n)) / n.readsAtOnce / 1000;
  return n.startSeconds + computing + waiting + slowestSeconds(files, measured, n);
}

/** Seconds of waiting for the slowest of so many files, as can be expected. */
function slowestSeconds(files: number, measured: Measured, n: Numbers): number {
  const kinds = sharesOf(measured, n).sort(([a], [b]) => b.waitingMs - a.waitingMs);
  let seconds = 0;
  let faster = 1;
  for (const [{ waitingMs }, share] of kinds) {
    const noneSlower = faster ** files;
    faster = Math.max(0, faster - share);
    seconds += ((noneSlower - faster ** files) * waitingMs) / 1000;
  }
  return seconds;
}

/** A run over so many files, none of which was read before. */
export function billOfRun(files: number, measured: Measured, n: Numbers): Bill {
  const batches = Math.ceil(files / n.batch);
  const readSeconds = batches * batchSeconds(Math.min(files, n.batch), measured, n);
  const fixed = fixedRequests(measured);
  return {
    lambda:
      gbSeconds(n.readMb, readSeconds, n) +
      gbSeconds(1024, n.startSeconds + n.listSeconds, n) +
      gbSeconds(1769, n.startSeconds + n.promptSeconds, n) +
      gbSeconds(512, n.startSeconds + n.replies * n.replySeconds, n) +
      ((batches + 3) * n.lambdaMillionCalls) / 1e6,
    s3: requestsCost(fixed.puts + files * fixed.putsFile, fixed.gets + files * fixed.getsFile, n),
    stepFunctions: transitions(fixed.states + n.edges + batches * (1 + n.edges), n),
    tokens:
      (n.replies * (measured.prompts.mean * n.promptMillionTokens + n.replyTokens * n.replyMillionTokens)) /
      1e6,
  };
}

/** What a run asks of S3 and of the state machine: for itself, and for each file. */
function fixedRequests({ runs }: Measured): {
  puts: number;
  gets: number;
  putsFile: number;
  getsFile: number;
  states: number;
} {
  const [few, many] = runs.filter(({ status }) => status === 'stored').sort((a, b) => a.files - b.files);
  if (few === undefined || many === undefined) throw new Error('Two runs must have been measured.');
  const putsFile = (many.puts - few.puts) / (many.files - few.files);
  const getsFile = (many.gets - few.gets) / (many.files - few.files);
  return {
    puts: few.puts - few.files * putsFile,
    gets: few.gets - few.files * getsFile,
    putsFile,
    getsFile,
    states: few.states,
  };
}

function gbSeconds(megabytes: number, seconds: number, n: Numbers): number {
  return (megabytes / 1024) * seconds * n.lambdaGbSecond;
}

function requestsCost(puts: number, gets: number, n: Numbers): number {
  return (puts * n.s3ThousandPuts + gets * n.s3ThousandGets) / 1000;
}

function transitions(count: number, n: Numbers): number {
  return (count * n.thousandTransitions) / 1000;
}

/** A nightly sweep that finds nothing to do. */
export function billOfNight(n: Numbers): Bill {
  return {
    lambda: gbSeconds(1769, n.lookSeconds, n) + gbSeconds(512, n.startSeconds + 10, n),
    // For each Dandiset its provenance, a failure's record and a part of the catalog; the lists and the report.
    s3: requestsCost(30, 3 * n.dandisets, n),
    stepFunctions: transitions(3 + n.edges, n),
    tokens: 0,
  };
}

/** The first sweep of the whole archive: a run for each Dandiset with files, all contents read once. */
export function billOfArchive(measured: Measured, n: Numbers): Bill {
  const mean = n.contents / n.dandisetsWithFiles;
  const run = billOfRun(mean, measured, n);
  const night = billOfNight(n);
  // Each run is an item of the sweep's map as well.
  const items = transitions(n.dandisetsWithFiles * (1 + n.edges), n);
  return {
    lambda: n.dandisetsWithFiles * run.lambda + night.lambda,
    s3: n.dandisetsWithFiles * run.s3 + night.s3,
    stepFunctions: n.dandisetsWithFiles * run.stepFunctions + night.stepFunctions + items,
    tokens: n.dandisetsWithFiles * run.tokens,
  };
}

/**
 * What the headers of an old revision of the reader cost after new ones were written over them: the bucket keeps each
 * replaced document for some time. The writing itself is in the bill of the archive.
 */
export function keptOfOldHeaders(measured: Measured, n: Numbers): number {
  const gigabytes = (n.contents * meanOf('keptBytes', measured, n)) / 1e9;
  return gigabytes * n.s3GbMonth * (n.oldVersionDays / 30);
}

/** A month in which nothing is published: nights, polls, what is kept, what watches. */
export function billOfMonth(measured: Measured, n: Numbers): { bill: Bill; kept: number; watching: number } {
  const night = billOfNight(n);
  const pollSeconds = n.startSeconds + n.pollSeconds;
  const polls =
    n.pollsDay * gbSeconds(512, pollSeconds, n) + (n.pollsDay - 1) * gbSeconds(1769, pollSeconds, n);
  return {
    bill: {
      lambda: 30 * (night.lambda + polls),
      s3: 30 * (night.s3 + requestsCost(2 * n.pollsDay * 10, 2 * n.pollsDay * 5, n)),
      stepFunctions: 30 * night.stepFunctions,
      tokens: 0,
    },
    kept: ((n.contents * meanOf('keptBytes', measured, n)) / 1e9) * n.s3GbMonth,
    watching: n.alarms * n.alarmMonth + n.metrics * n.metricMonth + n.dashboardMonth,
  };
}

/** The tables of `docs/cost.md`. */
export function costTables(measured: Measured, n: Numbers): string {
  return [
    '### What was measured',
    measuredTable(measured),
    `${measured.date}, ${measured.machine}; ${measured.link.latencyMs} ms a request, ${measured.link.megabytesPerSecond} MB/s. Prompts: ${count(measured.prompts.mean)} tokens in the mean of ${measured.prompts.count} ${measured.prompts.of}, ${count(measured.prompts.most)} at most.`,
    '### What it costs, US dollars',
    billsTable(measured, n),
    '### Memory of ReadHeaders',
    memoryTable(measured, n),
    '### Files a batch',
    batchTable(measured, n),
    '### STANDARD or EXPRESS batches',
    childrenTable(measured, n),
    '### Prices and assumptions',
    `List prices of us-east-2 in US dollars as of ${PRICES_OF}, no free tier.`,
    numbersTable(n),
  ].join('\n\n');
}

function measuredTable(measured: Measured): string {
  return markdownTable(
    [
      'file',
      'objects',
      'requests',
      'MB',
      'rounds',
      'waiting, ms',
      'of a core, ms',
      'kept, KB',
      `memory of ${CONFIG.readConcurrency} at once, MB`,
    ],
    measured.reads.map((read) => [
      `${read.kind}: ${read.about}`,
      count(read.objects),
      count(read.requests),
      (read.bytes / 1e6).toFixed(1),
      String(read.rounds),
      count(read.waitingMs),
      count(read.cpuMs),
      count(read.keptBytes / 1000),
      count(read.peakMegabytes),
    ]),
  );
}

function billsTable(measured: Measured, n: Numbers): string {
  const month = billOfMonth(measured, n);
  const rows: [what: string, bill: Bill, more: number][] = [
    [`one Dandiset of ${count(n.medianFiles)} files`, billOfRun(n.medianFiles, measured, n), 0],
    [`one of ${count(n.mostFiles)} files`, billOfRun(n.mostFiles, measured, n), 0],
    ['a nightly sweep with nothing new', billOfNight(n), 0],
    [
      `the first sweep: ${count(n.assets)} assets, ${count(n.contents)} NWB files`,
      billOfArchive(measured, n),
      0,
    ],
    [
      'a new revision of the reader: all of it again',
      billOfArchive(measured, n),
      keptOfOldHeaders(measured, n),
    ],
    ['a month with nothing new', month.bill, month.kept + month.watching],
  ];
  const table = markdownTable(
    ['', 'Lambda', 'S3 requests', 'Step Functions', 'tokens', 'kept and watched', 'sum'],
    rows.map(([what, bill, more]) => [
      what,
      ...[bill.lambda, bill.s3, bill.stepFunctions, bill.tokens, more, totalOf(bill) + more].map(dollars),
    ]),
  );
  const requests = n.contents * meanOf('requests', measured, n);
  const terabytes = (n.contents * meanOf('bytes', measured, n)) / 1e12;
  const readSeconds = Math.ceil(n.contents / n.batch) * batchSeconds(n.batch, measured, n);
  const nights = Math.ceil(n.dandisetsWithFiles / CONFIG.sweep.maxRuns);
  return `${table}\n\nThe first sweep asks the archive for ${(requests / 1e6).toFixed(0)} million ranges, ${terabytes.toFixed(2)} TB, which the archive's bucket bears; its calls of ReadHeaders take ${(readSeconds / 3600).toFixed(1)} hours one after the other. Within ${CONFIG.sweep.maxRuns} runs a night it takes ${nights} nights. Its log lines cost ${dollars((n.contents * n.logBytesFile * n.logGb) / 1e9)}.`;
}

function memoryTable(measured: Measured, n: Numbers): string {
  return markdownTable(
    ['MB', 'seconds a batch', 'the archive’s batches'],
    [512, 1024, 1769, 3008, 5307].map((readMb) => {
      const with_ = { ...n, readMb };
      const seconds = batchSeconds(n.batch, measured, with_);
      const batches = Math.ceil(n.contents / n.batch);
      return [count(readMb), seconds.toFixed(1), dollars(batches * gbSeconds(readMb, seconds, n))];
    }),
  );
}

function batchTable(measured: Measured, n: Numbers): string {
  const longest = CONFIG.readLimits.milliseconds / 1000;
  return markdownTable(
    ['files', 'batches of the archive', 'Lambda', 'Step Functions', 'sum', 'longest that a batch may take'],
    [1, 5, 20, 24, 50, 100].map((batch) => {
      const batches = Math.ceil(n.contents / batch);
      const lambda = batches * gbSeconds(n.readMb, batchSeconds(batch, measured, n), n);
      const machine = transitions(batches * (1 + n.edges), n);
      const turns = Math.ceil(batch / n.readsAtOnce);
      return [
        String(batch),
        count(batches),
        ...[lambda, machine, lambda + machine].map(dollars),
        `${count(turns * longest)} s`,
      ];
    }),
  );
}

function childrenTable(measured: Measured, n: Numbers): string {
  const batches = Math.ceil(n.contents / n.batch);
  const seconds = batchSeconds(n.batch, measured, n);
  const express = batches * (n.millionExpress / 1e6 + (64 / 1024) * seconds * n.expressGbSecond);
  return markdownTable(
    ['', 'the archive’s batches', 'longest that a batch may take'],
    [
      ['STANDARD', dollars(transitions(batches * (1 + n.edges), n)), 'a year'],
      ['EXPRESS', dollars(express), '300 s'],
    ],
  );
}

function numbersTable(n: Numbers): string {
  return markdownTable(
    ['name', 'number', 'meaning'],
    Object.entries(NUMBERS).map(([name, [, meaning]]) => [
      `\`${name}\``,
      plainNumber(n[name as keyof Numbers]),
      meaning,
    ]),
  );
}

function plainNumber(value: number): string {
  return value >= 1000 ? count(value) : value < 1e-3 ? value.toFixed(10).replace(/0+$/, '') : String(value);
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Cents, and for less than ten of them as many digits as tell something. */
function dollars(value: number): string {
  if (value === 0) return '0';
  return value >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
}

const OPENING = '<!-- what `npm run cost -- --write` puts here -->';
const CLOSING = '<!-- end of it -->';

/** The page with its tables replaced. @throws Error where the page has lost the marks between which they stand */
export function withCostTables(page: string, tables: string): string {
  const [from, to] = [page.indexOf(OPENING), page.indexOf(CLOSING)];
  if (from < 0 || to < from) throw new Error('docs/cost.md has no place for the tables.');
  return `${page.slice(0, from + OPENING.length)}\n\n${tables}\n\n${page.slice(to)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = process.argv.slice(2);
  const changes = given.filter((each) => each !== '--write');
  const tables = costTables(readMeasured(), numbersWith(changes));
  if (!given.includes('--write')) process.stdout.write(`${tables}\n`);
  else if (changes.length > 0) throw new Error('The page holds the numbers as they stand in the script.');
  else writeFileSync(PAGE, withCostTables(readFileSync(PAGE, 'utf8'), tables));
}
