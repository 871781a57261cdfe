/**
 * Reads the blocks of a reply for the checks: plain prose with its code spans and links apart; and finds the
 * sentence at an offset. Pure.
 */
import type { Nodes } from 'mdast';
import type { PartName } from '../model/headings.ts';
import { splitSentences } from '../model/plain-text.ts';
import { parseMarkdown } from './markdown.ts';
import type { ReplyParts } from './parsed-reply.ts';

/** One block or keyword. */
export interface ProseBlock {
  readonly part: PartName;
  readonly index: number;
  readonly markdown: string;
  /** Its text, with `␣` in place of code spans. */
  readonly text: string;
  readonly code: readonly string[];
  readonly links: readonly string[];
  /** Types of the markdown nodes in it. */
  readonly nodeTypes: ReadonlySet<string>;
}

/** Reads all blocks and keywords of a reply, in order. */
export function buildProse(parts: ReplyParts): ProseBlock[] {
  const blocks = (part: 'abstract' | 'description') =>
    parts[part].map((markdown, index) => readBlock(part, index, markdown));
  const keywords = parts.keywords.map(
    (text, index): ProseBlock => ({
      part: 'keywords',
      index,
      markdown: text,
      text,
      code: [],
      links: [],
      nodeTypes: new Set(),
    }),
  );
  return [...blocks('abstract'), ...blocks('description'), ...keywords];
}

/** The character in place of a code span: no letter, no digit, and no space. */
const CODE = '␣';

function readBlock(part: PartName, index: number, markdown: string): ProseBlock {
  const code: string[] = [];
  const links: string[] = [];
  const nodeTypes = new Set<string>();
  const read = (node: Nodes): string => {
    nodeTypes.add(node.type);
    if (node.type === 'inlineCode') {
      code.push(node.value);
      return CODE;
    }
    if (node.type === 'code') {
      code.push(...node.value.split('\n'));
      return '';
    }
    if (node.type === 'link') links.push(node.url);
    if (node.type === 'text') return node.value;
    if (node.type === 'break') return '\n';
    if (!('children' in node)) return '';
    const separator = BLOCKS.has(node.type) ? '\n' : '';
    return node.children.map(read).join(separator);
  };
  const text = read(parseMarkdown(markdown));
  for (const [url] of text.matchAll(/\b(?:https?|ftp):\/\/[^\s<>"'”’)\]]+|\bwww\.[^\s<>"'”’)\]]+/gi))
    links.push(url);
  return { part, index, markdown, text, code, links, nodeTypes };
}

/** Nodes whose children are separated by line breaks. */
const BLOCKS = new Set(['root', 'list', 'listItem', 'blockquote', 'table', 'tableRow']);

/** Finds the sentence, or else the line, of a text that contains an offset. */
export function sentenceAt(text: string, offset: number): string {
  let start = 0;
  for (const line of text.split('\n')) {
    if (offset <= start + line.length) {
      let from = start;
      for (const sentence of splitSentences(line)) {
        const at = text.indexOf(sentence, from);
        if (offset < at + sentence.length) return sentence;
        from = at + sentence.length;
      }
      return line;
    }
    start += line.length + 1;
  }
  return text;
}
