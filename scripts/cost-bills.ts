/**
 * Computes the cost of running the project: pure arithmetic over measurements (`docs/measured.json`) and
 * the numbers of `cost-numbers.ts`. `scripts/cost.ts` prints the tables.
 */
import type { Measured, MeasuredRead, StoreRequests } from '../bench/measure.ts';
import type { Numbers } from './cost-numbers.ts';

/** A bill by service, US dollars. */
export interface Bill {
  readonly lambda: number;
  readonly s3: number;
  readonly stepFunctions: number;
  readonly tokens: number;
  /** Storage in the bucket. */
  readonly kept: number;
  /** Log lines, traces, metrics, alarms, the dashboard, events. */
  readonly watched: number;
  /** The gateway, and bytes to readers. */
  readonly sent: number;
}

const NOTHING: Bill = { lambda: 0, s3: 0, stepFunctions: 0, tokens: 0, kept: 0, watched: 0, sent: 0 };
const COLUMNS = Object.keys(NOTHING) as (keyof Bill)[];

/** All columns of a bill together. */
export function addBill(bill: Bill): number {
  return COLUMNS.reduce((sum, column) => sum + bill[column], 0);
}

/** A bill multiplied by a number. */
export function timesBill(times: number, bill: Bill): Bill {
  return Object.fromEntries(COLUMNS.map((column) => [column, times * bill[column]])) as unknown as Bill;
}

/** The sum of bills. */
export function addBills(...bills: readonly Bill[]): Bill {
  const addSpend = (column: keyof Bill) => bills.reduce((sum, bill) => sum + bill[column], 0);
  return Object.fromEntries(COLUMNS.map((column) => [column, addSpend(column)])) as unknown as Bill;
}

/** The mean of a field over the archive's files. */
export function computeMean(
  field: Exclude<keyof MeasuredRead, 'kind' | 'about'>,
  measured: Measured,
  n: Numbers,
): number {
  return computeShares(measured, n).reduce((sum, [read, share]) => sum + share * read[field], 0);
}

/** Each kind with its share. @throws Error if a kind was not measured, or the shares do not add up to 1 */
function computeShares(measured: Measured, n: Numbers): [read: MeasuredRead, share: number][] {
  const shares = { a: n.shareA, b: n.shareB, e: n.shareE, c: n.shareC };
  const sum = Object.values(shares).reduce((one, other) => one + other, 0);
  if (Math.abs(sum - 1) > 1e-9) throw new Error(`The shares add up to ${sum}, not 1.`);
  return Object.entries(shares).map(([kind, share]) => {
    const read = measured.reads.find((each) => each.kind === kind);
    if (read === undefined) throw new Error(`Files of kind ${kind} were not measured.`);
    return [read, share];
  });
}

/**
 * Seconds of one call of ReadHeaders for a number of files. An upper bound: computing, waiting and the slowest
 * file are added up, though they overlap.
 */
export function batchSeconds(files: number, measured: Measured, n: Numbers): number {
  const slowdown = n.slowdown / Math.min(1, n.readMb / n.fullCoreMb);
  const computing = (files * computeMean('cpuMs', measured, n) * slowdown) / 1000;
  const waiting = (files * computeMean('waitingMs', measured, n)) / n.readsAtOnce / 1000;
  return n.startSeconds + computing + waiting + slowestSeconds(files, measured, n);
}

/** Expected seconds of waiting for the slowest of a number of files. */
function slowestSeconds(files: number, measured: Measured, n: Numbers): number {
  const kinds = computeShares(measured, n).sort(([a], [b]) => b.waitingMs - a.waitingMs);
  let seconds = 0;
  let faster = 1;
  for (const [{ waitingMs }, share] of kinds) {
    const noneSlower = faster ** files;
    faster = Math.max(0, faster - share);
    seconds += ((noneSlower - faster ** files) * waitingMs) / 1000;
  }
  return seconds;
}

/**
 * A run over a number of files, none of which was read before: its calls, requests and states, retries,
 * its waits for a turn, its log lines and traces. Its storage in the bucket is in `computeRunStorage`.
 */
