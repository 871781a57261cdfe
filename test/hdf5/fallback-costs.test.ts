/**
 * The cost of a file that the walker cannot read: for each reason to fall back, at most three requests and 1 MB
 * beyond the walker's own reads, whether libhdf5 then reads the file or refuses it. Counts, never times.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HeaderUnreadableError } from '../../shared/errors.ts';
import { lookup3 } from '../../shared/hdf5/format/checksum.ts';
import { featureBytes, featureFiles } from './golden.ts';
import { openInMemory } from './opened-source.ts';
import { ampleLimits, TwoEngines } from './two-engines.ts';
import { fillLikeNwb, writeHdf5 } from './write-hdf5.ts';

let engines: TwoEngines;
beforeAll(() => {
  engines = new TwoEngines();
});
afterAll(() => engines.close());

/** What libhdf5 may cost beyond the walker. */
const MOST_REQUESTS = 3;
const MOST_BYTES = 1024 * 1024;

/** A file larger than what its opening reads, in the old format or the latest. */
function writeLarge(latest: boolean): Promise<Uint8Array> {
  return writeHdf5(
    (file, module) => {
      fillLikeNwb(file, module);
      const more = file.create_group('processing');
      for (let index = 0; index < 30; index += 1) {
        more.create_group(`module_${index}`).create_dataset({ name: 'data', data: new Float64Array(20_000) });
      }
    },
    { latest },
  );
}

function setNumber(bytes: Uint8Array, at: number, value: number | bigint): void {
  new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(at, BigInt(value), true);
}

function readNumber(bytes: Uint8Array, at: number): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true));
}

/** Corrects the checksum at `end`, over the bytes from `start` on. */
function seal(bytes: Uint8Array, start: number, end: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(end, lookup3(bytes, start, end), true);
}

/** Fields of superblocks with addresses of eight bytes (HDF5 File Format Specification 3.0, II.A). */
const OLD = { base: 24, endOfFile: 40, driver: 48, root: 64 };
const NEW = { flags: 11, extension: 20, endOfFile: 28, root: 36, checksum: 44 };
const UNDEFINED = 0xffff_ffff_ffff_ffffn;

/** Where the root's header is. */
function rootAt(bytes: Uint8Array): number {
  return readNumber(bytes, bytes[8]! < 2 ? OLD.root : NEW.root);
}

/** The type of the first message in the first block of a version 1 header. */
function setFirstMessage(bytes: Uint8Array, header: number, type: number, flags: number): void {
  bytes[header + 16] = type;
  bytes[header + 16 + 4] = flags;
}

/** A change to a file, and the walker's error for it. */
interface Kind {
  readonly says: RegExp;
  readonly file: 'old' | 'latest' | 'extended';
  readonly change: (bytes: Uint8Array) => Uint8Array | undefined;
}

/** Changes the bytes in place and corrects the superblock's checksum. */
function inSuperblock(change: (bytes: Uint8Array) => void): Kind['change'] {
  return (bytes) => {
    change(bytes);
    seal(bytes, 0, NEW.checksum);
    return undefined;
  };
}

function inPlace(change: (bytes: Uint8Array) => void): Kind['change'] {
  return (bytes) => {
    change(bytes);
    return undefined;
  };
}

/**
 * Every reason for which the walker cannot read a whole file: its errors for superblock, extension and root.
 */
