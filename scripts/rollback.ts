/**
 * Rolls back to the previous release, or to any other: `npm run rollback -- --stage prod`. Sets the aliases of all
 * functions and state machines to the versions of that release; deploys nothing and removes nothing. Current
 * runs end with the versions with which they began. `resources/versions.ts` writes the list of releases.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { GetAliasCommand, LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import {
  DescribeStateMachineAliasCommand,
  SFNClient,
  UpdateStateMachineAliasCommand,
} from '@aws-sdk/client-sfn';
import { GetParameterHistoryCommand, SSMClient } from '@aws-sdk/client-ssm';
import { LIVE } from '../resources/versions.ts';

const SERVICE = 'dandiset-summarizer';

/**
 * The versions that a deployment made live: a version's number by each function's name, a version's ARN by each
 * machine's alias.
 */
export interface Release {
  /** Counts deployments that changed something, from 1. */
  readonly number: number;
  readonly deployedAt: Date;
  readonly functions: Readonly<Record<string, string>>;
  readonly machines: Readonly<Record<string, string>>;
}

/** The parts of a stage in AWS that a roll-back reads and changes. */
export interface Stage {
  /** Oldest first. */
  readReleases(): Promise<Release[]>;
  readFunction(name: string): Promise<string>;
  readMachine(alias: string): Promise<string>;
  setFunction(name: string, version: string): Promise<void>;
  setMachine(alias: string, version: string): Promise<void>;
}

/** The request: the number of a release, or the previous one; or only the list. */
export interface Rollback {
  readonly to?: number;
  readonly list?: boolean;
}

/** Why nothing was changed, or not everything. */
export class RollbackError extends Error {
  override readonly name = 'RollbackError';
}

/**
 * Sets every alias to the release's versions. Repeating it is safe, and completes an earlier attempt.
 * @returns lines for a person
 * @throws RollbackError if there is no such release, or an alias cannot be set
 */
export async function rollBack({ to, list = false }: Rollback, stage: Stage): Promise<string[]> {
  const releases = await stage.readReleases();
  const newest = releases.at(-1);
  if (newest === undefined) throw new RollbackError('There is no release of this stage: deploy it first.');
  const live = await readLive(newest, stage);
  const present = releases.findLast((release) => isLive(release, live));
  if (list) return releases.map((release) => describe(release, release === present));
  const target = findTarget(releases, present, to);
  const changed = await setAliases(target, live, stage);
  return [
    ...changed,
    `Release ${target.number} of ${target.deployedAt.toISOString()} is live. Runs under way end as they began.`,
    'The next deployment makes a new release and sets every alias to it.',
  ];
}

type Live = Pick<Release, 'functions' | 'machines'>;

/** The current targets of the aliases; those of the newest release, since older ones may name removed resources. */
async function readLive(newest: Release, stage: Stage): Promise<Live> {
  const read = async (names: string[], one: (name: string) => Promise<string>) =>
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, await one(name)] as const)));
  return {
    functions: await read(Object.keys(newest.functions), (name) => stage.readFunction(name)),
    machines: await read(Object.keys(newest.machines), (alias) => stage.readMachine(alias)),
  };
}

/** Whether all resources of both the release and the stage have the release's versions. */
function isLive(release: Release, live: Live): boolean {
  return findDifferences(release, live).length === 0;
}

