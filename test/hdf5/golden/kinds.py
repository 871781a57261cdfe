"""Writes kinds.h5 and kinds-latest.h5 to this folder, and what h5py reads from them to kinds.json and kinds-latest.json:
every kind of attribute, dataset and link that is difficult for a reader, with values confirmed by another reader.

  python3 kinds.py        requires h5py; the committed files were written with h5py 3.16 (HDF5 2.0)

The JSON has the shape of NwbHeader, without offsets and sizes of compounds and without filters. Numbers that JSON lacks
are {"number": "NaN"}, integers past 2^53 {"bigint": "..."}.
"""
import json, math, os
import h5py, numpy as np
from h5py import h5a, h5d, h5l, h5o, h5s, h5t

TEXT = h5py.string_dtype()
COLOUR = h5py.enum_dtype({'RED': 1, 'GREEN': 2}, basetype='i1')
ROW = np.dtype([('name', TEXT), ('ref', h5py.ref_dtype), ('n', '<i4'), ('label', TEXT)])


def write(path, **options):
    with h5py.File(path, 'w', **options) as f:
        group, grid = f.create_group('g'), f.create_dataset(
            'grid', data=np.arange(100).reshape(10, 10), chunks=(5, 5), maxshape=(None, 10), compression='gzip', shuffle=True, fletcher32=True)
        many = f.create_group('many').attrs
        for name, value in {
            'text': 'héllo', 'empty': '', 'fixed': np.bytes_('fixed'), 'texts': np.array(['a', 'bb', ''], dtype=TEXT), 'none': np.array([], dtype=TEXT),
            'fixed_texts': np.array([b'a', b'bb']), 'yes': True, 'flags': np.array([True, False]), 'wide': np.int64(2**60), 'exact': np.int64(2**53 - 1),
            'widest': np.uint64(2**64 - 1), 'lowest': np.int64(-2**63), 'byte': np.uint8(3), 'half': np.float16(1.5), 'halves': np.array([65504, 6e-8, -0.0], 'f2'),
            'single': np.float32(0.1), 'nan': np.nan, 'infinities': np.array([np.inf, -np.inf, -0.0]), 'big_float': np.array(2.5, '>f8'), 'big_ints': np.array([1, -2], '>i4'),
            'long': np.longdouble('1.25'), 'longs': np.array([0, -1, 1e300, 0.1, np.inf], np.longdouble), 'complex': np.complex128(1 + 2j), 'grid': np.arange(6).reshape(2, 3),
            'ref': group.ref, 'no_ref': h5py.Reference(), 'region': grid.regionref[2:4, 1:3], 'null': h5py.Empty('f4'), 'null_text': h5py.Empty(TEXT)}.items():
            many[name] = value
        many.create('refs', np.array([group.ref, grid.ref, h5py.Reference()], dtype=h5py.ref_dtype))
        many.create('fixed_utf8', 'é'.encode(), dtype=h5py.string_dtype('utf-8', 8))
        many.create('colours', np.array([1, 2]), dtype=COLOUR)
        few = f.create_group('few').attrs
        few['opaque'] = np.void(b'\x01\x02\x03')
        few['date'] = np.array(['2020-01-01'], 'M8[s]').astype(h5py.opaque_dtype('M8[s]'))
        few.create('wide_enum', 2**40, dtype=h5py.enum_dtype({'BIG': 2**40, 'X': 1}, basetype='i8'))
        few.create('index_names', 2, dtype=h5py.enum_dtype({'two': 2, '1': 1, '0': 0}, basetype='i1'))
        few.create('array', np.arange(6).reshape(2, 3), shape=(2, 3), dtype=np.dtype(('<i4', (3,))))
        few['compound'] = np.array([(1, 2.5, b'xx')], dtype=[('a', '<i4'), ('b', '>f8'), ('c', 'S4')])
        few['big_compound'] = np.array([(1, 2.5)], dtype=[('a', '>i4'), ('b', '>f8')])
        rows = np.array([('one', group.ref, 7, 'α'), ('two', None, -7, '')], dtype=ROW)
        few.create('rows', rows, dtype=ROW)
        if options:
            f.create_group('huge').attrs['numbers'] = np.arange(9000)
        f['named'] = np.dtype('f8')
        f['named'].attrs['note'] = 'a committed type'
        f.create_dataset('of_named', data=np.zeros(3), dtype=f['named'])
        for name, value, dtype in (
            ('text', 'x', TEXT), ('flag', True, None), ('ref', group.ref, h5py.ref_dtype), ('rows', rows, ROW), ('null', h5py.Empty('f4'), None),
            ('refs', np.array([group.ref, grid.ref], dtype=h5py.ref_dtype), h5py.ref_dtype), ('regions', np.array([grid.regionref[0:1]], dtype=h5py.regionref_dtype), h5py.regionref_dtype),
            ('half', np.arange(3), 'f2'), ('big_texts', np.array(['ü' * 300, 'b'], dtype=TEXT), TEXT), ('opaque', np.array([b'abc', b'de'], 'V3'), None)):
            f.create_dataset(name, data=value, dtype=dtype)
        f.create_dataset('scaled', data=np.arange(100), scaleoffset=True, chunks=(10,))
        f.create_dataset('no_rows', shape=(0, 3), maxshape=(None, 3), dtype='i2')
        f.create_dataset('endless', shape=(2**40, 4), chunks=(1024, 4), maxshape=(None, 4), dtype='i2')
        f.create_dataset('sequences', shape=(3,), dtype=h5py.vlen_dtype('<i4'))[:] = np.array([np.array([1, 2, 3], 'i4'), np.array([4], 'i4'), np.array([], 'i4')], dtype=object)
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5d.COMPACT)
        h5d.create(f.id, b'compact', h5t.STD_I32LE, h5s.create_simple((4,)), compact).write(h5s.ALL, h5s.ALL, np.arange(4, dtype='i4'))
        padded = h5t.C_S1.copy()
        padded.set_size(6)
        padded.set_strpad(h5t.STR_SPACEPAD)
        h5d.create(f.id, b'space_padded', padded, h5s.create(h5s.SCALAR)).write(h5s.ALL, h5s.ALL, np.array(b'ab', 'S6'))
        group['soft'], group['dangling'], group['loop'] = h5py.SoftLink('/grid'), h5py.SoftLink('/nope'), h5py.SoftLink('/g/loop')
        group['outside'] = h5py.ExternalLink('other.h5', '/x/y')
        group['grid'], group['self'], group['up'] = grid, group, f['/']
        group['üñí'] = group['with space'] = group['back\\slash'] = f['text']
        deep = f.create_group('general')
        for name in ('a', 'b', 'c'):
            deep.create_dataset('value', data=name, dtype=TEXT)
            deep = deep.create_group(name)
        f.create_group('specifications/core').create_dataset('schema', data='{}', dtype=TEXT)
        tracked = f.create_group('tracked', track_order=True)
        for name in 'zyxwabcdefgh':
            tracked.create_group(name)
            tracked.attrs[name] = 1


