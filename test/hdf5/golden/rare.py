"""Writes rare/*.h5.gz to this folder and rare/expected.json.gz: types, links and names that hardly any file has, and
what h5py reads from them, by the keys of ../../agreement/read_headers.py.

  python3 rare.py     requires h5py with HDF5 2.0; the committed files were written with h5py 3.16

Calls that h5py lacks go directly to its HDF5 library, by ctypes, as in features.py.
"""
import ctypes, gzip, json, os, sys
import h5py, numpy as np
from h5py import h5a, h5d, h5g, h5l, h5p, h5s, h5t

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', '..', 'agreement'))
import features
import read_headers
from features import LATEST, LIBRARY, OLD, Run, Written, call

I64, U64, SIZE = ctypes.c_int64, ctypes.c_uint64, ctypes.c_size_t
FOLDER = os.path.join(HERE, 'rare')
features.FOLDER = FOLDER
EXPECTED = {}


def store(name, fill, libver=OLD, after=None, **options):
    """Writes one file, changes its bytes with `after`, and records what h5py reads from it."""
    with Written(name, libver, **options) as w:
        w.group('/general')
        fill(w)
    path = os.path.join(FOLDER, f'{name}.h5')
    with open(path, 'rb') as f: data = f.read()
    os.remove(path)
    if after: data = after(data)
    with gzip.GzipFile(path + '.gz', 'wb', 9, mtime=0) as packed: packed.write(data)
    with open(os.path.join(FOLDER, 'x.h5'), 'wb') as f: f.write(data)
    EXPECTED[name] = read_headers.read(os.path.join(FOLDER, 'x.h5'))
    os.remove(os.path.join(FOLDER, 'x.h5'))


def kind_by(function, *arguments):
    """A datatype created by a call of the library."""
    getattr(LIBRARY, function).restype = I64
    made = getattr(LIBRARY, function)(*arguments)
    if made < 0: raise RuntimeError(function)
    # h5py has no public way to adopt an identifier: a type that is committed under a name becomes h5py's own.
    with h5py.File('taken', 'w', driver='core', backing_store=False, libver='latest') as f:
        if LIBRARY.H5Tcommit2(I64(f.id.id), b't', I64(made), I64(0), I64(0), I64(0)) < 0: raise RuntimeError('H5Tcommit2')
        return h5t.open(f.id, b't').copy()


def put(w, path, kind, shape, values, attribute=None):
    """A dataset of elements from their bytes in memory, and the same as an attribute of `/general` (or of `attribute`)."""
    space = h5s.create(h5s.SCALAR) if shape == () else h5s.create(h5s.NULL) if shape is None else h5s.create_simple(shape)
    creation = h5p.create(h5p.DATASET_CREATE)
    creation.set_obj_track_times(False)
    made = h5d.create(w.file.id, path.encode(), kind, space, creation)
    name = path.rsplit('/', 1)[1]
    on = h5a.create(attribute.id if attribute else w.file['/general'].id, name.encode(), kind, space)
    if shape is not None and values is not None:
        if LIBRARY.H5Dwrite(I64(made.id), I64(kind.id), I64(0), I64(0), I64(0), values) < 0: raise RuntimeError('H5Dwrite')
        if LIBRARY.H5Awrite(I64(on.id), I64(kind.id), values) < 0: raise RuntimeError('H5Awrite')
    return h5py.Dataset(made)


def compound(size, *fields):
    t = h5t.create(h5t.COMPOUND, size)
    for name, at, kind in fields: t.insert(name.encode(), at, kind)
    return t


def floating(base, size, precision, offset, sign, exponent, exponent_bits, mantissa, mantissa_bits, bias):
    t = base.copy()
    t.set_fields(sign, exponent, exponent_bits, mantissa, mantissa_bits)
    t.set_ebias(bias)
    t.set_offset(offset)
    t.set_precision(precision)
    t.set_size(size)
    return t


def complex_of(base):
    return kind_by('H5Tcomplex_create', I64(base.id))


def fill_complex(w):
    numbers = [(1, 2), (-0.5, 0.25), (0, -3)]
    flat = np.array(numbers).ravel()
    for name, kind, code in (('f16le', h5t.IEEE_F16LE, '<f2'), ('f16be', h5t.IEEE_F16BE, '>f2'), ('f32le', h5t.IEEE_F32LE, '<f4'), ('f32be', h5t.IEEE_F32BE, '>f4'), ('f64le', h5t.IEEE_F64LE, '<f8'), ('f64be', h5t.IEEE_F64BE, '>f8'), ('long', h5t.NATIVE_LDOUBLE, 'g')):
        made, values = complex_of(kind), flat.astype(code)
        put(w, f'/general/{name}', made, (3,), values.tobytes())
        put(w, f'/general/{name}_one', made, (), values[:2].tobytes())
        put(w, f'/general/{name}_grid', made, (2, 1), values[:4].tobytes())
        if name == 'long': continue
        row = compound(4 + made.get_size(), ('n', 0, h5t.STD_I32LE), ('c', 4, made))
        put(w, f'/general/{name}_row', row, (2,), b''.join(np.int32(n).tobytes() + values[2 * n:2 * n + 2].tobytes() for n in range(2)))
        array = h5t.array_create(made, (3,))
        put(w, f'/general/{name}_array', array, (1,), values.tobytes())
        put(w, f'/general/{name}_row_array', compound(array.get_size(), ('c', 0, array)), (1,), values.tobytes())
        put(w, f'/general/{name}_no_rows', made, (0, 2), None)
        put(w, f'/general/{name}_null', made, None, None)
        held = values.tobytes()
        buffer = ctypes.create_string_buffer(held)
        put(w, f'/general/{name}_sequence', h5t.vlen_create(made), (2,), bytes(Run(3, ctypes.addressof(buffer))) + bytes(Run(0, None)))
    bfloat = floating(h5t.IEEE_F32LE, 2, 16, 0, 15, 7, 8, 0, 7, 127)
    short = floating(h5t.IEEE_F32BE, 3, 20, 2, 21, 15, 6, 2, 13, 31)
    for name, base, words in (('bfloat', bfloat, b'\x80\x3f\x00\x40\x00\xbf\x80\x3e\x00\x00\x40\xc0'), ('short', short, bytes(range(18)))):
        made = complex_of(base)
        put(w, f'/general/{name}', made, (3,), words)
        put(w, f'/general/{name}_row', compound(made.get_size() + 1, ('c', 1, made)), (1,), b'\7' + words[:made.get_size()])


