/**
 * Decompresses bzip2 to a bounded length: undoes Huffman codes, move-to-front, the Burrows-Wheeler transform
 * and runs, block by block. Pure; based on the format as bzip2 1.0 writes it. Every length is checked against
 * the block's limits.
 */
import { BitCursor } from '../bit-cursor.ts';
import { CodecError } from './codec-error.ts';
import { GrowingBytes } from './growing-bytes.ts';

const STREAM_MAGIC = 0x425a68; // "BZh", then the level.
/**
 * The decimal digits of pi and its square root, as hexadecimal digits: they start a block, and the end of a
 * stream.
 */
const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;
const LEVEL_BYTES = 100_000;
/** Symbols that are coded by one selected table. */
const GROUP_SYMBOLS = 50;
const LONGEST_CODE = 20;
/** After this many equal bytes, a count of more of them follows. */
const RUN_BYTES = 4;
const CRC_POLYNOMIAL = 0x04c11db7;

/** Decompresses one or more streams to at most `most` bytes. @throws CodecError */
export function decompressBzip2(input: Uint8Array, most: number): Uint8Array {
  const bits = new Bits(input);
  const output = new GrowingBytes(most);
  do decodeStream(bits, output);
  while (bits.hasBytes(4) && bits.peeksStream());
  return output.take();
}

function decodeStream(bits: Bits, output: GrowingBytes): void {
  if (bits.read(24) !== STREAM_MAGIC) throw new CodecError('a bzip2 chunk has the wrong signature');
  const level = bits.read(8) - 0x30;
  if (level < 1 || level > 9) throw new CodecError('a bzip2 chunk has blocks of unknown size');
  let combined = 0;
  for (;;) {
    const magic = bits.read(24) * 2 ** 24 + bits.read(24);
    const checksum = bits.read(16) * 2 ** 16 + bits.read(16);
    if (magic === END_MAGIC) {
      if (checksum !== combined) throw new CodecError("a bzip2 chunk's checksum does not fit");
      bits.skipToByte();
      return;
    }
    if (magic !== BLOCK_MAGIC) throw new CodecError('a bzip2 chunk has a block with the wrong signature');
    const start = output.length;
    // Five bytes of a block become at least four bytes of output: a longer block exceeds the limit too.
    const most = Math.min(
      level * LEVEL_BYTES,
      Math.ceil((output.most * (RUN_BYTES + 1)) / RUN_BYTES) + RUN_BYTES,
    );
    writeRuns(decodeBlock(bits, most), output);
    if (computeCrc(output.bytes, start, output.length) !== checksum)
      throw new CodecError("a bzip2 block's checksum does not fit");
    combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0;
  }
}

/** Decodes the bytes of a block, with runs still as counts. */
function decodeBlock(bits: Bits, most: number): Uint8Array {
  if (bits.read(1) !== 0)
    throw new CodecError('a bzip2 chunk of a version before 0.9.5 is not supported', 'unsupported');
  const origin = bits.read(24);
  const symbols = readSymbols(bits);
  const tableCount = bits.read(3);
  const selectorCount = bits.read(15);
  if (tableCount < 2 || tableCount > 6 || selectorCount === 0)
    throw new CodecError('a bzip2 block has no tables');
  const selectors = readSelectors(bits, selectorCount, tableCount);
  const tables = Array.from({ length: tableCount }, () => readTable(bits, symbols.length + 2));
  const moved = readMoved(bits, { symbols, selectors, tables, most });
  return undoTransform(moved, origin);
}

/**
 * The bytes that occur in the block, in order: 16 bits show which groups of 16 occur, then 16 bits per group.
 */
function readSymbols(bits: Bits): Uint8Array {
  const ranges = bits.read(16);
  const symbols: number[] = [];
  for (let range = 0; range < 16; range += 1) {
    if (((ranges >> (15 - range)) & 1) === 0) continue;
    const used = bits.read(16);
    for (let bit = 0; bit < 16; bit += 1) if ((used >> (15 - bit)) & 1) symbols.push(range * 16 + bit);
  }
  if (symbols.length === 0) throw new CodecError('a bzip2 block has no symbols');
  return Uint8Array.from(symbols);
}

function readSelectors(bits: Bits, count: number, tableCount: number): Uint8Array {
  const front = Array.from({ length: tableCount }, (_, table) => table);
  const selectors = new Uint8Array(count);
  for (let index = 0; index < count; index += 1) {
    let place = 0;
    while (bits.read(1) === 1) {
      place += 1;
      if (place >= tableCount) throw new CodecError('a bzip2 block selects a table that does not exist');
    }
    const [table] = front.splice(place, 1);
    front.unshift(table!);
    selectors[index] = table!;
  }
  return selectors;
}

/**
 * A Huffman code: by length the first longer code and the offset to subtract, and the symbols in the order of
 * codes.
 */
interface Table {
  readonly limit: Float64Array;
  readonly base: Int32Array;
  readonly order: Uint16Array;
}