ORDER = lambda t: '>' if t.get_order() == h5t.ORDER_BE else '<'
integer = lambda n: int(n) if abs(int(n)) < 2**53 else {'bigint': str(int(n))}


def number(x):
    x = float(x)
    if math.isfinite(x) and (x or math.copysign(1, x) > 0):
        return int(x) if x.is_integer() and abs(x) < 2**53 else x
    return {'number': 'NaN' if math.isnan(x) else '-0' if x == 0 else 'Infinity' if x > 0 else '-Infinity'}


def dtype_of(t):
    c, size = t.get_class(), t.get_size()
    if c == h5t.INTEGER: return {'class': 'integer', 'size': size, 'signed': t.get_sign() == h5t.SGN_2, 'order': ORDER(t)}
    if c == h5t.FLOAT: return {'class': 'float', 'size': size, 'order': ORDER(t)}
    if c == h5t.STRING: return {'class': 'string', 'size': 'variable' if t.is_variable_str() else size, 'charset': 'utf8' if t.get_cset() else 'ascii'}
    if c == h5t.ENUM:
        return {'class': 'enum', 'base': dtype_of(t.get_super()), 'members': [{'name': t.get_member_name(i).decode(), 'value': integer(t.get_member_value(i))} for i in range(t.get_nmembers())]}
    if c == h5t.COMPOUND: return {'class': 'compound', 'fields': [{'name': t.get_member_name(i).decode(), 'dtype': dtype_of(t.get_member_type(i))} for i in range(t.get_nmembers())]}
    if c == h5t.ARRAY: return {'class': 'array', 'base': dtype_of(t.get_super()), 'shape': list(t.get_array_dims())}
    if c == h5t.VLEN: return {'class': 'vlen', 'base': dtype_of(t.get_super())}
    if c == h5t.OPAQUE: return {'class': 'opaque', 'size': size, 'tag': t.get_tag().decode()}
    if c == h5t.BITFIELD: return {'class': 'bitfield', 'size': size, 'order': ORDER(t)}
    if c == h5t.TIME: return {'class': 'time', 'size': size}
    assert c == h5t.REFERENCE
    return {'class': 'reference', 'target': 'object' if t.equal(h5t.STD_REF_OBJ) else 'region'}


