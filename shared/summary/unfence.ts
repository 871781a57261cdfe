/**
 * The first step of taking a reply apart: models wrap the whole of it in a code fence, or think aloud before
 * it. Pure.
 */
import { excerptOf, parseMarkdown } from './markdown.ts';
import type { RemovedPiece } from './reply-parts.ts';
import { findAnswer, isNothingButMarks } from './thinking.ts';

/** Languages that a fence round a whole reply names. */
const WHOLE_REPLY = new Set(['', 'md', 'markdown', 'text', 'txt', 'plaintext', 'mdx']);

/** Share of the reply that a fence must hold to be taken for its wrapping. */
const WRAPPING_SHARE = 0.5;

/** The reply without its wrapping, and how many lines of the text stood before it. */
export function unfence(text: string, removed: RemovedPiece[]): { text: string; firstLine: number } {
  const { text: reply, before, thinking } = findAnswer(text);
  if (thinking.trim()) removed.push({ kind: 'thinking', excerpt: excerptOf(thinking) });
  if (isNothingButMarks(text)) removed.push({ kind: 'marks', excerpt: excerptOf(text) });
  const firstLine = 1 + countLines(text.slice(0, before));
  const { children } = parseMarkdown(reply);
  const wrapping = children.find(
    (node) =>
      node.type === 'code' &&
      /^\s*(`{3}|~{3})/.test(reply.slice(node.position?.start.offset ?? 0)) &&
      WHOLE_REPLY.has((node.lang ?? '').toLowerCase()) &&
      node.value.length > reply.length * WRAPPING_SHARE,
  );
  if (wrapping?.type !== 'code') return { text: reply, firstLine };
  for (const node of children) {
    const excerpt = excerptOf(reply.slice(node.position?.start.offset ?? 0, node.position?.end.offset ?? 0));
    const kind = children.indexOf(node) < children.indexOf(wrapping) ? 'preamble' : 'trailing remark';
    removed.push({ kind: node === wrapping ? 'fence' : kind, excerpt });
  }
  return { text: wrapping.value, firstLine: firstLine + (wrapping.position?.start.line ?? 1) };
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}
