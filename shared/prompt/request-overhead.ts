/**
 * The tokens of a request beyond the prompt's text, for BuildPrompt's budget. Pure, and in a file of
 * its own since it needs the tokenizer, which the functions that only call the model or name a run do not.
 */
import { countTokens } from './count-tokens.ts';
import { LINE_TOKENS, REQUEST_INSTRUCTIONS } from './request.ts';

/** Tokens that services add around the two messages. */
const MESSAGE_TOKENS = 16;
const FIXED_TOKENS = countTokens(REQUEST_INSTRUCTIONS) + 2 * LINE_TOKENS + MESSAGE_TOKENS;

/** Maximum number of tokens of a request beyond its text, for a number of marked ranges. */
export function requestOverhead(ranges: number): number {
  return FIXED_TOKENS + 2 * LINE_TOKENS * ranges;
}
