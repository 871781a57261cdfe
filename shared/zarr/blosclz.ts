/**
 * Decompresses one block of BloscLZ, Blosc's default compressor, to a bounded length. Pure; based on
 * c-blosc's blosclz.c.
 */
import { CodecError } from './codec-error.ts';

/** The longest distance of a match in its usual two bytes; longer ones take two more. */
const USUAL_DISTANCE = 8191;
/** A match with this length in its token continues its length in the next bytes. */
const LONG_MATCH = 6;
/** The shortest match that is encoded. */
const SHORTEST_MATCH = 3;

/** Decompresses one block to `length` bytes. @throws CodecError */
export function decompressBloscLz(input: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let from = 0;
  let to = 0;
  const next = (): number => {
    const byte = input[from];
    if (byte === undefined) throw new CodecError('a BloscLZ block ends within a token');
    from += 1;
    return byte;
  };
  // The first token is always of literals; its upper bits are the compression level.
  for (let isFirst = true; from < input.length; isFirst = false) {
    const token = isFirst ? next() & 31 : next();
    if (token < 32) {
      const literals = token + 1;
      if (from + literals > input.length || to + literals > length) {
        throw new CodecError('a BloscLZ block has literals past its end');
      }
      output.set(input.subarray(from, from + literals), to);
      from += literals;
      to += literals;
      continue;
    }
    let match = (token >> 5) - 1;
    if (match === LONG_MATCH) {
      let more: number;
      do {
        more = next();
        match += more;
      } while (more === 255);
    }
    match += SHORTEST_MATCH;
    const high = (token & 31) << 8;
    const low = next();
    const isFar = low === 255 && high === 31 << 8;
    const distance = 1 + (isFar ? USUAL_DISTANCE + ((next() << 8) | next()) : high + low);
    if (distance > to || to + match > length) {
      throw new CodecError('a BloscLZ block repeats bytes before its start');
    }
    // Byte by byte: a match may overlap what it writes.
    for (let copied = 0; copied < match; copied += 1, to += 1) output[to] = output[to - distance]!;
  }
  if (to !== length) throw new CodecError('a BloscLZ block has the wrong length');
  return output;
}
