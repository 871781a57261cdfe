/** Writes small HDF5 files for tests, with h5wasm in this process. */

import * as h5wasm from 'h5wasm';
import { type File, FS, ready } from 'h5wasm';

type H5Module = Awaited<typeof ready>;

let written = 0;

/**
 * The bytes of a file that `fill` fills: in the old format, with symbol tables and object headers of version
 * 1, or in the latest.
 */
export async function writeHdf5(
  fill: (file: File, module: H5Module) => void,
  options: { latest?: boolean } = {},
): Promise<Uint8Array> {
  const module = await ready;
  written += 1;
  const path = `/written-${written}.h5`;
  const file = new h5wasm.File(path, 'w', { libver: [options.latest ? 'latest' : 'earliest', 'latest'] });
  fill(file, module);
  file.close();
  const bytes = FS!.readFile(path);
  FS!.unlink(path);
  return bytes;
}

/** A small file like an NWB file: typed groups with attributes, datasets, links of every kind, schemas. */
export function fillLikeNwb(file: File, module: H5Module): void {
  file.create_attribute('namespace', 'core');
  file.create_attribute('neurodata_type', 'NWBFile');
  file.create_dataset({ name: 'identifier', data: 'an identifier' });
  const general = file.create_group('general');
  general.create_dataset({ name: 'lab', data: 'a lab' });
  const subject = general.create_group('subject');
  subject.create_attribute('neurodata_type', 'Subject');
  subject.create_dataset({ name: 'species', data: 'Mus musculus' });
  const acquisition = file.create_group('acquisition');
  for (const name of ['one', 'two', 'three']) {
    const series = acquisition.create_group(name);
    series.create_attribute('neurodata_type', 'TimeSeries');
    series.create_attribute('description', `series ${name}`);
    const data = new Float32Array(200).map((_, index) => index);
    series.create_dataset({ name: 'data', data, shape: [100, 2], chunks: [10, 2], compression: 4 });
  }
  file.create_soft_link('/acquisition/one', 'shortcut');
  file.create_external_link('/etc/passwd', '/data', 'outside');
  module.create_hard_link(file.file_id, '/acquisition/one', '/acquisition/again');
  module.create_hard_link(file.file_id, '/acquisition', '/acquisition/loop');
  const core = file.create_group('specifications').create_group('core');
  core.create_dataset({ name: 'schema', data: '{}'.repeat(1000) });
}

/** Where a text is in a file, counted from its `nth` occurrence. @throws if there are fewer */
export function findOffset(bytes: Uint8Array, text: string, nth = 0): number {
  let at = -1;
  for (let count = 0; count <= nth; count += 1) {
    at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(text, at + 1, 'latin1');
    if (at === -1) throw new Error(`the file does not contain ${text} ${nth + 1} times`);
  }
  return at;
}
