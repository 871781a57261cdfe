/**
 * Converts untrusted text to plain sentences, without markdown, HTML, line breaks and control characters, so that
 * owners can be quoted without markup, scripts or hidden text. Pure.
 */
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString as textOf } from 'mdast-util-to-string';
import { findMarkdownRefusal } from './markdown-bounds.ts';

/** Most characters read: only the first sentences are needed, and a description may have megabytes. */
const MAX_CHARACTERS = 20_000;

/** Characters that change or hide the text around them: controls, directional overrides, zero-width ones. */
const INVISIBLE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Puts a text on one line, with single spaces and without invisible characters; cut after a whole word at `most`
 * characters.
 */
export function flattenText(text: string, most = 300): string {
  const flat = text.slice(0, MAX_CHARACTERS).replace(INVISIBLE, '').replace(/\s+/g, ' ').trim();
  return cutAtWord(flat, most);
}

/** Cuts a text after a whole word, with an ellipsis if it was cut. */
export function cutAtWord(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most);
  const end = cut.lastIndexOf(' ');
  return `${cut
    .slice(0, end > most / 2 ? end : most)
    .replace(/[\s,;:([{–—-]+$/, '')
    .replace(/[\ud800-\udbff]$/, '')} …`;
}

/**
 * Reads the sentences of a text's paragraphs, in order, without headings, lists, tables, code, images and HTML tags.
 */
export function readSentences(text: string): string[] {
  const paragraphs: string[] = [];
  // A hard line break would otherwise join two words.
  const head = text.slice(0, MAX_CHARACTERS).replace(/(?:\s*\\)?[ \t]*\r?\n/g, '\n');
  const plain = stripHtml(head).replace(/[ \t]+\n/g, '\n');
  // So many marks are not intended as markdown, and would slow down the parser.
  const markdown = findMarkdownRefusal(plain) === undefined ? plain : plain.replace(/[*_>]+/g, ' ');
  for (const block of fromMarkdown(markdown).children) {
    // Indented text in a form field is a paragraph, although markdown reads it as code.
    if (block.type === 'paragraph' || (block.type === 'code' && !block.lang))
      paragraphs.push(flattenText(phrasing(block), MAX_CHARACTERS));
  }
  const sentences = paragraphs.filter((paragraph) => /\p{L}/u.test(paragraph)).map(splitSentences);
  // A first line without a full stop, before paragraphs that have one, is a title.
  const [first] = sentences;
  const isTitled =
    first?.length === 1 &&
    !/[.?!…]["”')]?$/.test(first[0] ?? '') &&
    sentences.slice(1).some((others) => others.some((sentence) => /[.?!]$/.test(sentence)));
  return (isTitled ? sentences.slice(1) : sentences).flat();
}

/** The text of a block, without alternative texts of images. */
function phrasing(node: Nodes): string {
  return textOf(node, { includeImageAlt: false, includeHtml: false });
}

/**
 * Removes HTML: scripts and styles with their contents, other tags only. The rest of a broken tag is text, which is
 * escaped when written.
 */
export function stripHtml(text: string): string {
  return text
    .replace(/<(script|style|iframe|object|template)\b[^>]*>[\s\S]*?(<\/\1\s*>|$)/gi, ' ')
    .replace(/<!--[\s\S]*?(-->|$)/g, ' ')
    .replace(/<\/(p|div|li|h[1-6]|tr|ul|ol)\s*>|<br\s*\/?>/gi, '\n\n')
    .replace(/<\/?[a-z][^<>]{0,500}>/gi, ' ');
}

/** Ends of a segment that do not end a sentence: abbreviations, and initials as in `C. elegans`. */
const NO_END =
  /(?:\b(?:et al|e\.g|i\.e|vs|cf|ca|fig|figs|dr|prof|approx|resp|no|nos|st|ref|refs|incl|sp|spp)\.|(?:^|[\s(])\p{Lu}\.)\s*$/iu;

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Splits one paragraph of plain text into sentences. */
export function splitSentences(paragraph: string): string[] {
  const sentences: string[] = [];
  let open = '';
  for (const { segment } of SEGMENTER.segment(paragraph)) {
    open += segment;
    if (NO_END.test(open)) continue;
    sentences.push(open.trim());
    open = '';
  }
  if (open.trim()) sentences.push(open.trim());
  return sentences.filter(Boolean);
}

/** The sentences of a text of several lines; none runs across lines. */
export function listSentences(text: string): string[] {
  return text.split('\n').flatMap(splitSentences);
}
