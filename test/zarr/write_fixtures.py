"""Writes the stores for the tests of the Zarr reader: one NWB file with everything that the formats do
differently, as HDF5 by pynwb and as Zarr by hdmf-zarr, so that both headers can be compared.

    python write_fixtures.py    # hdmf-zarr before 0.14 writes Zarr v2, from 0.14 on Zarr v3: run it with both

`nwb-v2.json.gz`, `nwb-v3.json.gz` and `nwb.hdf5.gz` contain the same NWB data. `kinds-v2.json.gz` and
`kinds-v3.json.gz` contain an array of every type and codec that the reader supports, and some that it does not.
A store is packed as gzipped JSON: the path of each object in the store, and its bytes in base64; for kinds
also what numpy prints for each array.
"""

import base64
import gzip
import json
import os
import shutil
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

# hdmf-zarr before 0.14 stores strings as pickles, and reads back what it has just written.
os.environ['NUMCODECS_ALLOW_UNSAFE_PICKLE_DECODE'] = '1'

import hdmf_zarr
import numcodecs
import numpy as np
import zarr
from hdmf.common import DynamicTable, VectorData
from hdmf_zarr.nwb import NWBZarrIO
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from pynwb.behavior import Position, SpatialSeries
from pynwb.ecephys import LFP, ElectricalSeries
from pynwb.file import Subject
from pynwb.misc import AnnotationSeries
from pynwb.ophys import ImageSegmentation, OpticalChannel

HERE = Path(__file__).parent / 'fixtures'
START = datetime(2024, 5, 17, 9, 30, tzinfo=timezone.utc)
CREATED = datetime(2024, 5, 18, 9, 30, tzinfo=timezone.utc)


def build():
    nwb = NWBFile(
        session_description='Two lines,\nand a quote: "größer"',
        identifier='zarr-fixture',
        session_start_time=START,
        file_create_date=CREATED,
        session_id='s01',
        experimenter=['Doe, Jane', 'Müller, Jürgen'],
        keywords=['visual cortex', 'behaviour'],
        related_publications=['doi:10.1000/1'],
        institution='Institute',
        lab='Lab',
        notes='',
        experiment_description='An experiment.',
    )
    nwb.subject = Subject(
        subject_id='m1',
        species='Mus musculus',
        age='P90D',
        sex='F',
        date_of_birth=datetime(2024, 2, 17, tzinfo=timezone.utc),
    )
    add_ecephys(nwb)
    add_ophys(nwb)
    add_icephys(nwb)
    add_behavior(nwb)
    add_tables(nwb)
    return nwb


def add_ecephys(nwb):
    device = nwb.create_device(name='probe', description='A probe', manufacturer='Maker')
    group = nwb.create_electrode_group(name='shank0', description='Shank', location='V1', device=device)
    nwb.add_electrode_column(name='good', description='Whether the channel is good')
    nwb.add_electrode_column(name='label', description='A label')
    for index in range(4):
        nwb.add_electrode(x=1.0 * index, location='V1', group=group, good=index % 2 == 0, label=f'ch{index} ü')
    region = nwb.create_electrode_table_region(region=[0, 2, 3], description='Three of them')
    raw = np.arange(36, dtype=np.int16).reshape(12, 3)
    series = ElectricalSeries(
        name='raw', data=raw, electrodes=region, starting_time=0.0, rate=30000.0, description='Raw voltage'
    )
    nwb.add_acquisition(series)
    lfp = ElectricalSeries(
        name='lfp', data=raw.astype(np.float32), electrodes=region, timestamps=np.arange(12) / 1000.0
    )
    module = nwb.create_processing_module(name='ecephys', description='Field potentials')
    module.add(LFP(electrical_series=lfp))
    nwb.add_unit_column(name='quality', description='Quality of the unit')
    nwb.add_unit(spike_times=[0.1, 0.2, 0.3], quality='good', electrodes=[0, 1], electrode_group=group)
    nwb.add_unit(spike_times=[0.5], quality='noise', electrodes=[2], electrode_group=group)


