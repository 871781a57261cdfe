/**
 * The types of checks: a check is a pure function that reads a reply and reports what is wrong and where. Types only.
 */
import type { PartName } from '../model/headings.ts';
import type { Finish } from '../model/language-model.ts';
import type { Evidence } from './evidence.ts';
import type { RemovedPiece, ReplyParts } from './parsed-reply.ts';
import type { ProseBlock } from './prose.ts';

/** A reply with errors is not stored as a summary; one with warnings is stored with its findings. */
export type Severity = 'error' | 'warning';

/** A place in a reply. */
export interface Location {
  /** `reply` for findings about the whole reply. */
  readonly part: PartName | 'reply';
  /** Of the block or keyword within its part, from 0. */
  readonly index: number;
  /** 1-based line of the parsed text; absent where it is not known. */
  readonly line?: number;
}

/** One problem found by a check. */
export interface Finding {
  readonly check: string;
  readonly severity: Severity;
  /** A sentence for people, on which a model can act too. */
  readonly message: string;
  /** The words in question, as the text has them; empty if something is missing. */
  readonly excerpt: string;
  readonly location: Location;
}

/** The input of a check. */
export interface CheckInput {
  readonly parts: ReplyParts;
  /** The parts as prose, parsed once for all checks. */
  readonly prose: readonly ProseBlock[];
  readonly evidence: Evidence;
  /** Why the reply was not parsed at all, if it was not. */
  readonly refused?: string;
  /** The pieces that the rules removed from the reply; absent for a summary read back from the store. */
  readonly removed?: readonly RemovedPiece[];
  /** How the reply ended; absent for a summary read back from the store. */
  readonly finish?: Finish['unified'];
}

/** A finding as a check returns it; `runChecks` adds name and severity. */
export type Draft = Pick<Finding, 'message' | 'excerpt'> & {
  readonly location: Pick<Location, 'part' | 'index'>;
};

/** One check. */
export interface Check {
  readonly name: string;
  readonly severity: Severity;
  /** What is true of a text that passes, as a clause. */
  readonly rule: string;
  find(input: CheckInput): Draft[];
}
