/** `check PATH …`: checks stored summaries, or bare markdown beside its prompt, against the facts. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InvalidInputError, NotFoundError } from '../../shared/errors.ts';
import type { DandisetFacts } from '../../shared/prompt/facts.ts';
import { upgradeProvenance } from '../../shared/store/upgrade-provenance.ts';
import type { Finding } from '../../shared/summary/check.ts';
import { CHECKS, runChecks } from '../../shared/summary/checks.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { findFacts } from '../../shared/summary/facts-schema.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';
import { readArguments } from './arguments.ts';

/** The names of a summary's texts in the store. */
const SUMMARY = 'summary.md';
const PROMPT = 'summary_prompt.md';
const PROVENANCE = 'summary.json';

/** One summary with the findings of the checks. */
interface Checked {
  readonly path: string;
  readonly isAcceptable: boolean;
  readonly findings: readonly Finding[];
}

/** Exit code 1 if a summary has errors. */
export async function check(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments(args, { json: { type: 'boolean' } });
  if (positionals.length === 0) {
    throw new InvalidInputError('Name a summary, or a folder with summaries, such as ./summaries.', {
      field: 'PATH',
    });
  }
  const checked: Checked[] = [];
  for (const location of positionals) {
    for (const path of await findSummaries(location)) {
      signal.throwIfAborted();
      const result = await checkSummary(path);
      checked.push(result);
      if (values.json !== true)
        for (const finding of result.findings) process.stdout.write(findingLine(path, finding));
    }
  }
  process.stdout.write(values.json === true ? `${JSON.stringify(checked)}\n` : ratesTable(checked));
  return checked.every(({ isAcceptable }) => isAcceptable) ? 0 : 1;
}

/** The path itself if it is a file, else every summary below it. @throws NotFoundError */
async function findSummaries(location: string): Promise<string[]> {
  const found = await stat(location).catch((cause: unknown) => {
    throw new NotFoundError(`There is no file or folder ${location}.`, { subject: location }, { cause });
  });
  if (!found.isDirectory()) return [location];
  const entries = await readdir(location, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name === SUMMARY)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (paths.length > 0) return paths;
  throw new NotFoundError(`There is no ${SUMMARY} in ${location}.`, { subject: location });
}

async function checkSummary(path: string): Promise<Checked> {
  const promptPath = join(dirname(path), PROMPT);
  const promptText = await readFile(promptPath, 'utf8').catch((cause: unknown) => {
    const message = `${basename(path)} can only be checked against its prompt, and there is no ${promptPath}.`;
    throw new NotFoundError(message, { subject: promptPath }, { cause });
  });
  const facts = await findStoredFacts(join(dirname(path), PROVENANCE));
  const evidence = buildEvidence({ promptText, ...(facts === undefined ? {} : { facts }) });
  const report = runChecks(parseReply(await readFile(path, 'utf8')), evidence);
  return { path, isAcceptable: report.isAcceptable, findings: report.findings };
}

/** The facts beside a stored summary; bare markdown has none, and is only checked against its prompt. */
async function findStoredFacts(path: string): Promise<DandisetFacts | undefined> {
  try {
    return findFacts(upgradeProvenance(JSON.parse(await readFile(path, 'utf8'))));
  } catch {
    return undefined;
  }
}

/** `path:12: error numbers: … "excerpt"` */
function findingLine(path: string, { check, severity, message, excerpt, location }: Finding): string {
  const line = location.line === undefined ? '' : `:${location.line}`;
  return `${path}${line}: ${severity} ${check}: ${message}${excerpt === '' ? '' : ` "${excerpt}"`}\n`;
}

/** The number of summaries with findings of each check. */
function ratesTable(checked: readonly Checked[]): string {
  const total = checked.length;
  const rows = CHECKS.map(({ name, severity }) => {
    const hit = checked.filter(({ findings }) => findings.some((finding) => finding.check === name)).length;
    return `${name.padEnd(18)} ${severity.padEnd(7)} ${String(hit).padStart(5)} of ${total}  ${share(hit, total)}\n`;
  });
  const acceptable = checked.filter(({ isAcceptable }) => isAcceptable).length;
  return `\n${rows.join('')}\n${acceptable} of ${total} summaries have no errors.\n`;
}

function share(hit: number, total: number): string {
  return `${((100 * hit) / Math.max(1, total)).toFixed(1).padStart(5)} %`;
}
