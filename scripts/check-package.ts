/**
 * Packs what npm would publish, installs it in an empty folder, and uses it like a user: the command line
 * and the library, on the Node that is first on the PATH outside this repository. Run by `npm run check:package`
 * after a build. Exits with 1 and the reason if a check fails.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** A program that uses the library: it reads one existing and one missing file. */
const PROGRAM = `
import { formatHeader, HeaderUnreadableError, readHeader, walkHeader } from 'dandiset-summarizer';
const { header, report } = await readHeader(process.argv[2]);
const nodes = [...walkHeader(header)].length;
const missing = await readHeader('none.nwb').catch((error) => error);
if (!(missing instanceof HeaderUnreadableError)) throw new Error('A file that is not there gave ' + missing);
if (!formatHeader(header).includes('NWBFile')) throw new Error('The header lacks its root.');
console.log(nodes + ' objects, ' + report.requests + ' requests');
`;

/** The Node that users have: the first on the PATH that is not a dependency of this repository. */
function findNode(): string {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, 'node');
    if (folder.includes('node_modules')) continue;
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return process.execPath;
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}

const folder = await mkdtemp(join(tmpdir(), 'check-package-'));
try {
  const node = findNode();
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], root);
  await mkdir(join(folder, 'user'));
  const user = join(folder, 'user');
  await writeFile(join(user, 'package.json'), '{ "type": "module", "private": true }\n');
  await writeFile(join(user, 'program.mjs'), PROGRAM);
  run(
    'npm',
    ['install', '--no-audit', '--no-fund', join(folder, `dandiset-summarizer-${version}.tgz`)],
    user,
  );
  const installed = join(user, 'node_modules/dandiset-summarizer');
  const cli = join(installed, 'dist/cli/cli.mjs');
  const printed = run(node, [cli, '--version'], user);
  if (!printed.includes(version)) throw new Error(`--version printed "${printed}", not ${version}.`);
  const sample = await findSample(installed);
  const header = run(node, [cli, 'header', sample], user);
  if (!header.includes('NWBFile')) throw new Error(`header printed ${header.slice(0, 200)}`);
  const library = run(node, [join(user, 'program.mjs'), sample], user);
  await cp(join(root, 'examples/read-header.mjs'), join(user, 'example.mjs'));
  const example = run(node, [join(user, 'example.mjs'), sample], user);
  if (!/ values, \S[\s\S]* requests, /.test(example)) throw new Error(`The example printed "${example}".`);
  process.stdout.write(
    `${run(node, ['--version'], user)}: ${version} installs and runs; library: ${library}\n`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** A file of the sample in the package. */
async function findSample(installed: string): Promise<string> {
  const blobs = join(installed, 'dist/cli/sample/blobs');
  const files = (await readdir(blobs, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const first = files.map((entry) => join(entry.parentPath, entry.name)).sort()[0];
  if (first === undefined) throw new Error('The package contains no sample.');
  return first;
}
