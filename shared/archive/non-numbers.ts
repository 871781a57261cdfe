/**
 * JSON as Python writes it, made JSON for everyone: `NaN`, `Infinity` and `-Infinity` outside strings become `null`,
 * whatever the chunks that a manifest comes in. What is read of a manifest has no use for them. Pure.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NULL = [...'null'].map((letter) => letter.charCodeAt(0));
/** Python's names of what is no number (docs.python.org, json, "Infinite and NaN Number Values"). */
const NON_NUMBERS: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity']);
/** Bytes of the longest of them: a longer word is none, and need not be held. */
const LONGEST = 9;

/** Rewrites a document chunk by chunk. */
export class NonNumberRewriter {
  #inString = false;
  #isEscaped = false;
  /** The word that has begun and not ended; undefined within one that is too long to be looked at. */
  #word: number[] | undefined = [];

  /** The chunk, rewritten, but for a word at its end that the next one may go on with. */
  write(chunk: Uint8Array): Uint8Array {
    const out: number[] = [];
    for (const byte of chunk) {
      if (this.#inString) this.#stepInString(byte);
      else if (isWordByte(byte)) {
        this.#stepInWord(byte, out);
        continue;
      } else {
        this.#endWord(out);
        this.#inString = byte === QUOTE;
      }
      out.push(byte);
    }
    return Uint8Array.from(out);
  }

  /** What was held back. */
  end(): Uint8Array {
    const out: number[] = [];
    this.#endWord(out);
    return Uint8Array.from(out);
  }

  #stepInString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#inString = false;
  }

  #stepInWord(byte: number, out: number[]): void {
    if (this.#word === undefined) {
      out.push(byte);
      return;
    }
    this.#word.push(byte);
    if (this.#word.length <= LONGEST) return;
    out.push(...this.#word);
    this.#word = undefined;
  }

  #endWord(out: number[]): void {
    const word = this.#word ?? [];
    this.#word = [];
    if (word.length > 0) out.push(...(NON_NUMBERS.has(String.fromCharCode(...word)) ? NULL : word));
  }
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
