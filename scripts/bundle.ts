/** How bundles are made, for whoever makes one: `scripts/build.ts`, and the test that a trace names a source line. */
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';

/** Error names are an interface, so names are kept; the charset spares h5wasm's binary text its escapes. */
const COMMON: BuildOptions = {
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
  bundle: true,
  platform: 'node',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
  outExtension: { '.js': '.mjs' },
  // zarrita's own codecs are replaced by bounded ones (shared/zarr/codecs.ts): their megabyte of WASM is never asked for.
  external: ['numcodecs/*'],
  // Bundled CommonJS packages ask for Node's own modules by `require`, which ESM lacks.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/**
 * A Lambda function's. Its map lies beside it and is read only when an error's trace is, so that it costs a start
 * nothing; `serverless.yml` turns that on. The sources themselves stay out: a trace needs names and lines.
 */
export const FUNCTION_BUNDLE: BuildOptions = {
  ...COMMON,
  target: 'node24',
  sourcemap: 'linked',
  sourcesContent: false,
};

/** The command line's and the library's: without maps, which would double what users download. */
export const CLI_BUNDLE: BuildOptions = { ...COMMON, target: 'node20' };