def references(w):
    """The bytes of standard references in memory, as a pair of their kind's name and 64 bytes."""
    name = w.file['/general/target'].id
    def make(function, *arguments):
        buffer = ctypes.create_string_buffer(64)
        if getattr(LIBRARY, function)(*arguments, buffer) < 0: raise RuntimeError(function)
        return buffer.raw
    space = h5s.create_simple((4,))
    space.select_hyperslab((1,), (2,))
    at = I64(w.file.id.id)
    return {
        'object': make('H5Rcreate_object', at, b'/general/target', I64(0)),
        'region': make('H5Rcreate_region', at, b'/general/target', I64(space.id), I64(0)),
        'attribute': make('H5Rcreate_attr', at, b'/general/target', b'unit', I64(0)),
        'nothing': bytes(64),
    }


def fill_references(w):
    w.dataset('/general/target', np.arange(4, dtype='i4')).attrs['unit'] = 'V'
    kind = kind_by('H5Tcopy', I64(I64.in_dll(LIBRARY, 'H5T_STD_REF_g').value))
    made = references(w)
    for name, value in made.items():
        put(w, f'/general/{name}', kind, (), value)
        put(w, f'/general/{name}_row', compound(72, ('n', 0, h5t.STD_I64LE), ('to', 8, kind)), (1,), np.int64(5).tobytes() + value)
    put(w, '/general/all', kind, (4,), b''.join(made.values()))
    put(w, '/general/arrays', h5t.array_create(kind, (2,)), (2,), b''.join(made.values()))
    put(w, '/general/none', kind, (0,), None)
    put(w, '/general/null', kind, None, None)
    w.file['/general/target'].attrs['after'] = 3
    w.dataset('/general/zebra', np.array([7, 8], 'i2'))


def fill_arrays(w):
    """Arrays in arrays and in rows, with every base type once."""
    text = h5t.C_S1.copy()
    text.set_size(h5t.VARIABLE)
    fixed = h5t.C_S1.copy()
    fixed.set_size(3)
    bits = h5t.STD_B8LE
    inner = h5t.array_create(h5t.STD_I16BE, (2, 3))
    nested = h5t.array_create(inner, (2,))
    put(w, '/general/nested', nested, (2,), np.arange(24, dtype='>i2').tobytes())
    put(w, '/general/nested_one', nested, (), np.arange(12, dtype='>i2').tobytes())
    put(w, '/general/row', compound(26, ('a', 0, nested), ('b', 24, h5t.STD_I16LE)), (2,), b''.join(np.arange(12, dtype='>i2').tobytes() + np.int16(n).tobytes() for n in range(2)))
    put(w, '/general/fixed', h5t.array_create(fixed, (2,)), (2,), b'ab\0c\0\0' b'\xb5d\0\0\0\0')
    put(w, '/general/bits', h5t.array_create(bits, (2,)), (2,), bytes(range(4)))
    words = [ctypes.create_string_buffer(each) for each in (b'one', b'', 'zwölf'.encode())]
    at = np.array([ctypes.addressof(words[0]), 0, ctypes.addressof(words[1]), ctypes.addressof(words[2])], 'u8').tobytes()
    put(w, '/general/words', h5t.array_create(text, (2,)), (2,), at)
    w.held = words
    enum = h5t.enum_create(h5t.STD_U16BE)
    for n, name in enumerate((b'a', b'b')): enum.enum_insert(name, 256 * n + 1)
    put(w, '/general/colours', h5t.array_create(enum, (2, 1)), (1,), b'\0\1\1\1')
    row = compound(5, ('x', 0, h5t.STD_I8LE), ('y', 1, h5t.IEEE_F32BE))
    put(w, '/general/rows', h5t.array_create(row, (2,)), (2,), b''.join(np.int8(n).tobytes() + np.array(n / 2, '>f4').tobytes() for n in range(4)))
    put(w, '/general/rows_row', compound(11, ('in', 0, h5t.array_create(row, (2,))), ('z', 10, h5t.STD_U8LE)), (1,), bytes(11))


