/**
 * Builds the index of the decision records: their dates, titles and status, read from the records
 * themselves. `npm run decisions` writes it; a test compares the two.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the records and their index. */
export const DECISIONS = fileURLToPath(new URL('../docs/decisions', import.meta.url));

const HEAD = `# Decisions

Why things are as they are, one page per decision, the newest first. A record that no longer applies stays, with a line
**Superseded by** or **Partly superseded by** under its date.

| Date | Decision | Status |
| --- | --- | --- |
`;

/**
 * Builds the index.
 * @throws Error naming a record without a date in its name or a title in its first line
 */
export function buildDecisionsIndex(): string {
  const rows = readdirSync(DECISIONS)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .sort((a, b) => b.slice(0, 10).localeCompare(a.slice(0, 10)) || a.localeCompare(b))
    .map((name) => {
      const text = readFileSync(join(DECISIONS, name), 'utf8');
      const date = /^\d{4}-\d{2}-\d{2}/.exec(name)?.[0];
      const title = /^# (.+)\n/.exec(text)?.[1];
      if (date === undefined || title === undefined) throw new Error(`${name} lacks its date or its title.`);
      const [, how, newer] =
        /^\*\*(Superseded|Partly superseded) by\*\* (\[[^\]]+\]\([^)]+\))/m.exec(text) ?? [];
      const status = how === undefined ? 'in force' : `${how.toLowerCase()} by ${newer}`;
      return `| ${date} | [${title}](${name}) | ${status} |\n`;
    });
  return HEAD + rows.join('');
}

if (import.meta.main) writeFileSync(join(DECISIONS, 'README.md'), buildDecisionsIndex());
