"""Writes golden/numpy.json and golden/python.json: values with what numpy and CPython print for them.

    python3 test/python/write_golden.py        (requires numpy 2)
"""
import json, os, random, struct
import numpy as np

here = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'golden')
rng = np.random.default_rng(20261122)
rnd = random.Random(20261122)


def plain(value):
    """A value as JSON; floats that JSON lacks become words."""
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, float):
        return value if value == value and abs(value) != float('inf') and not (value == 0 and str(value)[0] == '-') else {'float': str(value)}
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2 ** 53:
        return {'int': str(value)}
    return value


def integer(dtype):
    return {'class': 'integer', 'size': dtype.itemsize, 'signed': dtype.kind == 'i', 'order': '<'}


def floating(dtype):
    return {'class': 'float', 'size': dtype.itemsize, 'order': '<'}


BOOL = {'class': 'enum', 'base': integer(np.dtype('i1')), 'members': [{'name': 'FALSE', 'value': 0}, {'name': 'TRUE', 'value': 1}]}
VLEN = {'class': 'string', 'size': 'variable', 'charset': 'utf8'}
rows = []


def add(dtype, array, values):
    rows.append({'dtype': dtype, 'shape': list(array.shape), 'values': plain(values), 'str': str(array[()] if array.shape == () else array)})


WORDS = ['a', 'bb', 'mouse', "it's", 'say "hi"', 'both \' and "', 'tab\there', 'line\nend', 'héllo', '日本語', 'back\\slash', '', ' ', 'whole-cell intracellular recordings',
         'a rather long keyword that alone is wider than the seventy-five columns of a line of numpy output', '\u200b', '\x7f', '🐭 mouse', 'μm']
SHAPES = [(), (1,), (3,), (7,), (40,), (2, 3), (4, 1), (3, 2, 2), (0,), (2, 0), (1, 1, 1)]
LARGE = [(1001,), (1500, 2), (11, 10, 10)]
for shape in SHAPES + LARGE:
    for name in ('i8', 'u1') if shape in LARGE else ('i1', 'u1', 'i4', 'u4', 'i8', 'u8'):
        dtype = np.dtype(name)
        info = np.iinfo(dtype)
        for low, high in ((0, 10), (max(info.min, -1000), min(info.max, 100000)), (info.min, info.max)):
            a = rng.integers(low, high, size=shape, dtype=dtype, endpoint=True) if shape else np.array(rng.integers(low, high, dtype=dtype, endpoint=True))
            add(integer(dtype), a, [int(v) for v in a.ravel()])
    for name in ('f8',) if shape in LARGE else ('f2', 'f4', 'f8'):
        dtype = np.dtype(name)
        makers = [lambda: rng.random(shape), lambda: rng.normal(size=shape) * 100, lambda: np.floor(rng.random(shape) * 50), lambda: 10.0 ** rng.uniform(-12, 12, shape) if name != 'f2' else rng.random(shape) * 1e-3,
                  lambda: rng.normal(size=shape) * 10.0 ** rng.integers(-3, 3, size=shape), lambda: np.zeros(shape), lambda: np.round(rng.random(shape), 2)]
        makers = makers[:4] if shape in LARGE else makers
        for make in makers:
            a = np.asarray(make()).astype(dtype)
            add(floating(dtype), a, [float(v) for v in a.ravel()])
        if shape and a.size:
            for special in ([np.nan],) if shape in LARGE else ([np.nan], [np.inf], [-np.inf, np.nan], [np.nan] * 3 + [-0.0]):
                a = np.asarray(rng.normal(size=shape)).astype(dtype)
                flat = a.ravel()
                for at, value in enumerate(special):
                    flat[at % flat.size] = value
                add(floating(dtype), flat.reshape(shape), [float(v) for v in flat])
    a = np.asarray(rng.integers(0, 2, size=shape)).astype(bool)
    add(BOOL, a, [int(v) for v in a.ravel()])
    if shape != ():
        a = np.empty(shape, dtype=object)
        flat = a.ravel()
        for at in range(flat.size):
            flat[at] = rnd.choice(WORDS)
        a = flat.reshape(shape)
        add(VLEN, a, list(flat))
        a = np.array([rnd.choice(['a', 'bb', "it's", 'mouse', '\x01']).encode() for _ in range(int(np.prod(shape)))], dtype='S5').reshape(shape)
        add({'class': 'string', 'size': 5, 'charset': 'ascii'}, a, [v.decode() for v in a.ravel()])
