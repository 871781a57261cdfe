/**
 * Reads the assets of 000001/draft in a separate process, whose heap the test limits, and prints their number
 * and how large the heap grew. Arguments: the base URL of the bucket.
 */

import { ArchiveClient } from '../../shared/archive/archive-client.ts';
import { isNwb } from '../../shared/archive/asset.ts';

const [, , bucketUrl = ''] = process.argv;
const client = new ArchiveClient({ bucketUrl, apiUrl: 'http://127.0.0.1:9/unused' });
let assets = 0;
let nwb = 0;
let bytes = 0;
let heapUsed = 0;
for await (const asset of client.readAssets({ id: '000001', version: 'draft' })) {
  assets += 1;
  if ('reason' in asset) continue;
  bytes += asset.size;
  if (isNwb(asset)) nwb += 1;
  if (assets % 500 === 0) heapUsed = Math.max(heapUsed, process.memoryUsage().heapUsed);
}
console.log(JSON.stringify({ assets, nwb, bytes, heapMegabytes: Math.round(heapUsed / 1e6) }));
