/**
 * Finds who does what to whom in a sentence, active or passive, to detect a paraphrase that reverses a relation stated
 * by the owners. Pure.
 */

import { findMeaning, isOpposite } from './meanings.ts';
import { contentMeanings } from './passages.ts';

/** One action of a sentence, as meanings of words. */
interface Action {
  readonly verb: string;
  readonly agent: ReadonlySet<string>;
  readonly patient: ReadonlySet<string>;
}

/** Verbs whose meaning changes when agent and patient are swapped. */
const VERBS =
  'activates suppresses inhibits drives triggers causes recruits excites silences modulates controls predicts precedes follows exceeds outperforms increases reduces innervates influences'
    .split(' ')
    .map(findMeaning);

/** `triggers` counts as `activates`. */
const CAUSING = findMeaning('triggers');
const ACTIVATING = findMeaning('activates');

/** Most words read of the noun phrase next to a verb. */
const NEAR = 6;

/** Meanings so common among agents and patients that they identify none. */
const PLAIN = new Set(
  'neurons animals regions types patients activity responses signals results progressively which themselves itself then also'
    .split(' ')
    .map(findMeaning),
);

function nameThings(words: readonly string[]): ReadonlySet<string> {
  return new Set(contentMeanings(words.join(' ')).filter((meaning) => !PLAIN.has(meaning)));
}

/** The actions of a sentence. */
function findActions(sentence: string): Action[] {
  const words = sentence.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*|[,;:.]/gu) ?? [];
  return words.flatMap((word, at): Action[] => {
    const verb = findMeaning(word);
    if (!VERBS.includes(verb) || !/(?:s|ed|te|ve)$/i.test(word)) return [];
    if (/^(?:to|the|an?|of|in|can|may|might|could|not|does|did)$/i.test(words[at - 1] ?? '')) return [];
    const before = words.slice(0, at);
    const after = words.slice(at + 1);
    const isPassive =
      /^by$/i.test(after[0] ?? '') &&
      before.slice(-3).some((each) => /^(?:is|are|was|were|been|being)$/i.test(each));
    const right = after.slice(isPassive ? 1 : 0).slice(0, NEAR);
    const end = right.findIndex((each) => /^(?:[,;:.]|and|but|which|that|when|while|in|during)$/i.test(each));
    const object = nameThings(end < 0 ? right : right.slice(0, end));
    // The subject of a second verb comes before the first verb.
    const subject = nameThings(isPassive ? before.slice(-3 * NEAR) : before.slice(-NEAR));
    return [
      {
        verb: verb === CAUSING ? ACTIVATING : verb,
        agent: isPassive ? object : subject,
        patient: isPassive ? subject : object,
      },
    ];
  });
}

function hasCommon(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].some((meaning) => other.has(meaning));
}

/**
 * Whether a sentence reverses an action stated by the owners: its patient is their agent, or its verb the opposite of
 * theirs.
 */
export function isReversed(sentence: string, said: readonly string[]): boolean {
  const known = said.flatMap(findActions);
  return findActions(sentence).some(({ verb, agent, patient }) => {
    const same = known.filter((other) => other.verb === verb);
    const isSo = same.some((other) => hasCommon(agent, other.agent) && hasCommon(patient, other.patient));
    if (isSo) return false;
    // For example `silenced by` where the owners say `activated by`.
    const isContrary = known.some(
      (other) =>
        isOpposite(verb, other.verb) && hasCommon(agent, other.agent) && hasCommon(patient, other.patient),
    );
    if (isContrary) return true;
    return same.some(
      (other) =>
        hasCommon(agent, other.patient) && hasCommon(patient, other.agent) && !hasCommon(agent, other.agent),
    );
  });
}
