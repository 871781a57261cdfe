"""Writes features/*.h5.gz to this folder, and what h5py reads from them to features/*.json: files with features that
HDF5 allows and NWB files rarely have, so that a reader is tested with the whole format. Files that were filled by the
same function have the same content, and share its JSON, whose form is that of kinds.py; FILES below lists them.

  python3 features.py     requires h5py; the committed files were written with h5py 3.16 (HDF5 2.0); written
again they are identical, except for four uninitialized bytes in each of space-*-persisted

Calls that h5py lacks go directly to its HDF5 library, by ctypes: h5py's identifiers are the library's.
"""
import ctypes, gzip, json, os
import h5py, numpy as np
from h5py import h5a, h5d, h5f, h5g, h5l, h5p, h5r, h5s, h5t
import kinds
from kinds import COLOUR, ROW, TEXT, read

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'features')
LIBRARY = ctypes.CDLL(next(line.split()[-1] for line in open('/proc/self/maps') if '/libhdf5-' in line))
OLD, LATEST = ('earliest', 'v108'), ('latest', 'latest')


def call(name, plist, *arguments):
    """A call on a property list; whole numbers are passed as the library's unsigned ones."""
    made = [a if isinstance(a, ctypes._SimpleCData) else ctypes.c_uint(a) for a in arguments]
    if getattr(LIBRARY, name)(ctypes.c_int64(plist.id), *made) < 0: raise RuntimeError(name)


class Written:
    """One file being written. Nothing in it has a time, so that the same calls write the same bytes."""

    def __init__(self, name, libver=OLD, setup=None, times=False):
        self.path = os.path.join(FOLDER, f'{name}.h5')
        creation, access = h5p.create(h5p.FILE_CREATE), h5p.create(h5p.FILE_ACCESS)
        creation.set_obj_track_times(times)
        if setup: setup(creation)
        bounds = {'earliest': h5f.LIBVER_EARLIEST, 'v108': h5f.LIBVER_V18, 'v110': h5f.LIBVER_V110, 'latest': h5f.LIBVER_LATEST}
        access.set_libver_bounds(*(bounds[b] for b in libver))
        access.set_fclose_degree(h5f.CLOSE_STRONG)
        self.file = h5py.File(h5f.create(self.path.encode(), h5f.ACC_TRUNC, creation, access))

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.file.close()

    def group(self, path, setup=None):
        creation = h5p.create(h5p.GROUP_CREATE)
        creation.set_obj_track_times(False)
        if setup: setup(creation)
        return h5py.Group(h5g.create(self.file.id, path.encode(), None, creation))

    def dataset(self, path, data, setup=None, chunks=None, maxshape=None, dtype=None):
        """A dataset; if `chunks` are given, with the creation properties that `setup` sets."""
        creation = h5p.create(h5p.DATASET_CREATE)
        creation.set_obj_track_times(False)
        if chunks: creation.set_chunk(chunks)
        if setup: setup(creation)
        data = np.asarray(data)
        space = h5s.create_simple(data.shape, maxshape and tuple(h5s.UNLIMITED if m is None else m for m in maxshape)) if data.shape else h5s.create(h5s.SCALAR)
        made = h5d.create(self.file.id, path.encode(), dtype or h5t.py_create(data.dtype, logical=True), space, creation)
        dataset = h5py.Dataset(made)
        if data.size: dataset[()] = data
        return dataset


def general(w):
    """The content of every file: a small part of an NWB file."""
    w.file.attrs['neurodata_type'] = 'NWBFile'
    w.group('/general').attrs['note'] = 'größer'
    w.dataset('/general/lab', np.array('a lab', dtype=object), dtype=h5t.py_create(TEXT, logical=True))
    w.dataset('/identifier', np.arange(5, dtype='i2'))


def crowd(group, count, value=lambda n: np.arange(n + 1, dtype='i4')):
    for n in range(count): group.attrs[f'attribute {n:03}'] = value(n)


# Message types that can be shared, by their flags (H5O_SHMESG_*_FLAG).
SPACE, TYPE, FILL, PIPELINE, ATTRIBUTE = 1 << 1, 1 << 3, 1 << 5, 1 << 11, 1 << 12