export function computeRunBill(files: number, measured: Measured, n: Numbers): Bill {
  const batches = Math.ceil(files / n.batch);
  const readSeconds = batches * batchSeconds(Math.min(files, n.batch), measured, n);
  const fixed = fixedRequests(measured);
  const again = 1 + n.retried;
  const calls = batches * again + 3 + n.waits;
  return {
    ...NOTHING,
    lambda:
      again * gbSeconds(n.readMb, readSeconds, n) +
      (1 + n.waits) * gbSeconds(1024, n.startSeconds + n.listSeconds, n) +
      gbSeconds(1769, n.startSeconds + n.promptSeconds, n) +
      gbSeconds(512, n.startSeconds + n.replies * n.replySeconds, n) +
      (calls * n.lambdaMillionCalls) / 1e6,
    s3:
      again *
      requestsCost(
        {
          puts: fixed.puts + n.waits + files * fixed.putsFile,
          gets: fixed.gets + n.waits + files * fixed.getsFile,
        },
        n,
      ),
    stepFunctions: again * transitions(fixed.states + 3 * n.waits + n.edges + batches * (1 + n.edges), n),
    tokens:
      (n.replies * (measured.prompts.mean * n.promptMillionTokens + n.replyTokens * n.replyMillionTokens) +
        measured.prompts.mean * n.embeddingMillionTokens) /
      1e6,
    watched: logCost(files * n.logBytesFile, n) + traceCost(n.traces * (1 + batches + calls), n),
  };
}

