/**
 * Mutation testing of the pure core: changes one thing at a time and checks whether a test notices. Run by
 * `npm run mutation`; `--sample N` tries N of the mutants (default 150, in some fifteen minutes), `--full`
 * all of them (days), `--wide` also tries the readers, checks and plans, `--seed S` samples others, `--jobs
 * J` tries that many at once, `--threshold P` is the percentage below which the run fails, and files given
 * after the options are tried completely. Our own runner, since StrykerJS reads `tsconfig.json` through an
 * interface that TypeScript 7 no longer has.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { draw } from '../effort.ts';
import { findMutants, type Mutant } from './find-mutants.ts';
import type { Outcome, Trial } from './runner.ts';
import { buildTestMap } from './test-map.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

type Area = readonly [files: string, tests: readonly string[]];

/**
 * The sources to mutate, and the folders whose tests should notice: those that need no network, process or
 * corpus.
 */
const CORE: readonly Area[] = [
  ['shared/file-types/*.ts', ['test/file-types', 'test/prompt']],
  ['shared/facts/**/*.ts', ['test/facts', 'test/prompt', 'test/writing']],
  ['shared/header/*.ts', ['test/file-types', 'test/facts', 'test/prompt', 'test/python', 'test/hdf5']],
  ['shared/prompt/*.ts', ['test/prompt', 'test/writing']],
  ['shared/python/*.ts', ['test/python', 'test/prompt']],
  ['shared/vocabulary/*.ts', ['test/vocabulary', 'test/facts', 'test/search', 'test/writing']],
];
/** Sources that take longer, with `--wide` or by name. */
const WIDER: readonly Area[] = [
  ['shared/hdf5/format/*.ts', ['test/hdf5']],
  ['shared/hdf5/walker/*.ts', ['test/hdf5']],
  ['shared/hdf5/filters/*.ts', ['test/hdf5']],
  ['shared/summary/**/*.ts', ['test/summary']],
  ['shared/search/*.ts', ['test/search']],
  ['shared/retry/*.ts', ['test/retry']],
  ['shared/store/lease.ts', ['test/store']],
  ['shared/sweep/{plan-sweep,failure-policy,drafts}.ts', ['test/sweep']],
  ['shared/publications/plan-poll.ts', ['test/publications']],
];

/** This many of the tests nearest to the file are run before the others: they notice most mutants. */
const NEAREST = 2;
/** The most test files that are run: a test that notices a mutant many imports away is not a test of it. */
const MOST_TESTS = 8;

/** Longer than the tests of any file take on a loaded machine; detects a mutant that loops forever. */
const TIMEOUT_MS = 120_000;
/** The time limit of all tests, run once before any mutant. */
const WHOLE_TIMEOUT_MS = 900_000;

type Verdict = Outcome | { readonly outcome: 'timeout'; readonly by?: never };

interface Target {
  /** Path from the root. */
  readonly path: string;
  readonly tests: Trial['tests'];
}

interface Candidate {
  readonly target: Target;
  readonly mutant: Mutant;
}

function listTargets(areas: readonly Area[], only: readonly string[]): Target[] {
  return areas.flatMap(([files, folders]) => {
    const near = buildTestMap(root, folders);
    return globSync(files, { cwd: root })
      .filter((path) => only.length === 0 || only.includes(path))
      .sort()
      .map((path) => {
        const tests = (near.get(path) ?? []).map(({ test }) => join(root, test));
        const groups = [tests.slice(0, NEAREST), tests.slice(NEAREST, MOST_TESTS)];
        return { path, tests: groups.filter((group) => group.length > 0) };
      });
  });
}

function listCandidates(targets: readonly Target[]): Candidate[] {
  return targets.flatMap((target) =>
    findMutants(readFileSync(join(root, target.path), 'utf8')).map((mutant) => ({ target, mutant })),
  );
}

/** A process that tries one mutant after another; it is replaced if it must be ended. */
class Job {
  #child: ChildProcess | undefined;