def element(v, d, f, index):
    c = d['class']
    if c in ('integer', 'enum', 'bitfield'): return integer(v)
    if c == 'float': return number(v)
    if c == 'string': return v.decode() if isinstance(v, bytes) else str(v)
    if c == 'compound' and isinstance(v, np.complexfloating): return [number(v.real), number(v.imag)]
    if c == 'compound': return [element(v[field['name']], field['dtype'], f, index) for field in d['fields']]
    if c in ('array', 'vlen'): return [element(x, d['base'], f, index) for x in np.asarray(v).reshape(-1, *dimensions(d['base']))]
    if c == 'reference': return {'ref': index[h5o.get_info(f[v].id).addr] if v else None}
    return {'hex': v.tobytes().hex()}


def dimensions(d):
    return (*d['shape'], *dimensions(d['base'])) if d['class'] == 'array' else ()


def value_of(o, name):
    return o.attrs[name]


def values_of(a, d, shape, f, index):
    if shape is None: return []
    if shape == (): return [element(a[()] if isinstance(a, np.ndarray) else a, d, f, index)]
    return [element(x, d, f, index) for x in a.reshape(-1, *dimensions(d))]


def shape_of(space):
    return None if space.get_simple_extent_type() == h5s.NULL else space.shape


def names_of(iterate):
    names = []
    iterate(lambda name, *rest: names.append(name))
    return sorted(names)


def read(path):
    with h5py.File(path, 'r') as f:
        objects, index, links = [f['/']], {h5o.get_info(f['/'].id).addr: 0}, []
        specifications = f['specifications'].id if 'specifications' in f else None
        for o in objects:
            links.append([])
            if not isinstance(o, h5py.Group) or o.id == specifications: continue
            for name in names_of(o.id.links.iterate):
                kind = o.id.links.get_info(name).type
                if kind == h5l.TYPE_SOFT: to = {'soft': o.id.links.get_val(name).decode()}
                elif kind == h5l.TYPE_EXTERNAL: to = {'external': dict(zip(('file', 'path'), (s.decode() for s in o.id.links.get_val(name))))}
                else:
                    address = h5o.get_info(o.id, name).addr
                    if index.setdefault(address, len(objects)) == len(objects): objects.append(o[name])
                    to = {'to': index[address]}
                links[-1].append({'name': name.decode(), **to})
        wanted, general = {link.get('to') for link in links[0]}, [next(link['to'] for link in links[0] if link['name'] == 'general')]
        for at in general:
            for link in links[at]:
                wanted.add(link.get('to'))
                if link.get('to') not in (None, *general): general.append(link['to'])
        return [describe(f, o, links[at], at in wanted, index, o.id == specifications) for at, o in enumerate(objects)]


def describe(f, o, links, wanted, index, skipped):
    if skipped: return {'kind': 'unread', 'unread': 'skipped'}
    attributes = []
    for name in names_of(lambda take: h5a.iterate(o.id, take)):
        attribute = h5a.open(o.id, name)
        d, shape = dtype_of(attribute.get_type()), shape_of(attribute.get_space())
        attributes.append({'name': name.decode(), 'dtype': d, 'shape': shape if shape is None else list(shape), 'values': values_of(value_of(o, name.decode()), d, shape, f, index)})
    if isinstance(o, h5py.Group): return {'kind': 'group', 'attributes': attributes, 'members': links}
    if isinstance(o, h5py.Datatype): return {'kind': 'datatype', 'attributes': attributes, 'dtype': dtype_of(o.id)}
    d, shape = dtype_of(o.id.get_type()), shape_of(o.id.get_space())
    layout = {h5d.COMPACT: 'compact', h5d.CONTIGUOUS: 'contiguous', h5d.CHUNKED: 'chunked'}[o.id.get_create_plist().get_layout()]
    found = {'kind': 'dataset', 'attributes': attributes, 'dtype': d, 'shape': shape if shape is None else list(shape), 'layout': layout}
    if o.shape is not None and o.maxshape != o.shape: found['maxShape'] = list(o.maxshape)
    if layout == 'chunked': found['chunks'] = list(o.chunks)
    if wanted and o.shape is not None and o.size * 2 > 2**20: found['unread'] = 'too-large'
    elif wanted: found['values'] = values_of(None if shape is None else o[()], d, shape, f, index)
    return found


if __name__ == '__main__':
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    for name, options in (('kinds', {}), ('kinds-latest', {'libver': 'latest'})):
        write(f'{name}.h5', **options)
        with open(f'{name}.json', 'w') as out:
            out.write('[\n' + ',\n'.join(json.dumps(o, ensure_ascii=False) for o in read(f'{name}.h5')) + '\n]\n')
