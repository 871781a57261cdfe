/**
 * What the benchmark reads: its files, written by the repository's own scripts where they are missing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A file of the benchmark. */
export interface BenchFile {
  readonly kind: string;
  readonly name: string;
  readonly about: string;
}

/** Where the files are kept: not in the repository. `BENCH_FILES` names another folder. */
export const FILES_FOLDER = resolve(process.env.BENCH_FILES ?? join(import.meta.dirname, 'files'));
const WRITER = join(import.meta.dirname, 'files-writers', 'write_files.py');

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

/** The command of Python, where one with h5py is there. */
export function findPython(): string | undefined {
  return ['python3', 'python'].find((command) => hasModule(command, 'h5py'));
}

/** Whether a Python can import a module. */
export function hasModule(python: string, module: string): boolean {
  return spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
}

/** Those of the wanted files that are there, after writing the missing ones where that can be done; says what it skips. */
export function prepareFiles(wanted: readonly string[], python: string | undefined): BenchFile[] {
  return BENCH_FILES.filter((file) => {
    if (wanted.length > 0 && !wanted.includes(file.kind)) return false;
    if (existsSync(join(FILES_FOLDER, file.name))) return true;
    if (python === undefined) {
      console.error(`skipped: file ${file.kind} is missing, and no Python with h5py is there to write it`);
      return false;
    }
    console.error(`writing ${file.name} (${file.about})`);
    const { status } = spawnSync(python, [WRITER, FILES_FOLDER, file.kind], { stdio: 'inherit' });
    if (status !== 0) console.error(`skipped: file ${file.kind} could not be written`);
    return status === 0;
  });
}

/** Bytes of a file that was prepared: what the archive's listing tells of a file before it is opened. */
export function lengthOf(name: string): number {
  return statSync(join(FILES_FOLDER, name)).size;
}
