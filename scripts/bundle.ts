/** How bundles are made, for whoever makes one: `scripts/build.ts`, and the test that a trace names a source line. */
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
  // zarrita's own codecs are replaced by bounded ones (shared/zarr/codecs.ts): their megabyte of WASM is never asked for.
  external: ['numcodecs/*'],
  // Bundled CommonJS packages ask for Node's own modules by `require`, which ESM lacks.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/**
 * A Lambda function's. Its map is beside it and is read only when an error's trace is, so that it costs a start
 * nothing; `serverless.yml` turns that on. The sources themselves stay out: a trace needs names and lines.
 */
export const FUNCTION_BUNDLE: BuildOptions = {
  ...COMMON,
  minifyWhitespace: true,
  target: 'node24',
  // What is imported when it is needed is in a file of its own, which a start does not load.
  splitting: true,
  sourcemap: 'linked',
  sourcesContent: false,
};

/**
 * The command line's and the library's: without maps, which would double what users download, and with its line breaks,
 * since Node prints the whole line on which an error was thrown.
 */
export const CLI_BUNDLE: BuildOptions = { ...COMMON, target: 'node20' };

/** Which imports are followed: those that a start loads, or what is loaded later as well. */
export type Followed = 'at the start' | 'ever';

/** The files of a build that are reached from its entries, by their paths in the metafile. */
export function findReached({ outputs }: Metafile, followed: Followed): Set<string> {
  const entries = Object.keys(outputs).filter((path) => /(?:^|\/)(?:index|worker)\.mjs$/.test(path));
  const reached = new Set(entries);
  // A set grows while it is gone through.
  for (const path of reached)
    for (const { kind, path: target } of outputs[path]?.imports ?? [])
      if (target in outputs && (followed === 'ever' || kind === 'import-statement')) reached.add(target);
  return reached;
}
