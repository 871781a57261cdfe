/**
 * The linters' findings in the template, compared with what is accepted: reports of both linters, and the
 * page's table.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  compareFindings,
  type LintPolicy,
  parseCfnLint,
  parseCheckov,
  readLintPolicy,
  withAcceptedTable,
} from '../../scripts/lint-template.ts';

const PAGE = fileURLToPath(new URL('../../docs/operations.md', import.meta.url));

const CFN_LINT = JSON.stringify([
  {
    Rule: { Id: 'W1' },
    Message: 'one',
    Location: { Path: ['Resources', 'Queue', 'Properties', 0] },
    Level: 'Warning',
  },
  { Rule: { Id: 'E2' }, Message: 'two', Location: { Path: null } },
]);

function checkovReport(summary: object): string {
  const check = { check_id: 'CKV_1', check_name: 'Ensure it', resource: 'AWS::SQS::Queue.Queue' };
  return JSON.stringify({ results: { failed_checks: [check] }, summary });
}

describe('findings', () => {
  it('are read from the reports of both linters', () => {
    expect(parseCfnLint(CFN_LINT)).toEqual([
      { tool: 'cfn-lint', rule: 'W1', resource: 'Queue', message: 'one' },
      { tool: 'cfn-lint', rule: 'E2', resource: '', message: 'two' },
    ]);
    expect(parseCheckov(checkovReport({ resource_count: 9, parsing_errors: 0 }))).toEqual([
      { tool: 'checkov', rule: 'CKV_1', resource: 'Queue', message: 'Ensure it' },
    ]);
  });

  it('are refused for a template that was not read, and without a report', () => {
    expect(() => parseCheckov(checkovReport({ resource_count: 0, parsing_errors: 0 }))).toThrow(/not read/);
    expect(() => parseCheckov(checkovReport({ resource_count: 9, parsing_errors: 1 }))).toThrow(/not read/);
    expect(() => parseCfnLint('')).toThrow();
    expect(() => parseCfnLint('{}')).toThrow();
  });

  it('are refused unless they are accepted for exactly that resource, and no acceptance is unused', () => {
    const policy: LintPolicy = {
      tools: { 'cfn-lint': '1', checkov: '1' },
      accepted: [
        { tool: 'cfn-lint', rule: 'W1', resources: ['Queue', 'Other'], why: 'it is right as it is here' },
        { tool: 'checkov', rule: 'W1', resources: ['*'], why: 'it is right as it is here' },
      ],
    };
    const { refused, unneeded } = compareFindings(parseCfnLint(CFN_LINT), policy);
    expect(refused.map(({ rule }) => rule)).toEqual(['E2']);
    expect(unneeded).toEqual(['cfn-lint W1 Other', 'checkov W1 *']);
  });
});

describe('docs/operations.md', () => {
  it('contains the list of acceptances', () => {
    const page = readFileSync(PAGE, 'utf8');
    expect(page).toBe(withAcceptedTable(page, readLintPolicy()));
    expect(() => withAcceptedTable('', readLintPolicy())).toThrow(/no place/);
  });
});
