"""Write files of the shapes found in archives, in addition to the few big ones of write_files.py.

    write_shapes.py FOLDER SHAPE ...     all shapes by default; requires h5py, and zarr for the Zarr ones; 1 GB of disk

Each shape is that of a writer (MatNWB, neuroconv, the pipelines of institutes), of a setting of HDF5 (pages, a user
block, the latest format), or of a large number of one thing (attributes, members, levels, values). Each kind of value
that a reader of headers may have to leave to libhdf5 is in a separate file.
"""
import os
import shutil
import sys

import h5py
import numpy as np
from write_files import LATEST, TEXT, Path, Writer, ecephys, finish, general, icephys, ophys


class EarlyWriter(Writer):
    """As MatNWB writes: the schemas first, every node's attributes right after it is created, text of fixed length."""

    def __init__(self, path, **options):
        super().__init__(path, **options)
        self.close_schemas()

    def close_schemas(self):
        schemas = self.file.create_group("specifications")
        for namespace, length in (("core/2.6.0", 180_000), ("hdmf-common/1.5.1", 20_000)):
            version = schemas.create_group(namespace)
            version.create_dataset("namespace", data=self.schema_text(2000), dtype=TEXT)
            version.create_dataset("nwb", data=self.schema_text(length), dtype=TEXT)

    def close(self):
        for resolve in self.late:
            resolve()
        self.file.attrs[".specloc"] = self.file["specifications"].ref
        self.file.close()


def neuroconv(writer):
    """An ecephys session as neuroconv writes it by default: gzip of level 4, chunks of 10 MB, 384 channels."""
    electrodes = "/general/extracellular_ephys/electrodes"
    with writer.group(writer.file, "acquisition") as acquisition:
        for name in ("ElectricalSeriesAP", "ElectricalSeriesLF"):
            fill = writer.bulk_of((62_500, 384), (13_021, 384), "i2")
            with writer.series(acquisition, name, "ElectricalSeries", fill) as made:
                writer.region(made, "electrodes", 384, electrodes)
    with general(writer) as facts, writer.group(facts, "extracellular_ephys") as ephys:
        writer.leaf(ephys, "NeuropixelsShank", "ElectrodeGroup", [("device", "/general/devices/Device0")], description="a shank", location="unknown")
        with writer.table(ephys, "electrodes", 384, description="metadata about extracellular electrodes") as table:
            for name in ("location", "group_name", "channel_name", "contact_shapes"):
                writer.column(table, name, [f"{name}{index}" for index in range(384)], name)
            for name in ("rel_x", "rel_y", "gain_to_uV", "offset_to_uV"):
                writer.column(table, name, writer.noise.random(384), name)
            writer.column(table, "group", [Path("/general/extracellular_ephys/NeuropixelsShank")] * 384, "group")
    for name in ("analysis", "intervals", "processing", "stimulus"):
        writer.file.create_group(name)


def ibl(writer):
    """Two probes, wheel, licks, three cameras with pose, trials of forty columns, units of sixty metrics."""
    trials, units = 700, 900
    with writer.group(writer.file, "acquisition") as acquisition:
        for camera in ("Left", "Right", "Body"):
            writer.plain_series(acquisition, f"OriginalVideo{camera}Camera", "ImageSeries", writer.noise_of((3000,)), stamps=writer.noise_of(60_000))
    with general(writer):
        pass
    with writer.group(writer.file, "intervals") as intervals, writer.table(intervals, "trials", trials, "TimeIntervals", "core") as table:
        for index in range(40):
            writer.column(table, f"column_{index}", writer.noise.random(trials), f"what happened in a trial, {index}")
    with writer.group(writer.file, "processing") as processing:
        for name in ("wheel", "licks", "camera"):
            with writer.group(processing, name, "ProcessingModule", description=name) as module:
                for index in range(25 if name == "camera" else 3):
                    writer.plain_series(module, f"{name}_{index:02d}", "SpatialSeries", writer.noise_of((20_000, 2)), stamps=writer.noise_of(20_000))
    with writer.table(writer.file, "units", units, "Units", "core", "units") as table:
        writer.packed(table, "spike_times", 1_500_000, **writer.typed("VectorData", "hdmf-common", {"description": "times"}))
        for index in range(60):
            writer.column(table, f"metric_{index}", writer.noise.random(units), "a metric")


