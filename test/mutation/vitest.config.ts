/** How tests run against one mutant: the file that MUTANT names is changed as it is loaded, never on disk. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { applyMutant, type Mutant } from './find-mutants.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { file, ...mutant } = JSON.parse(process.env.MUTANT || '{}') as Mutant & { readonly file?: string };

export default defineConfig({
  root,
  plugins: [
    {
      name: 'one-mutant',
      enforce: 'pre',
      transform: (code, id) => (id === file ? { code: applyMutant(code, mutant), map: null } : undefined),
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    maxWorkers: 1,
    reporters: ['dot'],
  },
});
