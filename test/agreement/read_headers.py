"""Reports what h5py and zarr-python read from files: a path on each line of the input, a line of JSON for each.

An output line is {"facts": {KEY: TEXT}} or {"error": TEXT}. Keys: `/path` for a node's kind, shape and type, `/path=` for
the value of a dataset directly under `/` or `/general`, `/path@name=` for an attribute's. `--check` prints what is installed.
"""
import json
import os
import shutil
import sys
import tempfile
import warnings

warnings.simplefilter('ignore')
MOST_NODES = 20_000
MOST_VALUE_BYTES = 1 << 20
UNTYPED = 'UT'
# Of hdmf-zarr's own, which stand for types and links.
HDMF_ATTRIBUTES = ('zarr_dtype', 'zarr_link', '.specloc')


def installed():
    versions = {}
    for name in ('h5py', 'zarr', 'numcodecs'):
        try:
            versions[name] = __import__(name).__version__
        except ImportError:
            versions[name] = None
    return versions


def text_of(value):
    import h5py
    if isinstance(value, h5py.Empty):
        return str(value)
    return value if isinstance(value, str) else str(value)


def guarded(facts, key, read):
    try:
        facts[key] = read()
    except Exception as error:
        facts[key] = {'failed': f'{type(error).__name__}: {error}'[:200]}


def hdf5_value(dataset):
    import h5py
    text = h5py.check_string_dtype(dataset.dtype)
    if text and text.length is None and dataset.shape is not None:
        # As h5py decodes attributes, whatever their character set.
        return str(dataset.asstr('utf-8', 'surrogateescape')[()])
    return str(dataset[()])


def kind_of(dataset):
    return f'dataset {dataset.shape} {dataset.dtype}'


def read_hdf5(path):
    import h5py
    facts = {}
    with h5py.File(path, 'r') as f:
        address = lambda o: h5py.h5o.get_info(o.id).addr
        waiting = [('/', f['/'], (), None)]
        while waiting and len(facts) < MOST_NODES:
            at, node, above, parent = waiting.pop()
            for name, shown in named(attribute_names(node)):
                guarded(facts, f'{at}@{shown}=', lambda: text_of(node.attrs[name]))
            if isinstance(node, h5py.Group):
                facts[at] = 'group'
                here = above + (address(node),)
                for name, shown in named(node.id):
                    child_path = f'{at.rstrip("/")}/{shown}'
                    kind = node.id.links.get_info(name).type
                    if kind not in (h5py.h5l.TYPE_HARD, h5py.h5l.TYPE_SOFT):
                        if kind != h5py.h5l.TYPE_EXTERNAL:
                            facts[child_path] = {'failed': f'a link of type {kind}'}
                        continue
                    try:
                        child = opened(h5py.h5o.open(node.id, name))
                    except Exception as error:
                        if kind == h5py.h5l.TYPE_HARD:
                            facts[child_path] = {'failed': f'{type(error).__name__}: {error}'[:200]}
                        continue
                    if child.file.id != f.id and child.file.filename != f.filename:
                        continue
                    if address(child) not in here:
                        waiting.append((child_path, child, here, at))
            elif isinstance(node, h5py.Datatype):
                facts[at] = 'datatype'
            else:
                guarded(facts, at, lambda: kind_of(node))
                if parent in ('/', '/general') and is_small(facts, at, node):
                    guarded(facts, f'{at}=', lambda: hdf5_value(node))
    return facts


def opened(identifier):
    """An object as in h5py, which itself only accepts names that are UTF-8."""
    import h5py
    if isinstance(identifier, h5py.h5g.GroupID):
        return h5py.Group(identifier)
    return h5py.Dataset(identifier) if isinstance(identifier, h5py.h5d.DatasetID) else h5py.Datatype(identifier)


def named(group_names):
    """Names as bytes, and as in h5py: those that are not UTF-8 end h5py's own iteration."""
    return [(name, name.decode('utf-8', 'surrogateescape')) for name in group_names]


def attribute_names(node):
    import h5py
    names = []
    h5py.h5a.iterate(node.id, lambda name, *_: names.append(name))
    return names


