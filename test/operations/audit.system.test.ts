/**
 * The audit of dependencies: the project's own lock passes, everything that is not allowed is reported by
 * name, and npm's advisories are read by npm itself from a local registry.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  askRegistry,
  audit,
  auditLock,
  type Finding,
  type Lock,
  type Policy,
  readAudit,
  readPolicy,
} from '../../scripts/audit.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HASH = `sha512-${'A'.repeat(86)}==`;

const POLICY: Policy = {
  licences: ['MIT', 'ISC'],
  toolLicences: ['MPL-2.0'],
  ownLicences: {},
  installScripts: {},
  production: ['left', 'right'],
};

type Packages = Record<string, Lock['packages'][string]>;

const GOOD: Packages = {
  '': { dependencies: { left: '^1.0.0' }, devDependencies: { tool: 'npm:@scope/other-tool@~2' } },
  'node_modules/left': {
    version: '1.2.0',
    integrity: HASH,
    license: 'MIT',
    dependencies: { right: '2 || 3' },
  },
  'node_modules/left/node_modules/right': { version: '2.0.0', integrity: HASH, license: '(ISC OR GPL-3.0)' },
  'node_modules/tool': { version: '2.0.0', integrity: HASH, license: 'MPL-2.0 AND MIT', dev: true },
};

function buildLock(packages: Packages): Lock {
  return { lockfileVersion: 3, packages };
}

function found(
  change: Packages,
  policy: Partial<Policy> = {},
  stated?: (path: string) => string | undefined,
) {
  return auditLock(buildLock({ ...GOOD, ...change }), { ...POLICY, ...policy }, stated);
}

describe('the lock', () => {
  it('of the project is allowed by the policy, which lists the packages that users get', async () => {
    const reported: string[] = [];
    const code = await audit(
      ROOT,
      readPolicy(),
      (line) => reported.push(line),
      async () => ({
        requested: true,
        findings: [],
      }),
    );
    expect([code, reported]).toEqual([0, [expect.stringMatching(/^\d{3} packages, \d+ of .* 0 findings/)]]);
  });

  it('has no findings if it is valid', () => {
    expect(found({})).toEqual([]);
  });

  const left = GOOD['node_modules/left']!;
  const tool = GOOD['node_modules/tool']!;

  it.each<[string, Packages, Pick<Finding, 'package' | 'rule'>]>([
    [
      'no hash',
      { 'node_modules/left': { ...left, integrity: undefined } },
      { package: 'left', rule: 'integrity' },
    ],
    [
      'a weak hash',
      { 'node_modules/left': { ...left, integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' } },
      { package: 'left', rule: 'integrity' },
    ],
    [
      'a repository in place of a version',
      { 'node_modules/left': { ...left, dependencies: { right: 'git+https://example.org/right.git' } } },
      { package: 'left', rule: 'source' },
    ],
    [
      'a short name of a repository',
      { '': { dependencies: { left: 'someone/left' } } },
      { package: '(this project)', rule: 'source' },
    ],
    [
      'a folder',
      { '': { devDependencies: { left: 'file:../left' } } },
      { package: '(this project)', rule: 'source' },
    ],
    [
      'an address of its own',
      { 'node_modules/left': { ...left, resolved: 'https://example.org/left.tgz' } },
      { package: 'left', rule: 'source' },
    ],
    ['a link', { 'node_modules/left': { ...left, link: true } }, { package: 'left', rule: 'source' }],
    [
      'a script at installation',
      { 'node_modules/tool': { ...tool, hasInstallScript: true } },
      { package: 'tool', rule: 'install-script' },
    ],
    [
      'a licence that is not allowed',
      { 'node_modules/left': { ...left, license: 'AGPL-3.0' } },
      { package: 'left', rule: 'licence' },
    ],
    [
      'a licence of which one half is not allowed',
      { 'node_modules/left': { ...left, license: 'MIT AND GPL-3.0' } },
      { package: 'left', rule: 'licence' },
    ],
    [
      'a licence for tools, among what users get',
      { 'node_modules/left': { ...left, license: 'MPL-2.0' } },
      { package: 'left', rule: 'licence' },
    ],
    [
      'no licence',
      { 'node_modules/tool': { ...tool, license: undefined } },
      { package: 'tool', rule: 'licence' },
    ],
    [
      'a package that its author gave up',
      { 'node_modules/tool': { ...tool, deprecated: 'Use another.' } },
      { package: 'tool', rule: 'deprecated' },
    ],
    [
      'a package that users newly get',
      { 'node_modules/@new/one': { version: '1.0.0', integrity: HASH, license: 'MIT' } },
      { package: '@new/one', rule: 'not-listed' },
    ],
    [
      'a tool that users now get',
      { 'node_modules/tool': { ...tool, license: 'MIT', dev: false } },
      { package: 'tool', rule: 'not-listed' },
    ],
    [
      'a package that users get no longer',
      { 'node_modules/left': { ...left, dev: true } },
      { package: 'left', rule: 'listed-in-vain' },
    ],
  ])('with %s is refused', (_what, change, expected) => {
    expect(found(change)).toEqual([{ ...expected, detail: expect.stringMatching(/\w/) }]);
  });

  it('is checked against the licence of the installed package', () => {
    const findings = found({}, {}, (path) => (path === 'node_modules/left' ? 'BUSL-1.1' : undefined));
    expect(findings).toMatchObject([{ package: 'left', rule: 'licence' }]);
  });

  it('may have exceptions, each of which must be needed', () => {
    const script = { 'node_modules/tool': { ...tool, hasInstallScript: true, license: 'SEE LICENSE' } };
    const exceptions = { installScripts: { tool: 'a binary' }, ownLicences: { tool: 'as MIT' } };
    expect(found(script, exceptions)).toEqual([]);
    expect(found({}, { installScripts: { gone: 'a binary' } })).toMatchObject([
      { package: 'gone', rule: 'listed-in-vain' },
    ]);
  });
});

describe('npm’s advisories', () => {
  let folder: string;
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse, requested: unknown) => void;
  const packument = {
    name: 'left',
    'dist-tags': { latest: '2.0.0' },
    versions: Object.fromEntries(
      ['1.2.0', '2.0.0'].map((version) => [
        version,
        { name: 'left', version, dist: { tarball: 'http://127.0.0.1/left.tgz' } },
      ]),
    ),
  };
  /** An advisory in the registry's form. */
  const advisory = (severity: string) => ({
    id: 1094500,
    url: 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm',
    title: 'Command Injection in left',
    severity,
    vulnerable_versions: '<2.0.0',
    cwe: ['CWE-77'],
    cvss: { score: 7.2, vectorString: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H' },
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'audit-'));
    server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      if (request.method === 'GET') {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(packument));
        return;
      }
      const body = Buffer.concat(parts);
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      answer(request, response, JSON.parse(text.toString()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const project = { name: 'audited', version: '1.0.0', dependencies: { left: '^1.0.0' } };
    const packages: Packages = {
      '': { name: 'audited', version: '1.0.0', dependencies: { left: '^1.0.0' } },
      'node_modules/left': { version: '1.2.0', integrity: HASH, license: 'MIT' },
    };
    await writeFile(join(folder, 'package.json'), JSON.stringify(project));
    await writeFile(
      join(folder, 'package-lock.json'),
      JSON.stringify({ ...project, ...buildLock(packages) }),
    );
    // In the environment, since npm and npx set some of these there, which takes precedence over a file; the
    // cache of each test is its own, as npm caches advisories.
    vi.stubEnv('npm_config_registry', `http://127.0.0.1:${port}/`);
    vi.stubEnv('npm_config_cache', join(folder, 'cache'));
    vi.stubEnv('npm_config_fetch_retries', '0');
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const answering = (status: number, document: unknown): typeof answer => {
    return (_request, response) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  };

  async function run(): Promise<{ code: number; reported: string }> {
    const reported: string[] = [];
    const policy = { ...POLICY, production: ['left'] };
    const code = await audit(folder, policy, (line) => reported.push(line));
    return { code, reported: reported.join('\n') };
  }

  it.each(['high', 'critical'])(
    'of severity %s fail, with name, title and URL',
    async (severity) => {
      let versions: unknown;
      answer = (request, response, requested) => {
        versions = requested;
        answering(200, { left: [advisory(severity)] })(request, response, requested);
      };
      const { code, reported } = await run();
      expect(code, reported).toBe(1);
      expect(versions).toEqual({ left: ['1.2.0'] });
      expect(reported).toContain(
        `left: advisory: ${severity}, 1.2.0: Command Injection in left https://github.com/advisories/GHSA-35jh-r3h4-6jhm`,
      );
      expect(reported).toContain('1 findings. Advisories: asked for.');
    },
    30_000,
  );

  it.each<[string, unknown]>([
    ['none', {}],
    ['a moderate one', { left: [advisory('moderate')] }],
    ['one of another version', { left: [{ ...advisory('high'), vulnerable_versions: '>=2.0.0' }] }],
  ])(
    'with %s pass',
    async (_what, document) => {
      answer = answering(200, document);
      const { code, reported } = await run();
      expect([code, reported]).toEqual([0, expect.stringContaining('Advisories: asked for.')]);
    },
    30_000,
  );

  it.each<[string, typeof answer, RegExp]>([
    ['405', answering(405, { error: 'Method Not Allowed' }), /405/],
    ['500', answering(500, { error: 'oh' }), /500/],
    ['403', answering(403, {}), /403/],
    ['a closed connection', (request) => request.socket.destroy(), /\w/],
  ])(
    'that the registry returns with %s are not a pass: 3, with a message',
    async (_what, answers, why) => {
      answer = answers;
      const { code, reported } = await run();
      expect(code, reported).toBe(3);
      expect(reported).toMatch(/NOT ASKED FOR, since the registry gave none: /);
      expect(reported).toMatch(why);
    },
    60_000,
  );

  it('that do not arrive in time are not a pass', async () => {
    answer = () => {};
    expect(await askRegistry(folder, 4_000)).toEqual({ requested: false, why: 'no response within 4 s' });
  }, 30_000);

  it('do not hide findings in the lock', async () => {
    answer = answering(405, {});
    const reported: string[] = [];
    expect(await audit(folder, POLICY, (line) => reported.push(line))).toBe(1);
    expect(reported[0]).toMatch(/^right: listed-in-vain/);
  }, 30_000);

  it.each(['', 'not JSON', '[]', 'null', '{}', '{"auditReportVersion": 3, "vulnerabilities": {}}'])(
    'that are not a report, such as %j, are not a pass',
    (printed) => {
      expect(readAudit(printed)).toMatchObject({ requested: false, why: expect.stringMatching(/\w/) });
    },
  );
});
