/**
 * The replies of a run as stored in `replies.json`: paid for, and never requested twice. Those for which an earlier
 * try was refused stay stored, but a later try makes a new request instead of failing on the same text forever.
 */
import * as z from 'zod/mini';
import type { Reply } from '../model/language-model.ts';
import { parseJsonDocument } from '../store/json-document.ts';
import { runDocumentKey } from '../store/keys.ts';
import type { Run } from './run-payloads.ts';

/** A reply as stored in `replies.json`. */
export interface KeptReply extends Reply {
  /** When it was requested: ISO 8601, UTC. */
  readonly startedAt: string;
  /** SHA-256 of the text of its prompt: another prompt of the same run contains other facts. */
  readonly promptHash: string;
  /** The text that was actually sent; absent where no model was called. */
  readonly request?: {
    readonly revision: number;
    readonly hash: string;
    readonly repair?: readonly string[];
  };
}

const KeptReplyFields = z.looseObject({
  text: z.string(),
  startedAt: z.string(),
  promptHash: z.string(),
  usage: z.looseObject({ promptTokens: z.number(), completionTokens: z.number() }),
  finish: z.looseObject({ unified: z.string() }),
});

/** The fields that a run needs: the others of a reply are stored unchanged, for later revisions. */
const KeptReplies: z.ZodMiniType<KeptReply[]> = z.array(
  z.custom<KeptReply>(
    (value) => KeptReplyFields.safeParse(value).success,
    'not a reply with its text, usage and prompt',
  ),
);

/**
 * The replies in the document.
 * @throws StoreUnavailableError if the document is damaged: paid replies are not requested again on a guess
 */
export function parseReplies(body: Uint8Array, run: Run): KeptReply[] {
  return parseJsonDocument(KeptReplies, body, runDocumentKey(run, 'replies.json'));
}

/** Whether two replies are the same: a write whose response was lost may have succeeded. */
export function isSameReply(one: KeptReply, other: KeptReply): boolean {
  return (
    one.startedAt === other.startedAt &&
    one.promptHash === other.promptHash &&
    one.request?.hash === other.request?.hash &&
    one.text === other.text
  );
}

/** The replies to a prompt in the order of their requests, those of refused tries separately. */
export function splitRefused(
  replies: readonly KeptReply[],
  repliesPerTry: number,
  isRefused: (replies: readonly KeptReply[]) => boolean,
): { readonly refused: readonly KeptReply[]; readonly current: readonly KeptReply[] } {
  const refused: KeptReply[] = [];
  let rest = replies;
  while (rest.length >= repliesPerTry && isRefused(rest.slice(0, repliesPerTry))) {
    refused.push(...rest.slice(0, repliesPerTry));
    rest = rest.slice(repliesPerTry);
  }
  return { refused, current: rest };
}
