"""Random HDF5 datatypes, each with a maker of random elements: their bytes as they are in memory when they are written
with the same type, so that nothing converts them. Used by random_hdf5.py.

Left out is what h5py 3.16 with HDF5 2.0 itself gets wrong: sequences of region references end the process; floats that
numpy has only in more bytes overwrite the next field of a compound; big-endian integers of fewer bits than their bytes
come with their padding if it is above them; a float whose leading bit is stored and 0 is no number that a writer makes.
"""
import ctypes
import struct

import h5py
import numpy as np
from h5py import h5s, h5t

LIBRARY = ctypes.CDLL(next(line.split()[-1] for line in open('/proc/self/maps') if '/libhdf5-' in line))
I64, SIZE = ctypes.c_int64, ctypes.c_size_t
TEXTS = ['', 'a', 'ab', 'a text', 'größer', 'μV', '漢字', '😀', "it's", 'say "so"', 'tab\there', 'two\nlines', 'back\\slash', ' spaces  ', 'x' * 90, '\x7f\x01']
ODD_BYTES = [b'\xb5V', b'caf\xe9', b'\xff\xfe', b'\xe6\xbc', b'a\xb5b', b'\xed\xa0\x80', b'\xc0\x80']


def make_type(function, *arguments):
    """A datatype that a call of the library makes; h5py takes over no identifiers, but opens what a file keeps by name."""
    getattr(LIBRARY, function).restype = I64
    made = getattr(LIBRARY, function)(*arguments)
    if made < 0:
        raise RuntimeError(function)
    with h5py.File('taken', 'w', driver='core', backing_store=False, libver='latest') as file:
        if LIBRARY.H5Tcommit2(I64(file.id.id), b't', I64(made), I64(0), I64(0), I64(0)) < 0:
            raise RuntimeError('H5Tcommit2')
        return h5t.open(file.id, b't').copy()


class Kind:
    """A type, and what makes the bytes of one element. `is_number`: filters of numbers take it; `is_fixed`: no pointers."""

    def __init__(self, type, make, is_number=False, is_fixed=True, word=''):
        self.type, self.make, self.is_number, self.is_fixed, self.word = type, make, is_number, is_fixed, word


