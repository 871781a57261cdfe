/**
 * The source of the sample's identifiers and numbers: only names and integer arithmetic, so that every
 * run on every machine writes the same bytes.
 */
import { createHash } from 'node:crypto';

/** The name space of the sample's identifiers, in the sense of RFC 9562, section 5.5. Any fixed value would do. */
const NAME_SPACE = Buffer.from('dandiset-summarizer local sample');

/**
 * The UUID of a name: the same name always gives the same identifier. Built like version 5 (RFC 9562, section
 * 5.5), but marked as version 4, since DANDI's schema accepts no other for assets.
 */
export function buildUuid(name: string): string {
  const hash = createHash('sha1').update(NAME_SPACE).update(name).digest().subarray(0, 16);
  hash[6] = (hash[6]! & 0x0f) | 0x40;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Pseudo-random numbers determined by the seed. */
export interface Draw {
  /** An integer between `low` and `high`, inclusive. */
  integer(low: number, high: number): number;
  /** A number from `low` up to `high`, on a grid of `step`s of which `1 / step` is an integer. */
  decimal(low: number, high: number, step: number): number;
  /** One of the items. */
  pick<Item>(items: readonly Item[]): Item;
}

/**
 * A source of numbers for a seed: a 32-bit xorshift (Marsaglia, 2003). `Math.random` is not repeatable, and
 * `Math.sin` and its like may differ in the last bit between engines; integers and divisions do not.
 */
export function createDraw(seed: string): Draw {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0) || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  const integer = (low: number, high: number): number => low + (next() % (high - low + 1));
  return {
    integer,
    decimal: (low, high, step) => {
      const scale = Math.round(1 / step);
      return integer(Math.round(low * scale), Math.round(high * scale)) / scale;
    },
    pick: (items) => items[integer(0, items.length - 1)]!,
  };
}
