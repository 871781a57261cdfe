/**
 * The suite of states on AWS's TestState, compared with our runner. Run by `npm run test-state` with
 * credentials in the environment: every case of both machines is run by both, and the results are compared
 * field by field. Nothing is deployed or called, since all calls of the states are mocked. `--machine` and
 * `--only TEXT` choose cases, `--region` the region, `--role` an execution role if the account requires one.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  InspectionLevel,
  MockResponseValidationMode,
  SFNClient,
  TestStateCommand,
  type TestStateCommandInput,
  type TestStateCommandOutput,
} from '@aws-sdk/client-sfn';
import type { Json, JsonObject } from '../../packages/asl-runner/src/index.ts';
import { buildCases, fillDefinition, MACHINES, type MachineName, type StateCase } from './cases.ts';
import { findChanges, runCase, type StateReport, shorten } from './report.ts';

/** The options of requests to AWS. */
export interface AwsOptions {
  readonly region: string;
  readonly roleArn?: string;
  /** Another service than AWS's own, for tests. */
  readonly endpoint?: string;
  /** How often a throttled or failed request is tried in total. */
  readonly attempts?: number;
}

/** One case and the differences of the two results; equal if `differences` is empty. */
export interface Comparison {
  readonly title: string;
  readonly differences: readonly string[];
}

/**
 * The API request of a case. `STRICT` validation would require results to have every field of Lambda's API.
 */
export function buildTestStateInput(each: StateCase, roleArn?: string): TestStateCommandInput {
  const { mock } = each;
  const configuration = {
    ...(each.retrierRetryCount !== undefined && { retrierRetryCount: each.retrierRetryCount }),
    ...(each.mapItemReaderData !== undefined && { mapItemReaderData: each.mapItemReaderData }),
  };
  return {
    definition: JSON.stringify(fillDefinition(each.machine)),
    stateName: each.stateName,
    input: JSON.stringify(each.input),
    inspectionLevel: InspectionLevel.DEBUG,
    ...(roleArn !== undefined && { roleArn }),
    ...(each.variables && { variables: JSON.stringify(each.variables) }),
    // The context may only be given if something is mocked.
    ...(mock && { context: JSON.stringify(each.context) }),
    ...(mock && {
      mock: {
        ...('result' in mock
          ? { result: JSON.stringify(mock.result) }
          : { errorOutput: { error: mock.error, cause: mock.cause } }),
        fieldValidationMode: MockResponseValidationMode.NONE,
      },
    }),
    ...(Object.keys(configuration).length > 0 && { stateConfiguration: configuration }),
  };
}

/** The API's response in the form of our own. */
export function readTestStateOutput(each: StateCase, answer: TestStateCommandOutput): StateReport {
  const { status = 'none', output, error, nextState, inspectionData = {} } = answer;
  const { errorDetails = {}, variables, afterItemSelector, afterItemBatcher } = inspectionData;
  const changed = findChanges(each.variables ?? {}, parse(variables) as JsonObject);
  return {
    status,
    ...(output !== undefined && { output: parse(output) }),
    ...(nextState !== undefined && { nextState }),
    ...(error !== undefined && { error }),
    ...(Object.keys(changed).length > 0 && { variables: changed }),
    ...pick(errorDetails, ['retryIndex', 'retryBackoffIntervalSeconds', 'catchIndex']),
    ...pick(inspectionData, ['maxConcurrency', 'toleratedFailurePercentage']),
    ...(afterItemSelector !== undefined && { afterItemSelector: shortenParsed(afterItemSelector) }),
    ...(afterItemBatcher !== undefined && { afterItemBatcher: shortenParsed(afterItemBatcher) }),
  };
}

function pick(from: object, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(from).filter(([name, value]) => names.includes(name) && value !== undefined),
  );
}

function parse(text: string | undefined): Json {
  return text === undefined ? {} : JSON.parse(text);
}

function shortenParsed(text: string): Json {
  const value = JSON.parse(text) as Json;
  return Array.isArray(value) ? shorten(value) : value;
}

/**
 * Fields for which AWS's documentation does not say whether a state of that kind has them: compared if both
 * have one.
 */
