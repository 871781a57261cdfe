/**
 * What a request has beyond the prompt's text, in tokens: for the budget that BuildPrompt keeps. Pure, and by
 * itself since it brings the tokenizer, which the functions that only ask or name a run do without.
 */
import { countTokens } from './count-tokens.ts';
import { LINE_TOKENS, REQUEST_INSTRUCTIONS } from './request.ts';

/** Tokens that services add round the two messages. */
const MESSAGE_TOKENS = 16;
const FIXED_TOKENS = countTokens(REQUEST_INSTRUCTIONS) + 2 * LINE_TOKENS + MESSAGE_TOKENS;

/** Most tokens that a request has beyond its text, with so many marked ranges. */
export function requestOverhead(ranges: number): number {
  return FIXED_TOKENS + 2 * LINE_TOKENS * ranges;
}