const KINDS: Readonly<Record<string, Kind>> = {
  'no signature': {
    says: /no superblock/,
    file: 'old',
    change: inPlace((bytes) => bytes.fill(0, 0, 8)),
  },
  'an end within the superblock': {
    says: /ends in its superblock|ends past its block/,
    file: 'old',
    change: (bytes) => bytes.slice(0, 30),
  },
  'a superblock of another version': {
    says: /a superblock of version 9/,
    file: 'old',
    change: inPlace((bytes) => bytes.fill(9, 8, 9)),
  },
  'free space of another version': {
    says: /a free-space storage of version 1/,
    file: 'old',
    change: inPlace((bytes) => bytes.fill(1, 9, 10)),
  },
  'a root entry of another version': {
    says: /a root symbol table entry of version 1/,
    file: 'old',
    change: inPlace((bytes) => bytes.fill(1, 10, 11)),
  },
  'shared messages of another version': {
    says: /a shared header message format of version 1/,
    file: 'old',
    change: inPlace((bytes) => bytes.fill(1, 12, 13)),
  },
  'addresses of sixteen bytes': {
    says: /addresses of 16 and lengths of 8 bytes/,
    file: 'old',
    change: inPlace((bytes) => bytes.fill(16, 13, 14)),
  },
  'no end': {
    says: /a file without base or end/,
    file: 'old',
    change: inPlace((bytes) => setNumber(bytes, OLD.endOfFile, UNDEFINED)),
  },
  'an end before its start': {
    says: /ends before it begins/,
    file: 'old',
    change: inPlace((bytes) => setNumber(bytes, OLD.base, readNumber(bytes, OLD.endOfFile) + 8)),
  },
  'a driver information block': {
    says: /a driver information block/,
    file: 'old',
    change: inPlace((bytes) => setNumber(bytes, OLD.driver, 96)),
  },
  'a truncated file': {
    says: /shorter than its superblock states/,
    file: 'old',
    change: (bytes) => bytes.slice(0, bytes.length - 1000),
  },
  'a file left open by its writer': {
    says: /open for writing/,
    file: 'latest',
    change: inSuperblock((bytes) => {
      bytes[NEW.flags] = 1;
    }),
  },
  'a superblock that does not match its checksum': {
    says: /checksum/,
    file: 'latest',
    change: inPlace((bytes) => setNumber(bytes, NEW.endOfFile, readNumber(bytes, NEW.endOfFile) - 1)),
  },
  'an extension outside the file': {
    says: /outside the file/,
    file: 'latest',
    change: inSuperblock((bytes) => setNumber(bytes, NEW.extension, 1e12)),
  },
  'an invalid extension': {
    says: /signature/,
    file: 'extended',
    change: inPlace((bytes) =>
      bytes.fill(0x20, readNumber(bytes, NEW.extension), readNumber(bytes, NEW.extension) + 4),
    ),
  },
  'a root outside the file': {
    says: /outside the file/,
    file: 'latest',
    change: inSuperblock((bytes) => setNumber(bytes, NEW.root, 1e12)),
  },
  'a root without a header': {
    says: /signature/,
    file: 'old',
    change: inPlace((bytes) => bytes.fill(0x20, rootAt(bytes), rootAt(bytes) + 4)),
  },
  'a root that does not match its checksum': {
    says: /checksum/,
    file: 'latest',
    change: inPlace((bytes) => bytes.fill(0xee, rootAt(bytes) + 9, rootAt(bytes) + 12)),
  },
  'a root with a message that must not be skipped': {
    says: /unknown type/,
    file: 'old',
    change: inPlace((bytes) => setFirstMessage(bytes, rootAt(bytes), 0x40, 0x80)),
  },
  'a root that is neither group nor dataset': {
    says: /neither group nor dataset/,
    file: 'old',
    change: inPlace((bytes) => bytes.fill(0, rootAt(bytes) + 16, rootAt(bytes) + 20)),
  },
};

/** The requests beyond the opening, and the outcome of the read. */
async function readCounted(
  bytes: Uint8Array,
  reader: 'reader' | 'walker',
): Promise<{
  requests: number;
  bytes: number;
  fallback: string | undefined;
  engine: string | undefined;
  error: HeaderUnreadableError | undefined;
}> {
  const { source, counting } = openInMemory(bytes);
  const outcome = await engines[reader].readHeader(source, ampleLimits).then(
    ({ report }) => ({ fallback: report.fallback, engine: report.engine, error: undefined }),
    (error: HeaderUnreadableError) => ({ fallback: undefined, engine: undefined, error }),
  );
  return { requests: counting.requested.length, bytes: counting.bytesAsked, ...outcome };
}

describe('a file that the walker cannot read', () => {
  const files = new Map<Kind['file'], Uint8Array>();
  beforeAll(async () => {
    files.set('old', await writeLarge(false));
    files.set('latest', await writeLarge(true));
    files.set('extended', featureBytes('space-fsm'));
  });

  it.each(Object.entries(KINDS))('%s', async (_, { says, file, change }) => {
    const whole = files.get(file)!.slice();
    const bytes = change(whole) ?? whole;
    const own = await readCounted(bytes, 'walker');
    expect(own.error?.name).toBe('HeaderUnreadableError');
    expect(own.error?.message).toMatch(says);
    const both = await readCounted(bytes, 'reader');
    // libhdf5 sends one request after another: each is a round.
    expect(both.requests - own.requests).toBeLessThanOrEqual(MOST_REQUESTS);
    expect(both.bytes - own.bytes).toBeLessThanOrEqual(MOST_BYTES);
    if (both.error === undefined) {
      expect(both.engine).toBe('libhdf5');
      expect(both.fallback).toMatch(says);
    } else expect(both.error.name).toBe('HeaderUnreadableError');
  });
});

describe('a value of an unusual kind', () => {
  const layouts = new URL('./golden/layouts/', import.meta.url);
  const odd = [
    ...featureFiles.map(([name]) => [name, () => featureBytes(name)] as const),
    ...readdirSync(layouts)
      .filter((name) => name.endsWith('.h5.gz'))
      .map((name) => [name, () => new Uint8Array(gunzipSync(readFileSync(new URL(name, layouts))))] as const),
  ];

  it.each(odd)('%s: uses no second engine, and no further requests', async (_, open) => {
    const own = await readCounted(open(), 'walker');
    const both = await readCounted(open(), 'reader');
    expect(both).toEqual(own);
    expect(both).toMatchObject({ engine: 'walker', fallback: undefined, error: undefined });
  });
});