function readTable(bits: Bits, symbolCount: number): Table {
  const lengths = new Uint8Array(symbolCount);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbolCount; symbol += 1) {
    for (;;) {
      if (length < 1 || length > LONGEST_CODE)
        throw new CodecError('a bzip2 table has a code of invalid length');
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  const counts = new Int32Array(LONGEST_CODE + 1);
  for (const each of lengths) counts[each]! += 1;
  const limit = new Float64Array(LONGEST_CODE + 1);
  const base = new Int32Array(LONGEST_CODE + 1);
  const order = new Uint16Array(symbolCount);
  let code = 0;
  let taken = 0;
  for (let each = 1; each <= LONGEST_CODE; each += 1) {
    base[each] = code - taken;
    for (let symbol = 0; symbol < symbolCount; symbol += 1)
      if (lengths[symbol] === each) {
        order[taken] = symbol;
        taken += 1;
      }
    code += counts[each]!;
    limit[each] = code;
    code *= 2;
  }
  return { limit, base, order };
}

function readSymbol(bits: Bits, { limit, base, order }: Table): number {
  let code = 0;
  for (let length = 1; length <= LONGEST_CODE; length += 1) {
    code = code * 2 + bits.read(1);
    if (code < limit[length]!) {
      const symbol = order[code - base[length]!];
      if (symbol !== undefined) return symbol;
      break;
    }
  }
  throw new CodecError('a bzip2 block has a code that is not in its table');
}

interface Coded {
  readonly symbols: Uint8Array;
  readonly selectors: Uint8Array;
  readonly tables: readonly Table[];
  readonly most: number;
}

/** Reads the transformed bytes: undoes the codes and the move-to-front. */
function readMoved(bits: Bits, { symbols, selectors, tables, most }: Coded): Uint8Array {
  const front = symbols.slice();
  const endSymbol = symbols.length + 1;
  let block = new Uint8Array(Math.min(most, 4096));
  let length = 0;
  let run = 0;
  let weight = 1;
  const put = (byte: number, count: number): void => {
    if (length + count > most) throw new CodecError('a bzip2 block exceeds its limit');
    if (length + count > block.length) {
      const grown = new Uint8Array(Math.min(most, Math.max(length + count, block.length * 2)));
      grown.set(block);
      block = grown;
    }
    block.fill(byte, length, length + count);
    length += count;
  };
  for (let index = 0; ; index += 1) {
    const table = tables[selectors[Math.floor(index / GROUP_SYMBOLS)] ?? -1];
    if (table === undefined) throw new CodecError('a bzip2 block has more symbols than it has tables for');
    const symbol = readSymbol(bits, table);
    if (symbol < 2) {
      // The digits of a run's length, each one or two times a power of two.
      run += weight * (symbol + 1);
      weight *= 2;
      if (run > most) throw new CodecError('a bzip2 block exceeds its limit');
      continue;
    }
    if (run > 0) {
      put(front[0]!, run);
      run = 0;
      weight = 1;
    }
    if (symbol === endSymbol) return block.subarray(0, length);
    const place = symbol - 1;
    const byte = front[place]!;
    front.copyWithin(1, 0, place);
    front[0] = byte;
    put(byte, 1);
  }
}

/** Undoes the Burrows-Wheeler transform. */
function undoTransform(last: Uint8Array, origin: number): Uint8Array {
  const { length } = last;
  if (origin >= length) throw new CodecError('a bzip2 block starts outside its bounds');
  const starts = new Uint32Array(256);
  for (const byte of last) starts[byte]! += 1;
  let sum = 0;
  for (let byte = 0; byte < 256; byte += 1) {
    const count = starts[byte]!;
    starts[byte] = sum;
    sum += count;
  }
  const next = new Uint32Array(length);
  for (let at = 0; at < length; at += 1) {
    const byte = last[at]!;
    next[starts[byte]!] = at;
    starts[byte]! += 1;
  }
  const output = new Uint8Array(length);
  let at = next[origin]!;
  for (let index = 0; index < length; index += 1) {
    output[index] = last[at]!;
    at = next[at]!;
  }
  return output;
}

/** Four equal bytes are followed by a count of more of them. */
function writeRuns(block: Uint8Array, output: GrowingBytes): void {
  let equal = 0;
  let previous = -1;
  for (const byte of block) {
    if (equal === RUN_BYTES) {
      output.reserve(byte);
      output.bytes.fill(previous, output.length, output.length + byte);
      output.length += byte;
      equal = 0;
      previous = -1;
      continue;
    }
    equal = byte === previous ? equal + 1 : 1;
    previous = byte;
    output.reserve(1);
    output.bytes[output.length] = byte;
    output.length += 1;
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit += 1)
    value = value & 0x80000000 ? (value << 1) ^ CRC_POLYNOMIAL : value << 1;
  return value >>> 0;
});

/** bzip2's CRC-32, the highest bit first. */
function computeCrc(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0xffffffff;
  for (let at = start; at < end; at += 1) crc = (crc << 8) ^ CRC_TABLE[(crc >>> 24) ^ bytes[at]!]!;
  return ~crc >>> 0;
}

/** The bits of a stream. */
class Bits extends BitCursor {
  constructor(bytes: Uint8Array) {
    super(bytes, () => new CodecError('a bzip2 chunk ends before its blocks do'));
  }

  skipToByte(): void {
    this.at = Math.ceil(this.at / 8) * 8;
  }

  hasBytes(count: number): boolean {
    return this.at + count * 8 <= this.bytes.length * 8;
  }

  /** Whether another stream starts here: anything else after a stream is ignored. */
  peeksStream(): boolean {
    const at = this.at >> 3;
    return [0x42, 0x5a, 0x68].every((byte, index) => this.bytes[at + index] === byte);
  }
}
