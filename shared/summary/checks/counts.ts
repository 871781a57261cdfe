/** The check of counts: the numbers of trials, units, channels and the like follow from the facts. Pure. */
import { findOwn } from '../../own-entry.ts';
import { readCount, SPELLED_NUMBER } from '../../vocabulary/number-words.ts';
import type { Check, Draft } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { COUNTED_NOUNS, countPattern, followsFrom } from '../known-counts.ts';
import { sentenceAt } from '../prose.ts';
import { findDerivedTolerance, isDerivedCount } from './numbers.ts';
import { isDenied, isSpeculation } from './sentences.ts';

/** Words right before a count that make it approximate. */
const ABOUT =
  /(?:about|approximately|around|roughly|nearly|almost|over|more than|some|up to|at least|~|≈)\s*$/i;

/** Words between a number and a noun that show that the number counts something else. */
const OTHER_THINGS =
  /\b(?:of|from|in|per|a|an|both|neither|either|with|for|and|or|to|at|by|on|hz|khz|ms|nm|µm|mm|contains?|holds?|have|has|includes?|covers?|spans?|also|stores?|lists?|shows?|which|without|files?|that|where)\b/i;

/** Sites that are not electrodes. */
const OTHER_SITES = /\b(?:stimul\w+|optogenetic|injection|implant\w*|fib(?:er|re)|target) sites$/i;

/** Words right before a number that is part of a name: `layer 5 neurons`, `layers 2/3 and 5 cells`, `day 3 trials`. */
const LABELLED =
  /\b(?:layers?|lamina|lobules?|area|days?|weeks?|phases?|stages?|steps?|levels?|grades?|groups?|types?|class|number|no\.)\s+(?:\d+\w?(?:\/|,\s?|\s?[-–]\s?|\s(?:and|or|to)\s))*$/i;

/** Words after a count that make it a count per file or session. */
const OF_ONE_AFTER =
  /^ (?:per|in (?:each|every)|for (?:each|every)|(?:a|an)(?= (?:file|session|recording))) (?:\w+ )?(?:files?|sessions?|recordings?|animals?|subjects?|mouse|rat|monkey)?\b/i;

/** Whether the sum over all files is stated as the count of each file. */
function isTotalOfOne(
  { id }: { readonly id: string },
  value: number,
  text: string,
  match: RegExpExecArray,
  { facts }: Evidence,
): boolean {
  const name = findOwn(COUNTED_BY, id);
  const counts = name === undefined ? undefined : findOwn(facts?.contents?.all.counts ?? {}, name);
  if (counts === undefined || counts.files < 2 || value !== counts.total || value <= counts.max) return false;
  return OF_ONE_AFTER.test(text.slice(match.index + match[0].length));
}

/** Names of the counts over all files, by ids of `COUNTED_NOUNS`. */
const COUNTED_BY: Readonly<Record<string, string>> = {
  units: 'units',
  rois: 'rois',
  channels: 'electrodes',
  trials: 'trials',
  fields: 'planes',
  sweeps: 'recordings',
};

/** Whether a list of as many items follows a count: `five optical channels are described: mTagBFP2, …`. */
function isListed(text: string, end: number, value: number): boolean {
  const listed = /^[^.;\n]{0,40}?(?::|\(|,? namely|,? such as|—|–| - )\s*([^.;\n)]+(?:\.\d[^.;\n)]*)*)/.exec(
    text.slice(end),
  )?.[1];
  const items = listed?.split(/,\s*(?:and|or)?\s*|\s(?:and|or)\s/).filter((item) => item.trim() !== '') ?? [];
  // The sentence may go on after the last item: `…, with a list that fixes their order`.
  const own = items.findIndex((item) => TELLS_MORE.test(item));
  return items.length === value || own === value;
}

/** Words by which a sentence goes on after a list. */
const TELLS_MORE =
  /^\s*(?:with|which|where|while|whereas|each|all|both|plus|as well|along|together|in addition|but|so|then|of which|for|from|at|in|on|is|are|was|were|has|have)\b/i;

/** Nouns of loose meaning, checked only if the facts count them. */
const COUNTED_IF_KNOWN = new Set(['variants', 'tasks', 'frequencies', 'epochs', 'blocks', 'cycles']);

/** Other nouns, beside those of `COUNTED_NOUNS`, that owners count in their descriptions. */
const OTHER_NOUNS =
  'datasets|tasks|conditions|targets|directions|odou?rs|odorants|muscles|fingers|wavelengths|colou?rs|levels|steps|regions|areas|locations|days|weeks|months|pulses|stimuli|images|movies|arms|wells|doors|ports|probes|shanks|indicators|cell types|mazes|environments|contexts|phases|stages|groups|cohorts|laborator(?:y|ies)|labs|sizes|diameters|frequencies|amplitudes|concentrations|speeds|repetitions|repeats|runs|words|syllables|orientations|contrasts|variants|motor units|obstacles|genotypes|strains|lines';
