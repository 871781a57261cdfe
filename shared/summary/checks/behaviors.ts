/** The check of behavior: what subjects did, in which task and state, is in the facts. Pure. */
import { BEHAVIOR_WORDS } from '../../vocabulary/behavior-words.ts';
import { findTaskMentions } from '../../vocabulary/tasks.ts';
import type { Check } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { knowsTask } from '../known-terms.ts';
import { sentenceAt } from '../prose.ts';
import { findStem } from '../word-stem.ts';
import { isDenied, isOfPurpose, isSpeculation } from './sentences.ts';
import { buildUnsaidDraft, findUnsaid, type UnsaidThing } from './unsaid.ts';

/** Behaviours, tasks and states that are seen and not inferred. */
const SEEN_TASKS = new Set(
  'linear-track open-field w-track t-maze radial-maze water-maze virtual-reality two-alternative change-detection go-nogo fear social reaching center-out grasping cycling isometric locomotion licking whisking sniffing speech vocalization movie visual-search sleep anesthesia head-fixed foraging'.split(
    ' ',
  ),
);

/** Those that a purpose may name as well. */
const OF_PURPOSE = new Set(['visual-search', 'foraging', 'sleep', 'speech', 'locomotion', 'reaching']);

/** Words of movement that something else than a subject does. */
const OF_PROGRAMS =
  /^(?:running (?:in|under|as|time|averages?|versions?)|reach(?:es|ed|ing)? (?:an? |the )?(?:\p{L}+ )?(?:\d|(?:(?:frame|sampling) )?rates?|levels?|totals?|numbers?|depths?|accurac\p{L}+|values?|speeds?|resolutions?|ends?))\b/iu;

/** What a limb reaches for, right behind the verb. */
const OF_LIMB = /^(?:-|ing)?\s?(?:for|to|towards?|out|targets?|tasks?|movements?|and grasp\w*)\b/i;

/** Words of sentences about programs. */
const OF_PROGRAM =
  /\b(?:software|program|package|code|scripts?|pipeline|igor|matlab|python|mies|computer)\b/i;

/** Tasks of the vocabulary that a text names and the facts do not. */
function findTasks(text: string, { terms, parted }: Evidence): UnsaidThing[] {
  return findTaskMentions(text).flatMap(({ term, written, at }): UnsaidThing[] => {
    if (!SEEN_TASKS.has(term.id) || knowsTask(terms, term.id)) return [];
    // A program runs, and a rate is reached.
    if (OF_PROGRAMS.test(text.slice(at))) return [];
    // A program runs as well.
    if (term.id === 'locomotion' && OF_PROGRAM.test(sentenceAt(text, at))) return [];
    // Probes and microscopes reach as well, if for nothing.
    if (/^reach(?:es)?$/i.test(written) && !OF_LIMB.test(text.slice(at + written.length))) return [];
    if (term.id === 'movie' && /movie|film|clip/.test(parted)) return [];
    const sentence = sentenceAt(text, at);
    if (isDenied(text, at) || isSpeculation(sentence)) return [];
    return OF_PURPOSE.has(term.id) && isOfPurpose(sentence) ? [] : [{ written, at }];
  });
}

/** `performed a visual categorization task`: a task by what it is called. */
const NAMED_TASK =
  /\b(?:perform(?:ed|ing|s)?|did|doing|trained (?:on|in|to perform)|engaged in|completed|completing|solv(?:ed|ing|es)|play(?:ed|ing)|work(?:ed|ing) on|carried out|did)\s+(?:(?:an?|the|this|two|three|four|several)\s+)?((?:[\p{L}\d/-]+\s){1,4}?)(?:tasks?|paradigms?|games?|tests?)\b/giu;

/** Words before `task` that tell nothing of it. */
const PLAIN_TASK =
  /^(?:behaviou?ral|simple|complex|control|controlled|experimental|cognitive|motor|sensory|sensorimotor|same|following|main|new|novel|different|specific|various|standard|trained|learned|well|known|similar|self|paced|self-paced|based|related|instructed|cued|variants?|designs?|of|and|or|in|with|on|the|a|an|this|that|which|during|while|to|their|its|single|multiple|one|two|three|dimensional|1d|2d|3d|repeated|computer|laboratory|controlled|structured|animal|subject|trial|trials)$/i;

/** Tasks whose names the facts do not hold: a word of theirs occurs nowhere, and the vocabulary knows the task by no other name. */
function findNamedTasks(text: string, { stems, terms, parted }: Evidence): UnsaidThing[] {
  return [...text.matchAll(NAMED_TASK)].flatMap((match): UnsaidThing[] => {
    const [whole, words = ''] = match;
    const named = words.split(/[\s/-]+/).filter((word) => word.length > 2 && !PLAIN_TASK.test(word));
    const unknown = named.filter(
      (word) => !stems.has(findStem(word)) && !parted.includes(word.toLowerCase()),
    );
    if (unknown.length === 0 || isDenied(text, match.index)) return [];
    if (isSpeculation(sentenceAt(text, match.index))) return [];
    const isKnown = findTaskMentions(whole).some(({ term }) => knowsTask(terms, term.id));
    const at = match.index + whole.indexOf(words);
    return isKnown ? [] : [{ written: text.slice(at, match.index + whole.length), at }];
  });
}

/** Every behaviour and task that is named is in the metadata or the headers. */
export const behaviors: Check = {
  name: 'behaviors',
  severity: 'warning',
  holds: 'every behavior, task and state that is named is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap((block) => {
      const { text } = block;
      const found = [
        ...findTasks(text, evidence),
        ...findUnsaid(text, BEHAVIOR_WORDS, evidence),
        ...findNamedTasks(text, evidence),
      ];
      return [...new Set(found.map(({ written }) => written))].map((words) => buildUnsaidDraft(words, block));
    }),
};