  async try({ path, tests }: Target, mutant?: Mutant): Promise<Verdict> {
    if (tests.length === 0) return { outcome: 'survived' };
    const child = await this.#start();
    const trial: Trial = { file: join(root, path), tests, ...(mutant === undefined ? {} : { mutant }) };
    const { promise, resolve, reject } = Promise.withResolvers<Verdict>();
    const timer = setTimeout(
      () => resolve({ outcome: 'timeout' }),
      mutant === undefined ? WHOLE_TIMEOUT_MS : TIMEOUT_MS,
    );
    const onMessage = (outcome: Outcome): void => resolve(outcome);
    const onExit = (code: number | null): void =>
      // A mutant that crashes the process counts as noticed; without a mutant it is an error here.
      mutant === undefined
        ? reject(new Error(`The tests' process ended with ${code}.`))
        : resolve({ outcome: 'killed' });
    child.once('message', onMessage).once('exit', onExit);
    child.send(trial);
    try {
      const verdict = await promise;
      if (verdict.outcome === 'timeout' || child.exitCode !== null) this.end();
      return verdict;
    } finally {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
    }
  }

  async #start(): Promise<ChildProcess> {
    if (this.#child === undefined) {
      this.#child = fork(join(import.meta.dirname, 'runner.ts'), {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      await once(this.#child, 'message');
    }
    return this.#child;
  }

  end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

/** Processes each item once, in whichever job is free. */
async function share<T>(
  jobs: readonly Job[],
  items: readonly T[],
  work: (job: Job, item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  await Promise.all(
    jobs.map(async (job) => {
      for (const item of left) await work(job, item);
    }),
  );
}

function formatMutant({ target: { path }, mutant }: Candidate): string {
  const source = readFileSync(join(root, path), 'utf8');
  const line = source.slice(0, mutant.start).split('\n').length;
  const before = source.slice(mutant.start, mutant.end).split('\n')[0];
  return `${relative(root, join(root, path))}:${line}  ${mutant.operator}: ${before} → ${mutant.text.split('\n')[0]}`;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '150' },
    full: { type: 'boolean', default: false },
    wide: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
    threshold: { type: 'string', default: '88' },
  },
});
const isNamed = positionals.length > 0;
const all = listCandidates(listTargets(values.wide || isNamed ? [...CORE, ...WIDER] : CORE, positionals));
if (all.length === 0)
  throw new Error(`None of ${positionals.join(', ')} is a source that mutation testing tries.`);
const drawn = values.full || isNamed ? all : draw(all, Number(values.sample), Number(values.seed));
/** Ctrl-C ends the run after the running mutants, with the score so far. */
let isStopped = false;
process.once('SIGINT', () => {
  isStopped = true;
});
const jobs = Array.from({ length: Number(values.jobs) }, () => new Job());
try {
  const tests = [...new Set(drawn.flatMap(({ target }) => target.tests.flat()))];
  const before = await jobs[0]!.try({ path: 'none', tests: [tests] });
  if (before.outcome !== 'survived')
    throw new Error(`${before.by ?? 'A test'} fails without a mutant (${before.outcome}): repair it first.`);
  const counts: Record<Verdict['outcome'], number> = { killed: 0, survived: 0, timeout: 0 };
  await share(jobs, drawn, async (job, candidate) => {
    if (isStopped) return;
    const { outcome } = await job.try(candidate.target, candidate.mutant);
    counts[outcome] += 1;
    if (outcome === 'survived') process.stdout.write(`survived  ${formatMutant(candidate)}\n`);
  });
  const tried = counts.killed + counts.timeout + counts.survived;
  const score = (100 * (counts.killed + counts.timeout)) / tried;
  process.stdout.write(
    `${tried} of ${all.length} mutants: ${counts.killed} killed, ${counts.timeout} timed out, ${counts.survived} survived; score ${score.toFixed(1)} %\n`,
  );
  process.exitCode = score >= Number(values.threshold) ? 0 : 1;
} finally {
  for (const job of jobs) job.end();
}
