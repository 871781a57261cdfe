"""Writes one random HDF5 file: any format version, layout, filter, link and type that the library can write. Used by
write_random.py; the same seed gives the same file but for the times and heap bytes that the library leaves to chance.
"""
import ctypes

import h5py
import numpy as np
from h5py import h5a, h5d, h5f, h5g, h5p, h5s, h5t, h5z

from random_kinds import I64, LIBRARY, SIZE, Kinds

BOUNDS = [h5f.LIBVER_EARLIEST, h5f.LIBVER_V18, h5f.LIBVER_V110, h5f.LIBVER_V112, h5f.LIBVER_V114, h5f.LIBVER_LATEST]
NAMES = ['data', 'a b', 'größer', 'μ', '漢字', '😀', 'a.b', 'x;y', "it's", 'back\\slash', 'new\nline', '#', '%20', '-', 'n' * 200, 'UPPER', '~', '...', 'a:b', '\x01']
ODD_NAMES = [b'\xb5V', b'caf\xe9', b'\xff']
SHARED = [1 << 1, 1 << 3, 1 << 5, 1 << 11, 1 << 12]
USER_LINK = 187


def call(name, plist, *arguments):
    """A call on a property list; whole numbers are passed as the library's unsigned ones."""
    made = [each if isinstance(each, ctypes._SimpleCData) else ctypes.c_uint(each) for each in arguments]
    if getattr(LIBRARY, name)(I64(plist.id), *made) < 0:
        raise RuntimeError(name)


class LinkClass(ctypes.Structure):
    _fields_ = [('version', ctypes.c_int), ('id', ctypes.c_int), ('comment', ctypes.c_char_p), *((name, ctypes.c_void_p) for name in ('create', 'move', 'copy', 'traverse', 'delete', 'query'))]


FOLLOW = ctypes.CFUNCTYPE(I64, ctypes.c_char_p, I64, ctypes.c_void_p, SIZE, I64, I64)(lambda *_: -1)
LINK_CLASS = LinkClass(1, USER_LINK, b'own', None, None, None, ctypes.cast(FOLLOW, ctypes.c_void_p), None, None)