def fill_nested(w):
    """Sequences in arrays, arrays in sequences, booleans and complex numbers at every depth."""
    w.held = []
    def hold(data):
        w.held.append(ctypes.create_string_buffer(data, len(data) + 1))
        return ctypes.addressof(w.held[-1])
    def sequence(data, count): return bytes(Run(count, hold(data) if count else None))
    fixed, text = h5t.C_S1.copy(), h5t.C_S1.copy()
    fixed.set_size(3), text.set_size(h5t.VARIABLE)
    truth = h5t.enum_create(h5t.STD_I8LE)
    truth.enum_insert(b'FALSE', 0), truth.enum_insert(b'TRUE', 1)
    opaque = h5t.create(h5t.OPAQUE, 2)
    opaque.set_tag(b'')
    pair = compound(5, ('n', 0, h5t.STD_I8LE), ('f', 1, h5t.IEEE_F32LE))
    rest = compound(8, ('r', 0, h5t.IEEE_F32LE), ('i', 4, h5t.IEEE_F32LE))
    word = lambda data: np.uint64(hold(data)).tobytes()
    leaves = {
        'i16': (h5t.STD_I16LE, lambda n: np.int16(n - 1).tobytes()), 'f16': (h5t.IEEE_F16LE, lambda n: np.float16(n / 3).tobytes()), 'f64': (h5t.IEEE_F64LE, lambda n: np.float64([1e20, np.nan, -0.0, 7][n % 4]).tobytes()),
        'truth': (truth, lambda n: bytes([n % 2])), 'fixed': (fixed, lambda n: [b'a\'\0', b'\0\0\0', b'\xb5bc'][n % 3]), 'text': (text, lambda n: word([b'', 'zwölf'.encode(), b'it\'s'][n % 3])),
        'opaque': (opaque, lambda n: bytes([n, 255])), 'pair': (pair, lambda n: bytes([n]) + np.float32(n / 7).tobytes()), 'complex': (rest, lambda n: np.float32([n - 1, -n / 3]).tobytes())}
    for name, (kind, value) in leaves.items():
        some = lambda count, start=0: b''.join(value(start + n) for n in range(count))
        row = lambda start: sequence(some(3, start), 3) + sequence(b'', 0) + sequence(some(1, start), 1) + sequence(some(2, start), 2)
        runs = h5t.array_create(h5t.vlen_create(kind), (2, 2))
        put(w, f'/general/{name}_runs', runs, (2,), row(0) + row(2))
        put(w, f'/general/{name}_row_of_runs', compound(65, ('a', 0, runs), ('z', 64, h5t.STD_I8LE)), (2,), row(0) + b'\1' + row(2) + b'\2')
        put(w, f'/general/{name}_row_of_runs_one', compound(65, ('a', 0, runs), ('z', 64, h5t.STD_I8LE)), (), row(0) + b'\1')
        grid = h5t.array_create(h5t.array_create(kind, (2,)), (2, 1))
        put(w, f'/general/{name}_grids', h5t.vlen_create(grid), (2,), sequence(some(8), 2) + sequence(b'', 0))
        put(w, f'/general/{name}_grids_one', h5t.vlen_create(grid), (), sequence(some(4), 1))
        put(w, f'/general/{name}_pairs_one', h5t.vlen_create(h5t.array_create(kind, (2,))), (), sequence(some(4), 2))
        put(w, f'/general/{name}_grid', grid, (2,), some(8))
        put(w, f'/general/{name}_runs_of_runs', compound(48, ('a', 0, h5t.array_create(h5t.vlen_create(h5t.vlen_create(kind)), (3,)))), (1,), sequence(sequence(some(2), 2) + sequence(b'', 0), 2) + sequence(b'', 0) + sequence(sequence(some(1), 1), 1))
        inner = compound(kind.get_size() + 2, ('v', 0, kind), ('t', kind.get_size(), truth), ('n', kind.get_size() + 1, h5t.STD_I8LE))
        cell = lambda n: value(n) + bytes([n % 2, [5, 100][n % 2]])
        for many, shape in (('', ()), ('_many', (2,))):
            put(w, f'/general/{name}_cells{many}', compound(3 * inner.get_size(), ('one', 0, inner), ('two', inner.get_size(), h5t.array_create(inner, (2,)))), shape, b''.join(cell(n) for n in range(6 if shape else 3)))


def fill_old_arrays(w):
    """Types that libhdf5 no longer writes: `make_old` converts these into them."""
    pair = compound(4, ('x', 0, h5t.STD_U8LE), ('y', 2, h5t.STD_I16LE))
    row = compound(64, ('one', 0, h5t.STD_I16LE), ('two', 8, h5t.IEEE_F32BE), ('four', 28, h5t.STD_U8LE), ('pairs', 44, pair), ('last', 60, h5t.STD_I32LE))
    values = b''.join(np.arange(n, n + 4, dtype='<i2').tobytes() + np.arange(5, dtype='>f4').tobytes() + bytes(range(16)) + bytes(range(16)) + np.int32(n).tobytes() for n in (1, 2))
    put(w, '/general/rows', row, (2,), values)
    put(w, '/general/row', row, (), values[:64])
    put(w, '/general/plain', h5t.array_create(h5t.STD_I16BE, (2, 3)), (2,), np.arange(12, dtype='>i2').tobytes())
    put(w, '/general/nested', h5t.array_create(h5t.array_create(h5t.IEEE_F32LE, (2,)), (3, 1)), (1,), np.arange(6, dtype='<f4').tobytes())
    w.dataset('/general/zebra', np.array([7, 8], 'i2'))


def make_old(data):
    """Gives fields of compounds of version 1 their own dimensions, and arrays version 1 (HDF5 File Format Specification 3.0, IV.A.2.d)."""
    data = bytearray(data)
    for name, offset, shape in (('one', 0, (3,)), ('two', 8, (5,)), ('four', 28, (2, 2, 2, 2)), ('pairs', 44, (2, 2))):
        head = name.encode().ljust(8, b'\0') + np.uint32(offset).tobytes()
        at, found = data.find(head), 0
        while at >= 0:
            data[at + 12] = len(shape)
            data[at + 24:at + 24 + 4 * len(shape)] = np.array(shape, '<u4').tobytes()
            at, found = data.find(head, at + 1), found + 1
        if found != 4: raise RuntimeError(f'{name} is there {found} times')
    at, found = data.find(b'\x2a\0\0\0'), 0
    while at >= 0:
        if data[at + 8] in (1, 2) and not any(data[at + 9:at + 12]):
            data[at], found = 0x1a, found + 1
        at = data.find(b'\x2a\0\0\0', at + 1)
    if found != 6: raise RuntimeError(f'{found} array types')
    return bytes(data)


