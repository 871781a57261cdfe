/**
 * The first step of parsing a reply: removes a code fence around the whole reply, and thinking before it. Pure.
 */
import { parseMarkdown, shortenExcerpt } from './markdown.ts';
import type { RemovedPiece, Rest } from './parsed-reply.ts';
import { findReplyText, isNothingButMarks } from './thinking.ts';

/** Languages of a fence around a whole reply. */
const WHOLE_REPLY = new Set(['', 'md', 'markdown', 'text', 'txt', 'plaintext', 'mdx']);

/** Smallest share of the reply inside a fence that counts as its wrapping. */
const WRAPPING_SHARE = 0.5;

/** The rest of a text, and what was removed from it. */
type Stripped = Rest & { readonly removed: readonly RemovedPiece[] };

/** Removes the model's thinking from a reply, by its marks, without parsing markdown. */
export function stripThinking(text: string): Stripped {
  const removed: RemovedPiece[] = [];
  const { text: reply, before, thinking } = findReplyText(text);
  if (thinking.trim()) removed.push({ kind: 'thinking', excerpt: shortenExcerpt(thinking.slice(0, 1_000)) });
  if (isNothingButMarks(text)) removed.push({ kind: 'marks', excerpt: shortenExcerpt(text.slice(0, 1_000)) });
  return { text: reply, firstLine: 1 + countLines(text.slice(0, before)), removed };
}

/** Removes a code fence around the whole reply. */
export function stripCodeFence({ text: reply, firstLine }: Rest): Stripped {
  const { children } = parseMarkdown(reply);
  const wrapping = children.find(
    (node) =>
      node.type === 'code' &&
      /^\s*(`{3}|~{3})/.test(reply.slice(node.position?.start.offset ?? 0)) &&
      WHOLE_REPLY.has((node.lang ?? '').toLowerCase()) &&
      node.value.length > reply.length * WRAPPING_SHARE,
  );
  if (wrapping?.type !== 'code') return { text: reply, firstLine, removed: [] };
  const removed = children.map((node): RemovedPiece => {
    const excerpt = shortenExcerpt(
      reply.slice(node.position?.start.offset ?? 0, node.position?.end.offset ?? 0),
    );
    const kind = children.indexOf(node) < children.indexOf(wrapping) ? 'preamble' : 'trailing remark';
    return { kind: node === wrapping ? 'fence' : kind, excerpt };
  });
  return { text: wrapping.value, firstLine: firstLine + (wrapping.position?.start.line ?? 1), removed };
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}
