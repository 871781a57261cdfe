/** Tasks, behaviours and states as metadata, files and people name them. Pure. */
import { TASK_TABLE } from './task-table.ts';
import { buildVocabulary, findTerms, type Mention, parseTerms, type Term } from './vocabulary.ts';

/** A task, a behaviour, a state or a condition of the subject. */
export interface Task extends Term {}

/** Short forms that in a sentence mostly mean something else. */
const AMBIGUOUS = new Set('VR PD REM IED MDD ALS AFC'.split(' '));

const VOCABULARY = buildVocabulary<Task>(parseTerms(TASK_TABLE), { ambiguous: AMBIGUOUS });

/** Every task of the table. */
export const TASKS: readonly Task[] = VOCABULARY.terms;

/** The task that a text means as a whole, else the first that it names. */
export function findTask(text: string): Task | undefined {
  return VOCABULARY.findExact(text) ?? findTasksInProse(text)[0];
}

/** Every place where prose names a task, in order. */
export function findTaskMentions(
  text: string,
  reading: { readonly anyCase?: boolean } = {},
): Mention<Task>[] {
  return VOCABULARY.findMentions(text, reading);
}

/** The tasks that prose names, each once. */
export function findTasksInProse(text: string): Task[] {
  return findTerms(VOCABULARY, text);
}

/** Ids of all kinds that a task belongs to, the nearest first. */
export function taskAncestors(id: string): string[] {
  return VOCABULARY.ancestors(id);
}

/** Ids of a task and of all that are kinds of it. */
export function expandTask(id: string): string[] {
  return VOCABULARY.expand(id);
}
