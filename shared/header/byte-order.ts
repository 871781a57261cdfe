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

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
