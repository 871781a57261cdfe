/**
 * Repairs a reply by rule, after the model's own attempts: pieces with findings are removed where the text can do
 * without them. Nothing is reworded. Pure.
 */
import { escapePattern } from '../escape-pattern.ts';
import { splitSentences } from '../model/plain-text.ts';
import type { Finding } from './check.ts';
import { mayCut } from './check-powers.ts';
import { parseMarkdown } from './markdown.ts';
import type { ParsedReply, ReplyParts } from './parsed-reply.ts';

/** A repaired reply. */
export interface Repaired {
  readonly parsed: ParsedReply;
  /** The sentences, items and keywords that were removed, as written. */
  readonly taken: readonly string[];
}

/**
 * Removes the sentences, list items, keywords and code blocks that the findings are about. A paragraph keeps at least
 * one sentence and a list one item: where nothing would be left, nothing is removed, and the checks report the finding
 * again when they run again.
 */
export function repairParts(parsed: ParsedReply, findings: readonly Finding[]): Repaired {
  const taken: string[] = [];
  const repair = (part: 'abstract' | 'description') =>
    parsed.parts[part].map((markdown, index) => {
      const here = findings.filter(({ location }) => location.part === part && location.index === index);
      return here.reduce((text, finding) => repairBlock(text, finding, taken), markdown);
    });
  const abstract = repair('abstract');
  const description = repair('description');
  const flagged = new Set(
    findings
      .filter(
        ({ check, location }) => location.part === 'keywords' && (check === 'keywords' || mayCut(check)),
      )
      .map(({ location }) => location.index),
  );
  const canDrop = flagged.size < parsed.parts.keywords.length;
  const keeps = (index: number) => !canDrop || !flagged.has(index);
  taken.push(...parsed.parts.keywords.filter((_, index) => !keeps(index)));
  const parts: ReplyParts = {
    abstract: abstract.filter(Boolean),
    description: description.filter(Boolean),
    keywords: parsed.parts.keywords.filter((_, index) => keeps(index)),
  };
  const lines = {
    abstract: parsed.lines.abstract.filter((_, index) => abstract[index]),
    description: parsed.lines.description.filter((_, index) => description[index]),
    keywords: parsed.lines.keywords.filter((_, index) => keeps(index)),
  };
  return { parsed: { parts, removed: parsed.removed, lines }, taken };
}

/** Removes from a block what a finding is about; returns the block unchanged where that is not possible. */
function repairBlock(markdown: string, { check, excerpt }: Finding, taken: string[]): string {
  const [node] = parseMarkdown(markdown).children;
  if (check === 'markup' && node?.type === 'code') {
    taken.push(markdown);
    return '';
  }
  if (!mayCut(check) || excerpt === '') return markdown;
  if (node?.type === 'paragraph')
    return dropPieces(markdown, splitSentences(markdown.replace(/\n/g, ' ')), ' ', excerpt, taken);
  if (node?.type === 'list' && node.children.every(({ children }) => children.length === 1)) {
    const items = node.children.map(({ position }) =>
      markdown.slice(position?.start.offset ?? 0, position?.end.offset ?? 0),
    );
    return dropPieces(markdown, items, '\n', excerpt, taken);
  }
  return markdown;
}

/** Joins the pieces that do not contain the excerpt. */
function dropPieces(
  markdown: string,
  pieces: readonly string[],
  separator: string,
  excerpt: string,
  taken: string[],
): string {
  // Whole words: `2 files` is not in `62 files`.
  const words = new RegExp(
    `(?<![\\p{L}\\p{N}])${escapePattern(excerpt).replace(/\s+/g, '\\s+')}(?![\\p{L}\\p{N}])`,
    'iu',
  );
  const kept = pieces.filter((piece) => !words.test(piece));
  if (kept.length === 0 || kept.length === pieces.length) return markdown;
  taken.push(...pieces.filter((piece) => !kept.includes(piece)));
  return kept.join(separator);
}
