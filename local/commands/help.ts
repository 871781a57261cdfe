/** What `--help` says. */
import { listSettings } from '../../shared/settings.ts';

const SETTING_LINES = listSettings()
  .map(([name, { fallback, meaning }]) => {
    const shown = fallback === undefined ? '' : ` [${fallback}]`;
    return `  ${name.padEnd(24)} ${meaning.replaceAll('`', '')}${shown}\n`;
  })
  .join('');

/** The whole help text. */
export const HELP = `dandiset-summarizer: pages about DANDI's Dandisets, from the headers of their NWB files

Usage: npm start -- COMMAND …    or, once installed, dandiset-summarizer COMMAND …

  start                          summarize the synthetic sample archive; no network, no key
  summarize ID[/VERSION] …       summarize Dandisets into the store
      --force                    also where nothing changed
      --profile NAME             classic, complete or rich
      --json                     one line of JSON a Dandiset on standard output
      --dry-run                  read the headers, and say what the prompts have in tokens and may cost
  search WORDS …                 find stored summaries: words, "phrases", -words, and conditions such as
                                 species:mouse anatomy:hippocampus technique:two-photon variable:LFP
                                 created_after:2024-01-01 license:CC0 'units>=500' 'size<10GB'
      --limit N                  [10]
      --json                     one line of JSON a result
  list                           what is stored, a line a Dandiset
      --json
  show ID[/VERSION]              print a stored summary
      --json                     its provenance and facts
  open ID[/VERSION]              open the Dandiset in the archive, in a browser
  prune                          remove kept headers; they are read again where they are needed
      --days N                   those that were stored more than N days ago; 0 for all
      --dry-run                  only say how many
  prompt ID[/VERSION]            print the prompt and nothing else
      --profile NAME
  header FILE_OR_URL             print the header of one NWB file; a folder or an address in .zarr is NWB in Zarr
      --json                     the whole header as JSON
      --report                   requests, bytes, rounds and engine as JSON on standard error
      --engine NAME              walker or libhdf5
      --format NAME              lindi or kerchunk: the file as references that their readers open
  check PATH …                   hold stored summaries, or bare markdown beside its prompt, to the facts
      --json
  export                         all kept headers as two tables in Parquet, brought up to date: files and nodes
      --rebuild                  made anew, in few parts; not while others export
      --json
  serve                          the summaries as pages and JSON on loopback
      --port N                   [8080]
  poll                           look once for new versions, and summarize them
      --all                      also those that were there before the first poll
      --reconcile                ask the API as well, for versions that the bucket lacks
      --resume                   take over at once what an interrupted poll had begun
      --sample                   over the synthetic sample archive, into the folder sample of the store
  sweep                          bring the summaries of the whole archive up to date
      --limit N                  runs at most, within SWEEP_MAX_RUNS
      --versions                 every version of a Dandiset, in place of the one that stands for it
      --verify                   read the manifests of published versions too
      --retry-failed             also what was abandoned, or backs off after an outage
      --takedowns N              how many Dandisets may be taken down at once
      --json                     the report as one line of JSON
      --sample                   over the synthetic sample archive, into the folder sample of the store

Every command takes
      --store PLACE              a folder or s3://bucket/prefix, in place of SUMMARY_STORE
      --quiet                    no progress
      --help                     what it does

ID is a Dandiset as people paste it: 683, 000683, DANDI:000683, an address of dandiarchive.org or a DOI. VERSION
is draft or 0.YYMMDD.HHMM. With no version the newest published one is taken, else the draft.

Settings, from the environment [default]:
${SETTING_LINES}
Exit codes: 0 done; 1 something could not be done; 2 the request was wrong; 130 interrupted.
`;

/** What `COMMAND --help` says: its own lines, or undefined where there is no such command. */
export function findHelp(name: string): string | undefined {
  const lines = HELP.split('\n');
  const from = lines.findIndex((line) => new RegExp(`^ {2}${name}(?: |$)`).test(line));
  if (from === -1) return undefined;
  const length = lines.slice(from + 1).findIndex((line) => !/^ {4,}\S/.test(line));
  const common = lines.findIndex((line) => line.startsWith('Every command takes'));
  const own = lines.slice(from, from + 1 + length);
  const options = lines.slice(common, common + 4);
  const ids = lines.slice(common + 4, common + 7);
  return [
    own[0]!.trim(),
    ...own.slice(1),
    '',
    ...options,
    // What an ID is, where the command takes one.
    ...(own[0]!.includes(' ID[/VERSION]') ? ids : []),
    '',
  ].join('\n');
}
