/**
 * Runs two linters on the packaged template: `npm run lint:template` packages, installs cfn-lint and checkov
 * into a folder below node_modules, and compares their findings with `scripts/lint-template.json`, where every finding
 * that is accepted is listed with its reason. `--write` puts that table into docs/operations.md; a test compares the
 * two.
 *
 * Exits with 0 if all is accepted, or, with a message, if there is no Python 3; with 1 for a finding that is not
 * accepted or an acceptance that is no longer needed; with 3 if a linter was not available or did not run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { markdownTable } from '../bench/table.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const POLICY = join(ROOT, 'scripts/lint-template.json');
const PAGE = join(ROOT, 'docs/operations.md');
const TEMPLATE = join(ROOT, '.serverless/cloudformation-template-update-stack.json');
const OPENING = '<!-- what `node scripts/lint-template.ts --write` puts here -->';
const CLOSING = '<!-- end of it -->';
/** Bytes of a linter's report: those of both take less than 1 MB. */
const REPORT_BYTES = 64 * 1024 * 1024;

const TOOLS = ['cfn-lint', 'checkov'] as const;
type Tool = (typeof TOOLS)[number];

const LintPolicy = z.strictObject({
  /** The releases for which the acceptances were written. */
  tools: z.record(z.enum(TOOLS), z.string()),
  accepted: z.array(
    z.strictObject({
      tool: z.enum(TOOLS),
      rule: z.string(),
      /** Names of the template; `*` for any. */
      resources: z.array(z.string()),
      why: z.string().check(z.minLength(20)),
    }),
  ),
});
/** The policy: `scripts/lint-template.json`. */
export type LintPolicy = z.infer<typeof LintPolicy>;

/** A linter's finding on one resource. */
export interface TemplateFinding {
  readonly tool: Tool;
  readonly rule: string;
  /** The name in the template; empty if the linter names none. */
  readonly resource: string;
  readonly message: string;
}

/** The result of the comparison. */
export interface LintResult {
  readonly refused: readonly TemplateFinding[];
  /** Acceptances, `tool rule resource`, that are not needed. */
  readonly unneeded: readonly string[];
}

/** Reads the policy. @throws Error if it is malformed */
export function readLintPolicy(): LintPolicy {
  return LintPolicy.parse(JSON.parse(readFileSync(POLICY, 'utf8')));
}

/** Findings that are not accepted, and acceptances without a finding. */
export function compareFindings(findings: readonly TemplateFinding[], { accepted }: LintPolicy): LintResult {
  const covers = (each: LintPolicy['accepted'][number], finding: TemplateFinding, resource: string) =>
    each.tool === finding.tool &&
    each.rule === finding.rule &&
    (resource === '*' || resource === finding.resource);
  return {
    refused: findings.filter(
      (finding) => !accepted.some((each) => each.resources.some((name) => covers(each, finding, name))),
    ),
    unneeded: accepted.flatMap((each) =>
      each.resources
        .filter((name) => !findings.some((finding) => covers(each, finding, name)))
        .map((name) => `${each.tool} ${each.rule} ${name}`),
    ),
  };
}

const CfnLintReport = z.array(
  z.looseObject({
    Rule: z.looseObject({ Id: z.string() }),
    Message: z.string(),
    Location: z.looseObject({ Path: z.nullable(z.array(z.union([z.string(), z.number()]))) }),
  }),
);

const CheckovReport = z.looseObject({
  results: z.looseObject({
    failed_checks: z.array(
      z.looseObject({ check_id: z.string(), check_name: z.string(), resource: z.string() }),
    ),
  }),
  summary: z.looseObject({ resource_count: z.number(), parsing_errors: z.number() }),
});

/** The findings of `cfn-lint --format json`. @throws Error if it is not a report */
export function parseCfnLint(report: string): TemplateFinding[] {
  return CfnLintReport.parse(JSON.parse(report)).map(({ Rule, Message, Location }) => {
    const [section, name] = Location.Path ?? [];
    return {
      tool: 'cfn-lint',
      rule: Rule.Id,
      resource: section === 'Resources' ? String(name) : '',
      message: Message,
    };
  });
}

/** The findings of `checkov --output json`. @throws Error if it is not a report, or the template was not read */
export function parseCheckov(report: string): TemplateFinding[] {
  const { results, summary } = CheckovReport.parse(JSON.parse(report));
  if (summary.parsing_errors > 0 || summary.resource_count === 0)
    throw new Error('checkov could not read the template.');
  return results.failed_checks.map(({ check_id, check_name, resource }) => ({
    tool: 'checkov',
    rule: check_id,
    resource: resource.split('.').at(-1) ?? '',
    message: check_name,
  }));
}

