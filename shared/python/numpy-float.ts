/**
 * Prints floats like numpy: a scalar by itself, and the elements of an array in a column of one width.
 * Pure; the float part of `numpy-str.ts` (numpy `FloatingFormat` and `dragon4`).
 */
import { type DecimalDigits, fromDigits, shortestDigits } from './python-repr.ts';

/** Digits after the point at most, numpy's default precision. */
const PRECISION = 8;

/** The properties of a binary float type that matter for printing. */
export interface Precision {
  /** Rounds to the nearest value of the type. */
  readonly round: (value: number) => number;
  /** Powers of ten from which a scalar, and a column, is printed with an exponent. */
  readonly scalarBelow: number;
  readonly columnBelow: number;
}

/**
 * By the type's size in bytes. numpy switches to exponents at the number of digits that a type surely has, 16 and 8
 * at most.
 */
const PRECISIONS: Readonly<Record<number, Precision>> = {
  2: { round: halfPrecision, scalarBelow: 3, columnBelow: 3 },
  4: { round: Math.fround, scalarBelow: 6, columnBelow: 6 },
};
const DOUBLE: Precision = { round: (value) => value, scalarBelow: 16, columnBelow: 8 };
/** The x87's: an element is the nearest double, printed with the digits that the longer mantissa takes. */
const LONG: Precision = { ...DOUBLE };

/** The precision of a float of `size` bytes. */
export function findPrecision(size: number): Precision {
  return size > 8 ? LONG : (PRECISIONS[size] ?? DOUBLE);
}

/** Rounds to the nearest float16 (IEEE 754 binary16), ties to even. */
export function halfPrecision(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), -14);
  const unit = 2 ** (exponent - 10);
  const steps = value / unit;
  const down = Math.floor(steps);
  const isTieToEven = steps - down === 0.5 ? down % 2 === 0 : steps - down < 0.5;
  const rounded = (isTieToEven ? down : down + 1) * unit;
  return Math.abs(rounded) > 65504 ? Math.sign(value) * Number.POSITIVE_INFINITY : rounded;
}

/** `str` of a numpy float scalar. */
export function scalarFloat(value: number, precision: Precision): string {
  if (!Number.isFinite(value)) return formatWord(value, false);
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const digits = digitsAt(value, precision);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 10 ** precision.scalarBelow) return fromDigits(digits, 400);
  return fromDigits(digits, Math.min(digits.exponent, precision.scalarBelow), 0);
}

/** The shortest digits that read back as `value` at the precision of its type. */
function digitsAt(value: number, precision: Precision): DecimalDigits {
  if (precision === LONG && value !== 0) return longDigits(value);
  for (let count = 0; count < 9 && precision !== DOUBLE && value !== 0; count += 1) {
    const nearest = roundedExponential(Math.abs(value), count);
    // Below a power of two the neighbour is closer than above: the next number up may round-trip where the nearest
    // does not.
    for (const text of [nearest, nextExponential(nearest)]) {
      const short = Math.sign(value) * Number(text);
      if (precision.round(short) === value) return shortestDigits(short);
    }
  }
  return shortestDigits(value);
}

/** Bits of the x87's mantissa, and the decimal digits that tell any two of them apart. */
const LONG_BITS = 64;
const LONG_DIGITS = 21;

/** The shortest digits that are nearer to `value`, not 0, than to any other number with a mantissa of 64 bits. */
function longDigits(value: number): DecimalDigits {
  const magnitude = Math.abs(value);
  for (let count = 0; count < LONG_DIGITS; count += 1) {
    const nearest = roundedExponential(magnitude, count);
    for (const text of [nearest, nextExponential(nearest)]) {
      const [head = '', power = ''] = text.split('e');
      const [whole = '', fraction = ''] = head.split('.');
      const lowest = Number(power) - fraction.length;
      if (!isWithinLong(BigInt(whole + fraction), lowest, magnitude)) continue;
      const digits = (whole + fraction).replace(/(?<=.)0+$/, '');
      return { digits, exponent: Number(power) + whole.length - 1, negative: value < 0 };
    }
  }
  return shortestDigits(value);
}