def allen(writer):
    """A visual coding session: thirty tables of stimuli, running, eye tracking, six probes with their own LFP."""
    with writer.group(writer.file, "acquisition") as acquisition:
        for index in range(6):
            writer.plain_series(acquisition, f"probe_{index}_lfp", "ElectricalSeries", writer.bulk_of((100_000, 32), (5000, 32), "f4"), stamps=writer.noise_of(100_000))
    with general(writer) as facts, writer.group(facts, "extracellular_ephys") as ephys:
        for index in range(6):
            writer.leaf(ephys, f"probe{index}", "EcephysProbe", description="a probe", location="VISp", sampling_rate=30000.0)
        with writer.table(ephys, "electrodes", 2200) as table:
            for name in ("location", "filtering", "group_name"):
                writer.column(table, name, [f"{name}{index % 40}" for index in range(2200)], name)
            for name in ("x", "y", "z", "local_index", "probe_id"):
                writer.column(table, name, writer.noise.random(2200), name)
    with writer.group(writer.file, "intervals") as intervals:
        for number in range(30):
            with writer.table(intervals, f"stimulus_{number}_presentations", 600, "TimeIntervals", "core") as table:
                for index in range(16):
                    writer.column(table, f"column_{index}", writer.noise.random(600), "a column")
                writer.column(table, "tags", ["a"] * 600, "tags")
    with writer.group(writer.file, "processing") as processing:
        for name in ("running", "eye_tracking", "stimulus", "optotagging"):
            with writer.group(processing, name, "ProcessingModule", description=name) as module:
                for index in range(6):
                    writer.plain_series(module, f"{name}_{index}", "TimeSeries", writer.noise_of(60_000), stamps=writer.noise_of(60_000))


def hollow_of(writer, shape, dtype="i2"):
    """A contiguous recording whose bytes are never written: a long file that takes no disk space."""

    def fill(parent, name, **attributes):
        kept = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        kept.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        kept.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
        space = h5py.h5s.create_simple(shape)
        made = h5py.Dataset(h5py.h5d.create(parent.id, name.encode(), h5py.h5t.py_create(np.dtype(dtype)), space, kept))
        writer.attributes(made, attributes)

    return fill


def probe(writer):
    """One probe, sorted: contiguous raw data, units with waveforms and thirty metrics, one table of trials."""
    with writer.group(writer.file, "acquisition") as acquisition:
        writer.plain_series(acquisition, "ElectricalSeriesRaw", "ElectricalSeries", hollow_of(writer, (3_000_000, 384)))
        for index in range(12):
            writer.plain_series(acquisition, f"sync_{index:02d}", "TimeSeries", writer.noise_of(30_000), stamps=writer.noise_of(30_000))
    with general(writer) as facts, writer.group(facts, "extracellular_ephys") as ephys:
        writer.leaf(ephys, "imec0", "ElectrodeGroup", description="a probe", location="CA1")
        with writer.table(ephys, "electrodes", 384) as table:
            for name in ("location", "group_name", "filtering"):
                writer.column(table, name, [f"{name}{index % 5}" for index in range(384)], name)
            for name in ("x", "y", "z", "rel_x", "rel_y", "imp"):
                writer.column(table, name, writer.noise.random(384), name)
    with writer.group(writer.file, "intervals") as intervals, writer.table(intervals, "trials", 900, "TimeIntervals", "core") as table:
        for index in range(25):
            writer.column(table, f"column_{index}", writer.noise.random(900), "of a trial")
    with writer.table(writer.file, "units", 350, "Units", "core", "units") as table:
        for name in ("spike_times", "spike_amplitudes", "spike_depths"):
            writer.packed(table, name, 700_000, **writer.typed("VectorData", "hdmf-common", {"description": name}))
        writer.packed(table, "waveform_mean", (350, 82, 32), "f4", **writer.typed("VectorData", "hdmf-common", {"description": "waveforms"}))
        for index in range(30):
            writer.column(table, f"metric_{index}", writer.noise.random(350), "a metric")


