/** What `--help` says. */
import { SETTINGS } from '../../shared/config.ts';

const SETTING_LINES = SETTINGS.map(({ name, fallback, meaning }) => {
  const shown = fallback === '' ? '' : ` [${fallback}]`;
  return `  ${name.padEnd(24)} ${meaning.replaceAll('`', '')}${shown}\n`;
}).join('');

/** The whole help text. */
export const HELP = `dandiset-summarizer: pages about DANDI's Dandisets, from the headers of their NWB files

Usage: npm start -- COMMAND …    or, once installed, dandiset-summarizer COMMAND …

  start                          summarize the synthetic sample archive; no network, no key
  summarize ID[/VERSION] …       summarize Dandisets into the store
      --force                    also where nothing changed
      --profile NAME             classic, complete or rich
      --json                     one line of JSON a Dandiset on standard output
  prompt ID[/VERSION]            print the prompt and nothing else
      --profile NAME
  header FILE_OR_URL             print the header of one NWB file
      --json                     the whole header as JSON
      --report                   requests, bytes, rounds and engine as JSON on standard error
      --engine NAME              walker or libhdf5
  check PATH …                   hold stored summaries, or bare markdown beside its prompt, to the facts
      --json
  serve                          the summaries as pages and JSON on loopback
      --port N                   [8080]

ID is six digits, such as 000683; VERSION is draft or 0.YYMMDD.HHMM. With no version the newest published
one is taken, else the draft.

Settings, from the environment [default]:
${SETTING_LINES}
Exit codes: 0 done; 1 something could not be done; 2 the request was wrong; 130 interrupted.
`;
