/** `sweep`: updates the summaries of the whole archive, within limits. */
import { composeStore } from '../../functions/compose.ts';
import type { ExecutionResult } from '../../packages/asl-runner/src/index.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import type { SweepReport } from '../../shared/sweep/report-sweep-step.ts';
import { SweepMachine, type SweepRequest } from '../sweep-machine.ts';
import { readArguments } from './arguments.ts';
import { readSettings } from './common-options.ts';
import { storedAt } from './finished.ts';
import { requireStore } from './require-store.ts';
import { withArchive } from './sample-archive.ts';

/** Exit code 0 only if no run failed and every due version within the limits was reached and written. */
export async function sweep(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments(args, {
    limit: { type: 'string' },
    versions: { type: 'boolean' },
    verify: { type: 'boolean' },
    'retry-failed': { type: 'boolean' },
    takedowns: { type: 'string' },
    json: { type: 'boolean' },
    sample: { type: 'boolean' },
  });
  if (positionals.length > 0) {
    throw new InvalidInputError(`sweep takes no "${positionals[0]}".`, { field: 'arguments' });
  }
  const request: SweepRequest = {
    scope: values.versions === true ? 'all' : 'standing',
    verifyContent: values.verify ?? false,
    retryFailed: values['retry-failed'] ?? false,
    ...(values.limit === undefined ? {} : { limit: readCount('--limit', values.limit) }),
    ...(values.takedowns === undefined ? {} : { takedowns: readCount('--takedowns', values.takedowns) }),
  };
  return withArchive(values.sample === true, readSettings(), async (config) => {
    await requireStore(config);
    const locate = storedAt(config);
    const output = await new SweepMachine(config).sweep(request, {
      signal,
      onRun: ({ dandisetId, version }, result) =>
        process.stderr.write(`${dandisetId}/${version ?? ''}  ${runWord(result)}\n`),
    });
    const found = await composeStore(config).get(output.reportKey);
    const report = JSON.parse(new TextDecoder().decode(found?.body)) as SweepReport;
    process.stdout.write(
      values.json === true ? `${JSON.stringify(report)}\n` : reportText(report, locate(output.reportKey)),
    );
    return output.failed + output.inProgress + output.notReached === 0 ? 0 : 1;
  });
}

/** @throws InvalidInputError */
function readCount(option: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidInputError(`${option} takes a whole number, not "${text}".`, { field: option });
}

function runWord(result: ExecutionResult): string {
  if (result.status === 'FAILED') return `failed     ${result.cause}`;
  return String((result.output as { status?: unknown }).status);
}

/** The report for people: counts, then entries that need attention. */
function reportText(report: SweepReport, location: string): string {
  const {
    stored,
    unchanged,
    inProgress,
    failed,
    notReached,
    deferred,
    debouncing,
    abandoned,
    backingOff,
    unlooked,
    withdrawals,
  } = report;
  const { prompt, completion } = report.tokens;
  const money = report.cost === undefined ? '' : `, ${report.cost.toFixed(2)} US dollars`;
  const lines = [
    `${report.versions} versions of ${report.dandisets} Dandisets: ${report.fresh} fresh, ${report.empty} empty, ${stored.length} stored, ${unchanged.length} unchanged, ${inProgress.length} in progress, ${failed.length} failed, ${notReached.length} not reached, ${deferred.length} left for the next sweep, ${debouncing.length} drafts still changing.`,
    `${prompt} tokens of prompts and ${completion} of replies${money}.`,
    ...failed.map(({ dandisetId, version, message }) => `failed      ${dandisetId}/${version}  ${message}`),
    ...abandoned.map(
      (one) => `abandoned   ${one.dandisetId}/${one.version}  after ${one.attempts}: ${one.message}`,
    ),
    ...backingOff.map((one) => `backing off ${one.dandisetId}/${one.version}  ${one.message}`),
    ...unlooked.map(({ dandisetId, version, reason }) => `unreadable  ${dandisetId}/${version}  ${reason}`),
    ...withdrawals.removed.map((id) => `taken down  ${id}  it is no longer in the archive`),
    ...withdrawals.withheld.map((id) => `withheld    ${id}  missing, but too many at once; see --takedowns`),
    `The report is in ${location}.`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}
