/**
 * A sentence of the deterministic writer with the facts that it is based on, found in the numbered list. Pure.
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
  /** Whether it tells what was counted, or what the owners say. */
  readonly kind: 'fact' | 'claim';
}

/** A sentence on facts. */
export function buildSentence(prose: readonly Prose[] | string, facts: readonly string[]): Sentence {
  return { prose: typeof prose === 'string' ? [prose] : prose, facts, kind: 'fact' };
}

/** A sentence that tells what the owners say. */
export function describeClaim(prose: readonly Prose[] | string, facts: readonly string[]): Sentence {
  return { ...buildSentence(prose, facts), kind: 'claim' };
}

/** Sentences one after the other as the runs of one paragraph. */
export function joinSentences(sentences: readonly Sentence[]): Prose[] {
  return sentences.flatMap(({ prose }, at) => (at === 0 ? prose : [' ', ...prose]));
}

/** The sentences as they are handed on, their words without markup. */
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

/** Finds the ids of facts by what they are about and what they name. */
export class FactIndex {
  readonly #list: readonly Fact[];

  constructor(list: readonly Fact[]) {
    this.#list = list;
  }

  /** Facts about any of these. */
  about(...topics: readonly FactTopic[]): string[] {
    return this.#list.filter(({ topic }) => topics.includes(topic)).map(({ id }) => id);
  }

  /** Facts about one of these that name any of these words; all about them where none does. */
  naming(topics: readonly FactTopic[], words: readonly string[]): string[] {
    const all = this.#list.filter(({ topic }) => topics.includes(topic));
    const named = all.filter(({ text }) => words.some((word) => word !== '' && text.includes(word)));
    return (named.length > 0 ? named : all).map(({ id }) => id);
  }

  /** Facts that begin so. */
  beginning(start: string): string[] {
    return this.#list.filter(({ text }) => text.startsWith(start)).map(({ id }) => id);
  }
}
