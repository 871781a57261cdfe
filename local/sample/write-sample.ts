/**
 * Writes the sample, a small DANDI of our own: `node local/sample/write-sample.ts` puts `dandisets/` and `blobs/`
 * beside this file, laid out as in the archive's bucket, the same bytes on every run.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCalciumImaging } from './calcium-imaging.ts';
import type { SampleDandiset } from './dandiset.ts';
import { buildExtracellular } from './extracellular.ts';
import { buildIntracellular } from './intracellular.ts';
import { buildBucketObjects } from './manifests.ts';
import { buildOddFiles } from './odd-files.ts';

/** The folders that the writer owns. Other files beside them stay. */
const WRITTEN_FOLDERS = ['dandisets', 'blobs'];

/** The four Dandisets, in the order of their identifiers. */
export async function buildSample(): Promise<SampleDandiset[]> {
  return [
    await buildCalciumImaging(),
    await buildExtracellular(),
    await buildIntracellular(),
    await buildOddFiles(),
  ];
}

/**
 * Replaces `dandisets/` and `blobs/` in the folder by the sample. Returns the number of files written and their bytes.
 * @throws the errors of the file system or libhdf5
 */
export async function writeSample(folder: string): Promise<{ files: number; bytes: number }> {
  const objects = (await buildSample()).flatMap(buildBucketObjects);
  for (const name of WRITTEN_FOLDERS) await rm(join(folder, name), { recursive: true, force: true });
  for (const { key, body } of objects) {
    const path = join(folder, ...key.split('/'));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, body);
  }
  return { files: objects.length, bytes: objects.reduce((sum, { body }) => sum + body.length, 0) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { files, bytes } = await writeSample(dirname(fileURLToPath(import.meta.url)));
  process.stdout.write(`${files} files, ${bytes} bytes\n`);
}
