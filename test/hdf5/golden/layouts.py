"""Writes layouts/*.h5.gz to this folder, and what h5py prints of them to layouts/expected.json.gz: filters, number
layouts, times, references, compounds, escaped text and virtual datasets.

  python3 layouts.py      requires h5py; the committed files were written with h5py 3.16 (HDF5 2.0)

Each expected value is the text that a header prints of a dataset under `/general` (str of the array), or, in
`shapes`, the shape of a dataset whose values are not read.
"""
import gzip, json, os, tempfile, zlib
import h5py, numpy as np
from h5py import h5d, h5p, h5s, h5t, h5z

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'layouts')
ENDLESS = h5s.UNLIMITED
EXPECTED = {}


def shown(dataset):
    text = h5py.check_string_dtype(dataset.dtype)
    if text and text.length is None and dataset.shape is not None:
        return str(dataset.asstr(errors='surrogateescape')[()])
    return str(dataset[()])


def store(name, fill, libver='latest', shapes=False):
    """Writes one file and records what h5py prints for each dataset under `/general`."""
    path = os.path.join(tempfile.mkdtemp(), 'x.h5')
    with h5py.File(path, 'w', libver=libver) as f:
        fill(f.create_group('general'))
    with h5py.File(path, 'r') as f:
        notes = {key: list(d.shape) if shapes else shown(d) for key, d in f['general'].items()}
    EXPECTED[name] = {'shapes' if shapes else 'values': notes}
    with open(path, 'rb') as f, open(os.path.join(HERE, f'{name}.h5.gz'), 'wb') as packed:
        packed.write(gzip.compress(f.read(), 9, mtime=0))


def numbers(dtype, kind, count=120):
    rng = np.random.default_rng(1)
    values = {
        'smooth': np.cumsum(rng.integers(0, 3, count)) % 100, 'random': rng.integers(0, 120, count),
        'zeros': np.zeros(count), 'sparse': (np.arange(count) % 37 == 0) * 5}[kind]
    return (values - (50 if np.dtype(dtype).kind == 'i' else 0)).astype(dtype)


KINDS = ('smooth', 'random', 'zeros', 'sparse')
INTEGERS = ('i1', 'u1', '<i2', '>i2', '<i4', '>u4', '<i8', '>i8', '<u8')


def fill_szip(g):
    for dtype in INTEGERS + ('<f4', '>f8'):
        for kind in KINDS:
            for coding, pixels in (('nn', 8), ('nn', 32), ('ec', 16)):
                g.create_dataset(f'{dtype}_{kind}_{coding}_{pixels}', data=numbers(dtype, kind), chunks=(50,), compression='szip', compression_opts=(coding, pixels))
    g.create_dataset('flat', data=np.arange(20 * 33).reshape(20, 33).astype('u2') % 9, compression='szip', compression_opts=('nn', 4), chunks=(7, 33))


def fill_scale_offset(g):
    for dtype in INTEGERS:
        for kind in KINDS:
            for bits in (0, 5 if dtype in ('i1', 'u1') else 7):
                g.create_dataset(f'{dtype}_{kind}_{bits}', data=numbers(dtype, kind), scaleoffset=bits, chunks=(50,))
    for dtype in ('<f4', '<f8', '>f4', '>f8'):
        for digits in (0, 2, 3):
            g.create_dataset(f'{dtype}_{digits}', data=(numbers('i4', 'smooth') / 7).astype(dtype), scaleoffset=digits, chunks=(50,))
    g.create_dataset('filled', data=np.array([5, -1, 7], 'i4'), scaleoffset=0, fillvalue=-1, chunks=(3,))
    g.create_dataset('partly', (40,), 'i2', scaleoffset=0, fillvalue=-7, chunks=(10,))[3:14] = np.arange(11)
    g.create_dataset('partly_float', (40,), 'f4', scaleoffset=2, fillvalue=-7.5, chunks=(10,))[3:14] = np.arange(11) / 3


def fill_filters(g):
    for dtype in INTEGERS:
        for kind in KINDS:
            for name in ('lzf', 'gzip'):
                g.create_dataset(f'{name}_{dtype}_{kind}', data=numbers(dtype, kind), compression=name, shuffle=True, fletcher32=True, chunks=(50,))
    g.create_dataset('lzf_noise', data=np.random.default_rng(2).integers(0, 255, 300).astype('u1'), compression='lzf', chunks=(150,))
    skipped = g.create_dataset('skipped', (6,), '<i2', chunks=(3,), compression='gzip', shuffle=True)
    skipped.id.write_direct_chunk((0,), np.array([1, 2, 3], '<i2').tobytes(), filter_mask=3)
    skipped.id.write_direct_chunk((3,), zlib.compress(np.array([4, 5, 6], '<i2').tobytes()), filter_mask=1)
    g.create_dataset('text_fill', (5,), dtype=h5py.string_dtype(), fillvalue='none', chunks=(2,))


