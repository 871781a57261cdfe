/**
 * Decompresses LZMA to a bounded length: the range coder and the state machine on top of it (Pavlov, LZMA
 * specification). Pure; the containers are in `xz.ts`. Every distance is checked against the bytes written so
 * far.
 */
import { CodecError } from './codec-error.ts';
import type { GrowingBytes } from './growing-bytes.ts';

/**
 * A probability of one half in 11 bits; its adaptation shift; and the smallest range before another byte is
 * read.
 */
const HALF = 1024;
const PROBABILITY_BITS = 11;
const MOVE_BITS = 5;
const LEAST_RANGE = 2 ** 24;

const STATES = 12;
/**
 * The first state after a match: literals there are coded relative to the byte with which the match would
 * have continued.
 */
const FIRST_MATCH_STATE = 7;
const SHORTEST_MATCH = 2;
const LENGTH_STATES = 4;
/** The first distance slot with additional bits, and the last whose lower bits are all modelled. */
const FIRST_CODED_SLOT = 4;
const FIRST_DIRECT_SLOT = 14;
const ALIGN_BITS = 4;
const END_DISTANCE = 0xffffffff;

/** The range coder over part of the input. */
class RangeCoder {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #range = 0xffffffff;
  #code = 0;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    // The first of five bytes is always zero.
    if (this.#next() !== 0) throw new CodecError('an LZMA stream does not start with a zero byte');
    for (let index = 0; index < 4; index += 1) this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  #next(): number {
    if (this.#at >= this.#end) throw new CodecError('an LZMA stream ends before its bytes do');
    this.#at += 1;
    return this.#bytes[this.#at - 1]!;
  }

  #normalize(): void {
    if (this.#range >= LEAST_RANGE) return;
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  readBit(models: Uint16Array, at: number): number {
    const model = models[at]!;
    const bound = (this.#range >>> PROBABILITY_BITS) * model;
    let bit = 0;
    if (this.#code < bound) {
      this.#range = bound;
      models[at] = model + ((2 ** PROBABILITY_BITS - model) >> MOVE_BITS);
    } else {
      this.#range -= bound;
      this.#code -= bound;
      models[at] = model - (model >> MOVE_BITS);
      bit = 1;
    }
    this.#normalize();
    return bit;
  }

  /** Bits of equal probability, the highest first. */
  readDirect(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index += 1) {
      this.#range >>>= 1;
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit === 1) this.#code -= this.#range;
      value = value * 2 + bit;
      this.#normalize();
    }
    return value;
  }

  readTree(models: Uint16Array, start: number, bits: number): number {
    let node = 1;
    for (let index = 0; index < bits; index += 1) node = (node << 1) | this.readBit(models, start + node);
    return node - (1 << bits);
  }

  /** The lowest bit first. */
  readReverseTree(models: Uint16Array, start: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let index = 0; index < bits; index += 1) {
      const bit = this.readBit(models, start + node);
      node = (node << 1) | bit;
      value |= bit << index;
    }
    return value;
  }
}

/** The models of lengths: the choices of short and middle, and the trees of the three ranges. */
class Lengths {
  readonly #choice = models(2);
  readonly #low = models(16 * 8);
  readonly #middle = models(16 * 8);
  readonly #high = models(256);

