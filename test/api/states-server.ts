/**
 * A small Step Functions for the suite: real HTTP on loopback, the four calls that the API makes, and no
 * machine.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An execution as DescribeExecution reports it; times in seconds since 1970. */
export interface FakeExecution {
  readonly input: string;
  status: string;
  output?: string;
  error?: string;
  cause?: string;
  stopDate?: number;
}

const MACHINE = 'arn:aws:states:us-east-2:123456789012:stateMachine:summaries-test-summarize';

/** The server, and the requests to it. */
export class StatesServer {
  readonly machineArn = MACHINE;
  /** Executions by name. */
  readonly executions = new Map<string, FakeExecution>();
  /** Item counts of every execution's map. */
  itemCounts: Readonly<Record<string, number>> | undefined;
  readonly calls: string[] = [];
  /** The ARN, of the machine or of its alias, that each execution was started by. */
  readonly startedBy: string[] = [];
  /** Errors for the next calls. */
  readonly faults: { readonly status: number; readonly type: string }[] = [];
  endpoint = '';
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => (body += text));
    request.on('end', () => {
      const action = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      this.calls.push(action);
      const error = this.faults.shift();
      const [status, result] =
        error === undefined
          ? this.#respond(action, JSON.parse(body))
          : [error.status, { __type: `com.amazonaws.states#${error.type}`, message: 'injected' }];
      response
        .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
        .end(JSON.stringify(result));
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.endpoint = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #respond(action: string, input: Record<string, string>): [status: number, result: unknown] {
    const executionArn =
      input.executionArn ?? `${MACHINE.replace(':stateMachine:', ':execution:')}:${input.name}`;
    const name = executionArn.split(':').at(-1) ?? '';
    const execution = this.executions.get(name);
    if (action === 'StartExecution') {
      const isSame = execution?.status === 'RUNNING' && execution.input === input.input;
      if (execution !== undefined && !isSame) return refusal('ExecutionAlreadyExists');
      if (![MACHINE, `${MACHINE}:live`].includes(input.stateMachineArn ?? ''))
        return refusal('StateMachineDoesNotExist');
      this.startedBy.push(input.stateMachineArn ?? '');
      if (execution === undefined) this.executions.set(name, { input: input.input ?? '', status: 'RUNNING' });
      return [200, { executionArn, startDate: 1_795_000_000 }];
    }
    if (action === 'DescribeExecution') {
      const isOfMachine = executionArn === `${MACHINE.replace(':stateMachine:', ':execution:')}:${name}`;
      if (execution === undefined || !isOfMachine) return refusal('ExecutionDoesNotExist');
      return [200, { executionArn, name, stateMachineArn: MACHINE, startDate: 1_795_000_000, ...execution }];
    }
    const mapRunArn = `${MACHINE.replace(':stateMachine:', ':mapRun:')}/ReadHeaderBatches:1`;
    if (action === 'ListMapRuns')
      return [200, { mapRuns: this.itemCounts === undefined ? [] : [{ mapRunArn, executionArn }] }];
    if (action === 'DescribeMapRun') return [200, { mapRunArn, itemCounts: this.itemCounts }];
    return refusal('UnknownOperationException');
  }
}

function refusal(type: string): [status: number, result: unknown] {
  return [400, { __type: `com.amazonaws.states#${type}`, message: type }];
}