/** Whether `digits` × 10^`power` is within half a last bit of 64 of `magnitude`; in whole numbers, so exactly. */
function isWithinLong(digits: bigint, power: number, magnitude: number): boolean {
  const { mantissa, exponent } = splitDouble(magnitude);
  const length = mantissa.toString(2).length;
  const half = exponent + length - LONG_BITS - 1;
  const tens = 10n ** BigInt(Math.max(0, -power));
  const unit = tens << BigInt(Math.max(0, half));
  const decimal = (digits * 10n ** BigInt(Math.max(0, power))) << BigInt(Math.max(0, -half));
  const exact = (mantissa << BigInt(LONG_BITS + 1 - length)) * unit;
  // Below a power of two the next number is half as far.
  const isPower = (mantissa & (mantissa - 1n)) === 0n;
  return decimal < exact ? (exact - decimal) * (isPower ? 2n : 1n) <= unit : decimal - exact <= unit;
}

/** A positive double as `mantissa` × 2^`exponent`. */
function splitDouble(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const power = Number(bits >> 52n);
  const fraction = BigInt.asUintN(52, bits);
  return { mantissa: power === 0 ? fraction : fraction | (1n << 52n), exponent: Math.max(power, 1) - 1075 };
}

/** The next larger number with the same number of digits. */
function nextExponential(text: string): string {
  const [mantissa = '', exponent] = text.split('e');
  const digits = mantissa.replace('.', '');
  return `${BigInt(digits) + 1n}e${Number(exponent) - (digits.length - 1)}`;
}

/** `toExponential` of a positive number with exact ties rounded to even, as dragon4 does; ECMA-262 rounds them up. */
function roundedExponential(value: number, fractionDigits: number): string {
  const [mantissa = '', exponent] = value.toExponential(EXACT_DIGITS).split('e');
  const kept = mantissa.slice(0, fractionDigits === 0 ? 1 : fractionDigits + 2);
  const isTie = /^\.?50*$/.test(mantissa.slice(kept.length));
  const isEven = Number(kept.at(-1)) % 2 === 0;
  return isTie && isEven ? `${kept}e${exponent}` : value.toExponential(fractionDigits);
}

/** Enough digits to detect a tie: a double halfway between two decimals of at most nine digits has no more. */
const EXACT_DIGITS = 60;

/** One column of floats: positional or scientific for all of them, padded to one width. */
export class FloatColumn {
  readonly #precision: Precision;
  readonly #isScientific: boolean;
  readonly #left: number;
  readonly #right: number;
  readonly #exponentDigits: number;
  readonly #plus: boolean;