def probes(writer):
    """Four probes with contiguous raw data and LFP each, their units in separate tables, forty stimulus tables."""
    with writer.group(writer.file, "acquisition") as acquisition:
        for index in range(4):
            writer.plain_series(acquisition, f"probe{index}_ap", "ElectricalSeries", hollow_of(writer, (800_000, 384)))
            writer.plain_series(acquisition, f"probe{index}_lf", "ElectricalSeries", writer.bulk_of((20_000, 384), (2500, 96), "i2"))
    with general(writer) as facts, writer.group(facts, "extracellular_ephys") as ephys:
        for index in range(4):
            writer.leaf(ephys, f"probe{index}", "ElectrodeGroup", description="a probe", location="VISp")
        with writer.table(ephys, "electrodes", 1536) as table:
            for name in ("location", "group_name", "channel_name"):
                writer.column(table, name, [f"{name}{index % 60}" for index in range(1536)], name)
            for index in range(10):
                writer.column(table, f"value_{index}", writer.noise.random(1536), "a value")
    with writer.group(writer.file, "intervals") as intervals:
        for number in range(40):
            with writer.table(intervals, f"stimulus_{number:02d}", 300, "TimeIntervals", "core") as table:
                for index in range(9):
                    writer.column(table, f"column_{index}", writer.noise.random(300), "a column")
    with writer.group(writer.file, "processing") as processing:
        for number in range(4):
            with writer.group(processing, f"sorting_{number}", "ProcessingModule", description="units") as module:
                with writer.table(module, "units", 200, "Units", "core", "units") as table:
                    writer.packed(table, "spike_times", 300_000, **writer.typed("VectorData", "hdmf-common", {"description": "times"}))
                    for index in range(40):
                        writer.column(table, f"metric_{index}", writer.noise.random(200), "a metric")


def tetrodes(writer):
    """Thirty-two tetrodes, each with its own series, LFP and spike events, contiguous and long; epochs and positions."""
    with writer.group(writer.file, "acquisition") as acquisition:
        for index in range(32):
            writer.plain_series(acquisition, f"tetrode_{index:02d}", "ElectricalSeries", hollow_of(writer, (5_000_000, 4)))
    with general(writer) as facts, writer.group(facts, "extracellular_ephys") as ephys:
        for index in range(32):
            writer.leaf(ephys, f"tetrode_{index:02d}", "ElectrodeGroup", description="four wires", location="CA1")
        with writer.table(ephys, "electrodes", 128) as table:
            for index in range(14):
                writer.column(table, f"value_{index}", writer.noise.random(128), "a value")
            writer.column(table, "location", ["CA1"] * 128, "location")
    with writer.group(writer.file, "processing") as processing:
        for name, kind in (("ecephys", "SpikeEventSeries"), ("behavior", "SpatialSeries")):
            with writer.group(processing, name, "ProcessingModule", description=name) as module:
                for index in range(32):
                    writer.plain_series(module, f"{name}_{index:02d}", kind, writer.noise_of((2000, 4, 8), "f4"), stamps=writer.noise_of(2000))
    with writer.table(writer.file, "units", 120, "Units", "core", "units") as table:
        writer.packed(table, "spike_times", 400_000, **writer.typed("VectorData", "hdmf-common", {"description": "times"}))
        for index in range(15):
            writer.column(table, f"quality_{index}", [f"label {unit % 4}" for unit in range(120)], "a label")


def array(writer):
    """An array of 96 wires over eighty blocks, one series per block, with behaviour for each, and a wide table of trials."""
    with writer.group(writer.file, "acquisition") as acquisition:
        for index in range(80):
            writer.plain_series(acquisition, f"block_{index:02d}", "ElectricalSeries", hollow_of(writer, (50_000, 96)))
            writer.plain_series(acquisition, f"eye_{index:02d}", "TimeSeries", writer.noise_of((4000, 2)), stamps=writer.noise_of(4000))
    with general(writer) as facts, writer.group(facts, "extracellular_ephys") as ephys:
        writer.leaf(ephys, "array", "ElectrodeGroup", description="an array", location="M1")
        with writer.table(ephys, "electrodes", 96) as table:
            for index in range(8):
                writer.column(table, f"value_{index}", writer.noise.random(96), "a value")
    with writer.group(writer.file, "intervals") as intervals, writer.table(intervals, "trials", 3000, "TimeIntervals", "core") as table:
        for index in range(70):
            writer.column(table, f"column_{index}", writer.noise.random(3000), f"what happened, {index}")
    with writer.table(writer.file, "units", 300, "Units", "core", "units") as table:
        writer.packed(table, "spike_times", 900_000, **writer.typed("VectorData", "hdmf-common", {"description": "times"}))
        for index in range(20):
            writer.column(table, f"metric_{index}", writer.noise.random(300), "a metric")


