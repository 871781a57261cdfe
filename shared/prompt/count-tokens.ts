/**
 * Counts the tokens of a text, the measure of the prompt's budget. Pure.
 */
import { countTokens as countByEncoding } from 'gpt-tokenizer/encoding/o200k_base';

/** Characters counted at once: the encoder's time grows faster than linearly with one unbroken run of letters. */
const CHUNK_CHARACTERS = 2000;

/**
 * Tokens of `text` by the o200k_base encoding. The text is counted in chunks that end at a space or line end
 * where there is one; a cut can only keep tokens from merging, so the sum is never below the whole text's
 * count by more than rounding at the cuts. Other models' encodings differ by up to about a third: the
 * default budget leaves that room. Special tokens' names in the text count as plain text.
 */
export function countTokens(text: string): number {
  let tokens = 0;
  for (let at = 0; at < text.length; ) {
    const end = chunkEnd(text, at);
    tokens += countByEncoding(text.slice(at, end), { disallowedSpecial: new Set() });
    at = end;
  }
  return tokens;
}

function chunkEnd(text: string, start: number): number {
  const end = start + CHUNK_CHARACTERS;
  if (end >= text.length) return text.length;
  const lineEnd = text.lastIndexOf('\n', end);
  if (lineEnd > start) return lineEnd;
  const space = text.lastIndexOf(' ', end);
  if (space > start) return space;
  return (text.charCodeAt(end) & 0xfc00) === 0xdc00 ? end - 1 : end;
}
