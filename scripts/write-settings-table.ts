/** Writes README's table of settings from the settings themselves. Run by `npm run settings`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SETTINGS } from '../shared/config.ts';

const readme = fileURLToPath(new URL('../README.md', import.meta.url));

/** The table as README has it. */
export function settingsTable(): string {
  const rows = SETTINGS.map(
    ({ name, fallback, meaning }) =>
      `| \`${name}\` | ${fallback === '' ? '' : `\`${fallback}\``} | ${meaning} |`,
  );
  return ['| setting | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** README with its table replaced. */
export function withSettingsTable(text: string): string {
  return text.replace(
    /SETTINGS_TABLE|\| setting \| default \| meaning \|\n(?:\|.*\n?)*(?<=\|)/,
    settingsTable(),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(readme, withSettingsTable(readFileSync(readme, 'utf8')));
}
