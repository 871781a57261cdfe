/** `serve`: the stored summaries as pages and JSON on loopback, and runs started with the token. */
import { composeApi } from '../../functions/compose.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { catalogKey } from '../../shared/store/keys.ts';
import { LocalRuns } from '../local-runs.ts';
import { LocalMachine } from '../machine.ts';
import { type ApiServer, serveApi } from '../serve.ts';
import { readArguments } from './arguments.ts';
import { readSettings } from './common-options.ts';

const DEFAULT_PORT = '8080';

/** Serves until it is interrupted, its normal end. */
export async function serve(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments(args, { port: { type: 'string', default: DEFAULT_PORT } });
  if (positionals.length > 0) {
    throw new InvalidInputError(`serve takes no "${positionals[0]}".`, { field: 'arguments' });
  }
  const config = readSettings();
  const runs = new LocalRuns(new LocalMachine(config));
  const dependencies = composeApi(config, runs);
  const server = await listen(dependencies, readPort(values.port));
  const canStart = config.api.token.value !== undefined || config.api.token.parameter !== undefined;
  const isEmpty = !(await dependencies.store.has(catalogKey()));
  process.stdout.write(
    `The summaries in ${dependencies.store.location} are at ${server.url}\n${isEmpty ? 'Nothing is stored there yet: "summarize ID" writes the first.\n' : ''}${canStart ? '' : 'Runs cannot be started here: API_TOKEN is not set.\n'}Ctrl-C ends it.\n`,
  );
  if (!signal.aborted) {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  await Promise.all([server.close(), runs.close()]);
  return 0;
}

async function listen(dependencies: Parameters<typeof serveApi>[0], port: number): Promise<ApiServer> {
  try {
    return await serveApi(dependencies, port);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const why =
      code === 'EADDRINUSE'
        ? 'another program is listening on it'
        : `the system reports ${code ?? String(cause)}`;
    throw new InvalidInputError(
      `Port ${port} is not available: ${why}. Name another with --port.`,
      { field: '--port' },
      { cause },
    );
  }
}

/** @throws InvalidInputError */
function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidInputError(`--port must be a number from 0 (any free one) to 65535, not "${text}".`, {
    field: '--port',
  });
}
