/**
 * Formats numbers, durations, rates, sizes and quotations in facts: one form for the prompt, the page and the checks.
 * Pure.
 */
import type { Distribution } from './tally.ts';

/** `1,276`, `0.25`. */
export function numberText(number: number): string {
  if (Number.isInteger(number)) return number.toLocaleString('en-US');
  const short = Number(number.toPrecision(3));
  return Math.abs(short) >= 1000 ? Math.round(number).toLocaleString('en-US') : String(short);
}

/** `1 subject`, `12 subjects`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

/** `6`, or `2 to 32 (median 6)`. */
export function distributionText({ min, median, max: most }: Distribution): string {
  if (min === most) return numberText(most);
  return `${numberText(min)} to ${numberText(most)} (median ${numberText(median)})`;
}

/** `30 kHz`, `30 Hz`, `0.1 Hz`. */
export function rateText(hertz: number): string {
  return hertz >= 1000 ? `${numberText(hertz / 1000)} kHz` : `${numberText(hertz)} Hz`;
}

/** Length of time in the unit that people would use: `33 ms`, `1 s`, `12 min`, `3.5 h`. */
export function secondsText(seconds: number): string {
  if (seconds < 1) return `${numberText(seconds * 1000)} ms`;
  if (seconds < 120) return `${numberText(seconds)} s`;
  if (seconds < 7200) return `${numberText(seconds / 60)} min`;
  return `${numberText(seconds / 3600)} h`;
}

const SIZES = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `32.4 MB`, in powers of ten as the archive counts, with three significant digits. */
export function bytesText(bytes: number): string {
  let [size, unit] = [bytes, 0];
  // 999.6 kB is 1 MB, not 1000 kB.
  while (Number(size.toPrecision(3)) >= 1000 && unit < SIZES.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size : Number(size.toPrecision(3))} ${SIZES[unit]}`;
}

/** A number of files of all: `8 of 12 files`. */
export function partText(files: number, of: number): string {
  return `${numberText(files)} of ${numberText(of)} files`;
}

/** A share of the files that may be larger: `at least 2 of 5 files`. */
export function scopeText({
  files,
  of,
  isLeast = false,
}: {
  readonly files: number;
  readonly of: number;
  readonly isLeast?: boolean | undefined;
}): string {
  return `${isLeast ? 'at least ' : ''}${partText(files, of)}`;
}

/** A text as a quotation. */
export function quoteText(text: string): string {
  return `“${text.replaceAll('“', '"').replaceAll('”', '"')}”`;
}
