/** Finds tasks, behaviors and states by the names that metadata, files and people use. Pure. */
import { TASK_TABLE } from './task-table.ts';
import { buildVocabulary, findTerms, type Mention, parseTerms, type Term } from './vocabulary.ts';

/** A task, behavior, state or condition of a subject. */
export interface Task extends Term {}

/** Abbreviations that in prose mostly mean something else. */
const AMBIGUOUS = new Set('VR PD REM IED MDD ALS AFC'.split(' '));

const VOCABULARY = buildVocabulary<Task>(parseTerms(TASK_TABLE), { ambiguous: AMBIGUOUS });

/** Every task of the table. */
export const TASKS: readonly Task[] = VOCABULARY.terms;

/** Finds the task that a whole text means, else the first task that it names. */
export function findTask(text: string): Task | undefined {
  return VOCABULARY.findExact(text) ?? findTasksInProse(text)[0];
}

/** Finds every mention of a task in prose, in order. */
export function findTaskMentions(
  text: string,
  reading: { readonly anyCase?: boolean } = {},
): Mention<Task>[] {
  return VOCABULARY.findMentions(text, reading);
}

/** Finds the tasks that prose names, each once. */
export function findTasksInProse(text: string): Task[] {
  return findTerms(VOCABULARY, text);
}

/** Ids of all kinds that a task belongs to, nearest first. */
export function taskAncestors(id: string): string[] {
  return VOCABULARY.ancestors(id);
}

/** Ids of a task and of all its kinds. */
export function expandTask(id: string): string[] {
  return VOCABULARY.expand(id);
}
