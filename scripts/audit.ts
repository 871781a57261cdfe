/**
 * Audits the project's dependencies. Run by `npm run audit`: first the lock and the installed packages, which needs
 * no network; then the registry's advisories, if available. The policy is in `scripts/dependencies.json`.
 *
 * Exits with 0 if nothing was found, 1 if something was, 3 if the registry returned no advisories and nothing
 * else was found: that is not a pass, and the caller decides what follows.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';

/** The fields of a package of the lock that are read: npm's lockfile version 3. */
const LockedPackage = z.looseObject({
  version: z.optional(z.string()),
  name: z.optional(z.string()),
  integrity: z.optional(z.string()),
  resolved: z.optional(z.string()),
  link: z.optional(z.boolean()),
  dev: z.optional(z.boolean()),
  devOptional: z.optional(z.boolean()),
  license: z.optional(z.string()),
  deprecated: z.optional(z.string()),
  hasInstallScript: z.optional(z.boolean()),
  dependencies: z.optional(z.record(z.string(), z.string())),
  devDependencies: z.optional(z.record(z.string(), z.string())),
  optionalDependencies: z.optional(z.record(z.string(), z.string())),
});
type LockedPackage = z.infer<typeof LockedPackage>;

/** `package-lock.json`; the project itself is the package of the empty path. */
export const Lock = z.looseObject({
  lockfileVersion: z.literal(3),
  packages: z.record(z.string(), LockedPackage),
});
export type Lock = z.infer<typeof Lock>;

/** The policy, `scripts/dependencies.json`. Each exception has its reason. */
export const Policy = z.strictObject({
  /** SPDX identifiers that any package may have. */
  licences: z.array(z.string()),
  /** Identifiers that only tools may have, which are not distributed. */
  toolLicences: z.array(z.string()),
  /** Packages with a licence of their own. */
  ownLicences: z.record(z.string(), z.string()),
  /** Packages with an install script. */
  installScripts: z.record(z.string(), z.string()),
  /** All packages that users get, including transitive ones, by name. */
  production: z.array(z.string()),
});
export type Policy = z.infer<typeof Policy>;

/** A finding on one package. */
export interface Finding {
  readonly package: string;
  readonly rule:
    | 'integrity'
    | 'source'
    | 'install-script'
    | 'licence'
    | 'deprecated'
    | 'not-listed'
    | 'listed-in-vain'
    | 'advisory';
  readonly detail: string;
}

/** The registry's advisories on the versions in the lock. */
export type Advisories =
  | { readonly requested: true; readonly findings: readonly Finding[] }
  | { readonly requested: false; readonly why: string };

/** A version, range or tag of the registry, an alias of one too; not a repository, a URL or a folder. */
const FROM_REGISTRY = /^(?:npm:(?:@[\w.-]+\/)?[\w.-]+@)?[\w\s.*^~<>=|+-]*$/;

/**
 * Finds errors in the lock. Pure.
 * @param findLicence the licence that an installed package itself states, by its path in the lock; undefined if it is
 * not installed, such as another system's binaries
 */
export function auditLock(
  lock: Lock,
  policy: Policy,
  findLicence: (path: string) => string | undefined = () => undefined,
): Finding[] {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
  return [
    ...Object.entries(lock.packages).flatMap(([path, locked]) => foreignSpecs(findPackageName(path), locked)),
    ...packages.flatMap(([path, locked]) => auditPackage(path, locked, policy, findLicence(path))),
    ...compareProduction(packages, policy),
    ...exceptionsInVain(packages, policy),
  ];
}

/** The name under which a package is installed: `node_modules/a/node_modules/@b/c` is `@b/c`. */
function findPackageName(path: string): string {
  return path === '' ? '(this project)' : path.slice(path.lastIndexOf('node_modules/') + 13);
}

function isTool({ dev, devOptional }: LockedPackage): boolean {
  return dev === true || devOptional === true;
}

function foreignSpecs(
  name: string,
  { dependencies, devDependencies, optionalDependencies }: LockedPackage,
): Finding[] {
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, spec]) => !FROM_REGISTRY.test(spec))
    .map(([wanted, spec]) => ({ package: name, rule: 'source', detail: `wants ${wanted} from ${spec}` }));
}

function auditPackage(
  path: string,
  locked: LockedPackage,
  policy: Policy,
  stated: string | undefined,
): Finding[] {
  const name = findPackageName(path);
  const found: Finding[] = [];
  const add = (rule: Finding['rule'], detail: string) => found.push({ package: name, rule, detail });
  if (locked.link === true || locked.resolved !== undefined)
    add('source', `comes from ${locked.resolved ?? 'a link'}, not from the registry that is set`);
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(locked.integrity ?? ''))
    add('integrity', `has ${locked.integrity ?? 'no hash'}; a hash of SHA-512 is asked for`);
  if (locked.hasInstallScript === true && policy.installScripts[name] === undefined)
    add('install-script', 'runs a script when it is installed');
  if (locked.deprecated !== undefined) add('deprecated', locked.deprecated);
  for (const licence of new Set([locked.license, stated ?? locked.license])) {
    if (policy.ownLicences[name] !== undefined) continue;
    if (!isAllowed(licence ?? '', isTool(locked), policy))
      add('licence', `is under ${licence ?? 'no licence'}${isTool(locked) ? '' : ', and users get it'}`);
  }
  return found;
}

/** Whether an SPDX expression of names, `OR`, `AND` and brackets around all of it can be met. */
function isAllowed(expression: string, tool: boolean, { licences, toolLicences }: Policy): boolean {
  const known = new Set(tool ? [...licences, ...toolLicences] : licences);
  const choices = expression.replace(/^\((.*)\)$/, '$1').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((licence) => known.has(licence)));
}

