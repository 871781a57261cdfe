/**
 * Chunks of 2 MB that inflate to 2 GB: reported as named errors, within a memory limit, each in a separate
 * process.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';

const HERE = import.meta.dirname;
const PIECE = new Uint8Array(2 ** 24);
const PIECES = 128;
/**
 * The most megabytes that a bomb may add at the peak: zarrita, zlib and the largest chunk fit, 2 GB do not.
 */
const MOST_MEGABYTES = 100;
/** As in read-bomb.ts. */
const ELEMENTS = 3_500_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bombs-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Raw deflate of all pieces: the compressed form of one piece ends at a byte boundary and refers to nothing
 * before it, so it can be repeated.
 */
function deflateRaw(): Buffer {
  const one = zlib.deflateRawSync(PIECE, { level: 9, finishFlush: zlib.constants.Z_FULL_FLUSH });
  return Buffer.concat([...Array(PIECES).fill(one), Buffer.from([3, 0])]);
}

/** RFC 1950: the Adler-32 of zeros is 1, and their count modulo 65521 before it. */
function deflate(): Buffer {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(((PIECES * PIECE.length) % 65_521) * 2 ** 16 + 1);
  return Buffer.concat([Buffer.from([0x78, 0xda]), deflateRaw(), checksum]);
}

/** RFC 1952. */
function gzip(): Buffer {
  let crc = 0;
  for (let piece = 0; piece < PIECES; piece += 1) crc = zlib.crc32(PIECE, crc);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc);
  trailer.writeUInt32LE((PIECES * PIECE.length) >>> 0, 4);
  return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3]), deflateRaw(), trailer]);
}

/** All of the pieces in one frame. */
async function compressZstd(): Promise<Buffer> {
  const compressor = zlib.createZstdCompress();
  const parts: Buffer[] = [];
  compressor.on('data', (part: Buffer) => parts.push(part));
  const ended = new Promise((resolve, reject) => compressor.on('end', resolve).on('error', reject));
  for (let piece = 0; piece < PIECES; piece += 1)
    await new Promise((resolve) => compressor.write(PIECE, resolve));
  compressor.end();
  await ended;
  return Buffer.concat(parts);
}

/** A Blosc frame of one block, which declares `length` bytes. */
function frameBlosc(length: number, stream: Uint8Array): Uint8Array {
  const frame = Buffer.alloc(24);
  frame.set([2, 1, (3 << 5) | 0x10, 1]);
  frame.writeUInt32LE(length, 4);
  frame.writeUInt32LE(length, 8);
  frame.writeUInt32LE(24 + stream.length, 12);
  frame.writeUInt32LE(20, 16);
  frame.writeUInt32LE(stream.length, 20);
  return Buffer.concat([frame, stream]);
}

/** numcodecs' LZ4: one match of half a GB after one literal, the most that LZ4 can make of 2 MB. */
function frameLz4(length: number): Uint8Array {
  const block = Buffer.alloc(2 ** 21, 0xff);
  block.set([0x1f, 0, 1, 0]);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(length);
  return Buffer.concat([head, block, Buffer.from([0])]);
}

function readBomb(kind: string, bytes: Uint8Array): { outcomes: Record<string, string>; megabytes: number } {
  const path = join(folder, 'bomb');
  writeFileSync(path, bytes);
  const output = execFileSync(process.execPath, [join(HERE, 'read-bomb.ts'), kind, path], {
    encoding: 'utf8',
  });
  return JSON.parse(output);
}

const bombs: Readonly<Record<string, () => Promise<Uint8Array> | Uint8Array>> = {
  zlib: deflate,
  gzip,
  zstd: compressZstd,
  blosc: () => frameBlosc(ELEMENTS, deflate()),
  'blosc that declares it': () => frameBlosc(2 ** 31, deflate()),
  lz4: () => frameLz4(ELEMENTS),
  'lz4 that declares it': () => frameLz4(2 ** 31),
};

it.each(Object.keys(bombs))('Zarr: %s', { timeout: 300_000 }, async (name) => {
  const { outcomes, megabytes } = readBomb(name.split(' ')[0]!, await bombs[name]!());
  // It was not refused for its stored length: its codec was reached.
  expect(outcomes.small).toMatch(/^damaged: ./);
  expect(megabytes).toBeLessThan(MOST_MEGABYTES);
});

it('HDF5: deflate', { timeout: 300_000 }, () => {
  const { outcomes, megabytes } = readBomb('hdf5', zlib.gunzipSync(readFileSync(join(HERE, 'bombs.h5.gz'))));
  expect(outcomes.small).toMatch(/^damaged: ./);
  expect(outcomes.large).toMatch(/^too-large: ./);
  expect(outcomes.sound).toBe('read');
  expect(megabytes).toBeLessThan(MOST_MEGABYTES);
});
