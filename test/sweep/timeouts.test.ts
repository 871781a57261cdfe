/** Compares the times of publications and sweeps in the template, the state machines and the code. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import summarize from '../../functions/summarize.asl.json' with { type: 'json' };
import sweep from '../../functions/sweep.asl.json' with { type: 'json' };
import { CLAIM_PATIENCE_SECONDS } from '../../shared/publications/poll-publications-step.ts';
import { EXPORT_MILLISECONDS } from '../../shared/sweep/export-tables-step.ts';

const template = readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8');

/** A function's own limit in seconds. */
function findTimeout(name: string): number {
  const [, seconds] =
    new RegExp(`^  ${name}:\\n(?:    .*\\n)*?    timeout: (\\d+)`, 'm').exec(template) ?? [];
  return Number(seconds);
}

describe('the times of publications and sweeps', () => {
  it('give a poller three times its time limit before its claims are taken over', () => {
    expect(CLAIM_PATIENCE_SECONDS).toBeGreaterThanOrEqual(3 * findTimeout('pollPublications'));
  });

  it('let a state wait as long as its function’s time limit', () => {
    const { FindStale, SummarizeDueVersions, ReportSweep, ExportTables } = sweep.States;
    const { RecordFailure, Summarize } = SummarizeDueVersions.ItemProcessor.States;
    expect(FindStale.TimeoutSeconds).toBeGreaterThanOrEqual(findTimeout('findStale'));
    expect(ReportSweep.TimeoutSeconds).toBeGreaterThan(findTimeout('reportSweep'));
    expect(ExportTables.TimeoutSeconds).toBeGreaterThanOrEqual(findTimeout('exportTables'));
    expect(findTimeout('exportTables') * 1000).toBeGreaterThan(EXPORT_MILLISECONDS * 1.4);
    expect(RecordFailure.TimeoutSeconds).toBeGreaterThan(findTimeout('recordFailure'));
    expect(Summarize.TimeoutSeconds).toBeGreaterThan(summarize.TimeoutSeconds);
    expect(sweep.TimeoutSeconds).toBeGreaterThan(Summarize.TimeoutSeconds);
  });
});
