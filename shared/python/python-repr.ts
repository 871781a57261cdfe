/**
 * Python's `str` and `repr` of plain values: the specification prints the metadata as Python prints a
 * dict. Pure; checked against CPython's own output in the tests.
 */
import { PythonInt, type PythonValue } from './python-json.ts';

/** `str(value)`: a string unchanged, all else as `repr`. */
export function pythonStr(value: PythonValue): string {
  return typeof value === 'string' ? value : pythonRepr(value);
}

/** `repr(value)` for any result of `json.loads`. */
export function pythonRepr(value: PythonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return floatRepr(value);
  if (typeof value === 'string') return stringRepr(value);
  if (value instanceof PythonInt) return value.digits === '-0' ? '0' : value.digits;
  if (isList(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  return `{${[...value].map(([key, member]) => `${stringRepr(key)}: ${pythonRepr(member)}`).join(', ')}}`;
}

function isList(
  value: readonly PythonValue[] | ReadonlyMap<string, PythonValue>,
): value is readonly PythonValue[] {
  return Array.isArray(value);
}

/**
 * `repr` of a float: the shortest digits that read back as the same double, with an exponent below 1e-4
 * and from 1e16 on (CPython `float_repr_style` "short").
 */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  return fromDigits(shortestDigits(value), 16);
}

/** A finite number as sign, shortest digits and the power of ten of its first digit. */
export interface DecimalDigits {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/** The shortest decimal digits that read back as `value`: ECMA-262 Number::toString gives them. */
export function shortestDigits(value: number): DecimalDigits {
  const [mantissa = '0', exponent = '0'] = Math.abs(value).toExponential().split('e');
  return {
    negative: value < 0 || Object.is(value, -0),
    digits: mantissa.replace('.', ''),
    exponent: Number(exponent),
  };
}

/**
 * Prints digits as Python does: positional where `positionalFrom` <= exponent < `positionalBelow`, else with an
 * exponent of two digits or more.
 */
export function fromDigits(
  { negative, digits, exponent }: DecimalDigits,
  positionalBelow: number,
  positionalFrom = -4,
): string {
  const sign = negative ? '-' : '';
  if (exponent < positionalFrom || exponent >= positionalBelow) {
    const power = `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
    return `${sign}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ''}e${power}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return `${sign}${digits.padEnd(exponent + 1, '0')}.0`;
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** Characters that `str.isprintable` refuses: the categories Other and Separator, except the space. */
const UNPRINTABLE = /^[\p{C}\p{Z}]$/u;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
};

/** `repr` of a str: single quotes unless the text holds one and no double quote; unprintable characters escaped. */
export function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let escaped = '';
  for (const character of text) {
    if (character === quote) escaped += `\\${character}`;
    else escaped += SHORT_ESCAPES[character] ?? (character === ' ' ? ' ' : printable(character));
  }
  return `${quote}${escaped}${quote}`;
}

function printable(character: string): string {
  const code = character.codePointAt(0) as number;
  const isPrintable = code < 0x7f ? code > 0x20 : !UNPRINTABLE.test(character);
  if (isPrintable) return character;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

/** `repr` of bytes. */
export function bytesRepr(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes);
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let escaped = '';
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (character === quote) escaped += `\\${character}`;
    else if (SHORT_ESCAPES[character] !== undefined) escaped += SHORT_ESCAPES[character];
    else escaped += code >= 0x20 && code < 0x7f ? character : `\\x${code.toString(16).padStart(2, '0')}`;
  }
  return `b${quote}${escaped}${quote}`;
}