def fill_strings(w):
    text = h5t.C_S1.copy()
    text.set_size(h5t.VARIABLE)
    utf = text.copy()
    utf.set_cset(h5t.CSET_UTF8)
    words = [ctypes.create_string_buffer(each) for each in (b'one', b'', 'zwölf'.encode(), b'\xb5V', b'it\'s "x"')]
    w.held = words
    at = [0] + [ctypes.addressof(each) for each in words]
    for name, kind in (('ascii', text), ('utf', utf)):
        put(w, f'/general/{name}', kind, (6,), np.array(at, 'u8').tobytes())
        put(w, f'/general/{name}_null', kind, (), bytes(8))
        put(w, f'/general/{name}_nulls', kind, (2,), bytes(16))
        put(w, f'/general/{name}_never', kind, (2,), None)
        put(w, f'/general/{name}_no_rows', kind, (0,), None)
        put(w, f'/general/{name}_empty', kind, None, None)
        put(w, f'/general/{name}_row', compound(12, ('n', 0, h5t.STD_I32LE), ('t', 4, kind)), (6,), b''.join(np.int32(n).tobytes() + np.array(a, 'u8').tobytes() for n, a in enumerate(at)))
        put(w, f'/general/{name}_row_one', compound(12, ('n', 0, h5t.STD_I32LE), ('t', 4, kind)), (), bytes(12))
        put(w, f'/general/{name}_array', h5t.array_create(kind, (3,)), (2,), np.array(at, 'u8').tobytes())
        put(w, f'/general/{name}_array_one', h5t.array_create(kind, (3,)), (), np.array(at[:3], 'u8').tobytes())
        put(w, f'/general/{name}_array_row', compound(24, ('t', 0, h5t.array_create(kind, (3,)))), (2,), np.array(at, 'u8').tobytes())
        held = np.array(at, 'u8').tobytes()
        buffer = ctypes.create_string_buffer(held)
        w.held.append(buffer)
        put(w, f'/general/{name}_sequence', h5t.vlen_create(kind), (2,), bytes(Run(6, ctypes.addressof(buffer))) + bytes(Run(0, None)))
        put(w, f'/general/{name}_sequence_one', h5t.vlen_create(kind), (), bytes(Run(6, ctypes.addressof(buffer))))
    for name, pad in (('null_terminated', h5t.STR_NULLTERM), ('null_padded', h5t.STR_NULLPAD), ('space_padded', h5t.STR_SPACEPAD)):
        for cset in (h5t.CSET_ASCII, h5t.CSET_UTF8):
            kind = h5t.C_S1.copy()
            kind.set_size(5), kind.set_strpad(pad), kind.set_cset(cset)
            values = b'ab   ' b'ab\0cd' b'\0\0\0\0\0' b'     ' b'\xb5V\0  '
            put(w, f'/general/{name}_{cset}', kind, (5,), values)
            for n in range(5): put(w, f'/general/{name}_{cset}_{n}', kind, (), values[5 * n:5 * n + 5])
            put(w, f'/general/{name}_{cset}_big_row', compound(7, ('s', 0, kind), ('n', 5, h5t.STD_I16BE)), (2,), b'abcde\0\1' + values[20:] + b'\0\2')
            put(w, f'/general/{name}_{cset}_row', compound(6, ('n', 0, h5t.STD_I8LE), ('t', 1, kind)), (2,), b'\1' + values[:5] + b'\2' + values[5:10])