def shared(*indexes, most_list=50, least_tree=40):
    """An index of shared messages for each (flags, least bytes)."""
    def setup(creation):
        call('H5Pset_shared_mesg_nindexes', creation, len(indexes))
        for n, (flags, least) in enumerate(indexes): call('H5Pset_shared_mesg_index', creation, n, flags, least)
        call('H5Pset_shared_mesg_phase_change', creation, most_list, least_tree)
    return setup


def fill_shared(w):
    """Types, dataspaces, fill values, filters and attributes that recur."""
    general(w)
    filtered = lambda creation: (creation.set_fill_value(np.array(-7, 'i4')), creation.set_shuffle(), creation.set_deflate(4))
    for n in range(4):
        w.dataset(f'/general/grid{n}', np.arange(12, dtype='i4').reshape(4, 3) + n, setup=filtered, chunks=(2, 3), maxshape=(8, 3)).attrs['unit'] = 'volts per something long enough to be shared'
        w.dataset(f'/general/empty{n}', np.zeros((0, 3), 'i4'), setup=filtered, chunks=(2, 3), maxshape=(None, 3))
        unwritten = w.dataset(f'/general/unwritten{n}', np.zeros(0, 'i4'), setup=filtered, chunks=(2,), maxshape=(None,))
        unwritten.resize((3,))
        unwritten.attrs.create('rows', np.array([('one', w.file['general'].ref, 7, 'α')], dtype=ROW), dtype=ROW)
        unwritten.attrs.create('colour', 2, dtype=COLOUR)
    crowd(w.group('/general/few'), 3)
    crowd(w.group('/general/many'), 20)
    w.file['named'] = np.dtype([('x', '<i4'), ('y', '<f8')])
    for n in range(2): w.file[f'/general/few'].attrs.create(f'of named {n}', np.array((n, n / 2), dtype=w.file['named'].dtype), dtype=w.file['named'])


def sized(offsets, lengths):
    return lambda creation: call('H5Pset_sizes', creation, ctypes.c_size_t(offsets), ctypes.c_size_t(lengths))


def fill_narrow(w, most=6, crowded=3):
    """One of each structure that contains addresses or lengths. If lengths have less than eight bytes, libhdf5 loses
    unlimited dimensions, and if they have two, the sizes of a fractal heap: hence `most` and `crowded`."""
    general(w)
    grid = w.dataset('/general/grid', np.arange(30, dtype='i2').reshape(6, 5), setup=lambda c: c.set_deflate(4), chunks=(2, 5), maxshape=(most, 5))
    w.dataset('/general/fixed', np.arange(30, dtype='i2'), chunks=(4,))
    w.dataset('/general/single', np.arange(30, dtype='i2'), chunks=(30,), setup=lambda c: c.set_deflate(4))
    if most is None: w.dataset('/general/both', np.arange(6, dtype='i2').reshape(2, 3), chunks=(1, 2), maxshape=(None, None))
    for n in range(crowded): w.group(f'/g{n:02}')
    w.file['soft'], w.file['outside'] = h5py.SoftLink('/general'), h5py.ExternalLink('other.h5', '/x')
    group = w.group('/attributes')
    crowd(group, crowded)
    group.attrs['texts'] = np.array(['one', 'zwei', ''], dtype=TEXT)
    group.attrs['ref'], group.attrs['region'] = grid.ref, grid.regionref[1:3, 2:4]
    group.attrs['sequences'] = np.array([np.array([1, 2], 'i4'), np.array([], 'i4')], dtype=h5py.vlen_dtype('i4'))


def fill_sized(w):
    fill_narrow(w, crowded=12)


def fill_wide(w):
    fill_narrow(w, most=None, crowded=12)


def fill_short_links(w):
    """Links so short, at the narrowest sizes, that a heap stores them in their ids."""
    general(w)
    dense = lambda c: c.set_attr_phase_change(0, 0) or call('H5Pset_link_phase_change', c, 0, 0)
    group = w.group('/short', dense)
    for letter in 'abcdefgh': w.group(f'/short/{letter}')
    w.file['/short/longer name'] = h5py.SoftLink('/general')
    crowd(group, 6)
    group.attrs['huge'] = np.arange(2000, dtype='i4')


