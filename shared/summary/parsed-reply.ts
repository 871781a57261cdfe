/** The types of a reply during and after parsing: its pieces, its parts, and what was removed. Types only. */
import type { RootContent } from 'mdast';
import type { PartName } from '../model/headings.ts';

/** Something that the rules removed from a reply. */
export interface RemovedPiece {
  readonly kind:
    | 'fence'
    | 'thinking'
    | 'marks'
    | 'preamble'
    | 'title'
    | 'html'
    | 'image'
    | 'definition'
    | 'heading'
    | 'trailing remark';
  /** Its first characters. */
  readonly excerpt: string;
}

/** The rest of a text, and the line of the whole text on which it begins, from 1. */
export interface Rest {
  readonly text: string;
  readonly firstLine: number;
}

/** A node with the source that its offsets refer to. */
export interface Piece {
  readonly node: RootContent;
  readonly source: string;
  /** 1-based line of the whole text on which the source begins. */
  readonly firstLine: number;
}

/** A piece of a part, as the model wrote it. */
export interface Block extends Piece {
  readonly markdown: string;
  /** 1-based line of the whole text on which it begins. */
  readonly line: number;
}

/** Consecutive blocks of one part. */
export interface Section {
  readonly part: PartName;
  readonly pieces: readonly Piece[];
  /** The smallest depth of the headings among its pieces, 1 to 6. */
  readonly shallowest: number;
}

/** A reply's three parts. Blocks are raw markdown; an absent part is an empty list. */
export interface ReplyParts {
  /** Paragraphs, and whatever else the model put there. */
  readonly abstract: readonly string[];
  /** Paragraphs, lists, tables and subheadings (of depth 3 and below). */
  readonly description: readonly string[];
  /** Plain text, one keyword each. */
  readonly keywords: readonly string[];
}

/** The parts, the removed pieces, and the lines of the blocks. */
export interface ParsedReply {
  readonly parts: ReplyParts;
  readonly removed: readonly RemovedPiece[];
  /** 1-based lines on which each block or keyword begins, one for each item of `parts`. */
  readonly lines: Readonly<Record<PartName, readonly number[]>>;
  /** Why the text was not parsed, as the rest of a sentence about it: it is too large for a summary. */
  readonly refused?: string;
}
