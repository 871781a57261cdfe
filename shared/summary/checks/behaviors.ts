/** The check of behavior: the facts name what subjects did, in which task and state. Pure. */
import { BEHAVIOR_WORDS } from '../../vocabulary/behavior-words.ts';
import { findTaskMentions } from '../../vocabulary/tasks.ts';
import type { Check } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { knowsTask } from '../known-terms.ts';
import { findMeaning } from '../meanings.ts';
import { sentenceAt } from '../prose.ts';
import { findStem } from '../word-stem.ts';
import { isDenied, isPurpose, isSpeculation } from './sentences.ts';
import { buildUnsupportedDraft, findUnsupportedThings, type UnsupportedThing } from './unsupported.ts';

/** Behaviors, tasks and states that are observed, not inferred. */
const SEEN_TASKS = new Set(
  'linear-track open-field w-track t-maze radial-maze water-maze virtual-reality two-alternative change-detection go-nogo fear social reaching center-out grasping cycling isometric locomotion licking whisking sniffing speech vocalization movie visual-search sleep anesthesia head-fixed foraging'.split(
    ' ',
  ),
);

/** Those that are also named as the purpose of a study. */
const OF_PURPOSE = new Set(['visual-search', 'foraging', 'sleep', 'speech', 'locomotion', 'reaching']);

/** Words of movement about something other than a subject: a program runs, a rate is reached. */
const OF_PROGRAMS =
  /^(?:running (?:in|under|as|time|averages?|versions?)|reach(?:es|ed|ing)? (?:an? |the )?(?:\p{L}+ )?(?:\d|(?:(?:frame|sampling) )?rates?|levels?|totals?|numbers?|depths?|accurac\p{L}+|values?|speeds?|resolutions?|ends?))\b/iu;

/** Words right after `reach` when a limb reaches. */
const OF_LIMB = /^(?:-|ing)?\s?(?:for|to|towards?|out|targets?|tasks?|movements?|and grasp\w*)\b/i;

/** Words of sentences about programs. */
const OF_PROGRAM =
  /\b(?:software|program|package|code|scripts?|pipeline|igor|matlab|python|mies|computer)\b/i;

const CHOICE = findMeaning('choice');

/** Movement on a track or in a maze: `running on W-shaped tracks`. */
const ALONG_TRACK =
  /^(?:running|walking|locomotion) (?:on|along|through|in|around|across) (?:[\p{L}-]+ ){0,3}(?:\p{L}+-)?(?:tracks?|maz\p{L}+)\b/iu;

/** Finds tasks of the vocabulary that a text names and the facts do not. */
function findTasks(text: string, { terms, splitText, meanings }: Evidence): UnsupportedThing[] {
  return findTaskMentions(text).flatMap(({ term, written, at }): UnsupportedThing[] => {
    if (!SEEN_TASKS.has(term.id) || knowsTask(terms, term.id)) return [];
    if (OF_PROGRAMS.test(text.slice(at))) return [];
    if (term.id === 'locomotion' && OF_PROGRAM.test(sentenceAt(text, at))) return [];
    // The files name what was chosen, and on which side: `chosen`, `side`.
    if (term.id === 'two-alternative' && meanings.has(CHOICE) && /\b(?:sides?|left|right)\b/.test(splitText))
      return [];
    // A track or maze in the facts implies that subjects move along it.
    if (term.id === 'locomotion' && ALONG_TRACK.test(text.slice(at)) && /tracks?\b|maze/.test(splitText))
      return [];
    // Probes and microscopes reach too, but not for a target.
    if (/^reach(?:es)?$/i.test(written) && !OF_LIMB.test(text.slice(at + written.length))) return [];
    if (term.id === 'movie' && /movie|film|clip/.test(splitText)) return [];
    const sentence = sentenceAt(text, at);
    if (isDenied(text, at) || isSpeculation(sentence)) return [];
    return OF_PURPOSE.has(term.id) && isPurpose(sentence) ? [] : [{ written, at }];
  });
}

/** A task by its name: `performed a visual categorization task`. */
const NAMED_TASK =
  /\b(?:perform(?:ed|ing|s)?|did|doing|trained (?:on|in|to perform)|engaged in|completed|completing|solv(?:ed|ing|es)|play(?:ed|ing)|work(?:ed|ing) on|carried out|did)\s+(?:(?:an?|the|this|two|three|four|several)\s+)?((?:[\p{L}\d/-]+\s){1,4}?)(?:tasks?|paradigms?|games?|tests?)\b/giu;

/** Words before `task` that do not identify it. */
const PLAIN_TASK =
  /^(?:behaviou?ral|simple|complex|control|controlled|experimental|cognitive|motor|sensory|sensorimotor|same|following|main|new|novel|different|specific|various|standard|trained|learned|well|known|similar|self|paced|self-paced|based|related|instructed|cued|variants?|designs?|of|and|or|in|with|on|the|a|an|this|that|which|during|while|to|their|its|single|multiple|one|two|three|dimensional|1d|2d|3d|repeated|computer|laboratory|controlled|structured|animal|subject|trial|trials)$/i;

/**
 * Finds named tasks that are not in the facts: a word of the name occurs nowhere, and the vocabulary has no other name
 * for the task.
 */
function findNamedTasks(text: string, { stems, meanings, terms, splitText }: Evidence): UnsupportedThing[] {
  return [...text.matchAll(NAMED_TASK)].flatMap((match): UnsupportedThing[] => {
    const [whole, words = ''] = match;
    const named = words.split(/[\s/-]+/).filter((word) => word.length > 2 && !PLAIN_TASK.test(word));
    const unknown = named.filter(
      (word) =>
        !stems.has(findStem(word)) &&
        !meanings.has(findMeaning(word)) &&
        !splitText.includes(word.toLowerCase()),
    );
    if (unknown.length === 0 || isDenied(text, match.index)) return [];
    if (isSpeculation(sentenceAt(text, match.index))) return [];
    const isKnown = findTaskMentions(whole).some(({ term }) => knowsTask(terms, term.id));
    const at = match.index + whole.indexOf(words);
    return isKnown ? [] : [{ written: text.slice(at, match.index + whole.length), at }];
  });
}

/** Reports behaviors, tasks and states that are not in the facts. */
export const behaviors: Check = {
  name: 'behaviors',
  severity: 'warning',
  rule: 'every behavior, task and state that is named is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap((block) => {
      const { text } = block;
      const found = [
        ...findTasks(text, evidence),
        ...findUnsupportedThings(text, BEHAVIOR_WORDS, evidence),
        ...findNamedTasks(text, evidence),
      ];
      return [...new Set(found.map(({ written }) => written))].map((words) =>
        buildUnsupportedDraft(words, block),
      );
    }),
};
