/** The check of counts: trials, units, channels and the like are as many as the facts tell. Pure. */
import type { Check, Draft } from '../check.ts';
import { COUNTED_NOUNS, countPattern, followsFrom, readCount } from '../known-counts.ts';
import { sentenceAt } from '../prose.ts';
import { isDenied, isSpeculation } from './sentences.ts';

/** Words right before a count that make it an approximate one. */
const ABOUT =
  /(?:about|approximately|around|roughly|nearly|almost|over|more than|some|up to|at least|~|≈)\s*$/i;
const ABOUT_TOLERANCE = 0.06;

/** Words between a number and its noun that make it a count of something else. */
const OTHER_THINGS =
  /\b(?:of|from|in|per|a|an|with|for|and|or|to|at|by|on|hz|khz|ms|nm|µm|mm|contains?|holds?|have|has|includes?|covers?|spans?|also|stores?|lists?|shows?|which|without|files?|that|where)\b/i;

/** Words right before a number that make it a name: `layer 5 neurons`, `layers 2/3 and 5 cells`, `day 3 trials`. */
const LABELLED =
  /\b(?:layers?|lamina|lobules?|area|days?|weeks?|phases?|stages?|steps?|levels?|grades?|groups?|types?|class|number|no\.)\s+(?:\d+\w?(?:\/|,\s?|\s?[-–]\s?|\s(?:and|or|to)\s))*$/i;

/** Whether so many things are listed right behind their count: `five optical channels are described: mTagBFP2, …`. */
function isListed(text: string, end: number, value: number): boolean {
  const listed = /^[^.;\n]{0,40}?(?::|\(|,? namely|,? such as|—|–| - )\s*([^.;\n)]+(?:\.\d[^.;\n)]*)*)/.exec(text.slice(end))?.[1];
  const items = listed?.split(/,\s*(?:and|or)?\s*|\s(?:and|or)\s/).filter((item) => item.trim() !== '') ?? [];
  return items.length === value;
}

/** Nouns of loose use that are looked at where the facts count them. */
const COUNTED_IF_KNOWN = new Set(['variants', 'tasks']);

/** Every count of trials, units and the like follows from the facts. */
export const counted: Check = {
  name: 'counted',
  severity: 'warning',
  holds: 'counts of trials, units, channels and the like follow from the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose
      .filter(({ part }) => part !== 'keywords')
      .flatMap(({ text, part, index }) =>
        COUNTED_NOUNS.flatMap((noun) =>
          [...text.matchAll(countPattern(noun))].flatMap((match): Draft[] => {
            const [excerpt, amount = ''] = match;
            const value = readCount(amount);
            const known = evidence.counted.get(noun.id) ?? new Set<number>();
            const sentence = sentenceAt(text, match.index);
            const isOther =
              OTHER_THINGS.test(excerpt.slice(amount.length)) &&
              !/fields? of view|regions? of interest/i.test(excerpt);
            if (LABELLED.test(text.slice(0, match.index))) return [];
            if (value <= 1 || isOther || isDenied(text, match.index) || isSpeculation(sentence)) return [];
            // Where the facts count no such thing, a large number is the business of numbers.
            if (known.size === 0 && (!noun.isStrict || value > 12)) return [];
            if (known.size > 0 && !noun.isStrict && !COUNTED_IF_KNOWN.has(noun.id)) return [];
            const tolerance = ABOUT.test(text.slice(0, match.index)) ? ABOUT_TOLERANCE : 0;
            if (followsFrom(known, value, tolerance) || isListed(text, match.index + excerpt.length, value))
              return [];
            return [{ message: `The facts do not count ${excerpt}.`, excerpt, location: { part, index } }];
          }),
        ),
      ),
};
