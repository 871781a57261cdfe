/**
 * A folder that can be packaged or deployed: the framework's files of the project, with placeholders for the bundles.
 */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The framework's command. */
export const SERVERLESS = join(ROOT, 'node_modules/serverless/bin/serverless.js');

/** The files of `functions/` that export a handler: `read-headers`. */
export function functionFiles(): string[] {
  return readdirSync(join(ROOT, 'functions'))
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => /^export const handler\b/m.test(readFileSync(join(ROOT, 'functions', file), 'utf8')))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();
}

/** Creates the folder; the caller removes it. The template does not depend on the bundles' content. */
export function makeDeployable(): string {
  const folder = mkdtempSync(join(tmpdir(), 'template-'));
  for (const part of ['serverless.yml', 'package.json', 'resources']) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  mkdirSync(join(folder, 'functions'));
  for (const file of readdirSync(join(ROOT, 'functions')).filter((name) => name.endsWith('.asl.json'))) {
    cpSync(join(ROOT, 'functions', file), join(folder, 'functions', file));
  }
  for (const name of functionFiles()) {
    mkdirSync(join(folder, 'dist/functions', name), { recursive: true });
    writeFileSync(join(folder, 'dist/functions', name, 'index.mjs'), 'export const handler = () => {};\n');
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
