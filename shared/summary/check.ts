/** What a check is: a pure question to a reply, with what it found and where. Types only. */
import type { PartName } from '../model/headings.ts';
import type { Finish } from '../model/language-model.ts';
import type { Evidence } from './evidence.ts';
import type { RemovedPiece, ReplyParts } from './parsed-reply.ts';
import type { ProseBlock } from './prose.ts';

/** A reply with errors is not stored as a summary; one with warnings is, with its flags. */
export type Severity = 'error' | 'warning';

/** Where in a reply. */
export interface Location {
  /** `reply` for what concerns the whole. */
  readonly part: PartName | 'reply';
  /** Of the block or keyword within its part, from 0. */
  readonly index: number;
  /** 1-based line of the text that was taken apart; absent where it is not available. */
  readonly line?: number;
}

/** One thing that is wrong. */
export interface Finding {
  readonly check: string;
  readonly severity: Severity;
  /** A sentence for people, which a model can act on too. */
  readonly message: string;
  /** The words that it is about, as they are in the text; empty for what is absent. */
  readonly excerpt: string;
  readonly location: Location;
}

/** What a check looks at. */
export interface CheckInput {
  readonly parts: ReplyParts;
  /** The parts as prose, taken apart once for all checks. */
  readonly prose: readonly ProseBlock[];
  readonly evidence: Evidence;
  /** Why the reply was not taken apart at all, where it was not. */
  readonly refused?: string;
  /** What the rules took out of the reply; absent for a summary read back. */
  readonly removed?: readonly RemovedPiece[];
  /** How the reply ended; absent for a summary read back from the store. */
  readonly finish?: Finish['unified'];
}

/** What a check reports; the table adds its name and severity. */
export type Draft = Pick<Finding, 'message' | 'excerpt'> & {
  readonly location: Pick<Location, 'part' | 'index'>;
};

/** One check. */
export interface Check {
  readonly name: string;
  readonly severity: Severity;
  /** What holds of a text that passes, in a clause. */
  readonly holds: string;
  find(input: CheckInput): Draft[];
}
