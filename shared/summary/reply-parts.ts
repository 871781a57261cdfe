/**
 * Parses a reply into abstract, description of the data and keywords, whatever headings, fences and polite phrases the
 * model chose. Uses a markdown parser; no words are changed. Pure.
 */
import type { Nodes, RootContent } from 'mdast';
import { toString as textOf } from 'mdast-util-to-string';
import type { PartName } from '../model/headings.ts';
import { findMarkdownRefusal } from '../model/markdown-bounds.ts';
import { buildBlock, cutMarkup, parsePieces } from './markdown.ts';
import type { Block, ParsedReply, RemovedPiece } from './parsed-reply.ts';
import { buildSections } from './sections.ts';
import { stripCodeFence, stripThinking } from './strip-code-fence.ts';

/**
 * Parses a reply, or a stored summary. Never throws: missing parts are empty, and a text may be refused before
 * parsing; the checks report both.
 */
export function parseReply(text: string): ParsedReply {
  const reply = stripThinking(text.replaceAll('\r\n', '\n').replace(/^\uFEFF/, ''));
  const refused = findMarkdownRefusal(reply.text);
  if (refused !== undefined) return { ...NOTHING, removed: reply.removed, refused };
  const whole = stripCodeFence(reply);
  const plain = cutMarkup(whole.text);
  const { sections, removed: courtesies } = buildSections(parsePieces(plain.text, whole.firstLine));
  const removed: RemovedPiece[] = [...reply.removed, ...whole.removed, ...plain.removed, ...courtesies];
  const parts: Record<PartName, Block[]> = { abstract: [], description: [], keywords: [] };
  for (const section of sections) {
    for (const piece of section.pieces) {
      const built = buildBlock(piece, section);
      if (built === undefined) continue;
      if ('excerpt' in built) removed.push(built);
      else parts[section.part].push(built);
    }
  }
  const keywords = readKeywords(parts.keywords);
  return {
    parts: {
      abstract: parts.abstract.map(({ markdown }) => markdown),
      description: parts.description.map(({ markdown }) => markdown),
      keywords: keywords.map(({ text: keyword }) => keyword),
    },
    removed,
    lines: {
      abstract: parts.abstract.map(({ line }) => line),
      description: parts.description.map(({ line }) => line),
      keywords: keywords.map(({ line }) => line),
    },
  };
}

const NOTHING: Pick<ParsedReply, 'parts' | 'lines'> = {
  parts: { abstract: [], description: [], keywords: [] },
  lines: { abstract: [], description: [], keywords: [] },
};

/** A keyword with its line. */
interface Keyword {
  readonly text: string;
  readonly line: number;
}

/**
 * Reads keywords from a list, a table's cells, or a text with commas. If there is a list, the paragraphs around it are
 * ignored; otherwise the first paragraph that is no introduction counts, or all paragraphs if all are short.
 */
function readKeywords(blocks: readonly Block[]): Keyword[] {
  const lists = blocks.filter(({ node }) => node.type === 'list' || node.type === 'table');
  const chosen = lists.length ? lists : chooseParagraphs(blocks);
  const leaves = chosen.flatMap((block) =>
    listLeafTexts(block.node).map(({ text, line }) => ({ text, line: block.firstLine + line })),
  );
  // In a list of several items, each item is one keyword, including its commas. A single item or paragraph has them
  // all.
  const isItemized = lists.length > 0 && leaves.length > 1;
  return leaves
    .flatMap(({ text, line }) =>
      (isItemized ? [trimKeyword(text)] : splitKeywords(text)).map((keyword) => ({ text: keyword, line })),
    )
    .filter(({ text }) => text !== '');
}

function chooseParagraphs(blocks: readonly Block[]): Block[] {
  const paragraphs = blocks.filter(
    ({ node }) => node.type === 'paragraph' && !textOf(node).trim().endsWith(':'),
  );
  const areShort = paragraphs.every(({ node }) => /^[^.]{1,60}$/.test(textOf(node).trim()));
  return areShort ? paragraphs : paragraphs.slice(0, 1);
}

/** The texts of the paragraphs inside a block, including those of nested lists, with 0-based lines of its source. */
function listLeafTexts(node: Nodes): Keyword[] {
  if (node.type === 'paragraph' || node.type === 'tableCell' || node.type === 'heading') {
    return [{ text: textOf(node), line: (node.position?.start.line ?? 1) - 1 }];
  }
  return 'children' in node ? (node.children as RootContent[]).flatMap(listLeafTexts) : [];
}

/** Splits a text into keywords at commas, semicolons, bullets and line ends, but not inside brackets. */
function splitKeywords(text: string): string[] {
  const keywords: string[] = [];
  let depth = 0;
  let open = '';
  // `1) mouse 2) vision 3) cortex`. In a list, the parser has already removed the first number.
  const isNumbered = /\s2[.)]\s.*\s3[.)]\s/s.test(text) || /^\s*1[.)]\s.*\s2[.)]\s/s.test(text);
  const separated = isNumbered ? text.replace(/\s\d{1,2}[.)]\s+/g, '\n') : text;
  for (const character of separated) {
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    if (character === '\n' || (depth === 0 && ',;•·|'.includes(character))) {
      keywords.push(open);
      open = '';
    } else {
      open += character;
    }
  }
  return [...keywords, open].map(cleanKeyword);
}

/** Removes bullets and numbers that belong to the list. */
function cleanKeyword(text: string): string {
  return trimKeyword(
    text.trim().replace(/^(?:[-*–]\s+|\d{1,2}[.)]\s+|and\s+(?=\S+(?:\s\S+){0,2}\.?$)|#(?=\p{L}))/u, ''),
  );
}

/** Puts a keyword on one line, without quotes around it and a full stop after it. */
function trimKeyword(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^["'“‘`*]+|["'”’`*]+$/g, '')
    .replace(/(?<=\p{L}{3}|\d|\))\.$/u, '')
    .trim();
}
