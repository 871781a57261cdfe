/**
 * Reads the results of a Distributed Map: the manifest names the result files, whose lines are the
 * outcomes. The layout is Step Functions' own (docs.aws.amazon.com/step-functions, "ResultWriter").
 */
import * as z from 'zod/mini';
import { StoreUnavailableError } from '../errors.ts';
import type { ObjectStore } from '../store/object-store.ts';

const Manifest = z.object({
  ResultFiles: z.object({ SUCCEEDED: z.optional(z.array(z.object({ Key: z.string() }))) }),
});

/**
 * Every line of the map's successful children, as JSON, in the order of the files. Children that
 * failed have none: the caller knows which ones it expected.
 * @throws StoreUnavailableError if the manifest or a file is absent or damaged
 */
export async function* readMapResults(store: ObjectStore, manifestKey: string): AsyncGenerator<unknown> {
  const manifest = z.safeParse(Manifest, parseLine(await readText(store, manifestKey), manifestKey));
  if (!manifest.success) throw buildDamagedResultError(manifestKey);
  for (const { Key } of manifest.data.ResultFiles.SUCCEEDED ?? []) {
    const text = await readText(store, Key);
    let start = 0;
    while (start < text.length) {
      const end = text.indexOf('\n', start);
      const line = text.slice(start, end === -1 ? text.length : end);
      if (line.trim() !== '') yield parseLine(line, Key);
      start = end === -1 ? text.length : end + 1;
    }
  }
}

async function readText(store: ObjectStore, key: string): Promise<string> {
  const found = await store.get(key);
  if (found !== undefined) return new TextDecoder().decode(found.body);
  throw new StoreUnavailableError("A result of the run's map is not in the store. Start the run again.", {
    key,
  });
}

function parseLine(text: string, key: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw buildDamagedResultError(key, cause);
  }
}

function buildDamagedResultError(key: string, cause?: unknown): StoreUnavailableError {
  return new StoreUnavailableError(
    "A result of the run's map is damaged. Start the run again.",
    { key },
    { cause },
  );
}
