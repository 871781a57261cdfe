/** The commands by name. Each takes its arguments and a signal, and gives the exit code. */
import { check } from './check.ts';
import { header } from './header.ts';
import { prompt } from './prompt.ts';
import { start } from './start.ts';
import { summarize } from './summarize.ts';

/** One command. @throws the errors of the flow; the command line turns them into a sentence and an exit code */
export type Command = (args: readonly string[], signal: AbortSignal) => Promise<number>;

/** All commands. */
export const COMMANDS: Readonly<Record<string, Command | undefined>> = {
  start,
  summarize,
  prompt,
  header,
  check,
};