  /** `signed` prints a plus before non-negative numbers, as in the imaginary part of a complex number. */
  constructor(values: readonly number[], precision: Precision, signed = false) {
    this.#precision = precision;
    this.#plus = signed;
    const finite = values.filter(Number.isFinite);
    this.#isScientific = isScientific(finite, precision);
    const parts = finite.map((value) => this.#parts(value));
    const widest = (of: (part: NumberParts) => number) =>
      parts.reduce((most, part) => Math.max(most, of(part)), 0);
    const fraction = widest((part) => part.fraction.length);
    this.#exponentDigits = widest((part) => part.exponent.length - 1);
    this.#right = fraction;
    this.#left = widest((part) => part.whole.length);
    if (finite.length < values.length) this.#left = Math.max(this.#left, this.#leftForWords(values));
  }

  format(value: number): string {
    const tail = this.#isScientific ? this.#exponentDigits + 2 : 0;
    if (!Number.isFinite(value)) {
      return formatWord(value, this.#plus).padStart(this.#left + this.#right + tail + 1);
    }
    const parts = this.#parts(value);
    if (!this.#isScientific)
      return `${parts.whole.padStart(this.#left)}.${parts.fraction.padEnd(this.#right)}`;
    const { whole, fraction, exponent } = this.#fullParts(value, parts);
    const power = exponent.slice(1).padStart(this.#exponentDigits, '0');
    return `${whole.padStart(this.#left)}.${fraction}e${exponent[0]}${power}`;
  }

  /**
   * A column's mantissas have one length: shorter ones are replaced by the exact digits of the value, whose first
   * may differ from that of the shortest (the least half float is 6e-08, and 5.96e-08).
   */
  #fullParts(value: number, parts: NumberParts): NumberParts {
    if (parts.fraction.length >= this.#right) return parts;
    if (value === 0) return { ...parts, fraction: parts.fraction.padEnd(this.#right, '0') };
    const [mantissa = '', power = ''] = roundedExponential(Math.abs(value), this.#right).split('e');
    const sign = parts.whole.slice(0, -1);
    return {
      whole: `${sign}${mantissa[0]}`,
      fraction: mantissa.slice(2),
      exponent: `${power[0]}${power.slice(1).padStart(2, '0')}`,
    };
  }

  #leftForWords(values: readonly number[]): number {
    const offset = this.#right + 1 + (this.#isScientific ? this.#exponentDigits + 2 : 0);
    const words = values
      .filter((value) => !Number.isFinite(value))
      .map((value) => formatWord(value, this.#plus).length);
    return Math.max(3 - offset, ...words.map((length) => length - offset));
  }

  #parts(value: number): NumberParts {
    const digits = digitsAt(value, this.#precision);
    const sign = digits.negative ? '-' : this.#plus ? '+' : '';
    return this.#isScientific ? scientificParts(value, digits, sign) : positionalParts(value, digits, sign);
  }
}

interface NumberParts {
  readonly whole: string;
  readonly fraction: string;
  /** With its sign, at least two digits; empty if positional. */
  readonly exponent: string;
}

/**
 * numpy's choice: very large, very small or very different magnitudes are printed with exponents. It compares and
 * divides in the numbers' own type.
 */
function isScientific(finite: readonly number[], precision: Precision): boolean {
  let most = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const value of finite) {
    const magnitude = Math.abs(value);
    if (magnitude === 0) continue;
    most = Math.max(most, magnitude);
    least = Math.min(least, magnitude);
  }
  if (most === 0) return false;
  const isFar = precision.round(most / least) > 1000;
  return isFar || most >= 10 ** precision.columnBelow || least < precision.round(1e-4);
}

function formatWord(value: number, plus: boolean): string {
  if (Number.isNaN(value)) return plus ? '+nan' : 'nan';
  return value < 0 ? '-inf' : plus ? '+inf' : 'inf';
}

function positionalParts(value: number, digits: DecimalDigits, sign: string): NumberParts {
  const fractionDigits = digits.digits.length - 1 - digits.exponent;
  const text =
    fractionDigits > PRECISION
      ? roundedPositional(Math.abs(value))
      : fromDigits({ ...digits, negative: false }, 400);
  const positional = text.includes('e') ? roundedPositional(Math.abs(value)) : text;
  const [whole = '0', fraction = ''] = positional.split('.');
  return { whole: sign + whole, fraction: fraction.replace(/0+$/, ''), exponent: '' };
}

/**
 * `magnitude` with `PRECISION` digits after the point. Where it is exactly between two of them numpy takes the even
 * one and JavaScript the larger: those are the odd multiples of 2^-9, the only binary fractions with nine digits.
 */
function roundedPositional(magnitude: number): string {
  const text = magnitude.toFixed(PRECISION);
  const isTie = (magnitude * 2 ** (PRECISION + 1)) % 2 === 1;
  const last = Number(text.at(-1));
  return isTie && last % 2 === 1 ? `${text.slice(0, -1)}${last - 1}` : text;
}

function scientificParts(value: number, digits: DecimalDigits, sign: string): NumberParts {
  let { digits: text, exponent } = digits;
  if (text.length - 1 > PRECISION) {
    const [mantissa = '', power = '0'] = roundedExponential(Math.abs(value), PRECISION).split('e');
    text = mantissa.replace('.', '').replace(/(?<=.)0+$/, '');
    exponent = Number(power);
  }
  const power = `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  const fraction = text.slice(1).replace(/0+$/, '');
  return { whole: sign + text[0], fraction, exponent: power };
}
