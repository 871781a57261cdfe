/** What any command may be reported: `--store` and `--quiet`, read once before the command is. */
import { type Config, readConfig } from '../../shared/config.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import type { ProgressStream } from '../progress.ts';

/** Options that every command takes. */
export interface CommonOptions {
  /** In place of SUMMARY_STORE. */
  readonly store?: string;
  readonly isQuiet: boolean;
}

/** Their names, for who misspells one. */
export const COMMON_OPTIONS: readonly string[] = ['store', 'quiet', 'help'];

let chosen: CommonOptions = { isQuiet: false };

/** Takes the common options out of a command's arguments and keeps them. @throws InvalidInputError where --store names nothing */
export function takeCommonOptions(args: readonly string[]): string[] {
  const rest: string[] = [];
  let store: string | undefined;
  let isQuiet = false;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at]!;
    // What comes after it are names, whatever they look like.
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
  throw new InvalidInputError('--store needs a folder or s3://bucket/prefix behind it.', { field: 'store' });
}

/** The settings, with the store that the command line names. @throws InvalidInputError */
export function readSettings(): Config {
  const config = readConfig();
  return chosen.store === undefined ? config : { ...config, summaryStore: chosen.store };
}

/** Where progress goes: standard error, or nowhere where it is not wanted. */
export function progressStream(): ProgressStream {
  return chosen.isQuiet ? { write: () => true } : process.stderr;
}
