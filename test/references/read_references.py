"""Compares references with h5py: `read_references.py lindi|kerchunk REFERENCES.json FILE.h5`; prints counts as JSON, fails on the first difference.

Compares every group, dataset and attribute in the references, and the first elements of each dataset along each axis.
"""
import json
import sys

import h5py
import numpy as np

how, references, file = sys.argv[1:4]
truth = h5py.File(file)
counts = dict(attributes=0, datasets=0, slices=0, linked=0)


def plain(value):
    """A value in a form in which both libraries can be compared."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray):
        return [plain(each) for each in value.tolist()]
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if type(value).__name__.endswith("Reference"):
        return "a reference"
    return "nan" if value != value else value


def compare(path, what, got, wanted):
    assert plain(got) == plain(wanted), f"{path} {what}: {str(plain(got))[:200]} instead of {str(plain(wanted))[:200]}"


def is_sound(dataset):
    """Whether h5py can read it."""
    try:
        dataset[slice_of(dataset) if dataset.shape else ()]
        return True
    except OSError:
        return False


def slice_of(dataset):
    return tuple(slice(max(0, length - 3), length) for length in dataset.shape)


def visit_lindi():
    import lindi

    read = lindi.LindiH5pyFile.from_lindi_file(references) if references.endswith(".lindi.json") else None

    def visit(path):
        node, wanted = read[path], truth[path]
        for name in node.attrs.keys():
            compare(path, name, node.attrs[name], wanted.attrs[name])
            counts["attributes"] += 1
        if hasattr(node, "keys"):
            for name in node.keys():
                visit(f"{path.rstrip('/')}/{name}")
            return
        counts["datasets"] += 1
        counts["linked"] += "_EXTERNAL_ARRAY_LINK" in node._zarr_array.attrs
        assert node.shape == wanted.shape, f"{path}: {node.shape}"
        if not is_sound(wanted):
            return
        if wanted.dtype.names is not None:
            for name in wanted.dtype.names:
                compare(path, name, [node[name][index] for index in range(len(wanted))], wanted[name])
        else:
            at = slice_of(wanted) if wanted.shape else ()
            compare(path, "elements", node[at], wanted[at])
        counts["slices"] += 1

    visit("/")


def visit_kerchunk():
    """Reads by xarray with fsspec's reference file system: every group with numeric datasets of one or more dimensions."""
    import fsspec
    import xarray

    document = json.load(open(references))
    groups = sorted({key.rsplit("/", 1)[0] if "/" in key else "" for key in document["refs"] if key.endswith(".zgroup")})
    mapper = fsspec.filesystem("reference", fo=document, remote_protocol="http", remote_options=dict(asynchronous=True), asynchronous=True)
    import zarr

    store = zarr.storage.FsspecStore(mapper, read_only=True)
    for group in groups:
        attributes = json.loads(document["refs"][f"{group}/.zattrs".lstrip("/")])
        if "_SOFT_LINK" in attributes:
            continue
        members = [key.split("/")[-2] for key in document["refs"] if key.endswith("/.zarray") and key.rsplit("/", 2)[0] == group]
        members += [key.split("/")[0] for key in document["refs"] if group == "" and key.count("/") == 1 and key.endswith("/.zarray")]
        objects = [name for name in members if json.loads(document["refs"][f"{group}/{name}/.zarray".lstrip("/")])["dtype"] == "|O"]
        opened = xarray.open_dataset(store, engine="zarr", group=group, consolidated=True, drop_variables=objects, decode_cf=False, zarr_format=2)
        for name, value in opened.attrs.items():
            if isinstance(value, dict):
                continue
            compare(group, name, value, truth[f"/{group}"].attrs[name])
            counts["attributes"] += 1
        for name, variable in opened.variables.items():
            wanted = truth[f"/{group}/{name}"]
            counts["datasets"] += 1
            if not is_sound(wanted):
                continue
            if wanted.shape:
                compare(f"{group}/{name}", "elements", variable[slice_of(wanted)].values, wanted[slice_of(wanted)])
            else:
                compare(f"{group}/{name}", "element", variable.values[0], wanted[()])
            counts["slices"] += 1


dict(lindi=visit_lindi, kerchunk=visit_kerchunk)[how]()
print(json.dumps(counts))
