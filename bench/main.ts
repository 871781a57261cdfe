/**
 * `npm run bench [-- NAME …]`: counts of requests, bytes and rounds, which are exact, and seconds of this
 * machine, of which only ratios of one run mean anything.
 *
 * | name | measures |
 * | --- | --- |
 * | kinds of file (`a b c c2 d e f`), or none for all | headers read by ours and by each peer that is installed |
 * | `peers` | other readers beside ours, over these files and those that archives hold besides |
 * | `many` | a Dandiset of alike files, read at once and one by one |
 * | `fuzz` | damaged files: every outcome a header or a named error |
 * | `scale` | planning, grouping and prompting of 100 to 10,000 files |
 * | `prompts` | what compaction does to the prompts of the corpus |
 * | `checks` | how well the checks judge replies that are labelled by hand |
 * | `writing` | what prose and structured writing let through of scripted writers' errors |
 * | `questions` | which questions of somebody who looks for data the prompts answer |
 * | `pages` | pages by the deterministic writer, to be read |
 * | `search` | how well search finds, by graded queries, and what its index weighs and takes |
 * | `load` | ReadHeaders over 1,000 files through the local runner; `load readers`: 200 readers of the API |
 * | `agent` | a session of an agent with the MCP server, from a question to three Dandisets |
 * | `faults` | reading over a bucket that answers 503 and resets connections |
 * | `cold` | how every function's bundle starts, against a stand-in for Lambda's Runtime API |
 */

/** Each bench by name, loaded when it is asked for. */
const BENCHES: Readonly<Record<string, (rest: readonly string[]) => Promise<unknown>>> = {
  peers: async (rest) => (await import('./peers.ts')).runPeers(rest),
  many: async (rest) => (await import('./many.ts')).runMany(rest),
  fuzz: async (rest) => (await import('./fuzz.ts')).runFuzz(rest),
  scale: async () => (await import('./scale.ts')).scale(),
  checks: async (rest) => (await import('./checks.ts')).checks(rest),
  agent: async (rest) => (await import('./agent-session.ts')).runAgent(rest),
  cold: async () => (await import('./cold.ts')).runCold(),
  prompts: async () => (await import('./prompts.ts')).prompts(),
  questions: async (rest) => (await import('./questions.ts')).questions(rest),
  writing: async (rest) => (await import('./writing.ts')).writing(rest),
  pages: async (rest) => (await import('./pages.ts')).pages(rest),
  faults: async (rest) => (await import('./faults.ts')).runInjected(rest),
  search: async (rest) => (await import('./search-quality.ts')).runSearch(rest),
  load: async ([of, ...rest]) =>
    of === 'readers'
      ? (await import('./readers.ts')).runReaders(rest)
      : process.stdout.write(`${JSON.stringify(await (await import('./load.ts')).load())}\n`),
};

const [name = '', ...rest] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench === undefined) await (await import('./headers.ts')).runHeaders(process.argv.slice(2));
else await bench(rest);
