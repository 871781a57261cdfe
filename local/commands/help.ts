/** The text of `--help`. */
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

  start                          summarize the synthetic sample archive into the store itself; no network, no key
  summarize ID[/VERSION] …       summarize Dandisets into the store
      --force                    also where nothing changed
      --profile NAME             classic, complete or rich
      --json                     one line of JSON per Dandiset on standard output
      --dry-run                  read the headers, and report the prompts' tokens and maximum cost
  search WORDS …                 find stored summaries: words, "phrases", -words, and conditions such as
                                 species:mouse anatomy:hippocampus technique:two-photon variable:LFP
                                 created_after:2024-01-01 license:CC0 'units>=500' 'size<10GB'
      --limit N                  [10]
      --json                     one line of JSON per result
  list                           list the stored summaries, one line per Dandiset
      --json
  show ID[/VERSION]              print a stored summary
      --json                     its provenance and facts
  open ID[/VERSION]              open the Dandiset in the archive, in a browser
  prune                          remove stored headers; they are read again when needed
      --days N                   those that were stored more than N days ago; 0 for all
      --dry-run                  only report how many
  prompt ID[/VERSION]            print only the prompt
      --profile NAME
  header FILE_OR_URL             print the header of one NWB file; a folder or URL ending in .zarr is NWB in Zarr
      --json                     the whole header as JSON
      --report                   requests, bytes, rounds and engine as JSON on standard error
      --engine NAME              walker or libhdf5
      --format NAME              lindi or kerchunk: print the file as references for their readers
  check PATH …                   check stored summaries, or bare markdown beside its prompt, against the facts
      --json
  export                         update two tables of all stored headers in Parquet: files and nodes
      --rebuild                  rebuild them in few parts; not during another export
      --json
  serve                          serve the summaries as pages and JSON on loopback
      --port N                   [8080]
  poll                           check once for new versions, and summarize them
      --all                      also versions from before the first poll
      --reconcile                also read the API, for versions that the bucket lacks
      --resume                   take over the versions of an interrupted poll at once
      --sample                   use the synthetic sample archive, and the folder sample of the store
  sweep                          update the summaries of the whole archive
      --limit N                  maximum number of runs, within SWEEP_MAX_RUNS
      --versions                 every version of a Dandiset, not only its default version
      --verify                   also read the manifests of published versions
      --retry-failed             also run versions that are abandoned or backing off after an outage
      --takedowns N              maximum number of Dandisets removed at once
      --json                     the report as one line of JSON
      --sample                   use the synthetic sample archive, and the folder sample of the store
  help [COMMAND]                 print this help, or that of one command (also -h, --help)
  --version                      print the version (also -v)

Every command takes
      --store PLACE              a folder or s3://bucket/prefix, in place of SUMMARY_STORE
      --quiet                    no progress
      --help                     print this help

ID is a Dandiset as people paste it: 683, 000683, DANDI:000683, a URL of dandiarchive.org or a DOI. VERSION
is draft or 0.YYMMDD.HHMM. Without a version the newest published one is used, else the draft.

Settings, from the environment [default]:
${SETTING_LINES}
Exit codes: 0 done; 1 something could not be done; 2 the request was wrong; 130 interrupted.
`;

/** The text of `COMMAND --help`: its own lines, or undefined if there is no such command. */
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
    // The explanation of ID, if the command takes one.
    ...(own[0]!.includes(' ID[/VERSION]') ? ids : []),
    '',
  ].join('\n');
}
