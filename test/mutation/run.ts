/**
 * Mutation testing of the pure core: changes one thing at a time and asks whether a test notices. Run by
 * `npm run mutation`; `--sample N` tries N mutants of all (default 300), `--seed S` draws others, `--threshold P`
 * is the share in percent below which the run fails, and files named after the options are tried whole.
 * Our own runner, since StrykerJS reads `tsconfig.json` by an interface that TypeScript 7 no longer has.
 */
import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findMutants, type Mutant } from './find-mutants.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What is tried, and the tests that should notice. Those that talk HTTP or read the corpus are not asked. */
const CORE: readonly (readonly [files: string, tests: string])[] = [
  ['shared/file-types/*.ts', 'test/file-types'],
  ['shared/facts/*.ts', 'test/facts'],
  ['shared/header/*.ts', 'test/(file-types|prompt|python)'],
  ['shared/prompt/*.ts', 'test/prompt'],
  ['shared/python/*.ts', 'test/python'],
  ['shared/hdf5/format/*.ts', 'test/hdf5'],
  ['shared/hdf5/walker/*.ts', 'test/hdf5'],
  ['shared/hdf5/filters/*.ts', 'test/hdf5'],
  ['shared/summary/**/*.ts', 'test/summary'],
  ['shared/vocabulary/*.ts', 'test/vocabulary'],
  ['shared/search/*.ts', 'test/search'],
  ['shared/retry/*.ts', 'test/retry'],
  ['shared/sweep/{plan-sweep,failure-policy,drafts}.ts', 'test/sweep'],
  ['shared/publications/plan-poll.ts', 'test/publications'],
];

/** Longer than any of these folders takes on a loaded machine; a mutant that loops for ever is noticed by it. */
const TIMEOUT_MS = 180_000;

type Outcome = 'killed' | 'survived' | 'timeout';

interface Target {
  readonly path: string;
  /** The folders of tests, as a pattern. */
  readonly tests: string;
}

interface Candidate extends Mutant, Target {}

function listCandidates(only: readonly string[]): Candidate[] {
  return CORE.flatMap(([files, tests]) =>
    globSync(files, { cwd: root })
      .filter((path) => only.length === 0 || only.includes(path))
      .sort()
      .flatMap((path) =>
        findMutants(readFileSync(join(root, path), 'utf8')).map((mutant) => ({ ...mutant, path, tests })),
      ),
  );
}

/** `count` of the items, the same ones for one seed: a multiplicative generator (Park and Miller) is enough to draw. */
function draw<T>(items: readonly T[], count: number, seed: number): T[] {
  const rest = [...items];
  const drawn: T[] = [];
  let state = (seed % 2_147_483_646) + 1;
  while (drawn.length < count && rest.length > 0) {
    state = (state * 48_271) % 2_147_483_647;
    drawn.push(...rest.splice(state % rest.length, 1));
  }
  return drawn;
}

/** Runs the tests that load the file, in the folders that answer for it, up to the first that fails; without a mutant they must pass. */
async function tryMutant({ path, tests }: Target, mutant?: Mutant): Promise<Outcome> {
  const folders = globSync('test/*', { cwd: root }).filter((folder) => new RegExp(`^${tests}$`).test(folder));
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = ['related', path, '--run', '--bail', '1', '--config', 'test/mutation/vitest.config.ts'];
  const child = spawn(process.execPath, [vitest, ...args, ...exclusions(folders)], {
    cwd: root,
    stdio: 'ignore',
    detached: true,
    env: {
      ...process.env,
      MUTANT: mutant === undefined ? '' : JSON.stringify({ ...mutant, file: join(root, path) }),
    },
  });
  return await new Promise((resolve) => {
    const timer = setTimeout(() => {
      process.kill(-child.pid!, 'SIGKILL');
      resolve('timeout');
    }, TIMEOUT_MS);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? 'survived' : 'killed');
    });
  });
}

function exclusions(folders: readonly string[]): string[] {
  return globSync('test/*', { cwd: root })
    .filter((folder) => !folders.includes(folder))
    .flatMap((folder) => ['--exclude', `${folder}/**`]);
}

function formatLine(path: string, at: number): number {
  return readFileSync(join(root, path), 'utf8').slice(0, at).split('\n').length;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    threshold: { type: 'string', default: '75' },
  },
});
const all = listCandidates(positionals);
if (all.length === 0) throw new Error(`None of ${positionals.join(', ')} is of the pure core.`);
const drawn = positionals.length > 0 ? all : draw(all, Number(values.sample), Number(values.seed));
for (const target of new Map(drawn.map((each) => [each.tests, each])).values()) {
  if ((await tryMutant(target)) === 'survived') continue;
  throw new Error(`The tests of ${target.path} fail without a mutant: repair them first.`);
}
const counts: Record<Outcome, number> = { killed: 0, survived: 0, timeout: 0 };
for (const candidate of drawn) {
  const outcome = await tryMutant(candidate, candidate);
  counts[outcome] += 1;
  if (outcome !== 'survived') continue;
  const { path, start, end, text, operator } = candidate;
  const before = readFileSync(join(root, path), 'utf8').slice(start, end).split('\n')[0];
  process.stdout.write(
    `survived  ${path}:${formatLine(path, start)}  ${operator}: ${before} → ${text.split('\n')[0]}\n`,
  );
}
const noticed = counts.killed + counts.timeout;
const score = (100 * noticed) / drawn.length;
process.stdout.write(
  `${drawn.length} of ${all.length} mutants: ${counts.killed} killed, ${counts.timeout} timed out, ${counts.survived} survived; score ${score.toFixed(1)} %\n`,
);
process.exitCode = score >= Number(values.threshold) ? 0 : 1;
