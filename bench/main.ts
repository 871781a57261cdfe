/**
 * `npm run bench [-- KIND …|fuzz|many]`: how fast headers are read, beside what else can read them. Counts of
 * requests, bytes and rounds are exact; seconds are of this machine, and ratios of one run.
 */
import { runFuzz } from './fuzz.ts';
import { runHeaders } from './headers.ts';
import { runMany } from './many.ts';

const [name, ...rest] = process.argv.slice(2);
if (name === 'fuzz') await runFuzz(rest);
else if (name === 'many') await runMany(rest);
else await runHeaders(process.argv.slice(2));
