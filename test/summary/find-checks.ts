/** The checks that find something in a sentence, for tests of sentences one by one. */
import { runChecks } from '../../shared/summary/checks.ts';
import type { Evidence } from '../../shared/summary/evidence.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';

/** Names of the checks of content with findings in an abstract of this sentence alone. */
export function findChecks(sentence: string, evidence: Evidence): string[] {
  return findIn('abstract', sentence, 'Recordings are available.', evidence);
}

/** Names of the checks of content with findings in a description of this paragraph alone. */
export function findChecksOfDescription(paragraph: string, evidence: Evidence): string[] {
  return findIn('description', 'The recordings are of mice.', paragraph, evidence);
}

function findIn(
  part: 'abstract' | 'description',
  abstract: string,
  description: string,
  evidence: Evidence,
): string[] {
  const text = `## Abstract\n\n${abstract}\n\n## Data\n\n${description}\n\n## Keywords\n\n- recordings\n`;
  const { findings } = runChecks(parseReply(text), evidence, { finish: 'stop' });
  const found = findings.filter(
    ({ check, location }) => location.part === part && !/^(?:length|paragraphs)$/.test(check),
  );
  return [...new Set(found.map(({ check }) => check))];
}
