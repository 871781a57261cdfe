/**
 * Writes the documents that follow from the table of settings: README's table of those that people set first, all of
 * them in `docs/settings.md`, and the environments of the functions in `serverless.yml`. Run by `npm run settings`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Deployment, listSettings, type SettingsFunction } from '../shared/settings.ts';

const readme = fileURLToPath(new URL('../README.md', import.meta.url));
const reference = fileURLToPath(new URL('../docs/settings.md', import.meta.url));
const template = fileURLToPath(new URL('../serverless.yml', import.meta.url));

const TABLE = /\| setting \| default \|.*\n(?:\|.*\n?)*(?<=\|)/;

/** Settings as a table in markdown: all of them with their values in AWS, or those that people set first. */
export function settingsTable(which: 'all' | 'first'): string {
  const rows = listSettings()
    .filter(([, { isFirst }]) => which === 'all' || isFirst === true)
    .map(([name, { fallback, meaning, deployed }]) => {
      const value = fallback === undefined ? '' : `\`${fallback}\``;
      return [`\`${name}\``, value, meaning, ...(which === 'all' ? [describeDeployed(deployed)] : [])];
    });
  const head = ['setting', 'default', 'meaning', ...(which === 'all' ? ['in AWS'] : [])];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Where a deployed function has its value from. */
function describeDeployed(deployed: Deployment): string {
  if ('not' in deployed) return `not set: ${deployed.not}`;
  return deployed.value === undefined ? 'from the shell that deploys' : 'set by the template';
}

/** A part of an `environment:`, between the comments that name its owner. */
const ENVIRONMENT = /^( *)# Settings of (every function|\w+):.*\n(?:.*\n)*?\1# End of settings\.$/gm;

/**
 * `serverless.yml` with the settings of its environments replaced.
 * @throws Error if a setting belongs to no environment
 */
export function withEnvironments(text: string): string {
  const written = new Set<string>();
  const replaced = text.replaceAll(ENVIRONMENT, (_part, indent: string, scope: string) => {
    const names = listSettings().flatMap(([name, { deployed }]) => {
      if ('not' in deployed || !isDeployedTo(deployed.to, scope)) return [];
      written.add(name);
      // Empty if the shell has none: the default is the table's.
      return `${indent}${name}: ${deployed.value ?? `\${env:${name}, ''}`}`;
    });
    const head = `${indent}# Settings of ${scope}: written by \`npm run settings\`; where empty, the default holds.`;
    return [head, ...names, `${indent}# End of settings.`].join('\n');
  });
  const left = listSettings().filter(([name, { deployed }]) => !('not' in deployed) && !written.has(name));
  if (left.length === 0) return replaced;
  throw new Error(`serverless.yml has no environment for ${left.map(([name]) => name).join(', ')}.`);
}

function isDeployedTo(to: 'every function' | readonly SettingsFunction[], scope: string): boolean {
  return to === 'every function' ? scope === to : (to as readonly string[]).includes(scope);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, which] of [
    [readme, 'first'],
    [reference, 'all'],
  ] as const)
    writeFileSync(file, readFileSync(file, 'utf8').replace(TABLE, settingsTable(which)));
  writeFileSync(template, withEnvironments(readFileSync(template, 'utf8')));
}
