"""The benchmark's visit by the peers: every group, dataset and attribute, every shape and type, and the scalar
values of `/` and `/general`; of `/specifications` only the namespaces and their versions, as in our visit.

    visit.py PEER THREADS URL ...           every URL once; prints total seconds and counts as JSON
    visit.py PEER again VISITS URL          one URL VISITS times, each opened again; prints seconds of each visit, and
                                            the range server's counts for the first, as JSON

PEER: one of the table at the end, which also says what a peer's interface does not offer: its visit lacks that.
"""
import asyncio
import concurrent.futures
import importlib
import json
import os
import sys
import time
import urllib.parse
import urllib.request

SCHEMAS = "specifications"


def is_valued(parent, path):
    """Whether a scalar at this path belongs to the visit."""
    return parent == "" or path.startswith("/general/")


class Counts(dict):
    def __init__(self):
        super().__init__(objects=0, attributes=0, values=0)


def walk_mappings(root, open_member, scalars=((), None)):
    """Walks groups that are mappings of names, as in h5py. `open_member(group, name)` returns None for a link."""
    counts = Counts()

    def look_at(node):
        counts["objects"] += 1
        for name in node.attrs.keys():
            node.attrs[name]
            counts["attributes"] += 1

    waiting = [(root, "")]
    while waiting:
        group, path = waiting.pop()
        look_at(group)
        for name in group.keys():
            node, place = open_member(group, name), f"{path}/{name}"
            if node is None:
                continue
            if path == "" and name == SCHEMAS:
                for namespace in node.keys():
                    list(node[namespace].keys())
                counts["objects"] += 1
                continue
            if hasattr(node, "keys"):
                waiting.append((node, place))
                continue
            look_at(node)
            if not hasattr(node, "shape"):
                continue
            node.shape, node.dtype
            if node.shape in scalars and is_valued(path, place):
                node[()]
                counts["values"] += 1
    return counts


def open_h5py_member(group, name):
    link = group.get(name, getlink=True)
    return None if type(link).__name__ in ("SoftLink", "ExternalLink") else group[name]


def visit_remfile(url):
    import h5py
    import remfile

    return walk_mappings(h5py.File(remfile.File(url), "r"), open_h5py_member)


def visit_fsspec(url):
    import fsspec
    import h5py

    fsspec.filesystem("http").clear_instance_cache()
    return walk_mappings(h5py.File(fsspec.open(url, "rb").open(), "r"), open_h5py_member)


def visit_lindi(url):
    import lindi

    return walk_mappings(lindi.LindiH5pyFile.from_hdf5_file(url), open_h5py_member)


def visit_pyfive(url):
    """Over remfile, lazily: it would read every chunk index otherwise."""
    import pyfive
    import remfile

    def open_member(group, name):
        return None if isinstance(group._links[name], str) else group.get_lazy_view(name)

    file = remfile.File(url)
    file.closed = False  # which it asks for, and remfile does not say
    return walk_mappings(pyfive.File(file), open_member)


def visit_h5coro(url):
    """Lists one path after another with `list`, which includes attributes; reads values with `readDatasets`."""
    from h5coro import h5coro, webdriver

    counts = Counts()
    file = h5coro.H5Coro(url, webdriver.HTTPDriver, credentials=None)
    waiting = [""]
    while waiting:
        path = waiting.pop()
        variables, attributes, groups = file.list(path or "/")
        counts["objects"] += 1 + len(variables)
        counts["attributes"] += len(attributes)
        scalars = []
        for name, facts in variables.items():
            counts["attributes"] += len(facts) - 1
            if not facts["__metadata__"].dimensions and is_valued(path, f"{path}/{name}"):
                scalars.append(f"{path}/{name}")
        if scalars:
            promise = file.readDatasets(scalars)
            counts["values"] += sum(1 for name in scalars if promise[name] is not None)
        for name in groups:
            if path == "" and name == SCHEMAS:
                counts["objects"] += 1
                continue
            waiting.append(f"{path}/{name}")
    return counts