interface Difference {
  readonly kind: keyof Live;
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** Functions before machines: a machine names its functions' versions itself, so that either order works. */
function findDifferences(release: Release, live: Live): Difference[] {
  return (['functions', 'machines'] as const).flatMap((kind) =>
    Object.entries(live[kind]).flatMap(([name, from]) => {
      const to = release[kind][name];
      return to === undefined || to === from ? [] : [{ kind, name, from, to }];
    }),
  );
}

function findTarget(
  releases: readonly Release[],
  present: Release | undefined,
  to: number | undefined,
): Release {
  if (to !== undefined) {
    const named = releases.find(({ number }) => number === to);
    if (named !== undefined) return named;
    throw new RollbackError(`There is no release ${to}: --list shows all releases.`);
  }
  if (present === undefined)
    throw new RollbackError('The aliases are between two releases: name one by --to; --list shows them.');
  const before = releases[releases.indexOf(present) - 1];
  if (before === undefined)
    throw new RollbackError(`Release ${present.number} is live, and no earlier one is stored.`);
  return before;
}

async function setAliases(target: Release, live: Live, stage: Stage): Promise<string[]> {
  const lines: string[] = [];
  for (const { kind, name, from, to } of findDifferences(target, live)) {
    try {
      await (kind === 'functions' ? stage.setFunction(name, to) : stage.setMachine(name, to));
    } catch (cause) {
      const done = lines.length === 0 ? 'Nothing was changed before.' : `Done before: ${lines.join('; ')}.`;
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new RollbackError(
        `${name} could not be set to ${shortenName(to)}: ${message}. ${done} Repeat with --to ${target.number}.`,
        { cause },
      );
    }
    lines.push(`${shortenName(name)}: ${shortenName(from)} -> ${shortenName(to)}`);
  }
  return lines;
}

/** The distinguishing part of an ARN; anything else unchanged. */
function shortenName(name: string): string {
  return name.startsWith('arn:') ? name.split(':').slice(6).join(':') : name;
}

function describe({ number, deployedAt }: Release, isPresent: boolean): string {
  return `${String(number).padStart(4)}  ${deployedAt.toISOString()}${isPresent ? '  live' : ''}`;
}

/** A stage in the account of the environment's credentials. */
export class AwsStage implements Stage {
  readonly #parameter: string;
  readonly #ssm: SSMClient;
  readonly #lambda: LambdaClient;
  readonly #states: SFNClient;

  constructor(stage: string, client: { readonly region?: string; readonly endpoint?: string } = {}) {
    this.#parameter = `/${SERVICE}/${stage}/release`;
    this.#ssm = new SSMClient(client);
    this.#lambda = new LambdaClient(client);
    this.#states = new SFNClient(client);
  }

  async readReleases(): Promise<Release[]> {
    const releases: Release[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.#ssm.send(
        new GetParameterHistoryCommand({
          Name: this.#parameter,
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      );
      for (const { Value = '{}', Version = 0, LastModifiedDate = new Date(0) } of page.Parameters ?? []) {
        const { functions = {}, machines = {} } = JSON.parse(Value) as Partial<Live>;
        releases.push({ number: Version, deployedAt: LastModifiedDate, functions, machines });
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return releases.sort((a, b) => a.number - b.number);
  }

  async readFunction(name: string): Promise<string> {
    const { FunctionVersion = '' } = await this.#lambda.send(
      new GetAliasCommand({ FunctionName: name, Name: LIVE }),
    );
    return FunctionVersion;
  }

  async readMachine(alias: string): Promise<string> {
    const { routingConfiguration } = await this.#states.send(
      new DescribeStateMachineAliasCommand({ stateMachineAliasArn: alias }),
    );
    return routingConfiguration?.[0]?.stateMachineVersionArn ?? '';
  }

  async setFunction(name: string, version: string): Promise<void> {
    await this.#lambda.send(
      new UpdateAliasCommand({ FunctionName: name, Name: LIVE, FunctionVersion: version }),
    );
  }

  async setMachine(alias: string, version: string): Promise<void> {
    await this.#states.send(
      new UpdateStateMachineAliasCommand({
        stateMachineAliasArn: alias,
        routingConfiguration: [{ stateMachineVersionArn: version, weight: 100 }],
      }),
    );
  }
}

const USAGE = 'npm run rollback -- --stage STAGE [--region REGION] [--to NUMBER] [--list]';

async function main(given: string[]): Promise<number> {
  const { values } = parseArgs({
    args: given,
    options: {
      stage: { type: 'string' },
      region: { type: 'string', default: 'us-east-2' },
      to: { type: 'string' },
      list: { type: 'boolean', default: false },
    },
  });
  const to = values.to === undefined ? undefined : Number(values.to);
  if (values.stage === undefined || (to !== undefined && !Number.isInteger(to))) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const stage = new AwsStage(values.stage, { region: values.region });
  try {
    const lines = await rollBack({ list: values.list, ...(to === undefined ? {} : { to }) }, stage);
    process.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`);
    return 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
