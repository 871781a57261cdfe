/**
 * A summary that an earlier release stored is read with today's names: `golden/summary-v1.json` is one, as it
 * was written.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseProvenance } from '../../shared/store/provenance-document.ts';
import { upgradeProvenance } from '../../shared/store/upgrade-provenance.ts';
import { findFacts } from '../../shared/summary/facts-schema.ts';
import { Provenance } from '../../shared/summary/provenance.ts';

const stored = readFileSync(new URL('golden/summary-v1.json', import.meta.url));
const before = JSON.parse(stored.toString('utf8'));

describe('a summary of schema version 1', () => {
  it('is read as one of version 2', () => {
    const upgraded = parseProvenance(stored, '900004', 'draft');
    const read = Provenance.parse(upgraded);
    expect(read.schemaVersion).toBe(2);
    // What the schema does not know would be lost in the parsing.
    expect({ ...read, documents: before.documents }).toEqual(upgraded);
  });

  it('keeps every value', () => {
    const leaves = (value: unknown): unknown[] =>
      typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];
    const severities = ({ checks }: { checks: { outcomes: object[] } }) => checks.outcomes.length;
    const upgraded = upgradeProvenance(before);
    expect(leaves(upgraded)).toHaveLength(leaves(before).length);
    const changed = leaves(upgraded).filter((leaf, at) => leaf !== leaves(before)[at]);
    expect(changed).toHaveLength(1 + severities(before));
    expect(new Set(changed)).toEqual(new Set([2, 'error', 'warning']));
  });

  it('has facts that a page can be built from', () => {
    const facts = findFacts(parseProvenance(stored, '900004', 'draft'));
    expect(facts?.contents?.all.durations).toMatchObject({
      min: expect.any(Number),
      max: expect.any(Number),
    });
    expect(facts?.list?.[0]?.evidence[0]).toMatchObject({ location: expect.any(String) });
  });

  it('has its findings, attempts and second opinion in the new names', () => {
    const place = { part: 'abstract', index: 1 };
    const finding = { check: 'numbers', severity: 'grave', message: 'm', excerpt: 'e', place };
    const upgraded = upgradeProvenance({
      ...before,
      attempts: [{ ...before.attempts[0], graveFindings: 2, minorFindings: 3 }],
      checks: { ...before.checks, findings: [finding, { ...finding, severity: 'minor' }] },
      grounds: { keywords: [{ text: 'mouse', in: ['dandiset.species.0'] }], numbers: [] },
      metadata: { ...before.metadata, leftOut: { keywords: 4 } },
      secondOpinion: {
        model: 'gpt-4o-mini',
        revision: 1,
        outcome: 'in-part',
        claims: [{ sentence: 's', place, facts: ['F1'], verdict: 'none', why: 'It was not asked about.' }],
        requests: 1,
        tokens: { prompt: 1, completion: 1 },
      },
    });
    expect(Provenance.parse(upgraded)).toMatchObject({
      attempts: [{ errors: 2, warnings: 3 }],
      checks: { findings: [{ severity: 'error', location: place }, { severity: 'warning' }] },
      citations: { keywords: [{ text: 'mouse', sources: ['dandiset.species.0'] }] },
      metadata: { omitted: { keywords: 4 } },
      secondOpinion: { outcome: 'partial', claims: [{ location: place, reason: 'It was not asked about.' }] },
    });
  });

  it('keeps names from the files', () => {
    const texts = { place: 'a room', most: 'of it', least: 'of all' };
    const [type] = before.fileTypes;
    const upgraded = upgradeProvenance({ ...before, fileTypes: [{ ...type, texts }] });
    expect(upgraded.fileTypes[0].texts).toEqual(texts);
  });
});

it('leaves a current summary unchanged', () => {
  const today = upgradeProvenance(before);
  expect(upgradeProvenance(today)).toBe(today);
});
