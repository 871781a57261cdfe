/**
 * Sentences of the deterministic writer with the facts that they are based on, from the numbered list. Pure.
 */
import { toString as textOf } from 'mdast-util-to-string';
import type { Fact, FactTopic } from '../../facts/list/fact.ts';
import type { SupportedSentence } from '../language-model.ts';
import { type Prose, paragraph } from '../page-tree.ts';

/** One sentence, or one item of a list. */
export interface Sentence {
  readonly prose: readonly Prose[];
  /** Ids of the list of facts. */
  readonly facts: readonly string[];
  /** Whether it reports counted facts or a claim of the owners. */
  readonly kind: 'fact' | 'claim';
}

/** Builds a sentence about facts. */
export function buildSentence(prose: readonly Prose[] | string, facts: readonly string[]): Sentence {
  return { prose: typeof prose === 'string' ? [prose] : prose, facts, kind: 'fact' };
}

/** Builds a sentence about a claim of the owners. */
export function describeClaim(prose: readonly Prose[] | string, facts: readonly string[]): Sentence {
  return { ...buildSentence(prose, facts), kind: 'claim' };
}

/** Joins sentences into the runs of one paragraph. */
export function joinSentences(sentences: readonly Sentence[]): Prose[] {
  return sentences.flatMap(({ prose }, at) => (at === 0 ? prose : [' ', ...prose]));
}

/** Converts sentences to their form in a reply, without markup. */
export function findSupport(
  part: SupportedSentence['part'],
  sentences: readonly Sentence[],
): readonly SupportedSentence[] {
  return sentences.map(({ prose, facts, kind }) => ({
    part,
    text: textOf(paragraph(...prose)),
    facts: [...new Set(facts)],
    kind,
  }));
}

/** Finds the ids of facts by topic and by the words in them. */
export class FactIndex {
  readonly #list: readonly Fact[];

  constructor(list: readonly Fact[]) {
    this.#list = list;
  }

  /** Facts of any of these topics. */
  about(...topics: readonly FactTopic[]): string[] {
    return this.#list.filter(({ topic }) => topics.includes(topic)).map(({ id }) => id);
  }

  /** Facts of these topics that contain any of the words; all facts of the topics if none does. */
  naming(topics: readonly FactTopic[], words: readonly string[]): string[] {
    const all = this.#list.filter(({ topic }) => topics.includes(topic));
    const named = all.filter(({ text }) => words.some((word) => word !== '' && text.includes(word)));
    return (named.length > 0 ? named : all).map(({ id }) => id);
  }

  /** Facts that begin with these words. */
  beginning(start: string): string[] {
    return this.#list.filter(({ text }) => text.startsWith(start)).map(({ id }) => id);
  }
}
