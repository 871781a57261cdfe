"""Writes bombs.h5.gz to this folder: chunks of 2 MB that inflate to 2 GB, in a small dataset and in one of that size.

  python3 write_bombs.py      requires h5py
"""
import gzip, os, tempfile, zlib
import h5py

HERE = os.path.dirname(os.path.abspath(__file__))
BYTES = 2 ** 31
packer, piece = zlib.compressobj(9), bytes(2 ** 24)
bomb = b''.join(packer.compress(piece) for _ in range(BYTES // len(piece))) + packer.flush()
path = os.path.join(tempfile.mkdtemp(), 'x.h5')
with h5py.File(path, 'w', libver='latest') as f:
    for name, length in (('/general/small', 1000), ('/general/large', BYTES)):
        made = f.create_dataset(name, shape=(length,), chunks=(length,), dtype='u1', compression='gzip')
        made.id.write_direct_chunk((0,), bomb)
        made.attrs['unit'] = 'V'
    f['/general/sound'] = 7
with open(path, 'rb') as f, open(os.path.join(HERE, 'bombs.h5.gz'), 'wb') as packed:
    packed.write(gzip.compress(f.read(), 9, mtime=0))
