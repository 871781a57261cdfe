/**
 * Parses markdown for this folder (CommonMark with GitHub's tables), and cuts from a node's source what a summary may
 * not contain. Pure.
 */
import type { Heading, Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { toString as textOf } from 'mdast-util-to-string';
import { gfmTable } from 'micromark-extension-gfm-table';
import type { Block, Piece, RemovedPiece, Section } from './parsed-reply.ts';

/** Parses a markdown text. */
export function parseMarkdown(text: string): Root {
  return fromMarkdown(text, { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] });
}

/** Parses the blocks of a markdown text that begins on line `firstLine` of the whole text. */
export function parsePieces(source: string, firstLine: number): Piece[] {
  return parseMarkdown(source).children.map((node) => ({ node, source, firstLine }));
}

/** Most characters of an excerpt in a report. */
const EXCERPT_LENGTH = 80;

/** Shortens a text to its first characters, on one line. */
export function shortenExcerpt(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > EXCERPT_LENGTH ? `${flat.slice(0, EXCERPT_LENGTH - 1)}…` : flat;
}

/**
 * Builds a block of a part from a node, with subheadings moved to depth 3 and below. Link definitions and headings in
 * the abstract are returned as removed pieces. Undefined if the node is empty or a thematic break.
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
    const text = sliceHeadingText(node, source).replace(/\s+/g, ' ').trim();
    return text
      ? { ...piece, markdown: `${'#'.repeat(findHeadingDepth(node, section))} ${text}`, line }
      : undefined;
  }
  const markdown = node.type === 'code' ? closeFence(sliceSource(node, source)) : sliceSource(node, source);
  return markdown.trim() ? { ...piece, markdown, line } : undefined;
}

/** Adds a missing closing fence to a code block, which would otherwise extend over the text after it. */
function closeFence(code: string): string {
  const fence = /^(`{3,}|~{3,})/.exec(code)?.[1];
  const isOpen =
    fence !== undefined &&
    (!code.includes('\n') || !(code.split('\n').at(-1) ?? '').trim().startsWith(fence));
  return isOpen ? `${code}\n${fence}` : code;
}

/** A subheading's depth under the part's own `##`. */
function findHeadingDepth(node: Heading, section: Section): number {
  return Math.min(6, Math.max(3, node.depth - section.shallowest + 3));
}

/** The inline source of a heading, without its `#` marks. */
function sliceHeadingText(node: Heading, source: string): string {
  const start = node.children[0]?.position?.start.offset;
  const end = node.children.at(-1)?.position?.end.offset;
  return start === undefined || end === undefined ? '' : source.slice(start, end);
}

/** The source of a block, with its indentation removed. */
export function sliceSource(node: Nodes, source: string): string {
  const start = node.position?.start.offset ?? 0;
  const end = node.position?.end.offset ?? 0;
  const margin = (node.position?.start.column ?? 1) - 1;
  const slice = source.slice(start, end);
  if (margin === 0) return slice;
  return slice.replaceAll(new RegExp(`\\n[ \\t]{1,${margin}}`, 'g'), '\n');
}

/** Rounds of cutting after which the rest is escaped: cutting `<b>` out of `<scr<b>ipt>` makes a new tag. */
const MAX_ROUNDS = 5;

/**
 * Removes HTML and images from markdown; line numbers stay the same. The text between tags is kept, except for
 * scripts and styles.
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

/** Finds the ranges of HTML and images, in order, without nested ones. */
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
