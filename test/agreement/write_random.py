"""Writes random HDF5 files and Zarr folders, to hold the readers to h5py and zarr-python on what nobody thought of.

    write_random.py FOLDER [--hdf5 200] [--zarr 100] [--seed TEXT] [--only N]

Needs h5py with HDF5 2.0 on Linux, zarr and numcodecs. The file N of a seed depends on nothing else: `--only N` writes
that one again. Each is written in a process of its own, so that a crash of the library costs that file alone. Then:

    npm run agreement -- FOLDER --python=PYTHON
"""
import argparse
import multiprocessing
import os
import random
import shutil
import warnings


def write_one(folder, format, seed, number):
    warnings.simplefilter('ignore')
    source = random.Random(f'{seed} {format} {number}')
    path = os.path.join(folder, f'{format}-{number:04}.{"h5" if format == "hdf5" else "zarr"}')
    if format == 'hdf5':
        import h5py
        from random_hdf5 import write_hdf5
        h5py._errors.silence_errors()
        write_hdf5(path, source)
    else:
        from random_zarr import write_zarr
        write_zarr(path, source)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('folder')
    parser.add_argument('--hdf5', type=int, default=200)
    parser.add_argument('--zarr', type=int, default=100)
    parser.add_argument('--seed', default='1')
    parser.add_argument('--only', type=int)
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    print(f'seed {options.seed}')
    failed = []
    for format, count in (('hdf5', options.hdf5), ('zarr', options.zarr)):
        for number in range(count) if options.only is None else [options.only] * (count > 0):
            writing = multiprocessing.Process(target=write_one, args=(options.folder, format, options.seed, number))
            writing.start()
            writing.join(60)
            if writing.exitcode == 0:
                continue
            writing.kill()
            failed.append(f'{format} {number}')
            path = os.path.join(options.folder, f'{format}-{number:04}.')
            shutil.rmtree(f'{path}zarr', ignore_errors=True)
            if os.path.exists(f'{path}h5'):
                os.remove(f'{path}h5')
    if failed:
        print(f'{len(failed)} were not written, as the library failed: {", ".join(failed)}')


if __name__ == '__main__':
    main()
