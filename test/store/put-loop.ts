/**
 * A process for the tests to kill: `put-loop.ts FOLDER SEED` puts documents that carry their own hash, for
 * ever; `put-loop.ts FOLDER count TIMES` adds one to a shared counter, by conditional puts, that many times.
 */
import { createHash } from 'node:crypto';
import { FolderStore } from '../../shared/store/folder-store.ts';

const [folder = '', seed = '', times = '0'] = process.argv.slice(2);
const store = new FolderStore(folder);
const options = { contentType: 'application/json' };

if (seed === 'count') {
  for (let done = 0; done < Number(times); ) {
    const current = await store.get('counter.json');
    const next = String(Number(current ? new TextDecoder().decode(current.body) : 0) + 1);
    const condition = current ? { ifMatch: current.etag } : { ifAbsent: true };
    const { outcome } = await store.put('counter.json', next, { ...options, ...condition });
    if (outcome === 'stored') done += 1;
  }
} else {
  for (let turn = 0; ; turn += 1) {
    const text = `${seed} ${turn} `.repeat(5_000);
    const document = `${createHash('sha256').update(text).digest('hex')}\n${text}`;
    await store.put('loop/shared.json', document, options);
    await store.put(`loop/${seed}-${turn % 3}.json`, document, options);
    const existing = await store.get('loop/matched.json');
    const condition = existing ? { ifMatch: existing.etag } : { ifAbsent: true };
    await store.put('loop/matched.json', document, { ...options, ...condition });
    if (turn === 0) process.stdout.write('started\n');
  }
}
