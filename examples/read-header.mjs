/**
 * Reads the header of an NWB file by range requests and names its series with their units and lengths.
 *
 *   node examples/read-header.mjs https://dandiarchive.s3.amazonaws.com/blobs/…
 *
 * In a project of your own: `npm install dandiset-summarizer`, and the import as it stands here.
 */
import { readHeader, walkHeader } from 'dandiset-summarizer';

const [location] = process.argv.slice(2);
if (location === undefined) throw new Error('Name the address or the path of one NWB file.');

const { header, report } = await readHeader(location, { signal: AbortSignal.timeout(60_000) });
for (const { path, object } of walkHeader(header)) {
  if (object?.kind !== 'dataset' || !path.endsWith('/data')) continue;
  const unit = object.attributes.find(({ name }) => name === 'unit')?.values?.[0] ?? 'no unit';
  console.log(`${path}: ${object.shape?.join(' × ')} values, ${unit}`);
}
console.log(`${report.requests} requests, ${report.bytes} bytes, ${report.rounds} rounds`);