def fill_kinds(w):
    for name, base, values in (
        ('u16be', h5t.STD_U16BE, (1, 300, 65535)), ('i64be', h5t.STD_I64BE, (-2**63, 5, 2**63 - 1)), ('u64le', h5t.STD_U64LE, (0, 2**40, 2**64 - 1)), ('i8', h5t.STD_I8LE, (-128, 0, 127))):
        enum = h5t.enum_create(base)
        size = base.get_size()
        order = 'big' if base.get_order() == h5t.ORDER_BE else 'little'
        packed = [value.to_bytes(size, order, signed=value < 0) for value in values]
        for n, each in enumerate(packed):
            if LIBRARY.H5Tenum_insert(I64(enum.id), f'm{n}'.encode(), each) < 0: raise RuntimeError('H5Tenum_insert')
        put(w, f'/general/enum_{name}', enum, (4,), b''.join(packed) + bytes(size))
        put(w, f'/general/enum_{name}_one', enum, (), packed[2])
        put(w, f'/general/enum_{name}_row', compound(size + 1, ('n', 0, h5t.STD_I8LE), ('e', 1, enum)), (2,), b'\1' + packed[0] + b'\2' + packed[2])
    odd = h5t.STD_I32BE.copy()
    odd.set_precision(11), odd.set_offset(5)
    enum = h5t.enum_create(odd)
    for n, each in enumerate((b'\0\0\0\x20', b'\0\0\xff\xe0')):
        if LIBRARY.H5Tenum_insert(I64(enum.id), f'm{n}'.encode(), each) < 0: raise RuntimeError('H5Tenum_insert')
    put(w, '/general/enum_odd', enum, (2,), b'\0\0\0\x20\0\0\xff\xe0')
    for tag in (b'', b'a tag', 'grüne'.encode(), b'x' * 200, b'\xb5'):
        opaque = h5t.create(h5t.OPAQUE, 3)
        if tag: opaque.set_tag(tag)
        name = f'opaque_{len(tag)}'
        put(w, f'/general/{name}', opaque, (2,), b'\0\1\2\xfd\xfe\xff')
        put(w, f'/general/{name}_one', opaque, (), b'a\'"')
        put(w, f'/general/{name}_row', compound(4, ('o', 0, opaque), ('n', 3, h5t.STD_I8LE)), (1,), b'\0\1\2\7')
    for name, kind in (('b8', h5t.STD_B8LE), ('b16be', h5t.STD_B16BE), ('b32le', h5t.STD_B32LE), ('b64be', h5t.STD_B64BE)):
        size = kind.get_size()
        put(w, f'/general/bits_{name}', kind, (2,), bytes(range(size)) + b'\xff' * size)
        put(w, f'/general/bits_{name}_one', kind, (), bytes(range(1, size + 1)))
        put(w, f'/general/bits_{name}_row', compound(size, ('b', 0, kind)), (1,), bytes(range(size)))
    cut = h5t.STD_B16LE.copy()
    if LIBRARY.H5Tset_precision(I64(cut.id), SIZE(9)) < 0 or LIBRARY.H5Tset_offset(I64(cut.id), SIZE(3)) < 0: raise RuntimeError('H5Tset_offset')
    put(w, '/general/bits_cut', cut, (2,), b'\xf8\x0f\x08\x01')
    for name, kind in (('t32le', h5t.UNIX_D32LE), ('t32be', h5t.UNIX_D32BE), ('t64le', h5t.UNIX_D64LE), ('t64be', h5t.UNIX_D64BE)):
        size = kind.get_size()
        put(w, f'/general/time_{name}', kind, (2,), bytes(range(2 * size)))
    for name, base, parts, words in (
        ('bfloat', h5t.IEEE_F32LE, (2, 16, 0, 15, 7, 8, 0, 7, 127), b'\x80\x3f\x40\xc0\x80\x7f\xc0\x7f\x01\x00'),
        ('bfloat_be', h5t.IEEE_F32BE, (2, 16, 0, 15, 7, 8, 0, 7, 127), b'\x3f\x80\xc0\x40\x7f\x80\x7f\xc0\x00\x01'),
        ('wide_exponent', h5t.IEEE_F64LE, (4, 32, 0, 31, 20, 11, 0, 20, 1023), bytes(range(20))),
        ('one_mantissa', h5t.IEEE_F32LE, (1, 5, 1, 5, 2, 3, 1, 1, 3), bytes([2, 4, 8, 30, 63])),
        ('odd_bias', h5t.IEEE_F32LE, (4, 32, 0, 31, 23, 8, 0, 23, 100), np.array([1, -2, 0.5, 3e10, 0], '<f4').tobytes()),
        ('three_bytes', h5t.IEEE_F32BE, (3, 24, 0, 23, 16, 7, 0, 16, 63), bytes(range(15))),
        ('sign_below', h5t.IEEE_F32LE, (4, 32, 0, 0, 24, 8, 1, 23, 127), bytes(range(20)))):
        try: kind = floating(base, *parts)
        except Exception as error: print('no', name, error); continue
        put(w, f'/general/float_{name}', kind, (5,), words)
        put(w, f'/general/float_{name}_one', kind, (), words[:parts[0]])
        put(w, f'/general/float_{name}_row', compound(parts[0] + 1, ('n', 0, h5t.STD_I8LE), ('f', 1, kind)), (1,), b'\1' + words[:parts[0]])
    for name, base, (size, precision, offset), words in (
        ('i12le', h5t.STD_I16LE, (2, 12, 2), b'\xfc\x3f\x04\x00'), ('i12be', h5t.STD_I16BE, (2, 12, 2), b'\x3f\xfc\x00\x04'),
        ('u3', h5t.STD_U8LE, (1, 3, 4), b'\x70\x1f'), ('i40be', h5t.STD_I64BE, (8, 40, 8), bytes(range(8)) + b'\xff' * 8), ('u24', h5t.STD_U32LE, (3, 24, 0), bytes(6)), ('i48be', h5t.STD_I64BE, (6, 48, 0), bytes(range(240, 252)))):
        kind = base.copy()
        kind.set_precision(precision), kind.set_size(size), kind.set_offset(offset)
        put(w, f'/general/integer_{name}', kind, (2,), words)
        put(w, f'/general/integer_{name}_one', kind, (), words[:size])
        put(w, f'/general/integer_{name}_row', compound(size, ('n', 0, kind)), (1,), words[:size])
        buffer = ctypes.create_string_buffer(words)
        put(w, f'/general/integer_{name}_sequence', h5t.vlen_create(kind), (2,), bytes(Run(2, ctypes.addressof(buffer))) + bytes(Run(0, None)))
    for name, shape in (('no_rows', (0,)), ('no_columns', (2, 0)), ('null', None)):
        for kind in (h5t.STD_I16BE, h5t.IEEE_F64LE, h5t.STD_REF_OBJ, h5t.STD_REF_DSETREG, compound(3, ('a', 0, h5t.STD_I8LE), ('b', 1, h5t.STD_I16LE)), h5t.array_create(h5t.STD_I16LE, (2,)), h5t.vlen_create(h5t.STD_I16BE)):
            put(w, f'/general/{name}_{kind.get_class()}', kind, shape, None) if f'{name}_{kind.get_class()}' not in w.file['/general'] else None
    put(w, '/general/references', h5t.STD_REF_OBJ, (2,), bytes(16))
    put(w, '/general/reference', h5t.STD_REF_OBJ, (), bytes(8))
    put(w, '/general/region', h5t.STD_REF_DSETREG, (), bytes(12))
    put(w, '/general/regions', h5t.STD_REF_DSETREG, (2,), bytes(24))
    put(w, '/general/references_row', compound(20, ('a', 0, h5t.STD_REF_OBJ), ('b', 8, h5t.STD_REF_DSETREG)), (2,), bytes(40))
    put(w, '/general/references_array', h5t.array_create(h5t.STD_REF_OBJ, (2,)), (2,), bytes(32))