def visit_async_hdf5(url):
    """Reads all members of a level concurrently, in blocks of 1 MiB: with its default of 8 MiB it takes longer."""
    from async_hdf5 import HDF5File
    from obstore.store import HTTPStore

    parts = urllib.parse.urlsplit(url)
    counts = Counts()

    async def dataset(group, name):
        made = await group.dataset(name)
        made.shape, made.dtype
        counts["objects"] += 1
        counts["attributes"] += len(await made.attributes())

    async def group(node, path):
        counts["objects"] += 1
        attributes, groups, datasets = await asyncio.gather(node.attributes(), node.group_names(), node.dataset_names())
        counts["attributes"] += len(attributes)

        async def member(name):
            made = await node.group(name)
            if path == "" and name == SCHEMAS:
                counts["objects"] += 1
                for each in await made.group_names():
                    await (await made.group(each)).group_names()
                return
            await group(made, f"{path}/{name}")

        await asyncio.gather(*(member(name) for name in groups), *(dataset(node, name) for name in datasets))

    async def run():
        store = HTTPStore.from_url(f"{parts.scheme}://{parts.netloc}", client_options={"allow_http": True})
        file = await HDF5File.open(parts.path.lstrip("/"), store=store, block_size=1 << 20)
        await group(await file.root_group(), "")

    asyncio.run(run())
    return counts


def visit_lazynwb(url):
    """Uses its own range parser, as its public calls do over https; those do not allow plain http."""
    from lazynwb._hdf5.range_reader import _ObstoreRangeReader, _RangeReaderConfig
    from lazynwb._hdf5.reader import _HDF5BackendReader

    config = _RangeReaderConfig(client_options={"allow_http": True})
    lazynwb_clear()
    reader = _HDF5BackendReader(url, range_reader=_ObstoreRangeReader(url, config=config), cache=None, resolve_vlen_attributes=True)
    entries = asyncio.run(reader.read_path_summary())
    return Counts() | dict(objects=len(entries), attributes=sum(len(entry.attrs_json) for entry in entries))


def lazynwb_clear():
    import lazynwb

    lazynwb.clear_cache()


def visit_zarr(url):
    import zarr

    # hdmf-zarr stores a scalar as an array of one element.
    return walk_mappings(zarr.open_consolidated(url, mode="r"), lambda group, name: group[name], scalars=((), (1,)))


# For each peer: the modules, which are loaded before the clock starts; the visit; what the visit lacks.
PEERS = {
    "remfile": (["h5py", "remfile"], visit_remfile, ""),
    "fsspec": (["h5py", "fsspec", "aiohttp"], visit_fsspec, ""),
    "lindi": (["lindi"], visit_lindi, ""),
    "lazynwb": (["lazynwb"], visit_lazynwb, "no types, no values"),
    "async-hdf5": (["async_hdf5", "obstore"], visit_async_hdf5, "no values"),
    "pyfive": (["pyfive", "remfile"], visit_pyfive, ""),
    "h5coro": (["h5coro"], visit_h5coro, ""),
    "zarr": (["zarr", "fsspec", "aiohttp"], visit_zarr, ""),
}


def ask_server(url, what):
    parts = urllib.parse.urlsplit(url)
    with urllib.request.urlopen(f"{parts.scheme}://{parts.netloc}/__{what}") as answer:
        return json.load(answer)


def visit_again(visit, times, url):
    seconds, counted, counts = [], {}, {}
    for index in range(times):
        ask_server(url, "reset")
        started = time.perf_counter()
        counts = visit(url)
        seconds.append(time.perf_counter() - started)
        if index == 0:
            counted = ask_server(url, "counts")
        # The last line that is printed before the caller ends the process counts.
        print(json.dumps(dict(visits=seconds, served=counted, **counts)), flush=True)


def visit_all(visit, threads, urls):
    started = time.perf_counter()
    if threads == 1:
        counts = [visit(url) for url in urls][-1]
    else:
        with concurrent.futures.ThreadPoolExecutor(threads) as pool:
            counts = list(pool.map(visit, urls))[-1]
    print(json.dumps(dict(seconds=time.perf_counter() - started, **counts)))


if __name__ == "__main__":
    # What was read once must not be cached on disk.
    os.environ["LAZYNWB_DISABLE_CACHE"] = "true"
    modules, visit, lacks = PEERS[sys.argv[1]]
    if sys.argv[2] == "lacks":
        for module in modules:
            importlib.import_module(module)
        print(json.dumps(lacks))
        sys.exit()
    for module in modules:
        importlib.import_module(module)
    if sys.argv[2] == "again":
        visit_again(visit, int(sys.argv[3]), sys.argv[4])
    else:
        visit_all(visit, int(sys.argv[2]), sys.argv[3:])
