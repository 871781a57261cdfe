/**
 * Undoes LZF, h5py's own filter: literals and repeats of earlier bytes (Lehmann, LibLZF). Pure.
 */
import { FilterError } from './filter-error.ts';

/** A control byte below this introduces literals. */
const FIRST_REPEAT = 32;

/** Decompresses `input` to at most `most` bytes. @throws FilterError */
export function decompressLzf(input: Uint8Array, most: number): Uint8Array {
  const output = new Uint8Array(most);
  let from = 0;
  let to = 0;
  const next = (): number => {
    if (from >= input.length) throw new FilterError('an LZF chunk ends within a repeat');
    from += 1;
    return input[from - 1]!;
  };
  while (from < input.length) {
    const control = next();
    if (control < FIRST_REPEAT) {
      const count = control + 1;
      if (from + count > input.length || to + count > most) {
        throw new FilterError('an LZF chunk has literals past its end');
      }
      output.set(input.subarray(from, from + count), to);
      from += count;
      to += count;
      continue;
    }
    let count = (control >> 5) + 2;
    if (count === 9) count += next();
    const start = to - ((control & 0x1f) << 8) - next() - 1;
    if (start < 0 || to + count > most) throw new FilterError('an LZF chunk repeats bytes before its start');
    // Byte by byte: a repeat may overlap what it writes.
    for (let at = 0; at < count; at += 1) output[to + at] = output[start + at]!;
    to += count;
  }
  return output.subarray(0, to);
}
