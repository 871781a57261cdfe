/** Precision and recall of the checks on whole replies about real Dandisets, by findings and by replies. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import { runChecks } from '../../shared/summary/checks.ts';
import { buildEvidence, type Evidence, normalize } from '../../shared/summary/evidence.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';
import { CORPUS_ABSENT, corpusFolder } from '../corpus.ts';
import { corpusDandisets } from '../corpus-archive.ts';
import { buildCorpusPrompt } from './corpus-prompts.ts';
import { LABELLED_REPLIES, LATER_REPLIES, type Label, type LabelledReply } from './labelled-replies.ts';
import { findLabel, Measure } from './measure.ts';

const folder = corpusFolder();

/** The words of a reply, in `replies/`. */
function readReply(file: string): string {
  return readFileSync(new URL(`replies/${file}.md`, import.meta.url), 'utf8');
}

/** The findings of checks and rules in a reply, by check and words. */
function findAll(text: string, evidence: Evidence): Label[] {
  const parsed = parseReply(text);
  const removed = parsed.removed.filter(({ kind }) => kind === 'html' || kind === 'image');
  return [
    ...removed.map(({ excerpt }) => ({ check: 'html', at: excerpt })),
    ...runChecks(parsed, evidence, { finish: 'stop' }).findings.map(({ check, excerpt }) => ({
      check: findLabel(check),
      at: excerpt,
    })),
  ];
}

/** Whether two ranges of a text overlap anywhere; an error of the whole reply has no words. */
function areSameLocation(text: string, one: string, other: string): boolean {
  if (one === '' || other === '') return one === other;
  const whole = normalize(text);
  const ranges = (words: string) => {
    const sought = normalize(words).replace(/…$/, '');
    const found: [start: number, end: number][] = [];
    for (let at = whole.indexOf(sought); at >= 0; at = whole.indexOf(sought, at + 1))
      found.push([at, at + sought.length]);
    return found;
  };
  return ranges(one).some(([start, end]) => ranges(other).some(([from, to]) => from < end && start < to));
}

it('labels words of the replies, about at least eight Dandisets, half of them correct', () => {
  for (const { file, labels } of [...LABELLED_REPLIES, ...LATER_REPLIES]) {
    const text = normalize(readReply(file));
    for (const { at } of labels) expect(text, file).toContain(normalize(at));
  }
  const correct = LABELLED_REPLIES.filter(({ labels }) => labels.length === 0);
  expect(correct.length).toBeGreaterThanOrEqual(12);
  expect(LABELLED_REPLIES.length - correct.length).toBeGreaterThanOrEqual(12);
  expect(new Set(LABELLED_REPLIES.map(({ file }) => file.slice(0, 6))).size).toBeGreaterThanOrEqual(8);
});

describe.skipIf(folder === undefined)(`whole replies${folder ? '' : `: ${CORPUS_ABSENT}`}`, () => {
  const evidence = new Map<string, Evidence>();
  beforeAll(async () => {
    const reader = new Hdf5HeaderReader();
    const ids = new Set([...LABELLED_REPLIES, ...LATER_REPLIES].map(({ file }) => file.slice(0, 6)));
    for (const dandiset of corpusDandisets(folder as string)) {
      if (!ids.has(dandiset.id)) continue;
      const { facts, text } = await buildCorpusPrompt(dandiset, reader);
      evidence.set(dandiset.id, buildEvidence({ facts, promptText: text }));
    }
    await reader.close();
  }, 120_000);

  /** Runs the checks on every reply; counts by findings and by replies, with missed errors and false alarms. */
  function measure(labelled: readonly LabelledReply[]) {
    const findings = new Measure();
    const replies = new Measure();
    const alarms: string[] = [];
    const misses: string[] = [];
    for (const { file, labels } of labelled) {
      const text = readReply(file);
      const found = findAll(text, evidence.get(file.slice(0, 6)) as Evidence);
      const isFor = (finding: Label, label: Label) =>
        finding.check === label.check && areSameLocation(text, finding.at, label.at);
      for (const label of labels) {
        const isHit = found.some((finding) => isFor(finding, label));
        findings.count(label.check, isHit ? 'hits' : 'misses');
        if (!isHit) misses.push(`${file}: ${label.check}: ${label.at}`);
      }
      // Two checks may find the same error, such as a wrong count that is nowhere in the facts: neither is a false
      // alarm.
      const isTrue = (finding: Label) =>
        labels.some(
          (label) =>
            isFor(finding, label) || (label.at !== '' && areSameLocation(text, finding.at, label.at)),
        );
      for (const finding of found.filter((each) => !isTrue(each))) {
        findings.count(finding.check, 'falseAlarms');
        alarms.push(`${file}: ${finding.check}: ${finding.at}`);
      }
      if (labels.length > 0) replies.count('faulty replies', found.length > 0 ? 'hits' : 'misses');
      else if (found.length > 0) replies.count('faulty replies', 'falseAlarms');
    }
    const list = (title: string, lines: readonly string[]) =>
      lines.length ? `\n${title}:\n\n${lines.map((line) => `- ${line}`).join('\n')}\n` : '';
    const report = `${findings.table('findings by check')}\n${replies.table('replies')}${list('Missed', misses)}${list('False alarms', alarms)}`;
    return { findings, replies, report };
  }

  it('are checked at the measured rates', async () => {
    const { findings, replies, report } = measure(LABELLED_REPLIES);
    await expect(report).toMatchFileSnapshot('golden/precision-recall-replies.md');
    expect(findings.precision).toBeGreaterThan(0.95);
    expect(findings.recall).toBeGreaterThan(0.9);
    expect(replies.precision).toBeGreaterThan(0.9);
    expect(replies.recall).toBe(1);
  });

  it('that were labelled later are checked at slightly lower rates', async () => {
    const { findings, replies, report } = measure(LATER_REPLIES);
    await expect(report).toMatchFileSnapshot('golden/precision-recall-later.md');
    expect(findings.precision).toBeGreaterThan(0.9);
    expect(findings.recall).toBeGreaterThan(0.75);
    expect(replies.precision).toBeGreaterThan(0.9);
    expect(replies.recall).toBe(1);
  });
});