def add_ophys(nwb):
    device = nwb.create_device(name='microscope')
    channel = OpticalChannel(name='green', description='Green', emission_lambda=510.0)
    plane = nwb.create_imaging_plane(
        name='plane',
        optical_channel=channel,
        description='A plane',
        device=device,
        excitation_lambda=920.0,
        indicator='GCaMP6f',
        location='V1',
        imaging_rate=30.0,
    )
    segmentation = ImageSegmentation()
    rois = segmentation.create_plane_segmentation(name='rois', description='Cells', imaging_plane=plane)
    rois.add_roi(pixel_mask=[(0, 1, 0.5), (1, 2, 1.0)])
    rois.add_roi(pixel_mask=[(3, 4, 0.25)])
    nwb.create_processing_module(name='ophys', description='Calcium').add(segmentation)


def add_icephys(nwb):
    device = nwb.create_device(name='amplifier')
    electrode = nwb.create_icephys_electrode(name='pipette', device=device, description='A pipette')
    from pynwb.icephys import VoltageClampSeries, VoltageClampStimulusSeries

    stimulus = VoltageClampStimulusSeries(
        name='stimulus', data=[1.0, 2.0], starting_time=0.0, rate=1000.0, electrode=electrode, gain=0.02
    )
    response = VoltageClampSeries(
        name='response', data=[0.1, 0.2], starting_time=0.0, rate=1000.0, electrode=electrode, gain=0.02
    )
    nwb.add_intracellular_recording(electrode=electrode, stimulus=stimulus, response=response)


def add_behavior(nwb):
    timestamps = np.arange(5) / 10.0
    position = SpatialSeries(
        name='position',
        data=np.random.default_rng(0).normal(size=(5, 2)),
        timestamps=timestamps,
        reference_frame='corner',
        description='Position in the box',
    )
    # Shares its timestamps: stored as a link.
    speed = TimeSeries(name='speed', data=np.arange(5.0), timestamps=position, unit='m/s')
    module = nwb.create_processing_module(name='behavior', description='Behaviour')
    module.add(Position(spatial_series=position))
    module.add(speed)
    nwb.add_acquisition(AnnotationSeries(name='notes', data=['start', 'stop'], timestamps=[0.0, 1.0]))
    # A reference of a table to a series, as a compound with a reference.
    nwb.add_trial_column(name='correct', description='Whether the choice was right')
    nwb.add_trial(start_time=0.0, stop_time=1.0, correct=True, tags=['a', 'b'], timeseries=[speed])
    nwb.add_trial(start_time=1.0, stop_time=2.0, correct=False, tags=['c'], timeseries=[speed])


def add_tables(nwb):
    column = VectorData(name='größe', description='A name that is no ASCII', data=[2**63 - 1, -(2**63), 0])
    wide = VectorData(name='a b', description='A name with a space', data=np.array([1, 2, 3], dtype=np.uint8))
    nwb.add_scratch(DynamicTable(name='table', description='A table', columns=[column, wide]))
    nwb.add_scratch(np.array([1.5, np.nan, np.inf]), name='floats', description='Odd floats')


def pack(folder):
    paths = sorted(path for path in folder.rglob('*') if path.is_file())
    return {
        path.relative_to(folder).as_posix(): base64.b64encode(path.read_bytes()).decode() for path in paths
    }


def write_packed(target, content):
    with open(target, 'wb') as file, gzip.GzipFile(fileobj=file, mode='wb', mtime=0) as packed:
        packed.write(content if isinstance(content, bytes) else json.dumps(content, indent=0).encode())
    print(target.name, os.path.getsize(target))


def write_nwb(target, major):
    folder = Path(tempfile.mkdtemp()) / 'fixture.nwb.zarr'
    with NWBZarrIO(str(folder), mode='w') as io:
        io.write(build(), cache_spec=False)
    add_specification(folder, major)
    objects = pack(folder)
    # A fixture must not contain the absolute path of the machine that wrote it.
    assert not any(str(folder).encode() in base64.b64decode(body) for body in objects.values())
    write_packed(target, objects)
    shutil.rmtree(folder.parent)


def add_specification(folder, major):
    """A cached specification as hdmf-zarr caches them, but short."""
    root = zarr.open_group(str(folder), mode='r+', **({} if major == 2 else {'use_consolidated': False}))
    spec = root.create_group('specifications/core/2.9.0')
    text = json.dumps({'namespaces': []})
    root.attrs['.specloc'] = 'specifications'
    if major == 2:
        array = spec.create_dataset('namespace', shape=(1,), dtype=object, object_codec=numcodecs.JSON())
        array[0] = text
        array.attrs['zarr_dtype'] = 'scalar'
    else:
        array = spec.create_array('namespace', shape=(), dtype=np.dtypes.StringDType())
        array[()] = text
    zarr.consolidate_metadata(str(folder))