def units_only(writer):
    """Long raw data at the end, before it 1,500 units with two hundred columns, every tenth of text."""
    with writer.table(writer.file, "units", 1500, "Units", "core", "units") as table:
        writer.packed(table, "spike_times", 1_200_000, **writer.typed("VectorData", "hdmf-common", {"description": "times"}))
        for index in range(200):
            data = writer.noise.random(1500) if index % 10 else [f"label {unit % 12}" for unit in range(1500)]
            writer.column(table, f"metric_{index:03d}", data, "a metric")
    with general(writer):
        pass
    with writer.group(writer.file, "stimulus") as stimulus, writer.group(stimulus, "presentation") as presentation:
        for index in range(60):
            writer.plain_series(presentation, f"stimulus_{index:02d}", "TimeSeries", writer.noise_of(10_000), stamps=writer.noise_of(10_000))
    with writer.group(writer.file, "acquisition") as acquisition:
        writer.plain_series(acquisition, "ElectricalSeriesRaw", "ElectricalSeries", hollow_of(writer, (2_000_000, 384)))


def many_electrodes(writer):
    """30,000 electrodes: text and numbers of half a megabyte per column."""
    rows = 30_000
    with general(writer) as facts, writer.group(facts, "extracellular_ephys") as ephys:
        writer.leaf(ephys, "array", "ElectrodeGroup", description="an array", location="V1")
        with writer.table(ephys, "electrodes", rows) as table:
            for name in ("location", "group_name", "filtering"):
                writer.column(table, name, [f"{name}{index % 90}" for index in range(rows)], name)
            for name in ("x", "y", "z", "imp", "rel_x", "rel_y"):
                writer.column(table, name, writer.noise.random(rows), name)


def many_subjects(writer):
    """300 subjects under `/general`, each with its own nine texts, between recordings."""
    writer.file.create_group("acquisition")
    with general(writer) as facts:
        subjects = facts.create_group("subjects")
        for index in range(300):
            with writer.group(subjects, f"subject_{index:03d}", "Subject") as made:
                for name in "age description genotype sex species strain subject_id weight date_of_birth".split():
                    writer.dataset(made, name, f"{name} {index}")
            if index % 10 == 0:
                writer.plain_series(writer.file["acquisition"], f"series_{index:03d}", "TimeSeries", writer.bulk_of((100_000,), (100_000,), "f4"))


def many_attributes(writer):
    """Groups of 400 attributes each, and groups with attributes of 50 KB."""
    with writer.group(writer.file, "acquisition") as acquisition:
        for number in range(12):
            writer.packed(acquisition, f"data_{number}", 100_000)
            made = acquisition.create_group(f"group_{number}")
            for index in range(400):
                made.attrs[f"attribute_{index:03d}"] = f"value {index}" if index % 2 else float(index)
            for index in range(3):
                made.attrs[f"long_{index}"] = "x" * 50_000
    with general(writer):
        pass