for value in [0.0, -0.0, 1.0, 1e16, 1e15, 123456789.0, 1e-4, 1e-5, 0.1, 1 / 3, 1e300, 5e-324, float('nan'), float('inf'), -float('inf'), 2.5, 100.0, 30000.0]:
    for name in ('f4', 'f8'):
        with np.errstate(over='ignore'):
            a = np.array(value, dtype=name)
        add(floating(a.dtype), a, [float(a)])
COMPOUND = np.dtype([('x', '<u4'), ('y', '<f8'), ('name', 'S4'), ('ok', '?')])
FIELDS = {'class': 'compound', 'size': COMPOUND.itemsize, 'fields': [
    {'name': 'x', 'offset': 0, 'dtype': integer(np.dtype('u4'))}, {'name': 'y', 'offset': 4, 'dtype': floating(np.dtype('f8'))},
    {'name': 'name', 'offset': 12, 'dtype': {'class': 'string', 'size': 4, 'charset': 'ascii'}}, {'name': 'ok', 'offset': 16, 'dtype': BOOL}]}
for shape in [(), (1,), (3,), (30,), (2, 2), (1001,)]:
    a = np.zeros(shape, dtype=COMPOUND)
    flat = a.reshape(-1)
    for at in range(flat.size):
        flat[at] = (rnd.randrange(1000), round(rnd.random() * 10, rnd.randrange(4)), rnd.choice([b'ab', b"c'd", b'']), rnd.random() < .5)
    a = flat.reshape(shape)
    add(FIELDS, a, [[int(v['x']), float(v['y']), v['name'].decode(), int(v['ok'])] for v in flat])
one = np.array([(1,), (22,)], dtype=[('n', '<i4')])
add({'class': 'compound', 'size': 4, 'fields': [{'name': 'n', 'offset': 0, 'dtype': integer(np.dtype('i4'))}]}, one, [[1], [22]])
for shape in [(), (3,), (9,)]:
    a = np.asarray(rng.normal(size=shape) + 1j * rng.normal(size=shape))
    part = floating(np.dtype('f8'))
    add({'class': 'compound', 'size': 16, 'fields': [{'name': 'r', 'offset': 0, 'dtype': part}, {'name': 'i', 'offset': 8, 'dtype': part}]}, a,
        [[float(v.real), float(v.imag)] for v in a.reshape(-1)])
a = np.array([b'\x01\x02\x41', b'abc'], dtype='V3')
add({'class': 'opaque', 'size': 3, 'tag': ''}, a, [{'hex': '010241'}, {'hex': '616263'}])
json.dump(rows, open(os.path.join(here, 'numpy.json'), 'w'), indent=0)

texts = WORDS + [''.join(chr(rnd.choice([rnd.randrange(0x20, 0x7f), rnd.randrange(0x80, 0x300), rnd.randrange(0x2000, 0x2070), rnd.randrange(0x1f300, 0x1f600), 39, 34, 92])) for _ in range(rnd.randrange(12))) for _ in range(300)]
floats = [struct.unpack('<d', struct.pack('<Q', rnd.getrandbits(64)))[0] for _ in range(400)] + [1.0, 1e16, 1e15, 123456789012345680.0, 1e-4, 9.9e-5, 1e22, 0.1, 2 / 3]
documents = ['{"b": 1, "10": 2, "9": [1.0, 1e3, -0.0, true, null], "a": {"x": "it\'s"}, "b": 12345678901234567890123}', '[]', '{}', '[[], {}, ""]', '-0', '1E5', '"\\ud83d\\ude00 \\u00e9 \\/"', '[NaN, Infinity, -Infinity]', ' [1 , 2 ] ',
             json.dumps({'name': 'Cluster “Vision” — \u2028', 'n': 2 ** 70, 'f': 1e100, 'nested': [{'k': [1, [2, [3.5]]]}]})]
json.dump({'strings': [{'text': t, 'repr': repr(t)} for t in texts], 'floats': [{'bits': struct.pack('>d', f).hex(), 'repr': repr(f)} for f in floats],
           'documents': [{'json': d, 'str': str(json.loads(d))} for d in documents]}, open(os.path.join(here, 'python.json'), 'w'), indent=0)
print(len(rows), 'arrays')