def fill_named(w):
    """Named types of rare kinds with datasets and attributes of them, chunks of these types, and names in types that are not UTF-8."""
    enum = h5t.enum_create(h5t.STD_I8LE)
    enum.enum_insert(b'caf\xe9', 1), enum.enum_insert(b'b', 2)
    opaque = h5t.create(h5t.OPAQUE, 2)
    opaque.set_tag(b'caf\xe9')
    row = h5t.create(h5t.COMPOUND, 4)
    row.insert(b'caf\xe9', 0, h5t.STD_I16LE), row.insert(b'b', 2, h5t.STD_I16LE)
    for name, kind, values in (('fields', row, bytes(range(8))), ('members', enum, b'\1\2'), ('tag', opaque, b'abcd')):
        put(w, f'/general/{name}', kind, (2,), values)
    bfloat = floating(h5t.IEEE_F32BE, 2, 16, 0, 15, 7, 8, 0, 7, 127)
    bits, time, number = h5t.STD_B16BE, h5t.UNIX_D32BE, complex_of(h5t.IEEE_F32BE)
    reference = kind_by('H5Tcopy', I64(I64.in_dll(LIBRARY, 'H5T_STD_REF_g').value))
    kinds = {'time': time, 'bits': bits, 'reference': reference, 'complex': number, 'bfloat': bfloat, 'sequence': h5t.vlen_create(h5t.STD_I16BE), 'enum': enum, 'opaque': opaque}
    creation = h5p.create(h5p.DATASET_CREATE)
    creation.set_obj_track_times(False)
    target = h5d.create(w.file.id, b'/general/zebra', h5t.STD_I8LE, h5s.create(h5s.SCALAR), creation)
    LIBRARY.H5Pcreate.restype = I64
    timeless = I64(LIBRARY.H5Pcreate(I64(I64.in_dll(LIBRARY, 'H5P_CLS_DATATYPE_CREATE_ID_g').value)))
    LIBRARY.H5Pset_obj_track_times(timeless, ctypes.c_bool(False))
    for name, kind in kinds.items():
        named = kind.copy()
        if LIBRARY.H5Tcommit2(I64(w.file.id.id), f'/general/type {name}'.encode(), I64(named.id), I64(0), timeless, I64(0)) < 0: raise RuntimeError('H5Tcommit2')
        for owner in (target, named):
            attribute = h5a.create(owner, f'of {name}'.encode(), named, h5s.create_simple((2,)))
            if LIBRARY.H5Awrite(I64(attribute.id), I64(named.id), bytes(256)) < 0: raise RuntimeError('H5Awrite')
        h5d.create(w.file.id, f'/general/of {name}'.encode(), named, h5s.create_simple((2,)), creation)
    creation.set_chunk((3,)), creation.set_shuffle(), creation.set_deflate(4), creation.set_fletcher32()
    chunked = {'time': bytes(range(16)), 'bits': bytes(range(8)), 'complex': np.arange(8, dtype='>f4').tobytes(), 'bfloat': b'\x3f\x80\x40\0\xbf\x80\0\0', 'enum': b'\1\2\1\2', 'opaque': b'abcdefgh'}
    for name, values in chunked.items():
        made = h5d.create(w.file.id, f'/general/chunked {name}'.encode(), kinds[name], h5s.create_simple((4,)), creation)
        if LIBRARY.H5Dwrite(I64(made.id), I64(kinds[name].id), I64(0), I64(0), I64(0), values) < 0: raise RuntimeError('H5Dwrite')


def own_links(count):
    """User-defined links, together with soft, hard and external ones."""
    create = lambda at, name, kind, content: LIBRARY.H5Lcreate_ud(I64(at), name, ctypes.c_int(kind), content, SIZE(len(content)), I64(0), I64(0))
    class Class(ctypes.Structure):
        _fields_ = [('version', ctypes.c_int), ('id', ctypes.c_int), ('comment', ctypes.c_char_p), ('create', ctypes.c_void_p), ('move', ctypes.c_void_p), ('copy', ctypes.c_void_p), ('traverse', ctypes.c_void_p), ('delete', ctypes.c_void_p), ('query', ctypes.c_void_p)]
    follow = ctypes.CFUNCTYPE(I64, ctypes.c_char_p, I64, ctypes.c_void_p, SIZE, I64, I64)(lambda *_: -1)
    for kind in (65, 187, 255):
        if LIBRARY.H5Lregister(ctypes.byref(Class(1, kind, b'own', None, None, None, ctypes.cast(follow, ctypes.c_void_p), None, None))) < 0: raise RuntimeError('H5Lregister')
    def fill(w):
        group = w.group('/links')
        w.dataset('/links/before', np.arange(2, dtype='i2'))
        group['soft'], group['outside'] = h5py.SoftLink('/general'), h5py.ExternalLink('other.h5', '/x')
        for kind in (65, 187, 255):
            for n in range(count):
                if create(group.id.id, f'own {kind} {n}'.encode(), kind, b'\0content\xff'[: n * 3]) < 0: raise RuntimeError('H5Lcreate_ud')
        w.dataset('/links/zebra', np.arange(3, dtype='i2')).attrs['unit'] = 'V'
        w.file['/links/again'] = w.file['/general']
        if create(w.file.id.id, b'own at the root', 200, b'x') < 0:
            create(w.file.id.id, b'own at the root', 187, b'x')
        w.dataset('/zebra', np.arange(3, dtype='i2'))
    return fill