def write_hdf5(target):
    path = Path(tempfile.mkdtemp()) / 'fixture.nwb'
    with NWBHDF5IO(str(path), mode='w') as io:
        io.write(build(), cache_spec=False)
    write_packed(target, path.read_bytes())


NUMBERS = np.arange(300).reshape(20, 15) % 97
TEXTS = np.array(['alpha', '', 'größer', '日本語 𝛼'])


def plain_types():
    """Arrays of every fixed type, by name."""
    types = ['i1', 'u1', '<i2', '>i2', '<u4', '>u4', '<i8', '>i8', '<f4', '>f4', '<f8', '>f8', '<f2', '>f2']
    arrays = {f'type_{each.replace("<", "le_").replace(">", "be_")}': NUMBERS[:3, :4].astype(each) for each in types}
    arrays['bool'] = np.array([[True, False], [False, False]])
    arrays['big'] = np.array([2**64 - 1, 2**53 + 1, 0], dtype='<u8')
    arrays['small'] = np.array([-(2**63), 2**63 - 1], dtype='>i8')
    arrays['floats'] = np.array([0.1, np.nan, np.inf, -np.inf, -0.0, 5e-324])
    arrays['complex'] = np.array([1 + 2j, -0.5j])
    arrays['bytes'] = np.array([b'ab', b'', b'abcdef'], dtype='S6')
    arrays['wide'] = TEXTS.astype('U8')
    arrays['empty'] = np.zeros((0, 3))
    arrays['rows'] = np.array([(1, 0.5, True), (2, -1.5, False)], dtype=[('a', '<i4'), ('b', '<f8'), ('c', '?')])
    return arrays


def shown(array):
    """What numpy prints for an array as in HDF5: strings as objects."""
    return str(array.astype(object) if array.dtype.kind == 'U' else array)


def write_kinds_v2(target):
    folder = Path(tempfile.mkdtemp())
    root = zarr.open_group(str(folder), mode='w')
    expected = {}

    def put(name, array, **options):
        stored = root.create_dataset(name, data=array, **options)
        expected[name] = shown(array)
        return stored

    for name, array in plain_types().items():
        put(name, array)
    for cname in ['lz4', 'lz4hc', 'zlib', 'zstd']:
        for shuffle, mode in enumerate(['plain', 'bytes', 'bits']):
            put(f'blosc_{cname}_{mode}', NUMBERS.astype('<i4'), compressor=numcodecs.Blosc(cname, 5, shuffle))
    # Long enough for several blocks and for splits, with a remainder.
    long = (np.arange(9001) % 251).astype('<i8')
    for cname in ['lz4', 'zstd']:
        for shuffle, mode in enumerate(['plain', 'bytes', 'bits']):
            codec = numcodecs.Blosc(cname, 9, shuffle, blocksize=4096)
            put(f'blocks_{cname}_{mode}', long, compressor=codec, chunks=(9001,))
    noise = np.random.default_rng(0).integers(0, 2**31, 200, dtype='<i4')
    put('blosc_noise', noise, compressor=numcodecs.Blosc('lz4', 5, 1))
    for codec in [numcodecs.Zlib(), numcodecs.GZip(), numcodecs.Zstd(), numcodecs.LZ4(), None]:
        put(f'codec_{codec.codec_id if codec else "none"}', NUMBERS.astype('<i4'), compressor=codec)
    for codec in [numcodecs.BZ2(), numcodecs.LZMA()]:
        put(f'codec_{codec.codec_id}', NUMBERS, compressor=codec)
    put('blosclz', long, compressor=numcodecs.Blosc('blosclz', 9, 1))
    put('filter_shuffle', NUMBERS.astype('<i4'), filters=[numcodecs.Shuffle(4)])
    put('filter_delta', NUMBERS.astype('<i4'), filters=[numcodecs.Delta('<i4')])
    put('order_f', NUMBERS.astype('<i4'), order='F')
    put('chunks', NUMBERS.astype('<i4'), chunks=(7, 4))
    put('nested', NUMBERS.astype('<i4'), chunks=(7, 4), dimension_separator='/')
    put('scalar', np.array(7.5))
    put('scalar_rows', plain_types()['rows'][0:1].reshape(()))
    for name, codec in [('utf8', numcodecs.VLenUTF8()), ('json', numcodecs.JSON())]:
        put(f'texts_{name}', TEXTS.astype(object), object_codec=codec)
    encoded = np.array([text.encode() for text in TEXTS], dtype=object)
    put('texts_bytes', encoded, object_codec=numcodecs.VLenBytes())
    expected['texts_bytes'] = shown(TEXTS)
    filled = root.full('missing', shape=(4,), chunks=(2,), dtype='<i4', fill_value=-3)
    filled[:2] = [1, 2]
    expected['missing'] = shown(filled[:])
    # Not supported, each for a different reason.
    root.create_dataset('unread_pickle', data=TEXTS.astype(object), object_codec=numcodecs.Pickle())
    labels = numcodecs.Categorize(list(TEXTS), dtype=object)
    root.create_dataset('unread_categories', data=TEXTS.astype(object), object_codec=labels)
    zarr.consolidate_metadata(str(folder))
    write_packed(target, {'objects': pack(folder), 'expected': expected})


