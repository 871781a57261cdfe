import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventBridgeBus } from '../../shared/publications/eventbridge-bus.ts';
import type { VersionPublished } from '../../shared/publications/version-published.ts';
import { TEST_CREDENTIALS } from '../store/stores.ts';

const event = (version: string): VersionPublished => ({ schemaVersion: 1, dandisetId: '000683', version });

describe('the EventBridge bus', () => {
  let server: Server;
  let requests: { target: string; body: { Entries: Record<string, unknown>[] } }[];
  let reply: { status: number; body: unknown };
  let bus: EventBridgeBus;

  beforeEach(async () => {
    requests = [];
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const target = String(request.headers['x-amz-target']);
      requests.push({ target, body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(reply.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = new EventBridgeClient({
      endpoint,
      region: 'us-east-2',
      credentials: TEST_CREDENTIALS,
      maxAttempts: 1,
    });
    bus = new EventBridgeBus({ busName: 'publications', source: 'dandiset-summarizer', client });
  });

  afterEach(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );

  it('puts events as entries of its bus', async () => {
    reply = { status: 200, body: { FailedEntryCount: 0, Entries: [{ EventId: 'e1' }] } };
    expect(await bus.put([event('0.230101.1200')])).toEqual([{ delivered: true }]);
    const [request] = requests;
    expect(request?.target).toBe('AWSEvents.PutEvents');
    expect(request?.body.Entries).toMatchObject([
      {
        EventBusName: 'publications',
        Source: 'dandiset-summarizer',
        DetailType: 'dandiset.version.published',
        Resources: ['dandi:000683/0.230101.1200'],
      },
    ]);
    expect(JSON.parse(String(request?.body.Entries[0]?.Detail))).toEqual(event('0.230101.1200'));
  });

  it('reports each entry separately', async () => {
    const failed = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
    reply = { status: 200, body: { FailedEntryCount: 1, Entries: [{ EventId: 'e1' }, failed] } };
    expect(await bus.put([event('0.230101.1200'), event('0.230102.1200'), event('0.230103.1200')])).toEqual([
      { delivered: true },
      { delivered: false, reason: 'ThrottlingException: Rate exceeded' },
      { delivered: false, reason: 'no response: EventBridge did not report its outcome' },
    ]);
  });

  it('reports a bus that is down or refuses as an outcome, after one request', async () => {
    reply = { status: 500, body: { __type: 'InternalException', message: 'out of order' } };
    const [outcome] = await bus.put([event('0.230101.1200')]);
    expect(outcome).toEqual({ delivered: false, reason: 'InternalException: out of order' });
    expect(requests).toHaveLength(1);
  });
});