def latin(count):
    """Names of members and attributes that are not UTF-8, among others that are."""
    def fill(w):
        names = [b'before', b'\xb5V', b'caf\xe9', b'na\xefve', '\u00e9t\u00e9'.encode(), b'\xff', b'zebra', b'\xe9\xe8 x', 'ends \u6f22'.encode()[:-1]]
        for where in ('/general', '/names'):
            group = w.group(where) if where != '/general' else w.file[where]
            for n, name in enumerate(names):
                creation = h5p.create(h5p.DATASET_CREATE)
                creation.set_obj_track_times(False)
                made = h5d.create(group.id, name, h5t.STD_I16LE, h5s.create_simple((2,)), creation)
                made.write(h5s.ALL, h5s.ALL, np.array([n, n + 1], 'i2'))
                for holder in (group.id, made):
                    attribute = h5a.create(holder, name, h5t.STD_I16LE, h5s.create(h5s.SCALAR))
                    attribute.write(np.array(n, 'i2'))
            creation = h5p.create(h5p.GROUP_CREATE)
            creation.set_obj_track_times(False)
            inner = h5g.create(group.id, b'gr\xfcn', None, creation)
            creation = h5p.create(h5p.DATASET_CREATE)
            creation.set_obj_track_times(False)
            h5d.create(inner, b'in \xb5', h5t.STD_I16LE, h5s.create_simple((1,)), creation).write(h5s.ALL, h5s.ALL, np.array([9], 'i2'))
            h5d.create(inner, b'plain', h5t.STD_I16LE, h5s.create_simple((1,)), creation)
            inner.links.create_soft(b'soft', b'/general/caf\xe9')
            group_creation = h5p.create(h5p.GROUP_CREATE)
            group_creation.set_obj_track_times(False)
            deeper = h5g.create(inner, 'tiefer \u00fc'.encode(), None, group_creation)
            h5d.create(deeper, b'deep', h5t.STD_I16LE, h5s.create_simple((1,)), creation)
            h5a.create(inner, b'on \xb5', h5t.STD_I16LE, h5s.create(h5s.SCALAR)).write(np.array(4, 'i2'))
            group.id.links.create_soft(b'soft \xe9', b'/general/caf\xe9')
            group.id.links.create_external(b'outside \xe9', b'other\xe9.h5', b'/x\xe9')
            for n in range(count):
                group.id.links.create_soft(f'many {n}'.encode(), b'/general')
                h5a.create(group.id, b'many \xb5%d' % n, h5t.STD_I16LE, h5s.create(h5s.SCALAR)).write(np.array(n, 'i2'))
    return fill


