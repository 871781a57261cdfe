/** The runs in AWS for the API, for `compose.ts`. */
import type { RunStarter } from '../shared/api/runs.ts';

/** Runs of a state machine, whose client is loaded when the first is started or requested: most readers do neither. */
export function openRuns(machineArn: string): RunStarter {
  let opened: Promise<RunStarter> | undefined;
  const open = (): Promise<RunStarter> => {
    opened ??= import('../shared/api/step-functions-runs.ts').then(
      ({ StepFunctionsRuns }) => new StepFunctionsRuns({ machineArn }),
    );
    return opened;
  };
  return {
    start: async (id, input) => (await open()).start(id, input),
    find: async (id) => (await open()).find(id),
  };
}
