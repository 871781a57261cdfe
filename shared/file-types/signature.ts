/**
 * Signatures, by which two files are of the same type: the exact one of the earlier system, and the folded one that
 * ignores numbers, dates and counts. Pure; computed where a header is read, so that grouping needs
 * no headers.
 */
import { createHash } from 'node:crypto';
import { findNeurodataType } from '../header/attribute-text.ts';
import type { NwbHeader } from '../header/nwb-header.ts';
import { walkHeader } from '../header/walk-header.ts';
import { FoldedNode } from './fold-header.ts';

/**
 * Raised whenever headers get other signatures than before. Digests of another revision are rebuilt from the
 * stored headers: no file has to be read again.
 */
export const SIGNATURE_REVISION = 2;

/** The signatures of one header. */
export interface Signatures {
  /** Hash of the lines `PATH: TYPE` of all typed nodes. */
  readonly exact: string;
  /** Hash of the folded structure. */
  readonly folded: string;
  /** Typed nodes, through links: the size of the file's structure. */
  readonly typedNodes: number;
}

/**
 * The signatures of a header. Headers without a typed node share one signature: they are files of one (empty)
 * structure.
 */
export function buildSignatures(header: NwbHeader): Signatures {
  const hash = createHash('sha256');
  let typedNodes = 0;
  for (const node of walkHeader(header)) {
    const type = findNeurodataType(node.object);
    if (type === undefined) continue;
    typedNodes += 1;
    hash.update(`${node.path}: ${type}\n`);
  }
  return {
    exact: hash.digest('base64url').slice(0, 22),
    folded: FoldedNode.root(header).structure || 'untyped',
    typedNodes,
  };
}
