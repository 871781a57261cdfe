/**
 * Runs tests against one mutant after another, in a process that its parent can end: the test runner is
 * started once, and the file with the mutant is changed when it is loaded, never on disk. Communicates by
 * messages: a `Trial` in, an `Outcome` out.
 */
import { fileURLToPath } from 'node:url';
import { createVitest } from 'vitest/node';
import { applyMutant, type Mutant } from './find-mutants.ts';

/** A mutant of one file, and the tests that should notice it, in the order in which they are run. */
export interface Trial {
  /** Absolute path. */
  readonly file: string;
  /** Absent for a check that the tests pass without a mutant. */
  readonly mutant?: Mutant;
  /** Absolute paths, in groups that are run one after another until one notices. */
  readonly tests: readonly (readonly string[])[];
}

/** The outcome of a trial. */
export interface Outcome {
  readonly outcome: 'killed' | 'survived';
  /** The test file that noticed. */
  readonly by?: string;
}

/** Milliseconds for one test: tests of pure code take a second on a loaded machine. */
const TEST_TIMEOUT_MS = 60_000;

const root = fileURLToPath(new URL('../..', import.meta.url));
let trial: Trial | undefined;

const vitest = await createVitest(
  'test',
  {
    config: false,
    root,
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/property-seed.ts'],
    watch: true,
    // Files do not change, but their loaded content does.
    fsModuleCache: false,
    bail: 1,
    pool: 'threads',
    maxWorkers: 1,
    testTimeout: TEST_TIMEOUT_MS,
    hookTimeout: TEST_TIMEOUT_MS,
    reporters: [{}],
    // A different snapshot is a failure; snapshots are never written.
    update: false,
  },
  {
    logLevel: 'silent',
    server: { watch: null },
    plugins: [
      {
        name: 'one-mutant',
        enforce: 'pre',
        transform: (code, id) =>
          trial?.mutant !== undefined && id === trial.file
            ? { code: applyMutant(code, trial.mutant), map: null }
            : undefined,
      },
    ],
  },
);
const specifications = new Map(
  (await vitest.globTestSpecifications()).map((specification) => [specification.moduleId, specification]),
);

async function run({ file, tests }: Trial): Promise<Outcome> {
  vitest.invalidateFile(file);
  try {
    for (const group of tests) {
      const requested = group.flatMap((path) => specifications.get(path) ?? []);
      if (requested.length !== group.length) throw new Error(`No tests in one of ${group.join(', ')}`);
      const { testModules, unhandledErrors } = await vitest.runTestSpecifications(requested);
      const failed = testModules.find((module) => !module.ok());
      if (failed !== undefined) return { outcome: 'killed', by: failed.moduleId };
      if (unhandledErrors.length > 0) return { outcome: 'killed' };
    }
    return { outcome: 'survived' };
  } finally {
    vitest.invalidateFile(file);
  }
}

process.on('message', async (requested: Trial) => {
  trial = requested;
  const outcome = await run(requested);
  trial = undefined;
  process.send?.(outcome);
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
