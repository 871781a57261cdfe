#!/usr/bin/env node
/** The command line as a process: what it prints into, and its end. The rest is `command-line.ts`. */
import { runCommandLine } from './command-line.ts';

// Whoever reads the output may have seen enough, as `head` has: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
// Progress that nobody reads is no reason to stop.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2));
// Workers and pooled connections may be open after an interruption; there is nothing left to wait for.
process.exit();