def integer(size, precision, offset, signed, big):
    t = {(True, False): h5t.STD_I64LE, (True, True): h5t.STD_I64BE, (False, False): h5t.STD_U64LE, (False, True): h5t.STD_U64BE}[signed, big].copy()
    t.set_precision(precision)
    t.set_size(size)
    t.set_offset(offset)
    return t


def floating(size, precision, offset, sign, exponent, exponent_bits, mantissa, mantissa_bits, bias, big=False):
    t = (h5t.IEEE_F64BE if big else h5t.IEEE_F64LE).copy()
    t.set_fields(sign, exponent, exponent_bits, mantissa, mantissa_bits)
    t.set_ebias(bias)
    t.set_precision(precision)
    t.set_size(size)
    t.set_offset(offset)
    return t


def put(g, name, t, values, n_bit=False):
    values = np.asarray(values)
    plist = h5p.create(h5p.DATASET_CREATE)
    if n_bit:
        plist.set_chunk((5,))
        plist.set_filter(h5z.FILTER_NBIT, h5z.FLAG_OPTIONAL, ())
    count = len(values)
    h5d.create(g.id, name.encode(), t, h5s.create_simple((count,)), plist).write(h5s.ALL, h5s.ALL, values)


INTEGER_LAYOUTS = ((2, 12, 0), (2, 12, 3), (4, 20, 4), (8, 32, 0), (8, 40, 16), (1, 5, 1), (2, 16, 0), (4, 9, 9), (4, 3, 13), (8, 1, 30))
FLOAT_LAYOUTS = {
    'bfloat16': (2, 16, 0, 15, 7, 8, 0, 7, 127), 'tf19': (4, 19, 0, 18, 10, 8, 0, 10, 127), 'e5m2': (1, 8, 0, 7, 2, 5, 0, 2, 15),
    'e4m3': (1, 8, 0, 7, 3, 4, 0, 3, 7), 'shifted': (8, 40, 3, 39, 29, 10, 0, 29, 511), 'e3m2': (1, 6, 0, 5, 2, 3, 0, 2, 3)}


def compound():
    t = h5t.create(h5t.COMPOUND, 24)
    t.insert(b'a', 0, integer(4, 20, 4, True, False))
    t.insert(b'b', 8, h5t.IEEE_F64LE)
    t.insert(b'c', 16, h5t.array_create(integer(2, 7, 1, True, False), (3,)))
    rows = [(i - 4, i / 2, (i, i + 1, -i)) for i in range(13)]
    return t, np.array(rows, dtype=[('a', 'i4'), ('b', 'f8'), ('c', 'i4', (3,))])


def fill_numbers(n_bit):
    def fill(g):
        for layout in INTEGER_LAYOUTS:
            for signed in (True, False):
                for big in (True, False):
                    name = 'i{}_{}_{}'.format(*layout) + ('s' if signed else 'u') + ('be' if big else 'le')
                    put(g, name, integer(*layout, signed, big), np.arange(13, dtype='i8') - (3 if signed else 0), n_bit)
        put(g, 'rows', *compound(), n_bit)
        for big in (True, False):
            for name, layout in FLOAT_LAYOUTS.items() if not n_bit else ():
                put(g, name + ('be' if big else 'le'), floating(*layout, big), [1, 2.5, -0.15625, 0])
        if n_bit:
            t = h5t.IEEE_F32LE.copy()
            t.set_fields(26, 20, 6, 7, 13)
            t.set_offset(7)
            t.set_precision(20)
            t.set_ebias(31)
            put(g, 'float', t, np.array([1.5, -2.25, 0, 0.5, 0.5, 0.5]), True)
        else:
            put(g, 'vax', h5t.VAX_F32.copy() if hasattr(h5t, 'VAX_F32') else h5t.IEEE_F32BE.copy(), [1.0, -2.5, 0.125])
    return fill


