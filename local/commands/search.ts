/** `search WORDS …`: the matching stored summaries, the best first, with the words found. */
import { InvalidInputError } from '../../shared/errors.ts';
import {
  explainQuery,
  findSnippets,
  type SearchHit,
  type SearchOutcome,
  search,
} from '../../shared/search/run-search.ts';
import type { SearchIndex } from '../../shared/search/search-index.ts';
import type { Snippet } from '../../shared/search/snippet.ts';
import { readArguments } from './arguments.ts';
import { openStoredIndex, parseLimit } from './stored-index.ts';

/** Results by default. */
const DEFAULT_LIMIT = 10;

/** Exit code 0 if something matches, 1 if nothing does, 2 if no part of the query can be read. */
export async function searchSummaries(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(withNegations(args), {
    limit: { type: 'string' },
    json: { type: 'boolean' },
  });
  const query = positionals.join(' ').trim();
  if (query === '') {
    throw new InvalidInputError('Name words to search for, such as: search hippocampus mouse "units>=500".', {
      field: 'WORDS',
    });
  }
  const limit = parseLimit(values.limit, DEFAULT_LIMIT);
  const index = await openStoredIndex();
  const outcome = search(index, query);
  const shown = outcome.hits.slice(0, limit);
  if (values.json === true) process.stdout.write(shown.map((hit) => jsonLine(index, outcome, hit)).join(''));
  else process.stdout.write(formatOutcome(index, outcome, shown));
  if (isUnread(outcome)) return 2;
  return outcome.hits.length === 0 || outcome.isNearest ? 1 : 0;
}

/** Whether there are no results because the query could not be read. */
function isUnread({ query, hits }: SearchOutcome): boolean {
  return hits.length === 0 && query.unread.length > 0 && query.units.length === 0;
}

/** `-species:mouse` and `-rat` are part of the query, not options: arguments with one dash are moved behind `--`. */
function withNegations(args: readonly string[]): string[] {
  const isNegation = (arg: string): boolean => /^-[^-]/.test(arg) && arg !== '-h';
  const negated = args.filter(isNegation);
  return negated.length === 0 ? [...args] : [...args.filter((arg) => !isNegation(arg)), '--', ...negated];
}

function formatOutcome(index: SearchIndex, outcome: SearchOutcome, shown: readonly SearchHit[]): string {
  const { query, hits, isNearest } = outcome;
  const notes = [
    ...query.corrections.map(({ from, to }) => `Searched for ${to} instead of ${from}.`),
    ...query.unread,
    ...(isNearest ? ['Nothing matches; these come nearest.'] : []),
    ...(hits.length === 0 && !isUnread(outcome)
      ? ['Nothing matches. Fewer words or conditions may find more.']
      : []),
  ];
  const results = shown.map((hit) => resultText(index, outcome, hit));
  const more = hits.length - shown.length;
  const end = more > 0 ? [`${more} more; --limit shows them.`] : [];
  return [...notes, ...results, ...end].map((line) => `${line}\n`).join('');
}

function resultText(index: SearchIndex, outcome: SearchOutcome, hit: SearchHit): string {
  const { row, missing } = hit;
  const snippets = findSnippets(index, outcome, hit).slice(0, 1);
  return [
    `${row.id}/${row.version}  ${formatBold(row.title)}${missing.length === 0 ? '' : `  (without ${missing.join(', ')})`}`,
    ...snippets.map((snippet) => `    ${snippetText(snippet)}`),
  ].join('\n');
}

function snippetText({ parts }: Snippet): string {
  return parts.map(({ text, isFound }) => (isFound ? formatBold(text) : text)).join('');
}

/** Bold on a terminal; plain in a file or a pipe. Control characters in a text are removed. */
function formatBold(text: string): string {
  const plain = text.replace(/\p{Cc}/gu, ' ');
  return process.stdout.isTTY === true ? `\u001b[1m${plain}\u001b[22m` : plain;
}

function jsonLine(index: SearchIndex, outcome: SearchOutcome, hit: SearchHit): string {
  const { row, score, found, missing } = hit;
  const { id, version, title, numbers, topics } = row;
  const snippets = findSnippets(index, outcome, hit);
  const understood = explainQuery(outcome.query);
  return `${JSON.stringify({ id, version, title, score, found, missing, understood, snippets, numbers, topics })}\n`;
}
