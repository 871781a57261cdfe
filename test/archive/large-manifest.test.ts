import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { record } from './small-archive.ts';

/** The largest Dandiset's number of assets, to the thousand. */
const ASSETS = 73_000;
/** The further content of a real record: subjects, sessions, URLs of ontologies. */
const PADDING = 'http://purl.obolibrary.org/obo/NCBITaxon_10090 '.repeat(16);
/** A heap too small for the parsed records, of more than a kilobyte each. */
const HEAP_MEGABYTES = 64;

function* manifest() {
  for (let at = 0; at < ASSETS; at += 1) {
    const text = JSON.stringify({
      ...record(`sub-${at}/a.nwb`),
      contentSize: at,
      wasAttributedTo: [PADDING],
    });
    yield `${at === 0 ? '[' : ',\n'}${text}`;
  }
  yield ']';
}

it('streams the manifest of the largest Dandiset through a small heap', { timeout: 120_000 }, async () => {
  let sent = 0;
  const server = createServer((_, response) => {
    Readable.from(manifest())
      .on('data', (text: string) => {
        sent += text.length;
      })
      .pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const bucketUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dandiarchive`;
    const reader = join(import.meta.dirname, 'large-manifest-reader.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [
      `--max-old-space-size=${HEAP_MEGABYTES}`,
      reader,
      bucketUrl,
    ]);
    const { heapMegabytes, ...counts } = JSON.parse(stdout) as Record<string, number>;
    expect(counts).toEqual({ assets: ASSETS, nwb: ASSETS, bytes: (ASSETS * (ASSETS - 1)) / 2 });
    expect(sent).toBeGreaterThan(HEAP_MEGABYTES * 1e6);
    expect(heapMegabytes).toBeLessThan(2 * HEAP_MEGABYTES);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
