/** Reads a secret from SSM, for `compose.ts`. The client is loaded with the first parameter: most starts read none. */

/** A parameter's value, decrypted; undefined if it has none. @throws the SDK's error */
export async function readParameter(name: string): Promise<string | undefined> {
  const { GetParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm');
  const response = await new SSMClient({}).send(
    new GetParameterCommand({ Name: name, WithDecryption: true }),
  );
  return response.Parameter?.Value;
}
