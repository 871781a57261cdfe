/**
 * The deployed template, as CloudFormation gets it: packaged once, without network and credentials, in a
 * separate folder with placeholders for the bundles. Checks that the template matches the code, grants least
 * privilege, and has consistent times.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findSubstitutionNames } from '../packages/asl-runner/src/index.ts';
import { readMeasured } from '../scripts/cost.ts';
import { numbersWith } from '../scripts/cost-numbers.ts';
import { withEnvironments } from '../scripts/write-settings-table.ts';
import { readConfig } from '../shared/config.ts';
import { METRICS } from '../shared/metrics.ts';
import { MAX_REPLIES } from '../shared/pipeline/write-replies.ts';
import { listSettings } from '../shared/settings.ts';
import { functionFiles, makeDeployable } from './deployable.ts';
import {
  bucketRights,
  listValues,
  packageTemplate,
  type Resource,
  resourceText,
  type Statement,
  statementsOfRole,
  type Template,
} from './packaged-template.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STAGE = 'test';
/** Settings whose values must not be deployed. */
const SECRETS = { OPENAI_API_KEY: 'sk-secret-of-the-shell', API_TOKEN: 'token-secret-of-the-shell' };

interface LambdaFunction {
  readonly Handler: string;
  readonly Runtime: string;
  readonly Architectures: readonly string[];
  readonly MemorySize: number;
  readonly Timeout: number;
  readonly FunctionName: string;
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
  readonly Role: unknown;
  readonly ReservedConcurrentExecutions?: unknown;
}

let folder: string;
let template: Template;
let text: string;

beforeAll(async () => {
  folder = makeDeployable();
  text = await packageTemplate(folder, STAGE, SECRETS);
  template = JSON.parse(text) as Template;
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

function findResources(type: string): [name: string, resource: Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

function readProperties<T = Readonly<Record<string, unknown>>>(name: string): T {
  const resource = template.Resources[name];
  if (resource === undefined) throw new Error(`The template has no ${name}`);
  return resource.Properties as T;
}

/** The functions by their file's name. */
function functions(): Map<string, LambdaFunction & { readonly logicalId: string }> {
  return new Map(
    findResources('AWS::Lambda::Function').map(([logicalId, { Properties }]) => {
      const properties = Properties as unknown as LambdaFunction;
      const file =
        /^dist\/functions\/([a-z-]+)\/index\.handler$/.exec(properties.Handler)?.[1] ?? properties.Handler;
      return [file, { ...properties, logicalId }];
    }),
  );
}

function findFunction(file: string): LambdaFunction & { readonly logicalId: string } {
  const found = functions().get(file);
  if (found === undefined) throw new Error(`No function is made of ${file}`);
  return found;
}

/** The statements of a role. */
function findStatements(role: string): Statement[] {
  return statementsOfRole(template, role);
}

function readDefinition(machine: string): Record<string, unknown> {
  return readProperties<{ Definition: Record<string, unknown> }>(machine).Definition;
}

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: Readonly<Record<string, unknown>>;
  readonly TimeoutSeconds?: number;
  readonly ItemBatcher?: { readonly MaxItemsPerBatch: number };
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}

/** All states of a machine, those within its maps too. */
function listStates(states: unknown): [name: string, state: State][] {
  return Object.entries(states as Readonly<Record<string, State>>).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.ItemProcessor === undefined ? [] : listStates(state.ItemProcessor.States)),
  ]);
}

/** The function of a version, by the names of both in the template. */
function functionOfVersion(version: string): string {
  expect(template.Resources[version]?.Type).toBe('AWS::Lambda::Version');
  return readProperties<{ FunctionName: { Ref: string } }>(version).FunctionName.Ref;
}

/** Whether a value depends on the account's size. */
function isOfTheAccount(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'Fn::FindInMap' in value;
}

const MACHINES = { SummarizeStateMachine: 'summarize', SweepStateMachine: 'sweep' } as const;

