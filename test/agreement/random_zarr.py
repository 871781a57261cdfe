"""Writes one random Zarr folder of version 2 or 3: any type, codec, fill value, key and document that zarr-python can
write, and some that others write. Used by write_random.py; the same seed gives the same folder.
"""
import json
import pathlib

import numcodecs
import numpy as np
import zarr
from zarr import codecs
from zarr.codecs import numcodecs as v3

NUMBERS = ['|b1', '|i1', '|u1', '<i2', '>i2', '<u2', '<i4', '>i4', '<u4', '>u4', '<i8', '>i8', '<u8', '>u8', '<f2', '>f2', '<f4', '>f4', '<f8', '>f8', '<c8', '>c8', '<c16', '>c16']
OTHERS = ['|S1', '|S5', '<U1', '<U6', '>U6', '<M8[s]', '<M8[ns]', '>M8[us]', '<M8[D]', '<m8[ms]', '>m8[10s]', '|V3']
ROWS = [[('a', '<i2'), ('b', '>f8')], [('x', '|S3'), ('y', '<f4'), ('z', '|u1')], [('t', '<M8[s]'), ('b', '|b1')], [('in', [('p', '<i4'), ('q', '>c8')]), ('u', '<U3')], [('m', '<f8', (2, 2)), ('n', '|i1')]]
TEXTS = ['', 'a', 'größer', '漢字', '😀', "it's", 'say "so"', 'two\nlines', 'back\\slash', ' spaces ', 'x' * 90]
NAMES = ['data', 'a b', 'größer', '漢字', '😀', "it's", 'a.b', '%20', 'UPPER', '~', 'x;y', 'a+b', '#hash', 'q?', '1', 'c']