def is_small(facts, at, node):
    """Whether the value is printed. A type that h5py does not support has no size: that only fails for this object."""
    try:
        return node.shape is None or node.nbytes <= MOST_VALUE_BYTES
    except Exception as error:
        facts[f'{at}='] = {'failed': f'{type(error).__name__}: {error}'[:200]}
        return False


def zarr_members(path, at, group, facts):
    """The members one by one, so that one that zarr-python cannot open does not affect the others."""
    import zarr
    try:
        return list(group.members())
    except Exception:
        members = []
    folder = os.path.join(path, at.lstrip('/'))
    for name in sorted(os.listdir(folder)):
        below = os.path.join(folder, name)
        if not any(os.path.exists(os.path.join(below, each)) for each in ('.zgroup', '.zarray', 'zarr.json')):
            continue
        try:
            members.append((name, zarr.open(below, mode='r')))
        except Exception as error:
            facts[f'{at.rstrip("/")}/{name}'] = {'failed': f'{type(error).__name__}: {error}'[:200]}
    return members


def zarr_dtype(dtype):
    return 'object' if dtype.kind in UNTYPED else str(dtype)


def zarr_attribute(value):
    """A JSON value as numpy has it, None for one without a type: objects, null, lists of several kinds or lengths."""
    import numpy as np
    leaves, depth = [value], 0
    while leaves and isinstance(leaves[0], list):
        if any(not isinstance(each, list) or len(each) != len(leaves[0]) for each in leaves):
            return None
        leaves, depth = [item for each in leaves for item in each], depth + 1
    for kinds in ((str,), (bool,), (int,), (int, float)):
        if all(type(each) in kinds for each in leaves):
            if depth == 0 and kinds == (str,):
                return value
            if kinds == (int,) and leaves:
                # numpy makes floats of whole numbers that only together fit no type.
                fitting = [each for each in ('i8', 'u8') if np.iinfo(each).min <= min(leaves) and max(leaves) <= np.iinfo(each).max]
                return str(np.array(value, fitting[0])[()]) if fitting else None
            return str(np.array(value, dtype=object if kinds == (str,) and leaves else None)[()])
    return None


def read_zarr(path):
    import numpy as np
    import zarr
    facts = {}
    waiting = [('/', zarr.open(path, mode='r'), None)]
    while waiting and len(facts) < MOST_NODES:
        at, node, parent = waiting.pop()
        for name, value in node.attrs.items():
            text = None if name in HDMF_ATTRIBUTES or name.startswith('_') else zarr_attribute(value)
            if text is not None:
                facts[f'{at}@{name}='] = text
        if isinstance(node, zarr.Group):
            facts[at] = 'group'
            waiting += [(f'{at.rstrip("/")}/{name}', child, at) for name, child in zarr_members(path, at, node, facts)]
            continue
        is_scalar = node.attrs.get('zarr_dtype') == 'scalar' and node.shape == (1,)
        shape = () if is_scalar else node.shape
        guarded(facts, at, lambda: f'dataset {shape} {zarr_dtype(node.dtype)}')
        if parent in ('/', '/general') and node.nbytes <= MOST_VALUE_BYTES:
            def shown():
                array = np.asarray(node[...])
                array = array.astype(object) if array.dtype.kind in UNTYPED else array
                return str(array[0] if is_scalar else array[()])
            guarded(facts, f'{at}=', shown)
    return facts


def read(path):
    if os.path.isdir(path):
        return read_zarr(path)
    # Alone in a folder, without the sources of a virtual dataset and linked files.
    with tempfile.TemporaryDirectory() as folder:
        return read_hdf5(shutil.copy(path, os.path.join(folder, 'x.h5')))


if __name__ == '__main__':
    if '--check' in sys.argv:
        print(json.dumps(installed()))
    else:
        # h5py prints warnings of its own to the output, where only answers belong.
        answers = os.fdopen(os.dup(1), 'w')
        os.dup2(2, 1)
        for line in sys.stdin:
            try:
                answer = {'facts': read(line.rstrip('\n'))}
            except Exception as error:
                answer = {'error': f'{type(error).__name__}: {error}'[:300]}
            print(json.dumps(answer), file=answers, flush=True)