describe('functions', () => {
  it('are one for each file, and no others', () => {
    expect([...functions().keys()].sort()).toEqual(functionFiles());
  });

  it('run on Node 24 on arm64', () => {
    for (const { Runtime, Architectures } of functions().values()) {
      expect({ Runtime, Architectures }).toEqual({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    }
  });

  it('have one log group each, whose lines expire', () => {
    const groups = new Map(
      findResources('AWS::Logs::LogGroup').map(([, { Properties }]) => [Properties.LogGroupName, Properties]),
    );
    const names = [...functions().values()].map(({ FunctionName }) => `/aws/lambda/${FunctionName}`);
    for (const name of names) expect([...groups.keys()]).toContain(name);
    for (const { RetentionInDays } of groups.values()) expect(RetentionInDays).toBe(30);
  });

  it('have metrics in the namespace of the dashboard and the alarm on spending', () => {
    const namespaces = [...functions().values()].map(
      ({ Environment }) => Environment.Variables.POWERTOOLS_METRICS_NAMESPACE,
    );
    expect(new Set(namespaces)).toEqual(new Set([readProperties('DailyCostAlarm').Namespace]));
  });
});

describe('permissions', () => {
  /** Statements for `*`, and why nothing narrower is possible. */
  const OVER_EVERYTHING: Readonly<Record<string, string>> = {
    'SummarizeRole logs:CreateLogDelivery': 'log delivery has no resources',
    'SweepRole logs:CreateLogDelivery': 'log delivery has no resources',
  };

  it('name their resources, except for a few without resources in AWS', () => {
    const wide = findResources('AWS::IAM::Role').flatMap(([role]) =>
      findStatements(role)
        .filter(({ Resource }) => listValues(Resource).map(resourceText).includes('*'))
        .map(({ Action }) => `${role} ${listValues(Action)[0]}`),
    );
    expect(wide.sort()).toEqual(Object.keys(OVER_EVERYTHING).sort());
    // Traces have a separate policy, for all roles that write them.
    const { Roles, PolicyDocument } = readProperties<{
      Roles: { Ref: string }[];
      PolicyDocument: { Statement: Statement[] };
    }>('TracingPolicy');
    expect(Roles.map(({ Ref }) => Ref).sort()).toEqual(
      [
        ...new Set([
          ...[...functions().values()].map(
            ({ Role }) => (Role as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0],
          ),
          'SummarizeRole',
          'SweepRole',
        ]),
      ].sort(),
    );
    for (const { Action, Resource } of PolicyDocument.Statement) {
      expect(Resource).toBe('*');
      expect(listValues(Action).every((action) => /^xray:(?:Put|GetSampling)\w+$/.test(action))).toBe(true);
    }
    for (const role of ['SummarizeRole', 'SweepRole']) {
      const [statement] = findStatements(role).filter(({ Resource }) => Resource === '*');
      expect(listValues(statement!.Action).every((action) => action.startsWith('logs:'))).toBe(true);
    }
  });

  it('name their actions, one by one', () => {
    for (const [role] of findResources('AWS::IAM::Role')) {
      for (const { Action } of findStatements(role)) {
        expect(listValues(Action).filter((action) => action.includes('*'))).toEqual([]);
      }
    }
  });

  it('come only from roles of the template, without AWS’s own policies', () => {
    for (const { Role } of functions().values()) {
      const [name] = (Role as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'];
      expect(template.Resources[name]?.Type).toBe('AWS::IAM::Role');
    }
    for (const [, { Properties }] of findResources('AWS::IAM::Role')) {
      expect(Properties.ManagedPolicyArns).toBeUndefined();
    }
  });

  /**
   * The permissions in the results bucket; `test/operations/rights.system.test.ts` compares them with the
   * actual requests.
   */
  const IN_THE_BUCKET: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
    ListAssetsRole: {
      '': ['ListBucket'],
      'summaries/*': ['GetObject', 'PutObject'],
      'kept/*': ['GetObject'],
      'catalog.json': ['GetObject'],
      'catalog/*': ['GetObject'],
      'runs/*': ['PutObject'],
      'runs/turns.json': ['GetObject'],
    },
    ReadHeadersRole: { '': ['ListBucket'], 'headers/*': ['GetObject', 'PutObject'] },
    BuildPromptRole: {
      '': ['ListBucket'],
      'runs/*': ['GetObject', 'PutObject'],
      'headers/*': ['DeleteObject', 'GetObject'],
    },
    WriteSummaryRole: {
      '': ['ListBucket'],
      'runs/*': ['GetObject', 'PutObject'],
      'summaries/*': ['GetObject', 'PutObject'],
      'kept/*': ['GetObject', 'PutObject'],
      'catalog.json': ['GetObject', 'PutObject'],
      'catalog/*': ['DeleteObject', 'GetObject', 'PutObject'],
      'search-index': ['GetObject', 'PutObject'],
      'search-pending/*': ['DeleteObject', 'GetObject', 'PutObject'],
    },
    ApiRole: {
      '': ['ListBucket'],
      'summaries/*': ['GetObject'],
      'headers/*': ['GetObject'],
      'kept/*': ['GetObject'],
      'catalog.json': ['GetObject'],
      'catalog/*': ['GetObject'],
      'search-index': ['GetObject'],
      'runs/requests/*': ['GetObject', 'PutObject'],
      'runs/days/*': ['GetObject', 'PutObject'],
    },
    PollPublicationsRole: { '': ['ListBucket'], 'publications/*': ['GetObject', 'PutObject'] },
    FindStaleRole: {
      '': ['ListBucket'],
      'summaries/*': ['DeleteObject', 'GetObject'],
      'failures/*': ['DeleteObject', 'GetObject'],
      'drafts.json': ['GetObject', 'PutObject'],
      'catalog.json': ['GetObject', 'PutObject'],
      'catalog/*': ['DeleteObject', 'GetObject', 'PutObject'],
      'search-index': ['GetObject', 'PutObject'],
      'search-pending/*': ['DeleteObject', 'GetObject', 'PutObject'],
      'sweeps/*': ['PutObject'],
      'kept/*': ['DeleteObject'],
      'runs/*': ['DeleteObject'],
    },
    ExportTablesRole: {
      '': ['ListBucket'],
      'headers/*': ['GetObject'],
      'files/*': ['GetObject', 'PutObject'],
      'nodes/*': ['GetObject', 'PutObject'],
    },
    SweepRecordsRole: {
      '': ['ListBucket'],
      'sweeps/*': ['GetObject'],
      'summaries/*': ['GetObject'],
      'failures/*': ['DeleteObject', 'GetObject', 'PutObject'],
      'reports/*': ['PutObject'],
      'catalog.json': ['GetObject'],
      'catalog/*': ['GetObject'],
      'search-index': ['GetObject', 'PutObject'],
      'search-pending/*': ['DeleteObject', 'GetObject', 'PutObject'],
    },
    SummarizeRole: {
      'runs/*': ['AbortMultipartUpload', 'GetObject', 'ListMultipartUploadParts', 'PutObject'],
    },
    SweepRole: { 'sweeps/*': ['AbortMultipartUpload', 'GetObject', 'ListMultipartUploadParts', 'PutObject'] },
    StartSummarizeRole: {},
    ScheduleRole: {},
  };

  it('in the bucket are those of this table', () => {
    const found = findResources('AWS::IAM::Role').map(([role]) => [role, bucketRights(template, role)]);
    expect(Object.fromEntries(found)).toEqual(IN_THE_BUCKET);
  });

  it('outside the bucket are limited to the stack’s resources, or to names that begin with the stack’s', () => {
    const own = `dandiset-summarizer-${STAGE}`;
    const foreign = findResources('AWS::IAM::Role').flatMap(([role]) =>
      findStatements(role)
        .flatMap(({ Resource }) => listValues(Resource).map(resourceText))
        .filter((resource) => resource !== '*')
        .filter((resource) => {
          const name = resource.replace(/^\$\{(\w+)(?:\.Arn)?\}.*$/, '$1').replace(/\.Arn$/, '');
          return template.Resources[name] === undefined;
        })
        .filter(
          (resource) =>
            !resource.includes(own) && !resource.includes(`parameter/dandiset-summarizer/${STAGE}/`),
        )
        .map((resource) => `${role} ${resource}`),
    );
    // Step Functions waits for executions by a rule that has this one name in every account.
    expect(foreign).toEqual([
      expect.stringMatching(/^SweepRole .*:rule\/StepFunctionsGetEventsForStepFunctionsExecutionRule$/),
    ]);
  });

  it('are assumed only by services of AWS, and only for this account if a service works for many', () => {
    for (const [, { Properties }] of findResources('AWS::IAM::Role')) {
      const { Statement } = Properties.AssumeRolePolicyDocument as { Statement: readonly Statement[] };
      for (const { Principal, Condition } of Statement) {
        const { Service } = Principal as { Service: string };
        expect(Service).toMatch(/^(?:lambda|states|events|scheduler)\.amazonaws\.com$/);
        if (Service !== 'lambda.amazonaws.com') {
          expect(Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
        }
      }
    }
  });
});

describe('stored documents', () => {
  const TLS_ONLY = {
    Effect: 'Deny',
    Principal: '*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };

  it('is encrypted, closed to the public, versioned, and outlives the stack', () => {
    expect(template.Resources.ResultsBucket).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { VersioningConfiguration: { Status: 'Enabled' } },
    });
    for (const [, { Properties }] of findResources('AWS::S3::Bucket')) {
      expect(Properties.BucketEncryption).toMatchObject({ ServerSideEncryptionConfiguration: [{}] });
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
    expect(readProperties('UndeliveredQueue').SqsManagedSseEnabled).toBe(true);
  });

  it('is reached only over TLS, and by nobody outside the account', () => {
    const policies = [
      ...findResources('AWS::S3::BucketPolicy'),
      ...findResources('AWS::SQS::QueuePolicy'),
      ...findResources('AWS::SNS::TopicPolicy'),
    ];
    expect(policies.length).toBeGreaterThanOrEqual(4);
    for (const [, { Properties }] of policies) {
      const { Statement } = Properties.PolicyDocument as { Statement: readonly Statement[] };
      // The framework writes `false` without quotes for its own bucket, which IAM accepts as well.
      const asText = JSON.parse(JSON.stringify(Statement).replaceAll(':false', ':"false"')) as Statement[];
      expect(asText).toContainEqual(expect.objectContaining(TLS_ONLY));
      for (const statement of Statement.filter(({ Effect }) => Effect === 'Allow')) {
        expect(statement.Principal).toEqual({ Service: expect.stringMatching(/^[a-z]+\.amazonaws\.com$/) });
        expect(statement.Condition).toBeDefined();
      }
    }
    const { Statement } = readProperties<{ PolicyDocument: { Statement: Statement[] } }>(
      'ResultsBucketPolicy',
    ).PolicyDocument;
    expect(Statement.filter(({ Effect }) => Effect === 'Allow')).toEqual([]);
    const locations = listValues(Statement[0]?.Resource).map(resourceText);
    expect(locations).toEqual(['ResultsBucket.Arn', expect.stringMatching(/^\$\{ResultsBucket\.Arn\}\/\*$/)]);
  });
});

describe('the remains of a removal', () => {
  it('is the results bucket, with the policy that limits it to TLS', () => {
    // Versions are retained when others replace them, and are removed with their function or machine.
    const kept = Object.entries(template.Resources).filter(
      ([, { Type, DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete' }]) =>
        !/::(?:Lambda::|StepFunctions::StateMachine)Version$/.test(Type) &&
        (DeletionPolicy !== 'Delete' || UpdateReplacePolicy !== 'Delete'),
    );
    expect(
      Object.fromEntries(
        kept.map(([name, { DeletionPolicy, UpdateReplacePolicy }]) => [
          name,
          [DeletionPolicy, UpdateReplacePolicy],
        ]),
      ),
    ).toEqual({ ResultsBucket: ['Retain', 'Retain'], ResultsBucketPolicy: ['Retain', 'Retain'] });
    expect(template.Resources.ResultsBucketPolicy?.Properties.Bucket).toEqual({ Ref: 'ResultsBucket' });
  });

  it('does not block the removal: the framework’s own bucket is emptied', () => {
    for (const [name] of findResources('AWS::S3::Bucket')) {
      expect(['ResultsBucket', 'ServerlessDeploymentBucket']).toContain(name);
    }
    // Emptied by `serverless remove` before the stack is removed; versions of its objects would stay, so it
    // has none.
    expect(readProperties('ServerlessDeploymentBucket').VersioningConfiguration).toBeUndefined();
  });

  it('includes no log group: each belongs to the stack, and nobody may create another', () => {
    const groups = findResources('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties.LogGroupName);
    const written = [
      ...[...functions().values()].map(({ FunctionName }) => `/aws/lambda/${FunctionName}`),
      ...Object.values(MACHINES).map((file) => `/aws/vendedlogs/states/dandiset-summarizer-${STAGE}-${file}`),
    ];
    expect(groups.sort()).toEqual([...written, `/aws/http-api/dandiset-summarizer-${STAGE}`].sort());
    // The machines log to the groups of the stack.
    for (const machine of Object.keys(MACHINES)) {
      const { LoggingConfiguration } = readProperties<{ LoggingConfiguration: { Destinations: unknown } }>(
        machine,
      );
      const name = `${machine.replace('StateMachine', '')}LogGroup`;
      expect(LoggingConfiguration.Destinations).toEqual([
        { CloudWatchLogsLogGroup: { LogGroupArn: { 'Fn::GetAtt': [name, 'Arn'] } } },
      ]);
    }
    for (const [, { Properties }] of findResources('AWS::ApiGatewayV2::Stage')) {
      expect(Properties.AccessLogSettings).toMatchObject({
        DestinationArn: { 'Fn::GetAtt': ['HttpApiLogGroup', 'Arn'] },
        // No reader's IP address is stored.
        Format: expect.not.stringMatching(/sourceIp|userAgent|authorizer/),
      });
    }
  });

  /**
   * Permissions of the roles that create something: within the stack's resources, so that it is removed with
   * them or is in the bucket.
   */
  const WITHIN: ReadonlySet<string> = new Set([
    's3:PutObject',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'events:PutEvents',
    'sqs:SendMessage',
    'states:StartExecution',
    'states:RedriveExecution',
    'lambda:InvokeFunction',
  ]);
  /** Permissions that create something in the account, and what: docs/operations.md says how to remove it. */
  const OF_THE_ACCOUNT: Readonly<Record<string, string>> = {
    'SweepRole events:PutRule': 'one rule for all machines of the account that wait for another',
    'SweepRole events:PutTargets': 'one rule for all machines of the account that wait for another',
    'SummarizeRole logs:CreateLogDelivery': 'ends with the machine that it delivers for',
    'SummarizeRole logs:PutResourcePolicy': 'one policy for all log deliveries of the account',
    'SweepRole logs:CreateLogDelivery': 'ends with the machine that it delivers for',
    'SweepRole logs:PutResourcePolicy': 'one policy for all log deliveries of the account',
  };

  it('include nothing that the running system created, except for two things that the account shares', () => {
    const READS = /:(?:Get|List|Describe)/;
    const ENDS = /:(?:Delete|Abort|Stop|Update)/;
    const made = findResources('AWS::IAM::Role').flatMap(([role]) =>
      findStatements(role).flatMap(({ Action }) =>
        listValues(Action)
          .filter((action) => !READS.test(action) && !ENDS.test(action) && !WITHIN.has(action))
          .map((action) => `${role} ${action}`),
      ),
    );
    expect(made.sort()).toEqual(Object.keys(OF_THE_ACCOUNT).sort());
    const documented = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
    const tearDown = documented.slice(documented.indexOf('## Tear down'));
    expect(tearDown).toContain('StepFunctionsGetEventsForStepFunctionsExecutionRule');
    expect(tearDown).toContain('AWSLogDeliveryWrite20150319');
  });
});

describe('settings', () => {
  it('are in the environments as in the table of settings', () => {
    expect(serverlessText()).toBe(withEnvironments(serverlessText()));
  });

  it('reach the functions that the table names, and no secret any', () => {
    const camelCase = (file: string) =>
      file.replaceAll(/-(.)/g, (_all, letter: string) => letter.toUpperCase());
    const everywhere = [...functions().keys()].map(camelCase);
    const reached = new Map<string, string[]>();
    for (const [name, { Environment }] of functions()) {
      for (const setting of Object.keys(Environment.Variables)) {
        reached.set(setting, [...(reached.get(setting) ?? []), camelCase(name)]);
      }
    }
    for (const [name, { kind, deployed }] of listSettings()) {
      const to = 'not' in deployed ? [] : deployed.to === 'every function' ? everywhere : deployed.to;
      expect([name, (reached.get(name) ?? []).sort()]).toEqual([name, [...to].sort()]);
      if (kind === 'secret') expect([name, to]).toEqual([name, []]);
    }
  });

  it('of a deployment are all in the example of the documentation', () => {
    const taken = [serverlessText(), ...readdirSync(join(ROOT, 'resources')).map(resourceFile)]
      .flatMap((yaml) => [...yaml.matchAll(/\$\{env:(\w+)/g)].map(([, name = '']) => name))
      .sort();
    expect(taken.length).toBeGreaterThan(15);
    const documented = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
    const shown = [...documented.matchAll(/^export (\w+)=/gm)].map(([, name = '']) => name);
    // The region is for the commands.
    expect(shown.filter((name) => name !== 'AWS_REGION').sort()).toEqual([...new Set(taken)]);
  });
});

function serverlessText(): string {
  return readFileSync(join(ROOT, 'serverless.yml'), 'utf8');
}

function resourceFile(name: string): string {
  return readFileSync(join(ROOT, 'resources', name), 'utf8');
}

describe('secrets', () => {
  it('are not in the template, for any environment of the shell', () => {
    for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret);
    const names = [...functions().values()].flatMap(({ Environment }) => Object.keys(Environment.Variables));
    // Settings that count tokens contain no token.
    const secretive = names.filter((name) =>
      /KEY|TOKEN(?!S$|S_PER_DAY$|_BUDGET$)|SECRET|PASSWORD/.test(name),
    );
    expect(secretive.filter((name) => !name.endsWith('_PARAMETER'))).toEqual([]);
  });

  it('are read from parameters under the stack’s own path', () => {
    const readers = findResources('AWS::IAM::Role').flatMap(([role]) =>
      findStatements(role).flatMap(({ Action, Resource }) =>
        listValues(Action).some((action) => action.startsWith('ssm:'))
          ? [[role, listValues(Action), listValues(Resource).map(resourceText).join()]]
          : [],
      ),
    );
    expect(readers.map(([role]) => role).sort()).toEqual(['ApiRole', 'WriteSummaryRole']);
    for (const [, actions, resource] of readers) {
      expect(actions).toEqual(['ssm:GetParameter']);
      expect(resource).toContain(`:parameter/dandiset-summarizer/${STAGE}/`);
    }
  });
});

describe.each(Object.entries(MACHINES))('%s', (logicalId, file) => {
  it('is the definition of the repository, with every name filled in', () => {
    const { Definition, DefinitionSubstitutions } = readProperties<{
      Definition: unknown;
      DefinitionSubstitutions: Record<string, unknown>;
    }>(logicalId);
    expect(Definition).toEqual(JSON.parse(readFileSync(join(ROOT, `functions/${file}.asl.json`), 'utf8')));
    expect(Object.keys(DefinitionSubstitutions).sort()).toEqual(findSubstitutionNames(Definition).sort());
    for (const value of Object.values(DefinitionSubstitutions).filter((each) => !isOfTheAccount(each))) {
      expect(template.Resources).toHaveProperty(resourceText(value).replace(/\.Arn$/, ''));
    }
  });

  it('may invoke the functions that it names, and no others', () => {
    const { DefinitionSubstitutions, RoleArn } = readProperties<{
      DefinitionSubstitutions: Record<string, unknown>;
      RoleArn: { 'Fn::GetAtt': [string, string] };
    }>(logicalId);
    const named = Object.entries(DefinitionSubstitutions)
      .filter(([name]) => name.endsWith('Function'))
      .map(([, value]) => resourceText(value));
    const allowed = findStatements(RoleArn['Fn::GetAtt'][0])
      .filter(({ Action }) => listValues(Action).includes('lambda:InvokeFunction'))
      .flatMap(({ Resource }) => listValues(Resource).map(resourceText));
    // In any version, since a run may have started before the last deployment.
    expect(allowed.sort()).toEqual(named.map((version) => `\${${functionOfVersion(version)}.Arn}:*`).sort());
  });

  it('waits for each function at least as long as it may run', () => {
    const { DefinitionSubstitutions } = readProperties<{ DefinitionSubstitutions: Record<string, unknown> }>(
      logicalId,
    );
    const byLogicalId = new Map([...functions().values()].map((each) => [each.logicalId, each]));
    const tasks = listStates(readDefinition(logicalId).States).filter(([, { Resource }]) =>
      Resource?.endsWith(':lambda:invoke'),
    );
    expect(tasks.length).toBeGreaterThanOrEqual(3);
    for (const [name, { Arguments, TimeoutSeconds }] of tasks) {
      const variable = /^\$\{(\w+)\}$/.exec(String(Arguments?.FunctionName))?.[1] ?? '';
      const called = byLogicalId.get(functionOfVersion(resourceText(DefinitionSubstitutions[variable])));
      expect([name, (called?.Timeout ?? Number.POSITIVE_INFINITY) <= (TimeoutSeconds ?? 0)]).toEqual([
        name,
        true,
      ]);
    }
  });
});

describe('versions', () => {
  const CALLS =
    /^AWS::(?:ApiGatewayV2::Integration|Events::Rule|Lambda::(?:EventSourceMapping|Permission)|Scheduler::Schedule)$/;

  it('are called by number from state machines, and by alias from everywhere else', () => {
    const machines = Object.keys(MACHINES);
    for (const machine of machines) {
      const { DefinitionSubstitutions } = readProperties<{
        DefinitionSubstitutions: Record<string, unknown>;
      }>(machine);
      for (const [name, value] of Object.entries(DefinitionSubstitutions)) {
        if (name.endsWith('Function')) functionOfVersion(resourceText(value));
        if (name.endsWith('StateMachine'))
          expect(value).toEqual({ Ref: `${name.replace('StateMachine', '')}Alias` });
      }
    }
    const unqualified = new Set([
      ...[...functions().values()].map(({ logicalId }) => logicalId),
      ...machines,
    ]);
    const callers = Object.entries(template.Resources).filter(([, { Type }]) => CALLS.test(Type));
    expect(callers.length).toBeGreaterThanOrEqual(7);
    const direct = callers.flatMap(([name, { Properties }]) =>
      [...JSON.stringify(Properties).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/g)]
        .map(([, target = '']) => target)
        .filter((target) => unqualified.has(target))
        .map((target) => `${name} ${target}`),
    );
    // Calls nothing: it matches events, which name the machine without its alias.
    expect(direct).toEqual(['FailedPublicationRule SummarizeStateMachine']);
    expect(findFunction('api').Environment.Variables.SUMMARIZE_MACHINE_ARN).toEqual({
      Ref: 'SummarizeAlias',
    });
    for (const [, { Properties }] of findResources('AWS::Lambda::EventInvokeConfig'))
      expect(Properties.Qualifier).toBe('live');
  });

  it('have one alias per function and machine, set again by every deployment', () => {
    const aliases = findResources('AWS::Lambda::Alias');
    expect(aliases).toHaveLength(functions().size);
    for (const [, { Properties }] of aliases) {
      const version = resourceText(Properties.FunctionVersion).replace(/\.Version$/, '');
      expect({ Ref: functionOfVersion(version) }).toEqual(Properties.FunctionName);
    }
    const machineAliases = findResources('AWS::StepFunctions::StateMachineAlias');
    expect(machineAliases).toHaveLength(Object.keys(MACHINES).length);
    for (const [, { Properties }] of [...aliases, ...machineAliases]) {
      expect(Properties).toMatchObject({
        Name: 'live',
        Description: expect.stringContaining('packaged at 20'),
      });
    }
  });

  it('belong to the deployed definition, and earlier ones stay', () => {
    for (const [, resource] of findResources('AWS::StepFunctions::StateMachineVersion')) {
      const { Ref } = resource.Properties.StateMachineArn as { Ref: string };
      expect(resource).toMatchObject({
        UpdateReplacePolicy: 'Retain',
        Properties: { StateMachineRevisionId: { 'Fn::GetAtt': [Ref, 'StateMachineRevisionId'] } },
      });
    }
    for (const [, { DeletionPolicy }] of findResources('AWS::Lambda::Version'))
      expect(DeletionPolicy).toBe('Retain');
  });

  it('are recorded together, in a parameter whose history is the list of releases', () => {
    const { Name, Value } = readProperties<{ Name: string; Value: { 'Fn::Sub': string } }>('Release');
    expect(Name).toBe(`/dandiset-summarizer/${STAGE}/release`);
    // With names and ARNs of maximum length it stays below the 4 KB of a parameter.
    const filledIn = Value['Fn::Sub'].replaceAll(/\$\{[^}]+\}/g, (location) =>
      'x'.repeat(location.includes('.') ? 4 : 130),
    );
    expect(filledIn.length).toBeLessThan(4096);
    const release = JSON.parse(Value['Fn::Sub']) as { functions: object; machines: object };
    expect(Object.keys(release.functions)).toHaveLength(functions().size);
    expect(Object.keys(release.machines)).toHaveLength(Object.keys(MACHINES).length);
  });
});

describe('times', () => {
  const config = readConfig({});
  /** Seconds before Lambda's limit at which a step is ended by its own wrapper. */
  const RESERVE = 5;

  it('the API responds before the gateway’s timeout of 30 seconds', () => {
    expect(findFunction('api').Timeout).toBeLessThanOrEqual(29);
  });

  it('a batch of files fits into ReadHeaders, each file taking the maximum', () => {
    const [, map] = listStates(readDefinition('SummarizeStateMachine').States).find(
      ([name]) => name === 'ReadHeaderBatches',
    )!;
    const turns = Math.ceil(map.ItemBatcher!.MaxItemsPerBatch / config.readConcurrency);
    const seconds = turns * (config.readLimits.milliseconds / 1000);
    expect(seconds).toBeLessThanOrEqual(findFunction('read-headers').Timeout - RESERVE);
  });

  it('all replies fit into WriteSummary', () => {
    expect(MAX_REPLIES * config.model.timeoutSeconds).toBeLessThan(
      findFunction('write-summary').Timeout - RESERVE,
    );
  });

  it('a sweep waits for a run longer than the run may take, and takes longer itself', () => {
    const run = Number(readDefinition('SummarizeStateMachine').TimeoutSeconds);
    const sweep = readDefinition('SweepStateMachine');
    const [, waiting] = listStates(sweep.States).find(([name]) => name === 'Summarize')!;
    expect(waiting.TimeoutSeconds).toBeGreaterThan(run);
    expect(Number(sweep.TimeoutSeconds)).toBeGreaterThan(waiting.TimeoutSeconds ?? Number.POSITIVE_INFINITY);
  });

  it('functions called every quarter of an hour end before the next call', () => {
    for (const file of ['poll-publications', 'find-stale']) {
      expect(findFunction(file).Timeout).toBeLessThanOrEqual(15 * 60);
    }
  });

  it('are those in the documentation', () => {
    const documented = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
    for (const [file, { Timeout }] of functions()) {
      const name = file.replace(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
      const row = documented.split('\n').find((line) => line.startsWith(`| ${name} `));
      expect([file, row?.split('|')[2]?.trim()]).toEqual([file, `${Timeout} s`]);
    }
  });
});

describe('costs', () => {
  it('are computed for the memory and the alarms that are deployed', () => {
    const numbers = numbersWith();
    expect(findFunction('read-headers').MemorySize).toBe(numbers.readMb);
    expect(findFunction('api').MemorySize).toBe(numbers.apiMb);
    // An alarm is paid for by the metrics that it watches.
    const watched = findResources('AWS::CloudWatch::Alarm').map(([, { Properties }]) =>
      Array.isArray(Properties.Metrics)
        ? Properties.Metrics.filter((metric: object) => 'MetricStat' in metric).length
        : 1,
    );
    expect(watched.reduce((sum, metrics) => sum + metrics, 0)).toBe(numbers.alarms);
    const rules = readProperties<{
      LifecycleConfiguration: {
        Rules: readonly {
          readonly Prefix?: string;
          readonly ExpirationInDays?: number;
          readonly NoncurrentVersionExpiration: { readonly NoncurrentDays: number };
        }[];
      };
    }>('ResultsBucket').LifecycleConfiguration.Rules;
    const whole = rules.find(({ Prefix }) => Prefix === undefined);
    expect(whole?.NoncurrentVersionExpiration.NoncurrentDays).toBe(numbers.oldVersionDays);
    expect(rules.find(({ Prefix }) => Prefix === 'runs/')?.ExpirationInDays).toBe(numbers.runDays);
    expect(Object.keys(METRICS)).toHaveLength(numbers.metrics);
    const memory = ['list-assets', 'build-prompt', 'write-summary', 'find-stale', 'poll-publications'].map(
      (file) => findFunction(file).MemorySize,
    );
    expect(memory).toEqual([1024, 1769, 512, 1769, 512]);
  });

  it('ReadHeaders has room for as many of the largest measured headers as it reads at once', () => {
    const most = Math.max(...readMeasured().reads.map(({ peakMegabytes }) => peakMegabytes));
    expect(findFunction('read-headers').MemorySize * 1.048576).toBeGreaterThan(1.2 * most);
  });
});

describe('an account', () => {
  const { small, large } = { small: 10, large: 1000 };
  /** Concurrency that AWS does not allow to reserve. */
  const UNRESERVED = 100;
  /**
   * Functions that run concurrently with readers: the API, the poller, a check for withdrawals, and a step of
   * a run.
   */
  const BESIDES = 4;
  const measureSize = (size: string) => {
    const { Runs = '', Batches = '' } = template.Mappings.AtOnce[size] ?? {};
    return { runs: Number(Runs), batches: Number(Batches) };
  };

  it('counts as a new one unless a setting says otherwise', () => {
    expect(template.Parameters.AccountSize?.Default).toBe('small');
    expect(Object.keys(template.Mappings.AtOnce).sort()).toEqual(['large', 'small']);
    const maps = Object.keys(MACHINES).flatMap((machine) =>
      listStates(readDefinition(machine).States).filter(([, { Type }]) => Type === 'Map'),
    );
    const bounds = maps.map(([name, state]) => [
      name,
      (state as { MaxConcurrency?: unknown }).MaxConcurrency,
    ]);
    expect(Object.fromEntries(bounds)).toEqual({
      ReadHeaderBatches: expect.stringContaining('{BatchesAtOnce}'),
      ReadOneByOne: 1,
      SummarizeDueVersions: expect.stringContaining('{RunsAtOnce}'),
    });
  });

  it('has nothing reserved if it is new, and room for the batches of a sweep’s runs and of one more run', () => {
    const reserving = [...functions().values()].filter(
      ({ ReservedConcurrentExecutions }) => ReservedConcurrentExecutions !== undefined,
    );
    expect(reserving.map(({ ReservedConcurrentExecutions }) => ReservedConcurrentExecutions)).toEqual([
      { 'Fn::If': ['IsLargeAccount', 200, { Ref: 'AWS::NoValue' }] },
    ]);
    const { runs, batches } = measureSize('small');
    expect((runs + 1) * batches + BESIDES).toBeLessThanOrEqual(small);
  });

  it('reserves as many readers as can run if it is large, and leaves the unreserved minimum of AWS', () => {
    const { runs, batches } = measureSize('large');
    expect((runs + 1) * batches).toBeLessThanOrEqual(200);
    expect(200 + UNRESERVED).toBeLessThanOrEqual(large);
  });

  it('is retried after throttling for longer than a function may run', () => {
    interface Retrier {
      readonly ErrorEquals: readonly string[];
      readonly IntervalSeconds: number;
      readonly BackoffRate: number;
      readonly MaxAttempts: number;
      readonly MaxDelaySeconds: number;
    }
    const tasks = Object.keys(MACHINES)
      .flatMap((machine) => listStates(readDefinition(machine).States))
      .filter(([, { Resource }]) => Resource?.endsWith(':lambda:invoke'));
    expect(tasks.length).toBeGreaterThanOrEqual(9);
    for (const [name, state] of tasks) {
      const { Retry = [] } = state as { Retry?: readonly Retrier[] };
      const retrier = Retry.filter(({ ErrorEquals }) =>
        ErrorEquals.includes('Lambda.TooManyRequestsException'),
      );
      expect([name, retrier.length, retrier[0]?.ErrorEquals.length]).toEqual([name, 1, 1]);
      const { IntervalSeconds, BackoffRate, MaxAttempts, MaxDelaySeconds } = retrier[0]!;
      let longest = 0;
      for (let attempt = 0; attempt < MaxAttempts; attempt += 1)
        longest += Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** attempt);
      // With full jitter half of it is expected.
      expect([name, longest / 2 > 900]).toEqual([name, true]);
    }
  });

  it('with its own key for secrets lets their readers decrypt, and nothing else', () => {
    expect(template.Resources.SecretsKeyPolicy).toMatchObject({
      Type: 'AWS::IAM::Policy',
      Condition: 'HasSecretsKey',
    });
    const { Roles, PolicyDocument } = readProperties<{
      Roles: { Ref: string }[];
      PolicyDocument: { Statement: Statement[] };
    }>('SecretsKeyPolicy');
    const readers = findResources('AWS::IAM::Role')
      .map(([role]) => role)
      .filter((role) =>
        findStatements(role).some(({ Action }) =>
          listValues(Action).some((action) => action.startsWith('ssm:')),
        ),
      );
    expect(Roles.map(({ Ref }) => Ref).sort()).toEqual(readers.sort());
    expect(PolicyDocument.Statement).toHaveLength(1);
    expect(PolicyDocument.Statement[0]).toMatchObject({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: { Ref: 'SecretsKeyArn' },
      Condition: {
        StringEquals: {
          'kms:ViaService': { 'Fn::Sub': expect.stringMatching(/^ssm\.\$\{AWS::Region\}\.amazonaws\.com$/) },
        },
        StringLike: {
          'kms:EncryptionContext:PARAMETER_ARN': {
            'Fn::Sub': expect.stringContaining(`:parameter/dandiset-summarizer/${STAGE}/*`),
          },
        },
      },
    });
  });
});

describe('monitoring', () => {
  it('every alarm notifies somebody and is explained, in the documentation too', () => {
    const documented = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
    const alarms = findResources('AWS::CloudWatch::Alarm');
    expect(alarms).toHaveLength(13);
    for (const [name, { Properties }] of alarms) {
      // Recipients of an alarm are also notified when it is over.
      for (const actions of [Properties.AlarmActions, Properties.OKActions])
        expect(actions).toEqual({
          'Fn::If': ['HasAlarmTopic', [{ Ref: 'AlarmTopicArn' }], [{ Ref: 'AlarmTopic' }]],
        });
      expect(String(Properties.AlarmDescription).length).toBeGreaterThan(20);
      expect(Properties.TreatMissingData).toBeDefined();
      expect(documented).toContain(`| ${name} |`);
    }
  });

  it('failed runs of both machines, undelivered events, errors of the API and spending raise alarms', () => {
    const watched = findResources('AWS::CloudWatch::Alarm').map(([, { Properties }]) =>
      JSON.stringify(Properties),
    );
    const WATCHED = [
      /ExecutionsFailed.*SummarizeStateMachine/,
      /ExecutionsTimedOut.*SummarizeStateMachine/,
      /ExecutionsFailed.*SweepStateMachine/,
      /ExecutionsTimedOut.*SweepStateMachine/,
      /NumberOfMessagesSent.*UndeliveredQueue/,
      /ApproximateAgeOfOldestMessage.*UndeliveredQueue/,
      /TriggeredRules.*FailedPublicationRule/,
      /SweepsBegun/,
      /"5xx".*HttpApi/,
      /ReplyCost/,
    ];
    for (const pattern of WATCHED) expect(watched.some((alarm) => pattern.test(alarm))).toBe(true);
  });

  it('alarms are quiet without data, except for the one on missing data', () => {
    const missing = Object.groupBy(findResources('AWS::CloudWatch::Alarm'), ([, { Properties }]) =>
      String(Properties.TreatMissingData),
    );
    expect(Object.keys(missing).sort()).toEqual(['missing', 'notBreaching']);
    expect(missing.missing?.map(([name]) => name)).toEqual(['NoPollsAlarm']);
    const { InsufficientDataActions, AlarmActions } = readProperties('NoPollsAlarm');
    expect(InsufficientDataActions).toEqual(AlarmActions);
    // Zeros of 26 whole hours, not a first hour without a sweep.
    expect(readProperties('NoSweepAlarm')).toMatchObject({
      Period: 3600,
      EvaluationPeriods: 26,
      DatapointsToAlarm: 26,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
    });
    expect(readProperties('FailedPublicationAlarm')).toMatchObject({ Threshold: 0, EvaluationPeriods: 1 });
  });

  it('the dashboard is JSON, its widgets do not overlap, and they show existing metrics', () => {
    const { DashboardBody } = readProperties<{ DashboardBody: { 'Fn::Sub': string } }>('Dashboard');
    const filledIn = DashboardBody['Fn::Sub'].replaceAll(
      /\$\{([A-Za-z:]+)(?:\.[A-Za-z]+)?\}/g,
      (_match, name: string) => {
        if (!name.startsWith('AWS::')) expect(Object.keys(template.Resources)).toContain(name);
        return name;
      },
    );
    const { widgets } = JSON.parse(filledIn) as {
      widgets: {
        type: string;
        x: number;
        y: number;
        width: number;
        height: number;
        properties: { metrics?: unknown[][]; alarms?: string[] };
      }[];
    };
    const squares = new Set<string>();
    for (const { x, y, width, height } of widgets) {
      expect(x + width).toBeLessThanOrEqual(24);
      for (let column = x; column < x + width; column += 1) {
        for (let row = y; row < y + height; row += 1) {
          expect(squares).not.toContain(`${column} ${row}`);
          squares.add(`${column} ${row}`);
        }
      }
    }
    const metrics = widgets.flatMap(({ properties }) => properties.metrics ?? []);
    const own = metrics.filter(([namespace]) => namespace === `dandiset-summarizer-${STAGE}`);
    expect(new Set(own.map(([, name]) => name))).toEqual(new Set(Object.keys(METRICS)));
    const shown = metrics.map(([namespace, name]) => `${namespace} ${name}`);
    for (const name of [
      'AWS/States ExecutionsSucceeded',
      'AWS/States ExecutionsFailed',
      'AWS/ApiGateway 5xx',
      'AWS/ApiGateway Latency',
      'AWS/SQS ApproximateNumberOfMessagesVisible',
    ]) {
      expect(shown).toContain(name);
    }
    const alarms = widgets.flatMap(({ properties }) => properties.alarms ?? []);
    expect(alarms.sort()).toEqual(
      findResources('AWS::CloudWatch::Alarm')
        .map(([name]) => name)
        .sort(),
    );
  });
});