def fill_ranks(w):
    """Trees of more than one node, at unusual ranks."""
    general(w)
    for n in range(40): w.group(f'/general/group {n:02}')
    w.dataset('/general/chunks', np.arange(30, dtype='i2'), chunks=(1,))
    w.dataset('/general/planes', np.arange(24, dtype='i2').reshape(4, 6), chunks=(1, 2), setup=lambda c: c.set_fletcher32())


def ranks(creation):
    call('H5Pset_sym_k', creation, 2, 3)
    call('H5Pset_istore_k', creation, 2)


def fill_huge(w):
    general(w)
    mixed = w.group('/mixed')
    crowd(mixed, 10)
    for n in (1, 2): mixed.attrs[f'huge {n}'] = np.arange(1100 * n, dtype='i4')
    mixed.attrs['texts'] = np.array([f'text {n}' for n in range(300)], dtype=TEXT)
    alone = w.group('/alone')
    alone.attrs['huge'] = np.arange(5000, dtype='u1')


def fill_filtered_heap(w):
    general(w)
    filtered = lambda c: (call('H5Pset_link_phase_change', c, 0, 0), call('H5Pset_deflate', c, 6))
    w.group('/few', filtered)
    w.group('/few/one'), w.group('/few/two')
    w.group('/general/many', lambda c: (filtered(c), call('H5Pset_fletcher32', c)))
    for n in range(60): w.file[f'/general/many/link {n:02}'] = h5py.SoftLink('/a rather long way to go/' * 3 + str(n))
    w.group('/huge', filtered)
    for n in (0, 1): w.file['/huge/' + 'long' * 1200 + str(n)] = h5py.SoftLink('/general')


def fill_tracked(w):
    general(w)
    def order(flags): return lambda c: (c.set_link_creation_order(flags), c.set_attr_creation_order(flags))
    for name, flags in (('tracked', h5p.CRT_ORDER_TRACKED), ('indexed', h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED)):
        for size, count in (('few', 3), ('many', 12)):
            group = w.group(f'/{name} {size}', order(flags))
            for n in reversed(range(count)):
                w.group(f'/{name} {size}/g{n:02}')
                group.attrs[f'a{n:02}'] = n
    w.dataset('/tracked data', np.arange(3), setup=lambda c: c.set_attr_creation_order(h5p.CRT_ORDER_TRACKED)).attrs['b'] = 1


def fill_phases(w):
    general(w)
    def phases(most, least): return lambda c: (call('H5Pset_link_phase_change', c, most, least), c.set_attr_phase_change(most, least))
    for count in (2, 3, 4, 5):
        group = w.group(f'/general/at {count}', phases(3, 2))
        for n in range(count):
            w.group(f'/general/at {count}/g{n}')
            group.attrs[f'a{n}'] = f'value {n}'
    back = w.group('/back', phases(3, 2))
    for n in range(5):
        w.group(f'/back/g{n}')
        back.attrs[f'a{n}'] = n
    for n in (0, 2, 3, 4):
        del back[f'g{n}'], back.attrs[f'a{n}']
    w.group('/always dense', phases(0, 0)).attrs['one'] = 1
    crowd(w.dataset('/general/data', np.arange(3), setup=lambda c: c.set_attr_phase_change(1, 0)), 4)


class Run(ctypes.Structure):
    """A sequence of variable length as the library has it in memory (hvl_t)."""
    _fields_ = [('count', ctypes.c_size_t), ('at', ctypes.c_void_p)]


def runs(*sequences):
    """The bytes of sequences of two-byte integers, and the objects that must be kept until they are written."""
    held = [(ctypes.c_int16 * len(sequence))(*sequence) for sequence in sequences]
    made = (Run * len(held))(*(Run(len(numbers), ctypes.addressof(numbers)) for numbers in held))
    return bytes(made), (held, made)