def large_attributes(writer):
    """Attributes of 70 KB to 2 MB, which only the latest format can store."""
    for index, size in enumerate((9_000, 60_000, 100_000, 250_000)):
        made = writer.file.create_group(f"group_{index}")
        made.attrs["numbers"] = writer.noise.random(size)
        made.attrs["text"] = np.array([f"line {line}" for line in range(size // 100)], dtype=TEXT)
    with general(writer):
        pass


def spread_heaps(writer):
    """Texts whose heaps are between the data: each attribute is written after a megabyte of something else."""
    with writer.group(writer.file, "acquisition") as acquisition:
        made = [acquisition.create_group(f"series_{index:03d}") for index in range(120)]
        for turn in range(4):
            for index, group in enumerate(made):
                group.attrs[f"text_{turn}"] = f"text {turn} of {index} " * 60
                if index % 8 == 0:
                    writer.packed(acquisition, f"data_{turn}_{index}", 60_000)
    with general(writer):
        pass


def wide_groups(writer):
    """One group of 15,000 members."""
    with writer.group(writer.file, "acquisition") as acquisition:
        for index in range(15_000):
            acquisition.create_dataset(f"event_{index:05d}", data=index)
    with general(writer):
        pass


def deep(writer):
    """Forty levels of groups, with 200 KB of data between them."""
    group = writer.file
    for level in range(40):
        group = group.create_group(f"level_{level:02d}")
        group.attrs["description"] = f"level {level}"
        group.create_dataset("data", data=writer.noise.standard_normal(25_000))
    with general(writer):
        pass


def deep_uneven(writer):
    """Forty levels of groups, with 10 KB to 6 MB between them."""
    group = writer.file
    for level in range(40):
        group = group.create_group(f"level_{level:02d}")
        group.create_dataset("data", data=writer.noise.standard_normal(int(1250 * 1.18**level)))
    with general(writer):
        pass


def chained(writer):
    """Object headers in forty blocks each: attributes added one at a time, with data between them."""
    groups = [writer.file.create_group(f"group_{index}") for index in range(6)]
    for turn in range(40):
        for group in groups:
            group.attrs[f"attribute_{turn:02d}"] = np.arange(40.0) + turn
        writer.file.create_dataset(f"data_{turn:02d}", data=writer.noise.standard_normal(12_000))
    with general(writer):
        pass


def small(writer):
    """A session of behaviour of some 900 KB."""
    with writer.group(writer.file, "acquisition") as acquisition:
        for index in range(9):
            writer.plain_series(acquisition, f"series_{index}", "TimeSeries", writer.values_of(writer.noise.standard_normal(4500)))
    with general(writer):
        pass


def general_values(writer):
    """Sixty values of nearly 1 MB under `/general`, none of which a header prints."""
    with general(writer) as facts, writer.group(facts, "calibration", "LabMetaData") as made:
        for index in range(60):
            made.create_dataset(f"map_{index:02d}", data=writer.noise.standard_normal(120_000))


def with_value(make):
    """An ophys-like file of some MB in which one small dataset under `/general` is of an unusual kind."""

    def content(writer):
        with writer.group(writer.file, "acquisition") as acquisition:
            for index in range(30):
                writer.plain_series(acquisition, f"series_{index:02d}", "TimeSeries", writer.noise_of(50_000), stamps=writer.noise_of(50_000))
        with general(writer) as facts:
            make(facts.create_group("odd"))

    return content


def bitfields(group):
    """h5py has no high-level call for it: uses its low-level interface."""
    space = h5py.h5s.create_simple((5,))
    made = h5py.h5d.create(group.id, b"bits", h5py.h5t.STD_B16LE, space)
    made.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(5, dtype="u2"), mtype=h5py.h5t.STD_B16LE)


def enums(group):
    group.create_dataset("choice", data=np.array([1, 2], ">i2"), dtype=h5py.enum_dtype({"a": 1, "b": 2}, basetype=">i2"))


def virtual(group):
    layout = h5py.VirtualLayout(shape=(4,), dtype="i4")
    layout[:2] = h5py.VirtualSource("elsewhere.h5", "x", shape=(2,))
    group.create_virtual_dataset("virtual", layout)


def nbit(group):
    made = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    made.set_chunk((50,))
    made.set_filter(h5py.h5z.FILTER_NBIT, h5py.h5z.FLAG_OPTIONAL)
    kind = h5py.h5t.STD_I32LE.copy()
    kind.set_precision(20)  # HDF5 2.0 takes one below half its size for damage
    set_ = h5py.h5d.create(group.id, b"packed", kind, h5py.h5s.create_simple((100,)), made)
    set_.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(100, dtype="i4"))


ODD = {
    "scaleoffset": lambda group: group.create_dataset("packed", data=np.arange(100), scaleoffset=True, chunks=(50,)),
    "nbit": nbit,
    "lzf": lambda group: group.create_dataset("packed", data=np.arange(100), compression="lzf", chunks=(50,)),
    "szip": lambda group: group.create_dataset("packed", data=np.arange(100), compression="szip", chunks=(50,)),
    "bitfield": bitfields,
    "enum": enums,
    "virtual": virtual,
}

# Name, content, options of the file, the writer.
SHAPES = {
    "matnwb": ("m_matnwb", lambda writer: ophys(writer), {}, EarlyWriter),
    "neuroconv": ("n_neuroconv", neuroconv, {}, Writer),
    "ibl": ("n_ibl", ibl, {}, Writer),
    "allen": ("n_allen", allen, {}, Writer),
    "paged4k": ("p_pages_4k", lambda writer: ecephys(writer, 0.01), {"fs_strategy": "page", "fs_page_size": 4096}, Writer),
    "paged16m": ("p_pages_16m", lambda writer: ecephys(writer, 0.01), {"fs_strategy": "page", "fs_page_size": 16 << 20}, Writer),
    "userblock": ("p_user_block", lambda writer: ophys(writer), {"userblock_size": 4096}, Writer),
    "probe": ("t_probe", probe, {}, Writer),
    "probes": ("t_probes", probes, {}, Writer),
    "tetrodes": ("t_tetrodes", tetrodes, {}, Writer),
    "array": ("t_array", array, LATEST, Writer),
    "unitsonly": ("t_units", units_only, {}, EarlyWriter),
    "electrodes": ("q_30000_electrodes", many_electrodes, {}, Writer),
    "subjects": ("q_300_subjects", many_subjects, {}, Writer),
    "attributes": ("q_many_attributes", many_attributes, {}, Writer),
    "largeattrs": ("q_large_attributes", large_attributes, LATEST, Writer),
    "heaps": ("q_spread_heaps", spread_heaps, {}, Writer),
    "wide": ("q_wide_group", wide_groups, {}, Writer),
    "tables": ("q_icephys_tables", lambda writer: icephys(writer, 300, 2000), {}, Writer),
    "deep": ("r_deep", deep, {}, Writer),
    "deeplatest": ("r_deep_latest", deep, LATEST, Writer),
    "uneven": ("r_deep_uneven", deep_uneven, {}, Writer),
    "chained": ("r_chained", chained, {}, Writer),
    "small": ("r_small", small, {}, Writer),
    "values": ("r_values", general_values, {}, Writer),
    **{f"odd-{name}": (f"s_{name}", with_value(make), {}, Writer) for name, make in ODD.items()},
}
ZARRS = {"neuroconv-zarr": ("z_neuroconv", "n_neuroconv"), "aind": ("z_aind", "n_ibl"), "hdmf-zarr": ("z_hdmf_zarr", "m_matnwb")}


def write(folder, shape):
    if shape in ZARRS:
        return write_zarr(folder, shape)
    name, content, options, kind = SHAPES[shape]
    path = os.path.join(folder, f"{name}.nwb")
    writer = kind(path + ".part", **options)
    content(writer)
    finish(writer)
    os.replace(path + ".part", path)


def write_zarr(folder, shape):
    """The structure and the attributes of an HDF5 file as hdmf-zarr stores them, consolidated; no bulk data."""
    import zarr

    name, source = ZARRS[shape]
    from_path, path = os.path.join(folder, f"{source}.nwb"), os.path.join(folder, f"{name}.nwb.zarr")
    if not os.path.exists(from_path):
        write(folder, next(key for key, (each, *_) in SHAPES.items() if each == source))
    shutil.rmtree(path, ignore_errors=True)
    root = zarr.create_group(path, zarr_format=2)
    with h5py.File(from_path) as file:
        copy_node(file, root, file, root)
    zarr.consolidate_metadata(path)


def copy_node(file, target, node, root):
    for name, value in node.attrs.items():
        target.attrs[name] = attribute_json(file, value)
    links = []
    for name in node:
        link = node.get(name, getlink=True)
        if isinstance(link, h5py.SoftLink):
            links.append({"name": name, "source": ".", "path": link.path, "object_id": None, "source_object_id": None})
            continue
        member = node[name]
        if isinstance(member, h5py.Group):
            copy_node(file, target.create_group(name), member, root)
        else:
            made = copy_dataset(target, name, member)
            for key, value in member.attrs.items():
                made.attrs[key] = attribute_json(file, value)
    if links:
        target.attrs["zarr_link"] = links


def copy_dataset(target, name, member):
    if member.dtype.kind == "O" and h5py.check_string_dtype(member.dtype) and member.shape == ():
        made = target.create_array(name, shape=(1,), dtype="U200")
        made[:] = member.asstr()[()][:200]
        return made
    kind = member.dtype if member.dtype.kind in "iufb" else np.dtype("U20")
    return target.create_array(name, shape=member.shape or (1,), dtype=kind, chunks=member.chunks or "auto")


def attribute_json(file, value):
    if isinstance(value, h5py.Reference):
        return {"_REFERENCE": {"source": ".", "path": file[value].name}} if value else None
    if isinstance(value, np.ndarray):
        return [attribute_json(file, each) for each in value.tolist()[:200]]
    if isinstance(value, np.generic):
        return value.item()
    return value.decode() if isinstance(value, bytes) else value


if __name__ == "__main__":
    os.makedirs(sys.argv[1], exist_ok=True)
    for wanted in sys.argv[2:] or [*SHAPES, *ZARRS]:
        try:
            write(sys.argv[1], wanted)
            print(wanted, flush=True)
        except Exception as error:  # one shape that this h5py cannot write leaves the others
            print(f"not written: {wanted}: {error!r}"[:300], file=sys.stderr, flush=True)
