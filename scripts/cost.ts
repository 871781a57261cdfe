/**
 * Computes the cost of running the project in AWS from measurements (`docs/measured.json`, written by
 * `bench/measure.ts`), from list prices and from assumptions that are all named in `cost-numbers.ts`. `npm run cost`
 * prints the tables of `docs/cost.md`, `npm run cost -- NAME=NUMBER …` with other numbers, and `npm run cost --
 * --write` puts them into that page.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Measured } from '../bench/measure.ts';
import { markdownTable } from '../bench/table.ts';
import { readConfig } from '../shared/config.ts';
import {
  addBill,
  addBills,
  type Bill,
  batchSeconds,
  computeArchiveBill,
  computeChangesBill,
  computeMean,
  computeNightBill,
  computeOldHeadersStorage,
  computeQuietMonthBill,
  computeReadersBill,
  computeRunBill,
  gbSeconds,
  transitions,
} from './cost-bills.ts';
import { NUMBERS, type Numbers, numbersWith } from './cost-numbers.ts';

const MEASURED = fileURLToPath(new URL('../docs/measured.json', import.meta.url));
const PAGE = fileURLToPath(new URL('../docs/cost.md', import.meta.url));

/** The month of the prices below. They change: check before relying on them. */
const PRICES_OF = '2026-11';

const CONFIG = readConfig({});

/** The measurements. */
export function readMeasured(): Measured {
  return JSON.parse(readFileSync(MEASURED, 'utf8')) as Measured;
}

/** The tables of `docs/cost.md`. */
export function costTables(measured: Measured, n: Numbers): string {
  return [
    '### What was measured',
    measuredTable(measured),
    `${measured.date}, ${measured.machine}; ${measured.link.latencyMs} ms a request, ${measured.link.megabytesPerSecond} MB/s. Prompts: ${count(measured.prompts.mean)} tokens in the mean of ${measured.prompts.count} ${measured.prompts.of}, ${count(measured.prompts.most)} at most.`,
    storeTable(measured),
    `Of one Dandiset of 60 files ${count(measured.kept.summaries / 1000)} KB are kept as its summary and ${count(measured.kept.run / 1000)} KB for ${n.runDays} days as what its run left; in the catalog it takes ${(measured.kept.catalogEntry / 1000).toFixed(1)} KB, in the search index ${(measured.kept.indexEntry / 1000).toFixed(1)} KB.`,
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
      'CPU time, ms',
      'stored, KB',
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
  const archive = computeArchiveBill(measured, n);
  const [quiet, readers, changes] = [
    computeQuietMonthBill(measured, n),
    computeReadersBill(measured, n),
    computeChangesBill(measured, n),
  ];
  const rows: [what: string, bill: Bill][] = [
    [`one Dandiset of ${count(n.medianFiles)} files`, computeRunBill(n.medianFiles, measured, n)],
    [`one of ${count(n.mostFiles)} files`, computeRunBill(n.mostFiles, measured, n)],
    ['a nightly sweep with nothing new', computeNightBill(measured, n)],
    [`the first sweep: ${count(n.assets)} assets, ${count(n.contents)} NWB files`, archive],
    [
      'a new revision of the reader: all of it again, old headers stored for a while',
      addBills(archive, computeOldHeadersStorage(measured, n)),
    ],
    ['a month with nothing new and no readers', quiet],
    [`a month’s readers: ${count(n.readersMonth)} requests`, readers],
    [`a month’s changes: ${n.publishedMonth} versions published, ${n.draftsMonth} drafts`, changes],
    ['a typical month: these three', addBills(quiet, readers, changes)],
  ];
  const table = markdownTable(
    [
      '',
      'Lambda',
      'S3 requests',
      'Step Functions',
      'tokens',
      'storage',
      'monitoring',
      'gateway and egress',
      'sum',
    ],
    rows.map(([what, bill]) => [
      what,
      ...[
        bill.lambda,
        bill.s3,
        bill.stepFunctions,
        bill.tokens,
        bill.kept,
        bill.watched,
        bill.sent,
        addBill(bill),
      ].map(dollars),
    ]),
  );
  const requests = n.contents * computeMean('requests', measured, n);
  const terabytes = (n.contents * computeMean('bytes', measured, n)) / 1e12;
  const readSeconds = Math.ceil(n.contents / n.batch) * batchSeconds(n.batch, measured, n);
  const nights = Math.ceil(n.dandisetsWithFiles / CONFIG.sweep.maxRuns);
  return `${table}\n\nThe first sweep asks the archive for ${(requests / 1e6).toFixed(0)} million ranges, ${terabytes.toFixed(2)} TB, which the archive's bucket bears; its calls of ReadHeaders take ${(readSeconds / 3600).toFixed(1)} hours one after the other. Within ${CONFIG.sweep.maxRuns} runs a night it takes ${nights} nights.`;
}

/** Requests to the store: by runs, by other jobs, and by readers. */
function storeTable({ runs, rest, answers }: Measured): string {
  const { nightOfDandiset: night, look, poll } = rest;
  const figure = (value: number): string => String(Number(value.toFixed(1)));
  const rows = [
    ...runs.map(({ files, status, puts, gets, gate }) => [
      status === 'stored' ? `a run of ${files} files` : `a run that finds all ${status}`,
      figure(puts),
      figure(gets),
      `${gate.puts} and ${gate.gets} are of turns, lease and ledger`,
    ]),
    ['a nightly sweep, for each Dandiset', figure(night.puts), figure(night.gets), ''],
    [
      'a check for withdrawn Dandisets',
      figure(look.puts),
      figure(look.gets),
      'lists of the whole store, in pages',
    ],
    ['a poll', figure(poll.puts), figure(poll.gets), 'the same'],
    ...answers.map(({ path, gets, bytes }) => [
      `\`GET ${path}\``,
      '0',
      figure(gets),
      `${(bytes / 1000).toFixed(1)} KB to the reader`,
    ]),
  ];
  return markdownTable(['', 'writes and lists', 'reads', ''], rows);
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
    ['name', 'number', 'meaning', 'source'],
    Object.entries(NUMBERS).map(([name, [, meaning, source]]) => [
      `\`${name}\``,
      plainNumber(n[name as keyof Numbers]),
      meaning,
      source,
    ]),
  );
}

function plainNumber(value: number): string {
  return value >= 1000
    ? count(value)
    : value > 0 && value < 1e-3
      ? value.toFixed(10).replace(/0+$/, '')
      : String(value);
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Cents, and below ten of them as many digits as are significant. */
function dollars(value: number): string {
  if (value === 0) return '0';
  return value >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
}

const OPENING = '<!-- what `npm run cost -- --write` puts here -->';
const CLOSING = '<!-- end of it -->';

/** The page with its tables replaced. @throws Error if the page lacks the markers around them */
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
  else if (changes.length > 0) throw new Error('The page contains the numbers of the script.');
  else writeFileSync(PAGE, withCostTables(readFileSync(PAGE, 'utf8'), tables));
}