/** The table of acceptances, for the page. */
export function acceptedTable({ accepted, tools }: LintPolicy): string {
  const rows = accepted.map(({ tool, rule, resources, why }) => [
    `${tool} ${rule}`,
    resources.map((name) => (name === '*' ? 'all it names' : name)).join(', '),
    why,
  ]);
  const versions = TOOLS.map((tool) => `${tool} ${tools[tool]}`).join(' and ');
  return `With ${versions}:\n\n${markdownTable(['finding', 'of', 'accepted because'], rows)}`;
}

/** The page with its table replaced. @throws Error if the page lacks the markers around it */
export function withAcceptedTable(page: string, policy: LintPolicy): string {
  const from = page.indexOf(OPENING);
  const to = page.indexOf(CLOSING, from);
  if (from < 0 || to < 0) throw new Error('docs/operations.md has no place for the table.');
  return `${page.slice(0, from + OPENING.length)}\n\n${acceptedTable(policy)}\n\n${page.slice(to)}`;
}

class NotRunError extends Error {
  override readonly name = 'NotRunError';
}

/** A command's output, with any exit code: linters exit with non-zero codes if they find something. */
function getOutput(
  command: string,
  args: readonly string[],
): { status: number | null; out: string; error: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: REPORT_BYTES,
  });
  return { status, out: stdout ?? '', error: error?.message ?? stderr };
}

/** A folder with both linters in the releases of the policy, created when first needed. @throws NotRunError */
function installTools(python: string, { tools }: LintPolicy): string {
  const wanted = TOOLS.map((tool) => `${tool}==${tools[tool]}`);
  const folder = join(ROOT, 'node_modules/.cache', wanted.join('+').replaceAll('==', '-'));
  const done = join(folder, 'installed');
  if (existsSync(done)) return folder;
  console.log(`Installing ${wanted.join(' and ')} …`);
  const steps: readonly (readonly [string, readonly string[]])[] = [
    [python, ['-m', 'venv', '--clear', folder]],
    [join(folder, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...wanted]],
  ];
  for (const [command, args] of steps) {
    const { status, error } = getOutput(command, args);
    if (status !== 0)
      throw new NotRunError(`The linters could not be installed: ${error.trim().slice(-500)}`);
  }
  writeFileSync(done, '');
  return folder;
}

/** What both linters find in the packaged template. @throws NotRunError */
function lint(folder: string): TemplateFinding[] {
  if (!existsSync(TEMPLATE)) throw new NotRunError('There is no packaged template: npm run package.');
  const cfnLint = getOutput(join(folder, 'bin/cfn-lint'), ['--format', 'json', '--', TEMPLATE]);
  const checkov = getOutput(join(folder, 'bin/checkov'), [
    ...['--file', TEMPLATE, '--framework', 'cloudformation'],
    ...['--output', 'json', '--quiet', '--compact', '--skip-download'],
  ]);
  try {
    return [...parseCfnLint(cfnLint.out), ...parseCheckov(checkov.out)];
  } catch (cause) {
    const said = `${cfnLint.error}${checkov.error}`.trim().slice(-500);
    throw new NotRunError(`A linter gave no report: ${said === '' ? String(cause).slice(0, 500) : said}`, {
      cause,
    });
  }
}

function findPython(): string | undefined {
  return ['python3', 'python'].find((name) => getOutput(name, ['-c', 'import venv']).status === 0);
}

function runLint(): number {
  const policy = readLintPolicy();
  const python = findPython();
  if (python === undefined) {
    console.log('SKIPPED: there is no Python 3 here, and both linters of the template need one.');
    return 0;
  }
  try {
    const findings = lint(installTools(python, policy));
    const { refused, unneeded } = compareFindings(findings, policy);
    for (const { tool, rule, resource, message } of refused)
      console.log(`${tool} ${rule} ${resource}: ${message}`);
    for (const each of unneeded) console.log(`accepted for nothing: ${each}`);
    console.log(
      `${findings.length} findings, ${findings.length - refused.length} accepted, ${refused.length} not.`,
    );
    if (refused.length + unneeded.length === 0) return 0;
    console.log('Repair the template, or accept the finding in scripts/lint-template.json with its reason.');
    return 1;
  } catch (error) {
    if (!(error instanceof NotRunError)) throw error;
    console.log(`NOT CHECKED: ${error.message}`);
    return 3;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--write'))
    writeFileSync(PAGE, withAcceptedTable(readFileSync(PAGE, 'utf8'), readLintPolicy()));
  else process.exitCode = runLint();
}
