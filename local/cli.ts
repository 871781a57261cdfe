#!/usr/bin/env node
/** The command line as a process: its output streams and exit. Everything else is in `command-line.ts`. */
import { runCommandLine } from './command-line.ts';

// The reader of the output may close it early, like `head`: that is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
// Progress output without a reader is no reason to stop.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2));
// Workers and pooled connections may be open after an interruption; there is nothing left to wait for.
process.exit();
