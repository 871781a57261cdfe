/**
 * Who does what to whom in a sentence, active or passive: for asking whether a paraphrase has turned a relation of the
 * owners round. Pure.
 */

import { findMeaning, isOpposite } from './meanings.ts';
import { contentMeanings } from './passages.ts';

/** One action of a sentence, by meanings. */
interface Action {
  readonly verb: string;
  readonly agent: ReadonlySet<string>;
  readonly patient: ReadonlySet<string>;
}

/** Verbs of which it matters who does it. */
const VERBS =
  'activates suppresses inhibits drives triggers causes recruits excites silences modulates controls predicts precedes follows exceeds outperforms increases reduces innervates influences'
    .split(' ')
    .map(findMeaning);

/** Who triggers something activates it. */
const CAUSING = findMeaning('triggers');
const ACTIVATING = findMeaning('activates');

/** Words of a noun phrase beside a verb that are looked at. */
const NEAR = 6;

/** Meanings that are of nearly every agent and patient. */
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
    // The subject of a second verb stands before the first one.
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

/** Whether a sentence tells an action of the owners the other way round: who did it there has it done to them here. */
export function isTurnedRound(sentence: string, said: readonly string[]): boolean {
  const known = said.flatMap(findActions);
  return findActions(sentence).some(({ verb, agent, patient }) => {
    const same = known.filter((other) => other.verb === verb);
    const isSo = same.some((other) => hasCommon(agent, other.agent) && hasCommon(patient, other.patient));
    if (isSo) return false;
    // `silenced by` who the owners say activates.
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
