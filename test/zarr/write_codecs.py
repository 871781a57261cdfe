"""Writes fixtures/codecs-v2.json.gz and codecs-v3.json.gz: arrays with every codec and filter of numcodecs that the
reader supports, shards with their index in every form, and chunks that were never written with every fill value, each
with what zarr-python prints for it.

    python write_codecs.py    # the committed files were written with zarr-python 3.1.6 and numcodecs 0.16.6
"""

import base64
import gzip
import json
import tempfile
from pathlib import Path

import numcodecs
import numpy as np
import zarr
from zarr import codecs
from zarr.codecs import numcodecs as v3_numcodecs

HERE = Path(__file__).parent / 'fixtures'
NUMBERS = np.arange(300).reshape(20, 15) % 97
INTEGERS = NUMBERS.astype('<i4')
FLOATS = NUMBERS.astype('<f8') / 3
NESTED = np.dtype([('a', '<i2'), ('b', '>f8')])
FILLS = [
    ('i2', -3), ('f4', np.nan), ('f8', np.inf), ('f2', 1.5), ('c8', 1 + 2j), ('S4', b'ab'), ('U4', 'héé'),
    ('M8[s]', np.datetime64('NaT')), ('M8[ms]', np.datetime64(1000, 'ms')), ('m8[s]', np.timedelta64(5, 's')),
    ('?', True), ('u8', 2**64 - 1),
]


class Store:
    def __init__(self, version):
        self.folder = Path(tempfile.mkdtemp()) / 'store.zarr'
        self.version = version
        self.root = zarr.open_group(str(self.folder), mode='w', zarr_format=version)
        self.group = self.root.create_group('general')
        self.expected = {}

    def expect(self, name):
        """What zarr-python prints; strings as in HDF5."""
        array = zarr.open_array(str(self.folder), path=f'general/{name}', mode='r')[...]
        self.expected[name] = str(array.astype(object) if getattr(array, 'dtype', None) is not None and array.dtype.kind in 'UT' else array)

    def put(self, name, array, **options):
        stored = self.group.create_array(name, shape=array.shape, dtype=options.pop('dtype', array.dtype), **options)
        stored[...] = array
        self.expect(name)

    def put_fills(self):
        for dtype, value in FILLS:
            name = f'fill_{plain(dtype)}'
            array = self.group.create_array(name, shape=(4,), chunks=(2,), dtype=dtype, fill_value=value)
            array[:2] = np.zeros(2, dtype)
            self.expect(name)

    def edit(self, name, document, **changes):
        path = self.folder / 'general' / name / document
        path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))

    def write(self):
        files = sorted(path for path in self.folder.rglob('*') if path.is_file())
        objects = {str(p.relative_to(self.folder)): base64.b64encode(p.read_bytes()).decode() for p in files}
        packed = json.dumps({'objects': objects, 'expected': self.expected}, ensure_ascii=False)
        target = HERE / f'codecs-v{self.version}.json.gz'
        target.write_bytes(gzip.compress(packed.encode(), 9, mtime=0))


def plain(dtype):
    return dtype.replace('<', 'le_').replace('>', 'be_').replace('[', '_').replace(']', '').replace('?', 'bool')


