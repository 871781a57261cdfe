/**
 * `npm run bench [-- NAME …]`: counts of requests, bytes and rounds, which are exact, and seconds on this
 * machine, of which only ratios within one run are meaningful.
 *
 * | name | measures |
 * | --- | --- |
 * | kinds of file (`a b c c2 d e f`), or none for all | headers read by ours and by each installed peer |
 * | `peers` | other readers compared with ours, on these files and on further shapes of archives |
 * | `many` | a Dandiset of similar files, read concurrently and one by one |
 * | `fuzz` | damaged files: every outcome a header or a named error |
 * | `scale` | planning, grouping and prompting of 100 to 10,000 files |
 * | `prompts` | the effect of compaction on the prompts of the corpus |
 * | `checks` | the checks on replies that are labelled by hand |
 * | `writing` | how many errors of scripted writers prose and structured writing let through |
 * | `questions` | which questions about reusable data the prompts answer |
 * | `pages` | pages by the deterministic writer, for reading |
 * | `search` | the quality of search, by graded queries, and the size and speed of its index |
 * | `load` | ReadHeaders over 1,000 files through the local runner; `load readers`: 200 readers of the API |
 * | `agent` | a session of an agent with the MCP server, from a question to three Dandisets |
 * | `faults` | reading from a bucket that responds with 503 and resets connections |
 * | `cold` | the start of every function's bundle, against a stand-in for Lambda's Runtime API |
 */

/** Each bench by name, loaded on demand. */
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
