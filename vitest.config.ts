/**
 * How the tests run: files in two workers, with room for the slow ones that talk HTTP on loopback. Tests of whole
 * processes, of runs through the whole machine, of the corpus, browsers, kills at every write and errors at every
 * request are a project of their own, `*.system.test.ts`.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// 180 workers and as many command lines load the same modules: compiled once, they cost a quarter less time in all.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url));

const SYSTEM = 'test/**/*.system.test.ts';
/** Folders whose tests leave nothing behind in the modules that they load: their files share a worker's modules. */
const PURE = [
  'archive',
  'facts',
  'file-types',
  'prompt',
  'python',
  'retry',
  'search',
  'source',
  'summary',
  'vocabulary',
  'writing',
].map((folder) => `test/${folder}/**/*.test.ts`);
const COMMON = { setupFiles: ['test/property-seed.ts'], testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...COMMON,
          name: 'quick',
          include: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
          exclude: [SYSTEM, ...PURE],
        },
      },
      { test: { ...COMMON, name: 'pure', include: PURE, exclude: [SYSTEM], isolate: false } },
      { test: { ...COMMON, name: 'system', include: [SYSTEM] } },
    ],
  },
});
