/** The options of all commands: `--store` and `--quiet`, parsed before the command's own. */
import { type Config, readConfig } from '../../shared/config.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import type { ProgressStream } from '../progress.ts';

/** Options that every command takes. */
export interface CommonOptions {
  /** In place of SUMMARY_STORE. */
  readonly store?: string;
  readonly isQuiet: boolean;
}

/** Their names, for suggestions after a misspelling. */
export const COMMON_OPTIONS: readonly string[] = ['store', 'quiet', 'help'];

let chosen: CommonOptions = { isQuiet: false };

/** Extracts the common options from a command's arguments. @throws InvalidInputError if --store has no value */
export function takeCommonOptions(args: readonly string[]): string[] {
  const rest: string[] = [];
  let store: string | undefined;
  let isQuiet = false;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at]!;
    // Arguments after it are names, whatever they look like.
    if (arg === '--') return keep([...rest, ...args.slice(at)], store, isQuiet);
    if (arg === '--quiet') isQuiet = true;
    else if (arg === '--store') {
      at += 1;
      store = requireStoreName(args[at]);
    } else if (arg.startsWith('--store=')) store = requireStoreName(arg.slice('--store='.length));
    else rest.push(arg);
  }
  return keep(rest, store, isQuiet);
}

function keep(rest: string[], store: string | undefined, isQuiet: boolean): string[] {
  chosen = { isQuiet, ...(store === undefined ? {} : { store }) };
  return rest;
}

function requireStoreName(name: string | undefined): string {
  if (name !== undefined && name !== '' && !name.startsWith('--')) return name;
  throw new InvalidInputError('--store needs a value: a folder or s3://bucket/prefix.', { field: 'store' });
}

/** The settings, with the store from the command line. @throws InvalidInputError */
export function readSettings(): Config {
  const config = readConfig();
  return chosen.store === undefined ? config : { ...config, summaryStore: chosen.store };
}

/** The destination of progress: standard error, or none with --quiet. */
export function progressStream(): ProgressStream {
  return chosen.isQuiet ? { write: () => true } : process.stderr;
}