def write_v2():
    store, f = Store(2), numcodecs
    runs = np.frombuffer(b'abcabcabd' * 2000 + bytes(9000) + b'xyz' * 300, 'u1')
    noise = np.random.default_rng(0).integers(0, 7, 1500).astype('<i4')
    for shuffle in (0, 1, 2):
        codec = f.Blosc('blosclz', 9 if shuffle else 5, shuffle)
        for name, array in {'long': (np.arange(9001) % 251).astype('<i8'), 'short': INTEGERS, 'runs': runs, 'noise': noise}.items():
            store.put(f'blosclz_{shuffle}_{name}', array, compressors=codec, chunks=array.shape)
    filters = {
        'fletcher32': [f.Fletcher32()], 'crc32': [f.CRC32()], 'crc32_end': [f.CRC32(location='end')], 'adler32': [f.Adler32()],
        'delta': [f.Delta('<i4')], 'delta_narrow': [f.Delta('<i4', '<i1')], 'scale_same': [f.FixedScaleOffset(0, 1, '<i4', 'u1')],
        'astype': [f.AsType('<i2', '<i4')], 'three': [f.Delta('<i4'), f.Shuffle(4), f.Fletcher32()],
    }
    for name, chain in filters.items():
        store.put(f'filter_{name}', INTEGERS, filters=chain)
    store.put('filter_scale', FLOATS, filters=[f.FixedScaleOffset(offset=1.5, scale=10, dtype='<f8', astype='<u2')])
    store.put('filter_scale_single', FLOATS.astype('<f4'), filters=[f.FixedScaleOffset(offset=1.5, scale=10, dtype='<f4', astype='<i1')])
    store.put('filter_quantize', FLOATS, filters=[f.Quantize(2, '<f8')])
    store.put('filter_quantize_single', FLOATS, filters=[f.Quantize(2, '<f8', '<f4')])
    store.put('filter_bitround', FLOATS.astype('<f4'), filters=[f.BitRound(8)])
    store.put('filter_packbits', NUMBERS[:5] % 2 == 0, filters=[f.PackBits()])
    store.put('filter_delta_float', FLOATS.astype('<f4'), filters=[f.Delta('<f4')])
    store.put('filter_delta_big', NUMBERS.astype('>i4'), filters=[f.Delta('>i4')])
    for order in 'CF':
        for dtype in ('>i2', '<f2', '>c16', 'S3', 'U4', 'M8[s]', 'm8[ms]'):
            store.put(f'order_{order}_{plain(dtype)}', (NUMBERS[:4, :6] % 50).astype('i8').astype(dtype), order=order, chunks=(3, 4))
        rows = np.array([[(1, 2.5), (3, 4)], [(5, 6), (7, 8.5)]], dtype=NESTED)
        store.put(f'order_{order}_rows', rows, order=order, chunks=(2, 2))
    for dtype in ('M8[s]', '>m8[10ms]'):
        name = f'fill_null_{plain(dtype)}'
        store.group.create_array(name, shape=(4,), chunks=(2,), dtype=dtype)
        store.edit(name, '.zarray', fill_value=None)
        zarr.open_array(str(store.folder), path=f'general/{name}', mode='r+')[:2] = np.array([5, -5], 'i8').astype(dtype)
        store.expect(name)
    for name, fill in {'null': None, 'zero': 0, 'empty': '', 'text': 'none'}.items():
        name = f'fill_text_{name}'
        store.group.create_array(name, shape=(4,), chunks=(2,), dtype=str, filters=[f.VLenUTF8()], compressors=None)
        store.edit(name, '.zarray', fill_value=fill)
        zarr.open_array(str(store.folder), path=f'general/{name}', mode='r+')[:2] = ['a', 'é']
        store.expect(name)
    store.put_fills()
    rows = store.group.create_array('fill_rows', shape=(4,), chunks=(2,), dtype=NESTED, fill_value=np.array((3, 1.5), NESTED)[()])
    rows[:2] = np.zeros(2, NESTED)
    store.expect('fill_rows')
    raw = f.LZMA(format=3, filters=[{'id': 0x21, 'preset': 6}])
    packers = {'bz2_1': f.BZ2(1), 'bz2_9': f.BZ2(9), 'lzma': f.LZMA(), 'lzma_9': f.LZMA(preset=9, check=10), 'lzma_crc32': f.LZMA(check=1), 'lzma_plain': f.LZMA(check=0), 'lzma_alone': f.LZMA(format=2)}
    for kind, array in {'numbers': INTEGERS, 'floats': FLOATS.astype('>f4'), 'runs': runs, 'noise': noise}.items():
        for name, codec in packers.items():
            store.put(f'{name}_{kind}', array, compressors=codec, chunks=array.shape)
    for name, codec in {'bz2': f.BZ2(), 'lzma': f.LZMA()}.items():
        texts = store.group.create_array(f'{name}_text', shape=(5,), chunks=(2,), dtype=str, filters=[f.VLenUTF8()], compressors=codec)
        texts[:3] = ['a', 'é', 'zwölf']
        store.expect(f'{name}_text')
        one = store.group.create_array(f'{name}_one', shape=(), dtype=str, filters=[f.VLenUTF8()], compressors=codec)
        one[...] = 'a species'
        store.expect(f'{name}_one')
    store.group.create_array('unread_lzma', data=INTEGERS, compressors=raw)
    store.write()


