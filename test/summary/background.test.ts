/** Text without claims about the data: background at the beginning of an abstract, and lists of what is absent. */
import { describe, expect, it } from 'vitest';
import { dropBackground } from '../../shared/summary/background.ts';
import type { Finding } from '../../shared/summary/check.ts';
import { buildProse } from '../../shared/summary/prose.ts';

/** Whether a finding about some words of an abstract or a description is kept. */
function isKept(
  parts: { abstract?: string[]; description?: string[] },
  excerpt: string,
  check = 'results',
): boolean {
  const prose = buildProse({ abstract: [], description: [], keywords: [], ...parts });
  const block = prose.find(({ text }) => text.includes(excerpt));
  if (block === undefined) throw new Error(`No block has “${excerpt}”`);
  const { part, index } = block;
  const finding: Finding = { check, severity: 'warning', message: '', excerpt, location: { part, index } };
  return dropBackground([finding], prose).length > 0;
}

describe('background at the beginning of an abstract', () => {
  it.each([
    [
      'Astrocytes suppress many kinds of activity. This Dandiset has recordings of them.',
      'Astrocytes suppress',
    ],
    ['What makes a memory last? Sleep strengthens it. Here, rats slept.', 'Sleep strengthens'],
    ['The cortex drives the cord through long axons. Recordings are available.', 'cortex drives'],
    ['Background. Motor cortex is a common target. We recorded elsewhere.', 'Motor cortex'],
  ])('has no findings: %s', (text, excerpt) => {
    expect(isKept({ abstract: [text] }, excerpt)).toBe(false);
  });

  it('continues in the next paragraph, up to the first sentence about the data', () => {
    const abstract = ['Sleep shapes memory.', 'Spindles carry much of it. The recordings show spindles.'];
    expect(isKept({ abstract }, 'Spindles carry')).toBe(false);
    expect(isKept({ abstract }, 'recordings show')).toBe(true);
  });

  it.each([
    ['This Dandiset shows that astrocytes suppress activity.', 'astrocytes suppress'],
    ['Astrocytes drove the response.', 'Astrocytes drove'],
    ['Neurons encoded the cue.', 'encoded the cue'],
    ['The recordings are of rats. Astrocytes suppress activity.', 'Astrocytes suppress'],
    ['Recordings from auditory cortex during sleep.', 'auditory cortex'],
    ['Each file has units of the amygdala.', 'amygdala'],
    ['The cord has 31 segments. The recordings are of rats.', '31 segments'],
    ['Astrocytes suppress activity.', 'Astrocytes suppress'],
  ])('does not include: %s', (text, excerpt) => {
    expect(isKept({ abstract: [text] }, excerpt)).toBe(true);
  });

  it('ends with the abstract, and names of laboratories are checked in it', () => {
    const text = 'Astrocytes suppress many kinds of activity.';
    expect(isKept({ description: [text] }, 'Astrocytes suppress')).toBe(true);
    expect(isKept({ abstract: [text, 'The recordings are of rats.'] }, 'Astrocytes', 'labs')).toBe(true);
  });
});

describe('a list of what is absent', () => {
  it('has no findings', () => {
    const list = '- spike times\n- trial tables';
    expect(isKept({ description: ['What the files do *not* contain:', list] }, 'spike times')).toBe(false);
    expect(isKept({ description: ['The files contain:', list] }, 'spike times')).toBe(true);
  });
});