  read(coder: RangeCoder, positionState: number): number {
    if (coder.readBit(this.#choice, 0) === 0) return coder.readTree(this.#low, positionState * 8, 3);
    if (coder.readBit(this.#choice, 1) === 0) return 8 + coder.readTree(this.#middle, positionState * 8, 3);
    return 16 + coder.readTree(this.#high, 0, 8);
  }
}

function models(count: number): Uint16Array {
  return new Uint16Array(count).fill(HALF);
}

/**
 * The parameters in the byte that starts a stream: numbers of context bits for literals and for positions.
 */
export interface LzmaProperties {
  readonly contextBits: number;
  readonly literalPositionBits: number;
  readonly positionBits: number;
}

/** @throws CodecError if the byte is invalid */
export function decodeProperties(byte: number): LzmaProperties {
  if (byte >= 9 * 5 * 5) throw new CodecError('an LZMA stream has invalid properties');
  const rest = Math.floor(byte / 9);
  return { contextBits: byte % 9, literalPositionBits: rest % 5, positionBits: Math.floor(rest / 5) };
}

/** One LZMA decoder, whose models and last distances are kept from one part of a stream to the next. */
export class LzmaDecoder {
  readonly #output: GrowingBytes;
  /** The start of the output that matches may refer to. */
  #start: number;
  #properties: LzmaProperties;
  #state = 0;
  #distances = [0, 0, 0, 0];
  #literals = models(0);
  #isMatch = models(0);
  #isRepeat = models(0);
  #isOlder = models(0);
  #isThird = models(0);
  #isFourth = models(0);
  #isLong = models(0);
  #slots = models(0);
  #special = models(0);
  #align = models(0);
  #matchLengths = new Lengths();
  #repeatLengths = new Lengths();

  constructor(output: GrowingBytes, properties: LzmaProperties) {
    this.#output = output;
    this.#start = output.length;
    this.#properties = properties;
    this.resetState(properties);
  }

  /** Ends the dictionary: later matches must not refer to earlier output. */
  resetDictionary(): void {
    this.#start = this.#output.length;
  }

  /** Resets all models to equal probabilities. */
  resetState(properties: LzmaProperties = this.#properties): void {
    this.#properties = properties;
    this.#state = 0;
    this.#distances = [0, 0, 0, 0];
    this.#literals = models(0x300 << (properties.contextBits + properties.literalPositionBits));
    this.#isMatch = models(STATES * 16);
    this.#isLong = models(STATES * 16);
    this.#isRepeat = models(STATES);
    this.#isOlder = models(STATES);
    this.#isThird = models(STATES);
    this.#isFourth = models(STATES);
    this.#slots = models(LENGTH_STATES * 64);
    this.#special = models(128);
    this.#align = models(1 << ALIGN_BITS);
    this.#matchLengths = new Lengths();
    this.#repeatLengths = new Lengths();
  }

  /**
   * Decodes `length` bytes of the output, or up to the end marker if the length is not known.
   * @throws CodecError
   */
  decode(input: Uint8Array, start: number, end: number, length: number | undefined): void {
    const output = this.#output;
    const coder = new RangeCoder(input, start, end);
    const last = length === undefined ? Number.POSITIVE_INFINITY : output.length + length;
    if (length !== undefined) output.reserve(length);
    while (output.length < last) {
      const position = output.length - this.#start;
      const positionState = position & ((1 << this.#properties.positionBits) - 1);
      if (coder.readBit(this.#isMatch, this.#state * 16 + positionState) === 0) {
        this.#putLiteral(coder, position);
        continue;
      }
      const count = this.#readMatch(coder, positionState);
      if (count === undefined) {
        if (length !== undefined) throw new CodecError('an LZMA stream ends before its bytes do');
        return;
      }
      if (output.length + count > last) throw new CodecError('an LZMA stream repeats bytes past its end');
      this.#copy(count);
    }
  }

  #putLiteral(coder: RangeCoder, position: number): void {
    const output = this.#output;
    output.reserve(1);
    const { contextBits, literalPositionBits } = this.#properties;
    const previous = position === 0 ? 0 : output.bytes[output.length - 1]!;
    const context =
      ((position & ((1 << literalPositionBits) - 1)) << contextBits) + (previous >> (8 - contextBits));
    const start = 0x300 * context;
    let node = 1;
    if (this.#state >= FIRST_MATCH_STATE) {
      let matched = this.#byteAt(this.#distances[0]!);
      while (node < 0x100) {
        const expected = (matched >> 7) & 1;
        matched = (matched << 1) & 0xff;
        const bit = coder.readBit(this.#literals, start + ((1 + expected) << 8) + node);
        node = (node << 1) | bit;
        if (expected !== bit) break;
      }
    }
    while (node < 0x100) node = (node << 1) | coder.readBit(this.#literals, start + node);
    output.bytes[output.length] = node & 0xff;
    output.length += 1;
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  /** The byte `distance` before the last. */
  #byteAt(distance: number): number {
    const { bytes, length } = this.#output;
    if (distance >= length - this.#start)
      throw new CodecError('an LZMA stream repeats bytes before its start');
    return bytes[length - 1 - distance]!;
  }

  /** Reads the length of a match, whose distance becomes the first; undefined for the end marker. */
  #readMatch(coder: RangeCoder, positionState: number): number | undefined {
    const state = this.#state;
    const isAfterLiteral = state < FIRST_MATCH_STATE;
    if (coder.readBit(this.#isRepeat, state) === 0) {
      const [first, second, third] = this.#distances as [number, number, number, number];
      const length = this.#matchLengths.read(coder, positionState);
      this.#state = isAfterLiteral ? 7 : 10;
      const distance = this.#readDistance(coder, length);
      this.#distances = [distance, first, second, third];
      return distance === END_DISTANCE ? undefined : length + SHORTEST_MATCH;
    }
    if (coder.readBit(this.#isOlder, state) === 0) {
      if (coder.readBit(this.#isLong, state * 16 + positionState) === 0) {
        this.#state = isAfterLiteral ? 9 : 11;
        return 1;
      }
    } else {
      const place =
        coder.readBit(this.#isThird, state) === 0 ? 1 : coder.readBit(this.#isFourth, state) === 0 ? 2 : 3;
      const [distance] = this.#distances.splice(place, 1);
      this.#distances.unshift(distance!);
    }
    const length = this.#repeatLengths.read(coder, positionState);
    this.#state = isAfterLiteral ? 8 : 11;
    return length + SHORTEST_MATCH;
  }

  #readDistance(coder: RangeCoder, length: number): number {
    const slot = coder.readTree(this.#slots, Math.min(length, LENGTH_STATES - 1) * 64, 6);
    if (slot < FIRST_CODED_SLOT) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** bits;
    if (slot < FIRST_DIRECT_SLOT) return base + coder.readReverseTree(this.#special, base - slot, bits);
    const direct = coder.readDirect(bits - ALIGN_BITS) * 2 ** ALIGN_BITS;
    return base + direct + coder.readReverseTree(this.#align, 0, ALIGN_BITS);
  }

  #copy(count: number): void {
    const output = this.#output;
    const distance = this.#distances[0]!;
    this.#byteAt(distance);
    output.reserve(count);
    const { bytes } = output;
    // Byte by byte: a match may overlap what it writes.
    for (let end = output.length + count; output.length < end; output.length += 1)
      bytes[output.length] = bytes[output.length - 1 - distance]!;
  }
}
