/** `prune`: removes stored headers, which take the most space in a store and can be read again. */
import { composeStore } from '../../functions/compose.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { headerPrefix } from '../../shared/store/keys.ts';
import { readArguments } from './arguments.ts';
import { readSettings } from './common-options.ts';

const DAY_MS = 86_400_000;

/** Removes headers and their digests stored more than a number of days ago; reports their number and size. */
export async function prune(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values } = readArguments(args, { days: { type: 'string' }, 'dry-run': { type: 'boolean' } });
  if (values.days === undefined || !/^\d{1,5}$/.test(values.days)) {
    throw new InvalidInputError(
      'Name the minimum age of a header, such as --days 90; --days 0 removes all.',
      {
        field: 'days',
      },
    );
  }
  const before = Date.now() - Number(values.days) * DAY_MS;
  const store = composeStore(readSettings());
  let headers = 0;
  let bytes = 0;
  for await (const key of store.list(headerPrefix())) {
    signal.throwIfAborted();
    const object = await store.get(key);
    // Documents of a store without dates are kept, unless all are to be removed.
    const stored = object?.lastModified?.getTime() ?? (values.days === '0' ? 0 : Number.POSITIVE_INFINITY);
    if (object === undefined || stored > before) continue;
    headers += 1;
    bytes += object.body.length;
    if (values['dry-run'] !== true) await store.remove(key);
  }
  const done = values['dry-run'] === true ? 'would be removed' : 'removed';
  process.stdout.write(`${headers} documents of headers ${done}, ${(bytes / 1e6).toFixed(1)} MB.\n`);
  return 0;
}
