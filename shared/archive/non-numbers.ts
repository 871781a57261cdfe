/**
 * JSON as Python writes it, made JSON for everyone: `NaN`, `Infinity` and `-Infinity` outside strings become `null`,
 * whatever the chunks that a manifest comes in. What is read of a manifest has no use for them. Pure.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NULL = new TextEncoder().encode('null');
/** Python's names of what is no number (docs.python.org, json, "Infinite and NaN Number Values"). */
const NON_NUMBERS: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity']);
/** Bytes of the longest of them: a longer word is none, and need not be held. */
const LONGEST = 9;

/** Rewrites a document chunk by chunk. What holds none of these names goes through as it came, uncopied. */
export class NonNumberRewriter {
  #inString = false;
  /** Whether the chunk before ended in a string on the backslash of an escape. */
  #isEscaped = false;
  /** Whether the chunk before ended in a word that is too long to be looked at. */
  #inLongWord = false;
  /** A word at the end of the chunk before that this one may go on with. */
  #held: Uint8Array = new Uint8Array(0);

  /** The chunk, rewritten, but for a word at its end that the next one may go on with. */
  write(chunk: Uint8Array): Uint8Array {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const pieces: Uint8Array[] = [];
    let from = 0;
    let at = 0;
    while (at < bytes.length) {
      if (this.#inString) at = this.#skipString(bytes, at);
      else if (isWordByte(bytes[at]!)) {
        const end = endOfWord(bytes, at);
        if (end === bytes.length && !this.#inLongWord && end - at <= LONGEST) break;
        if (!this.#inLongWord && isNonNumber(bytes.subarray(at, end))) {
          pieces.push(bytes.subarray(from, at), NULL);
          from = end;
        }
        this.#inLongWord = end === bytes.length;
        at = end;
      } else {
        this.#inLongWord = false;
        this.#inString = bytes[at] === QUOTE;
        at += 1;
      }
    }
    this.#held = bytes.subarray(at);
    const rest = bytes.subarray(from, at);
    return pieces.length === 0 ? rest : Buffer.concat([...pieces, rest]);
  }

  /** What was held back. */
  end(): Uint8Array {
    const word = this.#held;
    this.#held = new Uint8Array(0);
    return isNonNumber(word) ? NULL : word;
  }

  /** The place after the string that goes on at `at`, or the end of the bytes. */
  #skipString(bytes: Uint8Array, at: number): number {
    let start = at + (this.#isEscaped ? 1 : 0);
    this.#isEscaped = false;
    for (;;) {
      const quote = bytes.indexOf(QUOTE, start);
      const end = quote < 0 ? bytes.length : quote;
      const isEscaped = countBackslashes(bytes, start, end) % 2 === 1;
      if (quote < 0) {
        this.#isEscaped = isEscaped;
        return bytes.length;
      }
      start = quote + 1;
      if (isEscaped) continue;
      this.#inString = false;
      return start;
    }
  }
}

/** Backslashes right before `end`, none of them before `start`. */
function countBackslashes(bytes: Uint8Array, start: number, end: number): number {
  let first = end;
  while (first > start && bytes[first - 1] === BACKSLASH) first -= 1;
  return end - first;
}

function endOfWord(bytes: Uint8Array, at: number): number {
  let end = at + 1;
  while (end < bytes.length && isWordByte(bytes[end]!)) end += 1;
  return end;
}

function isNonNumber(word: Uint8Array): boolean {
  return word.length <= LONGEST && NON_NUMBERS.has(String.fromCharCode(...word));
}

/** A whole document, rewritten. */
export function withoutNonNumbers(bytes: Uint8Array): Uint8Array {
  const rewriter = new NonNumberRewriter();
  return Buffer.concat([rewriter.write(bytes), rewriter.end()]);
}

/** Letters, digits, signs and points: what a number or a name of JSON is made of. */
function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e
  );
}
