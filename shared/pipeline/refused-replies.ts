/**
 * Which kept replies a former try of a run was refused with: they stay kept and paid, but a later try asks again
 * instead of failing on the same words for ever. Pure.
 */
import type { KeptReply } from './kept-reply.ts';

/** The replies of a prompt in the order in which they were asked for, as one try after another had them. */
export function splitRefused(
  replies: readonly KeptReply[],
  repliesATry: number,
  isRefused: (replies: readonly KeptReply[]) => boolean,
): { readonly refused: readonly KeptReply[]; readonly current: readonly KeptReply[] } {
  const refused: KeptReply[] = [];
  let rest = replies;
  while (rest.length >= repliesATry && isRefused(rest.slice(0, repliesATry))) {
    refused.push(...rest.slice(0, repliesATry));
    rest = rest.slice(repliesATry);
  }
  return { refused, current: rest };
}