def write_kinds_v3(target):
    from zarr import codecs

    folder = Path(tempfile.mkdtemp())
    root = zarr.open_group(str(folder), mode='w', zarr_format=3)
    expected = {}

    def put(name, array, **options):
        if array.dtype.kind in 'UT' and 'dtype' not in options:
            options['dtype'] = array.dtype
        stored = root.create_array(name, shape=array.shape, dtype=options.pop('dtype', array.dtype), **options)
        stored[...] = array
        expected[name] = shown(array)

    for name, array in plain_types().items():
        put(name, array)
    blosc = {'plain': 'noshuffle', 'bytes': 'shuffle', 'bits': 'bitshuffle'}
    for mode, shuffle in blosc.items():
        put(f'blosc_{mode}', NUMBERS.astype('<i4'), compressors=codecs.BloscCodec(cname='lz4', shuffle=shuffle))
    put('gzip', NUMBERS.astype('<i4'), compressors=codecs.GzipCodec())
    put('crc32c', NUMBERS.astype('<i4'), compressors=[codecs.ZstdCodec(), codecs.Crc32cCodec()])
    put('uncompressed', NUMBERS.astype('<i4'), compressors=None)
    put('transposed', NUMBERS.astype('<i4'), filters=codecs.TransposeCodec(order=(1, 0)))
    put('chunks', NUMBERS.astype('<i4'), chunks=(7, 4))
    put('v2_keys', NUMBERS.astype('<i4'), chunks=(7, 4), chunk_key_encoding={'name': 'v2', 'separator': '.'})
    put('shards', NUMBERS.astype('<i4'), chunks=(5, 5), shards=(10, 15))
    put('scalar', np.array(7.5))
    put('zero', np.array(0.0))
    put('texts', TEXTS.astype(np.dtypes.StringDType()))
    expected['texts'] = shown(TEXTS)
    put('no_texts', np.array(['', '']).astype(np.dtypes.StringDType()))
    expected['no_texts'] = shown(np.array(['', '']))
    put('missing', np.array([-3, -3, 1, 2], dtype='<i4'), chunks=(2,), fill_value=-3)
    put('bz2', NUMBERS, compressors=codecs.numcodecs.BZ2())
    put('wide_f', TEXTS.reshape(2, 2), filters=codecs.TransposeCodec(order=(1, 0)))
    zarr.consolidate_metadata(str(folder))
    write_packed(target, {'objects': pack(folder), 'expected': expected})


if __name__ == '__main__':
    HERE.mkdir(exist_ok=True)
    major = int(zarr.__version__.split('.')[0])
    print('hdmf-zarr', hdmf_zarr.__version__, 'zarr', zarr.__version__, sys.version.split()[0])
    write_nwb(HERE / f'nwb-v{major}.json.gz', major)
    write_hdf5(HERE / 'nwb.hdf5.gz')
    (write_kinds_v2 if major == 2 else write_kinds_v3)(HERE / f'kinds-v{major}.json.gz')
