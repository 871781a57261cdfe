/**
 * Used by the walker once its objects are known: finds the object at a path, along hard and soft links. Pure.
 */
import type { HeaderObject } from '../../header/nwb-header.ts';
import { abort } from '../format/walker-aborted.ts';

/** The most soft links that one path may follow; the same as libhdf5's limit. */
const MOST_SOFT_LINKS = 16;

/**
 * The key of the object at `path`, from the root; undefined if there is none.
 * @throws WalkerAbortedError where an object on the way was not read, is in another file or is behind too many
 * links
 */
export function findByPath(
  found: ReadonlyMap<number, HeaderObject>,
  root: number,
  path: string,
): number | undefined {
  let links = 0;
  let at = root;
  const steps = splitPath(path);
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    const group = found.get(at);
    if (group === undefined || group.kind === 'unread')
      abort('one of its sources was not read', 'unsupported');
    if (group.kind !== 'group') return undefined;
    const member = group.members.find(({ name }) => name === step);
    if (member === undefined) return undefined;
    if ('to' in member) at = member.to;
    else if ('soft' in member) {
      links += 1;
      if (links > MOST_SOFT_LINKS) abort('one of its sources is behind too many soft links', 'unsupported');
      if (member.soft.startsWith('/')) at = root;
      steps.unshift(...splitPath(member.soft));
    } else abort('one of its sources is in another file', 'unsupported');
  }
  const last = found.get(at);
  if (last === undefined || last.kind === 'unread') abort('one of its sources was not read', 'unsupported');
  return at;
}

/** HDF5 has `.` but no `..`. */
function splitPath(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}
