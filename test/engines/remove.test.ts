/**
 * The framework's own deploy and remove with moto's CloudFormation: after a removal only the results bucket
 * and its contents remain. Skipped if moto is not installed; CONTRIBUTING.md says how to. Kinds of resources
 * that moto cannot create are stand-ins there, and are checked by test/template.system.test.ts.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3Client } from '../../shared/store/s3-store.ts';
import { makeDeployable, SERVERLESS } from '../deployable.ts';
import { TEST_CREDENTIALS } from '../store/stores.ts';
import { freePort, waitForEnd } from './servers.ts';

const { MOTO_PYTHON = '' } = process.env;
const isThere = existsSync(MOTO_PYTHON);
if (!isThere) console.warn('MOTO_PYTHON names no Python with moto: nothing is deployed and removed.');

const MOTO = fileURLToPath(new URL('run_moto.py', import.meta.url));
const REGION = 'us-east-2';
const STAGE = 'gone';
const run = promisify(execFile);

/** Kinds that moto cannot create. */
const STAND_INS = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudWatch::Alarm',
  'AWS::Lambda::Alias',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::Schedule',
  'AWS::StepFunctions::StateMachineAlias',
  'AWS::StepFunctions::StateMachineVersion',
];

/** Resources of AWS itself, which exist before any stack. */
const NOTHING = {
  stacks: [],
  buckets: [],
  functions: [],
  stateMachines: [],
  logGroups: [],
  roles: [],
  eventBuses: ['default'],
  rules: [],
  schedules: [],
  queues: [],
  topics: [],
  alarms: [],
  dashboards: [],
  apis: [],
  tables: [],
};

type Listed = Record<keyof typeof NOTHING, string[]>;

describe.skipIf(!isThere)('serverless deploy and remove', () => {
  let folder: string;
  let moto: ChildProcess;
  let port: number;
  let output = '';

  beforeAll(async () => {
    folder = makeDeployable();
    port = await freePort();
    moto = spawn(MOTO_PYTHON, [MOTO, 'serve', String(port), join(folder, 'stand-ins.json')], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    moto.stdout?.on('data', (part) => (output += part));
    moto.stderr?.on('data', (part) => (output += part));
    for (let waited = 0; !output.includes('Running on'); waited += 200) {
      if (waited > 60_000 || moto.exitCode !== null) throw new Error(`moto did not start: ${output}`);
      await sleep(200);
    }
  }, 90_000);

  afterAll(async () => {
    await waitForEnd(moto);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const endpoint = () => `http://127.0.0.1:${port}`;

  async function serverless(command: string): Promise<void> {
    const done = run(process.execPath, [SERVERLESS, command, '--stage', STAGE], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        AWS_ACCESS_KEY_ID: TEST_CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: TEST_CREDENTIALS.secretAccessKey,
        AWS_REGION: REGION,
        AWS_ENDPOINT_URL: endpoint(),
        ALARM_EMAIL: 'somebody@example.org',
      },
      timeout: 120_000,
    });
    await done.catch((error: unknown) => {
      throw new Error(`serverless ${command} failed, output of moto: ${output.slice(-3_000)}`, {
        cause: error,
      });
    });
  }

  async function listStacks(): Promise<Listed> {
    const { stdout } = await run(MOTO_PYTHON, [MOTO, 'list', String(port)]);
    return JSON.parse(stdout) as Listed;
  }

  it('creates the stack, and leaves nothing but the bucket and its contents', async () => {
    expect(await listStacks()).toEqual(NOTHING);
    await serverless('deploy');
    const made = await listStacks();
    const counts = Object.fromEntries(Object.entries(made).map(([kind, names]) => [kind, names.length]));
    expect(counts).toEqual({
      stacks: 1,
      buckets: 2,
      functions: 9,
      stateMachines: 2,
      logGroups: 12,
      roles: 12,
      eventBuses: 2,
      rules: 2,
      schedules: 0,
      queues: 1,
      topics: 1,
      alarms: 0,
      dashboards: 1,
      apis: 0,
      tables: 0,
    });
    expect(JSON.parse(readFileSync(join(folder, 'stand-ins.json'), 'utf8'))).toEqual(STAND_INS);
    const results = made.buckets.filter((name) => name.includes('results'));
    expect(results).toHaveLength(1);
    const s3 = createS3Client({ region: REGION, endpoint: endpoint(), credentials: TEST_CREDENTIALS });
    const summary = { Bucket: results[0]!, Key: 'summaries/000003/draft/summary.md' };
    await s3.send(new PutObjectCommand({ ...summary, Body: '# Kept' }));

    await serverless('remove');
    expect(await listStacks()).toEqual({ ...NOTHING, buckets: results });
    const kept = await s3.send(new GetObjectCommand(summary));
    expect(await kept.Body?.transformToString()).toBe('# Kept');

    // The next stack of that name does not conflict with what the last one left.
    await serverless('deploy');
    const again = await listStacks();
    expect(again.stacks).toHaveLength(1);
    expect(again.buckets).toHaveLength(3);
    expect(again.buckets).toContain(results[0]);
  }, 300_000);
});
