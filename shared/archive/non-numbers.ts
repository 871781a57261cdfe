/**
 * Turns JSON as Python writes it into valid JSON: `NaN`, `Infinity` and `-Infinity` outside strings become `null`,
 * however a manifest is split into chunks. The fields read from a manifest do not need them. Pure.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NULL = new TextEncoder().encode('null');
/** Python's names of values that are not numbers (docs.python.org, json, "Infinite and NaN Number Values"). */
const NON_NUMBERS: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity']);
/** Bytes of the longest name: a longer word is not one of them and need not be buffered. */
const LONGEST = 9;

/** Rewrites a document chunk by chunk. A chunk without these names passes through uncopied. */
export class NonNumberRewriter {
  #inString = false;
  /** Whether the previous chunk ended in a string on the backslash of an escape. */
  #isEscaped = false;
  /** Whether the previous chunk ended in a word that is too long to be one of the names. */
  #inLongWord = false;
  /** A word at the end of the previous chunk that may continue in this one. */
  #pending: Uint8Array = new Uint8Array(0);

  /** The rewritten chunk, without a word at its end that may continue in the next one. */
  write(chunk: Uint8Array): Uint8Array {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
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
    this.#pending = bytes.subarray(at);
    const rest = bytes.subarray(from, at);
    return pieces.length === 0 ? rest : Buffer.concat([...pieces, rest]);
  }

  /** The buffered word at the end. */
  end(): Uint8Array {
    const word = this.#pending;
    this.#pending = new Uint8Array(0);
    return isNonNumber(word) ? NULL : word;
  }

  /** The index after the string that continues at `at`, or the end of the bytes. */
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

/** Letters, digits, signs and points: the characters of numbers and names in JSON. */
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
