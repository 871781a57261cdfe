/**
 * Builds the shipped bundles: one ESM folder per Lambda function, the command line with its sample, the library. Run by
 * `npm run build`; `serverless.yml` packages the folders unchanged.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { CLI_BUNDLE, FUNCTION_BUNDLE, findReached } from './bundle.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** Functions that open HDF5 files need libhdf5's worker beside them. */
const WITH_WORKER = new Set(['read-headers']);
const WORKER = 'shared/hdf5/libhdf5/worker.ts';
const TYPESCRIPT = join(root, 'node_modules/typescript/bin/tsc');

async function buildFunctions(): Promise<void> {
  const names = await functionNames();
  await Promise.all(
    names.map(async (name) => {
      const { metafile } = await build({
        ...FUNCTION_BUNDLE,
        entryPoints: {
          index: `functions/${name}.ts`,
          ...(WITH_WORKER.has(name) ? { worker: WORKER } : {}),
        },
        outdir: join(dist, 'functions', name),
        metafile: true,
      });
      // If only another function imports a module dynamically, esbuild drops the import but keeps the file.
      const reached = findReached(metafile, 'ever');
      for (const path of Object.keys(metafile.outputs))
        if (!reached.has(path.replace(/\.map$/, ''))) await rm(join(root, path));
    }),
  );
  await report(join(dist, 'functions'), names);
}

/** The functions are the files of `functions/` that export a handler. */
async function functionNames(): Promise<string[]> {
  const files = (await readdir(join(root, 'functions'))).filter((file) => file.endsWith('.ts'));
  const names: string[] = [];
  for (const file of files.sort()) {
    const text = await readFile(join(root, 'functions', file), 'utf8');
    if (/^export const handler\b/m.test(text)) names.push(basename(file, '.ts'));
  }
  return names;
}

async function buildCli(): Promise<void> {
  const outdir = join(dist, 'cli');
  await build({
    ...CLI_BUNDLE,
    entryPoints: { cli: 'local/cli.ts', worker: WORKER },
    outdir,
  });
  for (const part of ['dandisets', 'blobs']) {
    await cp(join(root, 'local/sample', part), join(outdir, 'sample', part), { recursive: true });
  }
  await report(dist, ['cli']);
}

/** The library: one module, libhdf5's worker beside it, and the types of its exports. */
async function buildLibrary(): Promise<void> {
  const outdir = join(dist, 'lib');
  await build({ ...CLI_BUNDLE, entryPoints: { index: 'shared/library/index.ts', worker: WORKER }, outdir });
  const all = join(dist, 'types');
  execFileSync(process.execPath, [TYPESCRIPT, '-p', 'tsconfig.library.json', '--outDir', all], {
    cwd: root,
    stdio: 'inherit',
  });
  await copyTypes(all, outdir, join('library', 'index.d.ts'));
  await rm(all, { recursive: true });
  await report(dist, ['lib']);
}

/** Copies a declaration and those that it imports: all modules' declarations would expose internals. */
async function copyTypes(from: string, to: string, entry: string): Promise<void> {
  const open = [entry];
  const done = new Set(open);
  for (const path of open) {
    const text = await readFile(join(from, path), 'utf8');
    for (const [, target] of text.matchAll(/(?:from |import\()'(\.[^']+)\.ts'/g)) {
      const next = `${join(dirname(path), target!)}.d.ts`;
      if (!done.has(next)) open.push(next);
      done.add(next);
    }
    await mkdir(join(to, 'types', dirname(path)), { recursive: true });
    await writeFile(join(to, 'types', path), text.replaceAll(/((?:from |import\()'\.[^']+)\.ts'/g, "$1.js'"));
  }
}

/** Prints each bundle's files and sizes. */
async function report(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const files = (await readdir(join(folder, name))).filter((file) => file.endsWith('.mjs')).sort();
    const sizes = await Promise.all(
      files.map(async (file) => ({ file, bytes: (await stat(join(folder, name, file))).size })),
    );
    // Files with a hash in their name are parts of the others.
    const parts = sizes.filter(({ file }) => /-[0-9A-Z]{8}\.mjs$/.test(file));
    const named = sizes.filter((each) => !parts.includes(each));
    const words = named.map(({ file, bytes }) => `${file} ${kilobytes(bytes)}`);
    if (parts.length > 0)
      words.push(`${parts.length} parts ${kilobytes(parts.reduce((sum, { bytes }) => sum + bytes, 0))}`);
    process.stdout.write(`${name.padEnd(20)} ${words.join(', ')}\n`);
  }
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000).toLocaleString('en-US')} KB`;
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await buildFunctions();
await buildCli();
await buildLibrary();
