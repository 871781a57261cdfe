/**
 * The commands by name, each loaded when it is called, so that its dependencies do not slow down the start of others.
 */

/**
 * One command: its arguments and a signal in, its exit code out.
 * @throws the errors of the flow; the command line turns them into a sentence and an exit code
 */
export type Command = (args: readonly string[], signal: AbortSignal) => Promise<number>;

/** All commands. */
export const COMMANDS: Readonly<Record<string, (() => Promise<Command>) | undefined>> = {
  start: async () => (await import('./start.ts')).start,
  summarize: async () => (await import('./summarize.ts')).summarize,
  prompt: async () => (await import('./prompt.ts')).prompt,
  header: async () => (await import('./header.ts')).header,
  check: async () => (await import('./check.ts')).check,
  serve: async () => (await import('./serve.ts')).serve,
  poll: async () => (await import('./poll.ts')).poll,
  export: async () => (await import('./export.ts')).exportHeaders,
  search: async () => (await import('./search.ts')).searchSummaries,
  list: async () => (await import('./list.ts')).list,
  show: async () => (await import('./show.ts')).show,
  open: async () => (await import('./show.ts')).open,
  prune: async () => (await import('./prune.ts')).prune,
  sweep: async () => (await import('./sweep.ts')).sweep,
};
