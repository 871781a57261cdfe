/** The build options of bundles, for `scripts/build.ts` and for the test that a stack trace names a source line. */
import { fileURLToPath } from 'node:url';
import type { BuildOptions, Metafile } from 'esbuild';

/** Error names are an interface, so names are kept; the charset spares h5wasm's binary text its escapes. */
const COMMON: BuildOptions = {
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
  bundle: true,
  platform: 'node',
  format: 'esm',
  minifySyntax: true,
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
  outExtension: { '.js': '.mjs' },
  // zarrita's own codecs are replaced by bounded ones (shared/zarr/codecs.ts): their megabyte of WASM is never loaded.
  external: ['numcodecs/*'],
  // Bundled CommonJS packages ask for Node's own modules by `require`, which ESM lacks.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/**
 * Options of a Lambda function. Its source map is beside it and is only read for a stack trace, so that it costs a
 * start nothing; `serverless.yml` turns that on. The sources themselves are left out: a trace only needs names and
 * lines.
 */
export const FUNCTION_BUNDLE: BuildOptions = {
  ...COMMON,
  minifyWhitespace: true,
  target: 'node24',
  // Dynamic imports are in files of their own, which a start does not load.
  splitting: true,
  sourcemap: 'linked',
  sourcesContent: false,
};

/**
 * Options of the command line and the library: without maps, which would double what users download, and with its line
 * breaks, since Node prints the whole line on which an error was thrown.
 */
export const CLI_BUNDLE: BuildOptions = { ...COMMON, target: 'node20' };

/** Which imports are followed: only static ones, or dynamic ones as well. */
export type Followed = 'at the start' | 'ever';

/** The files of a build that are reached from its entries, by their paths in the metafile. */
export function findReached({ outputs }: Metafile, followed: Followed): Set<string> {
  const entries = Object.keys(outputs).filter((path) => /(?:^|\/)(?:index|worker)\.mjs$/.test(path));
  const reached = new Set(entries);
  // The set grows during the iteration.
  for (const path of reached)
    for (const { kind, path: target } of outputs[path]?.imports ?? [])
      if (target in outputs && (followed === 'ever' || kind === 'import-statement')) reached.add(target);
  return reached;
}