def raw_attribute(owner, name, kind, values, held=None):
    """An attribute of a type for which h5py has no numpy type, from its elements' bytes in memory."""
    attribute = h5a.create(owner.id, name.encode(), kind, h5s.create_simple((len(values) // kind.get_size(),)))
    if LIBRARY.H5Awrite(ctypes.c_int64(attribute.id), ctypes.c_int64(kind.id), values) < 0: raise RuntimeError('H5Awrite')


def fill_committed(w):
    general(w)
    types = w.group('/types')
    kinds = {'text': TEXT, 'colour': COLOUR, 'row': ROW, 'sequence': h5py.vlen_dtype('<i2'), 'half': np.dtype('f2')}
    for name, kind in kinds.items(): types[name] = kind
    types['row'].attrs.create('of itself', np.array([('a', types.ref, 1, 'b')], dtype=ROW), dtype=types['row'])
    values = {
        'text': 'committed', 'colour': 2, 'row': np.array([('one', w.file['general'].ref, 7, 'α')], dtype=ROW),
        'half': 1.5}
    for place in (w.group('/general/few'), w.dataset('/general/data', np.arange(2, dtype='f2'), dtype=types['half'].id)):
        for name, value in values.items(): place.attrs.create(name, value, dtype=types[name])
        raw_attribute(place, 'sequence', types['sequence'].id, *runs((1, 2), ()))
    many = w.group('/general/many')
    for n in range(12): many.attrs.create(f'colour {n}', n % 2 + 1, dtype=types['colour'])


def fill_types(w):
    general(w)
    grid = w.dataset('/general/grid', np.arange(100, dtype='i2').reshape(10, 10))
    attrs = w.group('/attributes').attrs
    for name, value in {'half': np.float16(1.5), 'halves': np.array([65504, 6e-8, -0.0, np.inf, np.nan], 'f2'), 'big half': np.array([0.5, -2], '>f2'), 'region': grid.regionref[2:4, 1:3]}.items():
        attrs[name] = value
    attrs.create('points', np.array([grid.regionref[np.arange(100).reshape(10, 10) % 7 == 0], h5py.RegionReference()], dtype=h5py.regionref_dtype), dtype=h5py.regionref_dtype)
    inner = np.dtype([('pair', '<f4', (2,)), ('word', TEXT), ('colour', COLOUR)])
    outer = np.dtype([('before', '>i2'), ('inner', inner), ('grid', 'u1', (2, 3)), ('sequence', h5py.vlen_dtype('<i4')), ('to', h5py.ref_dtype)])
    value = np.zeros(2, outer)
    for n in range(2):
        value[n]['before'], value[n]['inner'] = n - 1, ((n, -n), f'wörd {n}', n + 1)
        value[n]['grid'], value[n]['sequence'], value[n]['to'] = np.arange(6).reshape(2, 3) + n, np.arange(n + 1, dtype='i4'), grid.ref
    attrs.create('nested', value, dtype=outer)
    w.dataset('/general/nested', value, dtype=h5t.py_create(outer, logical=True))
    owner = w.group('/raw')
    for name, kind, values in (
        ('bits', h5t.STD_B8LE, b'\x05\xff'), ('wide bits', h5t.STD_B32BE, b'\x01\x02\x03\x04'), ('time', h5t.UNIX_D32LE, b'\x01\x02\x03\x04'), ('long time', h5t.UNIX_D64LE, bytes(range(8)))):
        raw_attribute(owner, name, kind, values)
    # Few enough to be in the object header, where the libhdf5 engine finds the tag.
    owner = w.group('/raw too')
    opaque = h5t.create(h5t.OPAQUE, 3)
    opaque.set_tag(b'a tag')
    raw_attribute(owner, 'opaque', opaque, b'\x00\x01\x02\xfd\xfe\xff')
    vlens = h5t.vlen_create(h5t.vlen_create(h5t.STD_I16LE))
    _, held = runs((1, -2), (3,))
    raw_attribute(owner, 'sequences of sequences', vlens, bytes(Run(2, ctypes.addressof(held[1]))) + bytes(Run(0, None)), held)
    compound = h5t.create(h5t.COMPOUND, 8)
    compound.insert(b'bits', 0, h5t.STD_B16LE), compound.insert(b'when', 4, h5t.UNIX_D32LE)
    raw_attribute(owner, 'arrays of arrays', h5t.array_create(h5t.array_create(h5t.STD_I16BE, (2, 3)), (2,)), bytes(range(24)))
    raw_attribute(owner, 'compound', compound, bytes(range(8)))
    padded = h5t.C_S1.copy()
    padded.set_size(5), padded.set_strpad(h5t.STR_NULLPAD), padded.set_cset(h5t.CSET_UTF8)
    raw_attribute(owner, 'null padded', padded, 'aé'.encode() + b'\0\0')


def attribute_of_charset(owner, name, charset):
    """An attribute whose name is marked with the character set, which h5py always marks as UTF-8."""
    identifier = ctypes.c_int64
    for function in (LIBRARY.H5Pcreate, LIBRARY.H5Acreate2): function.restype = identifier
    creation = LIBRARY.H5Pcreate(identifier.in_dll(LIBRARY, 'H5P_CLS_ATTRIBUTE_CREATE_ID_g'))
    LIBRARY.H5Pset_char_encoding(identifier(creation), charset)
    space = h5s.create(h5s.SCALAR)
    made = LIBRARY.H5Acreate2(identifier(owner.id.id), name.encode(), identifier(h5t.STD_I8LE.id), identifier(space.id), identifier(creation), identifier(0))
    if LIBRARY.H5Awrite(identifier(made), identifier(h5t.STD_I8LE.id), b'\x07') < 0: raise RuntimeError('H5Awrite')
    LIBRARY.H5Aclose(identifier(made)), LIBRARY.H5Pclose(identifier(creation))


def fill_links(w):
    general(w)
    for name, to in (('chain 0', '/chain 1'), ('chain 1', 'chain 2'), ('chain 2', '/general'), ('loop', '/loop'), ('dots', '.././general/./lab')):
        w.file[name] = h5py.SoftLink(to)
    w.file['outside'], w.file['outside ü'] = h5py.ExternalLink('other.h5', '/x/y'), h5py.ExternalLink('ü/漢.h5', '/größe')
    for charset, name in ((h5t.CSET_ASCII, 'plain'), (h5t.CSET_ASCII, 'ascii é'), (h5t.CSET_UTF8, 'utf8 漢字'), (h5t.CSET_UTF8, '😀')):
        creation = h5p.create(h5p.LINK_CREATE)
        call('H5Pset_char_encoding', creation, charset)
        w.file.id.links.create_soft(name.encode(), b'/general', lcpl=creation)
        attribute_of_charset(w.file, name, charset)
    w.file['/general/again'] = w.file['/general/lab']
    w.file['/general/up'] = w.file['/']


def fill_chunks(w):
    """Every kind of chunk index, small enough to be read, with and without filters."""
    general(w)
    numbers = lambda count: np.arange(count, dtype='i2')
    packed = lambda c: (c.set_shuffle(), c.set_deflate(4))
    early = lambda c: c.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    for name, setup in (('', None), (' packed', packed)):
        w.dataset(f'/general/single{name}', numbers(20), setup, chunks=(20,))
        w.dataset(f'/general/fixed{name}', numbers(20).reshape(4, 5), setup, chunks=(2, 2))
        w.dataset(f'/general/growing{name}', numbers(30).reshape(15, 2), setup, chunks=(1, 1), maxshape=(None, 2))
        w.dataset(f'/general/growing sideways{name}', numbers(30).reshape(2, 15), setup, chunks=(1, 2), maxshape=(4, None))
        w.dataset(f'/general/both{name}', numbers(30).reshape(5, 6), setup, chunks=(2, 2), maxshape=(None, None))
    w.dataset('/general/implicit', numbers(20).reshape(4, 5), early, chunks=(2, 2))
    for name, count in (('fixed', 1), ('growing', None), ('both', None)):
        maxshape = (6, 6) if count else (None, 6) if name == 'growing' else (None, None)
        holes = w.dataset(f'/general/{name} with holes', np.zeros((0, 6), 'i2') if not count else np.zeros((6, 6), 'i2')[:0], lambda c: c.set_fill_value(np.array(-1, 'i2')), chunks=(2, 2), maxshape=maxshape)
        holes.resize((6, 6))
        holes[2:3, 3] = 5


def fill_edges(w):
    """Chunks that extend past the dataset's edge are not filtered."""
    general(w)
    edges = lambda c: (c.set_shuffle(), c.set_deflate(4), call('H5Pset_chunk_opts', c, 2))
    for name, maxshape in (('fixed', (5, 3)), ('growing', (None, 3)), ('both', (None, None))):
        w.dataset(f'/general/{name}', np.arange(15, dtype='i2').reshape(5, 3), edges, chunks=(2, 2), maxshape=maxshape)
    w.dataset('/general/single', np.arange(15, dtype='i2'), edges, chunks=(20,), maxshape=(20,))
    w.dataset('/general/whole', np.arange(16, dtype='i2'), edges, chunks=(4,))


def fill_many_chunks(w):
    """Chunk indexes with more entries than fit in their first blocks."""
    general(w)
    numbers = lambda count: (np.arange(count) % 251).astype('u1')
    w.dataset('/general/fixed in pages', numbers(1100), chunks=(1,))
    w.dataset('/general/growing', numbers(700), chunks=(1,), maxshape=(None,))
    w.dataset('/general/both', numbers(400).reshape(20, 20), chunks=(1, 1), maxshape=(None, None))
    for name, maxshape in (('fixed', (3000,)), ('growing', (None,))):
        holes = w.dataset(f'/general/{name} with holes', np.zeros(0, 'u1'), lambda c: c.set_fill_value(np.array(9, 'u1')), chunks=(1,), maxshape=maxshape)
        holes.resize((3000 if name == 'fixed' else 2000,))
        holes[holes.shape[0] - 3] = 5


def paged(strategy, persist, page=512):
    def setup(creation):
        creation.set_file_space_strategy(strategy, persist, 1)
        creation.set_file_space_page_size(page)
    return setup


def fill_spaced(w):
    fill_wide(w)
    for n in (2, 5, 7): del w.file[f'g{n:02}']


STRATEGIES = {'page': h5f.FSPACE_STRATEGY_PAGE, 'fsm': h5f.FSPACE_STRATEGY_FSM_AGGR, 'aggr': h5f.FSPACE_STRATEGY_AGGR, 'none': h5f.FSPACE_STRATEGY_NONE}
EVERY = SPACE | TYPE | FILL | PIPELINE | ATTRIBUTE

FILES = {
    'shared-list': (fill_shared, LATEST, shared((EVERY, 10), most_list=200)),
    'shared-list-old': (fill_shared, OLD, shared((EVERY, 10), most_list=200)),
    'shared-tree': (fill_shared, LATEST, shared((TYPE | SPACE, 1), (FILL | PIPELINE, 1), (ATTRIBUTE, 1), most_list=0, least_tree=0)),
    'shared-tree-old': (fill_shared, OLD, shared((TYPE, 8), (SPACE, 8), (ATTRIBUTE, 8), most_list=0, least_tree=0)),
    'shared-huge': (fill_huge, LATEST, shared((ATTRIBUTE, 100))),
    'shared-2-4': (fill_short_links, LATEST, lambda c: (sized(2, 4)(c), shared((ATTRIBUTE | TYPE, 8))(c))),
    **{f'sizes-{o}-{l}{suffix}': (fill, libver, sized(o, l)) for o, l, fill in ((2, 2, fill_narrow), (8, 2, fill_narrow), (2, 4, fill_sized), (4, 4, fill_sized), (8, 4, fill_sized), (2, 8, fill_wide), (4, 8, fill_wide)) for suffix, libver in (('', LATEST), ('-old', OLD))},
    'short-links-2-4': (fill_short_links, LATEST, sized(2, 4)),
    'ranks': (fill_ranks, OLD, ranks),
    'ranks-latest': (fill_ranks, LATEST, ranks),
    'ranks-user-block': (fill_ranks, OLD, lambda c: (ranks(c), c.set_userblock(1024))),
    'huge': (fill_huge, LATEST, None),
    'filtered-heap': (fill_filtered_heap, LATEST, None),
    'filtered-heap-2-4': (fill_filtered_heap, LATEST, sized(2, 4)),
    'tracked': (fill_tracked, LATEST, lambda c: (c.set_link_creation_order(3), c.set_attr_creation_order(3))),
    'tracked-old': (fill_tracked, OLD, lambda c: c.set_link_creation_order(1)),
    'phases': (fill_phases, LATEST, None),
    'phases-old': (fill_phases, OLD, None),
    'committed': (fill_committed, LATEST, None),
    'committed-old': (fill_committed, OLD, None),
    'types': (fill_types, LATEST, None),
    'types-old': (fill_types, OLD, None),
    'links': (fill_links, LATEST, None),
    'links-old': (fill_links, OLD, None),
    'chunks': (fill_chunks, LATEST, None),
    'chunks-old': (fill_chunks, OLD, None),
    'edges': (fill_edges, LATEST, None),
    'many-chunks': (fill_many_chunks, LATEST, None),
    **{f'user-block-{size}-{name}': (general, libver, lambda c, size=size: c.set_userblock(size)) for size in (512, 1024, 2048, 4096) for name, libver in (('old', OLD), ('v2', ('v108', 'v108')), ('v3', LATEST))},
    **{f'space-{name}{suffix}': (fill_spaced, LATEST, paged(strategy, persist)) for name, strategy in STRATEGIES.items() for suffix, persist in (('', False), ('-persisted', True)) if not (persist and name in ('aggr', 'none'))},
}


def value_of(o, name):
    """The value as h5py reads it, or, if h5py has no type for it, the bytes from the library."""
    attribute = h5a.open(o.id, name.encode())
    try: return o.attrs[name]
    except (TypeError, OSError): pass
    kind, space = attribute.get_type(), attribute.get_space()
    values = ctypes.create_string_buffer(kind.get_size() * space.get_simple_extent_npoints())
    if LIBRARY.H5Aread(ctypes.c_int64(attribute.id), ctypes.c_int64(kind.id), values) < 0: raise RuntimeError('H5Aread')
    return np.frombuffer(values.raw, raw_type(kind))


def raw_type(kind):
    size = kind.get_size()
    if kind.get_class() == h5t.BITFIELD: return np.dtype(f'{kinds.ORDER(kind)}u{size}')
    if kind.get_class() != h5t.COMPOUND: return np.dtype(f'V{size}')
    fields = range(kind.get_nmembers())
    return np.dtype({'names': [kind.get_member_name(n).decode() for n in fields], 'formats': [raw_type(kind.get_member_type(n)) for n in fields], 'offsets': [kind.get_member_offset(n) for n in fields], 'itemsize': size})


def without_times(data):
    """The file's bytes with all times in object headers set to 0: libhdf5 has no call that omits them from the superblock's extension."""
    data, at = bytearray(data), data.find(b'OHDR\x02')
    while at >= 0:
        flags = data[at + 5]
        if flags & 0x20:
            data[at + 6:at + 22] = bytes(16)
            start, width = at + 22 + (4 if flags & 0x10 else 0), 1 << (flags & 3)
            end = start + width + int.from_bytes(data[start:start + width], 'little')
            checksum = LIBRARY.H5_checksum_lookup3
            checksum.restype = ctypes.c_uint32
            data[end:end + 4] = checksum(bytes(data[at:end]), ctypes.c_size_t(end - at), 0).to_bytes(4, 'little')
        at = data.find(b'OHDR\x02', at + 1)
    return bytes(data)


def lines(objects):
    return '[\n' + ',\n'.join(json.dumps(o, ensure_ascii=False) for o in objects) + '\n]\n'


if __name__ == '__main__':
    os.makedirs(FOLDER, exist_ok=True)
    kinds.value_of = value_of
    read_by = {}
    for name, (fill, libver, setup) in FILES.items():
        with Written(name, libver, setup) as w: fill(w)
        with open(w.path, 'rb+') as file:
            data = without_times(file.read())
            file.seek(0), file.write(data)
        found, golden = lines(read(w.path)), fill.__name__.removeprefix('fill_')
        if read_by.setdefault(golden, found) != found: raise SystemExit(f'{name} reads otherwise than another file of {golden}')
        with open(f'{w.path}.gz', 'wb') as out: out.write(gzip.compress(data, 9, mtime=0))
        os.remove(w.path)
    for golden, found in read_by.items():
        with open(os.path.join(FOLDER, f'{golden}.json'), 'w') as out: out.write(found)
    with open(os.path.join(FOLDER, 'index.json'), 'w') as out:
        json.dump({name: fill.__name__.removeprefix('fill_') for name, (fill, *_) in FILES.items()}, out, indent=2)
        out.write('\n')
