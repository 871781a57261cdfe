/**
 * Decompresses what Python's lzma module writes: the .xz container with its blocks and checks, and the older
 * .lzma with its single stream (The .xz File Format 1.2). Pure but for Node's checksums; filters other than
 * LZMA2 are reported as unsupported.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CodecError } from './codec-error.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { decodeProperties, LzmaDecoder } from './lzma.ts';

const XZ_MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0];
const STREAM_HEADER_BYTES = 12;
const LZMA2 = 0x21;
/** Bytes of a block's check by its type in the stream's flags. */
const CHECK_BYTES: Readonly<Record<number, number>> = { 0: 0, 1: 4, 4: 8, 10: 32 };
/** Bytes of the older format's header: properties, dictionary size, length. */
const ALONE_HEADER_BYTES = 13;

/** Decompresses a stream in either container to at most `most` bytes. @throws CodecError */
export function decompressXz(input: Uint8Array, most: number): Uint8Array {
  const output = new GrowingBytes(most);
  const isXz = XZ_MAGIC.every((byte, at) => input[at] === byte);
  if (isXz) decodeXz(input, output);
  else decodeAlone(input, output);
  return output.take();
}

function decodeAlone(input: Uint8Array, output: GrowingBytes): void {
  if (input.length < ALONE_HEADER_BYTES) throw new CodecError('an LZMA chunk is shorter than its header');
  const view = buildView(input);
  const length = view.getBigUint64(5, true);
  const isKnown = length !== 2n ** 64n - 1n;
  if (isKnown && length > 2n ** 40n) throw new CodecError(`an LZMA chunk declares ${length} bytes`);
  new LzmaDecoder(output, decodeProperties(input[0]!)).decode(
    input,
    ALONE_HEADER_BYTES,
    input.length,
    isKnown ? Number(length) : undefined,
  );
}

function decodeXz(input: Uint8Array, output: GrowingBytes): void {
  if (input.length < STREAM_HEADER_BYTES) throw new CodecError('an XZ chunk is shorter than its header');
  mustMatch(crc32(input.subarray(6, 8)), buildView(input).getUint32(8, true));
  const check = input[7]! & 0x0f;
  const checkBytes = CHECK_BYTES[check];
  if (checkBytes === undefined)
    throw new CodecError(`an XZ check of kind ${check} is not supported`, 'unsupported');
  let at = STREAM_HEADER_BYTES;
  // A zero instead of a header's length starts the index, which has no information beyond that in the blocks.
  while (byteAt(input, at) !== 0) {
    const contentAt = readBlockHeader(input, at);
    const start = output.length;
    const end = decodeLzma2(input, contentAt, output);
    const checkAt = end + ((4 - ((end - contentAt) % 4)) % 4);
    if (checkAt + checkBytes > input.length) throw new CodecError('an XZ chunk ends before its checks do');
    mustHaveCheck(
      check,
      output.bytes.subarray(start, output.length),
      input.subarray(checkAt, checkAt + checkBytes),
    );
    at = checkAt + checkBytes;
  }
}

/**
 * Returns where the block's content starts.
 * @throws CodecError, 'unsupported' for filters other than LZMA2
 */
function readBlockHeader(input: Uint8Array, at: number): number {
  const length = (byteAt(input, at) + 1) * 4;
  if (at + length > input.length) throw new CodecError('an XZ chunk ends within a header');
  const checksumAt = at + length - 4;
  mustMatch(crc32(input.subarray(at, checksumAt)), buildView(input).getUint32(checksumAt, true));
  const flags = input[at + 1]!;
  let next = at + 2;
  const skipNumber = (): void => {
    while (byteAt(input, next) >= 0x80) next += 1;
    next += 1;
  };
  if ((flags & 0x40) !== 0) skipNumber();
  if ((flags & 0x80) !== 0) skipNumber();
  if ((flags & 0x03) !== 0 || byteAt(input, next) !== LZMA2)
    throw new CodecError('an XZ chunk has filters other than LZMA2, which are not supported', 'unsupported');
  return at + length;
}

/** Decodes parts up to the end of the block; returns its position. */
function decodeLzma2(input: Uint8Array, start: number, output: GrowingBytes): number {
  let decoder: LzmaDecoder | undefined;
  for (let at = start; ; ) {
    const control = byteAt(input, at);
    if (control === 0) return at + 1;
    const low = byteAt(input, at + 1) * 256 + byteAt(input, at + 2) + 1;
    if (control < 0x80) {
      if (control > 2) throw new CodecError('an LZMA2 part is of unknown kind');
      if (control === 1) decoder?.resetDictionary();
      if (at + 3 + low > input.length) throw new CodecError('an LZMA2 part ends before its bytes do');
      decoder ??= new LzmaDecoder(output, decodeProperties(0));
      output.reserve(low);
      output.bytes.set(input.subarray(at + 3, at + 3 + low), output.length);
      output.length += low;
      at += 3 + low;
      continue;
    }
    const length = (control & 0x1f) * 65_536 + low;
    const packed = byteAt(input, at + 3) * 256 + byteAt(input, at + 4) + 1;
    // What is reset: 0 nothing, 1 the models, 2 also the properties, 3 also the dictionary.
    const reset = (control >> 5) & 3;
    const content = at + 5 + (reset >= 2 ? 1 : 0);
    if (decoder === undefined && reset < 2) throw new CodecError('an LZMA2 block starts without properties');
    if (content + packed > input.length) throw new CodecError('an LZMA2 part ends before its bytes do');
    const properties = reset >= 2 ? decodeProperties(input[at + 5]!) : undefined;
    decoder ??= new LzmaDecoder(output, properties!);
    if (reset === 3) decoder.resetDictionary();
    if (reset >= 1) decoder.resetState(properties);
    decoder.decode(input, content, content + packed, length);
    at = content + packed;
  }
}

function mustHaveCheck(kind: number, content: Uint8Array, stored: Uint8Array): void {
  const view = buildView(stored);
  if (kind === 1) mustMatch(crc32(content), view.getUint32(0, true));
  else if (kind === 4) mustMatch(computeCrc64(content), view.getBigUint64(0, true));
  else if (kind === 10 && !createHash('sha256').update(content).digest().equals(stored)) mustMatch(0, 1);
}

function mustMatch<T>(computed: T, stored: T): void {
  if (computed !== stored) throw new CodecError("an XZ chunk's checksum does not fit");
}

/** The low and high halves of CRC-64's table (ECMA-182, reflected). */
const CRC64 = (() => {
  const [low, high] = [new Uint32Array(256), new Uint32Array(256)];
  for (let byte = 0; byte < 256; byte += 1) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1)
      value = (value & 1n) === 1n ? (value >> 1n) ^ 0xc96c5795d7870f42n : value >> 1n;
    low[byte] = Number(value & 0xffffffffn);
    high[byte] = Number(value >> 32n);
  }
  return { low, high };
})();

function computeCrc64(bytes: Uint8Array): bigint {
  let [low, high] = [0xffffffff, 0xffffffff];
  for (const byte of bytes) {
    const at = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ CRC64.low[at]!;
    high = (high >>> 8) ^ CRC64.high[at]!;
  }
  return (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0);
}

function byteAt(input: Uint8Array, at: number): number {
  const byte = input[at];
  if (byte === undefined) throw new CodecError('an XZ chunk ends before its blocks do');
  return byte;
}

function buildView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