const OTHER_COUNT = new RegExp(
  `(?<![\\p{L}\\p{N}.,/:_-])(\\d{1,4}|${SPELLED_NUMBER})(?: (?!of|in|and|or|to|per|from|with|for|by|at|on|the)[\\p{L}][\\p{L}-]*){0,2}? (${OTHER_NOUNS})(?![\\p{L}\\p{N}_])`,
  'giu',
);

/** Finds counts of `OTHER_NOUNS` that differ from every count of the owners. */
function findOtherCounts(text: string, evidence: Evidence): { excerpt: string; value: number }[] {
  const { text: known, numbers } = evidence;
  const own = new Map<string, Set<number>>();
  for (const [, amount = '', noun = ''] of known.matchAll(OTHER_COUNT))
    own.set(noun.toLowerCase(), (own.get(noun.toLowerCase()) ?? new Set()).add(readCount(amount)));
  return [...text.matchAll(OTHER_COUNT)].flatMap((match) => {
    const [excerpt, amount = '', noun = ''] = match;
    const value = readCount(amount);
    const counts = own.get(noun.toLowerCase());
    if (counts === undefined || value < 2 || counts.has(value)) return [];
    // It may be a sum or product of two counts, or a number of things that the headers list.
    if (
      [...counts].some((one) => [...counts].some((other) => one + other === value || one * other === value))
    )
      return [];
    if (value > LEAST_TELLING && numbers.includes(value)) return [];
    if (ABOUT.test(text.slice(0, match.index)) || isDenied(text, match.index)) return [];
    if (isDerivedCount(value, amount, match.index, text, evidence)) return [];
    if (isSpeculation(sentenceAt(text, match.index)) || LABELLED.test(text.slice(0, match.index))) return [];
    if (isListed(text, match.index + excerpt.length, value)) return [];
    return [{ excerpt, value }];
  });
}

/** Numbers up to this one occur in every text, so their occurrence supports nothing. */
const LEAST_TELLING = 12;

/** Words after a small count that select some of many: `two electrodes have a diameter of 100 µm`. */
const SET_APART = /^,? (?:have|has|had|with|that|which|whose|in|of|from|at|on|were|are|share)\b/i;

/** Whether a small count may be of a subset, which no fact counts. */
function isOfPart(value: number, known: ReadonlySet<number>, text: string, end: number): boolean {
  return value <= LEAST_TELLING && value < Math.max(0, ...known) && SET_APART.test(text.slice(end));
}

/** Whether some table of the headers has as many rows, whatever its name. */
function isRowCount(value: number, { facts }: Evidence): boolean {
  if (value <= LEAST_TELLING) return false;
  return (facts?.fileTypes ?? []).some(({ tables }) => tables.some(({ rows }) => rows === value));
}

/** Reports counts of trials, units and the like that do not follow from the facts. */
export const counted: Check = {
  name: 'counted',
  severity: 'warning',
  rule: 'counts of trials, units, channels and the like follow from the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose
      .filter(({ part }) => part !== 'keywords')
      .flatMap(({ text, part, index }) => [
        ...findOtherCounts(text, evidence).map(
          ({ excerpt }): Draft => ({
            message: `The facts do not count ${excerpt}.`,
            excerpt,
            location: { part, index },
          }),
        ),
        ...COUNTED_NOUNS.flatMap((noun) =>
          [...text.matchAll(countPattern(noun))].flatMap((match): Draft[] => {
            const [excerpt, amount = ''] = match;
            const value = readCount(amount);
            const known = evidence.counted.get(noun.id) ?? new Set<number>();
            const sentence = sentenceAt(text, match.index);
            const isOther = OTHER_THINGS.test(
              excerpt.slice(amount.length).replace(/fields? of view|regions? of interest/i, ''),
            );
            if (LABELLED.test(text.slice(0, match.index)) || OTHER_SITES.test(excerpt)) return [];
            if (isTotalOfOne(noun, value, text, match, evidence))
              return [{ message: `One file has no ${excerpt}.`, excerpt, location: { part, index } }];
            if (value <= 1 || isOther || isDenied(text, match.index) || isSpeculation(sentence)) return [];
            // Where the facts have no count of these, large numbers are left to the check `numbers`.
            if (known.size === 0 && (!noun.isStrict || value > 12)) return [];
            if (known.size > 0 && !noun.isStrict && !COUNTED_IF_KNOWN.has(noun.id)) return [];
            const { below, above } = findDerivedTolerance(text, match.index, amount);
            if (/^,? of each\b/.test(text.slice(match.index + excerpt.length))) return [];
            if (isOfPart(value, known, text, match.index + excerpt.length) || isRowCount(value, evidence))
              return [];
            if (isDerivedCount(value, amount, match.index, text, evidence)) return [];
            if (
              followsFrom(known, value, below, above) ||
              isListed(text, match.index + excerpt.length, value)
            )
              return [];
            return [{ message: `The facts do not count ${excerpt}.`, excerpt, location: { part, index } }];
          }),
        ),
      ]),
};
