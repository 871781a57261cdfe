#!/usr/bin/env node
/**
 * The command line: reads the arguments, hands them to one command, and turns what goes wrong into one
 * sentence and an exit code. 0 done, 1 not everything was, 2 the request itself was wrong, 130 interrupted.
 */
import { InvalidInputError } from '../shared/errors.ts';
import { COMMANDS } from './commands/commands.ts';
import { HELP } from './commands/help.ts';
import { RunFailedError } from './run-failed.ts';

async function main(argv: readonly string[]): Promise<number> {
  const [name = 'start', ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const load = COMMANDS[name];
  if (load === undefined) {
    throw new InvalidInputError(`There is no command "${name}". Run with --help to see them all.`, {
      field: 'command',
    });
  }
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort(new InterruptedError());
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const command = await load();
  return command(rest, interruption.signal);
}

/** Ctrl-C, or the machine going down. What was stored stays whole, and the next run goes on from it. */
class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  constructor() {
    super('Interrupted. What was read so far is kept; run the same command to go on.');
  }
}

function exitCodeOf(fault: unknown): number {
  if (fault instanceof InterruptedError) return 130;
  const name = fault instanceof RunFailedError ? fault.error : fault instanceof Error ? fault.name : '';
  return name === 'InvalidInputError' ? 2 : 1;
}

function sentenceOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  const isForeseen = fault instanceof RunFailedError || /^[A-Z]\w+Error$/.test(fault.name);
  return isForeseen && fault.message !== '' ? fault.message : (fault.stack ?? fault.message);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (fault) {
  process.stderr.write(`${sentenceOf(fault)}\n`);
  process.exitCode = exitCodeOf(fault);
}
// Workers and pooled connections may be open after an interruption; there is nothing left to wait for.
process.exit();
