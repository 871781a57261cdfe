/**
 * The facts that the sentences of a stored summary are based on, as its writer reported them: keeps the sentences that
 * are still in the text after repair, and prepares them for the page. Pure.
 */

import { toString as textOf } from 'mdast-util-to-string';
import type { Fact } from '../facts/list/fact.ts';
import { foldSpaces } from '../fold-text.ts';
import type { SentenceKind, SupportedSentence } from '../model/language-model.ts';
import { parseMarkdown } from './markdown.ts';
import type { ReplyParts } from './parsed-reply.ts';

/**
 * Keeps the sentences that are in the parts verbatim, each once, in order, with only those ids that are in the list.
 */
export function keepSupported(
  sentences: readonly SupportedSentence[],
  parts: ReplyParts,
  list: readonly Fact[],
): SupportedSentence[] {
  const known = new Set(list.map(({ id }) => id));
  const texts = {
    abstract: plain(parts.abstract),
    description: plain(parts.description),
  };
  const seen = new Set<string>();
  return sentences.flatMap((sentence) => {
    const key = `${sentence.part} ${foldSpaces(sentence.text)}`;
    if (foldSpaces(sentence.text) === '' || seen.has(key)) return [];
    if (!texts[sentence.part].includes(foldSpaces(sentence.text))) return [];
    seen.add(key);
    return [{ ...sentence, facts: sentence.facts.filter((id) => known.has(id)) }];
  });
}

/** A sentence with its facts instead of their ids. */
export interface ShownSupport {
  readonly text: string;
  readonly kind: SentenceKind;
  readonly facts: readonly Fact[];
}

/** Lists the sentences of a stored summary that are based on facts, in order; empty if its writer reported none. */
export function showSupport(
  sentences: readonly Pick<SupportedSentence, 'text' | 'kind' | 'facts'>[],
  list: readonly Fact[],
): ShownSupport[] {
  const byId = new Map(list.map((fact) => [fact.id, fact]));
  return sentences.flatMap(({ text, kind, facts }) => {
    const found = facts.flatMap((id) => byId.get(id) ?? []);
    return found.length === 0 ? [] : [{ text, kind, facts: found }];
  });
}

function plain(blocks: readonly string[]): string {
  return foldSpaces(blocks.map((markdown) => textOf(parseMarkdown(markdown))).join(' '));
}
