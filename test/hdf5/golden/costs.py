"""Write the files of golden/costs: settings of HDF5 that h5wasm does not offer, to measure the cost of their headers.

    costs.py            writes to the folder costs next to this script; requires h5py

A small session, its metadata in pages of 4 KiB and of 16 MiB, with zeros as data between, so that it compresses well.
"""
import gzip
import os
import sys

import h5py
import numpy as np

TEXT = h5py.string_dtype()


def write_session(file):
    for parent in ("acquisition", "processing"):
        for index in range(20):
            series = file.create_group(f"{parent}/series_{index:02d}")
            for name, value in (("namespace", "core"), ("neurodata_type", "TimeSeries"), ("description", f"{parent} {index}")):
                series.attrs[name] = value
            data = series.create_dataset("data", shape=(30_000, 4), dtype="i2", chunks=(10_000, 4), fillvalue=0)
            data[:] = 0
            data.attrs["unit"] = "volts"
            series.create_dataset("timestamps", data=np.zeros(5_000))
    general = file.create_group("general")
    for name in ("session_id", "institution", "lab", "experimenter", "notes"):
        general.create_dataset(name, data=f"the {name}", dtype=TEXT)
    schemas = file.create_group("specifications/core/2.7.0")
    schemas.create_dataset("namespace", data="{}" * 150_000, dtype=TEXT)


def write(folder, name, page):
    path = os.path.join(folder, f"{name}.h5")
    with h5py.File(path, "w", fs_strategy="page", fs_page_size=page) as file:
        write_session(file)
    with open(path, "rb") as plain, open(f"{path}.gz", "wb") as packed:
        packed.write(gzip.compress(plain.read(), 9, mtime=0))
    os.remove(path)


if __name__ == "__main__":
    target = os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), "costs")
    os.makedirs(target, exist_ok=True)
    write(target, "pages-4k", 4096)
    write(target, "pages-16m", 16 << 20)