def fill_kinds(g):
    for unit, values in {'s': ['2020-01-01T00:00:00', 'NaT'], 'us': ['1969-12-31T23:59:59.5', '2021-01-01'], 'D': ['0001-01-01', '9999-12-31'], 'ns': ['2000-02-29', 'NaT']}.items():
        g.create_dataset(f'time_{unit}', data=np.array(values, f'M8[{unit}]').astype(h5py.opaque_dtype(f'M8[{unit}]')))
    g.create_dataset('span_ms', data=np.array([5, 'NaT', -1000], 'm8[ms]').astype(h5py.opaque_dtype('m8[ms]')))
    for dtype in ('c8', '>c16'):
        g.create_dataset(f'complex_{dtype}', data=np.array([1 + 2j, -0.5j], dtype))
    if hasattr(h5t, 'COMPLEX_IEEE_F64LE'):
        put(g, 'native_complex', h5t.COMPLEX_IEEE_F64LE, np.array([1 + 2j, 3 - 4j]))
    refs = g.create_dataset('refs', (2,), dtype=h5py.ref_dtype)
    regions = g.create_dataset('regions', (2,), dtype=h5py.regionref_dtype)
    refs[0], regions[0] = g.ref, refs.regionref[0:1]
    g.create_dataset('null_ref', (), dtype=h5py.ref_dtype)
    rows = g.create_dataset('rows', (2,), dtype=np.dtype([('m', 'f8', (2, 2)), ('b', '?', (2,)), ('c', 'c16'), ('s', 'S4')]))
    rows[0] = ([[1, 2.5], [1e10, 4]], [True, False], 1 + 2j, b'ab')
    g.create_dataset('row_arrays', (2,), dtype=np.dtype((np.dtype([('a', 'i1'), ('t', 'f8', (2,))]), (2,))))
    g.create_dataset('vlen_in_row', (1,), dtype=np.dtype([('v', h5py.vlen_dtype('i4')), ('b', '?'), ('f', 'f4')]))
    g['row'] = np.array((1, 2.5, True), dtype=[('a', 'i4'), ('b', 'f8'), ('c', '?')])
    g.create_dataset('aligned', (2,), dtype=np.dtype([('a', 'i1'), ('b', 'f8')], align=True))
    g.create_dataset('apart', (2,), dtype=np.dtype({'names': ['a', 'b', 'c'], 'formats': ['i1', '>f8', '<i2'], 'offsets': [0, 8, 16], 'itemsize': 24}))
    for name, dtype in {'long': 'i4', 'float': 'f8', 'bool': '?', 'bytes': 'S3'}.items():
        sequences = g.create_dataset(f'vlen_{name}', (3,), dtype=h5py.vlen_dtype(dtype))
        sequences[0] = np.array([1, 0, 1]).astype(dtype)
    g['escaped'] = np.array([b'\xb5V', b'ok'])
    g.create_dataset('escaped_text', data=[b'\xb5V', b'ok'], dtype=h5py.string_dtype('utf-8'))
    g['fixed'] = np.bytes_(b'a\x01\'"')
    for name, dtype in {'null_i2': 'i2', 'null_text': h5py.string_dtype(), 'null_rows': [('a', 'i4'), ('b', 'f8', (2,))], 'null_bool': '?', 'null_vlen': h5py.vlen_dtype('i4')}.items():
        g[name] = h5py.Empty(np.dtype(dtype))
    for name, shape in {'none': (0,), 'no_rows': (0, 3), 'no_columns': (2, 0)}.items():
        g.create_dataset(name, shape, dtype='f4')
    g.create_dataset('opaque', (2,), dtype='V3')
    g.create_dataset('big_enum', data=np.array([0, 1]), dtype=h5py.enum_dtype({'A': 0, 'B': 1}, '>i2'))
    g.create_dataset('array_type', (2,), dtype=np.dtype(('>i2', (2,))))


def mappings():
    def of(shape, most, *sources):
        return shape, most, sources
    every = lambda shape, most=None: (shape, most or shape, None)
    part = lambda shape, most, *sel: (shape, most, sel)
    u = ENDLESS
    return {
        'numbered': of((20, 10, 10), (u, 10, 10), ('f-%b.h5', every((5, 10, 10)), ((0, 0, 0), (u, 1, 1), (5, 1, 1), (5, 10, 10)))),
        'fixed_and_numbered': of((20, 10), (u, 10), ('a.h5', every((7, 10)), ((0, 0), (1, 1), (1, 1), (7, 10))), ('b-%b.h5', every((5, 10)), ((7, 0), (u, 1), (5, 1), (5, 10)))),
        'endless_source': of((4, 10), (u, 10), ('a.h5', part((4, 10), (u, 10), (0, 0), (u, 1), (1, 1), (1, 10)), ((0, 0), (u, 1), (1, 1), (1, 10)))),
        'second_axis': of((6, 8), (6, u), ('a%b.h5', every((6, 2)), ((0, 0), (1, u), (1, 2), (6, 2)))),
        'two_axes': of((6, 8), (u, u), ('a%b.h5', every((3, 2)), ((0, 0), (1, u), (1, 2), (3, 2))), ('b%b.h5', every((3, 5)), ((3, 0), (u, 1), (3, 1), (3, 5)))),
        'counted_blocks': of((12,), (u,), ('a.h5', every((4,)), ((1,), (2,), (4,), (2,))), ('b.h5', part((9,), (u,), (0,), (u,), (1,), (1,)), ((2,), (u,), (3,), (1,)))),
        'fixed_only': of((12,), (u,), ('a.h5', every((4,)), ((1,), (2,), (4,), (2,)))),
        'endless_block': of((12,), (u,), ('a.h5', part((4,), (u,), (2,), (1,), (1,), (u,)), ((3,), (1,), (1,), (u,)))),
        'same_names': of((20, 10), (u, 10), *[('a.h5', every((2, 10)), ((i * 2, 0), (1, 1), (1, 1), (2, 10))) for i in range(3)],
                         ('a.h5', part((5, 10), (u, 10), (0, 0), (u, 1), (1, 1), (1, 10)), ((6, 0), (u, 1), (1, 1), (1, 10)))),
    }