class Kinds:
    """Makes kinds for one file. What elements point to is kept in `held` as long as the file is written."""

    def __init__(self, random, file, is_latest):
        self.random, self.file, self.is_latest = random, file, is_latest
        self.held = []

    def hold(self, content):
        self.held.append(ctypes.create_string_buffer(content, len(content) + 1))
        return ctypes.addressof(self.held[-1])

    def any(self, depth=0, without=()):
        """A kind of any class but those left out; nested ones to a depth of three."""
        leaves = [(6, self.integer), (5, self.floating), (2, self.odd_integer), (2, self.odd_float), (4, self.boolean), (3, self.enum), (5, self.fixed_text), (6, self.variable_text),
                  (2, self.opaque), (1, self.numpy_time), (2, self.bitfield), (3, self.complex_pair), (3, self.reference), (2, self.region), (1, self.unix_time)]
        if self.is_latest:
            leaves += [(1, self.native_complex), (1, self.standard_reference)]
        nested = [(3, self.array), (4, self.compound), (3, self.sequence)] if depth < 3 else []
        weights, makers = zip(*(each for each in leaves + nested if each[1].__name__ not in without))
        while True:
            maker = self.random.choices(makers, weights)[0]
            try:
                return maker(depth, without) if maker in (self.array, self.compound, self.sequence) else maker()
            except (ValueError, RuntimeError, TypeError, OverflowError):
                continue

    def integer(self):
        size, signed, order = self.random.choice([1, 2, 4, 8]), self.random.random() < 0.5, self.random.choice(['LE', 'BE'])
        type = getattr(h5t, f'STD_{"I" if signed else "U"}{size * 8}{order}')
        return Kind(type, lambda: self.whole(size, signed).to_bytes(size, 'big' if order == 'BE' else 'little', signed=signed), True, word='integer')

    def whole(self, size, signed):
        bits = 8 * size
        low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
        choice = self.random.random()
        if choice < 0.6:
            return max(low, min(high, self.random.randint(-20, 120)))
        return self.random.choice([low, high, 0]) if choice < 0.75 else self.random.randint(low, high)

    def floating(self):
        size, order = self.random.choice([2, 4, 8]), self.random.choice('<>')
        type = getattr(h5t, f'IEEE_F{size * 8}{"LE" if order == "<" else "BE"}')
        if self.random.random() < 0.06:
            return Kind(h5t.NATIVE_LDOUBLE, lambda: np.longdouble(self.real()).tobytes(), word='long double')
        return Kind(type, lambda: self.packed(order, size), True, word='float')

    def packed(self, order, size):
        with np.errstate(all='ignore'):
            return np.array(self.real(), f'{order}f{size}').tobytes()

    def real(self):
        pick = self.random.random()
        if pick < 0.5:
            return round(self.random.uniform(-100, 100), self.random.randint(0, 6))
        if pick < 0.75:
            return self.random.choice([0.0, -0.0, 1.0, float('nan'), float('inf'), -float('inf'), 1e300, 5e-324, 0.1, 30000.0, 1e16, 123456789.0])
        return self.random.uniform(-1, 1) * 10 ** self.random.randint(-12, 12)

    def odd_integer(self):
        size = self.random.choice([1, 2, 3, 4, 5, 6, 7, 8])
        base = self.random.choice([h5t.STD_I64LE, h5t.STD_I64BE, h5t.STD_U64LE, h5t.STD_U64BE]).copy()
        precision = self.random.randint(max(2, 4 * size), 8 * size)
        offset = self.random.randint(0, 8 * size - precision)
        base.set_precision(precision)
        base.set_size(size)
        base.set_offset(offset)
        if precision < 8 * size and offset == 0:
            base.set_order(h5t.ORDER_LE)
        if LIBRARY.H5Tset_pad(I64(base.id), self.random.randint(0, 1), self.random.randint(0, 1)) < 0:
            raise RuntimeError('H5Tset_pad')
        return Kind(base, lambda: self.random.randbytes(size), word='odd integer')

    def odd_float(self):
        size = self.random.choice([1, 2, 2, 3, 4, 5, 6, 8])
        base = self.random.choice([h5t.IEEE_F64LE, h5t.IEEE_F64BE]).copy()
        if size == 2 and self.random.random() < 0.5:
            parts, bias, precision, offset = (15, 7, 8, 0, 7), 127, 16, 0
        else:
            precision = self.random.randint(max(4, 4 * size), 8 * size)
            offset = self.random.randint(0, 8 * size - precision)
            exponent = self.random.randint(2, min(11, precision - 2))
            mantissa = self.random.randint(1, min(52, precision - 1 - exponent))
            parts = (offset + mantissa + exponent, offset + mantissa, exponent, offset, mantissa)
            bias = (1 << (exponent - 1)) - 1
        base.set_fields(*parts)
        base.set_ebias(bias)
        base.set_offset(offset)
        base.set_precision(precision)
        base.set_size(size)
        norm = self.random.choice([h5t.NORM_IMPLIED, h5t.NORM_IMPLIED, h5t.NORM_MSBSET, h5t.NORM_NONE])
        base.set_norm(norm)
        order = 'big' if base.get_order() == h5t.ORDER_BE else 'little'
        leading = 0 if norm == h5t.NORM_IMPLIED else 1 << (parts[3] + parts[4] - 1)
        exponents = ((1 << parts[2]) - 1) << parts[1]

        def make():
            bits = int.from_bytes(self.random.randbytes(size), order)
            return (bits | leading if bits & exponents else bits).to_bytes(size, order)
        if self.random.random() < 0.3:
            base.set_inpad(self.random.choice([h5t.PAD_ZERO, h5t.PAD_ONE]))
        return Kind(base, make, word='odd float')

    def boolean(self):
        base = self.random.choice([h5t.STD_I8LE, h5t.STD_I8LE, h5t.STD_I8LE, h5t.STD_U8LE, h5t.STD_I32BE])
        type = h5t.enum_create(base)
        self.insert(type, b'FALSE', 0)
        self.insert(type, b'TRUE', 1)
        size, order = base.get_size(), 'big' if base.get_order() == h5t.ORDER_BE else 'little'
        return Kind(type, lambda: self.random.randint(0, 1).to_bytes(size, order), word='boolean')

    def insert(self, type, name, value):
        size, signed = type.get_size(), value < 0
        order = 'big' if type.get_super().get_order() == h5t.ORDER_BE else 'little'
        if LIBRARY.H5Tenum_insert(I64(type.id), name, value.to_bytes(size, order, signed=signed)) < 0:
            raise RuntimeError('H5Tenum_insert')

    def enum(self):
        base = self.integer()
        signed = base.type.get_sign() != h5t.SGN_NONE
        type = h5t.enum_create(base.type)
        names = self.random.sample([b'red', b'green', b'b l u e', 'größer'.encode(), b'TRUE', b'FALSE', b'none', b'caf\xe9'], self.random.randint(1, 5))
        values = {self.whole(type.get_size(), signed) for _ in names}
        order = 'big' if base.type.get_order() == h5t.ORDER_BE else 'little'
        packed = [value.to_bytes(type.get_size(), order, signed=signed) for value in sorted(values, key=lambda _: self.random.random())]
        for name, value in zip(names, packed):
            if LIBRARY.H5Tenum_insert(I64(type.id), name, value) < 0:
                raise RuntimeError('H5Tenum_insert')
        return Kind(type, lambda: self.random.choice(packed) if self.random.random() < 0.9 else base.make(), word='enum')

    def text(self):
        return self.random.choice(ODD_BYTES) if self.random.random() < 0.15 else self.random.choice(TEXTS).encode()

    def fixed_text(self):
        type = h5t.C_S1.copy()
        size = self.random.choice([1, 2, 3, 5, 8, 16, 40])
        pad = self.random.choice([h5t.STR_NULLTERM, h5t.STR_NULLPAD, h5t.STR_SPACEPAD])
        type.set_size(size)
        type.set_strpad(pad)
        type.set_cset(self.random.choice([h5t.CSET_ASCII, h5t.CSET_UTF8]))
        filler = b' ' if pad == h5t.STR_SPACEPAD and self.random.random() < 0.9 else b'\0'
        return Kind(type, lambda: self.text()[:size].ljust(size, filler), word='fixed text')

    def variable_text(self):
        type = h5t.C_S1.copy()
        type.set_size(h5t.VARIABLE)
        type.set_cset(self.random.choice([h5t.CSET_ASCII, h5t.CSET_UTF8]))
        type.set_strpad(self.random.choice([h5t.STR_NULLTERM, h5t.STR_NULLTERM, h5t.STR_NULLPAD, h5t.STR_SPACEPAD]))
        return Kind(type, lambda: struct.pack('<Q', 0 if self.random.random() < 0.1 else self.hold(self.text())), is_fixed=False, word='text')

    def opaque(self):
        size = self.random.choice([1, 2, 3, 8, 20])
        type = h5t.create(h5t.OPAQUE, size)
        type.set_tag(self.random.choice([b'', b'a tag', 'größer'.encode(), b'x' * 100, b'\xb5', b'1.0']))
        return Kind(type, lambda: self.random.choice([bytes(size), self.random.randbytes(size), b'abc\'"\n'.ljust(size, b'\0')[:size]]), word='opaque')

    def numpy_time(self):
        type = h5t.create(h5t.OPAQUE, 8)
        unit = self.random.choice(['Y', 'M', 'W', 'D', 'h', 'm', 's', 'ms', 'us', 'ns', '10s'])
        type.set_tag(f'NUMPY:{self.random.choice("<>")}{self.random.choice("mM")}8[{unit}]'.encode())
        return Kind(type, lambda: struct.pack('<q', self.random.choice([0, 1, -1, 1000, 1_600_000, -(1 << 63), self.random.randint(-10**6, 10**9)])), word='numpy time')

    def unix_time(self):
        type = self.random.choice([h5t.UNIX_D32LE, h5t.UNIX_D32BE, h5t.UNIX_D64LE, h5t.UNIX_D64BE])
        return Kind(type, lambda: self.random.randbytes(type.get_size()), word='time')

    def bitfield(self):
        size, order = self.random.choice([1, 2, 4, 8]), self.random.choice(['LE', 'BE'])
        type = getattr(h5t, f'STD_B{8 * size}{order}').copy()
        if self.random.random() < 0.3:
            precision = self.random.randint(4 * size, 8 * size)
            if LIBRARY.H5Tset_precision(I64(type.id), SIZE(precision)) < 0 or LIBRARY.H5Tset_offset(I64(type.id), SIZE(self.random.randint(0, 8 * size - precision))) < 0:
                raise RuntimeError('H5Tset_offset')
        return Kind(type, lambda: self.random.randbytes(size), word='bitfield')

    def complex_pair(self):
        size, order = self.random.choice([2, 4, 8]), self.random.choice('<>')
        part = getattr(h5t, f'IEEE_F{8 * size}{"LE" if order == "<" else "BE"}')
        type = h5t.create(h5t.COMPOUND, 2 * size)
        type.insert(b'r', 0, part)
        type.insert(b'i', size, part)
        return Kind(type, lambda: self.packed(order, size) + self.packed(order, size), word='complex pair')

    def native_complex(self):
        size, order = self.random.choice([2, 4, 8]), self.random.choice('<>')
        part = getattr(h5t, f'IEEE_F{8 * size}{"LE" if order == "<" else "BE"}')
        return Kind(make_type('H5Tcomplex_create', I64(part.id)), lambda: self.packed(order, size) + self.packed(order, size), word='native complex')

    def reference(self):
        def make():
            if self.random.random() < 0.3:
                return bytes(8)
            return struct.pack('<Q', h5py.h5o.get_info(self.target().id).addr)
        return Kind(h5t.STD_REF_OBJ, make, word='reference')

    def target(self):
        return self.file['/target'] if self.random.random() < 0.7 else self.file['/general']

    def region(self):
        def make():
            if self.random.random() < 0.3:
                return bytes(12)
            space = h5s.create_simple((6,))
            space.select_hyperslab((self.random.randint(0, 3),), (2,))
            made = ctypes.create_string_buffer(12)
            if LIBRARY.H5Rcreate(made, I64(self.file.id.id), b'/target', 1, I64(space.id)) < 0:
                raise RuntimeError('H5Rcreate')
            return made.raw
        return Kind(h5t.STD_REF_DSETREG, make, word='region')

    def standard_reference(self):
        def make():
            made, at = ctypes.create_string_buffer(64), I64(self.file.id.id)
            kind = self.random.choice(['null', 'object', 'region', 'attribute'])
            space = h5s.create_simple((6,))
            space.select_hyperslab((1,), (2,))
            calls = {'object': (b'/target', I64(0)), 'region': (b'/target', I64(space.id), I64(0)), 'attr': (b'/target', b'unit', I64(0))}
            if kind != 'null':
                name = 'attr' if kind == 'attribute' else kind
                if getattr(LIBRARY, f'H5Rcreate_{name}')(at, *calls[name], made) < 0:
                    raise RuntimeError('H5Rcreate')
            self.held.append(made)
            return made.raw
        return Kind(make_type('H5Tcopy', I64(I64.in_dll(LIBRARY, 'H5T_STD_REF_g').value)), make, is_fixed=False, word='standard reference')

    def array(self, depth, without):
        base = self.any(depth + 1, without)
        shape = tuple(self.random.randint(1, 3) for _ in range(self.random.randint(1, 3)))
        count = int(np.prod(shape))
        return Kind(h5t.array_create(base.type, shape), lambda: b''.join(base.make() for _ in range(count)), is_fixed=base.is_fixed, word=f'array of {base.word}')

    def compound(self, depth, without):
        names = self.random.sample(['x', 'y', 'idx_start', 'count', 'größe', 'a b', 'r', 'i', 'z.z', "it's", 'last'], self.random.randint(1, 5))
        parts = [(name, self.any(depth + 1, (*without, 'odd_float'))) for name in names]
        at, fields = 0, []
        is_packed = self.random.random() < 0.6
        for name, kind in parts:
            at += 0 if is_packed else self.random.randint(0, 4)
            fields.append((name, at, kind))
            at += kind.type.get_size()
        size = at + (0 if is_packed else self.random.randint(0, 5))
        type = h5t.create(h5t.COMPOUND, size)
        for name, offset, kind in fields:
            type.insert(name.encode(), offset, kind.type)

        def make():
            element = bytearray(size)
            for _, offset, kind in fields:
                made = kind.make()
                element[offset:offset + len(made)] = made
            return bytes(element)
        return Kind(type, make, is_fixed=all(kind.is_fixed for _, _, kind in fields), word=f'compound of {", ".join(kind.word for _, _, kind in fields)}')

    def sequence(self, depth, without):
        base = self.any(depth + 1, (*without, 'region'))

        def make():
            count = self.random.randint(0, 4)
            return struct.pack('<QQ', count, self.hold(b''.join(base.make() for _ in range(count))) if count else 0)
        return Kind(h5t.vlen_create(base.type), make, is_fixed=False, word=f'sequence of {base.word}')
