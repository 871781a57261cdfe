/**
 * How many sessions there were, when and where they took place, and how much they hold: one sentence. Pure.
 */
import { countText, numberText, partText } from '../../facts/fact-words.ts';
import type { Counted } from '../../facts/file-facts.ts';
import { flattenText } from '../plain-text.ts';
import { isRecorded } from './count-sentences.ts';
import type { FactsAtHand } from './facts-at-hand.ts';
import { capitalize, joinWords } from './phrases.ts';
import { buildSentence, type Sentence } from './sentence.ts';

/** What is counted over all files and worth a place in the abstract. */
const COUNTED: readonly (readonly [name: Counted, one: string, many: string])[] = [
  ['units', 'sorted unit', 'sorted units'],
  ['rois', 'segmented region of interest', 'segmented regions of interest'],
  ['recordings', 'patch-clamp recording', 'patch-clamp recordings'],
  ['trials', 'trial', 'trials'],
];

/** `In the 12 sessions, recorded at Stanford University from October 2015 to January 2017, there are 2,304 sorted units and 57,348 trials.` */
export function describeSessionCounts(at: FactsAtHand): Sentence[] {
  const { contents, index } = at;
  const { all } = contents;
  if (all.sessions === 0) return [];
  const counted = COUNTED.flatMap(([name, one, many]) => {
    const found = all.counts[name];
    if (found === undefined || found.total === 0) return [];
    const share = found.files < all.read ? ` (in ${partText(found.files, all.read)})` : '';
    return [`${found.total === 1 ? `one ${one}` : countText(found.total, one, many)}${share}`];
  });
  const isOne = all.sessions === 1;
  const who = isOne ? 'the one session' : `the ${numberText(all.sessions)} sessions`;
  const from = [describePlace(at), describeDates(at)].filter(Boolean).join(' ');
  const ids = index.about('session', 'dates', 'lab', 'counts');
  if (counted.length > 0) {
    const origin = from === '' ? '' : `, ${isRecorded(at) ? 'recorded ' : ''}${from},`;
    const are = counted[0]!.startsWith('one ') ? 'is' : 'are';
    return [buildSentence(`In ${who}${origin} there ${are} ${joinWords(counted)}.`, ids)];
  }
  const verb = isRecorded(at) ? (isOne ? 'was recorded' : 'were recorded') : isOne ? 'is' : 'are';
  if (from !== '') return [buildSentence(`${capitalize(who)} ${verb} ${from}.`, ids)];
  const { assets } = contents;
  // One session a file goes without saying.
  if (isOne || all.sessions === all.read || all.sessions === assets) return [];
  return [buildSentence(`There are ${numberText(all.sessions)} sessions.`, ids)];
}

/** Earlier dates are made up to hide the true ones. */
const FIRST_YEAR = '1990';

function describeDates({ contents: { all } }: FactsAtHand): string {
  const { firstSession, lastSession } = all;
  if (firstSession === undefined || lastSession === undefined || firstSession < FIRST_YEAR) return '';
  const [first, last] = [nameMonth(firstSession), nameMonth(lastSession)];
  // One date for all is more often that of the files' making.
  if (first === undefined || last === undefined || firstSession === lastSession) return '';
  if (first === last) return `in ${first}`;
  // `from March to July 2019`
  const [month, year] = first.split(' ');
  return last.endsWith(` ${year}`) ? `from ${month} to ${last}` : `from ${first} to ${last}`;
}

const MONTH = new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `March 2019` of an ISO date. */
function nameMonth(date: string): string | undefined {
  const day = new Date(`${date.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? undefined : MONTH.format(day);
}

/** Words that say of no lab which one it is. */
const NO_PLACE =
  /^(?:unknown|none|n\/?a|(?:my|the|a|some|test|example|fake|best|university of my)?\s*(?:lab(?:oratory)?|institution|university)|bag end lab\w*|my (?:\w+ )?\w+|university of my institution)$/i;

function describePlace(facts: FactsAtHand): string {
  const { all } = facts.contents;
  const [labValue, otherLab] = all.labs.values;
  const [institution, otherInstitution] = all.institutions.values;
  const name = labValue === undefined || otherLab !== undefined ? '' : flattenText(labValue.value, 90);
  const house =
    institution === undefined || otherInstitution !== undefined ? '' : flattenText(institution.value, 140);
  const own = NO_PLACE.test(name) ? '' : name;
  const home = NO_PLACE.test(house) ? '' : house.replace(/^THE(?= \p{Lu}\p{Ll})/u, 'The');
  const at = isRecorded(facts) ? 'at' : 'from';
  if (own === '') return home === '' ? '' : `${at} ${addDefinite(home)}`;
  const isNamed = /\blabs?\b|laborator|group|institut|cent(?:er|re)|department|university/i.test(own);
  const lab = isNamed ? addDefinite(own) : `the ${own} lab`;
  const isSame = home === '' || own.includes(home) || home.includes(own);
  return `${at === 'at' ? 'in' : 'from'} ${lab}${isSame ? '' : ` at ${addDefinite(home)}`}`;
}

/** `the Wilbrecht Lab`, `the Allen Institute`, but Stanford University. */
function addDefinite(name: string): string {
  const isDefinite =
    /^(?:University of|Group\b|(?:\S+ )?Institute\b|Laborator|Department|Center|Centre)|\b(?:labs?|laborator(?:y|ies)|group)$/i;
  return isDefinite.test(name) && !/^the\b/i.test(name) ? `the ${name}` : name;
}
