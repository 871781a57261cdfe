/** `prune`: removes kept headers, which take the most room in a store and can be read again. */
import { composeStore } from '../../functions/compose.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { headerPrefix } from '../../shared/store/keys.ts';
import { readArguments } from './arguments.ts';
import { readSettings } from './common-options.ts';

const DAY_MS = 86_400_000;

/** Removes headers and their digests that were stored more than so many days ago; says how many and how much. */
export async function prune(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values } = readArguments(args, { days: { type: 'string' }, 'dry-run': { type: 'boolean' } });
  if (values.days === undefined || !/^\d{1,5}$/.test(values.days)) {
    throw new InvalidInputError('Say how old a header must be, such as --days 90; --days 0 removes all.', {
      field: 'days',
    });
  }
  const before = Date.now() - Number(values.days) * DAY_MS;
  const store = composeStore(readSettings());
  let headers = 0;
  let bytes = 0;
  for await (const key of store.list(headerPrefix())) {
    signal.throwIfAborted();
    const object = await store.get(key);
    // A store that does not say when keeps what it has, unless all is to go.
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