def fill_found(w):
    """What random files (../../agreement/write_random.py) found to be read wrongly, each kind once or twice."""
    def time(code):
        t = h5t.create(h5t.OPAQUE, 8)
        t.set_tag(f'NUMPY:{code}'.encode())
        return t
    counts = (1, -1, 0, -2**63, 2**63 - 1, 2**62 + 12345, 1000)
    for n, code in enumerate(('<M8[W]', '<M8[D]', '<M8[3W]', '<M8[Y]', '<M8[10s]', '<M8[10ms]', '<m8[10s]', '<m8[s]', '>m8[7Y]')):
        data = np.array(counts, f'{code[0]}i8').tobytes()
        put(w, f'/general/times_{n}', time(code), (7,), data)
        put(w, f'/general/time_{n}', time(code), (), data[8:16])
        put(w, f'/general/time_null_{n}', time(code), None, None)
        put(w, f'/general/time_row_{n}', compound(9, ('t', 0, time(code)), ('n', 8, h5t.STD_I8LE)), (1,), data[:8] + b'\5')
    for n, (code, part) in enumerate((('<f2', h5t.IEEE_F16LE), ('>f2', h5t.IEEE_F16BE))):
        pair = compound(4, ('r', 0, part), ('i', 2, part))
        data = np.array([1, -0.5, 2.25, 0], code).tobytes()
        for name, kind, shape, values in (('', pair, (2,), data), ('_one', pair, (), data[:4]), ('_null', pair, None, None), ('_none', pair, (0,), None), ('_row', compound(5, ('c', 0, pair), ('n', 4, h5t.STD_I8LE)), (1,), data[:4] + b'\7')):
            put(w, f'/general/halves_{n}{name}', kind, shape, values)
    padding = b'\x55\xaa\x01\x80\xff\x3f'
    longs = [np.longdouble(value).tobytes()[:10] + padding for value in (-0.0, 0.0, 34.5334, 0.1, 1e300, 5e-324, -1.5, 1e16, 2.0**70, 1 / 3)]
    for n, each in enumerate(longs): put(w, f'/general/long_{n}', h5t.NATIVE_LDOUBLE, (), each)
    put(w, '/general/longs', h5t.NATIVE_LDOUBLE, (10,), b''.join(longs))
    put(w, '/general/long_row', compound(17, ('f', 0, h5t.NATIVE_LDOUBLE), ('n', 16, h5t.STD_I8LE)), (), longs[2] + b'\1')
    for order, base in (('le', h5t.IEEE_F64LE), ('be', h5t.IEEE_F64BE)):
        for norm, word in ((h5t.NORM_NONE, 'none'), (h5t.NORM_MSBSET, 'set')):
            kind = floating(base, 2, 16, 0, 15, 10, 5, 0, 10, 15)
            kind.set_norm(norm)
            words = (0x8200, 0x0200, 0x0280, 0x3e00, 0xbf80, 0x7e00, 0xfc00, 0x7e01, 0x0001, 0x0000)
            data = b''.join(word.to_bytes(2, 'little' if order == 'le' else 'big') for word in words)
            put(w, f'/general/norm_{word}_{order}', kind, (10,), data)
            put(w, f'/general/norm_{word}_{order}_few', kind, (2,), data[10:14])
    truth = h5t.enum_create(h5t.STD_I32BE)
    for n, name in enumerate((b'FALSE', b'TRUE')):
        if LIBRARY.H5Tenum_insert(I64(truth.id), name, n.to_bytes(4, 'big')) < 0: raise RuntimeError('H5Tenum_insert')
    put(w, '/general/truth', compound(4, ('t', 0, truth)), (2,), b'\0\0\0\1\0\0\0\0')
    put(w, '/general/truth_row', compound(8, ('t', 0, truth), ('n', 4, h5t.STD_I32LE)), (2,), b'\0\0\0\1\5\0\0\0\0\0\0\0\6\0\0\0')
    gone = w.dataset('/general/gone', np.arange(4, dtype='i4'))
    reference = np.uint64(h5py.h5o.get_info(gone.id).addr).tobytes()
    region, space = ctypes.create_string_buffer(12), h5s.create_simple((4,))
    if LIBRARY.H5Rcreate(region, I64(w.file.id.id), b'/general/gone', 1, I64(space.id)) < 0: raise RuntimeError('H5Rcreate')
    put(w, '/general/dangling', h5t.STD_REF_OBJ, (), reference)
    put(w, '/general/dangling_two', h5t.STD_REF_OBJ, (2,), reference + bytes(8))
    put(w, '/general/dangling_region', h5t.STD_REF_DSETREG, (2,), region.raw + bytes(12))
    def chunked(name, kind, shape, chunks, values, *setups):
        creation = h5p.create(h5p.DATASET_CREATE)
        creation.set_obj_track_times(False)
        creation.set_chunk(chunks)
        for setup in setups: setup(creation)
        made = h5d.create(w.file.id, f'/general/{name}'.encode(), kind, h5s.create_simple(shape, tuple(length + 6 for length in shape)), creation)
        if values is not None and LIBRARY.H5Dwrite(I64(made.id), I64(kind.id), I64(0), I64(0), I64(0), values) < 0: raise RuntimeError('H5Dwrite')
        return made
    for base in (h5t.STD_I8BE, h5t.STD_U16BE, h5t.STD_I32LE):
        bits = 8 * base.get_size()
        chunked(f'whole_{bits}', base, (2, 3), (2, 2), bytes(range(6 * base.get_size())), lambda c: c.set_scaleoffset(h5py.h5z.SO_INT, bits), lambda c: c.set_deflate(1))
    # Chunks that the edge cuts are left as they are: that the filter is nobody's makes no difference to them.
    chunked('edges', h5t.STD_I16LE, (3, 4), (5, 5), bytes(range(24)), lambda c: call('H5Pset_chunk_opts', c, 2), lambda c: c.set_filter(32100, h5py.h5z.FLAG_OPTIONAL, (1,)))
    text = h5t.C_S1.copy()
    text.set_size(h5t.VARIABLE)
    filler = ctypes.create_string_buffer(b'none')
    def fill_text(c):
        if LIBRARY.H5Pset_fill_value(I64(c.id), I64(text.id), np.uint64(ctypes.addressof(filler)).tobytes()) < 0: raise RuntimeError('H5Pset_fill_value')
    unwritten = chunked('unwritten_text', text, (3, 2), (2, 1), None, fill_text, lambda c: c.set_deflate(1))
    memory, space = h5s.create_simple((1,)), unwritten.get_space()
    space.select_hyperslab((0, 0), (1, 1))
    if LIBRARY.H5Dwrite(I64(unwritten.id), I64(text.id), I64(memory.id), I64(space.id), I64(0), np.uint64(ctypes.addressof(filler)).tobytes()) < 0: raise RuntimeError('H5Dwrite')
    # A group of values that leads back to the root: what is below it is under `/general` as well.
    w.group('/acquisition')
    w.dataset('/acquisition/under', np.arange(3, dtype='i2'))
    w.file['/general/root'] = w.file['/']
    del w.file['/general/gone']


def fill_shared_fills(w):
    """Fill values in a heap of shared messages; the old format has each in two messages."""
    for name, code, value in (('i2', '<i2', -7), ('f8', '>f8', 0.25), ('u8', '<u8', 2**63), ('c16', '<c16', 1 - 2j), ('f4', '>f4', 1.5)):
        for count in (1, 2):
            w.dataset(f'/general/{name}_{count}', np.zeros(0, code), lambda c: c.set_fill_value(np.array(value, code)), chunks=(2,), maxshape=(9,)).resize((3,))


def main():
    os.makedirs(FOLDER, exist_ok=True)
    store('complex', fill_complex, LATEST)
    store('references', fill_references, ('latest', 'latest'))
    store('old-arrays', fill_old_arrays, OLD, make_old)
    store('nested', fill_nested, LATEST)
    store('named', fill_named, LATEST)
    store('found', fill_found, LATEST)
    store('shared-fills', fill_shared_fills, OLD, setup=features.shared((features.FILL, 1)))
    store('shared-fills-latest', fill_shared_fills, LATEST, setup=features.shared((features.FILL | features.TYPE, 1)))
    for suffix, libver in (('', LATEST), ('-old', OLD)):
        store(f'arrays{suffix}', fill_arrays, libver)
        store(f'strings{suffix}', fill_strings, libver)
        store(f'kinds{suffix}', fill_kinds, libver)
        store(f'own-links{suffix}', own_links(2), libver)
        store(f'own-links-many{suffix}', own_links(9), libver)
        store(f'latin{suffix}', latin(0), libver)
        store(f'latin-many{suffix}', latin(12), libver)
    with gzip.GzipFile(os.path.join(FOLDER, 'expected.json.gz'), 'wb', 9, mtime=0) as packed:
        packed.write(json.dumps(EXPECTED, indent=0, sort_keys=True).encode())


if __name__ == '__main__':
    main()