class RandomFile:
    def __init__(self, path, random):
        self.random = random
        self.path = path
        self.low = random.choice(BOUNDS)
        self.high = random.choice([each for each in BOUNDS[1:] if each >= self.low])
        self.groups = []
        self.used = set()
        self.file = None
        while self.file is None:
            # Not every form of a file is one of every version.
            self.file = self.attempt(lambda: h5py.File(h5f.create(path.encode(), h5f.ACC_TRUNC, self.creation(), self.access())))
        self.kinds = Kinds(random, self.file, self.high == h5f.LIBVER_LATEST)

    def chance(self, share):
        return self.random.random() < share

    def attempt(self, action, *arguments):
        """What the library does not allow is left out."""
        try:
            return action(*arguments)
        except (ValueError, RuntimeError, TypeError, OSError, KeyError, OverflowError, NotImplementedError):
            return None

    def creation(self):
        creation = h5p.create(h5p.FILE_CREATE)
        creation.set_obj_track_times(self.chance(0.5))
        if self.chance(0.2):
            creation.set_userblock(self.random.choice([512, 1024, 4096]))
        if self.chance(0.2):
            self.attempt(creation.set_link_creation_order, self.random.choice([h5p.CRT_ORDER_TRACKED, h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED]))
        if self.chance(0.2):
            self.attempt(call, 'H5Pset_sym_k', creation, self.random.choice([1, 2, 4, 30]), self.random.choice([1, 2, 5]))
        if self.chance(0.1):
            self.attempt(call, 'H5Pset_istore_k', creation, self.random.choice([1, 2, 5]))
        if self.chance(0.25):
            self.attempt(creation.set_file_space_strategy, self.random.choice([h5f.FSPACE_STRATEGY_PAGE, h5f.FSPACE_STRATEGY_FSM_AGGR, h5f.FSPACE_STRATEGY_NONE]), self.chance(0.5), 1)
            self.attempt(creation.set_file_space_page_size, self.random.choice([512, 1024, 4096, 16384]))
        if self.chance(0.25):
            self.attempt(self.share, creation)
        if self.chance(0.3):
            self.attempt(creation.set_attr_phase_change, *self.random.choice([(0, 0), (2, 1), (8, 6)]))
        return creation

    def share(self, creation):
        """Shared messages: one index or two, of some kinds of message each, as a list or as a tree."""
        kinds = self.random.sample(SHARED, len(SHARED))
        at = self.random.randint(1, len(kinds))
        indexes = [each for each in (kinds[:at], kinds[at:]) if each]
        call('H5Pset_shared_mesg_nindexes', creation, len(indexes))
        for index, group in enumerate(indexes):
            call('H5Pset_shared_mesg_index', creation, index, sum(group), self.random.choice([1, 20, 60]))
        call('H5Pset_shared_mesg_phase_change', creation, *self.random.choice([(50, 40), (0, 0), (3, 2)]))

    def access(self):
        access = h5p.create(h5p.FILE_ACCESS)
        access.set_libver_bounds(self.low, self.high)
        access.set_fclose_degree(h5f.CLOSE_STRONG)
        if self.chance(0.2):
            access.set_alignment(1, self.random.choice([8, 64, 512]))
        if self.chance(0.2):
            call('H5Pset_meta_block_size', access, ctypes.c_uint64(self.random.choice([0, 256, 65536])))
        return access

    def reopen(self):
        """Closed and opened again, by another format version's rules."""
        self.file.close()
        self.low = self.random.choice([each for each in BOUNDS if each <= self.high])
        self.file = h5py.File(h5f.open(self.path.encode(), h5f.ACC_RDWR, self.access()))
        self.kinds.file = self.file

    def name(self, group):
        for _ in range(50):
            base = self.random.choice(NAMES) if self.chance(0.25) else f'{self.random.choice(["data", "units", "spikes", "x", "rate"])}_{self.random.randint(0, 999)}'
            name = self.random.choice(ODD_NAMES) if self.chance(0.03) else base.encode()
            if (group.name, name) not in self.used:
                self.used.add((group.name, name))
                return name
        raise KeyError('no name is left')

    def space(self):
        pick = self.random.random()
        if pick < 0.25:
            return h5s.create(h5s.SCALAR), ()
        if pick < 0.32:
            return h5s.create(h5s.NULL), None
        most = self.random.choice([4, 4, 12, 40])
        shape = tuple(self.random.randint(0 if self.chance(0.1) else 1, most) for _ in range(self.random.choice([1, 1, 1, 2, 2, 3, 4])))
        while np.prod(shape) > 3000:
            shape = tuple(max(1, length // 2) for length in shape)
        return h5s.create_simple(shape), shape

    def elements(self, kind, count):
        return b''.join(kind.make() for _ in range(count))

    def attributes(self, node, most):
        for _ in range(self.random.randint(0, most)):
            self.attempt(self.attribute, node)

    def attribute(self, node, kind=None):
        kind = kind or self.kinds.any()
        space, shape = self.space()
        name = self.random.choice(ODD_NAMES) if self.chance(0.02) else self.random.choice([f'{self.random.choice(["unit", "rate", "note"])} {self.random.randint(0, 999)}', self.random.choice(NAMES)]).encode()
        made = h5a.create(node.id, name, kind.type, space)
        if shape is not None and self.chance(0.95):
            if LIBRARY.H5Awrite(I64(made.id), I64(kind.type.id), self.elements(kind, int(np.prod(shape)))) < 0:
                raise RuntimeError('H5Awrite')

    def object_creation(self, which):
        creation = h5p.create(which)
        creation.set_obj_track_times(self.chance(0.5))
        if self.chance(0.3):
            self.attempt(creation.set_attr_phase_change, *self.random.choice([(0, 0), (2, 1), (8, 6)]))
        if self.chance(0.2):
            self.attempt(creation.set_attr_creation_order, self.random.choice([h5p.CRT_ORDER_TRACKED, h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED]))
        return creation

    def group(self, parent):
        creation = self.object_creation(h5p.GROUP_CREATE)
        if self.chance(0.3):
            self.attempt(creation.set_link_creation_order, self.random.choice([h5p.CRT_ORDER_TRACKED, h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED]))
        if self.chance(0.3):
            self.attempt(call, 'H5Pset_link_phase_change', creation, *self.random.choice([(0, 0), (2, 1), (8, 6)]))
        if self.chance(0.2):
            self.attempt(call, 'H5Pset_est_link_info', creation, self.random.choice([0, 1, 20]), self.random.choice([1, 8, 30]))
        if self.chance(0.1):
            self.attempt(call, 'H5Pset_deflate', creation, 6)
        made = h5py.Group(h5g.create(parent.id, self.name(parent), None, creation))
        self.groups.append(made)
        self.attributes(made, self.random.choice([0, 3, 12]))
        return made

    def dataset(self, parent):
        kind = self.kinds.any()
        space, shape = self.space()
        creation = self.object_creation(h5p.DATASET_CREATE)
        count = 0 if shape is None else int(np.prod(shape))
        layout = self.random.choice(['compact', 'contiguous', 'contiguous', 'external', 'chunked', 'chunked', 'chunked', 'chunked'])
        if layout in ('chunked', 'external') and (not shape or 0 in shape):
            layout = 'chunked' if shape and layout == 'chunked' else 'contiguous'
        chunks = ()
        if layout == 'chunked':
            space, chunks = self.chunked(creation, kind, shape)
        elif layout == 'compact':
            creation.set_layout(h5d.COMPACT)
        elif layout == 'external':
            creation.set_external(b'elsewhere.bin', 0, count * kind.type.get_size())
        if self.chance(0.35):
            if LIBRARY.H5Pset_fill_value(I64(creation.id), I64(kind.type.id), self.elements(kind, 1)) < 0:
                raise RuntimeError('H5Pset_fill_value')
        if self.chance(0.2):
            creation.set_fill_time(self.random.choice([h5d.FILL_TIME_ALLOC, h5d.FILL_TIME_NEVER, h5d.FILL_TIME_IFSET]))
            if creation.get_fill_time() == h5d.FILL_TIME_NEVER and layout != 'compact':
                creation.set_fill_time(h5d.FILL_TIME_IFSET)
        if self.chance(0.3) and layout != 'compact':
            self.attempt(creation.set_alloc_time, self.random.choice([h5d.ALLOC_TIME_EARLY, h5d.ALLOC_TIME_LATE, h5d.ALLOC_TIME_INCR]))
        made = h5py.Dataset(h5d.create(parent.id, self.name(parent), kind.type, space, creation))
        self.attempt(self.write, made, kind, shape, count, chunks)
        self.attributes(made, self.random.choice([0, 0, 3, 12]))
        if chunks and self.chance(0.2):
            self.attempt(self.resize, made, shape)
        return made

    def chunked(self, creation, kind, shape):
        """Chunks of every index: the version of the file and the most that the shape may grow to decide which."""
        chunks = tuple(max(1, self.random.randint(1, max(1, length))) for length in shape)
        if self.chance(0.15):
            chunks = tuple(max(1, length) for length in shape)
        if self.chance(0.06):
            chunks = (1,) * len(shape)
        if self.chance(0.1):
            chunks = tuple(length + self.random.randint(0, 2) for length in chunks)
        growth = self.random.choice(['none', 'none', 'some', 'one', 'all'])
        most = {'none': shape, 'some': tuple(length + 5 for length in shape), 'one': (h5s.UNLIMITED,) + shape[1:], 'all': (h5s.UNLIMITED,) * len(shape)}[growth]
        if growth == 'none':
            chunks = tuple(min(chunk, max(1, length)) for chunk, length in zip(chunks, shape))
        creation.set_chunk(chunks)
        if self.chance(0.2):
            self.attempt(call, 'H5Pset_chunk_opts', creation, 2)
        self.filters(creation, kind, int(np.prod(chunks)))
        if not creation.get_nfilters() and growth in ('none', 'some') and self.chance(0.3):
            creation.set_alloc_time(h5d.ALLOC_TIME_EARLY)
        return h5s.create_simple(shape, most), chunks

    def filters(self, creation, kind, count):
        """Any filters that fit the type; n-bit and scale-offset first, as libhdf5 2.0 does not undo what comes before them."""
        size = kind.type.get_size()
        is_whole = kind.is_number and kind.type.get_class() == h5t.INTEGER
        numbers = [lambda: call('H5Pset_nbit', creation)]
        if is_whole:
            numbers.append(lambda: creation.set_scaleoffset(h5z.SO_INT, self.random.choice([0, 0, 3, 8 * size])))
        elif kind.is_number and size > 2:
            numbers.append(lambda: creation.set_scaleoffset(h5z.SO_FLOAT_DSCALE, self.random.randint(0, 4)))
        if kind.is_fixed and 'odd float' not in kind.word and self.chance(0.3):
            self.attempt(self.random.choice(numbers))
        bytes = [creation.set_shuffle, lambda: creation.set_deflate(self.random.randint(0, 9)), creation.set_fletcher32, lambda: creation.set_filter(h5z.FILTER_LZF, h5z.FLAG_OPTIONAL)]
        if kind.is_number and size in (1, 2, 4, 8):
            bytes.append(lambda: creation.set_szip(self.random.choice([4, 32]), self.random.choice([2, 4, 8, 16, 32])))
        if self.chance(0.1):
            bytes.append(lambda: creation.set_filter(32000 + self.random.randint(100, 200), h5z.FLAG_OPTIONAL, (1, 2)))
        for option in self.random.sample(bytes, self.random.choice([0, 0, 1, 1, 2, 3])):
            self.attempt(option)

    def write(self, made, kind, shape, count, chunks):
        if shape is None or count == 0 or self.chance(0.12):
            return
        if chunks and kind.is_fixed and self.chance(0.15):
            # A chunk as it is, with its filters left out.
            offsets = tuple(self.random.randrange(0, length, chunk) for length, chunk in zip(shape, chunks))
            filters = made.id.get_create_plist().get_nfilters()
            made.id.write_direct_chunk(offsets, self.elements(kind, int(np.prod(chunks))), filter_mask=(1 << filters) - 1)
            return
        space = made.id.get_space()
        memory = h5s.create_simple((count,))
        if shape and self.chance(0.25):
            start = tuple(self.random.randrange(length) for length in shape)
            extent = tuple(self.random.randint(1, length - at) for length, at in zip(shape, start))
            space.select_hyperslab(start, extent)
            count = int(np.prod(extent))
            memory = h5s.create_simple((count,))
        if LIBRARY.H5Dwrite(I64(made.id.id), I64(kind.type.id), I64(memory.id), I64(space.id), I64(0), self.elements(kind, count)) < 0:
            raise RuntimeError('H5Dwrite')

    def resize(self, made, shape):
        made.resize(tuple(max(0, length + self.random.randint(-3, 6)) for length in shape))

    def virtual(self, parent):
        """Sources in another file and in this one; of a fixed number, or as many as there are."""
        shape = tuple(self.random.randint(1, 5) for _ in range(self.random.randint(1, 2)))
        type = self.random.choice([h5t.STD_I32LE, h5t.IEEE_F64BE, h5t.STD_U8LE])
        files = [b'elsewhere.h5', b'.', 'größer.h5'.encode()]
        creation = self.object_creation(h5p.DATASET_CREATE)
        most = self.random.choice(['none', 'none', 'printf', 'growing'])
        whole = h5s.create_simple((4,) + shape, (h5s.UNLIMITED,) + shape if most != 'none' else (4,) + shape)
        if most == 'none':
            for row in range(self.random.randint(1, 4)):
                whole.select_hyperslab((row,) + (0,) * len(shape), (1,) + shape)
                creation.set_virtual(whole, self.random.choice(files), b'/target', h5s.create_simple(shape))
        elif most == 'printf':
            whole.select_hyperslab((0,) * (1 + len(shape)), (h5s.UNLIMITED,) + (1,) * len(shape), (1,) + (1,) * len(shape), (1,) + shape)
            creation.set_virtual(whole, self.random.choice([b'elsewhere-%b.h5', b'.']), b'/data-%b', h5s.create_simple(shape))
        else:
            whole.select_hyperslab((0,) * (1 + len(shape)), (1,) * (1 + len(shape)), None, (h5s.UNLIMITED,) + shape)
            source = h5s.create_simple((3,) + shape, (h5s.UNLIMITED,) + shape)
            source.select_hyperslab((0,) * (1 + len(shape)), (1,) * (1 + len(shape)), None, (h5s.UNLIMITED,) + shape)
            creation.set_virtual(whole, self.random.choice(files), b'/target', source)
        if self.chance(0.3):
            creation.set_fill_value(np.array(7, 'u1'))
        self.attributes(h5py.Dataset(h5d.create(parent.id, self.name(parent), type, whole, creation)), 3)

    def named_type(self, parent):
        kind = self.kinds.any()
        name = self.name(parent)
        type = kind.type.copy()
        type.commit(parent.id, name)
        self.attributes(h5py.Datatype(type), self.random.choice([0, 2, 12]))
        kind.type = type
        for _ in range(self.random.randint(0, 2)):
            self.attempt(self.attribute, parent, kind)
        if self.chance(0.7):
            space, shape = self.space()
            made = h5py.Dataset(h5d.create(parent.id, self.name(parent), type, space))
            self.write(made, kind, shape, int(np.prod(shape or ())) if shape is not None else 0, ())

    def link(self, parent):
        name = self.name(parent)
        which = self.random.choice(['soft', 'soft', 'hard', 'external', 'own', 'cycle'])
        targets = ['/target', 'target', '/general', '/nowhere', '/general/../target', './target', '//target/', '.', '/general/nothing', '/']
        if which == 'soft':
            parent.id.links.create_soft(name, self.random.choice(targets).encode())
        elif which == 'external':
            parent.id.links.create_external(name, self.random.choice([b'other.h5', 'größer.h5'.encode(), b'x.h5']), b'/x')
        elif which == 'own':
            if LIBRARY.H5Lcreate_ud(I64(parent.id.id), name, USER_LINK, b'content', SIZE(7), I64(0), I64(0)) < 0:
                raise RuntimeError('H5Lcreate_ud')
        else:
            target = self.file['/target'] if which == 'hard' else self.random.choice([self.file['/'], self.file['/general']])
            h5py.h5o.link(target.id, parent.id, name)

    def copy(self, parent):
        """Any of the members again, and a comment on the group."""
        h5py.h5o.set_comment(parent.id, self.random.choice([b'a comment', 'größer'.encode()]))
        names = list(parent.id)
        if names:
            h5py.h5o.copy(parent.id, self.random.choice(names), self.random.choice(self.groups).id, self.name(parent))

    def large(self, parent):
        """An attribute of more bytes than a message holds."""
        kind = self.random.choice([self.kinds.integer, self.kinds.floating, self.kinds.variable_text, self.kinds.fixed_text])()
        made = h5a.create(parent.id, f'large {self.random.randint(0, 99)}'.encode(), kind.type, h5s.create_simple((count := self.random.choice([1200, 9000]),)))
        if LIBRARY.H5Awrite(I64(made.id), I64(kind.type.id), self.elements(kind, count)) < 0:
            raise RuntimeError('H5Awrite')

    def remove(self, parent):
        """Members or attributes that are gone again, so that headers and heaps have holes."""
        names = [name for name in parent.id if name not in (b'target', b'general')]
        if names and self.chance(0.6):
            parent.id.unlink(self.random.choice(names))
            return
        attributes = []
        h5a.iterate(parent.id, lambda name, *_: attributes.append(name))
        if attributes:
            name = self.random.choice(attributes)
            h5a.delete(parent.id, name) if self.chance(0.6) else h5a.rename(parent.id, name, b'renamed')

    def nwb(self):
        """A little of an NWB file around it all: a table, a series and what is under /general."""
        text = h5py.string_dtype()
        root, general = self.file['/'], self.file['/general']
        root.attrs.update({'neurodata_type': 'NWBFile', 'namespace': 'core', 'nwb_version': '2.8.0'})
        root.create_dataset('identifier', data=f'id {self.random.random()}', dtype=text)
        root.create_dataset('file_create_date', data=['2024-01-01T00:00:00+00:00'] * self.random.randint(1, 3), dtype=text, maxshape=(None,), chunks=True)
        for name in self.random.sample(['lab', 'institution', 'keywords', 'experimenter', 'notes'], 3):
            data = self.random.choice(['a lab', ['one', 'größer'], np.array([b'one', b'two'])])
            general.create_dataset(name, data=data, dtype=text if not isinstance(data, np.ndarray) else None)
        table = general.require_group('extracellular_ephys').create_group('electrodes')
        rows = self.random.randint(1, 40)
        table.attrs.update({'neurodata_type': 'DynamicTable', 'description': 'electrodes', 'colnames': np.array(['x', 'label'], dtype=text)})
        for name, data in {'id': np.arange(rows), 'x': np.linspace(0, 1, rows, dtype='f4'), 'label': np.array([f'e{n}' for n in range(rows)], dtype=text)}.items():
            table.create_dataset(name, data=data, **self.random.choice([{}, {'chunks': True, 'maxshape': (None,)}, {'compression': 'gzip'}])).attrs['neurodata_type'] = 'VectorData'
        series = root.require_group('acquisition').create_group('ElectricalSeries')
        series.attrs.update({'neurodata_type': 'ElectricalSeries', 'description': 'raw', 'comments': ''})
        data = series.create_dataset('data', data=np.zeros((rows, 4), 'i2'), chunks=(max(1, rows // 2), 4), compression=self.random.choice(['gzip', 'lzf', None]))
        data.attrs.update({'unit': 'volts', 'conversion': np.float32(1.95e-7), 'resolution': -1.0})
        series.create_dataset('starting_time', data=0.0).attrs.update({'rate': 30000.0, 'unit': 'seconds'})
        region = series.create_dataset('electrodes', data=np.arange(4))
        region.attrs.update({'neurodata_type': 'DynamicTableRegion', 'table': table.ref})

    def fill(self):
        root = self.file['/']
        general = self.file.create_group('general')
        target = self.file.create_dataset('target', data=np.arange(6, dtype='i2'))
        target.attrs['unit'] = 'V'
        self.groups = [root, general, general, general]
        if self.chance(0.4):
            self.attempt(self.nwb)
        actions = [self.dataset] * 10 + [self.group] * 2 + [self.link] * 2 + [self.virtual, self.named_type, self.remove, self.copy, self.large]
        for step in range(self.random.choice([4, 12, 30])):
            self.attempt(self.random.choice(actions), self.random.choice(self.groups))
            if step == 11 and self.chance(0.5):
                names = [group.name for group in self.groups]
                self.reopen()
                self.groups = [self.file[name] for name in names if isinstance(name, str) and name in self.file]
        if self.chance(0.15):
            crowd = self.random.choice(self.groups)
            for n in range(self.random.choice([40, 300])):
                self.attempt(crowd.id.links.create_soft, f'many {n}'.encode(), b'/target')
        self.attributes(self.file['/general'], 12)
        self.attributes(self.file['/'], 6)
        self.file.close()


def write_hdf5(path, random):
    """Writes a random file to `path`."""
    LIBRARY.H5Lregister(ctypes.byref(LINK_CLASS))
    RandomFile(path, random).fill()
