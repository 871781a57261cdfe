/**
 * The files that the benchmark reads, written by the repository's own scripts if they are missing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A file of the benchmark. */
export interface BenchFile {
  readonly kind: string;
  readonly name: string;
  readonly about: string;
  /** Which script writes it: `write_files.py` by default. */
  readonly writer?: 'write_shapes.py';
}

/** The folder of the files, which are not in the repository. `BENCH_FILES` sets another folder. */
export const FILES_FOLDER = resolve(process.env.BENCH_FILES ?? join(import.meta.dirname, 'files'));
const WRITERS = join(import.meta.dirname, 'files-writers');

/** Every file, in the order of the table. */
export const BENCH_FILES: readonly BenchFile[] = [
  { kind: 'a', name: 'a_ophys.nwb', about: 'ophys, 48 MB' },
  { kind: 'b', name: 'b_ecephys.nwb', about: 'ecephys, 2.5 GB' },
  { kind: 'd', name: 'd_ecephys_latest.nwb', about: 'ecephys, latest format, 310 MB' },
  { kind: 'c', name: 'c_icephys.nwb', about: 'icephys, 20,000 objects, 119 MB' },
  { kind: 'c2', name: 'c2_icephys_long.nwb', about: 'the same, 983 MB' },
  { kind: 'e', name: 'e_icephys_latest.nwb', about: 'icephys, latest format, 33 MB' },
  { kind: 'f', name: 'f_ecephys_paged.nwb', about: 'ecephys in pages of 1 MiB, 396 MB' },
];

/** Further files as in archives: name of the shape, file, description. */
const SHAPES: readonly (readonly [kind: string, name: string, about: string])[] = [
  ['matnwb', 'm_matnwb.nwb', 'as MatNWB writes, ophys'],
  ['neuroconv', 'n_neuroconv.nwb', "neuroconv's defaults, ecephys"],
  ['ibl', 'n_ibl.nwb', "as IBL's pipeline writes"],
  ['allen', 'n_allen.nwb', "as Allen's visual coding, ecephys"],
  ['paged4k', 'p_pages_4k.nwb', 'ecephys in pages of 4 KiB'],
  ['paged16m', 'p_pages_16m.nwb', 'ecephys in pages of 16 MiB'],
  ['userblock', 'p_user_block.nwb', 'ophys after a user block'],
  ['probe', 't_probe.nwb', 'one probe, 2.4 GB, unseen while tuning'],
  ['probes', 't_probes.nwb', 'four probes, 2.5 GB, unseen'],
  ['tetrodes', 't_tetrodes.nwb', '32 tetrodes, 1.3 GB, unseen'],
  ['array', 't_array.nwb', '80 blocks of an array, latest format, 0.8 GB, unseen'],
  ['unitsonly', 't_units.nwb', '1,500 units before 1.6 GB, schemas first, unseen'],
  ['electrodes', 'q_30000_electrodes.nwb', '30,000 electrodes'],
  ['subjects', 'q_300_subjects.nwb', '300 subjects'],
  ['attributes', 'q_many_attributes.nwb', '5,000 attributes'],
  ['largeattrs', 'q_large_attributes.nwb', 'attributes of 70 KB to 2 MB'],
  ['heaps', 'q_spread_heaps.nwb', 'texts between the data'],
  ['wide', 'q_wide_group.nwb', '15,000 members of one group'],
  ['tables', 'q_icephys_tables.nwb', 'icephys tables'],
  ['deep', 'r_deep.nwb', '40 levels of groups'],
  ['deeplatest', 'r_deep_latest.nwb', '40 levels, latest format'],
  ['uneven', 'r_deep_uneven.nwb', '40 levels, uneven'],
  ['chained', 'r_chained.nwb', 'headers in 40 pieces'],
  ['small', 'r_small.nwb', '0.65 MB'],
  ['values', 'r_values.nwb', '60 values of 1 MB under /general'],
  ['odd-scaleoffset', 's_scaleoffset.nwb', 'one scale-offset value'],
  ['odd-nbit', 's_nbit.nwb', 'one n-bit value'],
  ['odd-lzf', 's_lzf.nwb', 'one LZF value'],
  ['odd-szip', 's_szip.nwb', 'one Szip value'],
  ['odd-bitfield', 's_bitfield.nwb', 'one bitfield'],
  ['odd-enum', 's_enum.nwb', 'one big-endian enum'],
  ['odd-virtual', 's_virtual.nwb', 'one virtual dataset'],
  ['neuroconv-zarr', 'z_neuroconv.nwb.zarr', "Zarr, neuroconv's defaults"],
  ['aind', 'z_aind.nwb.zarr', 'Zarr, as AIND writes'],
  ['hdmf-zarr', 'z_hdmf_zarr.nwb.zarr', 'Zarr, as hdmf-zarr writes'],
];

/**
 * Every shape of `write_shapes.py`: different writers, HDF5 settings, large numbers of one thing, one unusual
 * value.
 */
export const BENCH_SHAPES: readonly BenchFile[] = SHAPES.map(([kind, name, about]) => ({
  kind,
  name,
  about,
  writer: 'write_shapes.py',
}));

/** The command of a Python with h5py, if there is one; `BENCH_PYTHON` sets another. */
export function findPython(): string | undefined {
  const named = process.env.BENCH_PYTHON;
  return (named === undefined ? ['python3', 'python'] : [named]).find((command) =>
    hasModule(command, 'h5py'),
  );
}

/** Whether a Python can import a module. */
export function hasModule(python: string, module: string): boolean {
  return spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
}

/** The wanted files that exist, after writing missing ones if possible; prints what it skips. */
export function prepareFiles(
  wanted: readonly string[],
  python: string | undefined,
  all: readonly BenchFile[] = BENCH_FILES,
): BenchFile[] {
  for (const kind of wanted) {
    if (!all.some((file) => file.kind === kind))
      throw new Error(`no file ${kind}; there are ${all.map((file) => file.kind).join(', ')}`);
  }
  return all.filter((file) => {
    if (wanted.length > 0 && !wanted.includes(file.kind)) return false;
    if (existsSync(join(FILES_FOLDER, file.name))) return true;
    if (python === undefined) {
      console.error(`skipped: file ${file.kind} is missing, and there is no Python with h5py to write it`);
      return false;
    }
    console.error(`writing ${file.name} (${file.about})`);
    const script = join(WRITERS, file.writer ?? 'write_files.py');
    spawnSync(python, [script, FILES_FOLDER, file.kind], { stdio: 'inherit' });
    const isThere = existsSync(join(FILES_FOLDER, file.name));
    if (!isThere) console.error(`skipped: file ${file.kind} could not be written`);
    return isThere;
  });
}

/** Bytes of a prepared file, which the archive's listing reports before a file is opened. */
export function getLength(name: string): number {
  return statSync(join(FILES_FOLDER, name)).size;
}
