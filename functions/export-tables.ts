/** The Lambda function of the state ExportTables: brings the open catalog of headers up to date after a sweep. */
import { type Config, readConfig } from '../shared/config.ts';
import { StoreUnavailableError } from '../shared/errors.ts';
import { parsePayload } from '../shared/pipeline/run-payloads.ts';
import { exportHeaderTables } from '../shared/sweep/export-tables-step.ts';
import { ExportTablesInput, type ExportTablesOutput } from '../shared/sweep/sweep-payloads.ts';
import { composeExportTables } from './compose.ts';
import { buildHandler, once, type StepHandler } from './handler.ts';

/** ExportTables over the given settings. */
export function createHandler(config: () => Config): StepHandler<ExportTablesOutput> {
  const dependencies = once(() => composeExportTables(config()));
  return buildHandler({
    name: 'export-tables',
    parse: (event) => parsePayload(ExportTablesInput, event),
    logFields: ({ sweepId }) => ({ sweepId }),
    run: (input, signal, log) => exportHeaderTables(input, { ...dependencies(), log }, signal),
    // The next attempt writes parts that were claimed but not written.
    outOfTime: () =>
      new StoreUnavailableError('The tables of headers were not written within the time of the function.', {
        key: 'files',
      }),
  });
}

export const handler = createHandler(readConfig);
