"""Write the benchmark's files: NWB-like HDF5 in the order in which hdmf writes one.

    write_files.py FOLDER KIND ...        KIND: a b c c2 d e f kinds; requires h5py, and 4 GB of disk for all

A group is created first, then its groups, its datasets and its links, and its attributes last; references are set
when all their targets exist; the schemas are written at the very end. That order decides where a header's parts
are in the file, and so the cost of reading it by range. Bulk data is noise in chunks that nothing ever decodes.
"""
import contextlib
import itertools
import os
import random
import sys
import uuid

import h5py
import numpy as np

TEXT = h5py.string_dtype()
REFERENCE = h5py.ref_dtype
SERIES_REFERENCE = np.dtype([("idx_start", "i4"), ("count", "i4"), ("timeseries", REFERENCE)])


class Writer:
    """One file being written."""

    def __init__(self, path, **options):
        self.file = h5py.File(path, "w", **options)
        self.ids = random.Random(7)
        self.noise = np.random.default_rng(7)
        self.late = []

    def typed(self, type_name, namespace, attributes):
        """The attributes of every typed node, after its own."""
        unique = str(uuid.UUID(int=self.ids.getrandbits(128)))
        return {**attributes, "namespace": namespace, "neurodata_type": type_name, "object_id": unique}

    @contextlib.contextmanager
    def group(self, parent, name, type_name=None, namespace="core", **attributes):
        """A group whose attributes are written at the end of the block."""
        made = parent.create_group(name)
        yield made
        self.attributes(made, self.typed(type_name, namespace, attributes) if type_name else attributes)

    def leaf(self, parent, name, type_name, links=(), **attributes):
        """A typed group without groups or datasets."""
        with self.group(parent, name, type_name, **attributes) as made:
            for link, target in links:
                made[link] = h5py.SoftLink(target)

    def attributes(self, node, attributes):
        for name, value in attributes.items():
            if isinstance(value, Path):
                self.late.append(lambda node=node, name=name, value=value: node.attrs.create(name, self.file[value].ref, dtype=REFERENCE))
            elif isinstance(value, list):
                node.attrs[name] = np.array(value, dtype=TEXT)
            else:
                node.attrs[name] = value

    def dataset(self, parent, name, data, /, **attributes):
        """A small dataset: text, numbers, or references to Paths."""
        if isinstance(data, str):
            made = parent.create_dataset(name, data=data, dtype=TEXT)
        elif isinstance(data, list) and isinstance(data[0], Path):
            made = parent.create_dataset(name, shape=(len(data),), dtype=REFERENCE)
            self.late.append(lambda: made.write_direct(np.array([self.file[path].ref for path in data], dtype=REFERENCE)))
        elif isinstance(data, list):
            made = parent.create_dataset(name, data=np.array(data, dtype=object), dtype=TEXT)
        else:
            made = parent.create_dataset(name, data=data)
        self.attributes(made, attributes)
        return made

    def packed(self, parent, name, shape, dtype="f8", /, **attributes):
        """Gzipped noise."""
        made = parent.create_dataset(name, data=self.noise.standard_normal(shape).astype(dtype), compression="gzip")
        self.attributes(made, attributes)

    def bulk(self, parent, name, shape, chunks, dtype, /, **attributes):
        """Chunks of noise at three fifths of their size, as if compressed; the attributes are before them."""
        made = parent.create_dataset(
            name, shape=shape, maxshape=(None, *shape[1:]), chunks=chunks, dtype=dtype, compression="gzip", shuffle=True
        )
        self.attributes(made, attributes)
        chunk_bytes = int(np.prod(chunks)) * np.dtype(dtype).itemsize
        for offsets in itertools.product(*(range(0, length, step) for length, step in zip(shape, chunks))):
            piece = self.noise.bytes(min(chunk_bytes, 65536))
            made.id.write_direct_chunk(offsets, (piece * (chunk_bytes // len(piece) + 1))[: max(64, chunk_bytes * 3 // 5)])

    @contextlib.contextmanager
    def series(self, parent, name, type_name, fill, rate=30000.0, stamps=None, unit="volts", links=(), more=None):
        """A time series: its data (from `fill`, which is passed the attributes), its times, what the block adds, its links."""
        with self.group(
            parent, name, type_name, comments="no comments", description="no description", **(more or {})
        ) as made:
            fill(made, "data", conversion=1.0, offset=0.0, resolution=-1.0, unit=unit)
            if stamps is not None:
                stamps(made, "timestamps", interval=1, unit="seconds")
            else:
                self.dataset(made, "starting_time", 0.0, rate=float(rate), unit="seconds")
            yield made
            for link, target in links:
                made[link] = h5py.SoftLink(target)

    def plain_series(self, *arguments, **options):
        with self.series(*arguments, **options):
            pass

    def noise_of(self, shape, dtype="f8"):
        return lambda parent, name, **attributes: self.packed(parent, name, shape, dtype, **attributes)

    def bulk_of(self, shape, chunks, dtype):
        return lambda parent, name, **attributes: self.bulk(parent, name, shape, chunks, dtype, **attributes)

    def values_of(self, data):
        return lambda parent, name, **attributes: self.dataset(parent, name, data, **attributes)

    def column(self, table, name, data, description, type_name="VectorData", namespace="hdmf-common", /, **attributes):
        return self.dataset(
            table, name, data, **self.typed(type_name, namespace, {**attributes, "description": description})
        )

    def series_references(self, table, name, targets):
        """A column of (start, count, series)."""
        made = table.create_dataset(name, shape=(len(targets),), dtype=SERIES_REFERENCE)
        self.attributes(made, self.typed("TimeSeriesReferenceVectorData", "core", {"description": "series"}))

        def resolve():
            rows = np.empty(len(targets), dtype=SERIES_REFERENCE)
            for index, target in enumerate(targets):
                rows[index] = (0, 100, self.file[target].ref)
            made[:] = rows

        self.late.append(resolve)

    @contextlib.contextmanager
    def table(self, parent, name, rows, type_name="DynamicTable", namespace="hdmf-common", description="a table"):
        """A dynamic table: the block adds columns, the ids follow them."""
        made = parent.create_group(name)
        yield made
        columns = [column for column in made if not column.endswith("_index")]
        self.dataset(made, "id", np.arange(rows), **self.typed("ElementIdentifiers", "hdmf-common", {}))
        self.attributes(made, self.typed(type_name, namespace, {"colnames": columns, "description": description}))

    def region(self, parent, name, rows, table):
        self.column(
            parent, name, np.arange(rows), "all rows", "DynamicTableRegion", "hdmf-common", table=Path(table)
        )

    def close(self):
        """References, the file's own attributes and members, then the schemas."""
        for resolve in self.late:
            resolve()
        schemas = self.file.create_group("specifications")
        self.file.attrs[".specloc"] = schemas.ref
        for namespace, parts in SCHEMAS.items():
            version = schemas.create_group(namespace)
            for part, length in parts.items():
                version.create_dataset(part, data=self.schema_text(length), dtype=TEXT)
        self.file.close()

    def schema_text(self, length):
        words = "neurodata_type_def neurodata_type_inc doc quantity name dtype shape dims attributes links value".split()
        text = ""
        while len(text) < length:
            text += '{"%s": "%s"}, ' % (self.ids.choice(words), " ".join(self.ids.choices(words, k=8)))
        return f"[{text[:length]}]"


class Path(str):
    """The path of an object reference's target."""


SCHEMAS = {
    "core/2.7.0": dict(
        {"namespace": 2500, "nwb.base": 24000, "nwb.device": 2000, "nwb.epoch": 4000, "nwb.image": 15000},
        **{"nwb.file": 42000, "nwb.misc": 22000, "nwb.behavior": 10000, "nwb.ecephys": 26000, "nwb.icephys": 30000},
        **{"nwb.ogen": 6000, "nwb.ophys": 28000, "nwb.retinotopy": 9000},
    ),
    "hdmf-common/1.8.0": {"namespace": 1500, "base": 3000, "table": 16000, "sparse": 3000},
    "hdmf-experimental/0.5.0": {"namespace": 1500, "experimental": 2500, "resources": 8000},
}

SESSION = {
    "experiment_description": "An experiment " * 10,
    "institution": "Institute",
    "lab": "Lab",
    "session_id": "S1",
    "notes": "n " * 200,
    "protocol": "P",
    "surgery": "surg " * 30,
    "data_collection": "dc",
    "pharmacology": "none",
    "slices": "none",
    "stimulus": "stim",
    "virus": "AAV",
    "experimenter": ["Doe, Jane", "Roe, Richard"],
    "keywords": ["ecephys", "mouse", "v1"],
}

SUBJECT = {
    "age": "P90D",
    "description": "a mouse",
    "genotype": "wt/wt",
    "sex": "M",
    "species": "Mus musculus",
    "strain": "C57BL/6J",
    "subject_id": "M001",
    "weight": "0.02 kg",
    "date_of_birth": "2022-01-01T00:00:00-08:00",
}


@contextlib.contextmanager
def general(writer):
    """`/general`: devices, the subject, what the block adds, then the session's metadata."""
    with writer.group(writer.file, "general") as made:
        with writer.group(made, "devices") as devices:
            for name in ("Device0", "Microscope"):
                writer.leaf(devices, name, "Device", description=name, manufacturer="ACME")
        with writer.group(made, "subject", "Subject") as subject:
            for name, value in SUBJECT.items():
                writer.dataset(subject, name, value)
        yield made
        for name, value in SESSION.items():
            writer.dataset(made, name, value)


def finish(writer):
    """The datasets and attributes of the root."""
    root = writer.file
    created = np.array(["2024-01-01T00:00:00+00:00"], dtype=object)
    root.create_dataset("file_create_date", data=created, dtype=TEXT, maxshape=(None,), chunks=(1,))
    writer.dataset(root, "identifier", str(uuid.UUID(int=writer.ids.getrandbits(128))))
    writer.dataset(root, "session_description", "a session " * 12)
    for name in ("session_start_time", "timestamps_reference_time"):
        writer.dataset(root, name, "2024-01-01T00:00:00-08:00")
    writer.attributes(root, writer.typed("NWBFile", "core", {"nwb_version": "2.7.0"}))
    writer.close()


def ophys(writer):
    """Two-photon imaging: masks, traces, images, behaviour, trials."""
    rois, frames = 120, 9000
    file, noise = writer.file, writer.noise
    plane = "/general/optophysiology/ImagingPlane"
    segmentation = "/processing/ophys/ImageSegmentation/PlaneSegmentation"
    with writer.group(file, "acquisition") as acquisition:
        fill = writer.bulk_of((40, 512, 512), (1, 512, 512), "u2")
        with writer.series(acquisition, "TwoPhotonSeries", "TwoPhotonSeries", fill, 30, links=[("imaging_plane", plane)]) as made:
            writer.dataset(made, "dimension", np.array([512, 512]))
    file.create_group("analysis")
    with general(writer) as facts, writer.group(facts, "optophysiology") as optics:
        with writer.group(optics, "ImagingPlane", "ImagingPlane") as made:
            with writer.group(made, "OpticalChannel", "OpticalChannel") as channel:
                writer.dataset(channel, "description", "green")
                writer.dataset(channel, "emission_lambda", 520.0)
            for name, value in dict(description="plane", excitation_lambda=920.0, imaging_rate=30.0, indicator="GCaMP6f", location="V1").items():
                writer.dataset(made, name, value)
            writer.dataset(made, "origin_coords", np.zeros(3), unit="meters")
            writer.dataset(made, "grid_spacing", np.ones(2), unit="meters")
            made["device"] = h5py.SoftLink("/general/devices/Microscope")
    with writer.group(file, "intervals") as intervals, writer.table(intervals, "trials", 300, "TimeIntervals", "core") as trials:
        writer.column(trials, "start_time", np.arange(300.0), "start")
        writer.column(trials, "stop_time", np.arange(300.0) + 0.5, "stop")
        writer.column(trials, "stim", ["grating"] * 300, "stimulus")
        writer.column(trials, "correct", noise.integers(0, 2, 300).astype(bool), "correct")
        writer.column(trials, "orientation", noise.random(300), "orientation")
    with writer.group(file, "processing") as processing:
        with writer.group(processing, "ophys", "ProcessingModule", description="ophys") as module:
            with writer.group(module, "ImageSegmentation", "ImageSegmentation") as parent:
                with writer.table(parent, "PlaneSegmentation", rois, "PlaneSegmentation", "core") as table:
                    made = writer.typed("VectorData", "hdmf-common", {"description": "masks"})
                    writer.bulk(table, "image_mask", (rois, 256, 256), (1, 256, 256), "f4", **made)
                    for name in ("Accepted", "Rejected"):
                        writer.column(table, name, noise.integers(0, 2, rois), name)
                    writer.column(table, "planeseg_id", np.arange(rois), "ids")
                    writer.column(table, "snr", noise.random(rois), "snr")
                    writer.column(table, "cell_type", ["exc"] * rois, "type")
                    table["imaging_plane"] = h5py.SoftLink(plane)
            for holder, name in (("Fluorescence", "RoiResponseSeries"), ("Neuropil", "Neuropil"), ("DfOverF", "DfOverF")):
                with writer.group(module, holder, "DfOverF" if holder == "DfOverF" else "Fluorescence") as parent:
                    with writer.series(parent, name, "RoiResponseSeries", writer.noise_of((frames, rois), "f4"), 30, unit="n.a.") as made:
                        writer.region(made, "rois", rois, segmentation)
            with writer.group(module, "SummaryImages", "Images", description="images") as images:
                for name in ("mean", "max", "corr"):
                    attributes = writer.typed("GrayscaleImage", "core", {"description": "summary"})
                    writer.dataset(images, name, noise.random((512, 512)).astype("f4"), **attributes)
        with writer.group(processing, "behavior", "ProcessingModule", description="behaviour") as module:
            with writer.group(module, "Position", "Position") as parent:
                writer.plain_series(parent, "pos", "SpatialSeries", writer.noise_of((frames, 2)), stamps=writer.noise_of(frames), unit="cm")
            with writer.group(module, "licks", "BehavioralEvents") as parent:
                writer.plain_series(parent, "lick", "TimeSeries", writer.values_of(np.ones(100)), stamps=writer.values_of(np.arange(100.0)))
            writer.plain_series(module, "pupil", "TimeSeries", writer.noise_of((frames, 3)), stamps=writer.noise_of(frames))
    with writer.group(file, "stimulus") as stimulus:
        stimulus.create_group("presentation")
        stimulus.create_group("templates")


def ecephys(writer, scale):
    """Extracellular electrophysiology: long recordings, electrodes, units with many metrics, many stimulus tables."""
    channels, units, metrics, tables, trials = 384, 500, 110, 20, 2000
    file, noise = writer.file, writer.noise
    electrodes = "/general/extracellular_ephys/electrodes"
    shanks = [Path(f"/general/extracellular_ephys/shank{index}") for index in range(4)]

    def recording(samples):
        return writer.bulk_of((max(30000, int(samples * scale)), channels), (30000, 64), "i2")

    with writer.group(file, "acquisition") as acquisition:
        for name, samples, rate, more in (("AP", 3_600_000, 30000, {"filtering": "hp"}), ("LF", 900_000, 2500, {})):
            with writer.series(acquisition, f"ElectricalSeries{name}", "ElectricalSeries", recording(samples), rate, more=more) as made:
                writer.region(made, "electrodes", channels, electrodes)
        writer.plain_series(acquisition, "ElectricalSeriesNIDQ", "TimeSeries", writer.noise_of((200_000, 4), "f4"))
        for index in range(8):
            writer.plain_series(acquisition, f"events_{index}", "TimeSeries", writer.noise_of(20_000), stamps=writer.noise_of(20_000))
    file.create_group("analysis")
    with general(writer) as facts, writer.group(facts, "extracellular_ephys") as ephys:
        for shank in shanks:
            device = [("device", "/general/devices/Device0")]
            writer.leaf(ephys, shank.rsplit("/", 1)[1], "ElectrodeGroup", device, description="shank", location="V1")
        with writer.table(ephys, "electrodes", channels, description="electrodes") as table:
            for name in ("x", "y", "z", "imp", "rel_x", "rel_y"):
                writer.column(table, name, noise.random(channels), name)
            for name in ("location", "filtering", "group_name", "channel_name", "probe_serial"):
                writer.column(table, name, [f"{name}{index % 7}" for index in range(channels)], name)
            writer.column(table, "group", [shanks[index % 4] for index in range(channels)], "group")
            for index in range(12):
                writer.column(table, f"extra_{index}", noise.random(channels), f"extra column {index}")
    with writer.group(file, "intervals") as intervals:
        for number in range(tables):
            name = f"stim_{number:02d}"
            with writer.table(intervals, name, trials, "TimeIntervals", "core") as table:
                writer.column(table, "start_time", np.arange(float(trials)), "start")
                writer.column(table, "stop_time", np.arange(float(trials)) + 0.5, "stop")
                writer.column(table, "stimulus_name", ["g"] * trials, "name")
                for column in "orientation phase contrast sf tf color opacity size x_pos y_pos block frame".split():
                    writer.column(table, column, noise.random(trials), column)
                writer.series_references(table, "timeseries", ["/acquisition/ElectricalSeriesLF"] * 100)
                writer.column(table, "timeseries_index", np.arange(trials), "index", "VectorIndex", target=Path(f"/intervals/{name}/timeseries"))
                writer.column(table, "tags", ["a", "b"] * trials, "tags")
                writer.column(table, "tags_index", np.arange(trials), "index", "VectorIndex", target=Path(f"/intervals/{name}/tags"))
    with writer.group(file, "processing") as processing:
        with writer.group(processing, "ecephys", "ProcessingModule", description="ecephys") as module:
            with writer.group(module, "LFP", "LFP") as parent:
                with writer.series(parent, "LFP", "ElectricalSeries", recording(600_000), 1250) as made:
                    writer.region(made, "electrodes", channels, electrodes)
        with writer.group(processing, "behavior", "ProcessingModule", description="behaviour") as module:
            for index in range(10):
                writer.plain_series(module, f"b{index}", "TimeSeries", writer.noise_of(100_000), stamps=writer.noise_of(100_000))
    with writer.group(file, "stimulus") as stimulus:
        with writer.group(stimulus, "presentation") as presentation:
            for index in range(6):
                writer.plain_series(presentation, f"mov{index}", "OpticalSeries", writer.bulk_of((200, 200, 200), (20, 200, 200), "u1"), 30)
        stimulus.create_group("templates")
    with writer.table(file, "units", units, "Units", "core", "units") as table:
        spikes = int(2_000_000 * scale) + 1000
        for name in ("spike_times", "spike_amplitudes"):
            writer.packed(table, name, spikes, **writer.typed("VectorData", "hdmf-common", {"description": name}))
            ends = np.linspace(1, spikes, units).astype("u4")
            writer.column(table, f"{name}_index", ends, "index", "VectorIndex", target=Path(f"/units/{name}"))
        writer.packed(table, "waveform_mean", (units, 82, 64), "f4", **writer.typed("VectorData", "hdmf-common", {"description": "waveforms"}))
        writer.column(table, "electrode_group", [shanks[index % 4] for index in range(units)], "group")
        for index in range(metrics):
            if index % 5:
                writer.column(table, f"metric_{index:03d}", noise.random(units), f"quality metric number {index} computed over the session")
            else:
                writer.column(table, f"metric_{index:03d}", [f"label{unit % 9}" for unit in range(units)], f"label {index}")


def icephys(writer, sweeps, samples):
    """Intracellular electrophysiology: thousands of short sweeps, each in its own group, between their data."""
    file = writer.file
    cells = [f"/general/intracellular_ephys/electrode_{index}" for index in range(4)]
    trace = writer.bulk_of((samples,), (samples,), "f4")

    def sweep(parent, name, kind, index, extras):
        more = {"stimulus_description": "longsquare", "sweep_number": np.uint32(index)}
        if kind == "CurrentClampStimulusSeries":
            del more["sweep_number"]
        with writer.series(parent, name, kind, trace, 50000, links=[("electrode", cells[index % 4])], more=more) as made:
            writer.dataset(made, "gain", 1.0)
            for extra, unit in extras:
                writer.dataset(made, extra, 0.0, unit=unit)

    voltage = ("VoltageClampSeries", [("capacitance_fast", "farads"), ("capacitance_slow", "farads")])
    current = ("CurrentClampSeries", [("bias_current", "amperes"), ("bridge_balance", "ohms")])
    with writer.group(file, "acquisition") as acquisition:
        for index in range(sweeps):
            kind, extras = voltage if index % 2 else current
            sweep(acquisition, f"sweep_{index:05d}", kind, index, extras)
    file.create_group("analysis")
    with general(writer) as facts, writer.group(facts, "intracellular_ephys") as ephys:
        for cell in cells:
            with writer.group(ephys, cell.rsplit("/", 1)[1], "IntracellularElectrode") as made:
                for name in "description slice seal location resistance filtering initial_access_resistance".split():
                    writer.dataset(made, name, name[:2])
                made["device"] = h5py.SoftLink("/general/devices/Device0")
        with writer.table(ephys, "intracellular_recordings", sweeps, "IntracellularRecordingsTable", "core") as table:
            writer.column(table, "stimulus_type", ["ls"] * sweeps, "type")
            writer.series_references(table, "responses", [f"/acquisition/sweep_{index:05d}" for index in range(sweeps)])
            writer.series_references(table, "stimuli", [f"/stimulus/presentation/stim_{index:05d}" for index in range(sweeps)])
            writer.column(table, "electrode", [Path(cells[index % 4]) for index in range(sweeps)], "electrode")
    file.create_group("processing")
    with writer.group(file, "stimulus") as stimulus:
        with writer.group(stimulus, "presentation") as presentation:
            for index in range(sweeps):
                sweep(presentation, f"stim_{index:05d}", "CurrentClampStimulusSeries", index, [])
        stimulus.create_group("templates")


LATEST = {"libver": "latest"}
PAGED = {"fs_strategy": "page", "fs_page_size": 1 << 20}

# Name, content, options of the file, whether creation order is tracked.
FILES = {
    "a": ("a_ophys", ophys, {}, False),
    "b": ("b_ecephys", lambda writer: ecephys(writer, 1.0), {}, False),
    "c": ("c_icephys", lambda writer: icephys(writer, 2000, 10_000), {}, False),
    "c2": ("c2_icephys_long", lambda writer: icephys(writer, 2000, 100_000), {}, False),
    "d": ("d_ecephys_latest", lambda writer: ecephys(writer, 0.1), LATEST, True),
    "e": ("e_icephys_latest", lambda writer: icephys(writer, 600, 10_000), LATEST, True),
    "f": ("f_ecephys_paged", lambda writer: ecephys(writer, 0.1), PAGED, False),
}


def write(folder, kind):
    name, content, options, tracked = FILES[kind]
    path = os.path.join(folder, f"{name}.nwb")
    h5py.get_config().track_order = tracked
    writer = Writer(path + ".part", **options)
    content(writer)
    finish(writer)
    h5py.get_config().track_order = False
    os.replace(path + ".part", path)


if __name__ == "__main__":
    os.makedirs(sys.argv[1], exist_ok=True)
    for wanted in sys.argv[2:]:
        write(sys.argv[1], wanted)
