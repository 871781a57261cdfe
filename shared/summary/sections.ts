/**
 * Assigns each block of a reply to a part, by the headings that the model chose: real headings, bold lines, numbered
 * items, labels such as `Keywords:`. Pure.
 */
import type { RootContent } from 'mdast';
import { toString as textOf } from 'mdast-util-to-string';
import type { PartName } from '../model/headings.ts';
import { parsePieces, shortenExcerpt } from './markdown.ts';
import type { Piece, RemovedPiece, Section } from './parsed-reply.ts';

/** A section under construction. */
interface OpenSection extends Section {
  readonly pieces: Piece[];
  shallowest: number;
}

/** A label that opens a part, and the rest of its block. */
interface Label {
  readonly title: string;
  readonly depth: number;
  readonly rest: readonly Piece[];
}

/** Titles of the parts. The first matching row decides, so the order matters: `Data summary` is about data. */
const TITLES: readonly (readonly [part: PartName, pattern: RegExp])[] = [
  ['keywords', /\b(key ?words?|key ?terms|tags|index terms)\b/],
  ['abstract', /\babstract\b/],
  [
    'description',
    /\b(data|nwb|files?|datasets?) (description|available|availability|content|contents|overview|summary|structure|types|details|records?)\b/,
  ],
  [
    'description',
    /\b(description|overview|summary|structure|contents?|details|types) of (the )?(available |nwb |recorded )*(data|nwb|files?)\b/,
  ],
  [
    'description',
    /\b(available data|nwb files?|data in|data files?|contents of the)\b|^(the )?data(sets?)?$/,
  ],
  ['abstract', /\b(summary|overview|introduction|background|synopsis|experiment)\b/],
  ['description', /\b(data|description|contents?|files|datasets?)\b/],
];

/** Polite phrases before and after the reply proper. */
const PREAMBLE =
  /^(here( is|'s|’s| are)|below( is| are)|sure\b|certainly\b|of course\b|absolutely\b|okay\b|ok\b|the following is|i('ve| have) )/i;
const REMARK =
  /^(let me know|feel free|i hope|hope this|if you (need|would like|want|have)|please (let me|feel free|note that this summary)|note: this summary|this summary (was|is) (generated|based))/i;

/**
 * Builds the sections of a reply, in order, and removes the rest: titles, polite phrases, and text after the keywords.
 */
export function buildSections(pieces: readonly Piece[]): {
  readonly sections: readonly Section[];
  readonly removed: readonly RemovedPiece[];
} {
  const removed: RemovedPiece[] = [];
  const flow = spliceNumberedSections(pieces);
  const hasLabels = flow.some((piece) => findPart(findLabel(piece)) !== undefined);
  const title = findTitle(flow);
  const sections: OpenSection[] = [];
  let current: OpenSection | undefined;
  let depth = 0;
  let isPastKeywords = false;
  const open = (part: PartName): OpenSection => {
    const section: OpenSection = { part, pieces: [], shallowest: 6 };
    sections.push(section);
    return section;
  };
  const has = (part: PartName) =>
    sections.some((section) => section.part === part && section.pieces.length > 0);
  const drop = (kind: RemovedPiece['kind'], node: RootContent) =>
    removed.push({ kind, excerpt: shortenExcerpt(textOf(node)) });

  flow.forEach((piece, index) => {
    const { node } = piece;
    const text = textOf(node).trim();
    const label = piece === title ? undefined : findLabel(piece);
    const part = locateLabel(label, current, depth, has);
    if (label && part) {
      current = open(part);
      depth = label.depth;
      isPastKeywords = false;
      current.pieces.push(...label.rest);
    } else if (node.type === 'heading' && !current) {
      // A title. Text under it, before any other heading, is the abstract.
      drop('title', node);
    } else if (isPastKeywords || (current?.part === 'keywords' && isAfterKeywords(node, current))) {
      isPastKeywords = true;
      if (node.type !== 'thematicBreak') drop('trailing remark', node);
    } else if (!sections.length && isPreamble(node, text, hasLabels || index === 0)) {
      drop('preamble', node);
    } else if (node.type === 'paragraph' && REMARK.test(text) && index === flow.length - 1) {
      drop('trailing remark', node);
    } else if (current || node.type !== 'thematicBreak') {
      current ??= open('abstract');
      current.pieces.push(piece);
      if (node.type === 'heading') current.shallowest = Math.min(current.shallowest, node.depth);
    }
  });
  return { sections, removed };
}

/**
 * Finds the title of the whole reply: the first heading, if all others are deeper and at least two of them open parts.
 */
function findTitle(flow: readonly Piece[]): Piece | undefined {
  const [first, ...others] = flow.filter(({ node }) => node.type === 'heading');
  if (first?.node.type !== 'heading') return undefined;
  const { depth } = first.node;
  const isAbove = others.every(({ node }) => node.type === 'heading' && node.depth > depth);
  return isAbove && others.filter((piece) => findPart(findLabel(piece)) !== undefined).length >= 2
    ? first
    : undefined;
}

