/** The tables of the files: their rows and columns. Pure. */
import type { FileContents, TableContent } from '../contents.ts';
import { countText, distributionText, numberText, partText, quoteText } from '../fact-words.ts';
import { shortenText } from '../plain-words.ts';
import { type FactDrafts, LISTED } from './fact-drafts.ts';
import { isSameWords, rangeText } from './texts.ts';

/** Columns of a table that are named at most. */
const NAMED_COLUMNS = 20;

const PLAIN_COLUMNS = /^(?:id|timeseries|electrodes?_group|group|group_name)$/;

/** The tables, those of neurons first. */
export function addTableFacts(all: FileContents, drafts: FactDrafts): void {
  for (const table of rankTables(all.tables).slice(0, LISTED)) addTable(table, all.read, drafts);
}

function addTable(
  { pattern, type, files, isLeast, rows, columns, moreColumns, descriptions, example }: TableContent,
  read: number,
  drafts: FactDrafts,
): void {
  const named = columns
    .filter(({ name }) => !PLAIN_COLUMNS.test(name))
    .slice(0, NAMED_COLUMNS)
    .map(({ name, description, files: having }) => {
      const said =
        description === '' || isSameWords(name, description) ? '' : ` (${shortenText(description, 90)})`;
      return `${name}${said}${having < files && moreColumns === 0 ? ` [${partText(having, files)}]` : ''}`;
    });
  const rest = columns.length - named.length + moreColumns;
  const said = descriptions.values[0]?.value;
  const text = [
    `Table ${pattern} (${type})`,
    said === undefined ? '' : `: ${quoteText(said)}`,
    rows === undefined
      ? ''
      : `; ${files === 1 ? countText(rows.max, 'row') : `${distributionText(rows)} rows a file`}`,
    named.length === 0
      ? ''
      : `; columns ${named.join(', ')}${rest > 0 && named.length === NAMED_COLUMNS ? ` and ${numberText(rest)} more` : ''}`,
  ].join('');
  const slots: Record<string, string> = { name: pattern.split('/').at(-1) ?? pattern };
  if (rows !== undefined) slots.rows = rangeText(rows.min, rows.max);
  drafts.push('table', text, slots, drafts.scope(files, read, isLeast), 'headers', [example], 3);
}

function rankTables(tables: readonly TableContent[]): TableContent[] {
  const rank = ({ pattern, type }: TableContent): number => {
    if (type === 'Units') return 0;
    if (pattern === '/intervals/trials') return 1;
    if (type === 'PlaneSegmentation') return 2;
    return type === 'TimeIntervals' ? 3 : 4;
  };
  return [...tables].sort((a, b) => rank(a) - rank(b) || b.files - a.files);
}