class RandomStore:
    def __init__(self, path, random):
        self.random, self.folder = random, pathlib.Path(path)
        self.version = random.choice([2, 3])
        self.numpy = np.random.default_rng(random.getrandbits(32))
        self.root = zarr.open_group(path, mode='w', zarr_format=self.version, attributes=self.attributes())
        self.groups = [self.root, self.root.create_group('general', attributes=self.attributes())]
        self.groups.append(self.groups[1])

    def chance(self, share):
        return self.random.random() < share

    def attributes(self):
        values = [
            1, -3, 2.5, 0.0, -0.0, 1e16, 1e300, 1e-7, 2**60, 2**63, 2**64 - 1, -(2**63), float('nan'), -float('inf'), True, None, '', 'a text', 'größer', 'two\nlines', [], [[]], [1, 2], [1, 2.5],
            [True, False], ['a', 'größer', "it's"], [[1, 2], [3, 4]], [[1], [2, 3]], [1, 'a'], [float('nan'), 1], [2**63, 1], [-1, 2**63], {'k': [1, None]}, list(range(40)), [n / 7 for n in range(30)],
        ]
        return {self.random.choice(['unit', 'description', 'größe', 'x']): self.random.choice(values) for _ in range(self.random.randint(0, 3))}

    def real(self):
        choices = [0.0, -0.0, 1.0, np.nan, np.inf, -np.inf, 0.1, 1e4, self.random.uniform(-100, 100), self.random.uniform(-1, 1) * 10 ** self.random.randint(-9, 9)]
        return self.random.choice(choices)

    def values(self, dtype, shape):
        """Random elements; many alike, so that compressors find something."""
        count = int(np.prod(shape))
        with np.errstate(all='ignore'):
            return np.array(self.some(dtype, count), dtype=dtype).reshape(shape)

    def some(self, dtype, count):
        pool = [self.one(dtype) for _ in range(self.random.choice([1, 3, 20]))]
        return [self.random.choice(pool) for _ in range(count)]

    def one(self, dtype):
        if dtype.names:
            return tuple(self.one(dtype[name]) for name in dtype.names)
        if dtype.subdtype:
            base, shape = dtype.subdtype
            return np.array([self.one(base) for _ in range(int(np.prod(shape)))], base).reshape(shape)
        match dtype.kind:
            case 'b': return self.chance(0.5)
            case 'i' | 'u':
                bounds = np.iinfo(dtype)
                return self.random.choice([0, 1, 7, bounds.max, bounds.min, self.random.randint(bounds.min, bounds.max)])
            case 'f': return dtype.type(self.real())
            case 'c': return dtype.type(complex(self.real(), self.real()))
            case 'S': return self.random.choice(TEXTS).encode()[:dtype.itemsize]
            case 'U': return self.random.choice(TEXTS)[:dtype.itemsize // 4]
            case 'M' | 'm': return np.array(self.random.choice([0, 1, -5, 1000, 10**9, -(1 << 63)]), 'i8').view(dtype.newbyteorder('='))
            case _: return self.random.randbytes(dtype.itemsize)

    def dtype(self):
        pick = self.random.random()
        if pick < 0.6:
            return np.dtype(self.random.choice(NUMBERS))
        return np.dtype(self.random.choice(OTHERS)) if pick < 0.85 else np.dtype(self.random.choice(ROWS))

    def shape(self):
        rank = self.random.choice([0, 1, 1, 1, 2, 2, 3])
        return tuple(self.random.randint(0 if self.chance(0.08) else 1, self.random.choice([3, 9, 40])) for _ in range(rank))

    def blosc(self, size):
        return {'cname': self.random.choice(['lz4', 'lz4hc', 'blosclz', 'zlib', 'zstd']), 'clevel': self.random.randint(0, 9), 'blocksize': self.random.choice([0, 0, 256, 4096])}

    def v2_codecs(self, dtype):
        f, size = numcodecs, dtype.itemsize
        compressor = self.random.choice([
            None, f.Blosc(**self.blosc(size), shuffle=self.random.choice([-1, 0, 1, 2])), f.Blosc(**self.blosc(size), shuffle=self.random.choice([0, 1, 2])), f.Zstd(self.random.choice([-1, 1, 9]), checksum=self.chance(0.3)), f.GZip(self.random.randint(0, 9)),
            f.Zlib(self.random.randint(0, 9)), f.LZ4(), f.BZ2(self.random.randint(1, 9)), f.LZMA()])
        filters = []
        if dtype.kind in 'iu' and self.chance(0.4):
            filters = [self.random.choice([f.Delta(dtype.str), f.FixedScaleOffset(0, 1, dtype.str, dtype.str)])]
        elif dtype.kind == 'f' and size > 2 and self.chance(0.3):
            filters = [self.random.choice([f.Quantize(3, dtype.str), f.BitRound(6) if dtype.byteorder != '>' else f.Delta(dtype.str), f.Delta(dtype.str)])]
        elif dtype.kind == 'b' and self.chance(0.3):
            filters = [f.PackBits()]
        if self.chance(0.3):
            filters.append(self.random.choice([f.Shuffle(max(1, min(size, 16))), f.Fletcher32(), f.CRC32(), f.Adler32(), f.CRC32C()]))
        return {'compressors': compressor, 'filters': filters or None}

    def v3_codecs(self, dtype, shape):
        chosen = {'filters': None, 'compressors': self.compressors(dtype)}
        if dtype.byteorder == '>' or (dtype.byteorder == '<' and self.chance(0.2)):
            chosen['serializer'] = codecs.BytesCodec(endian=self.random.choice(['little', 'big']))
        if len(shape) > 1 and self.chance(0.3):
            order = list(range(len(shape)))
            self.random.shuffle(order)
            chosen['filters'] = [codecs.TransposeCodec(order=order)]
        elif dtype.kind in 'iu' and 'serializer' not in chosen and self.chance(0.15):
            # zarr-python 3.1 reads no such filter again where the bytes are big-endian.
            chosen['filters'] = [v3.Delta(dtype=dtype.newbyteorder('=').str)]
        return chosen

    def compressors(self, dtype):
        size = max(1, min(dtype.itemsize, 255))
        made = self.random.choice([
            None, codecs.BloscCodec(**self.blosc(size), typesize=size, shuffle=self.random.choice(['noshuffle', 'shuffle', 'bitshuffle'])), codecs.ZstdCodec(level=self.random.choice([0, 1, 9]), checksum=self.chance(0.5)),
            codecs.GzipCodec(level=self.random.randint(0, 9)), v3.LZ4(acceleration=1), v3.Zlib(level=3), v3.BZ2(level=5), v3.Shuffle(elementsize=min(size, 16))])
        chain = [] if made is None else [made]
        if self.chance(0.25):
            chain.append(codecs.Crc32cCodec())
        return chain or None

    def layout(self, shape):
        chunks = tuple(max(1, self.random.randint(1, max(1, length))) for length in shape)
        chosen = {'chunks': chunks}
        if self.version == 3 and shape and 0 not in shape and self.chance(0.3):
            chosen['shards'] = tuple(chunk * self.random.randint(1, 3) for chunk in chunks)
        separator = self.random.choice(['.', '/'])
        if self.version == 2:
            chosen['chunk_key_encoding'] = {'name': 'v2', 'separator': separator}
            chosen['order'] = self.random.choice('CCF')
        else:
            chosen['chunk_key_encoding'] = {'name': self.random.choice(['default', 'default', 'v2']), 'separator': separator}
        return chosen

    def array(self):
        group, name = self.random.choice(self.groups), self.name()
        shape = self.shape()
        if self.chance(0.2):
            return self.texts(group, name, shape)
        dtype = self.dtype()
        options = self.layout(shape) | (self.v2_codecs(dtype) if self.version == 2 else self.v3_codecs(dtype, shape))
        if self.chance(0.5) and not dtype.subdtype:
            options['fill_value'] = self.values(dtype, (1,))[0] if dtype.names or self.chance(0.8) else None
        made = group.create_array(name, shape=shape, dtype=dtype, attributes=self.attributes(), dimension_names=self.dimensions(shape), **options)
        self.write(made, lambda extent: self.values(dtype, extent))
        return made, dtype

    def texts(self, group, name, shape):
        """Strings of any length."""
        options = self.layout(shape)
        options.pop('order', None)
        if self.version == 2:
            options |= {'filters': [numcodecs.VLenUTF8()], 'compressors': self.random.choice([None, numcodecs.Zstd(), numcodecs.Blosc(), numcodecs.GZip()])}
        else:
            options['compressors'] = self.random.choice([None, codecs.ZstdCodec(), codecs.GzipCodec()])
        if self.chance(0.5):
            options['fill_value'] = self.random.choice(TEXTS)
        made = group.create_array(name, shape=shape, dtype=str, attributes=self.attributes(), dimension_names=self.dimensions(shape), **options)
        self.write(made, lambda extent: np.array([self.random.choice(TEXTS) for _ in range(int(np.prod(extent)))], dtype=object).reshape(extent))
        return made, None

    def dimensions(self, shape):
        return [self.random.choice(['time', 'x', None]) for _ in shape] if self.version == 3 and self.chance(0.3) else None

    def write(self, array, make):
        """All of it, a part, or nothing: chunks that are not there have the fill value."""
        pick = self.random.random()
        if 0 in array.shape or pick < 0.12:
            return
        if pick < 0.4 and array.shape:
            region = tuple(slice(start := self.random.randrange(length), self.random.randint(start + 1, length)) for length in array.shape)
            array[region] = make(tuple(each.stop - each.start for each in region))
        else:
            array[...] = make(array.shape)

    def name(self):
        return self.random.choice(NAMES) if self.chance(0.3) else f'{self.random.choice(["data", "x", "rate"])}_{self.random.randint(0, 999)}'

    def edit(self, array, dtype):
        """What other writers have for the same fill value, and documents as they may be."""
        document = self.folder / array.path / ('.zarray' if self.version == 2 else 'zarr.json')
        fields = json.loads(document.read_text())
        fill = fields.get('fill_value')
        if dtype is not None and dtype.kind == 'f' and self.chance(0.5):
            hex = '0x' + np.array(float(self.real()), dtype.newbyteorder('>')).tobytes().hex()
            fields['fill_value'] = self.random.choice(['NaN', 'Infinity', '-Infinity', 3, 2.5, -0.0] + ([hex] if self.version == 3 else [None]))
        elif dtype is not None and dtype.kind == 'c' and self.version == 3:
            fields['fill_value'] = self.random.choice([['NaN', 1.5], [2, '-Infinity'], [0, 0]])
        elif self.version == 2 and dtype is not None and not dtype.names and self.chance(0.5):
            fields['fill_value'] = None if self.chance(0.5) else fill
        document.write_text(json.dumps(fields, indent=self.random.choice([None, 4])))

    def fill(self):
        for _ in range(self.random.choice([3, 10, 20])):
            try:
                if self.chance(0.12):
                    self.groups.append(self.random.choice(self.groups).create_group(self.name(), attributes=self.attributes()))
                    continue
                made, dtype = self.array()
                if self.chance(0.2):
                    self.edit(made, dtype)
            except (ValueError, TypeError, NotImplementedError, RuntimeError, OverflowError, KeyError, zarr.errors.ContainsArrayError, zarr.errors.ContainsGroupError):
                # Not every codec is one of every type.
                continue
        if self.chance(0.4):
            try:
                zarr.consolidate_metadata(str(self.folder), zarr_format=self.version)
            except ValueError:
                # zarr-python 3 does not read again every type that it writes.
                return


def write_zarr(path, random):
    """Writes a random folder to `path`."""
    RandomStore(path, random).fill()
