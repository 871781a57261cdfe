/**
 * The order in which a header lists names: by the bytes of their UTF-8, as libhdf5's name index and
 * Python's sort of strings both have it. Pure.
 */

/**
 * Compares two strings by Unicode code points, which is the order of their UTF-8 bytes. JavaScript's own
 * order is by UTF-16 units and puts U+10000 and beyond before U+E000 to U+FFFF.
 */
export function compareByteOrder(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left === right) continue;
    return isSurrogate(left) === isSurrogate(right) ? left - right : isSurrogate(left) ? 1 : -1;
  }
  return a.length - b.length;
}

/** Number of names up to which an insertion sort is used: cheaper than the memory of a general sort. */
const FEW_NAMES = 16;

/** Sorts by name in place, stably, and returns the list. Most lists are already in order. */
export function sortByName<Named extends { readonly name: string }>(list: Named[]): Named[] {
  if (isSortedByName(list)) return list;
  if (list.length > FEW_NAMES) return list.sort((a, b) => compareByteOrder(a.name, b.name));
  for (let next = 1; next < list.length; next += 1) {
    const moved = list[next]!;
    let at = next;
    for (; at > 0 && compareByteOrder(list[at - 1]!.name, moved.name) > 0; at -= 1) list[at] = list[at - 1]!;
    list[at] = moved;
  }
  return list;
}

/** Whether no name sorts before its predecessor. */
export function isSortedByName(list: readonly { readonly name: string }[]): boolean {
  for (let at = 1; at < list.length; at += 1) {
    if (compareByteOrder(list[at - 1]!.name, list[at]!.name) > 0) return false;
  }
  return true;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
