/**
 * The replies of a run as `replies.json` keeps them: paid for, and never asked for twice. Those that a former try was
 * refused with stay kept, but a later try asks again instead of failing on the same words forever.
 */
import * as z from 'zod/mini';
import type { Reply } from '../model/language-model.ts';
import { parseJsonDocument } from '../store/json-document.ts';
import { runDocumentKey } from '../store/keys.ts';
import type { Run } from './run-payloads.ts';

/** A reply as `replies.json` keeps it. */
export interface KeptReply extends Reply {
  /** When it was asked for: ISO 8601, UTC. */
  readonly startedAt: string;
  /** SHA-256 of the text of the prompt that it answers: another prompt of the same run tells other facts. */
  readonly promptHash: string;
  /** What was in fact sent for it; absent where no model was asked. */
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

/** What a run may not go on without: the rest of a reply is kept as it is, for revisions to come. */
const KeptReplies: z.ZodMiniType<KeptReply[]> = z.array(
  z.custom<KeptReply>(
    (value) => KeptReplyFields.safeParse(value).success,
    'no reply with its text, usage and prompt',
  ),
);

/** The replies that the document holds. @throws StoreUnavailableError where the document is damaged: what was paid for is not asked for again on a guess */
export function parseReplies(body: Uint8Array, run: Run): KeptReply[] {
  return parseJsonDocument(KeptReplies, body, runDocumentKey(run, 'replies.json'));
}

/** Whether two are one: a write whose response was lost may have been done. */
export function isSameReply(one: KeptReply, other: KeptReply): boolean {
  return (
    one.startedAt === other.startedAt &&
    one.promptHash === other.promptHash &&
    one.request?.hash === other.request?.hash &&
    one.text === other.text
  );
}

/** The replies of a prompt in the order in which they were asked for, those of refused tries apart. */
export function splitRefused(
  replies: readonly KeptReply[],
  countRepliesATry: number,
  isRefused: (replies: readonly KeptReply[]) => boolean,
): { readonly refused: readonly KeptReply[]; readonly current: readonly KeptReply[] } {
  const refused: KeptReply[] = [];
  let rest = replies;
  while (rest.length >= countRepliesATry && isRefused(rest.slice(0, countRepliesATry))) {
    refused.push(...rest.slice(0, countRepliesATry));
    rest = rest.slice(countRepliesATry);
  }
  return { refused, current: rest };
}