def fill_virtual(g):
    for name, (shape, most, sources) in mappings().items():
        plist = h5p.create(h5p.DATASET_CREATE)
        for file, (source_shape, source_most, selection), place in sources:
            target, source = h5s.create_simple(shape, most), h5s.create_simple(source_shape, source_most)
            target.select_hyperslab(*place)
            if selection:
                source.select_hyperslab(*selection)
            plist.set_virtual(target, file.encode(), b'A', source)
        h5d.create(g.id, name.encode(), h5t.STD_I32LE, h5s.create_simple(shape, most), plist)


def fill_own_sources(g):
    """Virtual datasets that grow with datasets of the same file."""
    f, u = g.file, ENDLESS
    for path, length in (('a', 5), ('deep/b', 7), ('empty', 0)):
        f.create_dataset(path, shape=(length, 10), maxshape=(None, 10), dtype='i4', chunks=(2, 10))
    f['soft'] = h5py.SoftLink('/deep/b')
    for i in range(3):
        f.create_dataset(f'n{i}', shape=(4, 10), dtype='i4')
    growing, fixed = ((5, 10), (u, 10)), ((4, 10), (4, 10))
    rows = lambda start=0, stride=1, block=1, count=u: ((start, 0), (count, 1), (stride, 1), (block, 10))
    for name, shape, sources in (
        ('plain', (1, 10), [('.', 'a', growing, rows(), rows())]),
        ('by_path', (1, 10), [('.', '/deep/b', growing, rows(), rows())]),
        ('by_soft', (1, 10), [('.', 'soft', growing, rows(), rows())]),
        ('of_empty', (1, 10), [('.', 'empty', growing, rows(), rows())]),
        ('of_none', (1, 10), [('.', 'none', growing, rows(), rows())]),
        ('interleaved', (1, 10), [('.', 'a', growing, rows(), rows(0, 3)), ('.', 'deep/b', growing, rows(), rows(1, 3)), ('z.h5', 'a', growing, rows(), rows(2, 3))]),
        ('blocks', (1, 10), [('.', 'deep/b', growing, rows(1, 3, 2), rows(2, 5, 2))]),
        ('from_block', (1, 10), [('.', 'deep/b', growing, rows(2, 1, u, 1), rows(3, 4, 3))]),
        ('past', (1, 10), [('.', 'a', growing, rows(9), rows())]),
        ('with_fixed', (20, 10), [('.', 'a', ((5, 10), (5, 10)), None, rows(0, 1, 5, 1)), ('.', 'empty', growing, rows(), rows(5))]),
        ('numbered', (1, 10), [('.', 'n%b', fixed, None, rows(0, 4, 4))]),
        ('of_virtual', (1, 10), [('.', '/general/plain', growing, rows(), rows())]),
    ):
        plist = h5p.create(h5p.DATASET_CREATE)
        for file, path, extent, selection, place in sources:
            target, source = h5s.create_simple(shape, (u, 10)), h5s.create_simple(*extent)
            target.select_hyperslab(*place)
            if selection:
                source.select_hyperslab(*selection)
            plist.set_virtual(target, file.encode(), path.encode(), source)
        made = h5d.create(g.id, name.encode(), h5t.STD_I32LE, h5s.create_simple(shape, (u, 10)), plist)
        h5py.Dataset(made).attrs['unit'] = 'V'


os.makedirs(HERE, exist_ok=True)
store('szip', fill_szip)
store('scale-offset', fill_scale_offset)
store('filters', fill_filters)
store('n-bit', fill_numbers(True))
store('numbers', fill_numbers(False))
store('kinds', fill_kinds)
for version in ('earliest', 'v110', 'latest'):
    store(f'virtual-{version}', fill_virtual, ('earliest' if version != 'latest' else 'latest', version if version != 'earliest' else 'latest'), shapes=True)
for version, bounds in (('earliest', ('earliest', 'latest')), ('v110', ('earliest', 'v110')), ('latest', 'latest')):
    store(f'own-sources-{version}', fill_own_sources, bounds, shapes=True)
with open(os.path.join(HERE, 'expected.json.gz'), 'wb') as packed:
    packed.write(gzip.compress(json.dumps(EXPECTED).encode(), 9, mtime=0))
