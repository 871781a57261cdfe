/** The index of decisions lists every record; `npm run decisions` writes it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildDecisionsIndex, DECISIONS } from '../../scripts/decisions-index.ts';

it('matches the records', () => {
  const index = readFileSync(join(DECISIONS, 'README.md'), 'utf8');
  expect(index).toBe(buildDecisionsIndex());
  expect(index).toMatch(/\| in force \|/);
});
