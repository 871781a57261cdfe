/**
 * Markdown as this folder sees it: one parser for GitHub's tables on top of CommonMark, and a node's own
 * source with what may not be in a summary cut out. Pure.
 */
import type { Heading, Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { toString as textOf } from 'mdast-util-to-string';
import { gfmTable } from 'micromark-extension-gfm-table';
import type { Block, Piece, RemovedPiece, Section } from './parsed-reply.ts';

/** The tree of a markdown text. */
export function parseMarkdown(text: string): Root {
  return fromMarkdown(text, { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] });
}

/** The blocks of a markdown text that begins on a line of the whole. */
export function parsePieces(source: string, firstLine: number): Piece[] {
  return parseMarkdown(source).children.map((node) => ({ node, source, firstLine }));
}

/** Excerpts that reports show are this long at most, in characters. */
const EXCERPT_LENGTH = 80;

/** The first characters of a text on one line. */
export function shortenExcerpt(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > EXCERPT_LENGTH ? `${flat.slice(0, EXCERPT_LENGTH - 1)}…` : flat;
}

/**
 * A node as a block of its part, its subheadings brought to depth 3 and below; or, of a link's definition and of a
 * heading in the abstract, what is taken out. Undefined where there was nothing to read.
 */
export function buildBlock(piece: Piece, section: Section): Block | RemovedPiece | undefined {
  const { node, source, firstLine } = piece;
  const line = firstLine + (node.position?.start.line ?? 1) - 1;
  if (node.type === 'thematicBreak') return undefined;
  if (node.type === 'definition') {
    return { kind: 'definition', excerpt: shortenExcerpt(sliceSource(node, source)) };
  }
  if (node.type === 'heading') {
    if (section.part === 'abstract') {
      return { kind: 'heading', excerpt: shortenExcerpt(textOf(node)) };
    }
    const text = headingText(node, source).replace(/\s+/g, ' ').trim();
    return text
      ? { ...piece, markdown: `${'#'.repeat(headingDepth(node, section))} ${text}`, line }
      : undefined;
  }
  const markdown = node.type === 'code' ? closeFence(sliceSource(node, source)) : sliceSource(node, source);
  return markdown.trim() ? { ...piece, markdown, line } : undefined;
}

/** A block of code with its closing fence: one that was never closed would swallow what is written after it. */
function closeFence(code: string): string {
  const fence = /^(`{3,}|~{3,})/.exec(code)?.[1];
  const isOpen =
    fence !== undefined &&
    (!code.includes('\n') || !(code.split('\n').at(-1) ?? '').trim().startsWith(fence));
  return isOpen ? `${code}\n${fence}` : code;
}

/** A subheading's depth under the part's own `##`. */
function headingDepth(node: Heading, section: Section): number {
  return Math.min(6, Math.max(3, node.depth - section.shallowest + 3));
}

/** A heading's inline source without its marks. */
function headingText(node: Heading, source: string): string {
  const start = node.children[0]?.position?.start.offset;
  const end = node.children.at(-1)?.position?.end.offset;
  return start === undefined || end === undefined ? '' : source.slice(start, end);
}

/** A block's source from the start of its first line, moved to the left margin if it was indented. */
export function sliceSource(node: Nodes, source: string): string {
  const start = node.position?.start.offset ?? 0;
  const end = node.position?.end.offset ?? 0;
  const margin = (node.position?.start.column ?? 1) - 1;
  const slice = source.slice(start, end);
  if (margin === 0) return slice;
  return slice.replaceAll(new RegExp(`\\n[ \\t]{1,${margin}}`, 'g'), '\n');
}

/** Rounds of cutting after which what is left is escaped: cutting `<b>` out of `<scr<b>ipt>` makes a tag. */
const MAX_ROUNDS = 5;

/**
 * Markdown without HTML and images, its lines where they were; the text between tags stays, that of scripts
 * and styles goes.
 */
export function cutMarkup(markdown: string): { readonly text: string; readonly removed: RemovedPiece[] } {
  const removed: RemovedPiece[] = [];
  let text = markdown;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const ranges = findMarkup(parseMarkdown(text), text);
    if (!ranges.length) return { text, removed };
    for (const { kind, start, end } of ranges)
      removed.push({ kind, excerpt: shortenExcerpt(text.slice(start, end)) });
    text = ranges.reduceRight(
      (kept, { start, end }) =>
        kept.slice(0, start) + kept.slice(start, end).replace(/[^\n]+/g, '') + kept.slice(end),
      text,
    );
  }
  return { text: text.replaceAll('<', '&lt;').replaceAll('![', '!\\['), removed };
}

interface Range {
  readonly kind: 'html' | 'image';
  readonly start: number;
  readonly end: number;
}

/** Where HTML and images are, in order, none inside another. */
function findMarkup(root: Root, text: string): Range[] {
  const ranges: Range[] = [];
  const visit = (node: Nodes) => {
    const start = node.position?.start.offset ?? 0;
    const end = node.position?.end.offset ?? 0;
    if (node.type === 'html') {
      const opened = /^<(script|style)\b/i.exec(node.value)?.[1];
      const close = opened ? text.toLowerCase().indexOf(`</${opened.toLowerCase()}`, start) : -1;
      const closed = close < 0 ? -1 : text.indexOf('>', close);
      ranges.push({ kind: 'html', start, end: Math.max(end, closed + 1) });
    } else if (node.type === 'image' || node.type === 'imageReference') {
      ranges.push({ kind: 'image', start, end });
    } else if ('children' in node) {
      node.children.forEach(visit);
    }
  };
  visit(root);
  return ranges.filter(({ start }, index) => ranges.slice(0, index).every((before) => before.end <= start));
}
