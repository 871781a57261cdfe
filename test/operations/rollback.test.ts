/**
 * Rolling back to another release: which one, what is set, what is not changed, and what is reported if it
 * cannot be done.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AwsStage, rollBack } from '../../scripts/rollback.ts';
import { TEST_CREDENTIALS } from '../store/stores.ts';

const MACHINE = 'arn:aws:states:us-east-2:123456789012:stateMachine:summarizer-test-summarize';
const ALIAS = `${MACHINE}:live`;

interface Written {
  readonly functions: Readonly<Record<string, string>>;
  readonly machines: Readonly<Record<string, string>>;
}

const RELEASES: readonly Written[] = [
  { functions: { api: '1', read: '1' }, machines: { [ALIAS]: `${MACHINE}:1` } },
  { functions: { api: '2', read: '1' }, machines: { [ALIAS]: `${MACHINE}:2` } },
  { functions: { api: '3', read: '2', added: '1' }, machines: { [ALIAS]: `${MACHINE}:3` } },
];

/** The three services that a rollback uses, as one server: real HTTP, with the aliases in a map. */
class Cloud {
  releases: readonly Written[] = RELEASES;
  readonly aliases = new Map<string, string>();
  readonly changes: string[] = [];
  /** The name of the alias that cannot be set. */
  refuses = '';
  endpoint = '';
  readonly #server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => (body += text));
    request.on('end', () => {
      const target = String(request.headers['x-amz-target'] ?? '').split('.')[1];
      const [status, result] =
        target === undefined
          ? this.#lambda(request.method ?? '', request.url ?? '', body)
          : this.#json(target, JSON.parse(body) as Record<string, never>);
      response
        .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify(result));
    });
  });

  async start(): Promise<void> {
    this.pointTo(this.releases.length - 1);
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.endpoint = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  pointTo(index: number): void {
    const { functions, machines } = this.releases[index]!;
    for (const [name, version] of Object.entries({ ...functions, ...machines }))
      this.aliases.set(name, version);
  }

  #lambda(method: string, url: string, body: string): [number, unknown] {
    const name = /\/functions\/([^/]+)\/aliases\/live$/.exec(url)?.[1] ?? '';
    if (method === 'PUT')
      return this.#set(name, (JSON.parse(body) as { FunctionVersion: string }).FunctionVersion);
    return [200, { Name: 'live', FunctionVersion: this.aliases.get(name) }];
  }

  #json(target: string, input: Record<string, never>): [number, unknown] {
    if (target === 'GetParameterHistory') {
      // Two pages, so that the second is requested.
      const all = this.releases.map((release, at) => ({
        Name: input.Name,
        Value: JSON.stringify(release),
        Version: at + 1,
        LastModifiedDate: 1_795_000_000 + at,
      }));
      return [
        200,
        input.NextToken === undefined
          ? { Parameters: all.slice(0, 1), NextToken: 'more' }
          : { Parameters: all.slice(1) },
      ];
    }
    const alias = String(input.stateMachineAliasArn);
    if (target === 'DescribeStateMachineAlias') {
      const routingConfiguration = [{ stateMachineVersionArn: this.aliases.get(alias), weight: 100 }];
      return [200, { stateMachineAliasArn: alias, routingConfiguration }];
    }
    const [route] = input.routingConfiguration as unknown as { stateMachineVersionArn: string }[];
    return this.#set(alias, route!.stateMachineVersionArn);
  }

  #set(name: string, version: string): [number, unknown] {
    if (name === this.refuses) return [403, { __type: 'AccessDeniedException', message: 'not you' }];
    this.aliases.set(name, version);
    this.changes.push(`${name}=${version}`);
    return [200, { FunctionVersion: version }];
  }
}

let cloud: Cloud;
let stage: AwsStage;
beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', TEST_CREDENTIALS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', TEST_CREDENTIALS.secretAccessKey);
  cloud = new Cloud();
  await cloud.start();
  stage = new AwsStage('test', { region: 'us-east-2', endpoint: cloud.endpoint });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await cloud.close();
});

describe('rolling back', () => {
  it('sets the versions of the previous release, leaves unknown resources, and is done once', async () => {
    const lines = await rollBack({}, stage);
    expect(cloud.changes).toEqual(['api=2', 'read=1', `${ALIAS}=${MACHINE}:2`]);
    expect(cloud.aliases.get('added')).toBe('1');
    expect(lines.join('\n')).toContain('Release 2 of 2026-');
    // Again, by number: all is already set.
    await rollBack({ to: 2 }, stage);
    expect(cloud.changes).toHaveLength(3);
  });

  it('goes further back, and forward again', async () => {
    await rollBack({}, stage);
    await rollBack({}, stage);
    expect(cloud.aliases.get('api')).toBe('1');
    await expect(rollBack({}, stage)).rejects.toThrow('Release 1 is live, and no earlier one is stored.');
    await rollBack({ to: 3 }, stage);
    expect(Object.fromEntries(cloud.aliases)).toEqual({
      ...RELEASES[2]!.functions,
      ...RELEASES[2]!.machines,
    });
  });

  it('lists the releases and which is live, and changes nothing', async () => {
    cloud.pointTo(1);
    const lines = await rollBack({ list: true }, stage);
    expect(lines.map((line) => line.endsWith('live'))).toEqual([false, true, false]);
    expect(cloud.changes).toEqual([]);
  });

  it('reports what was done if it breaks off, and is completed by the same command', async () => {
    cloud.refuses = ALIAS;
    await expect(rollBack({}, stage)).rejects.toThrow(
      /summarizer-test-summarize:live could not be set .*not you.*Done before: api: 3 -> 2; read: 2 -> 1\. Repeat with --to 2\./,
    );
    // Between two releases it does not guess.
    await expect(rollBack({}, stage)).rejects.toThrow(/between two releases/);
    cloud.refuses = '';
    await rollBack({ to: 2 }, stage);
    expect(cloud.aliases.get(ALIAS)).toBe(`${MACHINE}:2`);
  });

  it('is refused for a release that does not exist', async () => {
    await expect(rollBack({ to: 9 }, stage)).rejects.toThrow('There is no release 9');
    cloud.releases = [];
    await expect(rollBack({}, stage)).rejects.toThrow('deploy it first');
    expect(cloud.changes).toEqual([]);
  });
});