def write_v3():
    store, f = Store(3), v3_numcodecs
    for location in ('start', 'end'):
        for checksum in (True, False):
            for endian in ('little', 'big'):
                index = [codecs.BytesCodec(endian=endian)] + [codecs.Crc32cCodec()] * checksum
                inner = [codecs.BytesCodec(), codecs.ZstdCodec()]
                shards = codecs.ShardingCodec(chunk_shape=(5, 5), codecs=inner, index_codecs=index, index_location=location)
                name = f'shard_{location}_{"checked" if checksum else "plain"}_{endian}'
                array = zarr.create(
                    store=str(store.folder), path=f'general/{name}', shape=(20, 15), dtype='<i4', chunks=(10, 15),
                    codecs=[shards], fill_value=-1, zarr_format=3)
                array[:9, :] = INTEGERS[:9, :]
                array[12:13, 3:4] = 5
                store.expect(name)
    for dtype in ('S3', 'U4', '<f2', 'complex64', 'M8[s]', '>f8', '?'):
        store.put(f'shard_{plain(dtype)}', (NUMBERS[:4, :6] % 50).astype('i8').astype(dtype), chunks=(2, 3), shards=(4, 6))
    store.put('shard_text', np.array(['a', 'b', '', 'ü']).astype(np.dtypes.StringDType()), chunks=(2,), shards=(4,))
    store.put('filter_delta', INTEGERS, filters=[f.Delta(dtype='<i4')])
    store.put('filter_scale', INTEGERS, filters=[f.FixedScaleOffset(offset=0, scale=2, dtype='<i4', astype='<i2')])
    store.put('filter_packbits', NUMBERS[:5] % 2 == 0, filters=[f.PackBits()])
    store.put('filter_quantize', FLOATS, filters=[f.Quantize(digits=2, dtype='<f8')])
    store.put('filter_bitround', FLOATS.astype('<f4'), filters=[f.BitRound(keepbits=8)])
    store.put('filter_astype', INTEGERS, filters=[f.AsType(encode_dtype='<i2', decode_dtype='<i4')])
    for endian in ('little', 'big'):
        order = codecs.BytesCodec(endian=endian)
        # zarr-python 3.1.6 does not read its own big-endian bytes of filtered numbers again: those hold what was written.
        for name, array, filter in (
            ('delta', INTEGERS.astype('i2'), f.Delta(dtype='<i2')), ('delta_float', FLOATS, f.Delta(dtype='<f8')),
            ('scale', INTEGERS, f.FixedScaleOffset(offset=0, scale=2, dtype='<i4', astype='<i2')),
        ):
            store.put(f'filter_{name}_{endian}', array, filters=[filter], serializer=order)
            store.expected[f'filter_{name}_{endian}'] = str(array)
        store.put(f'times_{endian}', INTEGERS[:2, :4].astype('m8[10s]'), serializer=order)
        store.put(f'dates_{endian}', INTEGERS[:2, :4].astype('M8[5D]'), serializer=order)
    compressors = {
        'fletcher32': f.Fletcher32(), 'crc32': f.CRC32(), 'adler32': f.Adler32(), 'crc32c': codecs.Crc32cCodec(), 'shuffle': f.Shuffle(elementsize=4),
        'lz4': f.LZ4(), 'zlib': f.Zlib(), 'blosclz': codecs.BloscCodec(cname='blosclz'), 'lz4hc': codecs.BloscCodec(cname='lz4hc'),
    }
    for name, codec in compressors.items():
        store.put(f'codec_{name}', INTEGERS, compressors=[codec])
    for dtype in ('>i2', '<f2', 'complex128', 'S3', 'U4', 'M8[s]', 'm8[ms]', '>i8'):
        transposed = codecs.TransposeCodec(order=(1, 0))
        store.put(f'transposed_{plain(dtype)}', (NUMBERS[:4, :6] % 50).astype('i8').astype(dtype), filters=[transposed], chunks=(3, 4))
    store.put('rows', np.array([(1, 2.5), (3, 4)], dtype=[('a', '<i2'), ('b', '<f8')]))
    texts = store.group.create_array('fill_text', shape=(4,), chunks=(2,), dtype=str, fill_value='none')
    texts[:2] = ['a', 'b']
    store.expect('fill_text')
    store.group.create_array('fill_digits', shape=(4,), chunks=(2,), dtype='f4')
    store.edit('fill_digits', 'zarr.json', fill_value='0x7fc00001')
    store.expect('fill_digits')
    store.put_fills()
    for name, codec in {'bz2': f.BZ2(level=1), 'lzma': f.LZMA(), 'lzma_alone': f.LZMA(format=2)}.items():
        store.put(f'codec_{name}', INTEGERS, compressors=[codec])
        store.put(f'codec_{name}_shard', INTEGERS, compressors=[codec], chunks=(5, 5), shards=(10, 15))
        texts = store.group.create_array(f'codec_{name}_text', shape=(5,), chunks=(2,), dtype=str, compressors=[codec])
        texts[:3] = ['a', 'é', 'zwölf']
        store.expect(f'codec_{name}_text')
    store.group.create_array('unread_lzma', data=INTEGERS, compressors=[f.LZMA(format=3, filters=[{'id': 0x21, 'preset': 6}])])
    store.write()


if __name__ == '__main__':
    print('zarr', zarr.__version__, 'numcodecs', numcodecs.__version__, 'numpy', np.__version__)
    write_v2()
    write_v3()
