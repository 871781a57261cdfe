/**
 * Locates the code of the libhdf5 thread: the only module that knows where the program's files are.
 */

/**
 * The module that a libhdf5 thread starts with. When run from source, it is `worker.ts` beside this file; in
 * a bundle this file's code is part of another module, and `worker.mjs` is bundled beside that one.
 */
export function workerEntry(): URL {
  const isSource = import.meta.url.endsWith('/libhdf5/worker-entry.ts');
  return new URL(isSource ? './worker.ts' : './worker.mjs', import.meta.url);
}
