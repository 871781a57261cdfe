/**
 * A stand-in for Lambda's Node runtime in a fresh process: loads the handler in `_HANDLER`, then requests
 * events from the Runtime API and responds to them, as Lambda's runtime does. `bench/cold.ts` starts it and
 * serves that API.
 *
 * Source: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".
 */
import { pathToFileURL } from 'node:url';

const {
  AWS_LAMBDA_RUNTIME_API: api = '',
  _HANDLER: module = '',
  AWS_LAMBDA_FUNCTION_NAME: name = '',
} = process.env;
const base = `http://${api}/2018-06-01/runtime`;

const { handler } = (await import(pathToFileURL(module).href)) as {
  handler: (event: unknown, context: object) => Promise<unknown>;
};

for (;;) {
  const next = await fetch(`${base}/invocation/next`);
  if (next.status !== 200) break;
  const id = next.headers.get('lambda-runtime-aws-request-id') ?? '';
  const deadline = Number(next.headers.get('lambda-runtime-deadline-ms'));
  const context = {
    awsRequestId: id,
    functionName: name,
    functionVersion: '1',
    invokedFunctionArn: `arn:aws:lambda:us-east-2:123456789012:function:${name}:live`,
    memoryLimitInMB: '1024',
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  const [location, answer] = await handler(await next.json(), context).then(
    (result) => ['response', result] as const,
    (error: Error) =>
      ['error', { errorType: error.name, errorMessage: error.message, trace: error.stack }] as const,
  );
  await fetch(`${base}/invocation/${id}/${location}`, {
    method: 'POST',
    body: JSON.stringify(answer ?? null),
  });
}
process.exit(0);