/** Whether a node is a polite phrase before the reply: it ends with a colon, or is short. */
function isPreamble(node: RootContent, text: string, isLikely: boolean): boolean {
  return (
    isLikely && node.type === 'paragraph' && PREAMBLE.test(text) && (text.endsWith(':') || text.length < 200)
  );
}

/** Whether a node comes after the keywords: any node after a list of them, or a long paragraph after one with them. */
function isAfterKeywords(node: RootContent, section: Section): boolean {
  if (node.type === 'thematicBreak' || node.type === 'heading') return section.pieces.length > 0;
  const last = section.pieces.at(-1)?.node;
  if (!last) return false;
  if (last.type === 'list' || last.type === 'table') return true;
  const isIntroduction = textOf(last).trim().endsWith(':');
  return node.type === 'paragraph' && !isIntroduction && textOf(node).trim().split(/\s+/).length > 8;
}

/** Finds the part that a label opens here; undefined if it is a subheading of the current part, or a title. */
function locateLabel(
  label: Label | undefined,
  current: Section | undefined,
  depth: number,
  has: (part: PartName) => boolean,
): PartName | undefined {
  const part = findPart(label);
  if (!label || !part) return undefined;
  if (part === 'keywords') return part;
  if (!current) return part;
  if (part === current.part) return undefined;
  // After the abstract, `Summary` and the like are subheadings, since a part does not occur twice.
  if (part === 'abstract') return !has('abstract') && label.depth <= depth ? part : undefined;
  // `### Dataset overview` under the abstract's `##` opens the description, although it is deeper.
  return current.part === 'abstract' || label.depth <= depth ? part : undefined;
}

function findPart(label: Label | undefined): PartName | undefined {
  if (!label) return undefined;
  const title = label.title
    .toLowerCase()
    .replace(/^[\s\d.)ivx(]*(?=[a-z]{4})/, '')
    .replace(/[^a-z ]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return TITLES.find(([, pattern]) => pattern.test(title))?.[0];
}

/** Depth of a label that is no heading: below all real headings. */
const BOLD_DEPTH = 7;

/** Most characters of a bold line that can be a heading. */
const MAX_TITLE = 80;

/** Names of parts in bold at the beginning of a paragraph. */
const PART_LABEL =
  /^(abstract|summary|keywords?|key words|data description|description of (the )?(available )?data|available data|data)[\s:.–—-]*$/i;

/** The same without bold type, as the start of a paragraph's source. */
const PLAIN_LABEL =
  /^(?:\d+[.)]\s+)?(abstract|summary|data description|description of (?:the )?data|keywords?|key words)[ \t]*(:[ \t]*\n?|\n|$)/i;

/** Reads a piece as a label: a heading, a bold line, `**Keywords**: …`, or a plain line with the name of a part. */
function findLabel(piece: Piece): Label | undefined {
  const { node, source } = piece;
  if (node.type === 'heading') return { title: textOf(node), depth: node.depth, rest: [] };
  if (node.type !== 'paragraph') return undefined;
  const [first] = node.children;
  const start = node.position?.start.offset ?? 0;
  const end = node.position?.end.offset ?? 0;
  const buildLabel = (title: string, from: number): Label => ({
    title,
    depth: BOLD_DEPTH,
    rest: parsePieces(source.slice(from, end), piece.firstLine + countLines(source.slice(0, from))),
  });
  if (first?.type === 'strong') {
    const title = textOf(first);
    const after = first.position?.end.offset ?? end;
    const rest = source.slice(after, end);
    const opening = /^[\s:.–—-]*/.exec(rest)?.[0] ?? '';
    if (title.length <= MAX_TITLE && opening.length === rest.length) return buildLabel(title, end);
    const isSetOff = /[:.–—-]\s*$/.test(title) || /[:.–—\n-]/.test(opening);
    return isSetOff && PART_LABEL.test(title.trim()) ? buildLabel(title, after + opening.length) : undefined;
  }
  const plain = PLAIN_LABEL.exec(source.slice(start, end));
  return plain?.[1] ? buildLabel(plain[1], start + plain[0].length) : undefined;
}

/** Replaces a numbered list by the blocks of its items if they are sections: `1. **Abstract**`. */
function spliceNumberedSections(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece): Piece[] => {
    const { node } = piece;
    if (node.type !== 'list' || !node.ordered) return [piece];
    const items = node.children.map((item) =>
      item.children.map((child) => ({ ...piece, node: child }) satisfies Piece),
    );
    const isSectioned = items.some(([first]) => first && findPart(findLabel(first)) !== undefined);
    return isSectioned ? items.flat() : [piece];
  });
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}
