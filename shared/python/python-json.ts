/**
 * JSON read as Python's `json` reads it, so that the prompt can print the archive's metadata as the
 * specification does: objects keep the order of their keys, whole numbers their digits, and `1.0` stays a
 * float. Pure; used for the metadata in the prompt.
 */

/** A whole number of any size, by its digits. */
export class PythonInt {
  readonly digits: string;
  constructor(digits: string) {
    this.digits = digits;
  }
}

/** A JSON document in Python's data model: `Map` for dict (insertion order), array for list, number for float. */
export type PythonValue =
  | null
  | boolean
  | number
  | PythonInt
  | string
  | readonly PythonValue[]
  | ReadonlyMap<string, PythonValue>;

/** Levels of nesting that are followed; Python's own limit is near 1,000 as well. */
const MAX_DEPTH = 500;

/**
 * Reads one JSON document by Python's rules: RFC 8259 with `NaN`, `Infinity` and `-Infinity`, the last of
 * repeated keys at the place of the first (docs.python.org/3/library/json.html).
 * @throws SyntaxError with the offset of the first unexpected character
 */
export function parsePythonJson(text: string): PythonValue {
  const reader = new JsonReader(text);
  const value = reader.readValue(0);
  reader.skipSpace();
  if (reader.at < text.length) reader.fail('more text after the document');
  return value;
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const SPACE = /[ \t\n\r]*/y;
const HEX4 = /^[0-9a-fA-F]{4}$/;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const WORDS: readonly (readonly [string, PythonValue])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];

class JsonReader {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  readValue(depth: number): PythonValue {
    if (depth > MAX_DEPTH) this.fail(`nested more than ${MAX_DEPTH} levels deep`);
    this.skipSpace();
    const first = this.#text[this.at];
    if (first === '{') return this.#readObject(depth);
    if (first === '[') return this.#readArray(depth);
    if (first === '"') return this.#readString();
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.#readNumber();
  }

  skipSpace(): void {
    SPACE.lastIndex = this.at;
    SPACE.exec(this.#text);
    this.at = SPACE.lastIndex;
  }

  fail(what: string): never {
    throw new SyntaxError(`Not JSON at character ${this.at}: ${what}`);
  }

  #readObject(depth: number): PythonValue {
    const members = new Map<string, PythonValue>();
    this.at += 1;
    this.skipSpace();
    if (this.#take('}')) return members;
    for (;;) {
      this.skipSpace();
      if (this.#text[this.at] !== '"') this.fail('a key in double quotes is expected');
      const key = this.#readString();
      this.skipSpace();
      if (!this.#take(':')) this.fail("':' is expected");
      members.set(key, this.readValue(depth + 1));
      this.skipSpace();
      if (this.#take('}')) return members;
      if (!this.#take(',')) this.fail("',' or '}' is expected");
    }
  }

  #readArray(depth: number): PythonValue {
    const elements: PythonValue[] = [];
    this.at += 1;
    this.skipSpace();
    if (this.#take(']')) return elements;
    for (;;) {
      elements.push(this.readValue(depth + 1));
      this.skipSpace();
      if (this.#take(']')) return elements;
      if (!this.#take(',')) this.fail("',' or ']' is expected");
    }
  }

  #readString(): string {
    this.at += 1;
    let text = '';
    for (;;) {
      PLAIN.lastIndex = this.at;
      text += PLAIN.exec(this.#text)?.[0] ?? '';
      this.at = PLAIN.lastIndex;
      if (this.#take('"')) return text;
      if (!this.#take('\\')) this.fail('the string does not end');
      text += this.#readEscape();
    }
  }

  #readEscape(): string {
    const letter = this.#text[this.at] ?? '';
    if (letter === 'u') {
      const digits = this.#text.slice(this.at + 1, this.at + 5);
      if (!HEX4.test(digits)) this.fail('four hexadecimal digits are expected');
      this.at += 5;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const escaped = ESCAPES[letter];
    if (escaped === undefined) this.fail('an unknown escape');
    this.at += 1;
    return escaped as string;
  }

  #readNumber(): PythonValue {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.#text);
    if (match === null) this.fail('a value is expected');
    const [digits, fraction, exponent] = match as RegExpExecArray;
    this.at = NUMBER.lastIndex;
    return fraction === undefined && exponent === undefined ? new PythonInt(digits) : Number(digits);
  }

  #take(character: string): boolean {
    if (this.#text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }
}