/** A run's requests to S3 and state transitions: its own, and those per file. @throws Error */
function fixedRequests({ runs }: Measured): StoreRequests & {
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

/**
 * A run's storage for a month or longer besides the current documents: its steps' documents until they expire, and the
 * documents that it replaced (its summary, the catalog, the search index), as old versions. `listed` are the Dandisets
 * in the last two.
 */
export function priceRunStorage(listed: number, { kept }: Measured, n: Numbers): Bill {
  const replaced = kept.summaries + listed * (kept.catalogEntry + kept.indexEntry);
  const byteDays = replaced * n.oldVersionDays + kept.run * n.runDays;
  return { ...NOTHING, kept: (byteDays / 30 / 1e9) * n.s3GbMonth };
}

/** A number of seconds of a function with a number of megabytes. */
export function gbSeconds(megabytes: number, seconds: number, n: Numbers): number {
  return (megabytes / 1024) * seconds * n.lambdaGbSecond;
}

function requestsCost({ puts, gets }: StoreRequests, n: Numbers): number {
  return (puts * n.s3ThousandPuts + gets * n.s3ThousandGets) / 1000;
}

/** A number of state transitions. */
export function transitions(count: number, n: Numbers): number {
  return (count * n.thousandTransitions) / 1000;
}

function logCost(bytes: number, n: Numbers): number {
  return (bytes / 1e9) * n.logGb;
}

function traceCost(traces: number, n: Numbers): number {
  return (traces / 1e6) * n.traceMillion;
}

/** A nightly sweep that finds nothing to do. */
export function computeNightBill({ rest }: Measured, n: Numbers): Bill {
  const { puts, gets } = rest.nightOfDandiset;
  // ExportTables lists all headers and their digests, in pages of a thousand keys, each some tenth of a second.
  const pages = (2 * n.contents) / 1000;
  return {
    ...NOTHING,
    lambda:
      gbSeconds(1769, n.lookSeconds, n) +
      gbSeconds(512, n.startSeconds + 10, n) +
      gbSeconds(3008, n.startSeconds + pages / 10, n),
    s3: requestsCost({ puts: n.dandisets * puts + pages, gets: n.dandisets * gets }, n),
    stepFunctions: transitions(6 + n.edges, n),
    watched: traceCost(n.traces * 4, n),
  };
}

/** The first sweep of the whole archive: a run for each Dandiset with files, all contents read once. */
export function computeArchiveBill(measured: Measured, n: Numbers): Bill {
  const runs = n.dandisetsWithFiles;
  // Each run is an item of the sweep's map as well; runs of a sweep have their turns, and catalog and index grow.
  const run = computeRunBill(n.contents / runs, measured, { ...n, waits: 0 });
  const items = { ...NOTHING, stepFunctions: transitions(1 + n.edges, n) };
  const each = addBills(run, items, priceRunStorage(runs / 2, measured, n));
  return addBills(timesBill(runs, each), computeNightBill(measured, n));
}

/**
 * The storage of headers of an old revision of the reader after new ones replaced them: the bucket keeps each
 * replaced document for some time. The writing itself is in the bill of the archive.
 */
export function computeOldHeadersStorage(measured: Measured, n: Numbers): Bill {
  const gigabytes = (n.contents * computeMean('keptBytes', measured, n)) / 1e9;
  return { ...NOTHING, kept: gigabytes * n.s3GbMonth * (n.oldVersionDays / 30) };
}

/** A month without publications and readers: nightly sweeps, polls, storage, monitoring. */
export function computeQuietMonthBill(measured: Measured, n: Numbers): Bill {
  const { look, poll } = measured.rest;
  const looks = n.pollsDay - 1;
  const seconds = n.startSeconds + n.pollSeconds;
  const listed =
    n.dandisetsWithFiles * (measured.kept.summaries + measured.kept.catalogEntry + measured.kept.indexEntry);
  const bytes = n.contents * computeMean('keptBytes', measured, n) + listed;
  const day: Bill = {
    ...NOTHING,
    lambda: n.pollsDay * gbSeconds(512, seconds, n) + looks * gbSeconds(1769, seconds, n),
    // Lists in pages of a thousand keys, of which the archive has ten times as many as the sample.
    s3: requestsCost(
      {
        puts: 10 * (n.pollsDay * poll.puts + looks * look.puts),
        gets: n.pollsDay * poll.gets + looks * look.gets,
      },
      n,
    ),
    watched:
      traceCost(n.traces * (n.pollsDay + looks), n) + ((n.pollsDay + looks + 2) * n.eventMillion) / 1e6,
  };
  const month: Bill = {
    ...NOTHING,
    kept: (bytes / 1e9) * n.s3GbMonth,
    watched: n.alarms * n.alarmMonth + n.metrics * n.metricMonth + n.dashboardMonth,
  };
  return addBills(timesBill(30, addBills(day, computeNightBill(measured, n))), month);
}

/** A month's readers: the API's calls and reads, the gateway, bytes sent, log lines, traces. */
export function computeReadersBill({ answers }: Measured, n: Numbers): Bill {
  const mean = (field: 'gets' | 'bytes') =>
    answers.reduce((sum, answer) => sum + answer[field], 0) / answers.length;
  const seconds = n.readersMonth * n.apiSeconds;
  return {
    ...NOTHING,
    lambda: gbSeconds(n.apiMb, seconds, n) + (n.readersMonth * n.lambdaMillionCalls) / 1e6,
    s3: (1 + n.retried) * requestsCost({ puts: 0, gets: n.readersMonth * mean('gets') }, n),
    watched: logCost(n.readersMonth * n.logBytesCall, n) + traceCost(n.readersMonth * n.traces, n),
    sent: (n.readersMonth * n.gatewayMillion) / 1e6 + ((n.readersMonth * mean('bytes')) / 1e9) * n.egressGb,
  };
}

/** A month's changes: published versions and settled drafts, some of whose files are new. */
export function computeChangesBill(measured: Measured, n: Numbers): Bill {
  const files = n.contents / n.dandisetsWithFiles;
  const run = computeRunBill(files * n.changedShare, measured, n);
  const [{ getsFile }] = [fixedRequests(measured)];
  const keptBefore = requestsCost({ puts: 0, gets: files * (1 - n.changedShare) * (getsFile + 1) }, n);
  const each = addBills(
    run,
    { ...NOTHING, s3: keptBefore },
    priceRunStorage(n.dandisetsWithFiles, measured, n),
  );
  return timesBill(n.publishedMonth + n.draftsMonth, each);
}
