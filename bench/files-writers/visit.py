"""The benchmark's work as the peers do it, by h5py over a file object: every group, dataset and attribute, every
shape and type, and the scalar values of `/` and `/general`.

    visit.py PEER THREADS URL ...        PEER: remfile fsspec lindi; prints seconds and counts as JSON
"""
import concurrent.futures
import json
import sys
import time


def open_by(peer, url):
    if peer == "lindi":
        import lindi

        return lindi.LindiH5pyFile.from_hdf5_file(url)
    import h5py

    if peer == "remfile":
        import remfile

        return h5py.File(remfile.File(url), "r")
    import fsspec

    return h5py.File(fsspec.open(url, "rb").open(), "r")


def visit(peer, url):
    counts = dict(objects=0, attributes=0, values=0)

    def look_at(node):
        counts["objects"] += 1
        for name in node.attrs.keys():
            node.attrs[name]
            counts["attributes"] += 1

    file = open_by(peer, url)
    waiting = [(file, "")]
    while waiting:
        group, path = waiting.pop()
        look_at(group)
        for name in group.keys():
            link = group.get(name, getlink=True)
            if type(link).__name__ in ("SoftLink", "ExternalLink"):
                continue
            node, place = group[name], f"{path}/{name}"
            if hasattr(node, "keys"):
                waiting.append((node, place))
                continue
            look_at(node)
            node.shape, node.dtype
            if node.shape == () and (path == "" or place.startswith("/general/")):
                node[()]
                counts["values"] += 1
    return counts


if __name__ == "__main__":
    peer, threads, urls = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    # The modules are loaded before the clock starts, as ours are.
    __import__("h5py"), __import__(peer)
    started = time.perf_counter()
    if threads == 1:
        counts = [visit(peer, url) for url in urls][-1]
    else:
        with concurrent.futures.ThreadPoolExecutor(threads) as pool:
            counts = list(pool.map(lambda url: visit(peer, url), urls))[-1]
    print(json.dumps(dict(seconds=time.perf_counter() - started, **counts)))
