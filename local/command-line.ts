/**
 * The command line without the process around it: picks the command, and turns errors into one sentence and an exit
 * code.
 */
import { InvalidInputError } from '../shared/errors.ts';
import { TOOL } from '../shared/tool.ts';
import { findNearest } from '../shared/vocabulary/spelling.ts';
import { COMMANDS } from './commands/commands.ts';
import { takeCommonOptions } from './commands/common-options.ts';
import { findHelp, HELP } from './commands/help.ts';
import { RunFailedError } from './run-failed.ts';

/**
 * Runs the command of the arguments, and returns its exit code: 0 done, 1 not everything was done, 2 the request
 * itself was wrong, 130 interrupted. Prints the command's output, and one sentence for an error.
 */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort(new InterruptedError());
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    return await runCommand(argv, interruption.signal);
  } catch (error) {
    process.stderr.write(`${formatSentence(error)}\n`);
    return findExitCode(error);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

async function runCommand(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const [name = 'start', ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    const [of] = name === 'help' ? rest : [];
    const text = of === undefined ? HELP : findHelp(of);
    if (text === undefined) throw unknownCommand(of ?? '');
    process.stdout.write(text);
    return 0;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${TOOL.version}\n`);
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) throw unknownCommand(name);
  const own = takeCommonOptions(rest);
  const end = own.indexOf('--');
  if ((end === -1 ? own : own.slice(0, end)).some((arg) => arg === '--help' || arg === '-h')) {
    process.stdout.write(findHelp(name) ?? HELP);
    return 0;
  }
  const command = await load();
  return command(own, signal);
}

function unknownCommand(name: string): InvalidInputError {
  const near = findNearest(name, Object.keys(COMMANDS), 2);
  const hint = near === undefined ? '' : `Did you mean ${near}? `;
  return new InvalidInputError(`There is no command "${name}". ${hint}Run with --help to see them all.`, {
    field: 'command',
  });
}

/** Ctrl-C, or a shutdown. Stored documents stay intact, and the next run continues from them. */
class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  constructor() {
    super('Interrupted. The headers read so far are stored; run the same command to continue.');
  }
}

function findExitCode(error: unknown): number {
  if (error instanceof InterruptedError) return 130;
  const name = error instanceof RunFailedError ? error.error : error instanceof Error ? error.name : '';
  return name === 'InvalidInputError' ? 2 : 1;
}

function formatSentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isForeseen = error instanceof RunFailedError || /^[A-Z]\w+Error$/.test(error.name);
  return isForeseen && error.message !== '' ? error.message : (error.stack ?? error.message);
}