function compareProduction(
  packages: readonly (readonly [string, LockedPackage])[],
  { production }: Policy,
): Finding[] {
  const existing = new Set(
    packages.filter(([, locked]) => !isTool(locked)).map(([path]) => findPackageName(path)),
  );
  const listed = new Set(production);
  return [
    ...[...existing]
      .filter((name) => !listed.has(name))
      .map(
        (name): Finding => ({
          package: name,
          rule: 'not-listed',
          detail: 'users get it, and scripts/dependencies.json does not list it',
        }),
      ),
    ...[...listed]
      .filter((name) => !existing.has(name))
      .map(
        (name): Finding => ({
          package: name,
          rule: 'listed-in-vain',
          detail: 'scripts/dependencies.json lists it, and users do not get it',
        }),
      ),
  ];
}

function exceptionsInVain(
  packages: readonly (readonly [string, LockedPackage])[],
  { ownLicences, installScripts }: Policy,
): Finding[] {
  const names = new Set(packages.map(([path]) => findPackageName(path)));
  return Object.keys({ ...ownLicences, ...installScripts })
    .filter((name) => !names.has(name))
    .map((name) => ({
      package: name,
      rule: 'listed-in-vain',
      detail: 'scripts/dependencies.json makes an exception for it, and it is not there',
    }));
}

/** The licences stated by the packages in a folder's `node_modules`. */
export function installedLicences(folder: string): (path: string) => string | undefined {
  return (path) => {
    const file = join(folder, path, 'package.json');
    if (!existsSync(file)) return undefined;
    const { license, licenses } = JSON.parse(readFileSync(file, 'utf8')) as {
      license?: string | { type?: string };
      licenses?: readonly { type?: string }[];
    };
    if (typeof license === 'string') return license;
    // Forms from before SPDX.
    return license?.type ?? licenses?.map(({ type }) => type ?? '').join(' OR ');
  };
}

/** npm's report of `npm audit --json`, version 2. A `via` that is a text names another package of the report. */
const AuditReport = z.looseObject({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(
    z.string(),
    z.looseObject({
      name: z.string(),
      severity: z.string(),
      range: z.string(),
      via: z.array(z.union([z.string(), z.looseObject({ title: z.string(), url: z.optional(z.string()) })])),
    }),
  ),
});

/** Severities that fail the audit. */
const GRAVE: ReadonlySet<string> = new Set(['high', 'critical']);

/** Parses npm's output. Anything but a report counts as a failed request to the registry, never as a pass. Pure. */
export function readAudit(printed: string): Advisories {
  let document: unknown;
  try {
    document = JSON.parse(printed);
  } catch {
    return { requested: false, why: printed.trim().split('\n').at(-1) || 'npm printed nothing' };
  }
  const report = z.safeParse(AuditReport, document);
  if (!report.success) {
    const { message, error } = (document ?? {}) as { message?: string; error?: { summary?: string } };
    return { requested: false, why: message ?? error?.summary ?? 'npm printed no report' };
  }
  const findings = Object.values(report.data.vulnerabilities)
    .filter(({ severity }) => GRAVE.has(severity))
    .map(({ name, severity, range, via }): Finding => {
      const reported = via.map((each) =>
        typeof each === 'string' ? `by ${each}` : `${each.title} ${each.url ?? ''}`.trim(),
      );
      return { package: name, rule: 'advisory', detail: `${severity}, ${range}: ${reported.join('; ')}` };
    });
  return { requested: true, findings };
}

/** Time limit of the registry, in milliseconds. */
const PATIENCE_MS = 120_000;

/**
 * Requests advisories on the versions that users get from the registry, like `npm audit`. Never throws because of the
 * registry.
 */
export async function askRegistry(folder: string, patienceMs = PATIENCE_MS): Promise<Advisories> {
  const child = spawn('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: patienceMs,
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    printed += part;
  });
  return await new Promise((resolve) => {
    child.on('error', (error) => resolve({ requested: false, why: `npm did not start: ${error.message}` }));
    child.on('close', (_code, signal) =>
      resolve(
        signal === null
          ? readAudit(printed)
          : { requested: false, why: `no response within ${patienceMs / 1000} s` },
      ),
    );
  });
}

/** Runs the whole audit for the project in a folder; prints the findings and returns the exit code. */
export async function audit(
  folder: string,
  policy: Policy,
  print: (line: string) => void,
  ask: (folder: string) => Promise<Advisories> = askRegistry,
): Promise<0 | 1 | 3> {
  const lock = z.parse(Lock, JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')));
  const count = Object.keys(lock.packages).length - 1;
  const existing = auditLock(lock, policy, installedLicences(folder));
  const advisories = await ask(folder);
  const findings = [...existing, ...(advisories.requested ? advisories.findings : [])];
  for (const { package: name, rule, detail } of findings) print(`${name}: ${rule}: ${detail}`);
  print(
    `${count} packages, ${policy.production.length} of which users get: ${findings.length} findings. Advisories: ${
      advisories.requested ? 'asked for.' : `NOT ASKED FOR, since the registry gave none: ${advisories.why}`
    }`,
  );
  if (findings.length > 0) return 1;
  return advisories.requested ? 0 : 3;
}

/** `scripts/dependencies.json`. */
export function readPolicy(): Policy {
  return z.parse(Policy, JSON.parse(readFileSync(new URL('dependencies.json', import.meta.url), 'utf8')));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const project = fileURLToPath(new URL('..', import.meta.url));
  process.exitCode = await audit(project, readPolicy(), (line) => console.log(line));
}
