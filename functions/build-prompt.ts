/** The Lambda function of the state BuildPrompt: groups the files into types and writes the prompt. */
import { type Config, readConfig } from '../shared/config.ts';
import { StoreUnavailableError } from '../shared/errors.ts';
import { buildRunPrompt } from '../shared/pipeline/build-prompt-step.ts';
import { BuildPromptInput, type PromptedRun, parsePayload } from '../shared/pipeline/run-payloads.ts';
import { composeBuildPrompt } from './compose.ts';
import { buildHandler, once, type StepHandler } from './handler.ts';

/** BuildPrompt over the given settings. */
export function createHandler(config: () => Config): StepHandler<PromptedRun> {
  const dependencies = once(() => composeBuildPrompt(config()));
  return buildHandler({
    name: 'build-prompt',
    parse: (event) => parsePayload(BuildPromptInput, event),
    logFields: ({ run }) => ({ ...run }),
    run: (input, _signal, log) => buildRunPrompt(input, { ...dependencies(), log }),
    outOfTime: () =>
      new StoreUnavailableError('The prompt could not be built within the time of the function.', {
        key: 'runs',
      }),
  });
}

export const handler = createHandler(readConfig);
