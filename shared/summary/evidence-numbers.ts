/** The numbers of a text of facts: what a number in a reply may stand on. Pure. */

/** Every number of a text that is no part of a name: `1,276` as 1276 and as its parts, `1e-05`, `12x12` twice, not the digits of `float64`. */
export function readNumbers(text: string): number[] {
  const plain =
    text.match(/(?<![\p{L}\p{N}_.]|\d,)(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?<=\d\s?[x×]\s?)\d+/giu) ?? [];
  const named = [...text.matchAll(/_(\d+(?:\.\d+)?)(?=[a-zµ]{1,3}(?:_|\b))/gi)].map((match) => match[1]!);
  const grouped = text.match(/(?<![\p{L}\p{N}_])\d{1,3}(?:,\d{3})+(?:\.\d+)?/gu) ?? [];
  return [...plain, ...named]
    .map(Number)
    .concat(grouped.map((number) => Number(number.replaceAll(',', ''))))
    .filter(Number.isFinite);
}
