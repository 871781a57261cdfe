/**
 * The names that one pattern covers, as a range: the least and the greatest by number, and whether the names
 * are all that the range claims. Pure; the prompt's folded lines say it.
 */

/** The range of some names that have one mask. */
export interface NameRange {
  readonly first: string;
  readonly last: string;
  /** Whether the names are every one from the first to the last, counted by one number. */
  readonly isWhole: boolean;
}

/** The range of `names`, of which there is at least one; all distinct, and alike but for their numbers. */
export function rangeOfNames(names: readonly string[]): NameRange {
  const numbered = names.map((name) => ({ name, parts: name.split(/(\d+)/) }));
  const varying = new Set<number>();
  const [{ parts: model }] = numbered as [(typeof numbered)[number]];
  for (const { parts } of numbered) {
    for (let at = 0; at < Math.max(parts.length, model.length); at += 1)
      if (parts[at] !== model[at]) varying.add(at);
  }
  const [at] = varying;
  // Even parts are words: where they differ, or more than one number does, the names are no count.
  if (varying.size !== 1 || at === undefined || at % 2 === 0) {
    return { first: names[0]!, last: names.at(-1)!, isWhole: varying.size === 0 };
  }
  const byNumber = numbered
    .map(({ name, parts }) => ({ name, number: Number(parts[at]) }))
    .sort((a, b) => a.number - b.number);
  const [least, greatest] = [byNumber[0]!, byNumber.at(-1)!];
  const isWhole = byNumber.every(({ number }, index) => number === least.number + index);
  return { first: least.name, last: greatest.name, isWhole };
}
