/**
 * Where the code of the libhdf5 thread lies: the one place that knows how the program is laid out.
 */

/**
 * The module that a libhdf5 thread starts with. Run from source, it is `worker.ts` beside this file; in a
 * bundle this file's code has become part of another module, and `worker.mjs` is bundled beside that one.
 */
export function workerEntry(): URL {
  const isSource = import.meta.url.endsWith('/libhdf5/worker-entry.ts');
  return new URL(isSource ? './worker.ts' : './worker.mjs', import.meta.url);
}