const WHERE_BOTH: ReadonlySet<string> = new Set([
  'afterItemSelector',
  'afterItemBatcher',
  'maxConcurrency',
  'toleratedFailurePercentage',
]);

/**
 * The differences of AWS's report from ours, one line per field. A random wait may be anything up to ours.
 */
export function compareReports(ours: StateReport, theirs: StateReport): string[] {
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]) as Set<keyof StateReport>;
  return [...names].flatMap((name) => {
    const [a, b] = [ours[name], theirs[name]];
    if (WHERE_BOTH.has(name) && (a === undefined || b === undefined)) return [];
    if (name === 'retryBackoffIntervalSeconds' && typeof a === 'number' && typeof b === 'number' && b <= a)
      return [];
    return isEqual(a, b) ? [] : [`${name}: ours ${brief(a)}, AWS ${brief(b)}`];
  });
}

function brief(value: unknown): string {
  return (JSON.stringify(value) ?? 'none').slice(0, 160);
}

/** Equal as JSON, ignoring the order of keys. */
function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(sortKeys(a)) === JSON.stringify(sortKeys(b));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sortKeys(each)]),
  );
}

/** Runs every case on both, one after another. @throws what the SDK throws if AWS refuses the caller */
export async function* compareOnAws(
  cases: readonly StateCase[],
  options: AwsOptions,
): AsyncGenerator<Comparison> {
  const client = new SFNClient({
    region: options.region,
    maxAttempts: options.attempts ?? 8,
    retryMode: 'adaptive',
    // The API's host begins with `sync-`, which only AWS's own host has.
    ...(options.endpoint !== undefined && { endpoint: options.endpoint, disableHostPrefix: true }),
  });
  try {
    for (const each of cases) {
      const answer = await client.send(new TestStateCommand(buildTestStateInput(each, options.roleArn)));
      const differences = compareReports(await runCase(each), readTestStateOutput(each, answer));
      yield { title: `${each.machine} ${each.title}`, differences };
    }
  } finally {
    client.destroy();
  }
}

/** What to do about an error of the SDK, by its name. */
const ADVICE: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    'There are no AWS credentials here. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  AccessDeniedException:
    'The credentials may not call states:TestState. Allow it; a role with that one action is enough.',
  UnrecognizedClientException:
    'AWS does not know these credentials. Are they of another partition, or expired?',
  ExpiredTokenException: 'The credentials have expired. Sign in again.',
  ValidationException: 'TestState refuses the request. Where it names roleArn, give one with --role.',
};

/** Prints the comparison and exits with 0 if all agree, 1 if some differ, 2 if AWS could not be reached. */
export async function main(
  args: readonly string[],
  write: (text: string) => void,
  options: Partial<AwsOptions> = {},
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      machine: { type: 'string' },
      only: { type: 'string', default: '' },
      region: { type: 'string', default: 'us-east-2' },
      role: { type: 'string' },
    },
  });
  const cases = (Object.keys(MACHINES) as MachineName[])
    .filter((machine) => values.machine === undefined || values.machine === machine)
    .flatMap((machine) => buildCases(machine))
    .filter(({ title }) => title.includes(values.only));
  if (cases.length === 0) {
    write(`No case of ${values.machine ?? 'either machine'} has "${values.only}" in its title.\n`);
    return 2;
  }
  let differing = 0;
  try {
    const compared = compareOnAws(cases, {
      region: values.region,
      ...(values.role !== undefined && { roleArn: values.role }),
      ...options,
    });
    for await (const { title, differences } of compared) {
      write(`${differences.length === 0 ? 'agrees ' : 'DIFFERS'}  ${title}\n`);
      for (const difference of differences) write(`         ${difference}\n`);
      if (differences.length > 0) differing += 1;
    }
  } catch (error) {
    const { name, message } = error as Error;
    write(`${ADVICE[name] ?? 'AWS could not be asked.'} (${name}: ${message})\n`);
    return 2;
  }
  write(`${cases.length - differing} agree, ${differing} differ\n`);
  return differing === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2), (text) => void process.stdout.write(text));
}
