/**
 * Damages HDF5 files where it matters: in bytes of structures rather than of data, with values that are
 * critical as lengths, counts and addresses, and with corrected checksums.
 */
import { lookup3 } from '../shared/hdf5/format/checksum.ts';
import { decodePrefix } from '../shared/hdf5/format/object-header.ts';

/** A seeded random number generator: mulberry32. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to but excluding `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let value = this.#state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) % limit;
  }

  /** One of the items. */
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

const SIGNATURES = [
  'TREE',
  'SNOD',
  'HEAP',
  'GCOL',
  'OHDR',
  'OCHK',
  'FRHP',
  'FHDB',
  'FHIB',
  'BTHD',
  'BTLF',
  'BTIN',
  '\x89HDF',
];
/** How many bytes after a signature a mutation may change. */
const REACH = 320;
const NUMBERS = [
  0,
  1,
  2,
  3,
  7,
  8,
  127,
  128,
  255,
  256,
  4096,
  65_535,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];

/**
 * Where structures are in a file. Version 1 object headers have no signature: those that symbol tables refer
 * to are found by address.
 */
export function findStructures(file: Uint8Array): number[] {
  const text = Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString('latin1');
  const found = new Set<number>();
  for (const signature of SIGNATURES) {
    for (let at = text.indexOf(signature); at >= 0; at = text.indexOf(signature, at + 1)) found.add(at);
  }
  for (const node of [...found].filter((at) => text.startsWith('SNOD', at))) {
    const count = file[node + 6]! | (file[node + 7]! << 8);
    for (let entry = 0; entry < Math.min(count, 64); entry += 1) {
      const at = node + 8 + entry * 40 + 8;
      const address =
        at + 4 <= file.length ? new DataView(file.buffer, file.byteOffset).getUint32(at, true) : 0;
      if (address > 0 && address < file.length && file[address] === 1) found.add(address);
    }
  }
  return [...found];
}

/** Damages the file in one to four places. */
export function mutateFile(file: Uint8Array, structures: readonly number[], dice: Dice): Uint8Array {
  let bytes = file.slice();
  for (let count = 1 + dice.below(4); count > 0; count -= 1) {
    const start = dice.of(structures);
    const at = Math.min(bytes.length - 8, start + dice.below(REACH));
    if (at < 0) break;
    const view = new DataView(bytes.buffer);
    switch (dice.below(9)) {
      case 0:
        bytes[at] = dice.below(256);
        break;
      case 1:
        bytes[at]! ^= 1 << dice.below(8);
        break;
      case 2:
        view.setUint16(at, dice.of(NUMBERS) & 0xffff, true);
        break;
      case 3:
        view.setUint32(at, dice.of(NUMBERS) >>> 0, true);
        break;
      case 4:
        view.setBigUint64(at, BigInt(dice.of(NUMBERS)), true);
        break;
      case 5:
        // The address of another structure: causes loops, and structures of the wrong type.
        view.setBigUint64(at - (at % 8), BigInt(dice.of(structures)), true);
        break;
      case 6:
        bytes.copyWithin(
          at,
          dice.of(structures),
          Math.min(bytes.length, dice.of(structures) + dice.below(64)),
        );
        break;
      case 7:
        bytes.fill(dice.of([0, 0xff]), at, at + 1 + dice.below(32));
        break;
      default:
        if (dice.below(6) === 0) bytes = bytes.slice(0, 1 + dice.below(bytes.length));
    }
    if (dice.below(2) === 0) repairChecksum(bytes, start);
  }
  return bytes;
}

/** Corrects the checksum of a version 2 object header, so that its content is reached. */
function repairChecksum(bytes: Uint8Array, start: number): void {
  if (start + 40 > bytes.length || bytes[start] !== 0x4f) return;
  try {
    const { blockBytes } = decodePrefix(bytes.subarray(start, start + 40), { offsets: 8, lengths: 8 });
    const end = start + blockBytes;
    if (end > bytes.length) return;
    new DataView(bytes.buffer).setUint32(end - 4, lookup3(bytes, start, end - 4), true);
  } catch {
    // It is so damaged that the checksum does not matter.
  }
}
